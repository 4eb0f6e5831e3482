"""The notebook that a submission was graded as; nbgrader reads the scores from its outputs."""

from scratchgrad.checks import CheckFailed

from .outputs import cleaned, text


def notebook_of(cells, runs, outcomes, scores, prepared, diagnoses):
    """Put the notebook together: cells as they were graded, with what they showed.

    Parameters
    ----------
    cells : list of Cell
    runs : dict of int to Run
        What the cells that are no tests gave, by index.
    outcomes : dict of str to Outcome
    scores : dict of str to Score
        By name of the test cell.
    prepared : Prepared
    diagnoses : dict of str to str
        Known mistakes by exercise.

    Returns
    -------
    dict
        In nbformat's form.
    """
    made = []
    for index, (cell, cell_id) in enumerate(zip(cells, _ids(cells), strict=True)):
        if cell.is_absent:
            continue
        content = {
            "cell_type": cell.cell_type,
            "id": cell_id,
            "metadata": _metadata(cell, scores, diagnoses),
            "source": cell.source,
        }
        if cell.cell_type == "code":
            content |= {"execution_count": None, "outputs": []}
            if cell.kind == "test":
                content["outputs"] = _test_outputs(outcomes, scores, cell.planned.name)
            elif index in runs:
                content["outputs"] = _cell_outputs(runs[index])
        made.append(content)
    return {"cells": made, "metadata": prepared.plan.metadata, "nbformat": 4, "nbformat_minor": 5}


def _metadata(cell, scores, diagnoses):
    """As in the source, with what feedback may tell the learner."""
    if cell.planned is None:
        return {"scratchgrad": {"added": True}}
    name, told = cell.planned.name, {}
    if cell.kind == "test":
        # How a process ended, its exit code say, could be chosen by what a hidden test passes.
        kind = scores[name].kind.partition(" (")[0]
        told = {"result": kind, "why": scores[name].why}
        if cell.planned.is_hidden:
            told["hidden"] = True
    elif name in diagnoses:
        told = {"diagnosis": diagnoses[name]}
    ours = cell.planned.metadata.get("scratchgrad", {})
    return {**cell.planned.metadata, **({"scratchgrad": {**ours, **told}} if told else {})}


def _ids(cells):
    """An id for each cell: the source's, or for cells that learners added theirs if it is free."""
    taken = {cell.planned.cell_id for cell in cells if cell.planned}
    for cell in cells:
        wanted, count = cell.planned.cell_id if cell.planned else cell.cell_id, 0
        while not cell.planned and (wanted is None or wanted in taken):
            count += 1
            wanted = f"added-{count}"
        taken.add(wanted)
        yield wanted


def _cell_outputs(run):
    if run.fault:
        return [_error("ProcessLost", f"this cell {run.fault}")]
    return cleaned(run.outputs)


def _test_outputs(outcomes, scores, name):
    """What nbgrader reads the same score from."""
    score, outcome = scores[name], outcomes[name]
    if score.points == score.maximum and score.kind == "passed":
        return []
    if score.kind == "partial credit":
        data = {"text/plain": repr(score.points)}
        return [
            {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
        ]
    if isinstance(outcome.error, CheckFailed):
        return [_error("CheckFailed", f"{score.why} {score.detail}")]
    if score.problem:
        return [_error("InvalidMark", score.problem)]
    if outcome.fault is not None:
        return [_error("ProcessLost", outcome.fault)]
    kind = type(outcome.error).__name__
    return [_error(kind, score.detail.removeprefix(f"{kind}: "))]


def _error(name, said):
    said = text(said)
    return {"output_type": "error", "ename": name, "evalue": said, "traceback": [f"{name}: {said}"]}

"""What a learner may be told of tests that failed.

All that a visible test says is on the learner's page. Where hidden tests have called functions too,
it could tell of their inputs: functions can keep them, and return or raise them in a visible one.
"""

from dataclasses import replace

from .score import scored
from .testing import Outcome

_ONLY_AFTER = "It fails only after other tests have called functions: something is kept."


def told_of(cells, outcomes, scores, prepared, diagnoses, alone):
    """What the notebook tells of the tests.

    Of a visible test that failed it tells what the known mistake gives, if the exercise holds one:
    nothing of the learner's is in that. Else what the test says where no hidden one is run.

    Parameters
    ----------
    cells : list of Cell
    outcomes : dict of str to Outcome
        By name of the test cell.
    scores : dict of str to Score
    prepared : Prepared
    diagnoses : dict of str to Diagnosis
        By exercise.
    alone : callable
        Runs the visible tests alone; gives their outcomes by name, of some or all.

    Returns
    -------
    outcomes : dict of str to Outcome
    scores : dict of str to Score
        With the points that were given, whatever is told.
    """
    names = [] if prepared.plan.together else _could_tell(cells, scores)
    harmless = _of_mistakes(names, diagnoses)
    if harmless.keys() < set(names):
        harmless = alone() | harmless
    outcomes, scores = dict(outcomes), dict(scores)
    for name in names:
        again = scored(prepared.cells[name], harmless[name]) if name in harmless else None
        if again is not None and _is_failure(again):
            outcomes[name] = harmless[name]
            scores[name] = replace(again, points=scores[name].points)
        else:
            detail = _ONLY_AFTER if again else ""
            outcomes[name] = Outcome(error=AssertionError())
            scores[name] = replace(scores[name], detail=detail, problem="")
    return outcomes, scores


def is_hidden(cell):
    """Whether it is a test that learners get without some of its text."""
    return cell.planned is not None and cell.planned.is_hidden


def _could_tell(cells, scores):
    """Names of the visible tests that failed, if there are hidden ones.

    Those above the first hidden one too: a test may be run again after its neighbours.
    """
    tests = [cell for cell in cells if cell.is_run and cell.kind == "test"]
    if not any(map(is_hidden, tests)):
        return []
    names = [cell.planned.name for cell in tests if not is_hidden(cell)]
    return [name for name in names if _is_failure(scores[name])]


def _of_mistakes(names, diagnoses):
    errors = {test: error for found in diagnoses.values() for test, error in found.errors.items()}
    return {name: Outcome(error=errors[name]) for name in names if name in errors}


def _is_failure(score):
    return score.kind not in ("passed", "partial credit")

"""What an engine makes of a whole submission, as plain data."""

from .engine import EngineError


def outcome(engine, plans, notebooks, files, seed):
    """Have an engine grade every notebook that was handed in.

    Parameters
    ----------
    engine : Engine
        One that is prepared for the plans.
    plans : list of Plan
        Of the assignment.
    notebooks : dict of str to bytes
        Those that were handed in, by file name.
    files : dict of str to bytes
        What lies beside them.
    seed : str

    Returns
    -------
    dict
        One of ``graded``, for each notebook's name what `Engine.grade` returned; ``unreadable``,
        what is wrong with the submission; ``broken``, what was wrong with the engine.
    """
    graded = {}
    for plan in plans:
        content = notebooks.get(f"{plan.notebook}.ipynb")
        if content is None:
            continue
        try:
            result = engine.grade(plan, content, seed, files)
        except EngineError as error:
            return {"broken": str(error)}
        if "unreadable" in result:
            place = f"{plan.notebook}: " if len(plans) > 1 else ""
            return {"unreadable": place + result["unreadable"]}
        graded[plan.notebook] = result
    return {"graded": graded}

"""A sample class: what learners hand in, from perfect to unreadable."""

from dataclasses import dataclass

from ..course import answers, notebook
from ..course.submission import reference_answers, with_answers, without

_NAMES = """
ada boris chloe dmitri elena farid greta hugo ines jonas kira leon mira nadia omar paula quentin
rosa samir tara umar vera wanda xenia yusuf zoe aiko bela carlos dina emil fatima goran hana
igor julia karim lena marco nora oscar petra rafael sofia tomas uma viktor wen yara zora
""".split()
_AT_LEAST = 14


@dataclass(frozen=True)
class Sample:
    """What one made-up learner hands in.

    Parameters
    ----------
    student : str
    note : str
        What is special about it.
    text : str
        Content of the notebook's file.
    """

    student: str
    note: str
    text: str


def sample_class(course, assignment):
    """Fourteen submissions or more for an assignment.

    Parameters
    ----------
    course : Course
    assignment : str

    Returns
    -------
    list of Sample
    """
    source = notebook.read(course.notebook("source", assignment))
    release = notebook.read(course.notebook("release", assignment))
    perfect = reference_answers(source)
    wrong = answers.load_answers(course.misconceptions(assignment))
    parts = [*_whole(source, release, perfect, wrong), *_mistaken(release, perfect, wrong)]
    names = [f"{name}{turn or ''}" for turn in range(len(parts)) for name in _NAMES]
    return [Sample(name, note, text) for name, (note, text) in zip(names, parts, strict=False)]


def _whole(source, release, perfect, known):
    """Submissions that are special as a whole: pairs of a note and a file's content."""
    half = dict(list(perfect.items())[: len(perfect) // 2])
    whole = with_answers(release, perfect)
    others = with_answers(release, perfect | _alternatives(known))
    gone = notebook.exercises(source)[0].tests[-1].metadata.nbgrader.grade_id
    text = notebook.text_of
    return [
        ("perfect", text(whole)),
        ("every answer by another formula", text(others)),
        ("first half done", text(with_answers(release, half))),
        ("untouched", text(release)),
        (f"deleted the cell {gone}", text(without(whole, gone))),
        ("broken JSON", text(whole)[: len(text(whole)) // 2]),
    ]


def _alternatives(known):
    """One other right answer for each exercise."""
    return {each.exercise: each.source for each in known if each.kind == "alternative"}


def _mistaken(release, perfect, known):
    """One submission for each mistake found in the seed documents, and more if these are few."""
    wrong = [each for each in known if each.kind == "misconception"]
    seeded, others = [e for e in wrong if e.seed], [e for e in wrong if not e.seed]
    for each in seeded + others[: max(0, _AT_LEAST - 6 - len(seeded))]:
        made = with_answers(release, perfect | {each.exercise: each.source})
        name = each.name.replace("_", " ")
        seed = f" ({each.seed})" if each.seed else ""
        yield f"{each.exercise}: {name}{seed}", notebook.text_of(made)

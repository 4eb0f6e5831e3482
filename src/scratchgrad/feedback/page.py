"""What a learner reads about a graded notebook: one page that stands by itself.

Of hidden tests a page tells whether they passed, their reason and the kind of failure: never code,
inputs or values. What it shows of the learner's own is text, and nothing in it can run.
"""

import base64
import itertools
import re
from dataclasses import dataclass, field

import markupsafe

from ..course.names import exercise_of
from ..course.notebook import BEGIN_HIDDEN, grade_id, role
from .markdown import harmless_html
from .render import points, rendered

_HEADING = re.compile(r"^#{1,4}\s+(.*?)(?:\s*\(\d+ points?\))?\s*$", re.MULTILINE)
_MOST_TEXT, _MOST_PICTURE = 20_000, 2 << 20


@dataclass
class TestLine:
    """What is told of a test.

    Attributes
    ----------
    name : str
        Of its cell.
    passed : bool
    state : str
        "passed", "failed" or the points that it gave.
    what : str
        What it tests, as the learner's notebook says it.
    why, kind : str
        The reason and the kind of a failure.
    detail : str
        What a visible test says besides.
    """

    name: str
    passed: bool
    state: str
    what: str
    why: str = ""
    kind: str = ""
    detail: str = ""


@dataclass
class Part:
    """An exercise, or an answer marked by hand."""

    name: str
    title: str
    score: float = 0.0
    maximum: float = 0.0
    tests: list = field(default_factory=list)
    code: str = ""
    html: str = ""
    outputs: list = field(default_factory=list)
    diagnosis: str = ""
    comment: str = ""

    @property
    def anchor(self):
        """What links on a page point to."""
        return re.sub(r"[^a-zA-Z0-9_-]", "-", self.name)


@dataclass
class Page:
    """All that a page shows."""

    assignment: str
    student: str
    parts: list
    others: list
    penalty: float = 0.0

    @property
    def points(self):
        """Points of all parts, less the penalty."""
        return max(0.0, sum(part.score for part in self.parts) - self.penalty)

    @property
    def maximum(self):
        """The most points that there are."""
        return sum(part.maximum for part in self.parts)


def page_of(graded, assignment, student="", penalty=0.0):
    """What a page shows of a graded notebook.

    Parameters
    ----------
    graded : NotebookNode
        From ``autograded/``; ``score``, ``points`` and ``comment`` of each cell stand in its
        nbgrader metadata.
    assignment, student : str
    penalty : float
        Points taken off for lateness.

    Returns
    -------
    Page
    """
    names = {grade_id(cell) for cell in graded.cells if role(cell) == "solution"}
    parts, others, title, last = {}, [], "", None
    for cell in graded.cells:
        kind, name = role(cell), grade_id(cell)
        if kind in ("text", "locked") and cell.cell_type == "markdown":
            title = (_HEADING.findall(cell.source) or [title])[-1]
        if kind == "solution":
            last = name
            parts[name] = _answered(cell, Part(name, title or name))
        elif kind == "test":
            owner = exercise_of(name, names) or last or name
            _add_test(cell, parts.setdefault(owner, Part(owner, owner)))
        elif kind == "written":
            parts[name] = _answered(cell, Part(name, title or name))
            _add_points(cell, parts[name])
        elif cell.metadata.get("scratchgrad", {}).get("added") and cell.source.strip():
            others.append(_answered(cell, Part("", "")))
    return Page(assignment, student, list(parts.values()), others, penalty or 0.0)


def html_of(page):
    """A page as HTML that needs nothing else, runs nothing and fetches nothing."""
    return rendered("page.html.j2", page=page)


def _answered(cell, part):
    """Put in what the learner wrote and what it showed."""
    if cell.cell_type == "markdown":
        part.html = markupsafe.Markup(harmless_html(cell.source))
    else:
        part.code = cell.source[:_MOST_TEXT]
        part.outputs = [shown for each in cell.get("outputs", []) for shown in _shown(each)]
    part.diagnosis = cell.metadata.get("scratchgrad", {}).get("diagnosis", "")
    part.comment = cell.metadata.get("nbgrader", {}).get("comment") or ""
    return part


def _shown(output):
    """Texts and pictures of an output."""
    kind = output.get("output_type")
    if kind == "stream":
        yield {"text": _text(output.get("text"))}
    elif kind == "error":
        yield {"text": "\n".join(map(_text, output.get("traceback", []))), "is_error": True}
    elif "image/png" in output.get("data", {}) and _is_picture(output["data"]["image/png"]):
        yield {"picture": output["data"]["image/png"].strip()}
    else:
        yield {"text": _text(output.get("data", {}).get("text/plain"))}


def _text(value):
    value = "".join(value) if isinstance(value, list) else value
    return value[:_MOST_TEXT] if isinstance(value, str) else ""


def _is_picture(value):
    try:
        content = base64.b64decode(value, validate=False)
    except (TypeError, ValueError):
        return False
    return content.startswith(b"\x89PNG") and len(content) < _MOST_PICTURE and value.isascii()


def _add_points(cell, part):
    marks = cell.metadata.nbgrader
    part.score += marks.get("score") or 0.0
    part.maximum += marks.get("points") or 0.0


def _add_test(cell, part):
    _add_points(cell, part)
    marks, told = cell.metadata.nbgrader, cell.metadata.get("scratchgrad", {})
    score, most = marks.get("score") or 0.0, marks.get("points") or 0.0
    failure = next((o for o in cell.get("outputs", []) if o.get("output_type") == "error"), None)
    passed = failure is None and score >= most
    state = "passed" if passed else "failed"
    if 0 < score < most:
        state = f"{points(score)} of {points(most)}"
    # A course may mark hidden tests in words of its own.
    hidden = BEGIN_HIDDEN in cell.source or told.get("hidden", False)
    line = TestLine(grade_id(cell), passed, state, _what(cell, hidden))
    if not passed:
        line.why, line.kind = told.get("why", ""), told.get("result", "")
        if not hidden and failure is not None:
            line.detail = _text(failure.get("evalue")).removeprefix(line.why).strip()
    part.tests.append(line)


def _what(cell, hidden):
    """What a test cell tests, in the words that the learner's notebook has too."""
    before, mark, _ = cell.source.partition(BEGIN_HIDDEN)
    visible = before if mark or not hidden else ""
    lines = [line.strip() for line in visible.splitlines()]
    comment = itertools.dropwhile(lambda line: not re.match(r"#\s*\w", line), lines)
    comment = itertools.takewhile(lambda line: line.startswith("#"), comment)
    said = " ".join(line.lstrip("# ") for line in comment)
    if hidden:
        return said or "A hidden test."
    return "The examples in the notebook." if grade_id(cell).endswith("_examples") else said

"""All that grading leaves behind, as values that can be compared."""

import json

from nbgrader.coursedir import CourseDirectory
from sqlalchemy import DateTime, Interval, create_engine, text

from scratchgrad.course.layout import nbgrader_config

# As text, databases differ in how they write them, and in how they sort.
_TYPES = {"timestamp": DateTime, "extension": Interval}
# What differs from run to run without meaning anything.
_TIMES = ("seconds", "memory")
_JOIN = """ from {} g join base_cell c on c.id = g.cell_id
    join submitted_notebook m on m.id = g.notebook_id join notebook n on n.id = m.notebook_id
    join submitted_assignment s on s.id = m.assignment_id
    join assignment a on a.id = s.assignment_id"""
_WHICH = "select s.student_id, a.name as assignment, n.name as notebook, c.name as cell, "
_QUERIES = {
    "grades": _WHICH + "g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade"
    + _JOIN.format("grade"),
    "comments": _WHICH + "g.auto_comment, g.manual_comment" + _JOIN.format("comment"),
    "entries": """select s.student_id, a.name, s.timestamp, s.extension, m.late_submission_penalty
        from submitted_assignment s join assignment a on a.id = s.assignment_id
        left join submitted_notebook m on m.assignment_id = s.id""",
    "learners": "select id from student",
}  # fmt: skip


def snapshot(course):
    """The gradebook's rows, graded notebooks, feedback and records of a course.

    Returns
    -------
    dict
    """
    found = {name: files_in(course.root / name) for name in ("autograded", "feedback")}
    found["records"] = {
        name: {key: value for key, value in json.loads(content).items() if key not in _TIMES}
        for name, content in files_in(course.root / "results").items()
        if name.endswith(".json")
    }
    return found | _gradebook(CourseDirectory(config=nbgrader_config(course)).db_url)


def files_in(folder):
    """Content of files by relative path; what is hidden is nobody's to read."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = {path.relative_to(folder): path.read_bytes() for path in paths}
    return {
        str(place): content
        for place, content in found.items()
        if not any(part.startswith(".") for part in place.parts)
    }


def _gradebook(url):
    engine = create_engine(url)
    with engine.connect() as book:
        rows = {name: _rows(book, query) for name, query in _QUERIES.items()}
    engine.dispose()
    return rows


def _rows(book, query):
    types = {name: kind for name, kind in _TYPES.items() if f".{name}" in query}
    return sorted((tuple(row) for row in book.execute(text(query).columns(**types))), key=repr)

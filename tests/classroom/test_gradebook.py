"""What grading asks of the gradebook does not grow with the class."""

from sqlalchemy import event

from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.submissions import find
from tiny import ASSIGNMENT

GROWING = ("grade", "comment", "submitted_assignment", "submitted_notebook", "student")


def test_one_learners_marks_are_found_without_reading_everybodys(graded):
    graded.hand_in("ada", graded.half)
    with Grader(graded.course) as grader:
        grader.prepare(ASSIGNMENT)
        asked, engine = [], grader._book.db.get_bind()
        event.listen(engine, "before_cursor_execute",
                     lambda connection, cursor, statement, values, *rest:
                     asked.append((statement, values)))  # fmt: skip
        ada, *others = find(graded.course, ASSIGNMENT)
        assert grader.grade(ada).marks == {"double": 2, "square": 0}
        assert grader.marks("ben", ASSIGNMENT) == {"double": 2, "square": 0}
        plans = {
            (statement, step.detail)
            for statement, values in asked
            if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE"))
            for step in _plan(engine, statement, values)
        }
    assert len(plans) > 5
    scans = {each for each in plans if each[1].startswith("SCAN")}
    assert {each for each in scans if each[1].split()[1] in GROWING} == set()


def _plan(engine, statement, values):
    with engine.connect() as connection:
        many = values if isinstance(values, list) else [values]
        return connection.exec_driver_sql(f"explain query plan {statement}", many[0]).all()

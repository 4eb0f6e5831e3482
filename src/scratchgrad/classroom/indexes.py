"""Indexes that nbgrader's gradebook lacks.

Without them the marks of one learner are found by going through everybody's.
"""

from sqlalchemy import text

_COLUMNS = (
    ("submitted_assignment", "student_id"),
    ("submitted_notebook", "assignment_id"),
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
)


def add_indexes(db):
    """Add to a gradebook those that it does not have.

    Parameters
    ----------
    db : sqlalchemy.orm.Session
    """
    for table, column in _COLUMNS:
        name = f"ix_{table}_{column}"
        db.execute(text(f"create index if not exists {name} on {table} ({column})"))
    db.commit()

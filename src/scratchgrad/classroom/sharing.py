"""Lets several graders use one gradebook at a time, on a PostgreSQL server.

nbgrader lists the cells of an assignment in many steps, and as long as nobody has handed in it
removes all of them first. Whoever reads the list, or writes marks, has to do so before or after.
Only PostgreSQL has the locks for it; graders of one folder with SQLite start one after another.
"""

import contextlib

from sqlalchemy import create_engine, func, select

# Any number will do that nobody else uses in this database.
_NUMBER = 7_368_726_174


def take_part(db):
    """Wait until nobody lists cells, and let nobody do so until the transaction ends."""
    _lock(db, db.get_bind(), func.pg_advisory_xact_lock_shared)


@contextlib.contextmanager
def alone(url):
    """Keep other graders from reading the list of cells, and from writing marks, for a while."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _lock(connection, engine, func.pg_advisory_xact_lock)
            yield
    finally:
        engine.dispose()


def _lock(connection, engine, function):
    if engine.dialect.name == "postgresql":
        connection.execute(select(function(_NUMBER)))

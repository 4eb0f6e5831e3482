"""Lets several graders use one gradebook at a time, on a PostgreSQL server.

nbgrader lists the cells of an assignment in many steps, and as long as nobody has handed in it
removes all of them first. Whoever reads the list, or writes marks, has to do so before or after.
Only PostgreSQL has the locks for it; graders of one folder with SQLite start one after another.
"""

import contextlib

from sqlalchemy import create_engine, func, select

# Any number will do that nobody else uses in this database.
_NUMBER = 7_368_726_174
_SHARED = select(func.pg_advisory_xact_lock_shared(_NUMBER))
_ALONE = select(func.pg_advisory_xact_lock(_NUMBER))


def take_part(connection):
    """Wait until nobody lists cells, and let nobody do so until the transaction ends."""
    _lock(connection, _SHARED)


@contextlib.contextmanager
def alone(url):
    """Keep other graders from reading the list of cells, and from writing marks, for a while."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _lock(connection, _ALONE)
            yield
    finally:
        engine.dispose()


def _lock(connection, statement):
    if connection.dialect.name == "postgresql":
        connection.execute(statement)

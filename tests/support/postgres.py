"""A PostgreSQL server of the tests' own."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_DEBIANS = "/usr/lib/postgresql"
# It sorts as servers in use do, ada before Zoe; SQLite does not.
_CLUSTER = [
    "--auth=trust", "--username=postgres", "--no-sync", "--no-instructions",
    "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US",
]  # fmt: skip
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "max_connections": "40",
    "shared_buffers": "16MB",
    # What waits for ever is a mistake of ours, and one of these says which.
    "lock_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}

SHARED = "SHARED_GRADEBOOK"


def configure(course):
    """Let a variable of the environment name the gradebook: the configuration stays the same."""
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write(f"""
if "{SHARED}" in os.environ:
    c.CourseDirectory.db_url = os.environ["{SHARED}"]
""")


def programs():
    """The folder of the server's programs, those of the newest version; None if there is none."""
    found = [os.path.dirname(os.path.realpath(path)) for path in [shutil.which("initdb")] if path]
    versions = Path(_DEBIANS).glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]), reverse=True)
    return next(iter([*found, *(str(path.parent) for path in newest)]), None)


class Server:
    """A server in a folder, without a network; it never runs as root.

    Parameters
    ----------
    programs : str
        The folder of its programs.
    """

    def __init__(self, programs):
        self._programs, self._numbers = programs, itertools.count()
        # A socket's path may have a hundred characters only, and the user has to reach it.
        self._folder = tempfile.mkdtemp(prefix="pg-")
        self._user = {}
        if os.geteuid() == 0:
            self._user = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid}
            shutil.chown(self._folder, "postgres")
        self._process = None
        try:
            subprocess.run([f"{programs}/initdb", "-D", f"{self._folder}/data", *_CLUSTER],
                           stdout=subprocess.DEVNULL, check=True, **self._as_user)  # fmt: skip
            self.start()
        except BaseException:
            self.remove()
            raise

    @property
    def _as_user(self):
        extra = {"extra_groups": []} if self._user else {}
        return {**self._user, **extra, "cwd": self._folder}

    def start(self):
        """Start it, and wait until it answers."""
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        command = [f"{self._programs}/postgres", "-D", f"{self._folder}/data",
                   "-k", self._folder, *settings]  # fmt: skip
        with open(f"{self._folder}/log", "ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as_user)
        while not self._answers():
            if self._process.poll() is not None:
                raise RuntimeError(Path(self._folder, "log").read_text())
            time.sleep(0.05)

    def stop(self):
        """Stop it at once, whoever is connected."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def remove(self):
        """Stop it and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self._folder)

    def database(self, like="template0"):
        """Make a database, empty or a copy of another one; its name."""
        name = f"book{next(self._numbers)}"
        self.execute(f"create database {name} template {like}")
        return name

    def url(self, database):
        """A database, as SQLAlchemy names it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def execute(self, statement, database="postgres"):
        """Rows that a statement finds, if it finds any."""
        with psycopg.connect(host=self._folder, user="postgres", dbname=database,
                             autocommit=True) as connection:  # fmt: skip
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _answers(self):
        with contextlib.suppress(psycopg.OperationalError):
            return bool(self.execute("select 1"))

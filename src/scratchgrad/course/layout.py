"""Where things are in a course folder."""

from dataclasses import dataclass
from pathlib import Path

CONFIG = "nbgrader_config.py"


class CourseError(Exception):
    """Something about a course that its instructor has to mend."""


@dataclass(frozen=True)
class Course:
    """A folder with an nbgrader configuration and source notebooks.

    Parameters
    ----------
    root : Path
        The folder that holds ``nbgrader_config.py``.
    """

    root: Path

    @classmethod
    def find(cls, start=None):
        """The course that a folder (by default the working folder) is in."""
        start = Path(start or Path.cwd()).resolve()
        for folder in [start, *start.parents]:
            if (folder / CONFIG).is_file() and (folder / "source").is_dir():
                return cls(folder)
        raise CourseError(f"no course here: neither {start} nor a folder above it holds {CONFIG}")

    def assignments(self):
        """Names of all assignments, in order."""
        return sorted({path.parent.name for path in self.root.glob("source/*/*.ipynb")})

    def select(self, names):
        """The named assignments, or all if none is named."""
        known = self.assignments()
        for name in names:
            if name not in known:
                raise CourseError(
                    f"no assignment {name!r} in source/; there is: {', '.join(known)}"
                )
        return list(names) or known

    def folder(self, step, assignment, student="."):
        """The folder of an assignment in one of nbgrader's steps, such as ``release``."""
        return self.root / step / student / assignment

    def notebook(self, step, assignment, student="."):
        """Path of an assignment's notebook: ``NN-slug/slug_with_underscores.ipynb``."""
        return self.folder(step, assignment, student) / f"{notebook_name(assignment)}.ipynb"

    def misconceptions(self, assignment):
        """Path of the file with the wrong and the other right answers of an assignment."""
        return self.root / "misconceptions" / f"{assignment.replace('-', '_')}.py"

    @property
    def gradebook_url(self):
        """The database with the marks, as SQLAlchemy names it."""
        from nbgrader.coursedir import CourseDirectory

        return CourseDirectory(config=nbgrader_config(self)).db_url


def notebook_name(assignment):
    """Name of an assignment's notebook, without its ending.

    >>> notebook_name("02-softmax-and-cross-entropy")
    'softmax_and_cross_entropy'
    """
    number, _, slug = assignment.partition("-")
    return (slug if number.isdigit() and slug else assignment).replace("-", "_")


def nbgrader_config(course):
    """The course's ``nbgrader_config.py``, with the course's folder as the root."""
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
    config.CourseDirectory.root = str(course.root)
    return config

"""What must hold for every assignment of the course, whatever is added to it."""

import subprocess
import sys
import zipfile

import pytest

from running import failures, graded
from scratchgrad.course import build, lint, notebook
from scratchgrad.course.layout import Course
from scratchgrad.course.submission import with_answers
from tiny import ROOT

COURSE = Course(ROOT)
MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
each_assignment = pytest.mark.parametrize("assignment", COURSE.assignments())


def read(step, assignment):
    return notebook.read(COURSE.notebook(step, assignment))


def split(source):
    """The lines of a cell that learners may see, and those that they may not."""
    seen, secret, inside = set(), set(), False
    for line in source.splitlines():
        inside = inside or "### BEGIN " in line
        (secret if inside else seen).add(line.strip())
        inside = inside and "### END " not in line
    return seen, secret


def secrets(assignment):
    """Lines of solutions and hidden tests that stand nowhere else, and the regions' markers."""
    parts = [split(cell.source) for cell in read("source", assignment).cells]
    seen, secret = (set().union(*lines) for lines in zip(*parts, strict=True))
    return {line for line in secret - seen if len(line) > 12}


@each_assignment
def test_source_keeps_the_rules(assignment):
    assert lint.lint(COURSE, assignment) == []


@each_assignment
def test_release_and_solutions_are_in_step_with_source(assignment):
    files = build.build(COURSE, assignment)
    assert build.differences(COURSE, assignment, files) == []


def test_nothing_is_released_without_a_source():
    for step in build.STEPS:
        made = {path.parent.name for path in COURSE.root.glob(f"{step}/*/*.ipynb")}
        assert made == set(COURSE.assignments())


@each_assignment
def test_untouched_release_fails_every_graded_cell(assignment):
    release, source = read("release", assignment), read("source", assignment)
    stubs = {each.name: each.solution.source for each in notebook.exercises(release)}
    raised = failures(with_answers(source, stubs), COURSE.folder("source", assignment))
    assert set(raised) == set(graded(source))


@each_assignment
def test_visible_cells_of_an_untouched_release_raise(assignment):
    release = read("release", assignment)
    visible = {each.tests[0].metadata.nbgrader.grade_id for each in notebook.exercises(release)}
    assert set(failures(release, COURSE.folder("source", assignment))) == visible


@each_assignment
def test_source_gets_full_marks(assignment):
    assert failures(read("source", assignment), COURSE.folder("source", assignment)) == {}


@each_assignment
def test_release_gives_nothing_away(assignment):
    for path in COURSE.folder("release", assignment).rglob("*.ipynb"):
        sources = (cell.source for cell in notebook.read(path).cells)
        lines = {line.strip() for source in sources for line in source.splitlines()}
        assert not lines & secrets(assignment)
        text = path.read_text(encoding="utf-8")
        assert not [word for word in (*MARKERS, "jupytext") if word in text]


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Every file of the built wheel, by name."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_wheel_holds_the_package_only(installed):
    assert {name.split("/")[0].partition("-")[0] for name in installed} == {"scratchgrad"}
    ours = [name for name in installed if "dist-info" not in name]
    assert {name.rpartition(".")[2] for name in ours if "/templates/" not in name} == {"py"}
    templates = {name.rpartition(".")[2] for name in ours if "/templates/" in name}
    assert templates == {"css", "j2", "txt"}


@each_assignment
def test_wheel_gives_nothing_away(installed, assignment):
    for name, text in installed.items():
        assert not {line.strip() for line in text.splitlines()} & secrets(assignment), name
        assert not [word for word in MARKERS if word in text], name


def test_answer_keys_run_to_the_outputs_they_show():
    # With its own configuration: kernels started by nbval warn about themselves.
    command = f"{sys.executable} -m pytest -q -c /dev/null -p no:cacheprovider --nbval"
    options = ["--nbval-current-env", "--rootdir", ROOT, ROOT / "solutions"]
    done = subprocess.run([*command.split(), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]

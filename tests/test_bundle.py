"""The zip for learners: it runs on its own, gives nothing away and is refused when it would."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fresh import lend
from scratchgrad.cli import main
from scratchgrad.course import build, notebook
from scratchgrad.course.bundle import make_bundle
from scratchgrad.course.files import zipped
from scratchgrad.course.layout import Course, CourseError
from scratchgrad.course.leaks import leaked, secret_lines
from scratchgrad.course.submission import reference_answers, with_answers
from tiny import ASSIGNMENT, ROOT

COURSE = Course(ROOT)
RELEASE = "release/01-tiny/tiny.ipynb"
# Of the tiny course, and long enough to be told from other lines.
SECRET = 'checks.matches_reference(double, 3, why="double of 3.")'


def unpacked(data):
    """Files in an archive and in the archives in it, by path."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if zipfile.is_zipfile(io.BytesIO(content)):
                yield from ((f"{name}/{inner}", each) for inner, each in unpacked(content))
            yield name, content


# --- that nothing leaks, over the whole course


def public_and_secret():
    """Text that learners may see, and lines of solutions, hidden tests and known mistakes."""
    package = Path(build.__file__).parents[1].rglob("*.py")
    public, secret = [path.read_text(encoding="utf-8") for path in package], set()
    for assignment in COURSE.assignments():
        secret |= set(COURSE.misconceptions(assignment).read_text(encoding="utf-8").splitlines())
        for cell in notebook.read(COURSE.notebook("source", assignment)).cells:
            inside = False
            for line in cell.source.splitlines():
                inside = inside or "### BEGIN " in line
                secret.add(line) if inside else public.append(line)
                inside = inside and "### END " not in line
    return "\n".join(public), {line.strip() for line in secret}


@pytest.fixture(scope="module")
def forbidden():
    """What may stand nowhere in the bundle, as bytes of plain text and of a notebook's file."""
    public, secret = public_and_secret()
    lines = sorted(line for line in secret if len(line) > 12 and line not in public)
    assert len(lines) > 1000
    quoted = [json.dumps(line, ensure_ascii=False)[1:-1] for line in lines]
    return {line.encode() for line in [*lines, *quoted]}


def found(forbidden, bundle):
    everything = b"\n".join(content for _, content in unpacked(bundle))
    return [line for line in forbidden if line in everything]


def test_nothing_of_solutions_hidden_tests_and_mistakes_is_in_it(forbidden):
    bundle = make_bundle(COURSE, COURSE.assignments())
    assert found(forbidden, bundle) == []
    notebooks = [name for name, _ in unpacked(bundle) if name.endswith(".ipynb")]
    assert len(notebooks) == len(COURSE.assignments())


def test_the_search_finds_what_is_put_in_also_in_an_archive_within(forbidden):
    for secret in forbidden:
        assert secret in found({secret}, zipped({"a.whl": zipped({"notes": b"1\n" + secret})}))
        break
    for step in ("source", "solutions"):
        path = COURSE.notebook(step, "01-activations")
        assert found(forbidden, zipped({"extra.ipynb": path.read_bytes()}))


# --- that it works where nothing else of this course is


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A learner's folder, unpacked and installed as its README says.

    The environment is new. To save the download of JupyterLab it sees what is installed here,
    but for this package.
    """
    folder = tmp_path_factory.mktemp("machine")
    bundle = make_bundle(COURSE, ["01-activations"])
    zipfile.ZipFile(io.BytesIO(bundle)).extractall(folder)
    home = folder / "scratchgrad"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / ".venv"], check=True)
    lend(folder / "lent")
    (site,) = home.glob(".venv/lib/python*/site-packages")
    (site / "lent.pth").write_text(f"{folder / 'lent'}\n")
    pip = [sys.executable, "-m", "pip", "--python", ".venv/bin/python", "install", "--no-index"]
    subprocess.run([*pip, "-r", "requirements.txt"], cwd=home, check=True, capture_output=True)
    return home


def executed(machine, made):
    """A notebook after a run of all its cells on the learner's machine."""
    path = machine / "01-activations" / "run.ipynb"
    notebook.write(path, made)
    command = ".venv/bin/python -m nbconvert --to notebook --inplace --execute --allow-errors"
    subprocess.run(
        [*command.split(), path],
        cwd=machine,
        env={"HOME": str(machine), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    return notebook.read(path)


def errors(made):
    """What cells raised, by ``grade_id``."""
    outputs = {notebook.grade_id(cell): cell.get("outputs", []) for cell in made.cells}
    return {name: each.evalue for name, several in outputs.items() for each in several
            if each.output_type == "error"}  # fmt: skip


def test_right_answers_pass_the_visible_tests_with_the_bundles_package(machine):
    source = notebook.read(COURSE.notebook("source", "01-activations"))
    release = notebook.read(machine / "01-activations" / "activations.ipynb")
    made = with_answers(release, reference_answers(source))
    where = "import scratchgrad; print(scratchgrad.__file__)"
    made.cells.append(notebook.nbformat.v4.new_code_cell(where, id="where"))
    made = executed(machine, made)
    imported = Path(made.cells[-1].outputs[0].text.strip())
    assert imported.is_relative_to(machine / ".venv")
    assert errors(made) == {}


def test_an_untouched_notebook_says_what_is_not_written(machine):
    release = notebook.read(machine / "01-activations" / "activations.ipynb")
    shown = errors(executed(machine, release))
    for exercise in notebook.exercises(release):
        visible = exercise.tests[0].metadata.nbgrader.grade_id
        assert f"{exercise.name} is not written yet" in shown[visible]


def test_the_wheel_holds_the_checks_only(machine):
    (site,) = machine.glob(".venv/lib/python*/site-packages")
    modules = {path.relative_to(site) for path in site.glob("scratchgrad/**/*.py")}
    there = {path.relative_to(ROOT / "src") for path in ROOT.glob("src/scratchgrad/checks/*.py")}
    assert modules == {Path("scratchgrad/__init__.py"), *there}


# --- when it is written, and when not


def test_the_same_course_gives_the_same_bytes_at_any_time(built):
    bundle = make_bundle(built, [ASSIGNMENT])
    assert make_bundle(built, [ASSIGNMENT]) == bundle
    (wheel,) = (data for name, data in unpacked(bundle) if name.endswith(".whl"))
    for data in (bundle, wheel):
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
        assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
        assert [entry.filename for entry in entries] == sorted(e.filename for e in entries)


@pytest.mark.parametrize("course_id, title", [("Deep learning 1", "Deep-learning-1"), (None, "")])
def test_all_is_in_one_folder_with_the_courses_name(built, course_id, title):
    config = built.root / "nbgrader_config.py"
    kept = [line for line in config.read_text().splitlines() if "course_id" not in line]
    setting = f"c.CourseDirectory.course_id = {course_id!r}" if course_id else ""
    config.write_text("\n".join([*kept, setting]))
    names = {name for name, _ in unpacked(make_bundle(built, [ASSIGNMENT])) if ".whl" not in name}
    files = {"README.txt", "requirements.txt", "01-tiny/tiny.ipynb"}
    assert names == {f"{title or built.root.name}/{name}" for name in files}


def test_the_command_says_what_it_wrote_where(built, monkeypatch, capsys):
    monkeypatch.chdir(built.root)
    assert main(["bundle"]) == 0
    assert capsys.readouterr().out == "wrote bundle.zip with 01-tiny\n"
    readme = dict(unpacked(Path("bundle.zip").read_bytes()))["scratchgrad/README.txt"].decode()
    assert "    01-tiny/tiny.ipynb" in readme.splitlines()


def test_a_release_that_was_changed_is_refused_and_an_earlier_zip_kept(built, monkeypatch, capsys):
    monkeypatch.chdir(built.root)
    Path("bundle.zip").write_text("earlier")
    release = notebook.read(built.root / RELEASE)
    release.cells[0].source = "# Other"
    notebook.write(built.root / RELEASE, release)
    assert main(["bundle"]) == 2
    said = f"scratchgrad: {RELEASE} is out of step with source/. To mend: scratchgrad build\n"
    assert capsys.readouterr().err == said
    assert Path("bundle.zip").read_text() == "earlier"


def test_a_release_that_is_missing_is_refused(course):
    with pytest.raises(CourseError, match=f"{RELEASE} is out of step"):
        make_bundle(course, [ASSIGNMENT])


def test_a_file_beside_the_notebook_with_a_line_of_a_hidden_test_is_refused(built):
    (built.root / "source" / ASSIGNMENT / "notes.txt").write_text(f"To do:\n  {SECRET}\n")
    files = build.build(built, ASSIGNMENT, ["release"])
    build.write(built, files, files)
    with pytest.raises(CourseError) as refused:
        make_bundle(built, [ASSIGNMENT])
    assert f"release/01-tiny/notes.txt gives a solution or hidden test away: {SECRET}" in str(
        refused.value
    )


def test_a_file_that_cannot_be_written_is_named(built, monkeypatch, capsys):
    monkeypatch.chdir(built.root)
    (built.root / "there").mkdir()
    assert main(["bundle", "--to", "there"]) == 2
    assert "there: Is a directory" in capsys.readouterr().err


# --- the search for leaks


def cells(*sources):
    made = [notebook.nbformat.v4.new_code_cell(source) for source in sources]
    made[0].metadata["nbgrader"] = {"solution": True, "grade": False, "grade_id": "f"}
    return made


MARKED = f"""\
import numpy as np
{notebook.BEGIN_SOLUTION}
import secrets_of_numpy
answer = np.full(42, 42)
shown = np.full(41, 41)
{notebook.END_SOLUTION}
"""


def test_lines_shown_elsewhere_and_imports_are_no_secrets():
    secret = secret_lines(cells(MARKED, "shown = np.full(41, 41)"))
    markers = {notebook.BEGIN_SOLUTION, notebook.END_SOLUTION}
    assert secret - markers == {"answer = np.full(42, 42)"}


def test_all_of_a_solution_cell_without_a_marked_region_is_secret():
    assert secret_lines(cells("answer = np.full(42, 42)")) == {"answer = np.full(42, 42)"}


def test_a_notebook_is_searched_in_every_part_of_it():
    secret = {'print("forty-two")'}
    for part in ({"source": ['print("forty-two")\n']}, {"metadata": {"a": 'print("forty-two")'}}):
        content = json.dumps({"cells": [part]}).encode()
        assert leaked("a.ipynb", content, secret) == 'print("forty-two")'
    assert leaked("a.ipynb", b'{"cells": [], "nbformat": 4}', secret) is None


def test_a_region_that_was_left_in_is_found_whatever_it_holds():
    assert leaked("a.py", notebook.BEGIN_HIDDEN.encode(), set()) == notebook.BEGIN_HIDDEN

import nbformat
import pytest

from scratchgrad.course import build, notebook
from scratchgrad.course.layout import CourseError
from tiny import ASSIGNMENT

RELEASE, SOLUTIONS = "release/01-tiny/tiny.ipynb", "solutions/01-tiny/tiny.ipynb"


def changed(course, step, change):
    path = course.notebook(step, ASSIGNMENT)
    made = notebook.read(path)
    change({cell.id: cell for cell in made.cells})
    notebook.write(path, made)


@pytest.fixture
def files(built):
    paths = (built.root / name for name in (RELEASE, SOLUTIONS))
    return {str(path.relative_to(built.root)): path.read_bytes() for path in paths}


def picture(cells):
    return cells["figure-line"].outputs[0].data


def test_two_builds_are_identical(built, files):
    assert build.build(built, ASSIGNMENT) == files


def test_release_has_stubs_and_no_outputs(files):
    made = nbformat.reads(files[RELEASE].decode(), as_version=4)
    stub = next(cell for cell in made.cells if cell.id == "double")
    assert stub.source.endswith("# YOUR CODE HERE\n    raise NotImplementedError()")
    assert not any(cell.get("outputs") for cell in made.cells)


def test_solutions_are_executed(files):
    made = nbformat.reads(files[SOLUTIONS].decode(), as_version=4)
    assert "image/png" in picture({cell.id: cell for cell in made.cells})


def test_figures_are_shown_whatever_backend_the_caller_has(course, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    made = nbformat.reads(build.build(course, ASSIGNMENT)[SOLUTIONS].decode(), as_version=4)
    assert "image/png" in picture({cell.id: cell for cell in made.cells})


def test_no_trace_of_machine_or_time(files):
    for content in files.values():
        assert not [word for word in (b"iopub", b'"version"', b"/tmp") if word in content]


def test_in_step(built, files):
    assert build.differences(built, ASSIGNMENT, files) == []


def test_changed_text_is_out_of_step(built, files):
    changed(built, "release", lambda cells: cells["double"].update(source="pass"))
    assert build.differences(built, ASSIGNMENT, files) == [RELEASE]


def test_changed_output_is_out_of_step(built, files):
    changed(built, "solutions", lambda cells: picture(cells).update({"text/plain": "other"}))
    assert build.differences(built, ASSIGNMENT, files) == [SOLUTIONS]


def test_other_bits_in_a_picture_are_in_step(built, files):
    changed(built, "solutions", lambda cells: picture(cells).update({"image/png": "AAAA"}))
    assert build.differences(built, ASSIGNMENT, files) == []


def test_missing_picture_is_out_of_step(built, files):
    changed(built, "solutions", lambda cells: picture(cells).pop("image/png"))
    assert build.differences(built, ASSIGNMENT, files) == [SOLUTIONS]


def test_superfluous_and_missing_files_are_out_of_step(built, files):
    (built.root / "release/01-tiny/answers.txt").touch()
    (built.root / SOLUTIONS).unlink()
    names = build.differences(built, ASSIGNMENT, files)
    assert names == ["release/01-tiny/answers.txt", SOLUTIONS]
    build.write(built, names, files)
    assert build.differences(built, ASSIGNMENT, files) == []


def test_unreadable_committed_notebook_is_out_of_step(built, files):
    (built.root / RELEASE).write_text("{")
    assert build.differences(built, ASSIGNMENT, files) == [RELEASE]


def test_failing_cell_of_the_answer_key_is_named(course):
    changed(course, "source", lambda cells: cells["double-negative"].update(source="1 / 0"))
    with pytest.raises(
        CourseError, match="tiny.ipynb: cell double-negative fails: ZeroDivisionError"
    ):
        build.build(course, ASSIGNMENT)


def test_unclosed_region_is_an_error(course):
    unclosed = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x"
    changed(course, "source", lambda cells: cells["double"].update(source=unclosed))
    with pytest.raises(CourseError, match="no end solution"):
        build.build(course, ASSIGNMENT)


def test_building_leaves_no_gradebook(built):
    assert sorted(path.name for path in built.root.iterdir()) == [
        "nbgrader_config.py",
        "release",
        "solutions",
        "source",
    ]

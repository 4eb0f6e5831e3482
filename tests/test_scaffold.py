"""What `scratchgrad new` writes is right as it stands, and overwrites nothing."""

import pytest

from running import failures
from scratchgrad.cli import main
from scratchgrad.course import build, lint, notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.submission import reference_answers, with_answers
from test_gates import split
from tiny import ROOT

NAME, EXERCISE = "05-optimisers", "mean_square"
SOURCE, ANSWERS = "source/05-optimisers/optimisers.ipynb", "misconceptions/05_optimisers.py"


@pytest.fixture
def begun(course, monkeypatch, capsys):
    """The tiny course with a new assignment."""
    monkeypatch.chdir(course.root)
    assert main(["new", NAME]) == 0
    return course


def read(course):
    return notebook.read(course.notebook("source", NAME))


def losing(course, answers):
    """The test cells that fail with some answers."""
    folder = course.folder("source", NAME)
    return set(failures(with_answers(read(course), answers), folder))


def contents(course):
    return {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}


def test_new_assignment_keeps_the_rules(begun):
    assert lint.lint(begun, NAME) == []


def test_its_answer_key_runs_and_an_untouched_release_gets_nothing(begun):
    files = build.build(begun, NAME)
    build.write(begun, files, files)
    source, release = (notebook.read(begun.notebook(step, NAME)) for step in ("source", "release"))
    assert losing(begun, reference_answers(source)) == set()
    tests = {notebook.grade_id(test) for test in notebook.exercises(source)[0].tests}
    assert losing(begun, reference_answers(release)) == tests


def test_its_known_answers_are_judged_rightly(begun):
    for answer in load_answers(begun.misconceptions(NAME)):
        lost = losing(begun, {answer.exercise: answer.source}) - {f"test_{EXERCISE}_examples"}
        assert bool(lost) == (answer.kind == "misconception"), answer.name


def test_its_secrets_are_no_lines_of_what_learners_install(begun):
    secret = set().union(*(split(cell.source)[1] for cell in read(begun).cells))
    assert len(secret) > 10
    for path in (ROOT / "src").rglob("*.*"):
        if path.suffix != ".pyc":
            lines = {line.strip() for line in path.read_text(encoding="utf-8").splitlines()}
            assert not [line for line in lines & secret if len(line) > 12], path


def test_it_says_what_it_wrote_and_what_comes_next(course, monkeypatch, capsys):
    monkeypatch.chdir(course.root)
    main(["new", NAME])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"wrote {SOURCE}", f"wrote {ANSWERS}"]
    assert [line.split()[1:] for line in lines[-3:]] == [
        ["lint", "--fix", NAME], ["build", NAME], ["mutants", NAME],
    ]  # fmt: skip


def test_title_and_first_exercise_are_named(course, monkeypatch):
    monkeypatch.chdir(course.root)
    assert main(["new", "12-at-work", "--exercise", "step"]) == 0
    made = notebook.read(course.root / "source/12-at-work/at_work.ipynb")
    assert made.cells[0].source.startswith("# 12 · At work\n")
    assert [each.name for each in notebook.exercises(made)] == ["step"]
    assert lint.lint(course, "12-at-work") == []


def test_added_exercise_comes_last_but_for_the_closing_text(begun):
    before = read(begun)
    assert main(["new", NAME, "--exercise", "another_one"]) == 0
    after = read(begun)
    assert lint.lint(begun, NAME) == []
    assert losing(begun, {}) == set()
    assert after.cells[: len(before.cells) - 1] == before.cells[:-1]
    assert after.cells[-1] == before.cells[-1]
    assert [each.name for each in notebook.exercises(after)] == [EXERCISE, "another_one"]


def test_added_exercise_keeps_the_answers_there_are(begun):
    path = begun.root / ANSWERS
    before = path.read_text()
    main(["new", NAME, "--exercise", "another_one"])
    assert path.read_text().startswith(before)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["optimisers"], "'optimisers' is not of the form NN-slug"),
        (["5-optimisers"], "'5-optimisers' is not of the form NN-slug"),
        (["05-Optimisers"], "'05-Optimisers' is not of the form NN-slug"),
        (["05-optimisers/x"], "'05-optimisers/x' is not of the form NN-slug"),
        ([NAME], f"source/{NAME} already exists"),
        ([NAME, "--exercise", EXERCISE], f"already has a cell named {EXERCISE}"),
        ([NAME, "--exercise", "setup"], "already has a cell named setup"),
        (["06-next", "--exercise", "a-b"], "'a-b' is no name for a function"),
        (["06-next", "--exercise", "class"], "'class' is no name for a function"),
        (["07-known"], "misconceptions/07_known.py already exists"),
        (["08-empty"], "source/08-empty already exists"),
    ],
)
def test_refused_in_one_line_and_nothing_is_touched(begun, capsys, arguments, message):
    (begun.root / "misconceptions/07_known.py").write_text("mine")
    (begun.root / "source/08-empty").mkdir()
    (begun.root / "source/08-empty/data.csv").write_text("mine")
    before = contents(begun)
    capsys.readouterr()
    assert main(["new", *arguments]) == 2
    shown = capsys.readouterr()
    assert message in shown.err and shown.err.count("\n") == 1 and not shown.out
    assert contents(begun) == before


def test_outside_a_course(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", NAME]) == 2
    assert "no course here" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

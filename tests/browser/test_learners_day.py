"""A learner's day in JupyterLab: fetch, write, validate, submit, read the feedback."""

from nbgrader.utils import get_username
from playwright.sync_api import expect

from answering import right_answers
from chromium import needs_chromium
from scratchgrad.course.answers import load_answers

pytestmark = needs_chromium
ASSIGNMENT = "01-activations"
# No visible test finds it.
MISTAKE = ("saturated_fraction", "not_strict")


def answers(course):
    """Answers to all exercises, all right but one, and what is said of that mistake."""
    (mistake,) = [
        each
        for each in load_answers(course.misconceptions(ASSIGNMENT))
        if (each.exercise, each.name) == MISTAKE
    ]
    return right_answers(course, ASSIGNMENT) | {mistake.exercise: mistake.source}, mistake.says


def test_learners_day(lab, learner, instructor, course):
    written, mistake = answers(course)
    instructor.run(course.root, "nbgrader", "release_assignment", ASSIGNMENT)
    home = learner.home / "work"
    home.mkdir()
    with learner.jupyter_lab(home) as address:
        lab = lab(address, "learner")
        fetches(lab)
        tries_an_exercise(lab)
        validates_with_one_wrong(lab, written)
        mends_it_and_validates(lab, written)
        submits(lab)
        grade_the_class(instructor, course)
        fetches_feedback(lab)
        reads_feedback(lab, mistake)


def fetches(lab):
    with lab.step("open Assignment List"):
        lab.menu("Nbgrader", "Assignment List")
        released = lab.page.locator("#released_assignments_list")
        expect(released).to_contain_text(ASSIGNMENT)
    with lab.step("fetch the assignment"):
        released.get_by_role("button", name="fetch").click()
        fetched = lab.page.locator("#fetched_assignments_list")
        fetched.get_by_text(ASSIGNMENT).click()
        expect(fetched.get_by_text("activations", exact=True)).to_be_visible()
    with lab.step("open the notebook"):
        fetched.get_by_text("activations", exact=True).click()
        expect(lab.page.get_by_role("heading", name="1 · Activations")).to_be_visible()
        expect(lab.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()


def tries_an_exercise(lab):
    sigmoid, examples = lab.cell("def sigmoid("), lab.cell("checks.returns(sigmoid, 0.0")
    with lab.step("run the first cell"):
        lab.run(lab.cell("import matplotlib.pyplot"))
    with lab.step("type an answer"):
        sigmoid.get_by_text("raise NotImplementedError()").click()
        lab.type_line("return 1 / (1 + np.exp(-x))")
        lab.run(sigmoid)
    with lab.step("read what a visible test says"):
        lab.run(examples)
        expect(examples).to_contain_text("Far out: 0 and 1.")
        expect(examples).to_contain_text("bad operand type for unary -: 'list'")
    with lab.step("type a better answer"):
        sigmoid.get_by_text("return 1 / (1 + np.exp(-x))").click()
        lab.type_line("return 1 / (1 + np.exp(-as_float(x)))")
        lab.run(sigmoid)
        lab.run(examples)
        expect(examples).to_contain_text("No exponential may overflow.")


def validates_with_one_wrong(lab, written):
    with lab.step("answer the other exercises"):
        for name, code in written.items():
            if name != "sigmoid":
                lab.write(lab.cell(f"def {name}("), code)
    with lab.step("validate with one exercise wrong"):
        lab.page.get_by_role("button", name="Validate").click()
        dialog = lab.page.get_by_role("dialog")
        expect(dialog).to_contain_text("The following cell failed")
        expect(dialog).to_contain_text("No exponential may overflow.")
        assert dialog.get_by_text("The following cell failed").count() == 1
    dialog.get_by_role("button", name="Ok").click()


def mends_it_and_validates(lab, written):
    sigmoid, examples = lab.cell("def sigmoid("), lab.cell("checks.returns(sigmoid, 0.0")
    with lab.step("mend the exercise"):
        lab.write(sigmoid, written["sigmoid"])
        lab.run(examples)
        expect(examples.locator(".jp-OutputArea-output")).to_have_count(0)
    with lab.step("validate again"):
        lab.page.get_by_role("button", name="Validate").click()
        dialog = lab.page.get_by_role("dialog")
        expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
    dialog.get_by_role("button", name="Ok").click()


def submits(lab):
    with lab.step("submit"):
        lab.save()
        lab.tab("Assignments")
        lab.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").click()
        expect(lab.page.locator("#submitted_assignments_list")).to_contain_text(ASSIGNMENT)


def grade_the_class(instructor, course):
    for command in ("nbgrader collect", "scratchgrad grade", "nbgrader generate_feedback",
                    "nbgrader release_feedback"):  # fmt: skip
        shown = instructor.run(course.root, *command.split(), ASSIGNMENT)
        if command == "scratchgrad grade":
            assert get_username() in shown


def fetches_feedback(lab):
    submitted = lab.page.locator("#submitted_assignments_list")
    with lab.step("see that there is feedback"):
        lab.page.get_by_title("Refresh assignments list").click()
        expect(submitted).to_contain_text("feedback available to fetch")
    with lab.step("fetch the feedback"):
        submitted.get_by_role("button", name="Fetch Feedback").click()
        expect(submitted).to_contain_text("view feedback")
    with lab.step("view feedback"):
        submitted.get_by_text("(view feedback)").click()
        lab.page.get_by_role("listitem", name="activations.html").wait_for()


def reads_feedback(lab, mistake):
    page = lab.page.frame_locator(".jp-HTMLViewer iframe")
    with lab.step("open the feedback page"):
        lab.page.get_by_role("listitem", name="activations.html").dblclick()
        expect(page.get_by_text("28 of 29 points")).to_be_visible()
    with lab.step("read about the mistake"):
        page.get_by_role("link", name="Saturation").click()
        expect(page.get_by_text(mistake)).to_be_in_viewport()
        expect(page.get_by_role("heading", name="Saturation")).to_contain_text("1 of 2")

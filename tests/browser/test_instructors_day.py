"""An instructor's day in JupyterLab's Formgrader: release, collect, grade, look, give back."""

import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import expect

from answering import right_answers
from chromium import Lair, evil, needs_chromium
from scratchgrad.course import notebook
from scratchgrad.course.layout import Course
from scratchgrad.course.submission import with_answers
from tiny import ROOT

pytestmark = needs_chromium
ASSIGNMENT = "01-activations"
COMMENT = "Neat, and well explained."

# In one process with the tests, this empties their cells, and empty cells pass.
HOSTILE = """\
def sigmoid(x):
    raise NotImplementedError()


get_ipython().input_transformers_post.append(lambda lines: [])
"""


def submissions(course, lair):
    """What is handed in, by learner: right answers, nothing but an attack, answers with markup."""
    right = right_answers(course, ASSIGNMENT)
    release = notebook.read(course.notebook("release", ASSIGNMENT))
    bad = evil(lair.address)
    shows = "\n".join(f"display({kind}({bad!r}))" for kind in ("HTML", "Markdown", "Javascript"))
    marked = with_answers(release, right | {"relu": f'{right["relu"]}\n\n\nr"""{bad}"""'})
    marked.cells += [
        new_code_cell(f"from IPython.display import *\n\nprint({bad!r})\n{shows}"),
        new_markdown_cell(f"{bad}\n\nthe end of it"),
    ]
    return {
        "ada": with_answers(release, right),
        "eve": marked,
        "mallory": with_answers(release, {"sigmoid": HOSTILE}),
    }


def test_instructors_day(lab, instructor, learner, course, exchange):
    with Lair() as lair, instructor.jupyter_lab(course.root) as address:
        lab = lab(address, "instructor")
        releases(lab, exchange, course)
        for student, made in submissions(course, lair).items():
            hand_in(learner, student, made)
        collects(lab, course)
        grades(lab)
        looks_at_markup(lab, lair)
        gives_feedback(lab, exchange)
        edits_the_source(lab, instructor, course)


def formgrader(lab):
    return lab.page.frame_locator("#formgrader-iframe iframe")


def row(lab, text):
    return formgrader(lab).locator("#main-table tr").filter(has_text=text)


def press(lab, step, where, button, says):
    """Press a button of a row, read in the dialog how it went, and close it."""
    with lab.step(step):
        row(lab, where).locator(f"td.{button} a").click()
        dialog = formgrader(lab).get_by_role("dialog")
        expect(dialog).to_be_visible()
        expect(dialog.get_by_role("heading")).to_have_text("Success")
        expect(dialog).to_contain_text(says)
    dialog.get_by_role("button", name="OK").click()
    expect(formgrader(lab).locator(".modal, .modal-backdrop")).to_have_count(0)


def releases(lab, exchange, course):
    with lab.step("open Formgrader"):
        lab.menu("Nbgrader", "Formgrader")
        # The file browser takes the room that the table needs.
        lab.page.get_by_role("tab", name="File Browser").click()
        for assignment in course.assignments():
            expect(row(lab, assignment)).to_contain_text("draft")
    press(lab, "generate", ASSIGNMENT, "assign", "Successfully created the student version")
    press(lab, "release", ASSIGNMENT, "release", "Successfully released")
    with lab.step("see that it is released"):
        expect(row(lab, ASSIGNMENT)).to_contain_text("released")
        # The button makes what `scratchgrad build` made.
        released = exchange / "scratchgrad/outbound" / ASSIGNMENT / "activations.ipynb"
        assert released.read_bytes() == Course(ROOT).notebook("release", ASSIGNMENT).read_bytes()


def hand_in(learner, student, made):
    """Hand in as a learner does, under a name of one's own: here all have one account."""
    folder = learner.home / student
    (folder / ASSIGNMENT).mkdir(parents=True)
    nbformat.write(made, folder / ASSIGNMENT / "activations.ipynb")
    options = f"--course=scratchgrad --student={student}"
    learner.run(folder, "nbgrader", "submit", ASSIGNMENT, *options.split())


def collects(lab, course):
    press(lab, "collect", ASSIGNMENT, "collect", "Successfully collected")
    with lab.step("see the submissions"):
        row(lab, ASSIGNMENT).locator("td.num-submissions a").click()
        for student in ("ada", "eve", "mallory"):
            expect(row(lab, student)).to_contain_text("needs autograding")


def grades(lab):
    for student, points in {"ada": "29 / 29", "mallory": "0 / 29", "eve": "29 / 29"}.items():
        press(lab, f"autograde {student}", student, "autograde", "Successfully autograded")
        with lab.step(f"see the points of {student}"):
            expect(row(lab, student).locator("td.status")).to_have_text("graded")
            expect(row(lab, student).locator("td.score")).to_have_text(points)


def looks_at_markup(lab, lair):
    page = formgrader(lab)
    with lab.step("see all submissions to grade by hand"):
        page.get_by_role("link", name="Manual Grading").click()
        page.get_by_role("link", name=ASSIGNMENT).click()
        page.get_by_role("link", name="activations").click()
        expect(page.get_by_role("link", name="Submission #3")).to_be_visible()
        page.get_by_role("button", name="Show All Names").click()
        expect(page.get_by_role("link", name="eve")).to_be_visible()
    with lab.step("look at a submission with markup"):
        page.get_by_role("link", name="eve").click()
        expect(page.get_by_text("Student's answer").first).to_be_visible()
        lab.page.frame(url=re.compile("formgrader/submissions")).wait_for_load_state("networkidle")
    with lab.step("see what it showed"):
        page.locator(".cell").last.scroll_into_view_if_needed()
        expect(page.get_by_text("the end of it")).to_be_in_viewport()
        assert "owned" not in [frame.title() for frame in lab.page.frames]
        assert lair.reached == []
    with lab.step("leave a comment"):
        page.locator("#sigmoid-comment").fill(COMMENT)
        with lab.page.expect_response("**/formgrader/api/comment/*") as saved:
            page.locator("#sigmoid-comment").blur()
        assert saved.value.ok


def gives_feedback(lab, exchange):
    page = formgrader(lab)
    page.get_by_role("link", name="Manual Grading").click()
    page.get_by_role("link", name="Manage Assignments").click()
    for verb in ("generate", "release"):
        says = f"Successfully {verb}d feedback"
        press(lab, f"{verb} feedback", ASSIGNMENT, f"{verb}-feedback", says)
    with lab.step("see that feedback is released"):
        told = [path.read_text() for path in exchange.glob("scratchgrad/feedback/*.html")]
        assert len(told) == 3
        assert sum(">29 of 29 points<" in each for each in told) == 2
        assert sum(">0 of 29 points<" in each for each in told) == 1
        assert sum(COMMENT in each for each in told) == 1


def edits_the_source(lab, instructor, course):
    with lab.step("open Course List"):
        lab.menu("Nbgrader", "Course List")
        expect(lab.page.locator("#nbgrader-course-list")).to_contain_text("scratchgrad")
    with lab.step("open the source notebook"):
        lab.page.get_by_role("tab", name="File Browser").click()
        for name in ("source", ASSIGNMENT, "activations.ipynb"):
            lab.page.get_by_role("listitem", name=name).dblclick()
        expect(lab.page.get_by_role("heading", name="1 · Activations")).to_be_visible()
    with lab.step("open Create Assignment"):
        lab.menu("Nbgrader", "Create assignment")
        expect(lab.page.get_by_label("Total points")).to_have_value("29")
    with lab.step("run a cell and save"):
        lab.run(lab.cell("import matplotlib.pyplot"))
        lab.save()
        path, ours = (each.notebook("source", ASSIGNMENT) for each in (course, Course(ROOT)))
        assert path.read_bytes() != ours.read_bytes()
        instructor.run(course.root, "scratchgrad", "lint", "--fix", ASSIGNMENT)
        assert path.read_bytes() == ours.read_bytes()

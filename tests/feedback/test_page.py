"""Feedback pages tell enough, show no hidden test, and run nothing."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from graded import FAILED, HIDDEN, PNG, case, marks, page, solution

EVIL = "</pre></details><script>evil()</script><img src=x onerror=evil()>"


class Tags(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_a_failed_hidden_test_tells_its_reason_and_nothing_else():
    made = page(solution(), FAILED)
    text = Tags(made).text
    assert "Hidden tests: negative inputs." in text and "Twice is twice, below 0 too." in text
    assert "wrong values" in text
    for secret in ("31337", "62674", "checks.returns", "HIDDEN"):
        assert secret not in made


def test_a_comment_of_two_lines_is_told_whole():
    source = HIDDEN.replace("negative inputs.", "negative inputs; the\n# array is left alone.")
    made = page(solution(), case("test_double_below", source, 0.0, 2.0, "No.", why="So it is."))
    assert "Hidden tests: negative inputs; the array is left alone. <strong>" in made


def test_code_in_a_reason_stands_out():
    failed = case(
        "test_double_a", "assert 0", 0.0, 1.0, "No.", why="`x < 0` is <b>doubled</b> too."
    )
    wrong = solution(diagnosis="`abs` is taken first.")
    made = page(wrong, failed)
    assert "<code>x &lt; 0</code> is &lt;b&gt;doubled&lt;/b&gt; too." in made
    assert "<code>abs</code> is taken first." in made


def test_a_passed_hidden_test_shows_no_code():
    made = page(solution(), case("test_double_below", HIDDEN, 2.0, 2.0))
    assert "passed" in made and "checks" not in made and "62674" not in made


def test_a_visible_test_tells_what_it_found():
    seen = case(
        "test_double_examples", "checks.returns(double, 1, expected=2, why='Twice.')", 0.0, 0.0,
        "Twice. double(1): expected 2, received 1.", why="Twice.", result="wrong values",
    )  # fmt: skip
    text = Tags(page(solution(), seen)).text
    assert "double(1): expected 2, received 1." in text and "failed" in text


def test_points_penalty_comment_and_diagnosis():
    partial = case("test_double_part", HIDDEN, 0.5, 2.0, result="partial credit")
    told = {"diagnosis": "You forgot to double.", "comment": "Nice try."}
    text = Tags(page(solution(**told), partial, FAILED, penalty=0.25)).text
    assert "0.25 of 4 points" in text and "0.5 of 2" in text and "0.25 were taken off" in text
    assert "You forgot to double." in text and "Nice try." in text


def test_written_answers_and_added_cells():
    written = new_markdown_cell("Because **of it**.", metadata={"nbgrader": marks("why")})
    written.metadata.nbgrader.update(grade=True, solution=True, score=1.0, points=2.0)
    added = new_code_cell("print('mine')", metadata={"scratchgrad": {"added": True}})
    added.outputs = [nbformat.v4.new_output("stream", text="mine\n")]
    made = page(solution(), FAILED, written, added)
    assert "<strong>of it</strong>" in made and "1 of 2" in made
    assert "Cells you added" in made and "print(&#39;mine&#39;)" in made


HOSTILE = {
    "code": lambda: [solution(EVIL)],
    "stream": lambda: [solution(outputs=[nbformat.v4.new_output("stream", text=EVIL)])],
    "error": lambda: [
        solution(
            outputs=[nbformat.v4.new_output("error", ename=EVIL, evalue=EVIL, traceback=[EVIL])]
        )
    ],
    "html output": lambda: [
        solution(outputs=[nbformat.v4.new_output("display_data", {"text/html": EVIL})])
    ],
    "picture": lambda: [
        solution(outputs=[nbformat.v4.new_output("display_data", {"image/png": PNG + EVIL})])
    ],
    "svg": lambda: [
        solution(outputs=[nbformat.v4.new_output("display_data", {"image/svg+xml": EVIL})])
    ],
    "markdown": lambda: [
        solution(),
        new_markdown_cell(EVIL, metadata={"scratchgrad": {"added": True}}),
    ],
    "comment": lambda: [solution(comment=EVIL)],
    "kind of failure": lambda: [
        solution(), case("test_double_x", HIDDEN, 0.0, 1.0, EVIL, why=EVIL, result=EVIL),
    ],
}  # fmt: skip


@pytest.mark.parametrize("cells", HOSTILE.values(), ids=HOSTILE)
def test_nothing_of_a_submission_runs(cells):
    ours = {tag for tag, _ in Tags(page(solution(outputs=[_drawn()]), FAILED)).tags}
    tags = Tags(page(*cells())).tags
    assert {tag for tag, _ in tags} <= ours | {"p", "img"}
    for tag, attributes in tags:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("src", PICTURE).startswith(PICTURE)
        assert tag != "a" or attributes["href"].startswith("#")


PICTURE = "data:image/png;base64,"


def _drawn():
    return nbformat.v4.new_output("display_data", {"image/png": PNG})


def test_a_picture_is_shown():
    assert f'src="{PICTURE}{PNG}"' in page(solution(outputs=[_drawn()]), FAILED)


def test_the_policy_forbids_script_and_knows_the_style():
    made = page(solution(), FAILED)
    (policy,) = (a["content"] for t, a in Tags(made).tags if a.get("http-equiv"))
    (style,) = re.findall("<style>(.*?)</style>", made, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy
    assert "script-src" not in policy and "<script" not in made


def test_text_is_capped():
    assert len(page(solution("x" * 10**6), FAILED)) < 100_000

"""nbgrader's pages show what learners wrote, and run none of it."""

from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import nbgrader.server_extensions.formgrader as formgrader
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook

from scratchgrad.course.layout import Course, nbgrader_config
from scratchgrad.feedback.markdown import harmless_html

HOSTILE = {
    "script": "<script>evil()</script>",
    "handler": "<img src=x onerror='evil()'>",
    "handler without quotes": "<b onclick=evil()>text</b>",
    "link": "[click](javascript:evil())",
    "link in disguise": "<a href='  jAvascript&#58;evil()'>click</a>",
    "data": "<a href='data:text/html,<script>evil()</script>'>click</a>",
    "svg": "<svg onload=evil()><script>evil()</script></svg>",
    "frame": "<iframe srcdoc='<script>evil()</script>'></iframe>",
    "style": "<style>body { background: url(https://evil()) }</style>",
    "style of a tag": "<p style='background: url(https://evil())'>text</p>",
    "picture elsewhere": "![picture](https://evil())",
    "torn tag": "<scr<script>ipt>evil()</scr</script>ipt>",
    "title": "![x](y 'a\" onerror=\"evil()')",
}
WRITTEN = {"grade_id": "w", "solution": True, "grade": True, "schema_version": 3}


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found += [(tag, name, value) for name, value in [*attributes, (None, None)]]


def tags(page):
    return Tags(page).found


def page(text, template):
    config = nbgrader_config(Course.find())
    folder = Path(formgrader.__file__).parent
    config.HTMLExporter.template_name = template
    config.HTMLExporter.extra_template_basedirs = [str(folder / "templates")]
    styles = folder / "static/node_modules/bootstrap/dist/css"
    config.HTMLExporter.extra_template_paths = [str(styles)]
    cell = new_markdown_cell(text, id="w", metadata={"nbgrader": WRITTEN})
    cell.metadata.nbgrader |= {"score": 0, "comment": "", "points": 1, "locked": False}
    numbers = dict.fromkeys(("index", "total", "late_penalty", "score", "max_score"), 0)
    resources = defaultdict(str, numbers, nbgrader=defaultdict(str, numbers))
    exporter = HTMLExporter(config=config)
    return exporter.from_notebook_node(new_notebook(cells=[cell]), resources=resources)[0]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_markdown_of_learners_runs_nothing(text, template):
    found = [each for each in tags(page(text, template)) if "evil" in str(each)]
    assert not found
    known = {tag for tag, _, _ in tags(page("text", template))}
    assert {tag for tag, _, _ in tags(page(text, template))} <= known | {"a", "img", "b", "p"}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("# Title", "h1"),
        ("a **b**", "strong"),
        ("| a |\n|---|\n| 1 |", "td"),
        ("```python\nx = 1\n```", "pre"),
        ("![a](data:image/png;base64,AAAA)", "img"),
        ("[a](https://example.org)", "a"),
    ],
)
def test_markdown_keeps_its_form(text, tag):
    assert tag in {found for found, _, _ in tags(harmless_html(text))}


def test_formulas_stay():
    assert r"$\frac{a}{b}$" in harmless_html(r"a formula $\frac{a}{b}$")


@pytest.mark.parametrize("source", [
    "![a curve](attachment:x.png)", "![a curve][1]\n\n[1]: attachment:x.png",
    ">" * 5000 + " a curve",
])  # fmt: skip
def test_what_cannot_be_rendered_is_shown_as_text(source):
    page = harmless_html(source)
    assert "a curve" in page and "src" not in page

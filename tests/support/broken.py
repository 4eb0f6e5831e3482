"""What learners hand in that is not what was asked for: five hundred submissions by name.

Each is written when a test needs it: the largest have no place in a repository.
"""

import contextlib
import json
import os
import random
import re
import socket
import stat
import string
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import nbformat

NOTEBOOK = "tiny.ipynb"
SEED = 20260
FULL, SQUARE, NOTHING = 4, 2, 0
_CASES = {}


@dataclass(frozen=True)
class Case:
    """A submission and what grading is to say of it.

    Attributes
    ----------
    write : callable
        Given the submission's folder, which is there and empty, and a perfect notebook as a dict.
    says : str or None
        A pattern for the reason or, where there are marks, for a note; None if there is
        nothing to say.
    total : float or None
        Points; None if it cannot be graded.
    student : str
        Name of the learner's folder.
    """

    write: Callable
    says: str | None
    total: float | None
    student: str


def cases():
    """All submissions.

    Returns
    -------
    dict of str to Case
    """
    return dict(_CASES)


def _add(name, write, says=None, total=None, student=None):
    assert name not in _CASES, name
    _CASES[name] = Case(write, says, total, student or name.replace("/", " "))


# ---- ways to write one


def _raw(content):
    """The notebook's file holds these bytes."""
    return lambda folder, perfect: (folder / NOTEBOOK).write_bytes(content)


def _text(make):
    """The notebook's file holds what is made of the perfect one's JSON."""

    def write(folder, perfect):
        made = make(json.dumps(perfect, indent=1))
        data = made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made
        (folder / NOTEBOOK).write_bytes(data)

    return write


def _changed(change):
    """A perfect notebook in which something was changed, or another object in its place."""

    def write(folder, perfect):
        other = change(perfect)
        content = perfect if other is None else other
        (folder / NOTEBOOK).write_text(json.dumps(content), "utf-8")

    return write


def _beside(more):
    """A perfect notebook with something beside it."""

    def write(folder, perfect):
        (folder / NOTEBOOK).write_text(json.dumps(perfect), "utf-8")
        more(folder)

    return write


def _instead(make):
    """Something that is no file where the notebook should be."""
    return lambda folder, perfect: make(folder / NOTEBOOK)


def _set(*place):
    """Put a value (the last argument) somewhere in a notebook."""
    *keys, last, value = place

    def change(notebook):
        for key in keys:
            notebook = notebook[key]
        notebook[last] = value

    return _changed(change)


def _drop(*keys):
    """Remove something from a notebook."""
    *keys, last = keys

    def change(notebook):
        for key in keys:
            notebook = notebook[key]
        del notebook[last]

    return _changed(change)


def _cell(notebook, name):
    """The cell with a ``grade_id``."""
    named = (cell for cell in notebook["cells"]
             if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)  # fmt: skip
    return next(named)


def _in_cell(name, change):
    def changed(notebook):
        change(_cell(notebook, name))

    return _changed(changed)


def _source(text, name="double"):
    """A perfect notebook with another answer."""
    return _in_cell(name, lambda cell: cell.update(source=text))


def _marks(name, **values):
    """nbgrader's metadata of a cell, edited."""
    return _in_cell(name, lambda cell: cell["metadata"]["nbgrader"].update(values))


def _plus(*cells):
    """More cells at the end."""
    return _changed(lambda notebook: notebook["cells"].extend(cells))


def _new(kind="code", **content):
    return {"cell_type": kind, "metadata": {}, "source": "", **content}


def _cells(change):
    """The list of cells, changed in place."""
    return _changed(lambda notebook: change(notebook["cells"]))


# ---- JSON

NOT_JSON = r"not valid JSON: .*line \d+, column \d+"


def _cut(share):
    return _text(lambda text: text[: int(share * (len(text) - 2)) + 1])


def _json():
    draw = random.Random(SEED)
    for number in range(30):
        _add(f"json cut at place {number}", _cut(draw.random()), NOT_JSON)
    for number in range(20):
        where, what = draw.random(), draw.choice('{}[],:"\\') * draw.randint(2, 5) + "\n"
        _add(
            f"json with something in between {number}",
            _text(lambda text, where=where, what=what: _inserted(text, where, what)),
            NOT_JSON,
        )
    texts = {
        "one bracket": ("{", NOT_JSON),
        "trailing text": (lambda text: text + "the end", "not valid JSON: Extra data"),
        "twice": (lambda text: text + text, "not valid JSON: Extra data"),
        "trailing brace": (lambda text: text + "}", "not valid JSON: Extra data"),
        "single quotes": (lambda text: text.replace('"', "'"), NOT_JSON),
        "curly quotes": (lambda text: text.replace('"', "\u201c"), NOT_JSON),
        "a comment": (lambda text: "// my answers\n" + text, NOT_JSON),
        "a trailing comma": (lambda text: text[:-1] + ",}", NOT_JSON),
        "Python's dict": (lambda text: repr(json.loads(text)), NOT_JSON),
        "line ends in strings": (lambda text: text.replace("\\n", "\n"), NOT_JSON),
        "a lone backslash": (lambda text: text.replace("\\n", "\\x"), NOT_JSON),
        "words": ("hello", NOT_JSON),
        "nothing": ("", "empty file"),
        "blanks": (" \r\n\t" * 100, "empty file"),
        "zero bytes": ("\0" * 5000, "nothing but zero bytes"),
        "a zero byte first": (lambda text: "\0" + text, "zero bytes"),
        "a zero byte last": (lambda text: text + "\0", "not valid JSON: Extra data"),
        "conflict marks": (lambda text: _conflicting(text), r"merge conflict in Git \(line \d+\)"),
        "a script": ("# %% answers\nimport math\n\ndef double(x):\n    return 2 * x\n", "script"),
        "a login page": ("\n<!DOCTYPE html><html><title>Log in</title></html>", "web page"),
        "a page without a type": ("<html><body>404</body></html>", "web page"),
        "XML": ('<?xml version="1.0"?><Error>AccessDenied</Error>', "web page"),
        "a pointer": ("version https://git-lfs.github.com/spec/v1\nsize 9\n", "pointer of Git LFS"),
        "YAML": ("nbformat: 4\ncells: []\n", NOT_JSON),
    }
    for name, (text, says) in texts.items():
        _add(f"json {name}", _text(text if callable(text) else lambda _, text=text: text), says)
    for text in ("null", "true", "1", "-0.5e7", '"x"', "[]", "[[[[]]]]", "[{}]"):
        _add(f"json only {text}".replace("/", " "), _raw(text.encode()), "no JSON object")
    for text in ("{}", '{"a": 1}', '{"metadata": {}, "nbformat": 4}', '{"Cells": []}'):
        _add(f"json object {text}", _raw(text.encode()), "JSON without cells")
    for name, value in (("NaN", float("nan")), ("Infinity", float("-inf")), ("1e999", 1e999)):
        _add(f"json {name} in metadata", _set("metadata", "x", value), total=FULL)
        _add(f"json {name} as format", _set("nbformat", value), "format .* no version")


def _inserted(text, where, what):
    place = int(where * len(text))
    return text[:place] + '"' + what + text[place:]


def _conflicting(text):
    lines = text.split("\n")
    lines[9:9] = ["<<<<<<< HEAD", '  "x": 1,', "=======", '  "x": 2,', ">>>>>>> theirs"]
    return "\n".join(lines)


def _bombs():
    deep = 100_000
    _add("bomb of lists", _raw(b"[" * deep + b"]" * deep), "nested too deeply")
    _add("bomb of lists that never end", _raw(b"[" * 10 * deep), "nested too deeply")
    _add("bomb of objects", _raw(b'{"cells":' * deep), "nested too deeply")
    _add("bomb in metadata", _text(lambda text: _with(text, "x", "[" * deep + "]" * deep)),
         "nested too deeply")  # fmt: skip
    _add("bomb of brackets in a string", _set("metadata", "x", "[" * deep), total=FULL)
    _add("lists 500 deep in metadata", _text(lambda text: _with(text, "x", "[" * 500 + "]" * 500)),
         total=FULL)  # fmt: skip
    _add("a format 500 lists deep", _text(lambda text: text.replace(
        '"nbformat": 4', '"nbformat": ' + "[" * 500 + "]" * 500)), "format")  # fmt: skip
    _add("bomb of a million keys", _changed(
        lambda notebook: notebook["metadata"].update((f"k{i}", i) for i in range(10**6))
    ), total=FULL)  # fmt: skip
    _add("a number of 100,000 digits", _text(lambda text: _with(text, "x", "9" * 10**5)),
         "number that is too long")  # fmt: skip
    _add("a fraction of 100,000 digits", _text(lambda text: _with(text, "x", "0." + "9" * 10**5)),
         total=FULL)  # fmt: skip
    _add("a format of 4,000 digits", _text(
        lambda text: text.replace('"nbformat": 4', '"nbformat": 4' + "0" * 4000)
    ), "format")  # fmt: skip
    _add("a format of a million letters", _set("nbformat", "4" * 10**6), "format")
    _add("keys twice", _text(lambda text: '{"cells": 1, "nbformat": 9,' + text[1:]), total=FULL)
    _add("cells twice, then none", _text(lambda text: text[:-1] + ', "cells": []}'),
         "has no cells")  # fmt: skip


def _with(text, key, value):
    """JSON text with one more entry in the notebook's metadata."""
    return re.sub(r'\n "metadata": {', lambda found: f'{found[0]}"{key}": {value},', text, count=1)


def _encodings():
    for name in ("utf-16", "utf-32"):
        for order in ("", "-le", "-be"):
            says = f"text in {name.upper()}" if not order else "zero bytes"
            _add(f"text in {name}{order}", _text(lambda text, code=name + order: text.encode(code)),
                 says)  # fmt: skip
    _add("text in utf-8 with a mark", _text(lambda text: "\ufeff" + text), total=FULL)
    _add("text in utf-8 with two marks", _text(lambda text: "\ufeff\ufeff" + text), NOT_JSON)
    _add("text in utf-7", _text(lambda text: text.encode("utf-7")), NOT_JSON)
    _add("text in EBCDIC", _text(lambda text: text.encode("cp500")), "UTF-8")
    for name, code, word in (("latin-1", "latin-1", "é"), ("Windows", "cp1251", "щ"),
                             ("Japan", "shift_jis", "表"), ("China", "gb18030", "语")):  # fmt: skip
        _add(f"text from {name}", _text(
            lambda text, code=code, word=word: _with(text, "name", f'"{word}"').encode(code)
        ), r"UTF-8 \(byte \d+\)")  # fmt: skip
    _add("half a character", _text(lambda text: _with(text, "x", '"\ud800"')), "UTF-8")
    _add("half a character, escaped", _source("# \ud800\ndef double(x):\n    return 2 * x"),
         total=FULL)  # fmt: skip
    _add("half a character as an id", _plus(_new(id="\udfff")), total=FULL)
    _add("half a character as a name", _in_cell(
        "test_double_examples",
        lambda cell: cell["metadata"]["nbgrader"].update(grade_id="\ud83d")
    ), "put back", FULL)  # fmt: skip
    for name, start, says in (
        ("a zip archive", b"PK\x03\x04", "zip archive"), ("a PDF", b"%PDF-1.7\n\xff", "PDF"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0", "picture"), ("gzip", b"\x1f\x8b\x08", "compressed"),
        ("a database", b"SQLite format 3\0", "database"), ("a program", b"\x7fELF\2\1", "UTF-8"),
    ):  # fmt: skip
        _add(f"{name} in place of a notebook", _raw(start + b"\xff" * 999), says)
    _add("a real zip in place of a notebook", _instead(_zip), "zip archive")
    draw = random.Random(SEED + 1)
    for number in range(10):
        _add(f"noise {number}", _raw(b"\xff" + draw.randbytes(5000)), "UTF-8")
    for number in range(10):
        text = "".join(draw.choices(string.printable, k=500))
        _add(f"printable noise {number}", _raw(b"~" + text.encode()), NOT_JSON)


def _zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NOTEBOOK, "{}")


# ---- formats


def _formats():
    for version in (1, 5, 99, -4, 0, 3.5, 4.99):
        _add(f"format {version}", _set("nbformat", version),
             f"format {version} is not known; format 4 is")  # fmt: skip
    for name, value in (("text", "4"), ("a list", [4]), ("an object", {}), ("true", True)):
        _add(f"format is {name}", _set("nbformat", value), "format .* no version")
    _add("format is missing", _drop("nbformat"), "does not say which format")
    _add("format is null", _set("nbformat", None), "does not say which format")
    for value in (None, "5", [], 99, -1, 4.99, 10**30):
        _add(f"minor format {value}", _set("nbformat_minor", value), total=FULL)
    _add("minor format missing", _drop("nbformat_minor"), total=FULL)
    for value in (None, [], "x", 7, {"kernelspec": 3}, {"language_info": []}):
        _add(f"metadata {value}", _set("metadata", value), total=FULL)
    _add("metadata missing", _drop("metadata"), total=FULL)
    _add("format 3", _changed(lambda notebook: nbformat.convert(nbformat.from_dict(notebook), 3)),
         total=FULL)  # fmt: skip
    _add("format 3 with cells", _set("nbformat", 3), "format 3 without proper worksheets")
    old = {"metadata": {"name": "old"}, "nbformat_minor": 0}
    sheet = {"cells": [{"cell_type": "code", "language": "python", "input": "x = 1",
                        "outputs": [], "collapsed": False, "prompt_number": 1}]}  # fmt: skip
    nothing = "cell .* was missing"
    _add("format 3 by hand", _changed(lambda _: {**old, "nbformat": 3, "worksheets": [sheet]}),
         nothing, NOTHING)  # fmt: skip
    newer = {**old, "nbformat": 4, "worksheets": [sheet]}
    _add("worksheets in format 4", _changed(lambda _: newer), "has no cells")
    _add("format 2 by hand", _changed(lambda _: {**old, "nbformat": 2, "worksheets": [sheet]}),
         "format 2 is not known")  # fmt: skip
    for name, sheets in (("none", []), ("null", None), ("of text", "x"), ("of numbers", [1]),
                         ("without cells", [{}]), ("of odd cells", [{"cells": [1]}]),
                         ("an object", {"cells": []}),
                         ("of untyped cells", [{"cells": [{"input": 3}]}])):  # fmt: skip
        _add(f"worksheets {name}", _changed(
            lambda _, sheets=sheets: {**old, "nbformat": 3, "worksheets": sheets}
        ), "has no cells|format 3 without proper|cell 1 is")  # fmt: skip


# ---- cells

ODD_VALUES = {"null": None, "a number": 7, "true": True, "an object": {"a": 1}}


def _cell_shapes():
    for name, value in {**ODD_VALUES, "text": "x", "an object of cells": {"0": {}}}.items():
        _add(f"cells is {name}", _set("cells", value), "has no cells")
    _add("cells missing", _drop("cells"), "without cells")
    _add("no cells", _set("cells", []), "has no cells")
    for name, value in {**ODD_VALUES, "text": "x", "a list": []}.items():
        _add(f"a cell is {name}", _set("cells", 2, value), "cell 3 is")
        _add(f"cell type is {name}", _set("cells", 2, "cell_type", value), "cell 3 is of no known")
    for kind in ("heading", "html", "Code", "code ", "", "sql", "x" * 10**5):
        _add(f"cell type {kind[:9]!r}", _set("cells", 2, "cell_type", kind), "cell 3 is of no")
    _add("cell type missing", _drop("cells", 2, "cell_type"), "cell 3 is of no known type")
    for name, value in ODD_VALUES.items():
        _add(f"source is {name}", _set("cells", 2, "source", value), "source of cell 3 is not text")
    for name, value in (("numbers", [1, 2]), ("lists", [["x"]]), ("nulls", ["x", None]),
                        ("objects", [{}])):  # fmt: skip
        _add(f"source is a list of {name}", _set("cells", 2, "source", value), "source of cell 3")
    _add("source missing", _in_cell("double", lambda cell: cell.pop("source")), total=SQUARE)
    _add("source an empty list", _source([]), total=SQUARE)
    _add("source in lines", _in_cell("double", lambda cell: cell.update(
        source=cell["source"].splitlines(True))), total=FULL)  # fmt: skip
    _add("source in letters", _in_cell("double", lambda cell: cell.update(
        source=list(cell["source"]))), total=FULL)  # fmt: skip
    for name, value in {**ODD_VALUES, "text": "x", "a list": [1]}.items():
        _add(f"a cell's metadata is {name}", _set("cells", 0, "metadata", value), total=FULL)
        _add(f"outputs is {name}", _set("cells", 1, "outputs", value), total=FULL)
        _add(f"nbgrader is {name}", _set("cells", 0, "metadata", {"nbgrader": value}), total=FULL)
        named = {"nbgrader": {"grade_id": value}}
        _add(f"grade_id is {name}", _set("cells", 0, "metadata", named), total=FULL)
        _add(f"execution count is {name}", _set("cells", 1, "execution_count", value), total=FULL)
        _add(f"id is {name}", _plus(_new(id=value)), total=FULL)
    for key in ("metadata", "outputs", "execution_count", "id"):
        _add(f"{key} missing everywhere", _changed(
            lambda notebook, key=key: [cell.pop(key, None) for cell in notebook["cells"]] and None
        ), total=FULL)  # fmt: skip


def _cell_lists():
    twice = "stands more than once; the last one counts"
    _add("all cells twice", _cells(lambda cells: cells.extend(cells[:])), twice, FULL)
    _add("an answer 500 times", _cells(lambda cells: cells.extend([cells[2]] * 500)), twice, FULL)
    _add("a test twice", _cells(lambda cells: cells.append(cells[4])), twice, FULL)
    _add("cells in reverse", _cells(list.reverse), total=FULL)
    draw = random.Random(SEED + 2)
    _add("cells shuffled", _cells(draw.shuffle), total=FULL)
    _add("only the first cell", _cells(lambda cells: cells.__delitem__(slice(1, None))),
         "was missing", NOTHING)  # fmt: skip
    _add("all cells but a new one deleted", _set("cells", [_new(source="x = 1")]),
         "was missing", NOTHING)  # fmt: skip
    _add("all but text deleted", _changed(lambda notebook: {**notebook, "cells": [
        cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]}),
        "was missing", NOTHING)  # fmt: skip
    for name in ("setup", "test_square_positive", "figure_line"):
        _add(f"cell {name} deleted", _changed(
            lambda notebook, name=name: notebook["cells"].remove(_cell(notebook, name))
        ), f"{name} was missing and was put back", FULL)  # fmt: skip
    _add("an answer deleted", _changed(
        lambda notebook: notebook["cells"].remove(_cell(notebook, "double"))
    ), "double was missing", SQUARE)  # fmt: skip
    _add("an answer made text", _in_cell("double", lambda cell: cell.update(cell_type="markdown")),
         total=FULL)  # fmt: skip
    _add("a test made text", _in_cell("test_double_positive",
         lambda cell: cell.update(cell_type="raw", source="")), "was changed", FULL)  # fmt: skip
    _add("10,000 cells", _plus(*[_new()] * 10_000), "more than 2000 cells")
    _add("10,000 cells of text", _plus(*[_new("markdown")] * 10_000), "more than 2000 cells")
    _add("a cell of 20 MB", _plus(_new("markdown", source="x" * 20_000_000)), "longer than")
    _add("a cell of a million blanks", _source(" " * 999_999 + "$"), total=SQUARE)
    _add("attachments", _plus(_new("markdown", source="![x](attachment:x.png)", attachments={
        "x.png": {"image/png": "!" * 1000}, "": None})), total=FULL)  # fmt: skip
    _add("attachments of a wrong type", _plus(_new("markdown", attachments=[1])), total=FULL)
    for name, value in (("in pairs", "same"), ("of 65 letters", "x" * 65), ("empty", ""),
                        ("with blanks", "a b"), ("of a path", "../../x"), ("with lines", "a\nb"),
                        ("of a tag", "<script>"), ("of a planned cell", "cell-3")):  # fmt: skip
        _add(f"ids {name}", _plus(*[_new(source="1", id=value)] * 2), total=FULL)
    _add(
        "all ids the same",
        _changed(lambda notebook: [cell.update(id="x") for cell in notebook["cells"]] and None),
        total=FULL,
    )


def _outputs():
    for name, output in (
        ("of no type", {}), ("of an odd type", {"output_type": "x"}), ("that is text", "x"),
        ("of odd data", {"output_type": "display_data", "data": [], "metadata": 1}),
        ("of script", {"output_type": "display_data", "data": {"text/html": "<script>"}}),
        ("of bad traceback", {"output_type": "error", "traceback": 5}),
    ):  # fmt: skip
        _add(f"an output {name}", _set("cells", 1, "outputs", [output]), total=FULL)
    shown = {"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}
    _add("outputs of 20 MB", _set("cells", 1, "outputs", [shown]), total=FULL)
    _add("outputs of 100 MB", _instead(_large_outputs), "larger than 32 MiB")
    _add("100,000 outputs", _set("cells", 1, "outputs", [{"output_type": "x"}] * 100_000),
         total=FULL)  # fmt: skip


def _large_outputs(path):
    """Begins as a notebook does; the rest takes no room on the disk."""
    path.write_text('{"cells": [{"cell_type": "code", "outputs": [{"text": "')
    os.truncate(path, 100_000_000)


def _marks_edited():
    test = "test_double_positive"
    for key, value in (("points", 100), ("points", -1), ("points", "x"), ("points", None),
                       ("points", float("nan")), ("grade", False), ("grade", None),
                       ("locked", False), ("solution", True), ("task", True),
                       ("schema_version", 1), ("schema_version", 2), ("schema_version", 99),
                       ("schema_version", None), ("cell_type", "markdown"), ("cell_type", 3),
                       ("checksum", "0" * 32), ("checksum", [])):  # fmt: skip
        _add(f"nbgrader {key} {value}", _marks(test, **{key: value}), total=FULL)
    _add("nbgrader 100 points for an answer", _marks("double", points=100, grade=True), total=FULL)
    _add("nbgrader solution moved", _changed(lambda notebook: _swap(
        _cell(notebook, "double"), _cell(notebook, "square"))), total=SQUARE)  # fmt: skip
    _add("nbgrader name of another", _marks("double", grade_id="square"), "more than once", SQUARE)
    _add("nbgrader name of a test", _marks("double", grade_id=test), "more than once", SQUARE)
    _add("nbgrader name unknown", _marks("double", grade_id="cell-123"), "double|test", SQUARE)
    _add("nbgrader name of a path", _marks("double", grade_id="../../x"), total=SQUARE)
    _add("nbgrader metadata gone", _changed(lambda notebook: [
        cell["metadata"].clear() for cell in notebook["cells"]] and None), total=FULL)  # fmt: skip
    _add("nbgrader metadata and ids gone", _changed(lambda notebook: [
        cell["metadata"].clear() or cell.pop("id") for cell in notebook["cells"]] and None),
        "was missing and was put back", NOTHING)  # fmt: skip


def _swap(one, other):
    one["source"], other["source"] = other["source"], one["source"]


# ---- other kernels and editors


def _elsewhere():
    for language in ("R", "julia", "bash", "javascript", "C++17", "x" * 300, "\x1b[2J\n"):
        _add(f"kernel of {ascii(language)[1:15]}", _set("metadata", {
            "kernelspec": {"name": "other", "display_name": "Other", "language": language},
        }), "run as Python", FULL)  # fmt: skip
    _add("language R without a kernel", _set("metadata", {"language_info": {"name": "R"}}),
         "is in R; it was run as Python", FULL)  # fmt: skip
    _add("an answer in R", _changed(_in_r), "is in R; it was run as Python", SQUARE)
    _add("kernel none", _set("metadata", {"kernelspec": None}), total=FULL)
    _add("kernel odd", _set("metadata", {"kernelspec": {"name": "../../bin/sh"}}), total=FULL)
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"model_name": 1}}}}
    _add("widgets", _set("metadata", {"widgets": state}), total=FULL)
    _add("widgets of a wrong type", _set("metadata", {"widgets": [None]}), total=FULL)
    for name, about, each in (
        ("Colab", {"colab": {"provenance": [], "toc_visible": True}, "accelerator": "GPU"},
         {"id": "Zx3_-1Q", "colab": {"base_uri": "https://localhost:8080/"}}),
        ("VS Code", {"vscode": {"interpreter": {"hash": "0" * 64}}, "orig_nbformat": 4},
         {"vscode": {"languageId": "python"}}),
        ("Deepnote", {"deepnote": {}, "deepnote_notebook_id": "a"},
         {"cell_id": "00001-abc", "deepnote_cell_type": "code", "source_hash": "1"}),
        ("Kaggle", {"kaggle": {"accelerator": "none"}}, {"_uuid": "1", "_kg_hide-input": True}),
        ("Databricks", {"application/vnd.databricks.v1+notebook": {"widgets": {}}},
         {"application/vnd.databricks.v1+cell": {"title": ""}}),
    ):  # fmt: skip
        _add(f"saved by {name}", _changed(
            lambda notebook, about=about, each=each: _saved(notebook, about, each)
        ), total=FULL)  # fmt: skip


def _in_r(notebook):
    notebook["metadata"] = {"kernelspec": {"name": "ir", "language": "R"}}
    _cell(notebook, "double")["source"] = "double <- function(x) {\n  2 * x\n}"


def _saved(notebook, about, each):
    notebook["metadata"].update(about)
    for cell in notebook["cells"]:
        cell["metadata"].update(each)


# ---- code


def _code():
    good = "def double(x):\n    return 2 * x"
    for name, text, total in (
        ("Windows line ends", good.replace("\n", "\r\n"), FULL),
        ("old Mac line ends", good.replace("\n", "\r"), FULL),
        ("tabs", good.replace("    ", "\t"), FULL),
        ("tabs and blanks", good + "\n\treturn 3", SQUARE),
        ("a syntax error", "def double(x) return 2 * x", SQUARE),
        ("an indented answer", "    " + good, SQUARE),
        ("no end of a string", good + "\nx = '''", SQUARE),
        ("hard blanks", good.replace(" ", "\xa0"), SQUARE),
        ("a mark of byte order", "\ufeff" + good, SQUARE),
        ("a form feed", "\f\n" + good, FULL),
        ("a zero byte", good + "\n# \0", FULL),
        ("control characters", good + "\n# \x1b[2J\x07\x08\x7f\x85\u2028", FULL),
        ("reversed text", good + "\n# \u202e)x(elbuod", FULL),
        ("odd letters in names", good.replace("double", "\uff44ouble"), FULL),
        ("brackets 1,000 deep", good + "\ny = " + "(" * 1000 + ")" * 1000, SQUARE),
        ("500,000 minus signs", good + "\ny = " + "-" * 500_000 + "1", SQUARE),
        ("a sum of 100,000", good + "\ny = " + "1+" * 100_000 + "1", SQUARE),
        ("a number of 100,000 digits", good + "\ny = " + "9" * 10**5, SQUARE),
        ("a shell command", "!rm -rf /\n" + good, FULL),
        ("an unknown magic", "%%cobol\n" + good, SQUARE),
        ("nothing but a magic", "%%bash\necho 1", SQUARE),
        ("an end of the process", "import os\nos._exit(3)", SQUARE),
        ("a recursion", "def double(x):\n    return double(x)", SQUARE),
        ("conflict marks", "<<<<<<< HEAD\n" + good + "\n=======\n>>>>>>> x", SQUARE),
    ):  # fmt: skip
        says = "ended the process" if "end of the process" in name else None
        _add(f"code with {name}", _source(text), says, total)


# ---- files


def _files():
    link = "symbolic link"
    _add("notebook a link to /etc/passwd", _instead(lambda p: p.symlink_to("/etc/passwd")), link)
    _add("notebook a link to the source", _instead(_link_to_source), link)
    _add("notebook a link to nothing", _instead(lambda p: p.symlink_to("nowhere")), link)
    _add("notebook a link to itself", _instead(lambda p: p.symlink_to(p.name)), link)
    _add("notebook a link to a neighbour", _beside(_link_to_neighbour), link)
    _add("notebook a link to a device", _instead(lambda p: p.symlink_to("/dev/zero")), link)
    _add("notebook a pipe", _instead(os.mkfifo), "not a regular file")
    _add("notebook a socket", _instead(_make_socket), "not a regular file")
    if os.geteuid() == 0:
        _add("notebook a device", _instead(_make_device), "not a regular file")
    _add("notebook a folder", _instead(os.mkdir), "is a folder")
    _add("notebook a hard link", _beside(lambda f: os.link(f / NOTEBOOK, f / "second")), total=FULL)
    closed = "cannot be opened: Permission denied" if os.geteuid() else None
    _add("notebook nobody may read", _beside(lambda f: (f / NOTEBOOK).chmod(0)), closed,
         None if closed else FULL)  # fmt: skip
    _add("notebook of 10 GB", _instead(_sparse), "larger than 32 MiB")
    _add("folder empty", lambda folder, perfect: None, "the folder is empty")
    for name in ("Tiny.ipynb", "TINY.IPYNB", "tiny.ipynb.txt", "tiny (1).ipynb", "tiny.ipynb ",
                 "tiny.py", "tiny", "ti\nny.ipynb", "tiny.ipynb\x1b[2J", "x" * 255,
                 "ⅾouble.ipynb", "تيني.ipynb", "tıny.ipynb", "😀.ipynb", "%s%n.ipynb"):  # fmt: skip
        _add(f"notebook named {ascii(name)[1:30]}", _renamed(name), "no tiny.ipynb; there is: ")
    _add("notebook named in bytes", _renamed(os.fsdecode(b"t\xefny.ipynb")), "no tiny.ipynb; there")
    _add("notebook hidden", _renamed(".tiny.ipynb"), "the folder is empty")
    _add("notebook one folder deeper", _deeper, "no tiny.ipynb; there is: 01-tiny")
    _add("only a checkpoint", _checkpoint, "the folder is empty")
    _add("three others", _others, "no tiny.ipynb; there is: .*, and more")
    _add("folder a file", _in_place(lambda f: f.write_text("x")), "01-tiny is not a folder")
    _add("folder a link", _in_place(lambda f: f.symlink_to("/etc")), link)
    _add("folder a link to nothing", _in_place(lambda f: f.symlink_to("nowhere")), link)
    _add("folder a link to itself", _in_place(lambda f: f.symlink_to(f.name)), link)
    _add("folder a link to another's", _in_place(_link_to_first), link)
    _add("folder a pipe", _in_place(os.mkfifo), "01-tiny is not a folder")


def _link_to_source(path):
    path.symlink_to(path.parents[3] / "source" / "01-tiny" / NOTEBOOK)


def _link_to_neighbour(folder):
    (folder / NOTEBOOK).rename(folder / "other.ipynb")
    (folder / NOTEBOOK).symlink_to("other.ipynb")


def _link_to_first(folder):
    folder.symlink_to(folder.parents[1] / FIRST / folder.name)


def _make_socket(path):
    # The path of a socket has to be short.
    with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
        made.bind(path.name)


def _make_device(path):
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))


def _sparse(path):
    path.touch()
    os.truncate(path, 10 << 30)


def _renamed(name):
    return _beside(lambda folder: (folder / NOTEBOOK).rename(folder / name))


def _deeper(folder, perfect):
    (folder / "01-tiny").mkdir()
    _beside(lambda inner: None)(folder / "01-tiny", perfect)


def _checkpoint(folder, perfect):
    (folder / ".ipynb_checkpoints").mkdir()
    _beside(lambda inner: None)(folder / ".ipynb_checkpoints", perfect)


def _others(folder, perfect):
    for name in "abcd":
        (folder / f"{name * 200}.ipynb").write_text("{}")


def _in_place(make):
    """Something where the submission's folder should be."""

    def write(folder, perfect):
        folder.rmdir()
        make(folder)

    return write


# ---- what lies beside the notebook


def _neighbours():
    _add("two notebooks", _beside(lambda f: (f / "Tiny.ipynb").write_text("{")), total=FULL)
    for name in ("a\nb", "😀", "\u202etxt.exe", "x" * 255, ".hidden", "-rf", "100%s%n", "a'b\"c",
                 "$(reboot)", "numpy.py", "con", "*", " ", "~", "\\", "gradebook.db",
                 "sitecustomize.py", os.fsdecode(b"\xff\xfe"), "é", "e\u0301"):  # fmt: skip
        _add(f"beside it {ascii(name)[1:20]}", _beside(
            lambda folder, name=name: (folder / name).write_text("raise SystemExit(7)")
        ), total=FULL)  # fmt: skip
    left = "was left out"
    _add("beside it a link", _beside(lambda f: (f / "x").symlink_to("/etc/passwd")), left, FULL)
    _add("beside it a link to a folder", _beside(lambda f: (f / "x").symlink_to("/")), left, FULL)
    _add("beside it a loop", _beside(lambda f: (f / "x").symlink_to(".")), left, FULL)
    _add("beside it a pipe", _beside(lambda f: os.mkfifo(f / "x")), left, FULL)
    _add("beside it a socket", _beside(lambda f: _make_socket(f / "x")), left, FULL)
    _add("beside it 10 GB", _beside(lambda f: _sparse(f / "x")), "larger than 32 MiB", FULL)
    _add("beside it 5,000 files", _beside(_many), "too many files", FULL)
    _add("beside it folders 100 deep", _beside(_deep), "deep were left out", FULL)
    _add("beside it 300 folders 11 deep", _beside(_wide), "deep were left out", FULL)
    _add("beside it an empty folder", _beside(lambda f: (f / "x").mkdir()), total=FULL)
    _add("beside it a file for a folder", _beside(lambda f: (f / "data").write_text("x")),
         "data .* in the way", FULL)  # fmt: skip
    _add("beside it a folder for a file", _beside(_in_the_way), "in the way", FULL)
    for name, text in (
        ("garbage", "yesterday\0"), ("digits", "9" * 5_000_000), ("nothing", ""),
        ("year 9999", "9999-12-31 23:59:59 -1400"), ("year 0", "0000-00-00"), ("negative", "-1"),
        ("a far zone", "2020-01-01 00:00 +99999"), ("brackets", "(" * 90), ("commas", "," * 90),
        ("an exponent", "1e400"), ("infinity", "inf"), ("NaN", "nan"), ("a fraction", "1.5.5.5"),
    ):  # fmt: skip
        _add(f"time of {name}", _beside(
            lambda folder, text=text: (folder / "timestamp.txt").write_text(text)
        ), total=FULL)  # fmt: skip
    _add("time in bytes", _beside(lambda f: (f / "timestamp.txt").write_bytes(b"\xff")), total=FULL)
    _add("time a folder", _beside(lambda f: (f / "timestamp.txt").mkdir()), total=FULL)
    _add("time a pipe", _beside(lambda f: os.mkfifo(f / "timestamp.txt")), left, FULL)
    _add("time a link", _beside(lambda f: (f / "timestamp.txt").symlink_to("x")), left, FULL)


def _many(folder):
    for number in range(5000):
        (folder / f"{number}.txt").touch()


def _deep(folder):
    for _ in range(100):
        folder = folder / "x"
        folder.mkdir()
    (folder / "file").touch()


def _wide(folder):
    for number in range(300):
        folder.joinpath(*"abcdefghij", str(number)).mkdir(parents=True)


def _in_the_way(folder):
    (folder / "data" / "points.csv").mkdir(parents=True)
    (folder / "data" / "points.csv" / "x").touch()


# ---- names of learners

FIRST, MIDDLE, LAST = " ada", "mia", "学 zoe"


def _learners():
    for name in ("new\nline", "a'b", 'a"b', ";rm -rf", "$(reboot)", "`id`", "аda", "adа\u200b",
                 "a" * 200, "-rf", "--help", "%s%d", "[bold]", "[red", "a\\b", "a\tb", "b\x1b[2J",
                 "x\u202ey", "e\u0301", "\u00e9", "a b", "null", "*", "?", "'; drop table student",
                 "{student}", "CON", "a.json", "~", "#", "&"):  # fmt: skip
        _add(f"learner {ascii(name)[1:30]}", _beside(lambda folder: None), total=FULL,
             student=name)  # fmt: skip
    _add("learner in bytes", _beside(lambda folder: None), "name .* UTF-8",
         student=os.fsdecode(b"j\xf6rg"))  # fmt: skip
    _add("learner of 255 letters", _beside(lambda folder: None), "too long", student="b" * 255)


for _fill in (_json, _bombs, _encodings, _formats, _cell_shapes, _cell_lists, _outputs,
              _marks_edited, _elsewhere, _code, _files, _neighbours, _learners):  # fmt: skip
    _fill()

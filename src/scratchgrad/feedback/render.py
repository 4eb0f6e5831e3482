"""Renders pages that need nothing else, run nothing and fetch nothing."""

import base64
import functools
import hashlib
import re
from pathlib import Path

import jinja2
import markupsafe

_FOLDER = Path(__file__).parent / "templates"


def rendered(template, **values):
    """A page from a template in ``templates/``, all in one file.

    Parameters
    ----------
    template : str
    values
        What the template shows; text is escaped.

    Returns
    -------
    str
        HTML.
    """
    style, digest = _style()
    return _environment().get_template(template).render(style=style, style_hash=digest, **values)


@functools.cache
def _style():
    """The style sheet and its hash, by which the page allows it and no other."""
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return markupsafe.Markup(style), f"sha256-{digest}"


@functools.cache
def _environment():
    loader = jinja2.FileSystemLoader(_FOLDER)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True)
    environment.filters["points"] = points
    environment.filters["code"] = with_code
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    return environment


def points(value):
    """Points without needless digits.

    >>> points(2.0), points(1.6667)
    ('2', '1.67')
    """
    return f"{round(value, 2):g}"


def with_code(text):
    """HTML of a text in which code stands between backticks.

    >>> str(with_code("`a < b` is 1 & 0"))
    '<code>a &lt; b</code> is 1 &amp; 0'
    """
    return markupsafe.Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(markupsafe.escape(text))))

"""Formulas without the network: MathJax from a Python package, copied beside the pages."""

import shutil
from pathlib import Path

import jupyter_server_mathjax

_INSTALLED = Path(jupyter_server_mathjax.__file__).parent / "static"
# Neither other languages nor the explorer, which are most of its size.
_NOT_COPIED = shutil.ignore_patterns("localization", "a11y", "SVG")
_CONFIG = {
    "config": ["TeX-AMS-MML_HTMLorMML-full.js"],
    "tex2jax": {
        "inlineMath": [["\\(", "\\)"]],
        "ignoreClass": ".*",
        "processClass": "math",
    },
    # The same fonts for everybody: those that are copied, not what a machine happens to have.
    "HTML-CSS": {"availableFonts": [], "webFont": "STIX-Web", "imageFont": None},
    "messageStyle": "none",
    # The menu leads to pages that are elsewhere.
    "showMathMenu": False,
}


def setup(app):
    """Point Sphinx's own extension to the copy."""
    app.setup_extension("sphinx.ext.mathjax")
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _configure(app, config):
    config.mathjax_path = "mathjax/MathJax.js"
    config.mathjax2_config = _CONFIG
    # MyST would add settings for later versions.
    config.myst_update_mathjax = False


def _copy(app):
    if app.builder.format == "html":
        folder = app.outdir / "_static" / "mathjax"
        shutil.copytree(_INSTALLED, folder, ignore=_NOT_COPIED, dirs_exist_ok=True)

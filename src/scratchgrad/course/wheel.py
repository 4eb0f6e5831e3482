"""The wheel that learners install: ``scratchgrad.checks`` and nothing else of ours.

It is made of the package that is running. So every course has it, also one in a folder of its own
with scratchgrad installed by pip, and neither a source tree nor a build tool nor a network is
needed.
"""

import base64
import hashlib
from importlib import metadata
from pathlib import Path

from .files import zipped

_PACKAGE = Path(__file__).parents[1]
_PARTS = ("__init__.py", "checks/*.py")
_WHEEL = """\
Wheel-Version: 1.0
Generator: scratchgrad
Root-Is-Purelib: true
Tag: py3-none-any
"""


def learners_wheel():
    """The wheel's file name and content.

    Returns
    -------
    str, bytes
    """
    files = {
        f"{_PACKAGE.name}/{path.relative_to(_PACKAGE).as_posix()}": path.read_bytes()
        for part in _PARTS
        for path in _PACKAGE.glob(part)
    }
    version = f"{metadata.version(_PACKAGE.name)}+learners{_fingerprint(files)}"
    info = f"{_PACKAGE.name}-{version}.dist-info"
    files[f"{info}/METADATA"] = _metadata(version).encode()
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD").encode()
    return f"{_PACKAGE.name}-{version}-py3-none-any.whl", zipped(files)


def requirement(name, extra):
    """What one of the package's extras asks for of a distribution, such as ``jupyterlab>=4.2``."""
    listed = (each.partition(";") for each in metadata.requires(_PACKAGE.name))
    return next(r.strip() for r, _, when in listed if extra in when and r.startswith(name))


def python_needed():
    """The oldest Python that the package runs with, such as ``3.11``."""
    return metadata.metadata(_PACKAGE.name)["Requires-Python"].removeprefix(">=")


def _fingerprint(files):
    """Tells versions in the making apart: pip does not replace a version by the same one."""
    return hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:8]


def _metadata(version):
    of = metadata.metadata(_PACKAGE.name)
    kept = {key: of[key] for key in ("Name", "Summary", "Requires-Python")}
    lines = ["Metadata-Version: 2.1", f"Version: {version}"]
    lines += [f"{key}: {value}" for key, value in kept.items()]
    base = (each for each in metadata.requires(_PACKAGE.name) if "extra ==" not in each)
    return "\n".join([*lines, *(f"Requires-Dist: {each}" for each in base), ""])


def _record(files, name):
    lines = [f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items()]
    return "".join(sorted(lines)) + f"{name},,\n"


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")

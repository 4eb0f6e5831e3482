"""Outputs that came from the sandbox, reduced to what is safe to store and show."""

import base64
import binascii
import re

_MOST = 200
_PNG = b"\x89PNG\r\n\x1a\n"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")


def cleaned(outputs):
    """The outputs of a learner's cell in nbformat's form: text and PNG pictures only.

    Parameters
    ----------
    outputs : object
        As the sandbox sent them.

    Returns
    -------
    list of dict
    """
    if type(outputs) is not list:
        return []
    items = (_item(each) for each in outputs[:_MOST] if type(each) is dict)
    return [item for item in items if item is not None]


def _item(output):
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": text(output.get("text"))}
    if kind == "error":
        lines = output.get("traceback")
        return {
            "output_type": "error", "ename": text(output.get("ename")),
            "evalue": text(output.get("evalue")),
            "traceback": [text(line) for line in lines[:50]] if type(lines) is list else [],
        }  # fmt: skip
    if kind in ("execute_result", "display_data") and type(output.get("data")) is dict:
        extra = {"execution_count": None} if kind == "execute_result" else {}
        return {"output_type": kind, "data": _data(output["data"]), "metadata": {}, **extra}
    return None


def _data(data):
    kept = {"text/plain": text(data.get("text/plain"))}
    if picture := _picture(data.get("image/png")):
        kept["image/png"] = picture
    return kept


def _picture(value):
    try:
        content = base64.b64decode(value, validate=True) if type(value) is str else b""
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(content).decode() if content.startswith(_PNG) else None


def text(value):
    """Text without control characters and halves of surrogate pairs; anything else is empty."""
    if type(value) is not str:
        return ""
    return _CONTROL.sub("\ufffd", encodable(value))


def encodable(value):
    """Text that can be written to a file, as halves of surrogate pairs cannot."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()

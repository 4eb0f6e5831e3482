"""How a course sets the limits of grading, in ``nbgrader_config.py``."""

import dataclasses

from .sandbox import Limits

_NAMES = {field.name for field in dataclasses.fields(Limits)}


def limits_from(config):
    """The limits that a configuration asks for: ``c.Sandbox.memory = 2 << 30`` and so on.

    Parameters
    ----------
    config : traitlets.config.Config

    Returns
    -------
    Limits

    Raises
    ------
    ValueError
        If it names a limit that does not exist, or gives one no sensible value.
    """
    asked = {name: value for name, value in config.Sandbox.items() if name != "enabled"}
    if unknown := asked.keys() - _NAMES:
        known = ", ".join(sorted(_NAMES))
        raise ValueError(f"c.Sandbox has no {', '.join(sorted(unknown))}; it has: enabled, {known}")
    return Limits(**asked)


def is_sandboxed(config):
    """Whether submissions run in the sandbox; only ``c.Sandbox.enabled = False`` says no."""
    return config.Sandbox.get("enabled", True) is not False

"""What a failed check says."""

import traceback


class CheckFailed(AssertionError):
    """A check did not hold.

    Parameters
    ----------
    why : str
        The sentence for the learner: what should be so, and for what reason.
    kind : str
        The category: "wrong values", "wrong shape", "wrong type", "raised ValueError", ...
    detail : str
        One line: what was called, expected and received.
    cause : Exception, optional
        What the learner's function raised.
    """

    __module__ = "scratchgrad.checks"

    def __init__(self, why, kind, detail, cause=None):
        super().__init__(f"{why} {detail}")
        self.why = why
        self.kind = kind
        self.detail = detail
        self.__cause__ = cause

    def _render_traceback_(self):
        """Show the message alone in a notebook, not the frames of this package."""
        lines = [f"Check failed: {self.why}", f"    {self.detail}"]
        return lines + [f"    {line}" for line in _learner_lines(self.__cause__)]


def _learner_lines(error):
    """Where in the learner's own cells an error came from, outermost first."""
    if error is None:
        return []
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(("<", "/tmp/ipykernel"))
    ]
    return [f"line {frame.lineno}, in {frame.name}: {frame.line}" for frame in frames]

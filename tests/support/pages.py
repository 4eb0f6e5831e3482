"""Runs the commands of a documentation page, so that the page stays true.

A fence ```` ```sh ```` holds commands, and one with a second word, ```` ```python marks.py ````,
a file of that name for the folder that the commands are in by then. All other fences, such as
```` ```console ```` and ```` ```text ````, are only read.
"""

import os
import re
import subprocess
import sysconfig
from dataclasses import dataclass

_FENCE = re.compile(r"^( *)(`{3,})(\w+)(?: +(\S+))? *\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_MARK = "\N{RECORD SEPARATOR}"


@dataclass(frozen=True)
class Block:
    """What a reader types or writes.

    Parameters
    ----------
    text : str
    file : str
        The file to write; empty for commands.
    """

    text: str
    file: str = ""

    @property
    def script(self):
        """The block as commands."""
        if not self.file:
            return self.text
        return f"cat > '{self.file}' <<'EOF'\n{self.text}EOF\n"


class PageFailed(AssertionError):
    """A block of a page failed; the text is the block and what it printed."""


def blocks(page):
    """The blocks of a page, a ``Path`` to a Markdown file, in order."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [
        Block(re.sub(f"^{indent}", "", text, flags=re.MULTILINE), file)
        for indent, _, language, file, text in found
        if file or language == "sh"
    ]


def commands(page):
    """The text of every fence with commands, in order."""
    return [block.text for block in blocks(page) if not block.file]


def environment(home):
    """Of this process's environment only what finds its programs; and a fresh HOME."""
    scripts = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    return {**kept, "PATH": scripts, "HOME": str(home), "LANG": "C.UTF-8"}


def run(page, folder, env=None):
    """Do what a page says, in one shell: a changed folder or variable lasts to the next block.

    Parameters
    ----------
    page : Path
    folder : Path
        The folder to begin in.
    env : dict of str to str, optional
        The environment, by default that of `environment` with the folder as HOME.

    Returns
    -------
    list of str
        What each block printed, errors included.

    Raises
    ------
    PageFailed
        At the first block with a command that fails.
    """
    steps = blocks(page)
    script = "".join(f"printf '{_MARK}'\n{step.script}" for step in steps)
    # To a file, which a server that a page starts in the background cannot hold open.
    log = folder / ".page.log"
    with open(log, "wb") as out:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=env or environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    _, *printed = log.read_text(encoding="utf-8", errors="replace").split(_MARK)
    log.unlink()
    if done.returncode:
        failed = steps[len(printed) - 1]
        raise PageFailed(f"{page.name}:\n{failed.script}\nprinted:\n{printed[-1]}")
    return printed

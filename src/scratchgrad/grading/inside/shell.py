"""Runs a learner's cells as a notebook would, and collects what they show."""

import ast
import base64
import contextlib
import io
import re
import sys
import traceback

import matplotlib
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

_SHOWN = ("text/plain", "image/png")
# The first word of each line that is not indented.
_STARTS = re.compile(r"^([^\s#]\w*)", re.MULTILINE)


class Outputs:
    """What a cell has shown so far, as nbformat has it, up to a number of bytes."""

    def __init__(self, limit):
        self.items, self.room, self.is_cut = [], limit, False

    def add(self, **item):
        """Add one output, unless the room is used up."""
        size = sum(_size(str(value)) for value in item.values())
        if size <= self.room:
            self.room -= size
            self.items.append(item)
        else:
            self._cut()

    def write(self, name, text):
        """Add text to a stream."""
        taken = text
        if _size(text) > self.room:
            taken = text.encode("utf-8", "surrogatepass")[: self.room].decode(errors="ignore")
        self.room -= _size(taken)
        last = self.items[-1] if self.items else {}
        if last.get("name") == name:
            last["text"].append(taken)
        elif taken:
            self.items.append({"output_type": "stream", "name": name, "text": [taken]})
        if len(taken) < len(text):
            self._cut()

    def _cut(self):
        if not self.is_cut:
            self.is_cut, self.room = True, 0
            text = ["\n[cut off: the cell shows too much]\n"]
            self.items.append({"output_type": "stream", "name": "stderr", "text": text})

    def collected(self):
        """The outputs, each stream joined to one text."""
        for item in self.items:
            if item["output_type"] == "stream":
                item["text"] = "".join(item["text"])
        return self.items


class _Stream(io.TextIOBase):
    """A text stream that ends in the outputs of the running cell."""

    def __init__(self, shell, name):
        self.shell, self.stream = shell, name

    def writable(self):
        return True

    def write(self, text):
        self.shell.outputs.write(self.stream, str(text))
        return len(text)


class _Hook(DisplayHook):
    """Shows the value of a cell's last expression."""

    def __call__(self, result=None):
        if result is not None:
            self.shell.user_ns["_"] = result
            self.shell.show("execute_result", self.shell.display_formatter.format(result)[0])


class _Publisher(DisplayPublisher):
    """Shows what `display` is given."""

    def publish(self, data, metadata=None, *, transient=None, update=False, **kwargs):
        if not update:
            self.shell.show("display_data", data)


class Shell(InteractiveShell):
    """An IPython shell without terminal, history and windows."""

    def __init__(self, **kwargs):
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        super().__init__(
            config=config, displayhook_class=_Hook, display_pub_class=_Publisher, **kwargs
        )
        self.outputs = Outputs(0)
        self.streams = _Stream(self, "stdout"), _Stream(self, "stderr")
        self._own_transformers = list(self.input_transformers_post)
        self.magics_manager.register_function(lambda line: None, "line", "matplotlib")

    def init_logger(self):
        """Keep no log."""

    def enable_gui(self, gui=None):
        """Open no windows."""

    def system(self, cmd):
        """Say that no command is run, and let the cell go on."""
        print("(commands are not run in grading)", file=sys.stderr)

    system_raw = system_piped = system

    def getoutput(self, cmd, split=True, depth=0):
        """What a command prints: nothing, as it is not run."""
        self.system(cmd)
        return SList() if split else ""

    def show(self, kind, data):
        """Add something shown to the outputs, in the forms that are kept."""
        kept = {mime: _text(value) for mime, value in data.items() if mime in _SHOWN}
        extra = {"execution_count": None} if kind == "execute_result" else {}
        self.outputs.add(output_type=kind, data=kept, metadata={}, **extra)

    def _showtraceback(self, etype, evalue, stb):
        self.outputs.add(
            output_type="error", ename=etype.__name__, evalue=_said(evalue), traceback=stb
        )

    def showtraceback(self, exc_tuple=None, *args, **kwargs):
        """Show an error as Python does, without the frames of the machinery."""
        etype, evalue, tb = exc_tuple or sys.exc_info()
        frames = [frame for frame in traceback.extract_tb(tb) if "<ipython-input" in frame.filename]
        lines = [f"line {frame.lineno}, in {frame.name}" for frame in frames[:20]]
        self._showtraceback(etype, evalue, [*lines, f"{etype.__name__}: {_said(evalue)}"])

    showsyntaxerror = showtraceback

    def run(self, source, limit, render):
        """Run one cell.

        Parameters
        ----------
        source : str
        limit : int
            Bytes of output to keep.
        render : bool
            Whether to draw its figures, or only to say that there are some.

        Returns
        -------
        outputs : list of dict
        failed : bool
        """
        self.outputs = Outputs(limit)
        with self.printing():
            plain = self._compiled(source)
            if plain is None:
                failed = not self.run_cell(source, store_history=False).success
            else:
                failed = self._run_compiled(*plain)
            self._flush_figures(render)
        self.execution_count += 1
        return self.outputs.collected(), failed

    def _compiled(self, source):
        """A cell in plain Python, and its last expression if that is to be shown.

        IPython's own way takes four times as long. None where it is needed: for its commands,
        for transformers that the learner has set up, and for errors of syntax.
        """
        if self.ast_transformers or self.input_transformers_post != self._own_transformers:
            return None
        try:
            if _is_definition(source):
                # Without a tree, which takes half of the time.
                name = self.compile.cache(source, self.execution_count)
                return compile(source, name, "exec"), None, False
            tree = ast.parse(source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            name = self.compile.cache(source, self.execution_count)
            body = compile(tree, name, "exec")
            if last is None:
                return body, None, False
            ends = source.rstrip().endswith(";")
            return body, compile(ast.Expression(last.value), name, "eval"), not ends
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def _run_compiled(self, body, last, is_shown):
        """Run a compiled cell; returns whether it failed."""
        try:
            exec(body, self.user_ns)
            value = eval(last, self.user_ns) if last is not None else None
            if is_shown:
                self.displayhook(value)
        except BaseException:
            self.showtraceback()
            return True
        return False

    @contextlib.contextmanager
    def printing(self):
        """Send what is printed to the outputs of the running cell."""
        out, err = self.streams
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield

    def _flush_figures(self, render):
        for number in plt.get_fignums()[:10]:
            figure = plt.figure(number)
            data = {"text/plain": repr(figure)}
            if render:
                picture = io.BytesIO()
                figure.savefig(picture, format="png")
                data["image/png"] = base64.b64encode(picture.getvalue()).decode()
            self.show("display_data", data)
        plt.close("all")


def _size(text):
    """Bytes of a text as it crosses."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _is_definition(source):
    """Whether a cell ends with a function or class, and so shows no value."""
    starts = _STARTS.findall(source)
    return bool(starts) and starts[-1] in ("def", "class")


def _text(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _said(error):
    try:
        return str(error)[:10_000]
    except BaseException:
        return "(its text could not be had)"


plt.show = lambda *args, **kwargs: None
# Made once, before the processes that run submissions are forked.
SHELL = Shell.instance()

"""A directive that describes the command ``scratchgrad``, from its own parser."""

import argparse

from sphinx.util.docutils import SphinxDirective

from scratchgrad import cli


def commands():
    """The parser of each command, by the command's name."""
    (several,) = (
        each for each in cli._parser()._actions if isinstance(each, argparse._SubParsersAction)
    )
    return several.choices


def described():
    """All commands as Markdown: a section with usage and options for each."""
    return "\n\n".join(_section(name, parser) for name, parser in commands().items())


def _section(name, parser):
    usage = " ".join(parser.format_usage().removeprefix("usage: ").replace("[-h] ", "").split())
    options = [_option(each) for each in parser._actions if each.option_strings[:1] != ["-h"]]
    told = f"{parser.description[0].upper()}{parser.description[1:]}."
    return "\n\n".join([f"## {name}", told, f"```text\n{usage}\n```", *options])


def _option(action):
    value = action.metavar or "|".join(action.choices or []) or action.dest.upper()
    names = ", ".join(f"`{each}`" for each in action.option_strings or [value])
    shown = f" `{value}`" if action.option_strings and action.nargs != 0 else ""
    return f"{names}{shown}\n: {action.help}"


class CommandLine(SphinxDirective):
    """``{command-line}``: what `described` says, in this place."""

    def run(self):
        # The page is made again when the command changes.
        self.env.note_dependency(cli.__file__)
        return self.parse_text_to_nodes(described(), allow_section_headings=True)


def setup(app):
    """Add the directive."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""How help is laid out: as wide as the screen, also on a phone, and with nothing cut off."""

import shutil
import textwrap
from collections.abc import Iterable

import click

NARROW = 52
"""Columns; on a screen with fewer, Click would write wider than it is."""
NARROWEST = 30
NAME_COLUMNS = 10
"""On a narrow screen, the names of options that are longer stand above what they mean."""


class Context(click.Context):
    """What a command is run in, with help that fits the screen."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what lays the help out."""
        columns = shutil.get_terminal_size().columns
        return super().make_formatter() if columns >= NARROW else _Narrow(width=max(columns, NARROWEST))


class _Narrow(click.HelpFormatter):
    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = NAME_COLUMNS, col_spacing: int = 2) -> None:
        folded = [(self._folded(name), meaning) for name, meaning in rows]
        super().write_dl(folded, min(col_max, NAME_COLUMNS), col_spacing)

    def _folded(self, name: str) -> str:
        """Return the name of an option with a choice that is wider than the screen on several lines."""
        indent = " " * (self.current_indent + 2)
        lines = textwrap.wrap(name.replace("|", "| "), self.width - len(indent), break_on_hyphens=False)
        return f"\n{indent}".join(line.replace("| ", "|") for line in lines)


def fit(command: click.Command) -> None:
    """Let a command's help fit the screen, and its line in the help of its group be told whole."""
    command.context_class = Context
    command.short_help = command.get_short_help_str(limit=1000)

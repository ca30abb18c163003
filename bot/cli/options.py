"""Options that several commands share, and the examples that every command shows."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli import helping

Command = TypeVar("Command", bound=click.Command)

FILE = click.Path(path_type=Path)
"""A path as it was typed; the services say in words what is wrong with what lies there."""
WIDTH = 76


class _Folder(click.Path):
    """A folder that is named: a script whose variable is not set must not fill the one in which it runs."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse the empty name, which Python takes for the current folder."""
        if value == "":
            self.fail("it is empty; the current folder is called . here.", param, ctx)
        return super().convert(value, param, ctx)


FOLDER = _Folder(path_type=Path)


class Whole(click.IntRange):
    """A whole number within bounds, called so when it is none."""

    name = "whole number"


class Fraction(click.FloatRange):
    """A number within bounds, called so when it is none."""

    name = "number"


class JsonOption(click.Option):
    """--json, with the keys of what it prints, for the manual."""

    keys: tuple[str, ...] = ()


def inner(key: str, *keys: str) -> str:
    """Return how the manual writes the key of objects that have keys of their own: "items (name, price)"."""
    return f"{key} ({', '.join(keys)})"


def json_of(*keys: str) -> Callable[[Any], Any]:
    """Add --json to a command that prints these `keys`; a list prints one such object a line."""

    def decorate(command: Any) -> Any:
        command = click.option("--json", "as_json", is_flag=True, cls=JsonOption, help="Print JSON, for scripts.")(
            command
        )
        command.__click_params__[-1].keys = keys
        return command

    return decorate


def dates(what: str) -> Callable[[Any], Any]:
    """Add --since and --until; `what` rows have in common, such as "Made", or "" for whatever happens.

    `periods.span` reads them.
    """

    def decorate(command: Any) -> Any:
        since, until = f"{what} since".strip().capitalize(), f"{what} until".strip().capitalize()
        end = click.option("--until", metavar="DATE", help=f"{until} then; a day is meant with its evening.")
        begin = click.option("--since", metavar="DATE", help=f'{since} "YYYY-MM-DD" or "YYYY-MM-DD HH:MM".')
        return begin(end(command))

    return decorate


dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
notify = click.option("--notify", is_flag=True, help="Tell the customer.")
reason = click.option("--reason", metavar="TEXT", help="Why, for those who ask later.")
yes = click.option("--yes", "-y", is_flag=True, help="Do it without asking.")


def examples(*lines: str) -> Callable[[Command], Command]:
    """Show these command lines at the end of a command's help; the name of the program comes in front."""

    def decorate(command: Command) -> Command:
        shown = "\n".join(_folded(f"bot_cli.py {line}") for line in lines)
        command.examples = lines  # type: ignore[attr-defined]
        command.epilog = f"Examples:\n\n\b\n{shown}"
        helping.fit(command)
        return command

    return decorate


def _folded(line: str) -> str:
    """Return a command line that fits the screen and can still be pasted into a shell."""
    rows = [""]
    for part in re.findall(r'(?:--[a-z-]+ (?!--))?(?:[^\s"]|"[^"]*")+', line):
        if len(rows[-1]) + len(part) > WIDTH - len(" \\"):
            rows[-1] += "\\"
            rows.append("    ")
        rows[-1] += f"{part} "
    return "\n".join(row.rstrip(" ") for row in rows)

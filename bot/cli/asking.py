"""Questions before what cannot be undone: only a person at a terminal is asked, a script never is."""

import sys

import click

from bot.cli import Shell, ending, output


def confirm(shell: Shell, question: str, *, yes: bool) -> None:
    """Go on when the answer is yes, when `yes` was given, or when nobody is there who could answer.

    Raises:
        Exit: the answer is no.
    """
    if yes or not is_answered() or click.confirm(output.safe(question)):
        return
    output.remark("Stopped; what was done before stays done." if shell.has_changed else "Nothing was changed.")
    raise click.exceptions.Exit(ending.REFUSED)


def is_answered() -> bool:
    """Tell whether a person reads what is printed and can type: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()

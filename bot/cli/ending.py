"""How a command may end: refused, interrupted, or with a bug; always with one plain line and an exit code."""

import logging
import signal
import sys
import uuid
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import click

from bot.cli import Shell, refusals

REFUSED = 1
INTERRUPTED = 128
"""Plus the number of the signal, as shells count."""
CTRL_C = INTERRUPTED + signal.SIGINT


def refusal(error: Exception) -> str | None:
    """Return the one plain line for an error that is no bug, or None for one that is."""
    from bot.config import ConfigError

    return str(error) if isinstance(error, ConfigError) else refusals.line_for(error)


def line_of(ctx: click.Context, error: Exception) -> str:
    """Return the one plain line for an error; a bug is logged, and its line carries the id."""
    return refusal(error) or _report(ctx, error)


def watch_signals() -> None:
    """Let Ctrl-C, a cut connection and `kill` stop the shell between two changes, never in the middle of one."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


_signals: list[int] = []


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """Stop, unless a change is just being saved; then only the second signal does."""
    _signals.append(number)
    context = click.get_current_context(silent=True)
    shell = context.find_object(Shell) if context else None
    if shell is None or not shell.is_committing or len(_signals) > 1:
        raise KeyboardInterrupt


def is_asked_for() -> bool:
    """Tell whether a signal has come, perhaps while a change was being saved, and the shell should stop."""
    return bool(_signals)


def code_of_signal() -> int:
    """Return the exit code of a shell that was ended by a signal; Ctrl-C unless another one came."""
    return INTERRUPTED + _signals[-1] if _signals else CTRL_C


def abort(ctx: click.Context) -> NoReturn:
    """End after a signal, and say whether anything was changed."""
    shell = ctx.find_object(Shell)
    if shell is not None and shell.has_changed:
        _say("Aborted, but the change had been made.")
    elif shell is not None and shell.is_committing:
        _say("Aborted while saving: look whether the change was made.")
    else:
        _say("Aborted, nothing was changed.")
    ctx.exit(code_of_signal())


def refuse(ctx: click.Context, error: Exception) -> NoReturn:
    """End with one plain line; a bug is logged, and its line carries the id."""
    shell = ctx.find_object(Shell)
    has_changed = shell is not None and shell.has_changed
    if isinstance(error, BrokenPipeError) and not has_changed:
        raise error
    line = line_of(ctx, error)
    if has_changed:
        _say(f"The change was made, but what should come after it failed: {line}")
    else:
        _say(line)
    ctx.exit(REFUSED)


def stop_printing(error: OSError) -> NoReturn:
    """End with one plain line when even the help cannot be printed; anything else is a bug.

    Raises:
        OSError: it is one.
    """
    line = refusal(error)
    if line is None:
        raise error
    _say(line)
    sys.exit(REFUSED)


def _report(ctx: click.Context, error: Exception) -> str:
    """Log a bug with its traceback and return a line with the id under which it is found."""
    key = uuid.uuid4().hex[:8]
    shell = ctx.find_object(Shell)
    if shell is not None:
        with suppress(Exception):
            shell.start_logging()
    logging.getLogger(__name__).error("Unexpected error %s", key, exc_info=error)
    return f"Unexpected error {key} ({type(error).__name__}); bot.log has the details under this id."


def _say(line: str) -> None:
    with suppress(OSError):
        click.echo(line, err=True)

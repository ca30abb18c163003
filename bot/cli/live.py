"""What moves on a terminal: progress bars. Where nobody looks, nothing moves."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WORTH_A_BAR = 50
"""Fewer steps are over before anybody has read a bar."""


@contextmanager
def progress(steps: int, what: str) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr for more than 50 steps, if stderr is a terminal; what is handed out takes one step on.

    What is printed meanwhile appears above the bar.
    """
    if steps <= WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty())
    with bar:
        task = bar.add_task(what, total=steps)
        yield lambda: bar.advance(task)

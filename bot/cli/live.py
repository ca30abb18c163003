"""What moves on a terminal: progress bars, and screens that are drawn again and again. In a pipe nothing moves."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cli import output

if TYPE_CHECKING:
    from rich.live import Live

TICK = 0.2
"""Seconds in which a window that gets another size is noticed."""
WORTH_A_BAR = 50
"""Fewer steps are over before anybody has read a bar."""


@contextmanager
def progress(steps: int, what: str) -> Iterator[Callable[..., None]]:
    """Show a bar on stderr for more than 50 steps, if stderr is a terminal; what is handed out takes one step on.

    It takes as many steps as it is told, if it is told. What is printed meanwhile appears above the bar.
    """
    if steps <= WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda _steps=1: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty())
    with bar:
        task = bar.add_task(what, total=steps)
        yield lambda steps=1: bar.advance(task, steps)


Line = tuple[str, str]
"""A line of a screen: what stands there, and its style."""


@dataclass
class Screen:
    """The whole terminal, as long as something is watched; what was on it before comes back afterwards."""

    live: "Live"
    drawn: tuple[int, int] = (0, 0)
    """The size for which it was drawn last."""

    @property
    def size(self) -> tuple[int, int]:
        """Return how many columns and rows there are now."""
        size = self.live.console.size
        return size.width, size.height

    def draw(self, lines: Sequence[Line]) -> None:
        """Show these lines at once, without a flicker; what is too long for the screen is cut."""
        from rich.text import Text

        columns, rows = self.drawn = self.size
        shown = Text("\n", no_wrap=True, overflow="ellipsis").join(
            Text(output.cut(output.safe(text), columns), style=style) for text, style in lines[:rows]
        )
        self.live.update(shown, refresh=True)

    def wait(self, seconds: float, redraw: Callable[[], None]) -> None:
        """Wait, and draw again at once when the window gets another size."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, TICK))
            if self.size != self.drawn:
                redraw()


def is_possible() -> bool:
    """Tell whether stdout is a terminal that can be drawn upon."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")


@contextmanager
def screen() -> Iterator[Screen]:
    """Take over the terminal, and give it back as it was."""
    from rich.console import Console
    from rich.live import Live

    console = Console(highlight=False, markup=False, emoji=False)
    with Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as live:
        yield Screen(live)

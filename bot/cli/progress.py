"""How far long work has come, on stderr, for as long as it takes; nothing where nobody watches."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

Row = TypeVar("Row")
STRIDE = 250
"""Rows after which the bar moves."""


class ProgressBars:
    """A bar for each piece of work; they vanish at the end of the block."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._bars: Progress | None = None

    def __enter__(self) -> "ProgressBars":
        if sys.stderr.isatty():
            self._bars = self._stack.enter_context(_bars())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    @property
    def are_shown(self) -> bool:
        """Tell whether somebody watches, so that it is worth counting how much there is to do."""
        return self._bars is not None

    def follow(self, rows: Iterable[Row], title: str, total: int) -> Iterable[Row]:
        """Return the rows; a bar shows how many of `total` are through."""
        return rows if self._bars is None else _followed(rows, self._bars, title, total)


def _followed(rows: Iterable[Row], bars: "Progress", title: str, total: int) -> Iterator[Row]:
    task = bars.add_task(title, total=total)
    done = 0
    for row in rows:
        yield row
        done += 1
        if done % STRIDE == 0:
            bars.update(task, completed=done)
    bars.update(task, completed=done, total=done)


def _bars() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, expand=False)

"""Charts in the terminal: one bar a line, of blocks where people look and of plain characters everywhere else."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.bar import Bar
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.cli import output

WIDEST = 80
"""Also on a wide screen, and in a pipe, whose lines have no end."""
NARROWEST = 8
GAP = 2
COLOUR = "cyan"


@dataclass(frozen=True)
class Line:
    """A bar with its name, how long it is, and how its length is told."""

    name: str
    length: Decimal
    told: str


def bars(lines: Sequence[Line]) -> None:
    """Print bars below one another; the longest fills the screen."""
    longest = max((line.length for line in lines), default=Decimal(0))
    words = sum(max((cell_len(text) for text in column), default=0) + GAP for column in _words(lines))
    room = max(min(output.width(), WIDEST) - words, NARROWEST)
    grid = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True)
    for line in lines:
        grid.add_row(Text(line.name), Text(line.told), _bar(line.length, longest, room))
    output.draw(grid)


def _words(lines: Sequence[Line]) -> tuple[list[str], list[str]]:
    return [line.name for line in lines], [line.told for line in lines]


def _bar(length: Decimal, longest: Decimal, room: int) -> RenderableType:
    """Return a bar; the shortest that is not nothing can still be seen."""
    if not length:
        return Text("")
    if not _has_blocks():
        return Text("#" * max(round(room * length / longest), 1))
    shortest = longest / (8 * room)
    return Bar(float(longest), 0, float(max(length, shortest)), width=room, color=COLOUR)


def _has_blocks() -> bool:
    return sys.stdout.isatty() and "utf" in (sys.stdout.encoding or "").lower()

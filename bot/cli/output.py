"""What the shell prints: JSON for scripts, tables and facts for people; the only importer of rich."""

import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.services import clock, money

BLOCK = 200
"""Rows that are laid out together."""
UNLIMITED = 100_000
"""The width of a pipe: one row stays one line, so that grep and awk can read it."""
STYLES = {
    "reserved": "yellow",
    "confirmed": "cyan",
    "delivered": "green",
    "cancelled": "red",
    "expired": "red",
    "archived": "dim",
    "disabled": "red",
    "pass": "green",
    "warn": "yellow",
    "fail": "bold red",
}
"""Colours repeat what a word says, they never say it alone."""


@dataclass(frozen=True)
class Column:
    """A column of a table. On a narrow screen the `main` ones share a row's first line, the others follow below it.

    Texts longer than `most` cells are cut where a table would not fit the screen otherwise; in a pipe nothing is.
    """

    title: str
    main: bool = False
    right: bool = False
    most: int = UNLIMITED


def picked(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return what scripts read of a row: these of its attributes."""
    return {name: getattr(row, name) for name in names}


def json_of(facts: Any) -> None:
    """Print facts as JSON: amounts as text, times in UTC (ISO 8601)."""
    click.echo(_json(facts, indent=2))


def json_line(facts: Any) -> None:
    """Print facts as JSON on one line, for who reads line by line."""
    click.echo(_json(facts))


def json_rows(rows: Iterable[Any]) -> None:
    """Print a list as JSON, one row a line, while the rows come."""
    opening = "["
    for row in rows:
        click.echo(f"{opening}\n{_json(row)}", nl=False)
        opening = ","
    click.echo("[]" if opening == "[" else "\n]")


def line(text: str) -> None:
    """Print a sentence; a word that is wider than the screen, such as a path, stays in one piece."""
    wrapped = textwrap.wrap(safe(text), width(), break_long_words=False, break_on_hyphens=False)
    click.echo("\n".join(wrapped))


def remark(text: str) -> None:
    """Print a sentence beside the result, on stderr, where it disturbs no script."""
    click.echo(safe(text), err=True)


def zone_remark(zone: str, shown: Sequence[Any]) -> None:
    """Say in which zone the times are that were shown, if any were."""
    if shown:
        remark(f"Times are in {zone}.")


def heading(text: str) -> None:
    """Print the title of what follows."""
    _print(Text(safe(text), style="bold"))


def facts(pairs: Iterable[tuple[str, Any]]) -> None:
    """Print what is known about one thing, a line a fact; what is empty is left out."""
    known = [(Text(title, style="dim"), _cell(value)) for title, value in pairs if value not in (None, "")]
    indent = max((cell_len(title.plain) for title, _ in known), default=0) + 4
    for title, value in known:
        title.pad_left(2)
        if " " not in value.plain and cell_len(value.plain) > width() - indent:
            _print(title)
            _print(value)
            continue
        title.pad_right(indent - cell_len(title.plain))
        row = Table.grid()
        row.add_column(width=indent, no_wrap=True)
        row.add_column(overflow="fold")
        row.add_row(title, value)
        _print(row)


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, nothing: str) -> None:
    """Print rows as a table, or as a few lines each where the screen is too narrow; `nothing` if there are none.

    A long table is printed while its rows come; its columns are as wide as the first rows ask for, or wider.
    """
    whole = [cell_len(column.title) for column in columns]
    source = iter(rows)
    is_first = True
    while block := [[_cell(value) for value in row] for row in islice(source, BLOCK)]:
        whole = [max(wide, *(cell_len(row[at].plain) for row in block)) for at, wide in enumerate(whole)]
        bounds = [max(column.most, cell_len(column.title)) for column in columns]
        widths = whole if _fit(whole) else [min(wide, bound) for wide, bound in zip(whole, bounds, strict=True)]
        if width() == UNLIMITED:
            _print_unlimited(columns, block, whole, with_titles=is_first)
        elif _fit(widths):
            _print(_as_table(columns, block, widths, with_titles=is_first))
        else:
            for row in block:
                _print_stacked(columns, row)
        is_first = False
    if is_first:
        line(nothing)


def findings(found: Iterable[tuple[str, str, str, str]]) -> None:
    """Print what checks found: the level, what was checked, what is so, and below it what to do."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for level, check, text, advice in found:
        told = Text.assemble((f"{safe(check)}: ", "bold"), safe(text), f"\n{safe(advice)}" if advice else "")
        grid.add_row(_cell(level), told)
    _print(grid)


def draw(what: Any) -> None:
    """Print something of rich's, such as a chart."""
    _print(what)


def moment(time: datetime | None, zone: str) -> str:
    """Return a time as people read it, or nothing."""
    return "" if time is None else clock.local(time, zone)


def zoned(time: datetime, zone: str) -> str:
    """Return a time with the name of its zone."""
    return f"{clock.local(time, zone)} {zone}"


def amount(value: Decimal, currency: str) -> str:
    """Return an amount as people read it: "12.50 USD"."""
    return f"{money.rounded(value, currency)} {currency}"


def counted(number: int, thing: str) -> str:
    """Return "1 order" or "2 orders"."""
    plural = f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"


def width() -> int:
    """Return how many cells a line has: as many as the screen, or without limit in a pipe."""
    if "COLUMNS" in os.environ or sys.stdout.isatty():
        return Console().width
    return UNLIMITED


def cells(text: str) -> int:
    """Return how many cells of the screen a text takes; an ideogram takes two, an accent none."""
    return cell_len(text)


def cut(text: str, most: int) -> str:
    """Return as much of a text as fits into so many cells, with an ellipsis where something is missing."""
    if cell_len(text) <= most:
        return text
    kept = ""
    for letter in text:
        if cell_len(kept + letter) >= most:
            break
        kept += letter
    return f"{kept}…"


def safe(text: str) -> str:
    """Return text that cannot command the terminal."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "\ufffd", text)


def _json(facts: Any, indent: int | None = None) -> str:
    is_unicode = "utf" in (sys.stdout.encoding or "utf").lower()
    return json.dumps(facts, default=_plain, indent=indent, ensure_ascii=not is_unicode)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _cell(value: Any) -> Text:
    text = "" if value is None else safe(str(value))
    return Text(text, style=STYLES.get(text, ""), overflow="fold")


def _print_unlimited(
    columns: Sequence[Column], block: Sequence[Sequence[Text]], widths: Sequence[int], *, with_titles: bool
) -> None:
    """Print a row a line without the help of rich, which would take a millisecond for each."""
    titles = [[Text(column.title) for column in columns]] if with_titles else []
    lines = []
    for row in [*titles, *block]:
        cells = []
        for column, cell, width in zip(columns, row, widths, strict=True):
            text = cell.plain.replace("\n", " ")
            gap = " " * (width - cell_len(text))
            cells.append(gap + text if column.right else text + gap)
        lines.append("  ".join(cells).rstrip(" "))
    click.echo("\n".join(lines))


def _fit(widths: Sequence[int]) -> bool:
    return sum(widths) + 2 * len(widths[1:]) <= width()


def _cut(cell: Text, most: int) -> Text:
    return cell if cell_len(cell.plain) <= most else Text(cut(cell.plain, most), style=cell.style, overflow="fold")


def _as_table(
    columns: Sequence[Column], cells: Sequence[Sequence[Text]], widths: Sequence[int], *, with_titles: bool
) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_header=with_titles)
    for column, width in zip(columns, widths, strict=True):
        grid.add_column(column.title, justify="right" if column.right else "left", no_wrap=True, min_width=width)
    for row in cells:
        grid.add_row(*map(_cut, row, widths))
    return grid


def _print_stacked(columns: Sequence[Column], row: Sequence[Text]) -> None:
    # What may be cut gets a line of its own at most.
    shown = [_cut(value, max(column.most, width())) for column, value in zip(columns, row, strict=True)]
    both = [(column, value) for column, value in zip(columns, shown, strict=True) if value.plain]
    _print(Text("  ").join(value for column, value in both if column.main))
    below = [Text.assemble((f"{column.title} ", "dim"), value) for column, value in both if not column.main]
    if below:
        _print(Padding(Text(", ").join(below), (0, 0, 0, 2), expand=False))


def _print(what: Any) -> None:
    # A word that is wider than the screen is left to the terminal, so that a copied address stays in one piece.
    is_one_word = isinstance(what, Text) and " " not in what.plain.strip()
    console = Console(width=UNLIMITED if is_one_word else width(), highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(what)
    click.echo("\n".join(text.rstrip(" ") for text in captured.get().splitlines()))

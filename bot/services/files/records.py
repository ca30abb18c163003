"""Rows of a file by the names of their columns, with their lines; CSV as spreadsheets write it."""

import csv
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.services.files import csv_file
from bot.services.files.file_errors import Mistakes

LONGEST_CELL = 1024 * 1024
"""In characters."""
SEPARATORS = ",;\t"
"""Spreadsheets write a semicolon where the comma belongs to numbers, and a tab when cells are pasted."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: what stands in it by column, and the line on which each value does, or the whole row."""

    line: int
    values: Mapping[str, str]
    lines: Mapping[str, int] | None = None

    def line_of(self, key: str) -> int:
        """Return the line to blame for a value, or for its absence."""
        return (self.lines or {}).get(key, self.line)


def read_csv(
    lines: Iterable[str], mistakes: Mistakes, *, allowed: Sequence[str], needed: Sequence[str]
) -> Iterator[Record]:
    """Yield the rows below a header that names its columns; empty rows are left out.

    Raises:
        BadRows: there is no header, it names other columns, or the file is no CSV.
    """
    counted = _Counted(lines)
    header = next((line for line in counted if line.strip()), None)
    if header is None:
        raise mistakes.refuse(0, f"The file is empty; its first line names the columns: {','.join(needed)}")
    separator = max(SEPARATORS, key=header.count)
    columns = [csv_file.text(name).strip().lower() for name in _header(header, separator)]
    _require_columns(columns, counted.number, mistakes, allowed, needed)
    yield from _rows(counted, separator, columns, mistakes)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return the sentence for a name that nobody knows, with the one that it resembles."""
    close = difflib.get_close_matches(name.lower(), list(known), n=1)
    hint = f" Did you mean {close[0]!r}?" if close else f" There are: {', '.join(known)}."
    return f"There is no {what} {name!r}.{hint}"


class _Counted:
    """Lines that remember how many of them have been handed out."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        return line


def _header(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator))


def _require_columns(
    columns: Sequence[str], line: int, mistakes: Mistakes, allowed: Sequence[str], needed: Sequence[str]
) -> None:
    for at, name in enumerate(columns):
        if name not in allowed:
            mistakes.add(line, unknown("column", name, allowed))
        elif name in columns[:at]:
            mistakes.add(line, f"The column {name!r} stands there twice.")
    for name in needed:
        if name not in columns:
            mistakes.add(line, f"The column {name!r} is missing.")
    mistakes.refuse_any()


def _rows(counted: _Counted, separator: str, columns: Sequence[str], mistakes: Mistakes) -> Iterator[Record]:
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        reader = csv.reader(counted, delimiter=separator, strict=True)
        while True:
            line = counted.number + 1
            cells = next(reader, None)
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == len(columns):
                yield Record(line, dict(zip(columns, map(csv_file.text, cells), strict=True)))
            else:
                mistakes.add(line, f"This row has {len(cells)} cells, the header has {len(columns)}.")
    except csv.Error as error:
        raise mistakes.refuse(counted.number, f"This is no CSV ({error}).") from None
    finally:
        csv.field_size_limit(before)

"""CSV files that cannot harm: whatever people have typed, no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
"""OWASP, CSV injection: a spreadsheet takes such a cell for a formula. An apostrophe in front makes it text."""


def write(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a header and rows, and return how many rows there were."""
    lines = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(lines)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        count += 1
    lines.detach()
    return count


def cell(value: Any) -> str:
    """Return a value as it stands in a file: times in UTC (ISO 8601), nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else str(value)


def text(cell: str) -> str:
    """Return the text for which `cell` stands: without the apostrophe that keeps it from being a formula."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    # Apostrophes in front count as well, so that `text` takes off only what `cell` has put there.
    return text.lstrip("'").startswith(FORMULA_BEGINNINGS)

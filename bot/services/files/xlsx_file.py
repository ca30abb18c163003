"""Spreadsheets for Excel and its like: numbers are numbers, times are times, and text is never anything but text.

They are written row by row, so that their length does not matter. Times are in the shop's time zone, which the titles
of their columns name, because a spreadsheet knows no zones.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zoneinfo import ZoneInfo

from bot.errors import BadValue

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# Microsoft, "Excel specifications and limits".
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
"""In UTF-16 units."""
LARGEST_INTEGER = 10**15
"""Excel keeps 15 digits; a longer number, such as an id could be, is written as text."""
TIME_ENDINGS = ("_at", "_until", "_time")
"""How columns of times are called."""
FORMATS = {"money": "#,##0.00", "whole": "0", "time": "yyyy-mm-dd hh:mm:ss"}


def write(
    file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, zone: str, scratch: Path
) -> int:
    """Write a workbook and return how many rows it has; where one sheet is full, another begins.

    While it is written, parts of it lie in a folder of their own, which nobody else can read, in `scratch`.

    Raises:
        BadValue: a text is longer than a cell may be.
    """
    with tempfile.TemporaryDirectory(prefix=".", dir=scratch) as folder, _workbook(file, folder) as workbook:
        table = _Table(workbook, title, header, zone)
        for row in rows:
            table.add(row)
        table.end()
    return table.count


class _Table:
    """Rows under a header, on as many sheets as they need."""

    def __init__(self, workbook: "Workbook", title: str, header: Sequence[str], zone: str) -> None:
        self.count = 0
        self._workbook = workbook
        self._title = title
        self._zone = ZoneInfo(zone)
        self._header = [f"{name} ({zone})" if name.endswith(TIME_ENDINGS) else name for name in header]
        self._formats = {name: workbook.add_format({"num_format": form}) for name, form in FORMATS.items()}
        self._bold = workbook.add_format({"bold": True})
        self._begin_sheet()

    def add(self, row: Sequence[Any]) -> None:
        """Write a row, on a new sheet where this one is full."""
        if self._line == MOST_ROWS:
            self.end()
            self._begin_sheet()
        for column, value in enumerate(row):
            if value is not None:
                self._write(column, value)
        self._line += 1
        self.count += 1

    def end(self) -> None:
        """Let people sort and choose by every column of the sheet."""
        self._sheet.autofilter(0, 0, max(self._line - 1, 0), len(self._header) - 1)

    def _begin_sheet(self) -> None:
        number = len(self._workbook.worksheets()) + 1
        self._sheet: Worksheet = self._workbook.add_worksheet(self._title if number == 1 else f"{self._title} {number}")
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._header):
            self._sheet.set_column(column, column, max(len(name) + 3, 12))
            self._sheet.write_string(0, column, name, self._bold)
        self._line = 1

    def _write(self, column: int, value: Any) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._line, column, value)
        elif isinstance(value, Decimal):
            # Twelve digits survive a float, which is all that a spreadsheet knows.
            self._sheet.write_number(self._line, column, float(value), self._formats["money"])
        elif isinstance(value, int) and abs(value) < LARGEST_INTEGER:
            self._sheet.write_number(self._line, column, value, self._formats["whole"])
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._line, column, self._wall(value), self._formats["time"])
        else:
            self._sheet.write_string(self._line, column, self._fitting(column, str(value)))

    def _wall(self, time: datetime) -> datetime:
        """Return what the clock shows in the shop, without microseconds, which a cell would round up."""
        return time.astimezone(self._zone).replace(tzinfo=None, microsecond=0)

    def _fitting(self, column: int, text: str) -> str:
        if len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT:
            place = f"{self._header[column]} in row {self.count + 1} of {self._title}"
            hint = f"a cell of a spreadsheet holds {LONGEST_TEXT} characters, so export it with --format csv"
            raise BadValue(place, f"{text[:20]}...", hint)
        return text


@contextmanager
def _workbook(file: BinaryIO, folder: str) -> Iterator["Workbook"]:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    workbook = Workbook(file, {"constant_memory": True, "tmpdir": folder, "use_zip64": True})
    try:
        yield workbook
        workbook.close()
    except FileCreateError as error:
        # It wraps what the system said, such as "No space left on device".
        raise error.args[0] from None
    finally:
        for sheet in workbook.worksheets():
            sheet.row_data_fh.close()

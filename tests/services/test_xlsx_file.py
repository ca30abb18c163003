import gc
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadValue
from bot.services.files import xlsx_file
from bot.services.files.folder import Folder
from tests import spreadsheet


def write(place: Path, header: list[str], rows: Iterable[list[Any]], zone: str = "UTC") -> Path:
    with Folder(place, ["a.xlsx"], replace=False) as folder:
        fill = partial(xlsx_file.write, header=header, rows=rows, title="books", zone=zone, scratch=place)
        folder.write("a.xlsx", fill)
    assert [path.name for path in place.iterdir()] == ["a.xlsx"]
    return place / "a.xlsx"


def only(path: Path) -> Any:
    (sheet,) = spreadsheet.read(path).values()
    return sheet[1][0]


@pytest.mark.parametrize(
    "text", ["plain", "=1+1", "@sum", "+49151", "http://example.org", "007", "12.50", "{=A1}", "é\n'x'", "😀" * 16_383]
)
def test_text_is_text_and_nothing_else(tmp_path: Path, text: str):
    path = write(tmp_path, ["x"], [[text]])

    assert only(path) == text
    assert "<f>" not in spreadsheet.raw(path)
    assert "hyperlink" not in spreadsheet.raw(path)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("0.00"), "0.00"),
        (Decimal("-12.50"), "-12.50"),
        (Decimal("9999999999.99"), "9999999999.99"),
        (0, 0),
        (-25, -25),
        (10**15 - 1, 10**15 - 1),
        (2**52, "4503599627370496"),
        (True, True),
        (False, False),
    ],
)
def test_numbers_are_numbers_as_far_as_a_spreadsheet_keeps_their_digits(tmp_path: Path, value: Any, written: Any):
    assert only(write(tmp_path, ["x"], [[value]])) == written


def test_times_are_times_of_the_shop_s_zone_which_their_title_names(tmp_path: Path):
    before, after = datetime(2026, 3, 29, 0, 59, 59, 999_999, UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    path = write(tmp_path, ["made", "created_at"], [["a", before], ["b", after]], zone="Europe/Berlin")

    assert spreadsheet.read(path)["books"] == [
        ["made", "created_at (Europe/Berlin)"],
        ["a", datetime(2026, 3, 29, 1, 59, 59)],  # noqa: DTZ001
        ["b", datetime(2026, 3, 29, 3, 0)],  # noqa: DTZ001
    ]


def test_nothing_is_an_empty_cell(tmp_path: Path):
    assert spreadsheet.read(write(tmp_path, ["x", "y"], [[None, 1]]))["books"][1] == [None, 1]


def test_a_table_without_rows_has_its_titles(tmp_path: Path):
    assert spreadsheet.read(write(tmp_path, ["x", "y"], []))["books"] == [["x", "y"]]


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 3)

    path = write(tmp_path, ["x"], [[number] for number in range(5)])

    assert spreadsheet.read(path) == {
        "books": [["x"], [0], [1]],
        "books 2": [["x"], [2], [3]],
        "books 3": [["x"], [4]],
    }


def test_a_table_that_just_fits_has_one_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 3)

    assert list(spreadsheet.read(write(tmp_path, ["x"], [[1], [2]]))) == ["books"]


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384])
def test_a_text_longer_than_a_cell_is_refused_and_nothing_is_left(tmp_path: Path, text: str):
    with pytest.raises(BadValue, match="is not a valid note in row 2 of books: a cell of a spreadsheet holds 32767"):
        write(tmp_path, ["note"], [["short"], [text]])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("error")
def test_what_breaks_off_in_the_middle_leaves_nothing_open(tmp_path: Path):
    def rows() -> Iterable[list[Any]]:
        yield ["first"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, ["x"], rows())
    gc.collect()
    assert list(tmp_path.iterdir()) == []

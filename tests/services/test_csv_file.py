from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.errors import BadValue
from bot.services import csv_file
from bot.services.csv_file import Folder


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("+4915112345678", "'+4915112345678"),
        ("-1", "'-1"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        (None, ""),
        (True, "true"),
        (0, "0"),
        (Decimal("12.50"), "12.50"),
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "2026-03-02T09:30:00Z"),
    ],
)
def test_no_cell_is_a_formula(value: object, written: str):
    assert csv_file.cell(value) == written


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path):
    def write() -> None:
        with Folder(tmp_path, ["a.csv"], replace=False) as folder:
            folder.write("a.csv", ["x"], [["mine"]])
            (tmp_path / "a.csv").write_text("theirs")

    with pytest.raises(BadValue, match="it exists already"):
        write()
    assert (tmp_path / "a.csv").read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_line_breaks_and_quotes_stay_in_their_cell(tmp_path: Path):
    with Folder(tmp_path, ["a.csv"], replace=False) as folder:
        folder.write("a.csv", ["x", "y"], [['12 "Harbour"\nflat 4', "й"]])

    assert (tmp_path / "a.csv").read_bytes() == 'x,y\r\n"12 ""Harbour""\nflat 4",й\r\n'.encode()


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path):
    def rows():
        yield ["first"]
        raise OSError(28, "No space left on device")

    with pytest.raises(BadValue, match="No space left on device"), Folder(tmp_path, ["a.csv"], replace=False) as folder:
        folder.write("a.csv", ["x"], rows())
    assert list(tmp_path.iterdir()) == []

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.models import OrderStatus
from bot.services.files import csv_file


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
        ("'=1", "''=1"),
        ("'plain", "'plain"),
        ("a=1", "a=1"),
        (None, ""),
        (True, "true"),
        (0, "0"),
        (-25, "-25"),
        (Decimal("12.50"), "12.50"),
        (Decimal("-12.50"), "-12.50"),
        (OrderStatus.EXPIRED, "expired"),
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "2026-03-02T09:30:00Z"),
    ],
)
def test_no_text_is_a_formula_and_a_number_stays_one(value: object, written: str):
    assert csv_file.cell(value) == written


@pytest.mark.parametrize("text", ["plain", "=1+1", "'=1", "''=1", "'plain", "-", "", "'"])
def test_a_text_is_read_back_as_it_was(text: str):
    assert csv_file.text(csv_file.cell(text)) == text


def test_line_breaks_and_quotes_stay_in_their_cell():
    file = io.BytesIO()

    count = csv_file.write(file, ["x", "y"], [['12 "Harbour"\nflat 4', "й"]])

    assert count == 1
    assert file.getvalue() == 'x,y\r\n"12 ""Harbour""\nflat 4",й\r\n'.encode()

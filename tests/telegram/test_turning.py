"""What the buttons carry that turn the pages of long lists."""

import pytest

from bot.services.queries.browse import Page
from bot.telegram.admin import callbacks as staff
from bot.telegram.turning import LAST, turn_beside
from bot.telegram.wording import Words


@pytest.mark.parametrize(
    ("data", "beside"), [("queue:reserved:2", 0), ("queue:reserved:2:0", 0), ("queue:reserved:2:-7", -7)]
)
def test_an_older_button_leads_to_its_page_by_number(data: str, beside: int):
    assert staff.Queue.unpack(data) == staff.Queue(status="reserved", page=2, beside=beside)


@pytest.mark.parametrize("beside", [0, 10, -10, -(2**53)])
def test_what_is_packed_is_read_again_and_fits_into_a_button(beside: int):
    data = staff.Thread(id=2**53, page=LAST, beside=beside)

    assert staff.Thread.unpack(data.pack()) == data
    assert len(data.pack()) <= 64


@pytest.mark.parametrize("data", ["queue", "queue:reserved", "queue:reserved:1:x", "queue:reserved:1:2:3"])
def test_anything_else_is_no_button_of_ours(data: str):
    with pytest.raises((TypeError, ValueError)):
        staff.Queue.unpack(data)


@pytest.mark.parametrize(
    ("page", "ways"),
    [
        (Page(0, has_next=False), []),
        (Page(0, has_next=True), [(1, 9)]),
        (Page(1, has_next=True), [(0, 0), (2, 9)]),
        (Page(2, has_next=True), [(1, -5), (3, 9)]),
        (Page(LAST, has_next=True), [(LAST - 1, -5)]),
    ],
)
def test_the_next_page_begins_behind_the_last_row_and_the_one_before_ends_before_the_first(
    page: Page, ways: list[tuple[int, int]]
):
    asked = []

    def to(number: int, at: int) -> staff.Thread:
        asked.append((number, at))
        return staff.Thread(id=1, page=number, beside=at)

    row = turn_beside(Words("en", "USD"), page, [5, 7, 9], to)

    assert len(row) == len(ways)
    assert asked == ways

import time

import pytest

from bot.errors import BadValue
from bot.services import cleaning, details


@pytest.mark.parametrize(
    "text",
    [
        "Main St; apt 5 & co",
        "<script>alert('x')</script>",
        "O'Brien's \"Green\" House -- 5 /* 2nd floor */",
        "ул. Ленина, д. 5, кв. 12",
        "شارع الملك فهد ١٢",
        "北京市朝阳区建国路1号",
        "Đường Lê Lợi, Thành phố Hồ Chí Minh",
        "Flat 👨‍👩‍👧, ❤️ street 5",
    ],
)
def test_honest_text_is_kept_as_typed(text: str):
    assert details.clean_address(text) == text


def test_lines_stay_and_blanks_around_them_go():
    assert details.clean_address("  Anna  Smith \r\n 5\tMain St\r\rBerlin\n\n\n\nGermany ") == (
        "Anna Smith\n5 Main St\n\nBerlin\n\nGermany"
    )


def test_a_line_is_one_line():
    assert cleaning.line("name", " Green\u2028\ttea\r\nleaves ") == "Green tea leaves"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Tea\x00 house\x07", "Tea house"),
        ("Tea \ud800house", "Tea house"),
        ("Tea \u202egnp.exe", "Tea gnp.exe"),
        ("\ufeffTea \u2066house\u2069", "Tea house"),
        ("Tea \ue000house", "Tea house"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_what_cannot_be_seen_or_misleads_goes(typed: str, stored: str):
    assert cleaning.line("name", typed) == stored


@pytest.mark.parametrize("mark", ["\u0300", "\u0489"])
def test_a_flood_of_marks_is_cut_to_four(mark: str):
    assert cleaning.line("name", "Tea" + mark * 90).count(mark) <= cleaning.MARKS_IN_A_ROW
    assert cleaning.line("name", "Tea" + mark * 90).startswith("Te")


def test_a_flood_of_marks_in_wild_order_costs_no_time():
    began = time.monotonic()

    cleaning.paragraph("description", "Tea" + "\u0315\u0300" * 30_000, longest=3000)

    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b" * 8, "\u200d\u200d\u200d\u200d\u200d", "\x00" * 9])
def test_nothing_to_see_is_nothing(text: str):
    with pytest.raises(BadValue, match="write at least 5 characters"):
        details.clean_address(text)


def test_bounds_are_counted_after_cleaning():
    assert details.clean_address("x" * 500 + " " * 3000) == "x" * 500
    with pytest.raises(BadValue, match="write at most 500 characters"):
        details.clean_address("x" * 501)
    with pytest.raises(BadValue, match="write at least 5 characters"):
        details.clean_address(" abc\x00d ")
    with pytest.raises(BadValue, match="write at most 100 characters"):
        cleaning.name("goods name", "x" * 101)


def test_a_million_characters_are_refused_at_once():
    began = time.monotonic()

    with pytest.raises(BadValue) as refused:
        details.clean_address("м" * 1_000_000)

    assert time.monotonic() - began < 0.2
    assert len(str(refused.value)) < 200

from datetime import UTC, datetime

import pytest

from bot.errors import BadValue
from bot.services import clock

BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "time"),
    [
        ("2026-12-20 14:30", "UTC", "2026-12-20 14:30"),
        (" 2026-12-20 14:30 ", BERLIN, "2026-12-20 13:30"),
        ("2026-07-01 14:30", BERLIN, "2026-07-01 12:30"),
        ("2026-12-20 14:30", "Asia/Kathmandu", "2026-12-20 08:45"),
        ("2028-02-29 00:00", "UTC", "2028-02-29 00:00"),
    ],
)
def test_a_time_is_read_in_the_time_zone_of_the_shop(text: str, zone: str, time: str):
    assert clock.parse_local(text, zone) == utc(time)
    assert clock.local(utc(time), zone) == text.strip()


def test_a_time_that_the_clock_skips_is_refused():
    with pytest.raises(BadValue, match="the clock skips it in Europe/Berlin when daylight saving begins"):
        clock.parse_local("2026-03-29 02:30", BERLIN)

    assert clock.parse_local("2026-03-29 01:59", BERLIN) == utc("2026-03-29 00:59")
    assert clock.parse_local("2026-03-29 03:00", BERLIN) == utc("2026-03-29 01:00")


def test_of_a_time_that_comes_twice_the_first_is_meant():
    assert clock.parse_local("2026-10-25 02:30", BERLIN) == utc("2026-10-25 00:30")
    assert clock.parse_local("2026-10-25 03:00", BERLIN) == utc("2026-10-25 02:00")


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("", "UTC"),
        ("tomorrow", "UTC"),
        ("2026-12-20", "UTC"),
        ("20.12.2026 14:30", "UTC"),
        ("2026-13-20 14:30", "UTC"),
        ("2026-02-29 14:30", "UTC"),
        ("2026-12-20 24:00", "UTC"),
        ("2026-12-20 14:30:00", "UTC"),
        ("2026-12-20 14:30+01:00", "UTC"),
        ("2026-12-20 14:30\x00", "UTC"),
        ("0001-01-01 00:00", "Asia/Tokyo"),
        ("9999-12-31 23:59", "America/New_York"),
    ],
)
def test_what_is_no_time_is_refused_with_the_format(text: str, zone: str):
    with pytest.raises(BadValue) as refused:
        clock.parse_local(text, zone)

    assert refused.value.expected == 'write it as "YYYY-MM-DD HH:MM" in the shop\'s time zone'


def test_a_time_that_is_over_is_refused_with_the_time_it_is_now():
    now = utc("2026-12-20 13:30")

    assert clock.parse_future("2026-12-20 14:31", BERLIN, now=now) == utc("2026-12-20 13:31")
    with pytest.raises(BadValue, match="it is over already; now it is 2026-12-20 14:30 in Europe/Berlin"):
        clock.parse_future("2026-12-20 14:30", BERLIN, now=now)


def test_now_is_aware():
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "zone", "time"),
    [
        ("2026-03-02", "UTC", "2026-03-02 00:00"),
        (" 2026-03-02 ", BERLIN, "2026-03-01 23:00"),
        ("2026-03-02 14:30", BERLIN, "2026-03-02 13:30"),
        ("2026-04-24", "Africa/Cairo", "2026-04-23 22:00"),  # its first hour is skipped
    ],
)
def test_since_a_day_means_since_its_first_moment(text: str, zone: str, time: str):
    assert clock.parse_since(text, zone) == utc(time)


@pytest.mark.parametrize("text", ["", "today", "2026-02-30", "02.03.2026", "2026-03-02T14", "2026-03-02 14:30:00"])
def test_what_is_no_day_is_refused(text: str):
    with pytest.raises(BadValue, match="YYYY-MM-DD"):
        clock.parse_since(text, "UTC")


def test_a_range_of_days_takes_in_its_last_day():
    assert clock.parse_since("2026-03-02", BERLIN) == utc("2026-03-01 23:00")
    assert clock.parse_until("2026-03-02", BERLIN) == utc("2026-03-02 23:00")
    assert clock.parse_until("2026-03-29", BERLIN) == utc("2026-03-29 22:00")
    assert clock.parse_until("2026-03-02 10:15", BERLIN) == utc("2026-03-02 09:15")


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "last week", ""])
def test_a_day_that_is_none_or_too_far_away_is_refused(text: str):
    for parse in (clock.parse_since, clock.parse_until):
        with pytest.raises(BadValue):
            parse(text, BERLIN)

from datetime import UTC, datetime

import pytest

from bot.errors import BadValue
from bot.services.reports import periods
from bot.services.reports.periods import Compared, Period


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(compared: Compared) -> list[str]:
    """Return the bounds of a period and of the one before, in UTC."""
    both = (compared.period, compared.previous)
    return [f"{each:%Y-%m-%d %H:%M}" for period in both for each in (period.since, period.until)]


def test_a_week_begins_on_monday_and_is_compared_as_far_as_it_has_come():
    thursday = at("2026-05-14 10:00")

    assert told(periods.week("Europe/Berlin", now=thursday)) == [
        *("2026-05-10 22:00", "2026-05-17 22:00", "2026-05-03 22:00", "2026-05-07 10:00")
    ]


@pytest.mark.parametrize(
    ("now", "bounds"),
    [
        ("2026-05-14 10:00", ["2026-05-01 00:00", "2026-06-01 00:00", "2026-04-01 00:00", "2026-04-14 10:00"]),
        ("2026-03-31 10:00", ["2026-03-01 00:00", "2026-04-01 00:00", "2026-02-01 00:00", "2026-03-01 00:00"]),
        ("2026-01-01 00:00", ["2026-01-01 00:00", "2026-02-01 00:00", "2025-12-01 00:00", "2025-12-01 00:00"]),
        ("2026-12-31 23:59", ["2026-12-01 00:00", "2027-01-01 00:00", "2026-11-01 00:00", "2026-12-01 00:00"]),
    ],
)
def test_a_month_is_compared_as_far_as_it_has_come_and_never_with_itself(now: str, bounds: list[str]):
    assert told(periods.month("UTC", now=at(now))) == bounds


@pytest.mark.parametrize(
    ("count", "bounds"),
    [
        (7, ["2026-11-14 23:00", "2026-11-21 23:00", "2026-11-07 23:00", "2026-11-14 10:00"]),
        (30, ["2026-10-22 22:00", "2026-11-21 23:00", "2026-09-22 22:00", "2026-10-22 09:00"]),
    ],
)
def test_the_last_days_are_compared_with_as_many_before_until_the_same_time(count: int, bounds: list[str]):
    compared = periods.days(count, "Europe/Berlin", now=at("2026-11-21 10:00"))

    assert told(compared) == bounds
    assert len(compared.period.parts(until=at("2026-11-21 10:00"))) == count


@pytest.mark.parametrize(
    ("now", "bounds"),
    [
        ("2026-11-21 10:00", ["2025-12-01 00:00", "2026-11-22 00:00", "2024-12-01 00:00", "2025-11-21 10:00"]),
        ("2026-12-31 10:00", ["2026-01-01 00:00", "2027-01-01 00:00", "2025-01-01 00:00", "2025-12-31 10:00"]),
        ("2026-01-01 00:00", ["2025-02-01 00:00", "2026-01-02 00:00", "2024-02-01 00:00", "2024-12-31 00:00"]),
    ],
)
def test_the_last_twelve_months_are_compared_with_the_twelve_before(now: str, bounds: list[str]):
    compared = periods.year("UTC", now=at(now))

    assert told(compared) == bounds
    assert len(compared.period.parts(until=at(now))) == 12


def test_the_days_around_a_change_of_the_clock_are_compared_by_the_clock():
    forward = periods.today("Europe/Berlin", now=at("2026-03-29 10:00"))
    back = periods.today("Europe/Berlin", now=at("2026-10-25 11:00"))

    assert told(forward) == ["2026-03-28 23:00", "2026-03-29 22:00", "2026-03-27 23:00", "2026-03-28 11:00"]
    assert told(back) == ["2026-10-24 22:00", "2026-10-25 23:00", "2026-10-23 22:00", "2026-10-24 10:00"]


def test_a_day_whose_midnight_the_clock_skips_begins_with_its_first_moment():
    compared = periods.today("Africa/Cairo", now=at("2026-04-24 10:00"))

    assert told(compared)[:2] == ["2026-04-23 22:00", "2026-04-24 21:00"]
    assert compared.period.parts(until=compared.period.until)[0] == "2026-04-24 01:00"


def test_a_range_is_compared_with_as_many_days_before_it():
    compared = periods.between("2026-04-01", "2026-04-30", "Europe/Berlin", now=at("2026-06-01 00:00"))

    assert told(compared) == ["2026-03-31 22:00", "2026-04-30 22:00", "2026-03-01 23:00", "2026-03-31 22:00"]


def test_a_range_that_lasts_until_now_or_longer_is_compared_as_far_as_it_has_come():
    now = at("2026-04-03 12:00")

    for until in (None, "2026-12-31"):
        compared = periods.between("2026-04-01", until, "UTC", now=now)
        assert told(compared)[2:] == ["2026-03-29 12:00", "2026-04-01 00:00"]


@pytest.mark.parametrize(
    ("since", "until", "step", "parts"),
    [
        ("2026-04-01", "2026-04-01", "hour", 24),
        ("2026-04-01 10:30", "2026-04-01 12:00", "hour", 2),
        ("2026-04-01", "2026-04-02", "day", 2),
        ("2026-04-01", "2026-07-01", "day", 92),
        ("2026-04-01", "2026-07-02", "month", 4),
    ],
)
def test_a_day_is_told_by_hours_a_quarter_by_days_and_more_by_months(since: str, until: str, step: str, parts: int):
    period = periods.between(since, until, "Europe/Berlin", now=at("2027-01-01 00:00")).period

    assert (period.step, len(period.parts(until=period.until))) == (step, parts)


def test_what_has_still_to_come_has_no_parts():
    period = Period(at("2026-05-14 00:00"), at("2026-05-15 00:00"), "UTC")

    assert period.parts(until=at("2026-05-14 01:59")) == ["2026-05-14 00:00", "2026-05-14 01:00"]


def test_a_beginning_that_is_still_to_come_is_refused():
    with pytest.raises(BadValue, match="it is still to come"):
        periods.between("2026-05-15", None, "UTC", now=at("2026-05-14 10:00"))

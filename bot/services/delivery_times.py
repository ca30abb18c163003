"""When something can be delivered: the days and hours that are offered, in the shop's time zone, and one of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import BadValue
from bot.services import clock

DAYS = 6
"""Today, if there is an hour left, and the days after it."""
HOURS = range(8, 22)
"""Whole hours that are offered; any other time can be typed."""


def days(zone: str, *, now: datetime) -> Sequence[date]:
    """Return the next days on which an hour that is offered is still to come."""
    today = now.astimezone(ZoneInfo(zone)).date()
    following = (today + timedelta(days=number) for number in range(DAYS + 1))
    return [day for day in following if hours(day, zone, now=now)][:DAYS]


def hours(day: date, zone: str, *, now: datetime) -> Sequence[int]:
    """Return the offered hours of a day that are still to come, and that the clock does not skip."""
    return [hour for hour in HOURS if (time := _at(day, hour, zone)) is not None and time > now]


def at(day: int, hour: int, zone: str, *, now: datetime) -> datetime:
    """Return the UTC time of an hour of a day; `day` is a number such as 20261224.

    Raises:
        BadValue: there is no such day or hour, or it is over.
    """
    return clock.parse_future(f"{day_of(day)} {hour:02}:00", zone, now=now)


def day_of(number: int) -> date:
    """Return the day that a number such as 20261224 means.

    Raises:
        BadValue: there is no such day.
    """
    try:
        return date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        raise BadValue("time", str(number), clock.EXPECTED) from None


def typed(text: str, day: date | None, zone: str, *, now: datetime) -> datetime:
    """Return the UTC time that somebody wrote: a whole one, or only "14:30", which is on `day` or else today.

    Raises:
        BadValue: it is no time, or over already.
    """
    clean = text.strip().replace(".", ":") if len(text.strip()) <= len("14.30") else text
    if clean.replace(":", "").isdecimal() and clean.count(":") == 1:
        clean = f"{day or now.astimezone(ZoneInfo(zone)).date()} {clean}"
    return clock.parse_future(clean, zone, now=now)


def _at(day: date, hour: int, zone: str) -> datetime | None:
    try:
        return clock.parse_local(f"{day} {hour:02}:00", zone)
    except BadValue:
        return None

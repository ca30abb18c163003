"""Stretches of time as people mean them: days, weeks and months of the shop's time zone, whatever its clocks do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, case, cast, func, literal, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.errors import BadValue
from bot.services import clock

EARLIEST = datetime(1999, 12, 30, tzinfo=UTC)
"""The year 2000 in every time zone."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MOST_DAYS = 92
"""A longer period is told by months."""
HALF_AN_HOUR = timedelta(minutes=30)
FORMATS = {"hour": "%Y-%m-%d %H:00", "day": "%Y-%m-%d", "month": "%Y-%m"}


@dataclass(frozen=True)
class Span:
    """From `since` on and before `until`, in UTC, as far as these are given."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Period:
    """From `since` on and before `until`, in UTC; days begin at midnight in `zone`."""

    since: datetime
    until: datetime
    zone: str

    @property
    def step(self) -> str:
        """Return by what the period is told: "hour" for one day, "month" for more than 92 days, else "day"."""
        days = (self._wall(self.until - timedelta.resolution).date() - self._wall(self.since).date()).days + 1
        return "hour" if days <= 1 else "month" if days > MOST_DAYS else "day"

    def parts(self, *, until: datetime) -> list[str]:
        """Return the names of the hours ("2026-03-29 13:00"), days ("2026-03-29") or months ("2026-03") until a time.

        An hour that the clock skips is missing; one that it repeats is one part.
        """
        moments = (each for each in self._moments() if each <= until)
        return list(dict.fromkeys(self._wall(each).strftime(FORMATS[self.step]) for each in moments))

    def holds(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Return the SQL that tells whether a time lies in the period."""
        return (moment >= self.since) & (moment < self.until)

    def part(self, session: Session, moment: InstrumentedAttribute[Any]) -> ColumnElement[str]:
        """Return the SQL that names the part in which a time lies.

        The zone's distance from UTC is written into the statement, because MariaDB need not know any zones.
        """
        seconds = self._offset(moment)
        if session.get_bind().dialect.name == "sqlite":
            return func.strftime(FORMATS[self.step], moment, cast(seconds, String) + " seconds")
        local = func.timestampadd(text("SECOND"), seconds, moment)
        return func.date_format(local, FORMATS[self.step].replace("%M", "%i"))

    def _offset(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[int]:
        *earlier, (_, last) = self._offsets()
        if not earlier:
            return literal(last)
        return case(*((moment < end, seconds) for end, seconds in earlier), else_=last)

    def _offsets(self) -> list[tuple[datetime, int]]:
        """Return the distances from UTC in seconds, each with the time at which it ends."""
        found: list[tuple[datetime, int]] = []
        for each in self._moments():
            seconds = self._seconds(each)
            if found and found[-1][1] == seconds:
                found.pop()
            elif found:
                found[-1] = (self._change(found[-1][0], each), found[-1][1])
            found.append((each, seconds))
        return found

    def _change(self, before: datetime, after: datetime) -> datetime:
        """Return the second at which the clock is set between two times."""
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) // 2
            is_before = self._seconds(middle) == self._seconds(before)
            before, after = (middle, after) if is_before else (before, middle)
        return after.replace(microsecond=0)

    def _moments(self) -> Iterator[datetime]:
        """Yield times of which at least one lies in every part of the period, and the last moment."""
        stride = HALF_AN_HOUR if self.step == "hour" else timedelta(hours=12)
        each = self.since
        while each < self.until:
            yield each
            each += stride
        yield self.until - timedelta.resolution

    def _seconds(self, moment: datetime) -> int:
        return int((self._wall(moment).utcoffset() or timedelta()).total_seconds())

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True)
class Compared:
    """A period, and the one with which it is compared.

    `name` is "today", "week", "month", "days", "year" or "range". What has still to come of a period has no
    counterpart: a day that lasts until now is compared with yesterday until the same time, a week with the last one
    until the same weekday and time, a month with the last one until the same day and time. A range is compared with as
    much time just before it.
    """

    name: str
    period: Period
    previous: Period


def today(zone: str, *, now: datetime) -> Compared:
    """Return the day, from midnight to midnight."""
    day = _day(zone, now)
    return _calendar("today", day - timedelta(days=1), day, day + timedelta(days=1), zone, now)


def week(zone: str, *, now: datetime) -> Compared:
    """Return the week, from Monday on."""
    monday = _day(zone, now) - timedelta(days=_day(zone, now).weekday())
    return _calendar("week", monday - timedelta(days=7), monday, monday + timedelta(days=7), zone, now)


def month(zone: str, *, now: datetime) -> Compared:
    """Return the month, from the 1st on."""
    first = _day(zone, now).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return _calendar("month", (first - timedelta(days=1)).replace(day=1), first, following, zone, now)


def days(count: int, zone: str, *, now: datetime) -> Compared:
    """Return the last so many days with today, compared with as many before, until the same time."""
    today = _day(zone, now)
    first = today - timedelta(days=count - 1)
    return _calendar("days", first - timedelta(days=count), first, today + timedelta(days=1), zone, now)


def year(zone: str, *, now: datetime) -> Compared:
    """Return the last twelve months with this one, compared with the twelve before, until the same day and time."""
    today = _day(zone, now)
    months = today.year * 12 + today.month - 12
    first = date(months // 12, months % 12 + 1, 1)
    return _calendar("year", first.replace(year=first.year - 1), first, today + timedelta(days=1), zone, now)


def between(since: str, until: str | None, zone: str, *, now: datetime) -> Compared:
    """Return the range between two times as people wrote them; without an end, until now.

    Raises:
        BadValue: they are no times, or the wrong way round, or nothing has happened there yet.
    """
    asked = span(since, until, zone)
    begin, end = asked.since, asked.until or now
    if begin is None or begin >= now:
        raise BadValue("beginning", since, "it is still to come")
    walls = [each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in (begin, min(end, now))]
    before = _utc(walls[0] - (walls[1] - walls[0]), zone)
    return Compared("range", Period(begin, end, zone), Period(min(before, begin - HALF_AN_HOUR), begin, zone))


def span(since: str | None, until: str | None, zone: str) -> Span:
    """Return the span between two texts, "YYYY-MM-DD" or "YYYY-MM-DD HH:MM" in the time zone `zone`.

    A day without a time is meant whole: from its beginning, and until its end.

    Raises:
        BadValue: one is no such time, or the end does not come after the beginning.
    """
    begin = None if since is None else clock.parse_since(since, zone)
    end = None if until is None else clock.parse_until(until, zone)
    for written, moment in ((since, begin), (until, end)):
        if written is not None and moment is not None:
            _require_near(written, moment)
    if begin and end and end <= begin:
        raise BadValue("end", until or "", f"it does not come after {since}")
    return Span(begin, end)


def _require_near(text: str, moment: datetime) -> None:
    if not EARLIEST <= moment < LATEST:
        raise BadValue("date", text, f"use one from {EARLIEST.year + 1} to {LATEST.year - 1}")


def _calendar(name: str, before: date, first: date, following: date, zone: str, now: datetime) -> Compared:
    begin, end = _midnight(first, zone), _midnight(following, zone)
    elapsed = min(now, end).astimezone(ZoneInfo(zone)).replace(tzinfo=None) - datetime.combine(first, time())
    same_time = min(_utc(datetime.combine(before, time()) + elapsed, zone), begin)
    return Compared(name, Period(begin, end, zone), Period(_midnight(before, zone), same_time, zone))


def _day(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def _midnight(day: date, zone: str) -> datetime:
    return _utc(datetime.combine(day, time()), zone)


def _utc(wall: datetime, zone: str) -> datetime:
    # A time that the clock skips comes out as the first moment after it.
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

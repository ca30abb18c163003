"""The time, and how people write it: UTC inside, the shop's time zone outside."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import BadValue

FORMAT = "%Y-%m-%d %H:%M"
EXPECTED = 'write it as "YYYY-MM-DD HH:MM" in the shop\'s time zone'


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def parse_local(text: str, zone: str) -> datetime:
    """Return the UTC time of "YYYY-MM-DD HH:MM" in the time zone `zone`.

    Where the clock is set back, the first of the two readings is meant.

    Raises:
        BadValue: not such a time, or one that the clock skips when it is set forward.
    """
    try:
        wall = datetime.strptime(text.strip(), FORMAT)  # noqa: DTZ007 - the zone comes next
    except ValueError:
        raise BadValue("time", text, EXPECTED) from None
    try:
        utc = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        raise BadValue("time", text, EXPECTED) from None
    if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise BadValue("time", text, f"the clock skips it in {zone} when daylight saving begins; choose another")
    return utc


def parse_future(text: str, zone: str, *, now: datetime) -> datetime:
    """Return the UTC time of a local time that is still to come.

    Raises:
        BadValue: not a time, or over already.
    """
    time = parse_local(text, zone)
    if time <= now:
        raise BadValue("time", text, f"it is over already; now it is {local(now, zone)} in {zone}")
    return time


def parse_since(text: str, zone: str) -> datetime:
    """Return the UTC time of "YYYY-MM-DD" (the first moment of that day) or "YYYY-MM-DD HH:MM" in the time zone `zone`.

    Raises:
        BadValue: neither of both.
    """
    return parse_local(text, zone) if ":" in text else _midnight(_day(text), zone)


def parse_until(text: str, zone: str) -> datetime:
    """Return the UTC time at which the day "YYYY-MM-DD" is over in the time zone `zone`, or "YYYY-MM-DD HH:MM" there.

    Raises:
        BadValue: neither of both.
    """
    return parse_local(text, zone) if ":" in text else _midnight(_day(text) + timedelta(days=1), zone)


def _day(text: str) -> datetime:
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d")  # noqa: DTZ007 - the zone comes next
    except ValueError:
        raise BadValue("date", text, 'write it as "YYYY-MM-DD" or "YYYY-MM-DD HH:MM"') from None
    if not datetime(1900, 1, 1) < day < datetime(9999, 12, 30):  # noqa: DTZ001 - bounds that every zone can hold
        raise BadValue("date", text, "that is too far away")
    return day


def _midnight(day: datetime, zone: str) -> datetime:
    """Return the first moment of a day; where the clock skips midnight (Cairo, Beirut), the first after it."""
    return day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(time: datetime, zone: str) -> str:
    """Return "YYYY-MM-DD HH:MM" in the time zone `zone`."""
    return time.astimezone(ZoneInfo(zone)).strftime(FORMAT)

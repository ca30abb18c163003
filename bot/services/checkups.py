"""The nightly look at what must always hold: noted every night, told to the owner when there is news or a week is over.

`invariants.check` does the looking, outside of any transaction; here stands when, and what is told.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Event
from bot.services import events, outbox, settings
from bot.services.invariants import Violation

EVENT = "checkup.done"
ACTOR = "job:checkup"
HOUR = 4
"""In the shop's time zone: so long after midnight hardly anybody buys, and no clock is ever set."""
AGAIN_AFTER = timedelta(days=7)
"""What goes on is told again after so long, with since when it does."""


def is_due(session: Session, *, now: datetime) -> bool:
    """Tell whether nobody has looked since it was `HOUR` the last time; a night that was slept through is made up."""
    zone = str(settings.get(session, "timezone"))
    last = _last(session)
    return last is None or _night(last.created_at, zone) < _night(now, zone)


def note(session: Session, found: Sequence[Violation], *, now: datetime) -> None:
    """Note what was found this night, and tell the owner if there is news: something else, or nothing any more."""
    if not is_due(session, now=now):
        return
    last = _last(session)
    before: Mapping[str, Any] = last.facts if last else {}
    known: Mapping[str, Any] = before.get("broken", {})
    broken = {_key(each): _finding(each, known.get(_key(each)), now) for each in found}
    kind = _worth_telling(broken, known, before.get("told_at"), now)
    told_at = now.isoformat() if kind else before.get("told_at") if broken else None
    facts = {"broken": broken, "told_at": told_at}
    event = events.record(session, EVENT, actor=ACTOR, subject="shop:invariants", now=now, **facts)
    if kind is not None:
        outbox.tell(session, event, outbox.owners(session), kind, findings=_by_topic(broken))


def _worth_telling(
    broken: Mapping[str, Any], known: Mapping[str, Any], told_at: str | None, now: datetime
) -> str | None:
    """Return the kind of message that there is to send, if any."""
    if not broken:
        return "checkup-well" if known else None
    is_news = any(set(each["by"]) - set(known.get(key, {"by": ()})["by"]) for key, each in broken.items())
    is_late = told_at is None or now - datetime.fromisoformat(told_at) >= AGAIN_AFTER - timedelta(hours=12)
    return "checkup-broken" if is_news or is_late else None


def _finding(violation: Violation, known: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    since = known["since"] if known else now.isoformat()
    return {"topic": violation.rule.topic.value, "since": since, "by": list(violation.broken_by)}


def _by_topic(broken: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is wrong as the owner reads it: each topic once, since the first of its findings."""
    since: dict[str, str] = {}
    for each in broken.values():
        since[each["topic"]] = min(each["since"], since.get(each["topic"], each["since"]))
    return [{"topic": topic, "since": began} for topic, began in sorted(since.items(), key=lambda pair: pair[::-1])]


def _key(violation: Violation) -> str:
    return f"{violation.rule.name} {violation.rule.meaning}"


def _last(session: Session) -> Event | None:
    return session.scalar(select(Event).where(Event.kind == EVENT).order_by(Event.id.desc()).limit(1))


def _night(time: datetime, zone: str) -> date:
    """Return the day on whose morning the night ended to which a time belongs."""
    wall = time.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - timedelta(hours=HOUR)).date()

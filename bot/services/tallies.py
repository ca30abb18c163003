"""Counting by the hour what leaves no other trace, so that it survives a restart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from bot.models import Tally
from bot.services.reports.periods import Period


def add(session: Session, counts: Mapping[str, int], *, now: datetime) -> None:
    """Add to the counts of this hour. One statement."""
    if not counts:
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    # In one order, so that two processes never wait for one another.
    rows = [{"name": name, "began_at": hour, "count": counts[name]} for name in sorted(counts)]
    if session.get_bind().dialect.name == "sqlite":
        lite = sqlite.insert(Tally).values(rows)
        keys = list(Tally.__table__.primary_key)
        session.execute(lite.on_conflict_do_update(keys, set_={"count": Tally.count + lite.excluded.count}))
    else:
        statement = mysql.insert(Tally).values(rows)
        session.execute(statement.on_duplicate_key_update(count=Tally.count + statement.inserted["count"]))


def totals(session: Session, names: Iterable[str], period: Period) -> dict[str, int]:
    """Return how often each was counted in a period."""
    query = select(Tally.name, func.sum(Tally.count)).where(Tally.name.in_(names), period.holds(Tally.began_at))
    return {name: int(count) for name, count in session.execute(query.group_by(Tally.name))}


def by_part(session: Session, names: Sequence[str], period: Period, *, now: datetime) -> dict[str, dict[str, int]]:
    """Return for each name how often it was counted in each part of a period, until now."""
    part = period.part(session, Tally.began_at).label("part")
    query = select(Tally.name, part, func.sum(Tally.count)).where(Tally.name.in_(names), period.holds(Tally.began_at))
    found = {name: dict.fromkeys(period.parts(until=now), 0) for name in names}
    for name, when, count in session.execute(query.group_by(Tally.name, part)):
        found[name][when] = int(count)
    return found

"""The queue of orders that wait for somebody, and what has just happened to orders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Event, Order, OrderStatus
from bot.services.queries import order_lists
from bot.services.queries.order_lists import Listed, Sort, Wanted
from bot.services.queries.paging import Window

SUBJECT = "order:"
OVERLAP = 200
"""So many ids are looked at again: of two transactions the later one may have taken the smaller ids."""
MOST = 500
SORTS = {OrderStatus.RESERVED: Sort.RESERVED_UNTIL, OrderStatus.CONFIRMED: Sort.DELIVERY}


@dataclass(frozen=True)
class Happened:
    """One event of one order."""

    id: int
    order_code: str
    kind: str
    actor: str
    facts: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Look:
    """The queue as it is now, how many orders each status has in all, and the last events, the oldest first.

    `seen` are the ids of all events that were looked at, also of those that are not among them.
    """

    rows: Sequence[Listed]
    counts: dict[OrderStatus, int]
    happened: Sequence[Happened]
    seen: frozenset[int]


def look(session: Session, statuses: Sequence[OrderStatus], *, after: int, limit: int) -> Look:
    """Return the orders with these statuses, at most `limit` of each, and what happened to such orders lately.

    What ends or is due first comes first. `after` is the id of the newest event that is known; some older ones are
    returned again.
    """
    rows = sorted((row for status in statuses for row in _first(session, status, limit)), key=_due)
    query = select(Order.order_status, func.count()).where(Order.order_status.in_(statuses))
    counted = {row[0]: row[1] for row in session.execute(query.group_by(Order.order_status))}
    events = _events(session, after)
    seen = frozenset(event.id for event in events)
    happened = _happened(session, events, statuses)
    return Look(rows, {status: counted.get(status, 0) for status in statuses}, happened, seen)


def newest_event(session: Session) -> int:
    """Return the id of the last thing that has happened in the shop, 0 when nothing has."""
    return session.scalar(select(func.max(Event.id))) or 0


def _first(session: Session, status: OrderStatus, limit: int) -> Iterator[Listed]:
    sort = SORTS.get(status, Sort.CREATED)
    return order_lists.listed(session, Wanted(statuses=(status,)), Window(limit), sort=sort)


def _due(row: Listed) -> tuple[bool, datetime]:
    """Return the moment by which somebody must act; what is not planned comes last."""
    times = {OrderStatus.RESERVED: row.reserved_until, OrderStatus.CONFIRMED: row.delivery_time}
    time = times.get(row.order_status, row.created_at)
    return time is None, time or row.created_at


def _events(session: Session, after: int) -> Sequence[Event]:
    query = select(Event).where(Event.id > after - OVERLAP, Event.subject.startswith(SUBJECT)).order_by(Event.id)
    return session.scalars(query.limit(MOST)).all()


def _happened(session: Session, events: Sequence[Event], statuses: Sequence[OrderStatus]) -> list[Happened]:
    codes = {event.subject.removeprefix(SUBJECT) for event in events}
    chosen = select(Order.order_code).where(Order.order_code.in_(codes), Order.order_status.in_(statuses))
    theirs = set(session.scalars(chosen)) if codes else set()
    return [_told(event) for event in events if event.subject.removeprefix(SUBJECT) in theirs]


def _told(event: Event) -> Happened:
    code = event.subject.removeprefix(SUBJECT)
    return Happened(event.id, code, event.kind, event.actor, event.facts, event.created_at)

"""Who comes, and how the door stands: read at every press and message, in one statement."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from bot.models import CartItem, User
from bot.services import context, maintenance, people, settings
from bot.services.people import Identity

PACE = ("presses_per_minute", "messages_per_minute", "searches_per_minute", "checkouts_per_minute")
"""The settings of `Pace`."""


@dataclass(frozen=True)
class Pace:
    """How many presses, messages, searches and checkouts of one customer are answered in a minute; 0 means all."""

    presses: int = 0
    messages: int = 0
    searches: int = 0
    checkouts: int = 0


@dataclass(frozen=True)
class Arrival:
    """Who comes, None for somebody who has not entered; why the shop is closed, empty while it is open; their pace."""

    identity: Identity | None
    closed_because: str
    pace: Pace


def _statement() -> Select[Any]:
    """Return the statement, put together once: to do that at every press would take longer than to run it."""
    whoever: ColumnElement[int] = bindparam("telegram_id", type_=BigInteger)
    is_away, wants_news = User.blocked_bot_at.is_not(None), User.broadcasts_off_at.is_(None)
    in_cart = select(func.sum(CartItem.quantity)).where(CartItem.user_id == whoever).scalar_subquery()
    who = (User.telegram_id, User.first_name, User.language, User.role, User.is_banned)
    sign = maintenance.reason().label("closed_because")
    door = select(sign, *(settings.stored(key).label(key) for key in PACE)).subquery()
    return select(*door.c, *who, in_cart, is_away, wants_news).outerjoin_from(door, User, User.telegram_id == whoever)


_STATEMENT = _statement()


def identify(session: Session, telegram_id: int) -> Identity | None:
    """Return who this is, or None for somebody who has not entered. One statement."""
    return arrive(session, telegram_id).identity


def arrive(session: Session, telegram_id: int) -> Arrival:
    """Return who comes to which door. One statement, also for somebody who has not entered."""
    row: Any = session.execute(_STATEMENT, {"telegram_id": telegram_id}).one()
    closed_because, pace = row[0] or "", Pace(*map(settings.read, PACE, row[1 : 1 + len(PACE)]))
    known: Any = row[1 + len(PACE) :]
    if known[0] is None:
        return Arrival(None, closed_because, pace)
    # MariaDB's sum is a Decimal, and of nothing it is NULL.
    facts: list[Any] = [*known[:5], int(known[5] or 0), *known[6:]]
    identity = Identity(*facts)
    is_helper = telegram_id == context.of(session).helper_id
    identity = replace(identity, role=people.role_of(session, telegram_id, identity.role), is_helper=is_helper)
    return Arrival(identity, closed_because, pace)

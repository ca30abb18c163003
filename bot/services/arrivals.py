"""Who comes, and how the door stands: read at every press and message, in one statement."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.models import CartItem, Setting, User
from bot.services import context, kept, maintenance, people, settings
from bot.services.people import Identity

MARKS = (*kept.TABLES, kept.SHOWN)


@dataclass(frozen=True)
class PerMinute:
    """How many presses, messages, searches and checkouts of one customer are answered in a minute; 0 means all."""

    presses: int = 0
    messages: int = 0
    searches: int = 0
    checkouts: int = 0


@dataclass(frozen=True)
class Door:
    """What the settings say to everybody who comes; `closed_because` is empty while the shop is open."""

    closed_because: str = ""
    pace: PerMinute = field(default_factory=PerMinute)
    zone: str = "UTC"


@dataclass(frozen=True)
class Arrival:
    """Who comes, None for somebody who has not entered, and how the door stands."""

    identity: Identity | None
    door: Door
    marks: tuple[int | None, ...] = field(default=(), compare=False)
    """The marks of all that is read when people look around, as they were just before."""


@dataclass(frozen=True)
class Reading:
    """An operation that reads, and with what."""

    operation: Callable[..., Any]
    args: tuple[Any, ...]
    options: dict[str, Any]

    @property
    def key(self) -> Hashable:
        """Return what tells it apart from others."""
        return self.operation, self.args, *sorted(self.options.items())


@dataclass(frozen=True)
class Outcome:
    """What a reading has returned."""

    reading: Reading
    found: Any


def arrive_for(session: Session, telegram_id: int, reading: Reading) -> tuple[Arrival, Outcome | None]:
    """Do `arrive`, and read what the person wants to see, if they may see anything."""
    arrival = arrive(session, telegram_id)
    if arrival.identity is None or arrival.identity.is_banned:
        return arrival, None
    try:
        return arrival, Outcome(reading, reading.operation(session, *reading.args, **reading.options))
    except DBAPIError:
        raise
    except Exception:
        # Whoever asks for it meets the refusal, or the bug, where it is known who they are.
        return arrival, None


def _statement() -> Select[*tuple[Any, ...]]:
    """Return the statement, put together once: to do that at every press would take longer than to run it."""
    whoever: ColumnElement[int] = bindparam("telegram_id", type_=BigInteger)
    is_away, wants_news = User.blocked_bot_at.is_not(None), User.broadcasts_off_at.is_(None)
    in_cart = select(func.sum(CartItem.quantity)).where(CartItem.user_id == whoever).scalar_subquery()
    who = (User.telegram_id, User.first_name, User.language, User.role, User.is_banned)
    somebody = select(literal(1).label("somebody")).subquery()
    query = select(*map(kept.mark_of, MARKS), *who, in_cart, is_away, wants_news)
    return query.outerjoin_from(somebody, User, User.telegram_id == whoever)


_STATEMENT = _statement()


def identify(session: Session, telegram_id: int) -> Identity | None:
    """Return who this is, or None for somebody who has not entered."""
    return arrive(session, telegram_id).identity


def arrive(session: Session, telegram_id: int) -> Arrival:
    """Return who comes to which door. One statement while the settings are kept, also for who has not entered."""
    row: Any = session.connection().execute(_STATEMENT, {"telegram_id": telegram_id}).one()
    kept.trust(session, dict(zip(kept.TABLES, row, strict=False)))
    marks = tuple(row[: len(MARKS)])
    door = kept.value(session, Setting.__tablename__, _door)
    known: Any = row[len(MARKS) :]
    if known[0] is None:
        return Arrival(None, door, marks)
    # MariaDB's sum is a Decimal, and of nothing it is NULL.
    facts: list[Any] = [*known[:5], int(known[5] or 0), *known[6:]]
    identity = Identity(*facts)
    is_helper = telegram_id == context.of(session).helper_id
    identity = replace(identity, role=people.role_of(session, telegram_id, identity.role), is_helper=is_helper)
    return Arrival(identity, door, marks)


def _door(session: Session) -> Door:
    """Read all settings and take what concerns everybody who comes."""
    values = settings.every(session)
    pace = PerMinute(*(values[f"{kind}_per_minute"] for kind in ("presses", "messages", "searches", "checkouts")))
    return Door(values[maintenance.KEY], pace, values["timezone"])

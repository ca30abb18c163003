"""Bitcoin addresses as operators read them: the pool chosen and paged, and one address with its order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import BitcoinAddress, Event, Order, OrderStatus, User
from bot.services import bitcoin_address
from bot.services.queries.paging import Window


class State(StrEnum):
    """An address is free until an order claims it, and then never again; a retired one is never handed out."""

    FREE = "free"
    CLAIMED = "claimed"
    RETIRED = "retired"


@dataclass(frozen=True)
class Listed:
    """An address in a list, with the order that claimed it."""

    address: str
    is_used: bool
    order_code: str | None
    order_status: OrderStatus | None
    used_by: int | None
    used_at: datetime | None
    added_at: datetime

    @property
    def state(self) -> State:
        """Return whether it is free; one that nobody claimed was taken out when a backup was restored."""
        if not self.is_used:
            return State.FREE
        return State.RETIRED if self.order_code is None and self.used_by is None else State.CLAIMED


@dataclass(frozen=True)
class Whole:
    """An address with who claimed it, and who added it, if an event tells."""

    listed: Listed
    first_name: str | None
    added_by: str | None


def listed(session: Session, window: Window, *, also_used: bool, text: str | None = None) -> Iterator[Listed]:
    """Yield the addresses in the order of the pool; `text` is a part of an address or of an order code."""
    query = select(*_COLUMNS).outerjoin(Order, BitcoinAddress.order_id == Order.id).order_by(BitcoinAddress.id)
    if not also_used:
        query = query.where(BitcoinAddress.is_used == false())
    if text is not None:
        part = text.strip()
        in_address = BitcoinAddress.address.contains(part, autoescape=True)
        in_bech32 = BitcoinAddress.address.contains(part.lower(), autoescape=True)
        in_code = Order.order_code.contains(part.upper(), autoescape=True)
        query = query.where((in_address | in_bech32 | in_code) if part.isascii() else BitcoinAddress.id.is_(None))
    return (Listed(*row) for row in window.rows(session, query))


def whole(session: Session, address: str) -> Whole:
    """Return an address with its order.

    Raises:
        BadValue: it is no address.
        NotFound: it is not in the pool.
    """
    wanted = bitcoin_address.parse(address)
    query = select(*_COLUMNS).outerjoin(Order, BitcoinAddress.order_id == Order.id)
    row = session.execute(query.where(BitcoinAddress.address == wanted)).first()
    if row is None:
        raise NotFound("bitcoin address", wanted)
    found = Listed(*row)
    name = select(User.first_name).where(User.telegram_id == found.used_by)
    return Whole(found, session.scalar(name) if found.used_by else None, _added_by(session, found.added_at))


def _added_by(session: Session, added_at: datetime) -> str | None:
    """Return who filled the pool in that moment: an address has the time of its event."""
    event = select(Event.actor).where(Event.kind == "bitcoin.added", Event.created_at == added_at)
    return session.scalar(event.order_by(Event.id).limit(1))


_COLUMNS: tuple[Any, ...] = (
    BitcoinAddress.address,
    BitcoinAddress.is_used,
    Order.order_code,
    Order.order_status,
    BitcoinAddress.used_by,
    BitcoinAddress.used_at,
    BitcoinAddress.added_at,
)
"""In the order of `Listed`."""

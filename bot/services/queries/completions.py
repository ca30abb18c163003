"""What begins like this: codes and names for a shell that completes them when somebody presses Tab."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, case, cast, func, select
from sqlalchemy.orm import Session

from bot.models import BitcoinAddress, Broadcast, Category, Goods, Order, OrderStatus, ReferenceCode, User

MOST = 100
"""More would only scroll away what was typed."""

Found = Sequence[tuple[str, str]]
"""What could be meant, each with a word about it."""


def orders(session: Session, begin: str, *, statuses: Sequence[OrderStatus] = ()) -> Found:
    """Return order codes, newest first, of orders in these statuses or in any."""
    if not begin.isascii():
        return []
    code, status = Order.order_code, Order.order_status
    query = select(code, status).where(code.startswith(begin.upper(), autoescape=True))
    if statuses:
        query = query.where(status.in_(statuses))
    return _first(session, query.order_by(Order.id.desc()))


def goods(session: Session, begin: str) -> Found:
    """Return names of goods, in any case."""
    return _first(session, _alike(Goods.name, begin, Goods.stock_quantity - Goods.reserved_quantity))


def categories(session: Session, begin: str) -> Found:
    """Return names of categories, in any case."""
    return _first(session, _alike(Category.name, begin, Category.name))


def reference_codes(session: Session, begin: str) -> Found:
    """Return reference codes that are not disabled, newest first."""
    if not begin.isascii():
        return []
    query = select(ReferenceCode.code, ReferenceCode.note).where(
        ReferenceCode.code.startswith(begin.upper(), autoescape=True), ReferenceCode.is_active
    )
    return _first(session, query.order_by(ReferenceCode.id.desc()))


def bitcoin_addresses(session: Session, begin: str) -> Found:
    """Return addresses of the pool and of orders."""
    if not begin.isascii():
        return []
    address, state = BitcoinAddress.address, case((BitcoinAddress.is_used, "claimed"), else_="free")
    return _first(session, select(address, state).where(address.startswith(begin, autoescape=True)))


def broadcasts(session: Session, begin: str) -> Found:
    """Return the numbers of broadcasts, newest first."""
    number = cast(Broadcast.id, String(20))
    query = select(number, Broadcast.state).where(number.startswith(begin, autoescape=True))
    return _first(session, query.order_by(Broadcast.id.desc()))


def customers(session: Session, begin: str) -> Found:
    """Return Telegram ids, with the names that belong to them."""
    number = cast(User.telegram_id, String(20))
    return _first(session, select(number, User.first_name).where(number.startswith(begin, autoescape=True)))


def _alike(name: Any, begin: str, about: Any) -> Select[*tuple[Any, ...]]:
    return select(name, about).where(func.lower(name).startswith(begin.lower(), autoescape=True)).order_by(name)


def _first(session: Session, query: Select[*tuple[Any, ...]]) -> Found:
    return [(str(value), str(about or "")) for value, about in session.execute(query.limit(MOST))]

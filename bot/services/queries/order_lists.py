"""Lists of orders for the staff: chosen, searched and sorted in the database, read row by row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import (
    Order,
    OrderItem,
    OrderStatus,
    PaymentMethod,
    ReferenceCode,
    ReferenceCodeUsage,
    User,
)
from bot.models.base import UtcDateTime
from bot.services import details, reference_codes
from bot.services.details import Details
from bot.services.queries import paging, searching
from bot.services.queries.paging import Key, Spot, Window


class Sort(StrEnum):
    """By what a list is sorted, and which end comes first."""

    CREATED = "created"
    TOTAL = "total"
    DELIVERY = "delivery"
    RESERVED_UNTIL = "reserved-until"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Wanted:
    """Which orders; whatever is None or empty lets all through.

    `since` is in, `until` is out, and `code` is a whole order code. `text` is looked for in order codes, names of
    customers and goods, `secret` in delivery addresses, phone numbers and notes: those are encrypted, so every chosen
    order is opened for it. `phone` is a part of a phone number: of every chosen order that alone is read and opened.
    """

    statuses: tuple[OrderStatus, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    customer: int | None = None
    reference_code: str | None = None
    payment: PaymentMethod | None = None
    goods_id: int | None = None
    overdue_at: datetime | None = None
    ending_by: datetime | None = None
    code: str | None = None
    text: str | None = None
    secret: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Listed:
    """An order in a list."""

    id: int
    order_code: str
    order_status: OrderStatus
    buyer_id: int
    buyer_name: str
    buyer_username: str | None
    payment_method: PaymentMethod
    currency: str
    total_price: Decimal
    bonus_applied: Decimal
    created_at: datetime
    reserved_until: datetime
    delivery_time: datetime | None


def listed(
    session: Session, wanted: Wanted, window: Window, *, sort: Sort = Sort.CREATED, is_reversed: bool = False
) -> Iterator[Listed]:
    """Yield the orders that are wanted: the newest, the largest, the first to be delivered or to end come first.

    Orders that are equal stay in the order in which they were made, the newest first, reversed or not reversed.
    """
    # An outer join, so that the orders are walked along their key and people are looked up, never the other way round.
    query = _sorted(select(*_COLUMNS).outerjoin(User, User.telegram_id == Order.buyer_id), sort, is_reversed)
    query = query.where(*_conditions(wanted))
    if wanted.phone is not None:
        # All orders are looked through, so first without what is only shown.
        sealed = Window().rows(session, query.with_only_columns(Order.id, Order.order_code, Order.phone_number))
        called = list(_within(window, _called(session, sealed, wanted.phone)))
        rows = Window().rows(session, query.where(Order.id.in_(called)))
    elif wanted.secret is not None:
        rows = _within(window, _opened(session, Window().rows(session, query.add_columns(*_SEALED)), wanted.secret))
    else:
        rows = window.rows(session, query, key=Order.id)
    return (Listed(*row) for row in rows)


def page(session: Session, status: OrderStatus, spot: Spot, size: int) -> tuple[Sequence[Listed], bool]:
    """Return a page of the orders of a status, and whether there are more: what ends or is due first comes first."""
    query = select(*_COLUMNS).outerjoin(User, User.telegram_id == Order.buyer_id).where(Order.order_status == status)
    rows, has_next = paging.leaf(session, query, [*_DUE.get(status, ()), Key(Order.id)], spot, size)
    return [Listed(*row) for row in rows], has_next


def _within(window: Window, found: Iterator[Any]) -> Iterator[Any]:
    return islice(found, window.offset, None if window.limit is None else window.offset + window.limit)


def reference_code_named(session: Session, code: str) -> str:
    """Return a reference code as it is stored.

    Raises:
        NotFound: there is none.
    """
    clean = reference_codes.normalised(code)
    is_there = clean.isascii() and session.scalar(select(ReferenceCode.id).where(ReferenceCode.code == clean))
    if not is_there:
        raise NotFound("reference code", clean)
    return clean


_COLUMNS: tuple[Any, ...] = tuple(
    {"buyer_name": User.first_name, "buyer_username": User.username}.get(each.name) or getattr(Order, each.name)
    for each in fields(Listed)
)
_NOT_PLANNED = literal(datetime.max.replace(tzinfo=UTC), UtcDateTime())
_DUE = {
    OrderStatus.RESERVED: (Key(Order.reserved_until, falls=False),),
    OrderStatus.CONFIRMED: (Key(func.coalesce(Order.delivery_time, _NOT_PLANNED), falls=False),),
}
_SEALED: tuple[Any, ...] = (Order.delivery_address, Order.phone_number, Order.delivery_note)


def _sorted(query: Select[*tuple[Any, ...]], sort: Sort, is_reversed: bool) -> Select[*tuple[Any, ...]]:
    keys: dict[Sort, tuple[tuple[Any, bool], ...]] = {
        Sort.CREATED: ((Order.id, True),),
        Sort.TOTAL: ((Order.total_price, True),),
        # Orders without a planned time are at the end.
        Sort.DELIVERY: ((Order.delivery_time.is_(None), is_reversed), (Order.delivery_time, False)),
        Sort.RESERVED_UNTIL: ((Order.reserved_until, False),),
        Sort.CUSTOMER: ((User.first_name, False), (User.telegram_id, False)),
    }
    ways = (key.desc() if falls != is_reversed else key.asc() for key, falls in keys[sort])
    return query.order_by(*ways) if sort is Sort.CREATED else query.order_by(*ways, Order.id.desc())


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    simple = {
        "code": Order.order_code.__eq__,
        "customer": Order.buyer_id.__eq__,
        "payment": Order.payment_method.__eq__,
        "since": Order.created_at.__ge__,
        "until": Order.created_at.__lt__,
        "reference_code": _came_by,
        "goods_id": _has(OrderItem.goods_id.__eq__),
        "text": _mentions,
    }
    yield from (condition(value) for name, condition in simple.items() if (value := getattr(wanted, name)) is not None)
    if wanted.statuses:
        yield Order.order_status.in_(wanted.statuses)
    if wanted.overdue_at is not None:
        yield and_(Order.order_status == OrderStatus.CONFIRMED, Order.delivery_time < wanted.overdue_at)
    if wanted.ending_by is not None:
        yield and_(Order.order_status == OrderStatus.RESERVED, Order.reserved_until <= wanted.ending_by)


def _came_by(code: str) -> ColumnElement[bool]:
    used = select(ReferenceCodeUsage.user_id).join(ReferenceCode, ReferenceCode.id == ReferenceCodeUsage.code_id)
    return Order.buyer_id.in_(used.where(ReferenceCode.code == code))


def _has(condition: Callable[[Any], ColumnElement[bool]]) -> Callable[[Any], ColumnElement[bool]]:
    """Return the condition that an order has an item of which something is true."""
    return lambda value: Order.id.in_(select(OrderItem.order_id).where(condition(value)))


def _mentions(text: str) -> ColumnElement[bool]:
    clean = text.strip()
    ways = [
        searching.contains(User.first_name, clean),
        searching.contains(User.username, clean.removeprefix("@")),
        _has(partial(searching.contains, OrderItem.item_name))(clean),
    ]
    if clean.isascii():
        ways.append(Order.order_code.contains(clean.upper(), autoescape=True))
    return or_(*ways)


def _opened(session: Session, rows: Iterator[Any], text: str) -> Iterator[Any]:
    """Yield the rows whose delivery details contain a text; the sealed columns at their end are left out."""
    wanted, digits = text.casefold().strip(), searching.digits(text)
    for row in rows:
        *kept, address, phone, note = row
        sealed = Order(order_code=row.order_code, delivery_address=address, phone_number=phone, delivery_note=note)
        if _is_in(details.reveal(session, sealed), wanted, digits):
            yield kept


def _called(session: Session, rows: Iterator[Any], digits: str) -> Iterator[int]:
    """Yield the ids of orders whose phone number contains digits."""
    for order_id, code, sealed in rows:
        if digits in details.phone_of(session, code, sealed):
            yield order_id


def _is_in(known: Details, text: str, digits: str) -> bool:
    if any(text in (each or "").casefold() for each in (known.address, known.phone, known.note)):
        return True
    return bool(digits) and digits in (known.phone or "")

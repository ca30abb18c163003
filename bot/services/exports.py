"""The shop's tables as rows for a file, read in batches by key, so that their length does not matter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.models import Customer, Order, OrderItem, ReferenceCode, User
from bot.services import details

BATCH = 1000

Row = Sequence[Any]


@dataclass(frozen=True)
class Batch:
    """Some rows, and the key after which the next begin; None after the last."""

    rows: Sequence[Row]
    last: int | None


@dataclass(frozen=True)
class Sheet:
    """One file of an export: what its columns are called, and how its next rows are read."""

    file: str
    header: tuple[str, ...]
    read: Callable[[Session, int], Batch]


def rows(sheet: Sheet, fetch: Callable[[Callable[[Session, int], Batch], int], Batch]) -> Iterator[Row]:
    """Yield the rows of a sheet. `fetch` reads one batch in a session of its own (`Database.read`)."""
    after: int | None = 0
    while after is not None:
        batch = fetch(sheet.read, after)
        yield from batch.rows
        after = batch.last


def _customers(session: Session, after: int) -> Batch:
    query = select(User, Customer).outerjoin(Customer, Customer.telegram_id == User.telegram_id)
    found = _next(session, query, User.telegram_id, after)
    return _batch([_customer_row(session, *row) for row in found], [row[0].telegram_id for row in found])


def _customer_row(session: Session, user: User, customer: Customer | None) -> Row:
    kept = customer or Customer(total_spendings=0, completed_orders_count=0, bonus_balance=0)
    known = details.reveal(session, kept)
    return (
        user.telegram_id,
        user.first_name,
        user.username,
        user.language,
        user.role,
        user.referrer_id,
        user.is_banned,
        user.ban_reason,
        user.registered_at,
        kept.total_spendings,
        kept.completed_orders_count,
        kept.bonus_balance,
        known.address,
        known.phone,
        known.note,
    )


def _reference_codes(session: Session, after: int) -> Batch:
    return _columns(session, ReferenceCode.id, _REFERENCE_CODE, after)


def _orders(session: Session, after: int) -> Batch:
    return _columns(session, Order.id, (*_ORDER, Order.total_price - Order.bonus_applied), after)


def _order_items(session: Session, after: int) -> Batch:
    query = select(OrderItem.id, Order.order_code, *_ITEM).join(Order, Order.id == OrderItem.order_id)
    found = _next(session, query, OrderItem.id, after)
    return _batch([(*row[1:], row[4] * row[5]) for row in found], [row[0] for row in found])


def _columns(session: Session, key: Any, columns: tuple[Any, ...], after: int) -> Batch:
    found = _next(session, select(key, *columns), key, after)
    return _batch([row[1:] for row in found], [row[0] for row in found])


def _next(session: Session, query: Select[*tuple[Any, ...]], key: Any, after: int) -> Sequence[Any]:
    return session.execute(query.where(key > after).order_by(key).limit(BATCH)).all()


def _batch(found: Sequence[Row], keys: Sequence[int]) -> Batch:
    return Batch(found, keys[-1] if len(keys) == BATCH else None)


_REFERENCE_CODE = (
    ReferenceCode.code,
    ReferenceCode.creator_id,
    ReferenceCode.created_by,
    ReferenceCode.created_at,
    ReferenceCode.expires_at,
    ReferenceCode.max_uses,
    ReferenceCode.current_uses,
    ReferenceCode.is_active,
    ReferenceCode.is_admin_code,
    ReferenceCode.note,
    ReferenceCode.disabled_reason,
)
_ORDER = (
    Order.order_code,
    Order.order_status,
    Order.buyer_id,
    Order.payment_method,
    Order.bitcoin_address,
    Order.created_at,
    Order.reserved_until,
    Order.delivery_time,
    Order.completed_at,
    Order.currency,
    Order.discount_amount,
    Order.fee_amount,
    Order.total_price,
    Order.bonus_applied,
)
_ITEM = (OrderItem.goods_id, OrderItem.item_name, OrderItem.price, OrderItem.quantity)

CUSTOMERS = Sheet(
    "customers.csv",
    (
        "telegram_id",
        "first_name",
        "username",
        "language",
        "role",
        "referrer_id",
        "is_banned",
        "ban_reason",
        "registered_at",
        "total_spendings",
        "completed_orders_count",
        "bonus_balance",
        "delivery_address",
        "phone_number",
        "delivery_note",
    ),
    _customers,
)
REFERENCE_CODES = Sheet("reference_codes.csv", tuple(column.key for column in _REFERENCE_CODE), _reference_codes)
ORDERS = Sheet("orders.csv", (*(column.key for column in _ORDER), "due"), _orders)
ORDER_ITEMS = Sheet("order_items.csv", ("order_code", *(column.key for column in _ITEM), "amount"), _order_items)

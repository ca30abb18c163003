"""The shop's books as sheets of rows, each read by one statement while it is written.

Names, addresses and phone numbers stand in the sheet of the customers alone; everywhere else a customer is a number.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.models import (
    BonusEntry,
    Category,
    Customer,
    Goods,
    InventoryEntry,
    Order,
    OrderItem,
    Payment,
    ReferenceCode,
    User,
)
from bot.models.base import Money
from bot.services import context, details
from bot.services.reports.periods import Span

BATCH = 500
"""Rows that are fetched from the database's connection at a time."""
SAMPLE = 1000

Row = Sequence[Any]
Query = Select[*tuple[Any, ...]]


ALWAYS = Span()


@dataclass(frozen=True)
class Sheet:
    """One table of an export: its name, what its columns are called, and the sorted query behind its rows.

    `moment` is the time by which a span chooses rows, if it may; `row` makes what is read into what is written, after
    `arranged` has put neighbours in order.
    """

    name: str
    header: tuple[str, ...]
    query: Callable[[Session], Query]
    moment: InstrumentedAttribute[Any] | None = None
    row: Callable[[Session, Any], Row] = lambda _, found: found
    arranged: Callable[[Iterable[Any]], Iterable[Any]] = iter

    def chosen(self, session: Session, span: Span) -> Query:
        """Return the query for the rows of a span."""
        query = self.query(session)
        if self.moment is not None and span.since is not None:
            query = query.where(self.moment >= span.since)
        if self.moment is not None and span.until is not None:
            query = query.where(self.moment < span.until)
        return query


def rows(session: Session, sheet: Sheet, span: Span = ALWAYS) -> Iterator[Row]:
    """Yield the rows of a sheet while they are used; `Database.stream` keeps the session open."""
    query = sheet.chosen(session, span).execution_options(yield_per=BATCH)
    return (sheet.row(session, found) for found in sheet.arranged(session.execute(query)))


def count(session: Session, sheet: Sheet, span: Span = ALWAYS) -> int:
    """Return how many rows a sheet has."""
    query = sheet.chosen(session, span).order_by(None)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def require_readable(session: Session) -> None:
    """Refuse a data key that does not open what the shop keeps of its first customers.

    Raises:
        VaultError: it is the wrong one.
    """
    for found in session.execute(CUSTOMERS.query(session).limit(SAMPLE)):
        _customer_row(session, found)


def _customers(_session: Session) -> Query:
    query = select(User, Customer).outerjoin(Customer, Customer.telegram_id == User.telegram_id)
    return query.order_by(User.telegram_id)


def _customer_row(session: Session, found: tuple[User, Customer | None]) -> Row:
    user, customer = found
    kept = customer or Customer(total_spendings=0, completed_orders_count=0, bonus_balance=0)
    known = details.reveal(session, kept)
    return (
        *(getattr(user, name) for name in _USER),
        kept.total_spendings,
        kept.completed_orders_count,
        kept.bonus_balance,
        known.address,
        known.phone,
        known.note,
    )


def _reference_codes(_session: Session) -> Query:
    return select(*_REFERENCE_CODE).order_by(ReferenceCode.id)


def _orders(_session: Session) -> Query:
    due = Order.total_price - Order.bonus_applied
    goods_amount = Order.total_price + Order.discount_amount - Order.fee_amount
    paid = select(func.coalesce(func.sum(Payment.amount), 0)).where(Payment.order_id == Order.id)
    amounts = (due, goods_amount, paid.correlate(Order).scalar_subquery())
    return select(*_ORDER, *(type_coerce(amount, Money) for amount in amounts)).order_by(Order.id)


def _order_items(_session: Session) -> Query:
    amount = type_coerce(OrderItem.price * OrderItem.quantity, Money)
    query = select(Order.order_code, *_ITEM, amount, *_OF_ITS_ORDER).join(OrderItem, OrderItem.order_id == Order.id)
    # To ask for the order of the items as well would have MariaDB sort them all before it hands out the first.
    return query.order_by(Order.id)


def _by_goods(found: Iterable[Row]) -> Iterator[Row]:
    """Yield items with those of one order sorted by their goods."""
    for _, items in groupby(found, key=itemgetter(0)):
        yield from sorted(items, key=itemgetter(1))


def _payments(_session: Session) -> Query:
    return select(*_PAYMENT).join(Order, Order.id == Payment.order_id).order_by(Payment.id)


def _bonus(_session: Session) -> Query:
    return select(*_BONUS).outerjoin(Order, Order.id == BonusEntry.order_id).order_by(BonusEntry.id)


def _movements(_session: Session) -> Query:
    # Every movement has goods; an outer join keeps MariaDB from beginning with them and sorting all movements at once.
    query = select(*_MOVEMENT).outerjoin(Goods, Goods.id == InventoryEntry.goods_id)
    return query.outerjoin(Order, Order.id == InventoryEntry.order_id).order_by(InventoryEntry.id)


def _goods(_session: Session) -> Query:
    available = Goods.stock_quantity - Goods.reserved_quantity
    worth = type_coerce(Goods.price * Goods.stock_quantity, Money)
    query = select(*_GOODS, Category.name, available, worth).join(Category, Category.id == Goods.category_id)
    return query.order_by(Goods.id)


def _goods_row(session: Session, found: Row) -> Row:
    return (*found, context.of(session).currency)


def _names(columns: tuple[InstrumentedAttribute[Any], ...]) -> tuple[str, ...]:
    return tuple(column.key for column in columns)


_USER = (
    "telegram_id",
    "first_name",
    "username",
    "language",
    "role",
    "referrer_id",
    "is_banned",
    "ban_reason",
    "registered_at",
)
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
_OF_ITS_ORDER = (Order.currency, Order.order_status, Order.buyer_id, Order.created_at, Order.completed_at)
_PAYMENT = (
    Payment.id,
    Payment.created_at,
    Order.order_code,
    Order.order_status,
    Order.buyer_id,
    Payment.method,
    Payment.amount,
    Order.currency,
    Payment.reference,
    Payment.actor,
)
_BONUS = (
    BonusEntry.id,
    BonusEntry.created_at,
    BonusEntry.user_id,
    BonusEntry.kind,
    BonusEntry.amount,
    Order.order_code,
    Order.currency,
    BonusEntry.reason,
    BonusEntry.actor,
)
_MOVEMENT = (
    InventoryEntry.id,
    InventoryEntry.created_at,
    InventoryEntry.goods_id,
    Goods.name,
    InventoryEntry.kind,
    InventoryEntry.stock_delta,
    InventoryEntry.reserved_delta,
    Order.order_code,
    InventoryEntry.reason,
    InventoryEntry.actor,
)
_GOODS = (
    Goods.id,
    Goods.name,
    Goods.price,
    Goods.stock_quantity,
    Goods.reserved_quantity,
    Goods.created_at,
    Goods.archived_at,
)

CUSTOMERS = Sheet(
    "customers",
    (
        *_USER,
        "total_spendings",
        "completed_orders_count",
        "bonus_balance",
        "delivery_address",
        "phone_number",
        "delivery_note",
    ),
    _customers,
    row=_customer_row,
)
REFERENCE_CODES = Sheet("reference_codes", _names(_REFERENCE_CODE), _reference_codes)
ORDERS = Sheet("orders", (*_names(_ORDER), "due", "goods_amount", "paid"), _orders, Order.created_at)
ORDER_ITEMS = Sheet(
    "order_items",
    ("order_code", *_names(_ITEM), "amount", *_names(_OF_ITS_ORDER)),
    _order_items,
    Order.created_at,
    arranged=_by_goods,
)
PAYMENTS = Sheet("payments", _names(_PAYMENT), _payments, Payment.created_at)
BONUS = Sheet("bonus_ledger", _names(_BONUS), _bonus, BonusEntry.created_at)
MOVEMENTS = Sheet("stock_movements", _names(_MOVEMENT), _movements, InventoryEntry.created_at)
GOODS = Sheet("goods", (*_names(_GOODS), "category", "available", "stock_value", "currency"), _goods, row=_goods_row)
EVERY = (CUSTOMERS, REFERENCE_CODES, ORDERS, ORDER_ITEMS, PAYMENTS, BONUS, MOVEMENTS, GOODS)

"""Writing an order: its code, its row and lines, its first steps, its address, and until when it holds its goods."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from bot.errors import Banned, CheckoutOutdated, TooManyOpenOrders, TooManyOrders, TooManyPieces, TooManyUnpaid
from bot.models import (
    CartItem,
    CheckoutDraft,
    Goods,
    InventoryKind,
    Order,
    OrderItem,
    OrderStatus,
    OrderStep,
    Payment,
    PaymentMethod,
    User,
)
from bot.models.orders import HOLDING
from bot.services import bitcoin, compiled, context, details, people, stock
from bot.services.cart import Cart
from bot.services.details import Details

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Capital letters that people can say aloud; no I and O, which look like 1 and 0."""
CODE_LENGTH = 6
A_DAY = timedelta(days=1)
ENDED = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)


def reservation_end(method: PaymentMethod, limits: dict[str, Any], now: datetime) -> datetime:
    """Return until when an order paid this way holds its goods."""
    return now + timedelta(hours=limits[f"{method.value}_order_timeout_hours"])


def require_room(
    session: Session, user_id: int, limits: dict[str, Any], method: PaymentMethod | None, *, now: datetime
) -> None:
    """Refuse another order of somebody who has had as much as one may, or was banned a moment ago.

    `limits` are the settings. What was cancelled counts for the day: it has cost the staff a look, and a bitcoin order
    an address for good. One statement.

    Raises:
        TooManyOpenOrders, TooManyPieces, TooManyOrders, TooManyUnpaid, Banned: they have, they would have with their
            cart, they were.
    """
    facts = {"user_id": user_id, "since": now - A_DAY, "most_pieces": limits["max_pieces_per_goods"]}
    is_banned, open_orders, name, today, unpaid = compiled.rows(session, _room(), facts)[0]
    if is_banned:
        raise Banned
    if open_orders >= limits["max_open_orders"]:
        raise TooManyOpenOrders(limits["max_open_orders"])
    if name is not None:
        raise TooManyPieces(name, limits["max_pieces_per_goods"])
    if today >= limits["max_orders_per_day"]:
        raise TooManyOrders(limits["max_orders_per_day"])
    if method is PaymentMethod.BITCOIN and unpaid >= limits["max_unpaid_bitcoin_orders"]:
        raise TooManyUnpaid(limits["max_unpaid_bitcoin_orders"])


@cache
def _room() -> Select[Any]:
    """Return the statement that `require_room` asks, built once."""
    order, user = Order.__table__.c, User.__table__.c
    mine, is_open = order.buyer_id == bindparam("user_id"), _is_one_of(HOLDING)
    is_new = order.created_at > bindparam("since")
    is_paid = exists().where(Payment.__table__.c.order_id == order.id)
    cost_an_address = and_(order.bitcoin_address.is_not(None), _is_one_of(ENDED), ~is_paid)
    return select(
        user.is_banned,
        _count(mine, is_open),
        _too_many_pieces(mine, is_open),
        _count(mine, is_new),
        _count(mine, is_new, cost_an_address),
    ).where(user.telegram_id == bindparam("user_id"))


def _is_one_of(statuses: Iterable[OrderStatus]) -> ColumnElement[bool]:
    # Not IN, whose parameters would be spelled out anew for every order.
    return or_(*(Order.__table__.c.order_status == status for status in statuses))


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Order.__table__).where(*conditions).scalar_subquery()


def _too_many_pieces(mine: ColumnElement[bool], is_open: ColumnElement[bool]) -> ScalarSelect[str]:
    """Return the column of the name of goods of which a cart and the open orders hold more than "most_pieces"."""
    item, line, goods = OrderItem.__table__, CartItem.__table__, Goods.__table__
    held = select(func.coalesce(func.sum(item.c.quantity), 0)).join_from(item, Order.__table__)
    of_goods = held.where(mine, is_open, item.c.goods_id == line.c.goods_id).correlate(line).scalar_subquery()
    query = select(goods.c.name).join_from(line, goods).where(line.c.user_id == bindparam("user_id"))
    return query.where(line.c.quantity + of_goods > bindparam("most_pieces")).limit(1).scalar_subquery()


def insert_order(
    session: Session, draft: CheckoutDraft, given: Details, filled: Cart, limits: dict[str, Any], now: datetime
) -> Order:
    """Write the order that a reviewed draft asks for, with its first steps, and return it; `reserve` its goods then.

    It goes to the details that the draft has given.

    Raises:
        CheckoutOutdated: the draft was never reviewed.
        NoBitcoinAddress: the pool is empty.
    """
    method = draft.payment_method
    if method is None or draft.token is None:
        raise CheckoutOutdated
    address = bitcoin.claim(session, user_id=draft.user_id, now=now) if method is PaymentMethod.BITCOIN else None
    order = Order(
        order_code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        checkout_token=draft.token,
        buyer_id=draft.user_id,
        order_status=OrderStatus.PENDING,
        payment_method=method,
        currency=context.of(session).currency,
        discount_amount=Decimal(0),
        fee_amount=Decimal(0),
        total_price=filled.total,
        bonus_applied=draft.bonus,
        bitcoin_address=address.address if address else None,
        reserved_until=reservation_end(method, limits, now),
        created_at=now,
    )
    details.seal(session, order, given)
    order.move_to(OrderStatus.RESERVED)
    order.id = _insert(session, order)
    if address is not None:
        address.order_id = order.id
    _insert_steps(session, order)
    return order


def reserve(session: Session, order: Order, filled: Cart) -> None:
    """Promise a new order its goods, and write its lines and what they reserve.

    Whoever wants the same goods waits from here to the commit, so this comes last.

    Raises:
        Conflict: some became short this very moment; the unit of work runs again and then sees which.
    """
    stock.reserve(session, filled.quantities)
    lines = [
        {"goods_id": line.goods_id, "item_name": line.name, "price": line.price, "quantity": line.quantity}
        for line in filled.lines
    ]
    compiled.insert_all(session, _LINE, [{"order_id": order.id, **line} for line in lines])
    actor, now = people.actor(order.buyer_id), order.created_at
    stock.log(session, InventoryKind.RESERVED, filled.quantities, order_id=order.id, actor=actor, now=now)


def _insert(session: Session, order: Order) -> int:
    values = {column.key: getattr(order, column.key) for column in _COLUMNS}
    return compiled.insert(session, _ORDER, values)


_ORDER, _LINE, _STEP = (insert(model.__table__) for model in (Order, OrderItem, OrderStep))
_COLUMNS = [column for column in Order.__table__.columns if column.key != "id"]


def _insert_steps(session: Session, order: Order) -> None:
    first = {"order_id": order.id, "from_status": None, "to_status": OrderStatus.PENDING}
    second = first | {"from_status": OrderStatus.PENDING, "to_status": OrderStatus.RESERVED}
    known = {"actor": people.actor(order.buyer_id), "created_at": order.created_at}
    compiled.insert_all(session, _STEP, [{**step, **known} for step in (first, second)])

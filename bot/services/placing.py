"""Writing an order: its code, its row and lines, its first steps, its address, and until when it holds its goods."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, insert, select
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
from bot.services import bitcoin, context, details, people, stock
from bot.services.cart import Cart

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
    mine = Order.buyer_id == user_id
    is_open = Order.order_status.in_(HOLDING)
    is_new = Order.created_at > now - A_DAY
    query: Any = select(
        User.is_banned,
        _count(mine, is_open),
        _too_many_pieces(user_id, (mine, is_open), limits["max_pieces_per_goods"]),
        _count(mine, is_new),
        _count(mine, is_new, Order.bitcoin_address.is_not(None), Order.order_status.in_(ENDED), ~_is_paid()),
    ).where(User.telegram_id == user_id)
    is_banned, open_orders, name, today, unpaid = session.execute(query).one()
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


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Order).where(*conditions).scalar_subquery()


def _is_paid() -> ColumnElement[bool]:
    return exists().where(Payment.order_id == Order.id)


def _too_many_pieces(user_id: int, mine: tuple[ColumnElement[bool], ...], limit: int) -> ScalarSelect[str]:
    """Return the column of the name of goods of which a cart and the open orders hold more than `limit`."""
    held = select(func.coalesce(func.sum(OrderItem.quantity), 0)).join(Order, Order.id == OrderItem.order_id)
    of_goods = held.where(*mine, OrderItem.goods_id == CartItem.goods_id).correlate(CartItem).scalar_subquery()
    query = select(Goods.name).join(CartItem, CartItem.goods_id == Goods.id)
    return query.where(CartItem.user_id == user_id, CartItem.quantity + of_goods > limit).limit(1).scalar_subquery()


def insert_order(session: Session, draft: CheckoutDraft, filled: Cart, limits: dict[str, Any], now: datetime) -> Order:
    """Write the order that a reviewed draft asks for, with its goods already reserved, and return it.

    Raises:
        CheckoutOutdated: the draft was never reviewed.
        NoBitcoinAddress: the pool is empty.
    """
    actor = people.actor(draft.user_id)
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
    details.seal(session, order, details.reveal(session, draft))
    order.move_to(OrderStatus.RESERVED)
    session.add(order)
    session.flush()
    if address is not None:
        address.order_id = order.id
    _insert_lines(session, order, filled)
    _insert_first_steps(session, order, actor, now)
    stock.log(session, InventoryKind.RESERVED, filled.quantities, order_id=order.id, actor=actor, now=now)
    return order


def _insert_lines(session: Session, order: Order, filled: Cart) -> None:
    rows = [
        {
            "order_id": order.id,
            "goods_id": line.goods_id,
            "item_name": line.name,
            "price": line.price,
            "quantity": line.quantity,
        }
        for line in filled.lines
    ]
    session.execute(insert(OrderItem), rows)


def _insert_first_steps(session: Session, order: Order, actor: str, now: datetime) -> None:
    steps = ((None, OrderStatus.PENDING), (OrderStatus.PENDING, OrderStatus.RESERVED))
    rows = [
        {"order_id": order.id, "from_status": before, "to_status": after, "actor": actor, "created_at": now}
        for before, after in steps
    ]
    # Without this SQLAlchemy sends the row with the NULL by itself.
    session.execute(insert(OrderStep), rows, execution_options={"render_nulls": True})

"""Ordering again: what an earlier order held goes into the cart, as far as it is still sold and there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import CartFull, NotFound
from bot.models import CartItem, Goods, Order, OrderItem
from bot.models.cart import MAX_LINES
from bot.models.catalog import closed_categories
from bot.services import events, locking, people


@dataclass(frozen=True)
class Again:
    """A line of the earlier order, and how many of it are in the cart now."""

    name: str
    wanted: int
    in_cart: int
    old_price: Decimal
    price: Decimal
    is_sold: bool

    @property
    def is_short(self) -> bool:
        """Tell whether fewer are there than were ordered."""
        return self.is_sold and self.in_cart < self.wanted

    @property
    def price_changed(self) -> bool:
        """Tell whether what is in the cart costs something else than then."""
        return self.in_cart > 0 and self.price != self.old_price


def reorder(session: Session, user_id: int, order_id: int, *, now: datetime) -> Sequence[Again]:
    """Put what one's own order held into the cart, at today's prices, and return what became of each line.

    What the cart holds already counts, so a second press adds nothing.

    Raises:
        NotFound: the customer has no such order.
        CartFull: the cart would hold more different goods than it may.
    """
    held = locking.cart(session, user_id)
    rows = _rows(session, user_id, order_id)
    if not rows:
        raise NotFound("order", str(order_id))
    lines = [_again(session, row, user_id, held.get(row.goods_id), now) for row in rows]
    kept = held.keys() | {row.goods_id for row, line in zip(rows, lines, strict=True) if line.in_cart}
    if len(kept) > MAX_LINES:
        raise CartFull(MAX_LINES)
    actor = people.actor(user_id)
    events.record(session, "cart.reordered", actor=actor, subject=actor, now=now, order=order_id)
    return lines


def _rows(session: Session, user_id: int, order_id: int) -> Sequence[Any]:
    is_open = Goods.archived_at.is_(None) & Goods.category_id.not_in(closed_categories())
    query = (
        select(
            OrderItem.goods_id,
            OrderItem.item_name,
            Goods.name,
            OrderItem.quantity,
            OrderItem.price.label("old_price"),
            Goods.price,
            (Goods.stock_quantity - Goods.reserved_quantity).label("available"),
            is_open.label("is_sold"),
        )
        .select_from(OrderItem)
        .join(Order, Order.id == OrderItem.order_id)
        .join(Goods, Goods.id == OrderItem.goods_id)
        .where(Order.id == order_id, Order.buyer_id == user_id)
        .order_by(OrderItem.goods_id)
    )
    return session.execute(query).all()


def _again(session: Session, row: Any, user_id: int, held: CartItem | None, now: datetime) -> Again:
    is_sold = bool(row.is_sold)
    in_cart = min(row.quantity, max(row.available, 0)) if is_sold else 0
    if held is not None and is_sold:
        in_cart = max(in_cart, held.quantity)
        held.quantity, held.seen_price = in_cart, row.price
    elif in_cart:
        session.add(
            CartItem(user_id=user_id, goods_id=row.goods_id, quantity=in_cart, seen_price=row.price, added_at=now)
        )
    name = row.name if is_sold else row.item_name
    return Again(name, row.quantity, in_cart, row.old_price, row.price, is_sold)

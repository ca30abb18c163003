"""What to take off the shelves: the goods of many orders together, and what goes into each parcel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Category, Goods, Order, OrderItem, OrderStatus, User


@dataclass(frozen=True)
class Part:
    """How many of some goods one order gets."""

    order_code: str
    quantity: int


@dataclass(frozen=True)
class Pile:
    """All that is wanted of some goods, under the name that stands on the shelf now."""

    goods_id: int
    category: str
    name: str
    parts: tuple[Part, ...]

    @property
    def quantity(self) -> int:
        """Return how many to take off the shelf."""
        return sum(part.quantity for part in self.parts)


@dataclass(frozen=True)
class Line:
    """Some goods in a parcel, under the name that was ordered."""

    item_name: str
    quantity: int


@dataclass(frozen=True)
class Parcel:
    """What one order gets."""

    order_code: str
    buyer_id: int
    buyer_name: str
    delivery_time: datetime | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PickList:
    """Piles shelf by shelf, and parcels in the order in which they are delivered."""

    piles: Sequence[Pile]
    parcels: Sequence[Parcel]


def pick_list(session: Session, statuses: Iterable[OrderStatus], *, until: datetime | None = None) -> PickList:
    """Return what the orders with these statuses need; with `until` only those that are delivered before. One query."""
    # Open orders are few among all: MariaDB is to begin with them, not with every category there is.
    query = (
        select(
            Order.order_code,
            Order.buyer_id,
            User.first_name,
            Order.delivery_time,
            OrderItem.goods_id,
            Category.name.label("category"),
            Goods.name,
            OrderItem.item_name,
            OrderItem.quantity,
        )
        .select_from(Order)
        .join(User, User.telegram_id == Order.buyer_id)
        .join(OrderItem, OrderItem.order_id == Order.id)
        .join(Goods, Goods.id == OrderItem.goods_id)
        .join(Category, Category.id == Goods.category_id)
        .prefix_with("STRAIGHT_JOIN", dialect="mysql")
        .where(Order.order_status.in_(tuple(statuses)))
        .order_by(Order.delivery_time.is_(None), Order.delivery_time, Order.id, OrderItem.id)
    )
    if until is not None:
        query = query.where(Order.delivery_time < until)
    rows = session.execute(query).all()
    return PickList(_piles(rows), _parcels(rows))


def _piles(rows: Sequence[Any]) -> list[Pile]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.goods_id, []).append(row)
    piles = (
        Pile(goods_id, same[0].category, same[0].name, tuple(Part(row.order_code, row.quantity) for row in same))
        for goods_id, same in found.items()
    )
    return sorted(piles, key=lambda pile: (pile.category.casefold(), pile.name.casefold()))


def _parcels(rows: Sequence[Any]) -> list[Parcel]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.order_code, []).append(row)
    return [
        Parcel(
            code,
            same[0].buyer_id,
            same[0].first_name,
            same[0].delivery_time,
            tuple(Line(row.item_name, row.quantity) for row in same),
        )
        for code, same in found.items()
    ]

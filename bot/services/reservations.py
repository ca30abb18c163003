"""A reservation that ends: what that needs of an order and changes of it, read and written without the ORM."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.models import Order, OrderItem
from bot.services import compiled


@dataclass(frozen=True, slots=True)
class Reservation:
    """An order, of which only a few columns are there and the session knows nothing, and the quantity of each goods id.

    What is changed of the order is written by `save`.
    """

    order: Order
    quantities: Mapping[int, int]


_ORDER, _ITEM = Order.__table__, OrderItem.__table__.c
_CHANGING = ("order_status", "reserved_until", "bonus_applied", "completed_at")
_READ = ("id", "order_code", "buyer_id", *_CHANGING)

# An outer join is read from its left side, so whoever locks both locks the order first.
WITH_GOODS = (
    select(*(_ORDER.c[name] for name in _READ), _ITEM.goods_id, _ITEM.quantity)
    .outerjoin_from(_ORDER, OrderItem.__table__, _ITEM.order_id == _ORDER.c.id)
    .where(_ORDER.c.order_code == bindparam("code"))
)
"""The statement that reads the order "code", a row for each of its goods."""

_SAVE = update(_ORDER).where(_ORDER.c.id == bindparam("order_id")).values({name: bindparam(name) for name in _CHANGING})


def of_rows(rows: Sequence[Sequence[Any]]) -> Reservation:
    """Return what the rows of one order hold."""
    order = Order(**dict(zip(_READ, rows[0], strict=False)))
    return Reservation(order, {row[-2]: row[-1] for row in rows if row[-2] is not None})


def save(session: Session, order: Order) -> None:
    """Write what has changed of the order of a reservation, which is locked."""
    values = {name: getattr(order, name) for name in _CHANGING}
    compiled.change(session, _SAVE, {"order_id": order.id, **values})

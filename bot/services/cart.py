"""The cart: what a person has put aside, re-checked against stock and price whenever it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import Delete, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.errors import BadValue, CartFull, InsufficientStock, NotFound, ShortItem
from bot.models import CartItem, Goods
from bot.models.cart import MAX_LINES
from bot.models.catalog import MAX_QUANTITY, closed_categories
from bot.services import compiled, events, locking, people
from bot.services.compiled import numbered, one_of


@dataclass(frozen=True)
class Line:
    """Goods in a cart; those that are no longer for sale (`is_sold`) stand there without an amount."""

    goods_id: int
    name: str
    quantity: int
    price: Decimal
    seen_price: Decimal
    available: int
    is_sold: bool

    @property
    def amount(self) -> Decimal:
        """Return price times quantity, nothing for what is no longer sold."""
        return self.price * self.quantity if self.is_sold else Decimal(0)

    @property
    def is_short(self) -> bool:
        """Tell whether less is available than is wanted."""
        return self.available < self.quantity

    @property
    def price_changed(self) -> bool:
        """Tell whether the price is another than when it was put aside."""
        return self.price != self.seen_price


@dataclass(frozen=True)
class Cart:
    """Everything that a person has put aside, oldest first."""

    lines: Sequence[Line]

    @property
    def total(self) -> Decimal:
        """Return the sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def count(self) -> int:
        """Return how many pieces there are."""
        return sum(line.quantity for line in self.lines)

    @property
    def quantities(self) -> dict[int, int]:
        """Return the quantity of each goods id."""
        return {line.goods_id: line.quantity for line in self.lines}

    @property
    def short(self) -> tuple[ShortItem, ...]:
        """Return the lines of which less is available than is wanted."""
        short = [line for line in self.lines if line.is_short]
        return tuple(ShortItem(line.name, line.quantity, line.available, line.is_sold) for line in short)


_ITEM, _GOODS = CartItem.__table__.c, Goods.__table__.c
_IS_SOLD = _GOODS.archived_at.is_(None) & _GOODS.category_id.not_in(closed_categories())
_AVAILABLE = _GOODS.stock_quantity - _GOODS.reserved_quantity
_LINES = (
    select(_GOODS.id, _GOODS.name, _ITEM.quantity, _GOODS.price, _ITEM.seen_price, _AVAILABLE, _IS_SOLD)
    .select_from(CartItem.__table__.join(Goods.__table__, _ITEM.goods_id == _GOODS.id))
    .where(_ITEM.user_id == bindparam("user_id"))
    .order_by(_ITEM.added_at, _ITEM.goods_id)
)
_COUNT = select(func.count()).where(_ITEM.user_id == bindparam("user_id")).scalar_subquery()
_FOR_SALE = select(_GOODS.name, _GOODS.price, _AVAILABLE, _COUNT).where(_GOODS.id == bindparam("goods_id"), _IS_SOLD)


def of(session: Session, user_id: int) -> Cart:
    """Return a person's cart as it stands now. One statement."""
    return Cart([_line(*row) for row in compiled.rows(session, _LINES, {"user_id": user_id})])


def _line(
    goods_id: int, name: str, quantity: int, price: Decimal, seen_price: Decimal, available: int, is_sold: bool
) -> Line:
    return Line(goods_id, name, quantity, price, seen_price, available if is_sold else 0, bool(is_sold))


def add(session: Session, user_id: int, goods_id: int, quantity: int, *, now: datetime) -> int:
    """Put `quantity` more of some goods into the cart and return how many are in it now.

    Raises:
        NotFound: the goods are not for sale.
        BadValue: the quantity is not positive.
        InsufficientStock: fewer are available than the cart would hold.
        CartFull: the cart holds as many different goods as it may.
    """
    if not 0 < quantity <= MAX_QUANTITY:
        raise BadValue("quantity", str(quantity), "use a whole number above 0")
    held = locking.cart_item(session, user_id, goods_id)
    found = session.connection().execute(_FOR_SALE, {"goods_id": goods_id, "user_id": user_id}).first()
    if found is None:
        raise NotFound("goods", str(goods_id))
    name, price, available, lines = found
    wanted = quantity + (held.quantity if held else 0)
    if wanted > available:
        raise InsufficientStock((ShortItem(name, wanted, available),))
    if held is not None:
        held.quantity, held.seen_price = wanted, price
    elif lines < MAX_LINES:
        line = {"user_id": user_id, "goods_id": goods_id, "quantity": wanted, "seen_price": price, "added_at": now}
        session.execute(insert(CartItem.__table__), line)
    else:
        raise CartFull(MAX_LINES)
    _note(session, "cart.added", user_id, goods_id, quantity, now)
    return wanted


def take_out(session: Session, user_id: int, goods_id: int, *, now: datetime) -> None:
    """Take one of some goods out of the cart; the last one takes the line with it.

    Raises:
        NotFound: they are not in the cart.
    """
    held = _held(session, user_id, goods_id)
    if held.quantity > 1:
        held.quantity -= 1
    else:
        session.delete(held)
    _note(session, "cart.removed", user_id, goods_id, 1, now)


def remove(session: Session, user_id: int, goods_id: int, *, now: datetime) -> None:
    """Take some goods out of the cart altogether.

    Raises:
        NotFound: they are not in the cart.
    """
    held = _held(session, user_id, goods_id)
    session.delete(held)
    _note(session, "cart.removed", user_id, goods_id, held.quantity, now)


def clear(session: Session, user_id: int, *, now: datetime) -> None:
    """Empty the cart."""
    gone = session.execute(delete(CartItem).where(CartItem.user_id == user_id))
    # Nothing is noted of a cart that was empty, so that nothing is of somebody who has just been erased.
    if gone.rowcount:  # type: ignore[attr-defined]
        events.record(session, "cart.cleared", actor=people.actor(user_id), subject=people.actor(user_id), now=now)


def forget(session: Session, user_id: int, ordered: Cart) -> None:
    """Take out what has been ordered; what another device has added meanwhile stays."""
    goods = numbered(ordered.quantities)
    compiled.change(session, _forget(len(goods)), {"user_id": user_id, **goods})


@lru_cache
def _forget(lines: int) -> Delete:
    return delete(CartItem.__table__).where(_ITEM.user_id == bindparam("user_id"), one_of(_ITEM.goods_id, lines))


def accept_prices(session: Session, user_id: int) -> None:
    """Note that the person has seen today's prices."""
    price = select(Goods.price).where(Goods.id == CartItem.goods_id).scalar_subquery()
    session.execute(
        update(CartItem).where(CartItem.user_id == user_id).values(seen_price=price),
        execution_options={"synchronize_session": False},
    )


def _held(session: Session, user_id: int, goods_id: int) -> CartItem:
    held = locking.cart_item(session, user_id, goods_id)
    if held is None:
        raise NotFound("goods in the cart", str(goods_id))
    return held


def _note(session: Session, kind: str, user_id: int, goods_id: int, quantity: int, now: datetime) -> None:
    events.record(
        session,
        kind,
        actor=people.actor(user_id),
        subject=people.actor(user_id),
        now=now,
        goods=goods_id,
        quantity=quantity,
    )

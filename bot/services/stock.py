"""Stock: orders reserve, release and deduct it, people adjust it, and the log keeps every movement."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, Conflict, InsufficientStock, ShortItem, StockBelowReserved
from bot.models import Goods, InventoryEntry, InventoryKind
from bot.models.catalog import MAX_QUANTITY, Movement
from bot.services import catalog, cleaning, compiled, events, goods_news, locking

LONGEST = 40
"""In characters; no number that fits is longer."""
REASON_LENGTH = 200
_ENTRY = insert(InventoryEntry.__table__)


def reserve(session: Session, quantities: Mapping[int, int]) -> None:
    """Promise goods (id -> quantity), all or nothing, after `require_available` or a look at the cart.

    Log it with `log` once the order has its id.

    Raises:
        Conflict: they became short this very moment; the unit of work runs again and then sees which.
    """
    if _moved(session, Goods.reserving(quantities)) != len(quantities):
        raise Conflict


def require_available(session: Session, quantities: Mapping[int, int]) -> None:
    """Refuse quantities of which not enough is available.

    Raises:
        InsufficientStock: some goods are short or not for sale; every one is named.
    """
    query = select(Goods.id, Goods.name, Goods.stock_quantity - Goods.reserved_quantity, Goods.archived_at)
    rows = session.execute(query.where(Goods.id.in_(sorted(quantities))).order_by(Goods.id)).all()
    left = [ShortItem(row[1], quantities[row[0]], 0 if row[3] else row[2], is_sold=row[3] is None) for row in rows]
    short = tuple(item for item in left if item.available < item.wanted)
    if short:
        raise InsufficientStock(short)


def release(session: Session, quantities: Mapping[int, int], *, order_id: int, actor: str, now: datetime) -> None:
    """Take an order's promises back; who waits for what is available with that is told."""
    _must_move(session, Goods.releasing(quantities), quantities)
    log(session, InventoryKind.RELEASED, quantities, order_id=order_id, actor=actor, now=now)


def deduct(session: Session, quantities: Mapping[int, int], *, order_id: int, actor: str, now: datetime) -> None:
    """Take an order's goods off the shelf."""
    _must_move(session, Goods.deducting(quantities), quantities)
    log(session, InventoryKind.DEDUCTED, quantities, order_id=order_id, actor=actor, now=now)


def log(
    session: Session,
    kind: InventoryKind,
    quantities: Mapping[int, int],
    *,
    order_id: int | None,
    actor: str,
    now: datetime,
) -> None:
    """Write what an order moved into the inventory log, in one statement; who has to know of the goods is told."""
    stock_sign, reserved_sign = _SIGNS[kind]
    rows = [
        {
            "goods_id": goods_id,
            "kind": kind,
            "stock_delta": stock_sign * quantity,
            "reserved_delta": reserved_sign * quantity,
            "order_id": order_id,
            "actor": actor,
            "created_at": now,
        }
        for goods_id, quantity in sorted(quantities.items())
    ]
    compiled.insert_all(session, _ENTRY, rows)
    if stock_sign != reserved_sign:
        goods_news.tell(session, quantities, actor=actor, now=now)


def log_adjustments(
    session: Session, deltas: Mapping[int, int], *, reason: str | None, actor: str, now: datetime
) -> None:
    """Write what a person has put on the shelf or taken away (goods id -> quantity) into the inventory log.

    Who has to know of the goods is told.
    """
    rows = [
        {
            "goods_id": goods_id,
            "kind": InventoryKind.ADJUSTED,
            "stock_delta": delta,
            "reserved_delta": 0,
            "actor": actor,
            "created_at": now,
            "reason": reason,
        }
        for goods_id, delta in sorted(deltas.items())
    ]
    if rows:
        compiled.insert_all(session, _ENTRY, rows)
        goods_news.tell(session, deltas, actor=actor, now=now)


_SIGNS = {InventoryKind.RESERVED: (0, 1), InventoryKind.RELEASED: (0, -1), InventoryKind.DEDUCTED: (-1, -1)}


def read_quantity(what: str, text: str) -> int:
    """Return the number of goods that somebody wrote.

    Raises:
        BadValue: it is no whole number that a shelf can hold.
    """
    written = text.strip()
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST and int(written) <= MAX_QUANTITY):
        raise BadValue(what, written[:LONGEST], f"use a whole number from 0 to {MAX_QUANTITY}")
    return int(written)


def require_positive(quantity: int) -> None:
    """Refuse to move nothing, or less than nothing.

    Raises:
        BadValue: the quantity is not positive.
    """
    if quantity <= 0:
        raise BadValue("quantity", str(quantity), "use a whole number above 0")


def require_on_shelf(goods: Goods, quantity: int) -> None:
    """Refuse to take away more than there is.

    Raises:
        BadValue: the shelf does not hold so many.
    """
    if quantity > goods.stock_quantity:
        held = f"the shelf holds {goods.stock_quantity} of {goods.name!r}"
        raise BadValue("quantity to remove", str(quantity), held)


def reason_of(what: str, path: Path) -> str:
    """Return the reason of movements that come from a file, such as "import tea.yaml", as the log can keep it."""
    return cleaning.line("reason", f"{what} {path.name}"[:REASON_LENGTH], longest=REASON_LENGTH)


def set_to(
    session: Session, name: str, quantity: int, *, reason: str | None = None, actor: str, now: datetime
) -> Goods:
    """Set what is on the shelf to `quantity`.

    Raises:
        NotFound: there are no such goods.
        BadValue: the quantity is negative or too large.
        StockBelowReserved: open orders are promised more than that.
    """
    goods = _locked(session, name)
    return _adjust(session, goods, quantity, reason, actor, now)


def add(session: Session, name: str, quantity: int, *, reason: str | None = None, actor: str, now: datetime) -> Goods:
    """Put `quantity` more on the shelf.

    Raises:
        NotFound: there are no such goods.
        BadValue: the quantity is not positive, or the shelf would hold too much.
    """
    require_positive(quantity)
    goods = _locked(session, name)
    return _adjust(session, goods, goods.stock_quantity + quantity, reason, actor, now)


def remove(
    session: Session, name: str, quantity: int, *, reason: str | None = None, actor: str, now: datetime
) -> Goods:
    """Take `quantity` off the shelf.

    Raises:
        NotFound: there are no such goods.
        BadValue: the quantity is not positive, or more than the shelf holds.
        StockBelowReserved: open orders are promised what would be missing.
    """
    require_positive(quantity)
    goods = _locked(session, name)
    require_on_shelf(goods, quantity)
    return _adjust(session, goods, goods.stock_quantity - quantity, reason, actor, now)


def _adjust(session: Session, goods: Goods, quantity: int, reason: str | None, actor: str, now: datetime) -> Goods:
    if not 0 <= quantity <= MAX_QUANTITY:
        raise BadValue("quantity", str(quantity), f"use a whole number from 0 to {MAX_QUANTITY}")
    if quantity < goods.reserved_quantity:
        raise StockBelowReserved(goods.name, quantity, goods.reserved_quantity)
    before = goods.stock_quantity
    goods.stock_quantity = quantity
    why = cleaning.line("reason", reason, longest=REASON_LENGTH) if reason else None
    facts = {"old": before, "new": quantity, **({"reason": why} if why else {})}
    events.record(session, "stock.adjusted", actor=actor, subject=f"goods:{goods.id}", now=now, **facts)
    log_adjustments(session, {goods.id: quantity - before}, reason=why, actor=actor, now=now)
    return goods


def _locked(session: Session, name: str) -> Goods:
    goods_id = catalog.goods_named(session, name).id
    return locking.goods(session, [goods_id])[goods_id]


def _must_move(session: Session, movement: Movement, quantities: Mapping[int, int]) -> None:
    if _moved(session, movement) != len(quantities):
        raise RuntimeError(f"the stock does not hold what orders were promised: goods {sorted(quantities)}")


def _moved(session: Session, movement: Movement) -> int:
    session.flush()
    return compiled.change(session, *movement)

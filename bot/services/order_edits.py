"""Editing an open order: goods, delivery time, address and note. The status and the agreed prices stay."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BadValue, LastItem, NotFound
from bot.models import InventoryKind, Order, OrderItem
from bot.models.catalog import MAX_QUANTITY
from bot.services import bonus, catalog, cleaning, clock, context, details, events, locking, outbox, stock
from bot.services.details import Details
from bot.services.events import Recorded


def add_item(
    session: Session, code: str, name: str, quantity: int, *, notify: bool = False, actor: str, now: datetime
) -> Order:
    """Add goods to an order and reserve them; goods that it has already keep their agreed price.

    Raises:
        NotFound, WrongStatus: there is no such order or goods, or the order is closed.
        BadValue, InsufficientStock, AmountTooLarge: so many cannot be added.
    """
    order = _open_order(session, code)
    _require_positive(quantity)
    locking.customers(session, [order.buyer_id])
    goods = catalog.goods_named(session, name)
    stock.require_available(session, {goods.id: quantity})
    stock.reserve(session, {goods.id: quantity})
    item = session.scalar(select(OrderItem).where(OrderItem.order_id == order.id, OrderItem.goods_id == goods.id))
    if item is None:
        item = OrderItem(order_id=order.id, goods_id=goods.id, item_name=goods.name, price=goods.price, quantity=0)
        session.add(item)
    item.quantity += quantity
    stock.log(session, InventoryKind.RESERVED, {goods.id: quantity}, order_id=order.id, actor=actor, now=now)
    _new_total(session, order, item.price * quantity)
    facts = {"name": item.item_name, "quantity": quantity, "total": str(order.total_price)}
    event = _note(session, "order.item_added", order, actor, now, **facts)
    _tell(session, notify, event, order, "order-item-added", **facts)
    return order


def remove_item(
    session: Session, code: str, name: str, quantity: int, *, notify: bool = False, actor: str, now: datetime
) -> Order:
    """Take goods out of an order and release them; a bonus that no longer fits is given back.

    Raises:
        NotFound, WrongStatus: there is no such order, it is closed, or it has no such goods.
        BadValue, LastItem, AmountTooSmall: so many cannot be taken out.
    """
    order = _open_order(session, code)
    _require_positive(quantity)
    customer = locking.customers(session, [order.buyer_id])[order.buyer_id]
    items = session.scalars(select(OrderItem).where(OrderItem.order_id == order.id)).all()
    item = _named(items, name)
    if quantity > item.quantity:
        raise BadValue("quantity", str(quantity), f"the order has {item.quantity} of {item.item_name!r}")
    if quantity == item.quantity and len(items) == 1:
        raise LastItem(order.order_code)
    stock.release(session, {item.goods_id: quantity}, order_id=order.id, actor=actor, now=now)
    if quantity == item.quantity:
        session.delete(item)
    else:
        item.quantity -= quantity
    _new_total(session, order, -item.price * quantity)
    trimmed = bonus.trim(session, customer, order, actor=actor, now=now)
    facts = {"name": item.item_name, "quantity": quantity, "total": str(order.total_price)}
    event = _note(session, "order.item_removed", order, actor, now, bonus_returned=trimmed, **facts)
    _tell(session, notify, event, order, "order-item-removed", refunded=str(trimmed), **facts)
    return order


def change_delivery_time(
    session: Session, code: str, delivery_time: datetime, *, notify: bool = False, actor: str, now: datetime
) -> Order:
    """Plan another delivery time.

    Raises:
        NotFound, WrongStatus: there is no such order, or it is closed.
        BadValue: the time is over already.
    """
    order = _open_order(session, code)
    if delivery_time <= now:
        raise BadValue("delivery time", clock.local(delivery_time, "UTC"), "it is over already")
    order.delivery_time = delivery_time
    event = _note(session, "order.delivery_time", order, actor, now, delivery_time=delivery_time)
    _tell(session, notify, event, order, "order-delivery-time")
    return order


def change_address(session: Session, code: str, text: str, *, notify: bool = False, actor: str, now: datetime) -> Order:
    """Deliver to another address.

    Raises:
        NotFound, WrongStatus: there is no such order, or it is closed.
        BadValue: the address is too short or too long.
    """
    order = _open_order(session, code)
    known = details.reveal(session, order)
    details.seal(session, order, Details(details.clean_address(text), known.phone, known.note))
    event = _note(session, "order.address_changed", order, actor, now)
    _tell(session, notify, event, order, "order-details-changed")
    return order


def change_note(session: Session, code: str, text: str, *, notify: bool = False, actor: str, now: datetime) -> Order:
    """Write another delivery note; an empty one removes it.

    Raises:
        NotFound, WrongStatus: there is no such order, or it is closed.
        BadValue: the note is too long.
    """
    order = _open_order(session, code)
    known = details.reveal(session, order)
    note = details.clean_note(text) if text.strip() else None
    details.seal(session, order, Details(known.address, known.phone, note))
    event = _note(session, "order.note_changed", order, actor, now)
    _tell(session, notify, event, order, "order-details-changed")
    return order


def _open_order(session: Session, code: str) -> Order:
    order = locking.order(session, code)
    order.require_holding("edited")
    return order


def _require_positive(quantity: int) -> None:
    if not 0 < quantity <= MAX_QUANTITY:
        raise BadValue("quantity", str(quantity), "use a whole number above 0")


def _named(items: Sequence[OrderItem], name: str) -> OrderItem:
    clean = cleaning.name("goods name", name)
    for item in items:
        if item.item_name == clean:
            return item
    raise NotFound("goods in this order named", clean, tuple(item.item_name for item in items)[:3])


def _new_total(session: Session, order: Order, change: Decimal) -> None:
    total, shop = order.total_price + change, context.of(session)
    # A bound that was moved after the order must not forbid the way back to it.
    if (change > 0 and total > shop.max_amount) or (change < 0 and total < shop.min_amount):
        shop.require_amount(total)
    order.total_price = total


def _note(session: Session, kind: str, order: Order, actor: str, now: datetime, **facts: object) -> Recorded:
    return events.record(session, kind, actor=actor, subject=f"order:{order.order_code}", now=now, **facts)


def _tell(session: Session, notify: bool, event: Recorded, order: Order, kind: str, **facts: object) -> None:
    if notify:
        outbox.tell(session, event, [order.buyer_id], kind, order_code=order.order_code, **facts)

"""Exchanging the goods of an open order: what is added is reserved, what is removed is released, prices stay."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BadValue, LastItem, NotFound
from bot.models import Customer, Goods, InventoryKind, OrderItem
from bot.models.catalog import MAX_QUANTITY
from bot.services import bonus, catalog, cleaning, context, locking, stock
from bot.services.open_edit import Edit


def exchange(edit: Edit, add: Mapping[str, int], remove: Mapping[str, int], hold: Mapping[int, int]) -> None:
    """Add and remove goods by name, and let the order have so many of some goods, by id, in all.

    Raises:
        NotFound, BadValue, InsufficientStock, LastItem: something cannot be exchanged so.
        AmountTooLarge, AmountTooSmall: the order would come to too much or too little.
    """
    for quantity in (*add.values(), *remove.values()):
        _require_positive(quantity)
    before = edit.order.total_price
    customer = locking.customers(edit.session, [edit.order.buyer_id])[edit.order.buyer_id]
    _lock_goods(edit, add, remove)
    for name, quantity in add.items():
        _add(edit, catalog.goods_named(edit.session, name), quantity)
    for name, quantity in remove.items():
        _remove(edit, customer, _named(edit.items, name), quantity)
    for goods_id, quantity in hold.items():
        _hold(edit, customer, goods_id, quantity)
    _require_bounds(edit.session, before, edit.order.total_price)


def _require_positive(quantity: int) -> None:
    if not 0 < quantity <= MAX_QUANTITY:
        raise BadValue("quantity", str(quantity), "use a whole number above 0")


def _lock_goods(edit: Edit, add: Mapping[str, int], remove: Mapping[str, int]) -> None:
    """Lock all goods at once: one by one, two edits could wait for each other."""
    if len(add) + len(remove) > 1:
        added = {catalog.goods_named(edit.session, name).id for name in add}
        names = {cleaning.name("goods name", name) for name in remove}
        removed = {item.goods_id for item in edit.items if item.item_name in names}
        locking.goods(edit.session, added | removed)


def _hold(edit: Edit, customer: Customer, goods_id: int, quantity: int) -> None:
    item = next((each for each in edit.items if each.goods_id == goods_id), None)
    more = quantity - (item.quantity if item else 0)
    if quantity < 0 or more:
        _require_positive(quantity if quantity < 0 else abs(more))
    if more > 0:
        _add(edit, _goods(edit.session, goods_id), more)
    elif item is not None and more:
        _remove(edit, customer, item, -more)


def _goods(session: Session, goods_id: int) -> Goods:
    found = session.get(Goods, goods_id)
    if found is None:
        raise NotFound("goods", str(goods_id))
    return found


def _add(edit: Edit, goods: Goods, quantity: int) -> None:
    session, order = edit.session, edit.order
    stock.require_available(session, {goods.id: quantity})
    stock.reserve(session, {goods.id: quantity})
    item = session.scalar(select(OrderItem).where(OrderItem.order_id == order.id, OrderItem.goods_id == goods.id))
    if item is None:
        item = OrderItem(order_id=order.id, goods_id=goods.id, item_name=goods.name, price=goods.price, quantity=0)
        session.add(item)
    item.quantity += quantity
    moved = {goods.id: quantity}
    stock.log(session, InventoryKind.RESERVED, moved, order_id=order.id, actor=edit.actor, now=edit.now)
    order.total_price += item.price * quantity
    facts = {"name": item.item_name, "quantity": quantity, "total": str(order.total_price)}
    edit.tell(edit.note("order.item_added", **facts), "order-item-added", **facts)


def _remove(edit: Edit, customer: Customer, item: OrderItem, quantity: int) -> None:
    session, order = edit.session, edit.order
    if quantity > item.quantity:
        raise BadValue("quantity", str(quantity), f"the order has {item.quantity} of {item.item_name!r}")
    if quantity == item.quantity and len(edit.items) == 1:
        raise LastItem(order.order_code)
    stock.release(session, {item.goods_id: quantity}, order_id=order.id, actor=edit.actor, now=edit.now)
    if quantity == item.quantity:
        session.delete(item)
    else:
        item.quantity -= quantity
    order.total_price -= item.price * quantity
    trimmed = bonus.trim(session, customer, order, actor=edit.actor, now=edit.now)
    facts = {"name": item.item_name, "quantity": quantity, "total": str(order.total_price)}
    event = edit.note("order.item_removed", bonus_returned=trimmed, **facts)
    edit.tell(event, "order-item-removed", refunded=str(trimmed), **facts)


def _named(items: Sequence[OrderItem], name: str) -> OrderItem:
    clean = cleaning.name("goods name", name)
    for item in items:
        if item.item_name == clean:
            return item
    raise NotFound("goods in this order named", clean, tuple(item.item_name for item in items)[:3])


def _require_bounds(session: Session, before: Decimal, total: Decimal) -> None:
    shop = context.of(session)
    # A bound that was moved after the order must not forbid the way back to it.
    if (total > before and total > shop.max_amount) or (total < before and total < shop.min_amount):
        shop.require_amount(total)

"""Editing an open order: goods, delivery time, address and note. The status and the agreed prices stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, LastItem, NotFound, TooManyChanges
from bot.models import Customer, Event, InventoryKind, Order, OrderItem
from bot.models.catalog import MAX_QUANTITY
from bot.services import (
    bonus,
    catalog,
    cleaning,
    clock,
    context,
    details,
    events,
    locking,
    order_cards,
    order_pushes,
    orders,
    outbox,
    people,
    staff_cards,
    stock,
)
from bot.services.details import Details
from bot.services.events import Recorded

MOST_OWN_CHANGES = 10
OWN_CHANGES = ("order.address_changed", "order.note_changed")


@dataclass(frozen=True)
class Changes:
    """What becomes different: goods by name with a quantity, and what is not None; an empty note removes it."""

    add: Mapping[str, int] = field(default_factory=dict)
    remove: Mapping[str, int] = field(default_factory=dict)
    delivery_time: datetime | None = None
    address: str | None = None
    note: str | None = None


def change(session: Session, code: str, changes: Changes, *, notify: bool = False, actor: str, now: datetime) -> Order:
    """Make several changes to an order, all or none of them.

    Goods that are added are reserved, at today's price unless the order has them already; goods that are removed are
    released, and a bonus that no longer fits is given back. Only the total that comes out in the end must be allowed.

    Raises:
        NotFound, WrongStatus: there is no such order, it is closed, or there are no such goods.
        BadValue, InsufficientStock, LastItem: something cannot be changed so.
        AmountTooLarge, AmountTooSmall: the order would come to too much or too little.
    """
    edit = _Edit(session, _open_order(session, code), notify, actor, now)
    if changes.add or changes.remove:
        _exchange(edit, changes)
    if changes.delivery_time is not None:
        _plan(edit, changes.delivery_time)
    _rewrite(edit, changes.address, changes.note)
    if edit.noted:
        staff_cards.refresh(session, edit.noted[-1], edit.order)
    return edit.order


def add_item(
    session: Session, code: str, name: str, quantity: int, *, notify: bool = False, actor: str, now: datetime
) -> Order:
    """Add goods to an order, as `change` does."""
    return change(session, code, Changes(add={name: quantity}), notify=notify, actor=actor, now=now)


def remove_item(
    session: Session, code: str, name: str, quantity: int, *, notify: bool = False, actor: str, now: datetime
) -> Order:
    """Take goods out of an order, as `change` does."""
    return change(session, code, Changes(remove={name: quantity}), notify=notify, actor=actor, now=now)


def change_delivery_time(
    session: Session, code: str, delivery_time: datetime, *, notify: bool = False, actor: str, now: datetime
) -> Order:
    """Plan another delivery time, as `change` does."""
    return change(session, code, Changes(delivery_time=delivery_time), notify=notify, actor=actor, now=now)


def change_address(session: Session, code: str, text: str, *, notify: bool = False, actor: str, now: datetime) -> Order:
    """Deliver to another address, as `change` does."""
    return change(session, code, Changes(address=text), notify=notify, actor=actor, now=now)


def change_note(session: Session, code: str, text: str, *, notify: bool = False, actor: str, now: datetime) -> Order:
    """Write another delivery note, as `change` does."""
    return change(session, code, Changes(note=text), notify=notify, actor=actor, now=now)


def change_own(
    session: Session,
    order_id: int,
    *,
    buyer_id: int,
    address: str | None = None,
    note: str | None = None,
    now: datetime,
) -> Order:
    """Deliver one's own open order to another address, or with another note; the staff are told.

    What is so already, as after a second press, is no change.

    Raises:
        NotFound: the customer has no such order.
        WrongStatus: it is closed.
        BadValue: the address is too short, or something is too long.
        TooManyChanges: they have changed it so often that the staff would no longer read it.
    """
    order = _open_order(session, orders.own_code(session, order_id, buyer_id))
    known = details.reveal(session, order)
    if address is not None and details.clean_address(address) == known.address:
        address = None
    if note is not None and _clean_note(note) == known.note:
        note = None
    edit = _Edit(session, order, False, people.actor(buyer_id), now)
    if address is not None or note is not None:
        _require_patience(edit)
    if (event := _rewrite(edit, address, note)) is not None:
        order_pushes.announce(session, event, order, "order-changed-by-customer")
    return order


@dataclass(frozen=True)
class _Edit:
    """One edit of one order that is locked and open."""

    session: Session
    order: Order
    notify: bool
    actor: str
    now: datetime
    noted: list[Recorded] = field(default_factory=list)
    """What was recorded so far."""

    @property
    def items(self) -> Sequence[OrderItem]:
        """Return what the order contains now."""
        query = select(OrderItem).where(OrderItem.order_id == self.order.id).order_by(OrderItem.id)
        return self.session.scalars(query).all()

    def note(self, kind: str, **facts: object) -> Recorded:
        """Record what was changed; with that it is also in the database, where the next change looks."""
        subject = f"order:{self.order.order_code}"
        event = events.record(self.session, kind, actor=self.actor, subject=subject, now=self.now, **facts)
        self.noted.append(event)
        return event

    def tell(self, event: Recorded, kind: str, **facts: object) -> None:
        """Queue the customer's message, if there shall be one; the card of the order becomes true in any case."""
        if self.notify:
            code = self.order.order_code
            outbox.tell(self.session, event, [self.order.buyer_id], kind, order_code=code, **facts)
        else:
            order_cards.refresh(self.session, event, self.order)


def _require_patience(edit: _Edit) -> None:
    """Refuse a customer who has changed an order very often: the staff get a message each time."""
    mine = Event.subject == f"order:{edit.order.order_code}", Event.actor == edit.actor, Event.kind.in_(OWN_CHANGES)
    if (edit.session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_OWN_CHANGES:
        raise TooManyChanges(MOST_OWN_CHANGES)


def _open_order(session: Session, code: str) -> Order:
    order = locking.order(session, code)
    order.require_holding("edited")
    return order


def _exchange(edit: _Edit, changes: Changes) -> None:
    for quantity in (*changes.add.values(), *changes.remove.values()):
        _require_positive(quantity)
    before = edit.order.total_price
    customer = locking.customers(edit.session, [edit.order.buyer_id])[edit.order.buyer_id]
    _lock_goods(edit, changes)
    for name, quantity in changes.add.items():
        _add(edit, name, quantity)
    for name, quantity in changes.remove.items():
        _remove(edit, customer, name, quantity)
    _require_bounds(edit.session, before, edit.order.total_price)


def _require_positive(quantity: int) -> None:
    if not 0 < quantity <= MAX_QUANTITY:
        raise BadValue("quantity", str(quantity), "use a whole number above 0")


def _lock_goods(edit: _Edit, changes: Changes) -> None:
    """Lock all goods at once: one by one, two edits could wait for each other."""
    if len(changes.add) + len(changes.remove) > 1:
        added = {catalog.goods_named(edit.session, name).id for name in changes.add}
        names = {cleaning.name("goods name", name) for name in changes.remove}
        removed = {item.goods_id for item in edit.items if item.item_name in names}
        locking.goods(edit.session, added | removed)


def _add(edit: _Edit, name: str, quantity: int) -> None:
    session, order = edit.session, edit.order
    goods = catalog.goods_named(session, name)
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


def _remove(edit: _Edit, customer: Customer, name: str, quantity: int) -> None:
    session, order, items = edit.session, edit.order, edit.items
    item = _named(items, name)
    if quantity > item.quantity:
        raise BadValue("quantity", str(quantity), f"the order has {item.quantity} of {item.item_name!r}")
    if quantity == item.quantity and len(items) == 1:
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


def _plan(edit: _Edit, delivery_time: datetime) -> None:
    if delivery_time <= edit.now:
        raise BadValue("delivery time", clock.local(delivery_time, "UTC"), "it is over already")
    edit.order.delivery_time = delivery_time
    edit.tell(edit.note("order.delivery_time", delivery_time=delivery_time), "order-delivery-time")


def _rewrite(edit: _Edit, address: str | None, note: str | None) -> Recorded | None:
    """Seal another address and note; the customer is told once, whichever of them has changed."""
    if address is None and note is None:
        return None
    known, kinds = details.reveal(edit.session, edit.order), []
    if address is not None:
        known = Details(details.clean_address(address), known.phone, known.note)
        kinds.append("order.address_changed")
    if note is not None:
        known = Details(known.address, known.phone, _clean_note(note))
        kinds.append("order.note_changed")
    changed = [edit.note(kind) for kind in kinds]
    details.seal(edit.session, edit.order, known)
    edit.tell(changed[-1], "order-details-changed")
    return changed[-1]


def _clean_note(text: str) -> str | None:
    return details.clean_note(text) if text.strip() else None

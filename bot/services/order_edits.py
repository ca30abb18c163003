"""Editing an open order: goods, delivery time, address and note. The status and the agreed prices stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, TooManyChanges
from bot.models import Event, Order
from bot.services import clock, details, locking, order_exchange, order_pushes, orders, people, staff_cards
from bot.services.events import Recorded
from bot.services.open_edit import Edit

MOST_OWN_CHANGES = 10
OWN_CHANGES = ("order.address_changed", "order.note_changed")
_PARTS = {"order.address_changed": "address", "order.note_changed": "note", "order.phone_changed": "phone"}
"""What the customer reads has changed; what it is now stands only in the order."""


@dataclass(frozen=True)
class Changes:
    """What becomes different: goods by name with a quantity, and what is not None; an empty note removes it.

    `hold` says by id how many of some goods the order has in the end.
    """

    add: Mapping[str, int] = field(default_factory=dict)
    remove: Mapping[str, int] = field(default_factory=dict)
    delivery_time: datetime | None = None
    address: str | None = None
    note: str | None = None
    phone: str | None = None
    hold: Mapping[int, int] = field(default_factory=dict)


def change(session: Session, code: str, changes: Changes, *, notify: bool = False, actor: str, now: datetime) -> Order:
    """Make several changes to an order, all or none of them.

    Goods that are added are reserved, at today's price unless the order has them already; goods that are removed are
    released, and a bonus that no longer fits is given back. Only the total that comes out in the end must be allowed.

    Raises:
        NotFound, WrongStatus: there is no such order, it is closed, or there are no such goods.
        BadValue, InsufficientStock, LastItem: something cannot be changed so.
        AmountTooLarge, AmountTooSmall: the order would come to too much or too little.
    """
    edit = Edit(session, _open_order(session, code), notify, actor, now)
    if changes.add or changes.remove or changes.hold:
        order_exchange.exchange(edit, changes.add, changes.remove, changes.hold)
    if changes.delivery_time is not None:
        _plan(edit, changes.delivery_time)
    _rewrite(edit, changes.address, changes.note, changes.phone)
    if edit.noted:
        staff_cards.refresh(session, edit.noted[-1], edit.order)
    return edit.order


def change_delivery_time(
    session: Session, code: str, delivery_time: datetime, *, notify: bool = False, actor: str, now: datetime
) -> Order:
    """Plan another delivery time, as `change` does."""
    return change(session, code, Changes(delivery_time=delivery_time), notify=notify, actor=actor, now=now)


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
    edit = Edit(session, order, False, people.actor(buyer_id), now)
    if address is not None or note is not None:
        _require_patience(edit)
    if (event := _rewrite(edit, address, note)) is not None:
        order_pushes.announce(session, event, order, "order-changed-by-customer")
    return order


def _require_patience(edit: Edit) -> None:
    """Refuse a customer who has changed an order very often: the staff get a message each time."""
    mine = Event.subject == f"order:{edit.order.order_code}", Event.actor == edit.actor, Event.kind.in_(OWN_CHANGES)
    if edit.session.execute(select(func.count()).where(*mine)).scalar_one() >= MOST_OWN_CHANGES:
        raise TooManyChanges(MOST_OWN_CHANGES)


def _open_order(session: Session, code: str) -> Order:
    order = locking.order(session, code)
    order.require_holding("edited")
    return order


def _plan(edit: Edit, delivery_time: datetime) -> None:
    if delivery_time <= edit.now:
        raise BadValue("delivery time", clock.local(delivery_time, "UTC"), "it is over already")
    edit.order.delivery_time = delivery_time
    edit.tell(edit.note("order.delivery_time", delivery_time=delivery_time), "order-delivery-time")


def _rewrite(edit: Edit, address: str | None, note: str | None, phone: str | None = None) -> Recorded | None:
    """Seal another address, note and phone number; the customer is told once, whichever of them has changed."""
    if address is None and note is None and phone is None:
        return None
    known, kinds = details.reveal(edit.session, edit.order), []
    if address is not None:
        known = replace(known, address=details.clean_address(address))
        kinds.append("order.address_changed")
    if note is not None:
        known = replace(known, note=_clean_note(note))
        kinds.append("order.note_changed")
    if phone is not None:
        known = replace(known, phone=details.clean_phone(edit.session, phone))
        kinds.append("order.phone_changed")
    changed = [edit.note(kind) for kind in kinds]
    details.seal(edit.session, edit.order, known)
    what = _PARTS[kinds[0]] if len(kinds) == 1 else "details"
    edit.tell(changed[-1], "order-details-changed", what=what)
    return changed[-1]


def _clean_note(text: str) -> str | None:
    return details.clean_note(text) if text.strip() else None

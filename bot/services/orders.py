"""The order's life after checkout: confirm, deliver, cancel, expire, remind, revive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, WrongState, WrongStatus
from bot.models import InventoryKind, Order, OrderStatus, Payment, PaymentMethod, StaffCard, User
from bot.services import (
    bonus,
    cleaning,
    clock,
    compiled,
    locking,
    maintenance,
    order_cards,
    order_pushes,
    order_steps,
    outbox,
    people,
    placing,
    reservations,
    settings,
    staff_cards,
    stock,
)

EXPIRY_ACTOR = "job:expiry"
PAID_GRACE = timedelta(days=1)
"""How long an order with a recorded payment is left alone before the owner is asked about it again."""


_ORDER, _PAYMENT, _CARD = Order.__table__, Payment.__table__.c, StaffCard.__table__
_AROUND = (
    select(maintenance.is_open(), exists().where(_PAYMENT.order_id == bindparam("order_id")), _CARD.c.chat_id)
    .outerjoin_from(_ORDER, _CARD, _CARD.c.order_id == _ORDER.c.id)
    .where(_ORDER.c.id == bindparam("order_id"))
)
_USER = User.__table__.c
_REFERRER = select(_USER.referrer_id).where(_USER.telegram_id == bindparam("user_id"))


@dataclass(frozen=True, slots=True)
class _Around:
    """What decides about the end of a reservation besides the order, and the chats in which staff have its card."""

    shop_is_open: bool
    is_paid: bool
    staff_chats: Sequence[int]


def confirm(session: Session, code: str, *, delivery_time: datetime, actor: str, now: datetime) -> Order:
    """Promise delivery: the order never expires from here, and the customer is told.

    Money for a bitcoin order has been seen by then, so its payment is recorded.

    Raises:
        NotFound, WrongStatus: there is no such order, or it is not reserved.
        BadValue: the delivery time is over already.
    """
    order = locking.order(session, code)
    order_steps.step(session, order, OrderStatus.CONFIRMED, actor, now)
    if delivery_time <= now:
        raise BadValue("delivery time", clock.local(delivery_time, "UTC"), "it is over already")
    order.delivery_time = delivery_time
    if order.payment_method is PaymentMethod.BITCOIN:
        order_steps.record_payment(session, order, actor, now)
    event = order_steps.note(session, "order.confirmed", order, actor, now, delivery_time=delivery_time)
    order_steps.tell_customer(session, event, order, "order-confirmed")
    return order


def deliver(session: Session, code: str, *, actor: str, now: datetime) -> Order:
    """Hand the goods over: the stock shrinks, the customer's spending grows, the referrer gets the bonus.

    What has not been recorded as paid until then is paid now.

    Raises:
        NotFound, WrongStatus: there is no such order, or it is not confirmed.
    """
    order = locking.order(session, code)
    order_steps.step(session, order, OrderStatus.DELIVERED, actor, now)
    order.completed_at = now
    referrer_id = compiled.scalar(session, _REFERRER, {"user_id": order.buyer_id})
    rows = locking.customers(session, {order.buyer_id, referrer_id} - {None})
    stock.deduct(session, order_steps.quantities(session, order), order_id=order.id, actor=actor, now=now)
    rows[order.buyer_id].total_spendings += order.due
    rows[order.buyer_id].completed_orders_count += 1
    order_steps.record_payment(session, order, actor, now)
    event = order_steps.note(session, "order.delivered", order, actor, now, paid=order.due)
    order_steps.tell_customer(session, event, order, "order-delivered")
    if referrer_id is not None:
        percent = settings.get(session, "reference_bonus_percent")
        bonus.credit_referrer(session, rows[referrer_id], order, percent, actor=actor, now=now)
    return order


def cancel(session: Session, code: str, *, actor: str, now: datetime, reason: str | None = None) -> Order:
    """Call an order off for the shop: goods are released, the bonus is refunded, the customer is told.

    Raises:
        NotFound, WrongStatus: there is no such order, or it holds no reservation.
    """
    order = locking.order(session, code)
    clean = cleaning.line("reason", reason, longest=500) if reason else ""
    event = order_steps.let_go(session, order, OrderStatus.CANCELLED, actor, now, reason=clean or None)
    order_steps.tell_customer(session, event, order, "order-cancelled", reason=clean, refunded=event.facts["refunded"])
    return order


def cancel_own(session: Session, order_id: int, *, buyer_id: int, now: datetime) -> Order:
    """Call one's own order off while it is only reserved; the staff are told.

    Raises:
        NotFound: the customer has no such order.
        WrongStatus: it is no longer only reserved.
    """
    order = locking.order(session, own_code(session, order_id, buyer_id))
    if order.order_status is not OrderStatus.RESERVED:
        raise WrongStatus(order.order_code, order.order_status, OrderStatus.CANCELLED)
    event = order_steps.let_go(session, order, OrderStatus.CANCELLED, people.actor(buyer_id), now)
    order_pushes.announce(session, event, order, "order-cancelled-by-customer")
    order_cards.refresh(session, event, order)
    return order


def extend_own(session: Session, order_id: int, *, buyer_id: int, now: datetime) -> Order:
    """Hold the goods of one's own order longer, once; the reminder comes again before the new end.

    Raises:
        NotFound: the customer has no such order.
        WrongStatus: it is no longer only reserved.
        WrongState: its time is over, it was extended before, or the shop extends nothing.
    """
    order = locking.order(session, own_code(session, order_id, buyer_id))
    if order.order_status is not OrderStatus.RESERVED:
        raise WrongStatus(order.order_code, order.order_status, "extended")
    if order.reserved_until <= now:
        raise WrongState("reservation end", order.order_code, "it is over already")
    if order.extended_at is not None:
        raise WrongState("extension", order.order_code, "the reservation has been extended once already")
    limits = settings.every(session)
    if not limits["reservation_extension_hours"]:
        raise WrongState("reservation", order.order_code, "this shop does not extend reservations")
    order.reserved_until += timedelta(hours=limits["reservation_extension_hours"])
    order.extended_at = now
    if order.reserved_until > now + timedelta(minutes=limits["reservation_reminder_minutes"]):
        order.reminded_at = None
    until = order.reserved_until
    event = order_steps.note(session, "order.extended", order, people.actor(buyer_id), now, reserved_until=until)
    order_cards.refresh(session, event, order)
    staff_cards.refresh(session, event, order)
    return order


def expire(session: Session, code: str, *, now: datetime) -> bool:
    """End a reservation whose time is over, and tell the customer; return whether it has expired now.

    Status and time are asked again under the lock, and whether the shop is open. An order with a recorded payment is
    never expired: the owner is asked to look at it instead.
    """
    held = locking.reservation(session, code)
    order = held.order
    if order.order_status is not OrderStatus.RESERVED or order.reserved_until > now:
        return False
    around = _around(session, order.id)
    if not around.shop_is_open:
        return False
    if around.is_paid:
        order.reserved_until = now + PAID_GRACE
        reservations.save(session, order)
        event = order_steps.note(session, "order.paid_but_unconfirmed", order, EXPIRY_ACTOR, now)
        told = outbox.owners(session)
        outbox.tell(session, event, told, "order-paid-unconfirmed", order_code=order.order_code)
        staff_cards.refresh(session, event, order, but=told, chats=around.staff_chats)
        return False
    event = order_steps.let_go(session, order, OrderStatus.EXPIRED, EXPIRY_ACTOR, now, held.quantities)
    reservations.save(session, order)
    order_steps.tell_customer(
        session, event, order, "order-expired", around.staff_chats, refunded=event.facts["refunded"]
    )
    return True


def remind(session: Session, code: str, *, now: datetime) -> bool:
    """Tell a customer, once, that a reservation ends soon; return whether that was due."""
    order = locking.order(session, code)
    if order.order_status is not OrderStatus.RESERVED or order.reminded_at is not None or order.reserved_until <= now:
        return False
    if _is_closed(session):
        return False
    order.reminded_at = now
    event = order_steps.note(session, "order.reminded", order, EXPIRY_ACTOR, now)
    order_steps.tell_customer(session, event, order, "order-expiring")
    return True


def revive(session: Session, code: str, *, actor: str, now: datetime) -> Order:
    """Reserve an expired order's goods again, for a late payment; the customer is told.

    The bonus was refunded when the order expired, so the whole total is due.

    Raises:
        NotFound, WrongStatus: there is no such order, or it has not expired.
        InsufficientStock: the goods are gone; every short item is named.
        WrongState: nobody knows any more where it should go.
    """
    order = locking.order(session, code)
    if order.details_erased_at is not None:
        why = "where it should go was erased; the customer has to order again"
        raise WrongState("order", order.order_code, why, "details-erased")
    order_steps.step(session, order, OrderStatus.RESERVED, actor, now)
    wanted = order_steps.quantities(session, order)
    stock.require_available(session, wanted)
    stock.reserve(session, wanted)
    stock.log(session, InventoryKind.RESERVED, wanted, order_id=order.id, actor=actor, now=now)
    order.reserved_until = placing.reservation_end(order.payment_method, settings.every(session), now)
    order.reminded_at = None
    event = order_steps.note(session, "order.revived", order, actor, now, reserved_until=order.reserved_until)
    order_steps.tell_customer(session, event, order, "order-revived")
    return order


def due_for_expiry(session: Session, *, now: datetime, limit: int = 500) -> Sequence[str]:
    """Return the codes of reserved orders whose time is over, the oldest first; none while the shop is closed."""
    is_over = (Order.order_status == OrderStatus.RESERVED) & (Order.reserved_until <= now)
    query = select(Order.order_code).where(is_over, maintenance.is_open())
    return session.scalars(query.order_by(Order.reserved_until).limit(limit)).all()


def due_for_reminder(session: Session, *, now: datetime, limit: int = 500) -> Sequence[str]:
    """Return the codes of reserved orders that end soon and whose customers have not been reminded."""
    minutes = settings.get(session, "reservation_reminder_minutes")
    soon = now + timedelta(minutes=minutes)
    query = select(Order.order_code).where(
        Order.order_status == OrderStatus.RESERVED,
        Order.reserved_until > now,
        Order.reserved_until <= soon,
        Order.reminded_at.is_(None),
        maintenance.is_open(),
    )
    return session.scalars(query.order_by(Order.reserved_until).limit(limit)).all() if minutes else []


def own_code(session: Session, order_id: int, buyer_id: int) -> str:
    """Return the code of a customer's own order.

    Raises:
        NotFound: the customer has no such order.
    """
    code = session.scalar(select(Order.order_code).where(Order.id == order_id, Order.buyer_id == buyer_id))
    if code is None:
        raise NotFound("order", str(order_id))
    return code


def _around(session: Session, order_id: int) -> _Around:
    rows = compiled.rows(session, _AROUND, {"order_id": order_id})
    is_open, is_paid, _ = rows[0]
    return _Around(is_open, is_paid, [chat_id for *_, chat_id in rows if chat_id is not None])


def _is_closed(session: Session) -> bool:
    return not session.scalar(select(maintenance.is_open()))

"""What becomes of messages to the staff's group that do not arrive: they go to whom orders are announced instead."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.models import OutboxMessage
from bot.services import events, locking, order_pushes, outbox, staff_cards, staff_group
from bot.services.queries import order_views


def is_lost(session: Session, message_id: int, why: str, *, now: datetime) -> None:
    """Do without the group of a message, because nothing can be written there, and pass the message on."""
    message = locking.message(session, message_id)
    staff_group.note_lost(session, message.recipient, why, now=now)
    _pass_on(session, message, now)


def has_moved(session: Session, message_id: int, chat_id: int, *, now: datetime) -> None:
    """Follow the group of a message to its new id, under which earlier messages cannot be reached."""
    message = locking.message(session, message_id)
    staff_cards.forget(session, message.recipient)
    if staff_group.chat(session) == message.recipient:
        staff_group.connect(session, chat_id, actor=staff_group.ACTOR, now=now)
    _pass_on(session, message, now)


def pass_on(session: Session, message_id: int, *, now: datetime) -> None:
    """Send a message, queued for a group that is not the staff's any more, to whom orders are announced now."""
    _pass_on(session, locking.message(session, message_id), now)


def _pass_on(session: Session, message: OutboxMessage, now: datetime) -> None:
    outbox.withdraw(session, message.id, "orders are announced elsewhere now")
    if message.kind == staff_cards.REFRESH:
        return
    buyer_id = order_views.whole(session, message.facts["order_code"]).order.buyer_id
    subject = f"message:{message.id}"
    event = events.record(
        session, "message.passed_on", actor=staff_group.ACTOR, subject=subject, now=now, kind_of=message.kind
    )
    told = order_pushes.audience(session) - (set() if message.kind == staff_cards.NEW else {buyer_id})
    outbox.tell(session, event, told, message.kind, **message.facts)

"""The cards of orders for staff: one message an order in each chat, and when those have to become true again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from bot.models import Event, Order, OutboxMessage, StaffCard
from bot.services import compiled, locking, order_cards, outbox
from bot.services.events import Recorded
from bot.services.outbox import Claimed
from bot.services.queries import order_desk
from bot.services.queries.order_desk import Sheet

NEW = "order-new"
REFRESH = "staff-card"
"""The kind of message that says nothing: the courier only brings the card up to date, without a sound."""


ABOUT_ORDERS = (
    NEW,
    REFRESH,
    "order-cancelled-by-customer",
    "order-changed-by-customer",
    "order-paid-unconfirmed",
)
"""What staff are told of orders: the order's card in the chat becomes true, and most of it has a message besides."""


@dataclass(frozen=True)
class Desk:
    """An order as it is told to somebody of the staff, or to their group, and the message that shows it there."""

    sheet: Sheet
    known: StaffCard | None
    is_new: bool
    is_group: bool


def desk(session: Session, message: Claimed, *, is_staff: bool) -> Desk | None:
    """Return what a message brings up to date for staff, None where it is nothing to them.

    Staff who buy in their own shop may have a card besides the one that customers have; `is_staff` says whether the
    recipient is one of them.
    """
    code = message.facts.get("order_code")
    is_told = message.kind in ABOUT_ORDERS
    if code is None or not (is_told or (is_staff and _is_shown(session, code, message.recipient))):
        return None
    sheet = order_desk.sheet_of(session, code)
    card = known(session, sheet.whole.order.id, message.recipient)
    return Desk(sheet, card, message.kind == NEW, message.is_for_group)


def _is_shown(session: Session, code: str, chat_id: int) -> bool:
    query = select(Order.id).join(StaffCard, StaffCard.order_id == Order.id)
    return session.scalar(query.where(Order.order_code == code, StaffCard.chat_id == chat_id)) is not None


def remember(
    session: Session,
    order_code: str,
    *,
    bot_id: int,
    chat_id: int,
    message_id: int,
    shown_event: int,
    now: datetime,
) -> None:
    """Keep which message shows an order in a chat from now on.

    `shown_event` is the last event of the order that it shows. What has happened since, while the message was on its
    way and not known to anybody, has it brought up to date again.
    """
    order = locking.order(session, order_code)
    newest = session.scalar(select(func.max(Event.id)).where(Event.subject == f"order:{order.order_code}"))
    card = {"order_id": order.id, "chat_id": chat_id, "bot_id": bot_id, "message_id": message_id, "sent_at": now}
    order_cards.keep(session, StaffCard, card)
    if newest is not None and newest > shown_event and not _is_told(session, newest, chat_id):
        outbox.queue_for(session, newest, chat_id, REFRESH, now=now, order_code=order.order_code)


def _is_told(session: Session, event_id: int, chat_id: int) -> bool:
    told = select(OutboxMessage.id).where(OutboxMessage.event_id == event_id, OutboxMessage.recipient == chat_id)
    return session.scalar(told) is not None


def known(session: Session, order_id: int, chat_id: int) -> StaffCard | None:
    """Return the message that shows an order in a chat, if there is one."""
    return session.get(StaffCard, (order_id, chat_id))


_SHOWN = select(StaffCard.__table__.c.chat_id).where(StaffCard.__table__.c.order_id == bindparam("order_id"))


def refresh(
    session: Session,
    event: Recorded,
    order: Order,
    *,
    but: Collection[int] = (),
    chats: Collection[int] | None = None,
) -> None:
    """Have every card of an order show what an event has changed, `but` in the chats that are told anyway.

    Who of the staff has bought it is told as its customer. `chats` are those that have a card, where that is known.
    """
    if chats is None:
        chats = [row[0] for row in compiled.rows(session, _SHOWN, {"order_id": order.id})]
    outbox.tell(session, event, set(chats) - {order.buyer_id, *but}, REFRESH, order_code=order.order_code)


def forget(session: Session, chat_id: int) -> None:
    """Forget the cards in a chat whose messages can no longer be reached."""
    session.execute(delete(StaffCard).where(StaffCard.chat_id == chat_id))

"""The card of each order: which message shows it to the customer, and when that message has to become true again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from bot.models import BroadcastCard, Order, OrderCard, StaffCard
from bot.services import locking, outbox
from bot.services.events import Recorded

REFRESH = "order-card"
"""The kind of message that says nothing: the courier only brings the card up to date, without a sound."""


def remember(session: Session, order_id: int, *, bot_id: int, chat_id: int, message_id: int, now: datetime) -> None:
    """Keep which message shows an order from now on; not in the chat of somebody who has been erased meanwhile."""
    if locking.orders_by_id(session, [order_id])[0].buyer_id != chat_id:
        return
    card = {"order_id": order_id, "bot_id": bot_id, "chat_id": chat_id, "message_id": message_id, "sent_at": now}
    keep(session, OrderCard, card)


def keep(session: Session, kind: type[OrderCard | StaffCard | BroadcastCard], card: Mapping[str, Any]) -> None:
    """Write the row of a card, in place of the one that it replaces."""
    if session.get_bind().dialect.name == "sqlite":
        keys = list(kind.__table__.primary_key)
        session.execute(sqlite.insert(kind).values(card).on_conflict_do_update(keys, set_=card))
    else:
        session.execute(mysql.insert(kind).values(card).on_duplicate_key_update(card))


def refresh(session: Session, event: Recorded, order: Order) -> None:
    """Have the customer's card show what an event has changed, where there is a card."""
    if session.scalar(select(OrderCard.order_id).where(OrderCard.order_id == order.id)) is not None:
        outbox.tell(session, event, [order.buyer_id], REFRESH, order_code=order.order_code)

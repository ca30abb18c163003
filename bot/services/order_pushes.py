"""Who of the staff is told what customers do with orders: the group where there is one, else everybody who wants it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.models import Order, User
from bot.services import compiled, context, events, locking, outbox, people, staff_cards, staff_group
from bot.services.events import Recorded


def announce_new(session: Session, event: Recorded, order: Order, rules: Mapping[str, Any]) -> None:
    """Tell the staff of a new order; `rules` are the settings."""
    group = staff_group.chosen(rules)
    told = {group} if group else wanting(session)
    outbox.tell(session, event, told, staff_cards.NEW, order_code=order.order_code)


def announce(session: Session, event: Recorded, order: Order, kind: str) -> None:
    """Tell the staff what a customer has done with an order; who orders from their own shop knows already."""
    told = audience(session) - {order.buyer_id}
    outbox.tell(session, event, told, kind, order_code=order.order_code)
    staff_cards.refresh(session, event, order, but=told)


def audience(session: Session) -> set[int]:
    """Return the chats in which orders are announced: the group's, or those of all staff who want it."""
    group = staff_group.chat(session)
    return {group} if group else wanting(session)


_USER = User.__table__.c
_STAFF = select(_USER.telegram_id, _USER.orders_muted_at).where(
    or_(outbox.IS_ADMIN, _USER.telegram_id == bindparam("owner_id"))
)


def wanting(session: Session) -> set[int]:
    """Return the staff who want to be told of orders themselves."""
    owner_id = context.of(session).owner_id
    muted_at = dict(compiled.rows(session, _STAFF, {"owner_id": owner_id or 0}))
    return {each for each in {*muted_at, *outbox.owners(session)} if muted_at.get(each) is None}


def mute(session: Session, user_id: int, *, actor: str, now: datetime) -> None:
    """Tell somebody nothing of orders from now on; their cards of earlier orders stay true."""
    _switch(session, user_id, now, "staff.orders_muted", actor, now)


def unmute(session: Session, user_id: int, *, actor: str, now: datetime) -> None:
    """Tell somebody of orders again."""
    _switch(session, user_id, None, "staff.orders_unmuted", actor, now)


def _switch(session: Session, user_id: int, muted_at: datetime | None, kind: str, actor: str, now: datetime) -> None:
    user = locking.users(session, [user_id])[user_id]
    if (user.orders_muted_at is None) != (muted_at is None):
        user.orders_muted_at = muted_at
        events.record(session, kind, actor=actor, subject=people.actor(user_id), now=now)

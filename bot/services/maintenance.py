"""Maintenance: whether the shop is closed for customers, and why.

The reason is the setting `maintenance`, and while it is empty the shop is open. While it is closed, no reservation ends
and nobody is reminded, because nobody could pay, extend or ask; opening gives every reservation that time back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, not_, select
from sqlalchemy.orm import Session

from bot.models import Event, Order, OrderCard, Setting
from bot.services import events, locking, order_cards, outbox
from bot.services.events import Draft

KEY = "maintenance"
SUBJECT = f"setting:{KEY}"


def is_open() -> ColumnElement[bool]:
    """Return the SQL that tells whether the shop is open."""
    stored = Setting.__table__.c
    return not_(exists().where(stored.setting_key == KEY, stored.setting_value != ""))


def closed_at(session: Session) -> datetime | None:
    """Return when the shop was closed the last time; another reason since then counts as the same time."""
    changes = session.scalars(select(Event).where(Event.subject == SUBJECT).order_by(Event.id.desc()))
    return next((each.created_at for each in changes if not each.facts["old"]), None)


def turned(session: Session, old: str, new: str, *, actor: str, now: datetime) -> None:
    """Give every reservation the time back in which the shop was closed, once it is open again."""
    began = closed_at(session) if old and not new else None
    if began is not None:
        _give_time_back(session, began, actor=actor, now=now)


def _give_time_back(session: Session, began: datetime, *, actor: str, now: datetime) -> None:
    held = locking.reserved_orders(session)
    for order in held:
        order.reserved_until += max(now - max(began, order.created_at), timedelta())
        # Whoever was reminded of the old end is reminded of the new one.
        order.reminded_at = None
    drafts = [
        Draft("order.time_given_back", f"order:{each.order_code}", {"reserved_until": each.reserved_until})
        for each in held
    ]
    recorded = events.record_all(session, drafts, actor=actor, now=now)
    shown = _with_cards(session, held)
    for order, event in zip(held, recorded, strict=True):
        if order.id in shown:
            outbox.tell(session, event, [order.buyer_id], order_cards.REFRESH, order_code=order.order_code)


def _with_cards(session: Session, held: Sequence[Order]) -> set[int]:
    return set(session.scalars(select(OrderCard.order_id).where(OrderCard.order_id.in_([each.id for each in held]))))

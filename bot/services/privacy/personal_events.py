"""What the audit trail says of one person, without what it says of others."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.models import Event
from bot.services import people

OTHERS = frozenset({"referrer", "user_id", "by"})
"""Facts that name somebody else."""
NAMELESS = ("goods:", "category:", "setting:", "bitcoin:", "broadcast:")
"""Subjects that are nobody's data."""


def subjects(telegram_id: int) -> tuple[str, str]:
    """Return the subjects under which events tell of a person."""
    return people.actor(telegram_id), f"help:{telegram_id}"


def by(actor: str, telegram_id: int) -> str:
    """Return who did something as the person may know it: "you", "the shop" or "automatic"."""
    if actor == people.actor(telegram_id):
        return "you"
    return "automatic" if actor.startswith("job:") else "the shop"


def of(session: Session, telegram_id: int, order_codes: frozenset[str]) -> list[dict[str, Any]]:
    """Return what somebody has done and what was done to them; of what concerns others only that it was done."""
    own = {*subjects(telegram_id), *(f"order:{code}" for code in order_codes)}
    actor = people.actor(telegram_id)
    query = select(Event).where(or_(Event.actor == actor, Event.subject.in_(subjects(telegram_id))))
    return [
        {
            "kind": event.kind,
            "by": by(event.actor, telegram_id),
            "subject": event.subject if event.subject in own or event.subject.startswith(NAMELESS) else None,
            "facts": _facts(event) if event.subject in own else {},
            "at": event.created_at,
        }
        for event in session.scalars(query.order_by(Event.id))
    ]


def _facts(event: Event) -> dict[str, Any]:
    return {name: fact for name, fact in event.facts.items() if name not in OTHERS}

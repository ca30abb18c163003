"""Sealing everything anew: each kind of sealed data, a few hundred rows at a time, while people go on."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.models import CheckoutDraft, Customer, HelpMessage, Lease, Order, OutboxMessage, Secret
from bot.services import context, details, events, leases, letters, locking
from bot.services.privacy import shut_outs

BATCH = 200
KEY_ID = 8
"""So many letters a sealed text has in front of the colon."""


@dataclass(frozen=True)
class Kind:
    """Where sealed texts stand: the columns of a table, and the place for which each is sealed."""

    name: str
    model: Any
    key: Any
    columns: tuple[str, ...]
    place: Callable[[Any, str], str]


KINDS = (
    Kind("orders", Order, Order.id, details.COLUMNS, details.place),
    Kind("customers", Customer, Customer.telegram_id, details.COLUMNS, details.place),
    Kind("checkouts", CheckoutDraft, CheckoutDraft.user_id, details.COLUMNS, details.place),
    Kind("letters", HelpMessage, HelpMessage.id, ("text",), lambda row, _column: str(row.place)),
    Kind("secrets", Secret, Secret.name, ("sealed",), lambda row, _column: shut_outs.place(row.name)),
)


def counts(session: Session) -> Counter[str]:
    """Return how many texts are sealed with each key, by the ids of the keys."""
    found: Counter[str] = Counter()
    for kind in KINDS:
        for name in kind.columns:
            column = getattr(kind.model, name)
            by = func.substr(column, 1, KEY_ID)
            for key_id, count in session.execute(select(by, func.count()).where(column != "").group_by(by)):
                found[key_id] += count
    for message in session.scalars(_old_letters()):
        found[message.facts["sealed"][:KEY_ID]] += 1
    return found


def reseal_some(session: Session, name: str, *, after: Any = None, limit: int = BATCH) -> tuple[Any, int]:
    """Seal some of a kind anew, behind the row `after`; return the last row, None at the end, and how many texts."""
    kind = next(kind for kind in KINDS if kind.name == name)
    sealing = context.of(session).vault.key_ids[0]
    query = select(kind.model).where(_is_stale(kind, sealing)).order_by(kind.key).limit(limit)
    rows = session.scalars(locking.locked(query if after is None else query.where(kind.key > after))).all()
    done = sum(_reseal(session, kind, row, sealing) for row in rows)
    return (getattr(rows[-1], kind.key.key) if rows else None), done


def reseal_old_letters(session: Session) -> int:
    """Seal anew the letters of earlier versions, which lie in the outbox themselves; there are never many."""
    vault = context.of(session).vault
    sealing = vault.key_ids[0]
    stale = [message.id for message in session.scalars(_old_letters()) if message.facts["sealed"][:KEY_ID] != sealing]
    for message_id in stale[:BATCH]:
        message = locking.message(session, message_id)
        if "sealed" in message.facts:
            place = f"outbox.facts.{message.facts['key']}"
            sealed = vault.seal(vault.open(message.facts["sealed"], place), place)
            message.facts = {**message.facts, "sealed": sealed}
    return len(stale[:BATCH])


def bot_knows(session: Session, key_id: str, *, now: datetime) -> bool | None:
    """Tell whether the bot that is running can open with a key; None where no bot is running."""
    lease = session.get(Lease, leases.BOT)
    if lease is None or now - lease.seen_at >= leases.LIFETIME:
        return None
    return key_id in (lease.key_ids or "").split(",")


def note(session: Session, old: Sequence[str], new: str, *, actor: str, now: datetime) -> None:
    """Record that a key has replaced others; ids reveal nothing of keys."""
    facts = {"old": ",".join(old), "new": new}
    events.record(session, "key.rotated", actor=actor, subject=f"key:{new}", now=now, **facts)


def _is_stale(kind: Kind, sealing: str) -> ColumnElement[bool]:
    columns = (getattr(kind.model, name) for name in kind.columns)
    return or_(*((column != "") & column.not_like(f"{sealing}:%") for column in columns))


def _reseal(session: Session, kind: Kind, row: Any, sealing: str) -> int:
    vault, done = context.of(session).vault, 0
    for name in kind.columns:
        sealed = getattr(row, name)
        if sealed and not sealed.startswith(f"{sealing}:"):
            place = kind.place(row, name)
            setattr(row, name, vault.seal(vault.open(sealed, place), place))
            done += 1
    return done


def _old_letters() -> Any:
    is_sealed = OutboxMessage.facts["sealed"].as_string().is_not(None)
    return select(OutboxMessage).where(OutboxMessage.kind == letters.KIND, is_sealed).order_by(OutboxMessage.id)

"""The audit trail: every operation records what happened, in its own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.models import Event
from bot.services import compiled

BATCH = 1000
_EVENT = insert(Event.__table__)


@dataclass(frozen=True)
class Recorded:
    """An event as it was written; listeners get it after the commit."""

    id: int
    kind: str
    actor: str
    subject: str
    facts: dict[str, Any]
    created_at: datetime


def record(session: Session, kind: str, *, actor: str, subject: str, now: datetime, **facts: Any) -> Recorded:
    """Write an event. `facts` hold no personal data; amounts become text, so that they stay exact in JSON."""
    plain = {key: _plain(value) for key, value in facts.items()}
    row = {"unit": session.info["unit"], "kind": kind, "actor": actor, "subject": subject, "facts": plain}
    session.flush()
    event_id = compiled.insert(session, _EVENT, {**row, "created_at": now})
    recorded = Recorded(event_id, kind, actor, subject, plain, now)
    session.info["recorded"].append(recorded)
    return recorded


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is still to be written."""

    kind: str
    subject: str
    facts: dict[str, Any] = field(default_factory=dict)


def record_all(session: Session, drafts: Sequence[Draft], *, actor: str, now: datetime) -> Sequence[Recorded]:
    """Write many events at once, in their order, and return them; what holds for the facts of `record` holds here."""
    session.flush()
    before = len(session.info["recorded"])
    for start in range(0, len(drafts), BATCH):
        _record_batch(session, drafts[start : start + BATCH], actor, now)
    return session.info["recorded"][before:]  # type: ignore[no-any-return]


def _record_batch(session: Session, drafts: Sequence[Draft], actor: str, now: datetime) -> None:
    unit, recorded = session.info["unit"], session.info["recorded"]
    before = recorded[-1].id if recorded else 0
    facts = [{key: _plain(value) for key, value in draft.facts.items()} for draft in drafts]
    rows = [
        {"unit": unit, "kind": draft.kind, "actor": actor, "subject": draft.subject, "facts": each, "created_at": now}
        for draft, each in zip(drafts, facts, strict=True)
    ]
    compiled.insert_all(session, _EVENT, rows)
    # The database counts up in the order of the rows, so the ids of this unit come in the order of the drafts.
    ids = session.scalars(select(Event.id).where(Event.unit == unit, Event.id > before).order_by(Event.id))
    recorded.extend(
        Recorded(event_id, draft.kind, actor, draft.subject, plain, now)
        for event_id, draft, plain in zip(ids, drafts, facts, strict=True)
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value

"""The audit trail: every operation records what happened, in its own transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.models import Event


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
    result = session.execute(insert(Event).values(**row, created_at=now))
    event_id = result.inserted_primary_key[0]  # type: ignore[attr-defined]
    recorded = Recorded(event_id, kind, actor, subject, plain, now)
    session.info["recorded"].append(recorded)
    return recorded


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value

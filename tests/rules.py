"""Whether every rule of the shop holds, asked in one statement, because thousands of tests ask for it."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.db import Database
from bot.services import invariants
from bot.services.invariants import Violation

_GLANCE = text(
    " UNION ALL ".join(
        f"(SELECT {number} FROM ({rule.sql}) rule_{number} LIMIT 1)" for number, rule in enumerate(invariants.ALL)
    )
)


def broken(db: Database, *, now: datetime) -> list[Violation]:
    """Return every rule that does not hold."""
    return db.read(invariants.check, now=now) if db.read(glance, now=now) else []


def glance(session: Session, *, now: datetime) -> set[str]:
    """Return the meaning of every rule that does not hold, but not what breaks it."""
    found = session.scalars(_GLANCE.bindparams(*invariants.times(now)))
    return {invariants.ALL[number].meaning for number in found}

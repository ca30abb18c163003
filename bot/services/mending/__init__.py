"""Putting right what breaks an invariant, where it is safe: what can be reckoned anew from what is certain.

Safe is what follows from other rows: a promise from the open orders, a balance from its ledger, a count from its rows.
The inventory log gets a row for what it does not explain, so that it sums up again; nothing that it says is changed.
No row about money is ever made up, no history is rewritten, and where two rows contradict each other a person decides:
`Invariant.left` says what. Each repair is one transaction, which asks again under the lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.services import events
from bot.services.mending import of_counts, of_messages, of_stock
from bot.services.mending.kind import Kind, Wrong

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*of_stock.KINDS, *of_counts.KINDS, *of_messages.KINDS)}
EVENT = "doctor.fixed"


@dataclass(frozen=True)
class Case:
    """Something wrong, and the kind of repair for it."""

    kind: Kind
    wrong: Wrong


def plan(session: Session, *, now: datetime) -> Sequence[Case]:
    """Return everything that could be put right now, and what of its kind is left to a person."""
    return [Case(kind, wrong) for kind in KINDS.values() for wrong in kind.find(session, now, None)]


def mend(session: Session, kind_name: str, key: int, *, actor: str, now: datetime) -> Wrong | None:
    """Put one thing right and return what was wrong; None if it is well by now.

    What is returned with a `left` was not touched.
    """
    kind = KINDS[kind_name]
    kind.lock(session, key)
    wrong = next(iter(kind.find(session, now, key)), None)
    if wrong is None or wrong.left:
        return wrong
    kind.apply(session, wrong, actor, now)
    facts = {"invariant": kind.invariant, "fix": kind.name, **wrong.facts}
    events.record(session, EVENT, actor=actor, subject=wrong.subject, now=now, **facts)
    return wrong

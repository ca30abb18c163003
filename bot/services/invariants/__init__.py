"""What must always hold (RELIABILITY section 3), as SQL that returns no row; MariaDB and SQLite run it alike.

Not everything is a matter of rows; what is not, only tests can show:

- I8, beyond what its SQL says, that answers go only to their owner or to staff: tests/hostile/test_identities.py
- I9, that every unexpected error is apologised for with an id that the log has: tests/telegram/test_faults.py
- I11, that payments are never deleted: tests/test_house_rules.py
- I12, that the shop serves again unaided: tests/telegram/test_faults.py and tests/test_db.py
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, text
from sqlalchemy.orm import Session

from bot.models.base import UtcDateTime
from bot.services.invariants import of_messages, of_money, of_orders, of_stock
from bot.services.invariants.rule import Invariant

LONGEST_WAIT = timedelta(minutes=10)
"""No message waits longer for being sent; one of many, which has its turn later, no longer than that after it."""
SHOWN = 10
ALL = (*of_stock.RULES, *of_money.RULES, *of_orders.RULES, *of_messages.RULES)


@dataclass(frozen=True)
class Violation:
    """A rule that does not hold, and the first of what breaks it."""

    rule: Invariant
    broken_by: tuple[str, ...]

    @property
    def invariant(self) -> str:
        """Return the rule's name in RELIABILITY."""
        return self.rule.name

    def __str__(self) -> str:
        return f"{self.rule.name} is not so: {self.rule.meaning} Broken by: {', '.join(self.broken_by)}"


def check(session: Session, *, now: datetime) -> list[Violation]:
    """Return every rule that does not hold; an empty list is what everybody wants to see.

    It reads without locks, one statement a rule, so that nobody waits for it.
    """
    found = ((rule, _broken_by(session, rule, now)) for rule in ALL)
    return [Violation(rule, names) for rule, names in found if names]


def times(now: datetime) -> list[BindParameter[datetime]]:
    """Return the times that rules ask for by name."""
    asked = {"longest_ago": now - LONGEST_WAIT, "soon": now + LONGEST_WAIT}
    return [bindparam(name, time, type_=UtcDateTime()) for name, time in asked.items()]


def _broken_by(session: Session, rule: Invariant, now: datetime) -> tuple[str, ...]:
    needed = [each for each in times(now) if f":{each.key}" in rule.sql]
    return tuple(str(row[0]) for row in session.execute(text(rule.sql).bindparams(*needed)).fetchmany(SHOWN))

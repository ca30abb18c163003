"""What can be put right without a decision: how it is found, what is locked first, and what is done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Wrong:
    """Something that is not as it must be: `sentence` says what is so and what becomes of it.

    `subject` and `facts` go into the audit trail. Where `left` is not empty, it says why a person has to decide.
    """

    key: int
    subject: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    left: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of repair. `find` takes the time and one key, or None for all there are.

    `lock` holds whatever the repair depends on, so that `find`, asked again, tells the truth until the commit.
    """

    name: str
    invariant: str
    find: Callable[[Session, datetime, int | None], Iterable[Wrong]]
    lock: Callable[[Session, int], object]
    apply: Callable[[Session, Wrong, str, datetime], object]

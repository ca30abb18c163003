"""What presses have read in the last moment: used again as long as it is certain that nobody has changed it.

For LEASE_SECONDS after a process has read the marks (bot/marks.py), what it has read under them is used without a
question. Whoever changes something in another process gives it a new mark, and waits that long before it says that it
is done (`Database.close`): by then every process has asked again. What this process itself writes is forgotten at once.
Units of work that write never look here: what is decided about money and stock is read from the tables.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

Marks = tuple[int | None, ...]

LEASE_SECONDS = 0.05
"""So long nobody is asked whether what was read still holds. A press goes to the database anyway when this is over."""
LONGEST_SECONDS = 5.0
"""So long it is used at most: what somebody changes with SQL of their own, which gives no new mark, is seen then."""
MOST = 5000
"""So much is remembered; then all is forgotten, and what is wanted is read again."""


@dataclass
class _Memory:
    """What was read since the last change."""

    until: float = field(default_factory=lambda: monotonic() + LONGEST_SECONDS)
    marks: Marks | None = None
    sure_until: float = 0.0
    found: dict[Hashable, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """A reading that begins: when, and what was known then."""

    memory: _Memory
    began: float


class Recent:
    """What one process has read in the last moment; the database of the process that serves people has it."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._memory = _Memory()

    def known(self, key: Hashable) -> Any:
        """Return what was read, None where that is not known or may have changed."""
        memory = self._memory
        return memory.found.get(key) if monotonic() < min(memory.sure_until, memory.until) else None

    def look(self) -> Look:
        """Begin to read; ask for it before the marks are read."""
        if monotonic() >= self._memory.until or len(self._memory.found) >= MOST:
            self.forget()
        return Look(self._memory, monotonic())

    def learn(self, look: Look, marks: Marks, found: Mapping[Hashable, Any]) -> None:
        """Remember what was read after these marks, unless something was forgotten meanwhile."""
        memory = look.memory
        if memory is not self._memory:
            return
        if memory.marks not in (None, marks):
            self._memory = memory = _Memory()
        memory.marks = marks
        memory.found |= found
        memory.sure_until = max(memory.sure_until, look.began + LEASE_SECONDS)

    def forget(self) -> None:
        """Forget everything, also what is just being read; any thread may say so."""
        self._memory = _Memory()

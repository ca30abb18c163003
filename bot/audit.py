"""What was refused, for audit.log: who, what and why, on one line; of a flood only as much as tells that it was one.

No personal data goes in: `who` is a number or a place, `what` a name of our own, `why` the name of a refusal.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

log = logging.getLogger("shop.audit")

MINUTE = 60.0
MOST_OF_ONE, MOST = 20, 300
"""Lines a minute, of one person and of all: a day of a flood stays below 40 MB, of which the rotation keeps the end."""
SUMMED_UP = 10
"""Of so many people a flood is summed up one by one."""
LONGEST = 80


class Audit:
    """Writes refusals, and counts those that are too many to be written."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by the minute of `clock`, in seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._began = clock()
        self._lines: Counter[str] = Counter()
        self._unwritten: Counter[str] = Counter()

    def refused(self, who: int | str, what: str, why: str) -> None:
        """Note that something was refused; beyond what one minute may bring, only that it was."""
        name = f"user:{who}" if isinstance(who, int) else who[:LONGEST]
        with self._lock:
            if self._clock() - self._began >= MINUTE:
                self._sum_up()
            if self._lines[name] >= MOST_OF_ONE or self._lines.total() >= MOST:
                self._unwritten[name] += 1
                return
            self._lines[name] += 1
        log.info("refused %s: %s: %s", name, what[:LONGEST], why[:LONGEST])

    def _sum_up(self) -> None:
        """Say how much of the last minute was not written, and begin the next."""
        for name, count in self._unwritten.most_common(SUMMED_UP):
            log.info("refused %s: %s times more in that minute", name, count)
        others = len(self._unwritten) - SUMMED_UP
        if others > 0:
            left = self._unwritten.total() - sum(count for _, count in self._unwritten.most_common(SUMMED_UP))
            log.info("refused %s others: %s times more in that minute", others, left)
        self._began = self._clock()
        self._lines.clear()
        self._unwritten.clear()


refused = Audit().refused

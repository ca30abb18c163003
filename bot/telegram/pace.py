"""How fast messages go out: as many a second as Telegram likes, and fewer after it has asked for a pause."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from bot.services.broadcasts import PER_SECOND

SLOWEST = 5.0
"""Messages a second, however often Telegram complains."""
SLOWER = 0.7
FASTER = 1.002
"""What the pace is multiplied with at every complaint, and at every message: it recovers within minutes."""
LONGEST_REST = 60.0
"""In seconds. Telegram may ask for an hour because of one chat; after a minute the next message shows more."""
CATCH_UP = 0.2
"""In seconds: so much of lost time is made good by sending faster."""
AT_ONCE = 4
"""So many messages of broadcasts are under way together, so that an answer of Telegram may take 100 ms."""


class Pace:
    """Turns that come at a steady rate. Broadcasts rest where Telegram asks for it, everything else goes on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin at full speed."""
        self.per_second = float(PER_SECOND)
        self._clock = clock
        self._next = 0.0
        self._rest_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Tell whether broadcasts have to wait."""
        return self._clock() < self._rest_until

    async def turn(self) -> None:
        """Wait until the next message may go."""
        now = self._clock()
        start = max(self._next, now - CATCH_UP)
        self._next = start + 1 / self.per_second
        self.per_second = min(float(PER_SECOND), self.per_second * FASTER)
        if start > now:
            await asyncio.sleep(start - now)

    def slow_down(self, seconds: float) -> None:
        """Go slower from now on, and let broadcasts rest for as long as Telegram asks, within reason."""
        self.per_second = max(SLOWEST, self.per_second * SLOWER)
        self._rest_until = self._clock() + min(seconds, LONGEST_REST)


class UnderWay:
    """The few messages that are being sent at the same time."""

    def __init__(self) -> None:
        """Be empty."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Tell whether another one has to wait."""
        return len(self._tasks) >= AT_ONCE

    def start(self, sending: Coroutine[Any, Any, None]) -> None:
        """Send one beside the others."""
        task = asyncio.get_running_loop().create_task(sending)
        self._tasks.add(task)

    async def some(self, seconds: float) -> None:
        """Wait until one of them is through, or for so long."""
        if self._tasks:
            done, _ = await asyncio.wait(self._tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            self._forget(done)

    async def all(self) -> None:
        """Wait until all of them are through."""
        if self._tasks:
            done, _ = await asyncio.wait(self._tasks)
            self._forget(done)

    def _forget(self, done: set[asyncio.Task[None]]) -> None:
        self._tasks -= done
        for task in done:
            task.result()

"""The heartbeat: saying that this process lives and is still the one bot, and doing nothing where that is not sure."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.db import Database
from bot.errors import AlreadyRunning, Busy
from bot.services import clock, leases

log = logging.getLogger(__name__)

OnLost = Callable[[], object]


def awake() -> float:
    """Return seconds that nobody sets, and that go on while the machine sleeps, where it can say so."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Tenure:
    """The bot's lease as its holder knows it: sure for a while after every beat, so that it is not asked at each step.

    A process that hung does not know how long: before it goes on with anything it asks.
    """

    def __init__(
        self, db: Database, holder: str, on_lost: OnLost = lambda: None, now: Callable[[], datetime] = clock.now
    ) -> None:
        """Hold nothing yet; `on_lost` should end this process, it is called when another has the lease."""
        self.lost_to: str | None = None
        self._db = db
        self._holder = holder
        self._on_lost = on_lost
        self._now = now
        self._sure_until = 0.0
        self._question: asyncio.Task[None] | None = None

    @property
    def is_sure(self) -> bool:
        """Tell whether no other process can have the lease yet."""
        return self.lost_to is None and awake() < self._sure_until

    async def begin(self) -> None:
        """Take the lease.

        A lease that was last seen in the future is one whose clock, or ours, was set since; whether its holder lives
        shows when it does not beat for as long as a lease lasts.

        Raises:
            AlreadyRunning: another process has it.
        """
        try:
            await self._take()
        except AlreadyRunning as running:
            seen = await self._db.fetch(leases.last_seen, leases.BOT)
            if seen is None or seen <= self._now() + leases.LIFETIME:
                raise
            wait = leases.LIFETIME.total_seconds()
            log.warning("%s was last seen in the future; waiting %.0f s whether it lives", running.holder, wait)
            await asyncio.sleep(wait)
            await self._take(unless_seen_since=seen)

    async def renew(self) -> None:
        """Say that this process lives; where another has the lease, end."""
        try:
            await self._take()
        except AlreadyRunning as running:
            if self.lost_to is None:
                log.critical("This process is not the bot any more: %s holds the lease", running.holder)
            self.lost_to = running.holder
            self._on_lost()

    async def holds(self, within: float | None = None) -> bool:
        """Tell whether this process may go on; the database is asked only when the last beat is long ago.

        While the database is away, or the lease locked by somebody, nobody else can take it. Whoever needs no more of
        the database, but only says something, need not wait for its answer longer than `within` so many seconds.
        """
        if not self.is_sure and self.lost_to is None:
            answered, _late = await asyncio.wait([self._asked()], timeout=within)
            for each in answered:
                each.result()
        return self.lost_to is None

    def _asked(self) -> asyncio.Task[None]:
        """Return the question that is on its way, one for all who wait, or ask anew."""
        if self._question is None or self._question.done():
            self._question = asyncio.create_task(self._ask())
        return self._question

    async def _ask(self) -> None:
        with suppress(Busy):
            await self.renew()

    async def end(self) -> None:
        """Let the next process begin at once; where the database is away, it waits until the lease has run out."""
        try:
            await self._db.run(leases.give_back, leases.BOT, self._holder)
        except Busy as busy:
            log.warning("The lease could not be given back: %s", busy)

    async def _take(self, *, unless_seen_since: datetime | None = None) -> None:
        asked_at = awake()
        await self._db.run(leases.take, leases.BOT, self._holder, now=self._now(), unless_seen_since=unless_seen_since)
        self._sure_until = asked_at + leases.SURE.total_seconds()

"""Doing the same to many orders, each in a transaction of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot import metrics
from bot.errors import Busy
from bot.jobs.failures import new_id

BATCH = 500
ABREAST = 3
"""So many orders at once; more would keep people waiting for the database."""
BUSY_IN_A_ROW = 3
"""One busy order is locked by somebody; so many in a row mean that the database is away."""

log = logging.getLogger(__name__)

Due = Callable[[int], Awaitable[Sequence[str]]]
Act = Callable[[str], Awaitable[bool]]


class Unfinished(Exception):
    """Some orders could not be handled, so that the job as a whole has failed."""

    def __init__(self, failed: int, done: int) -> None:
        """Say how many failed, and how many were handled."""
        super().__init__(f"{failed} orders could not be handled, {done} were")


class _Sweep:
    """What is known of a sweep that goes on."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self.done = self.failed = 0
        self._busy_in_a_row = 0
        self._away: Busy | None = None

    async def over(self, codes: Sequence[str]) -> None:
        """Act on orders in their order, a few abreast: while the database answers for one, the next can begin.

        Raises:
            Busy: the database is away.
        """
        waiting = iter(codes)
        await asyncio.gather(*(self._take_from(waiting) for _ in range(ABREAST)))
        if self._away:
            raise self._away

    async def _take_from(self, waiting: Iterator[str]) -> None:
        while not self._away and (code := next(waiting, None)):
            await self._handle(code)

    async def _handle(self, code: str) -> None:
        try:
            had_effect = await self._act(code)
            self.done += had_effect
            self._busy_in_a_row = 0
        except Busy as busy:
            self._busy_in_a_row += 1
            log.warning("Order %s is locked by somebody else; it is tried again later", code)
            if self._busy_in_a_row >= BUSY_IN_A_ROW:
                self._away = busy
        except Exception as error:
            self.failed += 1
            error_id = new_id()
            log.exception("Order %s could not be handled (error %s)", code, error_id)
            metrics.met(error_id, error)


async def through(due: Due, act: Act, *, batch: int = BATCH) -> int:
    """Act once on every order that is due, until none is left, and return on how many it had an effect.

    `due` takes how many order codes to return. An order that fails is logged and does not stop the others.

    Raises:
        Busy: the database is away.
        Unfinished: some orders failed, after all others had their turn.
    """
    seen: set[str] = set()
    sweep = _Sweep(act)
    # An order that failed may stay due, so each batch has to reach behind those.
    while fresh := [code for code in await due(batch + len(seen) - sweep.done) if code not in seen]:
        seen.update(fresh)
        await sweep.over(fresh)
    if sweep.failed:
        raise Unfinished(sweep.failed, sweep.done)
    return sweep.done

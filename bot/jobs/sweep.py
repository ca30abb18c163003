"""Doing the same to many orders, each in a transaction of its own."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot import metrics
from bot.errors import Busy
from bot.jobs.failures import new_id

BATCH = 500
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


async def through(due: Due, act: Act, *, batch: int = BATCH) -> int:
    """Act once on every order that is due, until none is left, and return on how many it had an effect.

    `due` takes how many order codes to return. An order that fails is logged and does not stop the others.

    Raises:
        Busy: the database is away.
        Unfinished: some orders failed, after all others had their turn.
    """
    seen: set[str] = set()
    done = busy = failed = 0
    # An order that failed may stay due, so each batch has to reach behind those.
    while fresh := [code for code in await due(batch + len(seen) - done) if code not in seen]:
        for code in fresh:
            seen.add(code)
            try:
                done += await act(code)
                busy = 0
            except Busy:
                busy += 1
                log.warning("Order %s is locked by somebody else; it is tried again later", code)
                if busy == BUSY_IN_A_ROW:
                    raise
            except Exception as error:
                failed += 1
                error_id = new_id()
                log.exception("Order %s could not be handled (error %s)", code, error_id)
                metrics.met(error_id, error)
    if failed:
        raise Unfinished(failed, done)
    return done

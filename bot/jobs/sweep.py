"""Doing the same to many orders, each in a transaction of its own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from bot import metrics
from bot.errors import Busy
from bot.jobs.failures import new_id

BATCH = 500
AT_ONCE = 3
"""So many orders are handled at the same time; the other database threads are for people."""
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
    # An order that failed stays due, so each batch has to reach behind those.
    while fresh := [code for code in await due(batch + len(seen)) if code not in seen]:
        seen.update(fresh)
        async for code, outcome in _outcomes(act, fresh):
            busy = busy + 1 if isinstance(outcome, Busy) else 0
            if isinstance(outcome, Busy):
                log.warning("Order %s is locked by somebody else; it is tried again later", code)
                if busy == BUSY_IN_A_ROW:
                    raise outcome
            elif isinstance(outcome, Exception):
                failed += 1
                _note(code, outcome)
            else:
                done += outcome
    if failed:
        raise Unfinished(failed, done)
    return done


async def _outcomes(act: Act, codes: Sequence[str]) -> AsyncIterator[tuple[str, bool | Exception]]:
    """Act on orders, a few at a time, and yield what came of each, in their order."""
    for start in range(0, len(codes), AT_ONCE):
        part = codes[start : start + AT_ONCE]
        for code, outcome in zip(part, await asyncio.gather(*(_try(act, code) for code in part)), strict=True):
            yield code, outcome


async def _try(act: Act, code: str) -> bool | Exception:
    try:
        return await act(code)
    except Exception as error:
        return error


def _note(code: str, error: Exception) -> None:
    error_id = new_id()
    log.error("Order %s could not be handled (error %s)", code, error_id, exc_info=error)
    metrics.met(error_id, error)

"""Ending the reservations whose time is over."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.db import Database
from bot.jobs import sweep
from bot.services import orders

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 300.0
"""So long people's updates go first, after a start or after the database was away; goods are not held for ever."""

CatchesUp = Callable[[float], Awaitable[bool]]


async def at_once(_seconds: float) -> bool:
    """Say that no updates have waited."""
    return True


async def run(
    db: Database, now: Callable[[], datetime], catches_up: CatchesUp = at_once, *, batch: int = sweep.BATCH
) -> None:
    """Expire every order that is due, the longest overdue first.

    What people sent before comes first: whoever extended an order in time must not meet an expired one.
    """
    if not await catches_up(PATIENCE_SECONDS):
        log.warning("What people have sent is still being handled after %.0f s; reservations expire", PATIENCE_SECONDS)

    async def due(limit: int) -> Sequence[str]:
        return await db.fetch(orders.due_for_expiry, now=now(), limit=limit)

    async def expire(code: str) -> bool:
        return await db.run(orders.expire, code, now=now())

    if count := await sweep.through(due, expire, batch=batch):
        log.info("Reservations expired: %s", count)

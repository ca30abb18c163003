"""Ending the reservations whose time is over."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.db import Database
from bot.jobs import sweep
from bot.services import orders

log = logging.getLogger(__name__)


async def run(db: Database, now: Callable[[], datetime], *, batch: int = sweep.BATCH) -> None:
    """Expire every order that is due, the longest overdue first."""

    async def due(limit: int) -> Sequence[str]:
        return await db.fetch(orders.due_for_expiry, now=now(), limit=limit)

    async def expire(code: str) -> bool:
        return await db.run(orders.expire, code, now=now())

    if count := await sweep.through(due, expire, batch=batch):
        log.info("Reservations expired: %s", count)

"""Reminding customers before their reservation ends."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.db import Database
from bot.jobs import sweep
from bot.services import orders

log = logging.getLogger(__name__)


async def run(db: Database, now: Callable[[], datetime], *, batch: int = sweep.BATCH) -> None:
    """Remind the customer of every order that ends soon, once."""

    async def due(limit: int) -> Sequence[str]:
        return await db.fetch(orders.due_for_reminder, now=now(), limit=limit)

    async def remind(code: str) -> bool:
        return await db.run(orders.remind, code, now=now())

    if count := await sweep.through(due, remind, batch=batch):
        log.info("Customers reminded: %s", count)

"""The heartbeat: saying that this process lives and is still the one bot."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.db import Database
from bot.errors import AlreadyRunning
from bot.services import leases

log = logging.getLogger(__name__)

OnLost = Callable[[], object]


async def run(db: Database, now: Callable[[], datetime], holder: str, on_lost: OnLost) -> None:
    """Keep the bot's lease; if another process has it, call `on_lost`, which should end this one."""
    try:
        await db.run(leases.take, leases.BOT, holder, now=now())
    except AlreadyRunning as error:
        log.critical("This process is not the bot any more: %s holds the lease", error.holder)
        on_lost()

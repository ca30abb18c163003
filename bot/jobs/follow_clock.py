"""Following the clock where it was set back: what waited for a time that is far away now does not wait for it."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.db import Database
from bot.services import outbox_clock

log = logging.getLogger(__name__)


async def run(db: Database, now: Callable[[], datetime]) -> None:
    """Let messages that stand in the future be due now."""
    if count := await db.run(outbox_clock.follow, now=now()):
        log.warning("The clock was set back: messages that would have waited until it has caught up: %s", count)

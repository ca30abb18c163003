"""Having broadcasts begin at their time, get to their people bit by bit, and end."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot import metrics
from bot.db import Database
from bot.errors import Busy
from bot.jobs.failures import new_id
from bot.services import broadcast_run

log = logging.getLogger(__name__)


async def run(db: Database, now: Callable[[], datetime]) -> None:
    """Take every broadcast that is under way a step on; one that fails does not stop the others."""
    for broadcast_id in await db.fetch(broadcast_run.due, now=now()):
        try:
            await db.run(broadcast_run.advance, broadcast_id, now=now())
        except Busy:
            raise
        except Exception as error:
            error_id = new_id()
            log.exception("Broadcast %s could not go on (error %s)", broadcast_id, error_id)
            metrics.met(error_id, error)

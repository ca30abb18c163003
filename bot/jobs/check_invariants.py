"""Looking once a night whether everything adds up."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.db import Database
from bot.services import checkups, invariants

log = logging.getLogger(__name__)


async def run(db: Database, now: Callable[[], datetime]) -> None:
    """Look at every invariant if that is due; what was found is noted, and the owner is told."""
    if not await db.fetch(checkups.is_due, now=now()):
        return
    found = await db.fetch(invariants.check, now=now())
    for violation in found:
        log.warning("The nightly check: %s", violation)
    log.info("The nightly check: %s of %s rules hold", len(invariants.ALL) - len(found), len(invariants.ALL))
    await db.run(checkups.note, found, now=now())

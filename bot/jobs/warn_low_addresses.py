"""Warning the owner when bitcoin addresses run low."""

from collections.abc import Callable
from datetime import datetime

from bot.db import Database
from bot.services import bitcoin


async def run(db: Database, now: Callable[[], datetime]) -> None:
    """Warn the owner once, when few addresses are left or too many in a row stay unpaid."""
    await db.run(bitcoin.warn_when_low, now=now())

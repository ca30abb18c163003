"""Writing down what the process has counted, so that it survives a restart."""

from collections.abc import Callable
from datetime import datetime

from bot import metrics
from bot.db import Database
from bot.services import tallies


async def run(db: Database, now: Callable[[], datetime]) -> None:
    """Add what was counted since the last time; what cannot be written now is counted again."""
    taken = metrics.take_tally()
    if not taken:
        return
    try:
        await db.run(tallies.add, taken, now=now())
    except Exception:
        metrics.put_back(taken)
        raise

"""Writing bugs down for the dashboard: which exception, and the line of ours that met it, never what was said."""

import logging
import time
import traceback
from collections import deque
from pathlib import Path

from bot import metrics
from bot.db import Database
from bot.services import clock, mistakes

MOST_A_MINUTE = 30
"""A flood of bugs stands in the log; the database need not hold every one."""

OURS = str(Path(__file__).resolve().parent.parent)

log = logging.getLogger(__name__)
_noted: deque[float] = deque(maxlen=MOST_A_MINUTE)


async def note(db: Database, error_id: str, error: Exception) -> None:
    """Count a bug, and write it down unless there are too many; that this fails is no reason to fail."""
    where = place_of(error)
    metrics.ERRORS.labels(where.partition(":")[0]).inc()
    metrics.count("mistake")
    now = time.monotonic()
    if len(_noted) == MOST_A_MINUTE and now - _noted[0] < 60:
        return
    _noted.append(now)
    try:
        await db.run(mistakes.note, error_id, what=type(error).__name__, place=where, now=clock.now())
    except Exception as trouble:
        log.warning("error %s is only in the log: %s", error_id, type(trouble).__name__)


def place_of(error: Exception) -> str:
    """Return the last line of ours on the way to an error, such as "telegram/customer/shop.py:61"."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)]
    if not ours:
        return "elsewhere"
    return f"{Path(ours[-1].filename).relative_to(OURS)}:{ours[-1].lineno}"

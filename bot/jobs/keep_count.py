"""Writing down what the process has counted and the bugs that it met, so that they survive a restart."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot import metrics
from bot.db import Database
from bot.services import mistakes, tallies
from bot.services.mistakes import Met


async def run(db: Database, now: Callable[[], datetime]) -> None:
    """Add what was counted since the last time; what cannot be written now is counted again."""
    tally, met = metrics.take_tally(), metrics.take_mistakes()
    if not tally and not met:
        return
    try:
        await db.run(_write, tally, [Met(each.error_id, each.at, each.what, each.place) for each in met], now=now())
    except Exception:
        # Not only a database that is away: whatever went wrong, nothing was written, and the job says what.
        metrics.put_back(tally, met)
        raise


def _write(session: Session, tally: Mapping[str, int], met: Sequence[Met], *, now: datetime) -> None:
    tallies.add(session, tally, now=now)
    mistakes.note(session, met, now=now)

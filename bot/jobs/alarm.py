"""The alarm: the owner hears which job fails, once per streak, and when it has worked again for a while."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from bot.db import Database
from bot.services import job_alerts

CALM_SECONDS = 300.0
"""A job that fails now and then is one streak, not many."""

log = logging.getLogger(__name__)


class Alarm:
    """What the owner knows about the jobs. It never stands in their way: what cannot be told now is told later."""

    def __init__(
        self,
        db: Database,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        calm: float = CALM_SECONDS,
    ) -> None:
        """Tell through the outbox of `db`; a streak is over after `calm` seconds of `clock` without a failure."""
        self._db = db
        self._now = now
        self._clock = clock
        self._calm = calm
        self._told: set[str] | None = None
        self._well_since: dict[str, float] = {}

    async def failed(self, job: str, error_id: str) -> None:
        """Note that a job has failed."""
        self._well_since.pop(job, None)
        try:
            if job not in await self._known():
                await self._db.run(job_alerts.failed, job, error_id, now=self._now())
                (await self._known()).add(job)
        except Exception as error:
            log.warning("The owner cannot be told that the job %s fails: %s", job, error)

    async def worked(self, job: str) -> None:
        """Note that a job has worked."""
        try:
            if job not in await self._known():
                return
            if self._clock() - self._well_since.setdefault(job, self._clock()) >= self._calm:
                await self._db.run(job_alerts.recovered, job, now=self._now())
                (await self._known()).discard(job)
        except Exception as error:
            log.warning("The owner cannot be told that the job %s works again: %s", job, error)

    async def _known(self) -> set[str]:
        """Return which jobs the owner believes to fail, also from before a restart."""
        if self._told is None:
            self._told = set(await self._db.fetch(job_alerts.failing))
        return self._told

"""How failing jobs are reported: with an id and a traceback, at most once a minute, and once more when all is well."""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from bot import metrics
from bot.errors import Busy

PAUSE_SECONDS = 60.0
"""A job that runs every second and cannot reach the database would fill the logs."""

log = logging.getLogger(__name__)


@dataclass
class _Trouble:
    reported_at: float
    error_id: str
    unreported: int = 0


class Failures:
    """What is known about the jobs that fail at the moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Reckon by `clock`, in seconds."""
        self._clock = clock
        self._troubles: dict[str, _Trouble] = {}

    def report(self, name: str, error: Exception) -> str:
        """Log that a job failed, unless that was logged within the last minute; return the id of what was logged."""
        trouble = self._troubles.get(name)
        if trouble and self._clock() - trouble.reported_at < PAUSE_SECONDS:
            trouble.unreported += 1
            return trouble.error_id
        error_id = new_id()
        self._troubles[name] = _Trouble(self._clock(), error_id)
        more = f", and {trouble.unreported} times before" if trouble and trouble.unreported else ""
        if isinstance(error, Busy):
            log.warning("The job %s has to wait%s: %s", name, more, error)
        else:
            log.error("The job %s failed%s (error %s)", name, more, error_id, exc_info=error)
            metrics.met(error_id, error)
        return error_id

    def forget(self, name: str) -> None:
        """Note that a job works, and say so if it failed before."""
        if self._troubles.pop(name, None):
            log.info("The job %s works again", name)


def new_id() -> str:
    """Return a short id by which people find an error in the log."""
    return uuid.uuid4().hex[:8]

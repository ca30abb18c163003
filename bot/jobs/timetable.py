"""How jobs are run: on time whatever the clock does, each by itself, and stopped without breaking off a message."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import metrics
from bot.errors import Busy
from bot.jobs.failures import Failures

STOP_SECONDS = 20.0
"""How long a job that must not be broken off may take to finish."""
OVERDUE_SECONDS = 300.0
"""A job with a backlog may take some minutes."""
CLOCK_STEP = 2.0
"""In seconds: the wall clock jumped if it moved by so much more or less than the time that passed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One line of the timetable: `run` every so many seconds, first `after` seconds.

    A job that `finishes` is waited for when the bot stops; any other may be broken off at any await. One that `lasts`
    never ends by itself, and works as long as it runs.
    """

    name: str
    run: Callable[[], Awaitable[object]]
    every: float
    after: float = 0
    finishes: bool = False
    lasts: bool = False


class Listener(Protocol):
    """Who wants to know how the jobs do."""

    async def failed(self, job: str, error_id: str) -> None:
        """Hear that a job has failed."""

    async def worked(self, job: str) -> None:
        """Hear that a job has worked."""


class Timetable:
    """Runs jobs on the event loop, each at most once at a time."""

    def __init__(
        self,
        *,
        look_at_clock_every: float = 1.0,
        listener: Listener | None = None,
        may_run: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """Be empty; `look_at_clock_every` is in seconds, and `may_run` is asked before every job."""
        self._may_run = may_run
        self._listener = listener
        self._look_at_clock_every = look_at_clock_every
        self._jobs: tuple[Job, ...] = ()
        self._moved_at: dict[str, float] = {}
        self._failures = Failures()
        self._running: dict[asyncio.Task[object], Job] = {}
        self._clock_watch: asyncio.Task[None] | None = None
        self._is_stopping = False
        # A grace time would drop a run while the loop is busy; coalescing makes one run of many that were late.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def start(self, jobs: Iterable[Job]) -> None:
        """Run `jobs` from now on, on the running event loop."""
        self._jobs = tuple(jobs)
        self._moved_at = {job.name: time.monotonic() + job.after for job in self._jobs}
        for job in self._jobs:
            trigger = IntervalTrigger(seconds=job.every, timezone=UTC)
            self._scheduler.add_job(partial(self._run, job), trigger, id=job.name, next_run_time=_in(job.after))
        self._scheduler.start()
        self._clock_watch = asyncio.get_running_loop().create_task(self._watch_the_clock())

    async def stop(self) -> None:
        """Begin no job any more, let those that finish do so, and break the others off."""
        if self._clock_watch is None or self._is_stopping:
            return
        self._is_stopping = True
        self._clock_watch.cancel()
        self._scheduler.pause()
        self._cancel(task for task, job in self._running.items() if not job.finishes)
        if self._running:
            await asyncio.wait(list(self._running), timeout=STOP_SECONDS)
        self._cancel(self._running)
        with suppress(asyncio.CancelledError):
            await self._clock_watch
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the scheduler shuts down in the loop's next round

    def overdue(self) -> list[str]:
        """Return the jobs that have neither begun nor ended for three of their turns and five minutes."""
        now = time.monotonic()
        late = (job for job in self._jobs if now - self._moved_at[job.name] > 3 * job.every + OVERDUE_SECONDS)
        return sorted(job.name for job in late if not job.lasts)

    def plan_anew(self) -> None:
        """Plan every job as after a start; what runs goes on."""
        for job in self._jobs:
            self._scheduler.modify_job(job.name, next_run_time=_in(job.after))

    def goes_on(self) -> bool:
        """Tell a job with a lot to do whether it may begin the next piece."""
        return not self._is_stopping

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        if self._is_stopping or task is None:
            return
        self._running[task] = job
        self._moved_at[job.name] = time.monotonic()
        lasting = asyncio.create_task(self._note_lasting(job)) if job.lasts else None
        try:
            if self._may_run is not None and not await self._may_run():
                return
            with metrics.job(job.name):
                await job.run()
        except asyncio.CancelledError:
            if not self._is_stopping:
                raise
        except Exception as error:
            await self._note_failure(job, error)
        else:
            await self._note_success(job)
        finally:
            del self._running[task]
            self._moved_at[job.name] = time.monotonic()
            if lasting is not None:
                lasting.cancel()

    async def _note_failure(self, job: Job, error: Exception) -> None:
        error_id = self._failures.report(job.name, error)
        # While the database is away, nothing fails but everything waits, and nobody could be told.
        if self._listener is not None and not isinstance(error, Busy):
            await self._listener.failed(job.name, error_id)

    async def _note_success(self, job: Job) -> None:
        self._failures.forget(job.name)
        if self._listener is not None:
            await self._listener.worked(job.name)

    async def _note_lasting(self, job: Job) -> None:
        while True:
            await asyncio.sleep(job.every)
            metrics.job_lives(job.name)
            await self._note_success(job)

    def _cancel(self, tasks: Iterable[asyncio.Task[object]]) -> None:
        for task in list(tasks):
            task.cancel()

    async def _watch_the_clock(self) -> None:
        """Plan every job anew, as after a start, when the wall clock is set.

        APScheduler reckons by the wall clock: set back an hour, it would let everything stand still for an hour.
        """
        offset = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(self._look_at_clock_every)
            before, offset = offset, time.time() - time.monotonic()
            if abs(offset - before) > CLOCK_STEP:
                log.warning("The clock was set by %+.0f seconds; every job is planned anew", offset - before)
                self.plan_anew()


def _in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)

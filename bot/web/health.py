"""`/health` and `/ready`: whether the process lives, and whether the shop can serve; for monitors, without secrets."""

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from redis.exceptions import RedisError

from bot import metrics
from bot.errors import Busy
from bot.services import clock, vitals
from bot.web.readings import PATIENCE_SECONDS, Readings

SILENT_SECONDS = 120.0
"""Polls are answered every 25 seconds; a pause and a slow network are no reason to worry."""
HEARTBEAT_SECONDS = 60.0
OLDEST_MESSAGE_SECONDS = 600.0
FREE_BYTES = 100_000_000

log = logging.getLogger(__name__)

Report = dict[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What only the process that runs the shop can tell; what is None is not used, and does not count."""

    data_dir: Path | None = None
    ping_redis: Callable[[], Awaitable[object]] | None = None
    silent_seconds: Callable[[], float] | None = None
    """How long ago Telegram answered the last time."""
    overdue_jobs: Callable[[], Iterable[str]] | None = None


class Doctor:
    """Looks at every part of the shop."""

    def __init__(self, readings: Readings, around: Surroundings) -> None:
        self._readings = readings
        self._around = around

    async def report(self) -> Report:
        """Return each part with `ok` and its figures; times are in seconds."""
        vital, redis, disk = await asyncio.gather(self._vitals(), self._redis(), self._disk())
        looked_at = {**vital, "redis": redis, "poller": self._poller(), "jobs": self._jobs(), "disk": disk}
        parts = {name: part for name, part in looked_at.items() if part is not None}
        return {"ready": all(part["ok"] for part in parts.values()), "parts": parts}

    async def _vitals(self) -> dict[str, Report | None]:
        started = time.perf_counter()
        try:
            found = await self._readings.read("vitals", 1.0, vitals.take, now=clock.now())
        except Exception as error:
            # A schema that does not fit and a wrong password are no bugs of the answer: the database is not ready.
            if not isinstance(error, Busy):
                log.warning("The database cannot be read: %s", type(error).__name__)
            return {"database": {"ok": False}}
        oldest, seen = found.outbox_oldest_age, found.heartbeat_age
        heartbeat = {"ok": seen is not None and seen < HEARTBEAT_SECONDS, "age": _rounded(seen)}
        return {
            "database": {"ok": True, "seconds": round(time.perf_counter() - started, 4)},
            "outbox": {
                "ok": oldest is None or oldest < OLDEST_MESSAGE_SECONDS,
                "waiting": found.outbox_waiting,
                "oldest_age": _rounded(oldest),
            },
            "heartbeat": None if self._around.overdue_jobs is None else heartbeat,
        }

    async def _redis(self) -> Report | None:
        if self._around.ping_redis is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._around.ping_redis()
        except (RedisError, OSError) as error:  # a time-out is one of the latter
            log.info("Redis does not answer: %s", type(error).__name__)
            return {"ok": False}
        return {"ok": True}

    def _poller(self) -> Report | None:
        if self._around.silent_seconds is None:
            return None
        silent = self._around.silent_seconds()
        return {"ok": silent < SILENT_SECONDS, "silent_seconds": round(silent, 1)}

    def _jobs(self) -> Report | None:
        if self._around.overdue_jobs is None:
            return None
        overdue = list(self._around.overdue_jobs())
        return {"ok": not overdue, "overdue": overdue}

    async def _disk(self) -> Report | None:
        if self._around.data_dir is None:
            return None
        try:
            free = (await asyncio.to_thread(shutil.disk_usage, self._around.data_dir)).free
        except OSError:
            return {"ok": False}
        return {"ok": free >= FREE_BYTES, "free_bytes": free}


def routes(doctor: Doctor) -> web.RouteTableDef:
    """Return `/health` and `/ready`."""
    table = web.RouteTableDef()

    @table.get("/health")
    async def health(_request: web.Request) -> web.Response:
        """Answer as long as the event loop runs: nothing else may make a supervisor end the process."""
        uptime = round(time.time() - metrics.value_of("shop_started_seconds"))
        return web.json_response({"status": "alive", "loop_lag": round(await loop_lag(), 3), "uptime": uptime})

    @table.get("/ready")
    async def ready(_request: web.Request) -> web.Response:
        """Answer 503 while a part that the shop uses is away."""
        report = await doctor.report()
        return web.json_response(report, status=200 if report["ready"] else 503)

    return table


async def loop_lag() -> float:
    """Return how much later than asked for the event loop woke up, in seconds."""
    loop = asyncio.get_running_loop()
    asked_at = loop.time()
    await asyncio.sleep(0.001)
    return max(0.0, loop.time() - asked_at - 0.001)


def _rounded(age: float | None) -> float | None:
    return None if age is None else round(age, 1)

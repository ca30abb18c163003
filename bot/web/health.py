"""`/health`: whether the shop is well, for a monitor; no personal data."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.config import Config
from bot.db import Database
from bot.services import clock, vitals

PATIENCE_SECONDS = 3.0
"""A database that takes longer is away: monitors do not wait for ever either."""

log = logging.getLogger(__name__)

Stop = Callable[[], Awaitable[None]]


async def start(config: Config, db: Database) -> Stop:
    """Serve `/health` on MONITORING_HOST:MONITORING_PORT and return what ends that.

    An address that cannot be had is logged, and the shop goes on without monitoring.
    """
    runner = web.AppRunner(application(db), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.monitoring_host, config.monitoring_port).start()
    except OSError as error:
        place = f"{config.monitoring_host}:{config.monitoring_port}"
        log.error("No monitoring: %s cannot be had (%s)", place, error.strerror or error)
    return runner.cleanup


def application(db: Database) -> web.Application:
    """Return the web application that answers about this database."""
    probe = _Probe(db)

    async def health(_request: web.Request) -> web.Response:
        report = await probe.report()
        return web.json_response(
            report, status=200 if report["database"] else 503, headers={"Cache-Control": "no-store"}
        )

    app = web.Application()
    app.router.add_get("/health", health)
    return app


class _Probe:
    """Asks the database, for any number of monitors at a time, with one thread at most."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._asking: asyncio.Task[vitals.Vitals] | None = None

    async def report(self) -> dict[str, Any]:
        """Return what `/health` says; times are in seconds."""
        report = {"loop_lag": round(await _loop_lag(), 3)}
        found = await self._vitals()
        if found is None:
            return {"status": "database away", "database": False, **report}
        return {
            "status": "ok",
            "database": True,
            **report,
            "heartbeat_age": _rounded(found.heartbeat_age),
            "outbox_waiting": found.outbox_waiting,
            "outbox_oldest_age": _rounded(found.outbox_oldest_age),
        }

    async def _vitals(self) -> vitals.Vitals | None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._db.fetch(vitals.take, now=clock.now()))
        # A thread that waits for the database cannot be called back, so a slow one is left to serve the next monitor.
        done, _pending = await asyncio.wait([self._asking], timeout=PATIENCE_SECONDS)
        if not done or self._asking.cancelled() or self._asking.exception() is not None:
            return None
        return self._asking.result()


async def _loop_lag() -> float:
    """Return how much later than asked for the event loop woke up."""
    loop = asyncio.get_running_loop()
    asked_at = loop.time()
    await asyncio.sleep(0.001)
    return max(0.0, loop.time() - asked_at - 0.001)


def _rounded(age: float | None) -> float | None:
    return None if age is None else round(age, 1)

"""The pulse of the last quarter of an hour: how late the event loop was, how much came in, how busy the process was."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from bot import metrics

LOOK_SECONDS = 0.5
BEAT_SECONDS = 5.0
MOST = 180


@dataclass(frozen=True)
class Beat:
    """Five seconds: the worst lag in seconds, and per second updates, statements and seconds of processor time."""

    at: float
    lag: float
    updates: float
    statements: float
    processor: float


class Pulse:
    """Feels the pulse as long as it runs, and keeps a quarter of an hour."""

    def __init__(self) -> None:
        self.beats: deque[Beat] = deque(maxlen=MOST)

    async def run(self) -> None:
        """Go on until cancelled."""
        before, worst = _totals(), 0.0
        while True:
            loop = asyncio.get_running_loop()
            asked_at = loop.time()
            await asyncio.sleep(LOOK_SECONDS)
            lag = max(0.0, loop.time() - asked_at - LOOK_SECONDS)
            metrics.LOOP_LAG.observe(lag)
            worst = max(worst, lag)
            if time.monotonic() - before[0] >= BEAT_SECONDS:
                now = _totals()
                self.beats.append(_beat(before, now, worst))
                before, worst = now, 0.0

    async def beside(self, _app: web.Application) -> AsyncIterator[None]:
        """Run as long as the web server does."""
        task = asyncio.create_task(self.run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _totals() -> tuple[float, float, float, float]:
    return time.monotonic(), metrics.total_of(metrics.UPDATES), metrics.count_of(metrics.QUERIES), time.process_time()


def _beat(before: tuple[float, ...], now: tuple[float, ...], lag: float) -> Beat:
    seconds = now[0] - before[0]
    updates, statements, processor = ((new - old) / seconds for old, new in zip(before[1:], now[1:], strict=True))
    return Beat(time.time(), lag, updates, statements, processor)

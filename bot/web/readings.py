"""Figures from the database for whoever looks: read on a worker thread, and kept for some seconds."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import Busy

PATIENCE_SECONDS = 3.0
"""A database that takes longer is away: monitors do not wait for ever either."""
MOST = 100
"""Different readings that are kept."""

P = ParamSpec("P")
T = TypeVar("T")


class Readings:
    """Reads for any number of visitors at a time, each figure on one thread at most."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: dict[object, tuple[float, Any]] = {}
        self._asking: dict[object, asyncio.Task[Any]] = {}

    async def read(
        self,
        key: object,
        seconds: float,
        operation: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Return what an operation reads; the same `key` reads anew only after so many seconds.

        Raises:
            Busy: the database does not answer in time.
        """
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < seconds:
            return kept[1]  # type: ignore[no-any-return]
        asking = self._asking.get(key)
        if asking is None or asking.done():
            asking = self._asking[key] = asyncio.create_task(self._db.fetch(operation, *args, **kwargs))
            asking.add_done_callback(lambda task: self._keep(key, task))
        # A thread that waits for the database cannot be called back, so a slow one is left to serve the next visitor.
        done, _pending = await asyncio.wait([asking], timeout=PATIENCE_SECONDS)
        if not done or asking.cancelled():
            raise Busy
        return asking.result()  # type: ignore[no-any-return]

    def _keep(self, key: object, task: "asyncio.Task[Any]") -> None:
        self._asking.pop(key, None)
        if task.cancelled() or task.exception() is not None:
            return
        self._kept.pop(key, None)
        self._kept[key] = (time.monotonic(), task.result())
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

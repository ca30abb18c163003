"""Whether a restart would help: the watchdog is fed while the event loop, the database and the poller live.

The loop lives if this runs. The poller lives if it moves on: a Telegram that is silent keeps it waiting, and it lives.
The database lives if this process gets an answer from it, or if nobody gets one: while MariaDB itself is away people
wait, they are served as soon as it is back, and a restart could only make that later. What ends the process is a
database that answers others and not us.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from bot.db import Database
from bot.engines import reading_engine
from bot.services import clock, schema
from bot.systemd import Supervisor

SHARES = 5
"""Of the watchdog's time: to pause, to ask the database, to ask it otherwise, to ask it again, and one to spare."""
SILENT_SECONDS = 120.0
"""Polls are answered every 25 seconds."""
DEFAULT_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Poller:
    """What is seen from outside of who asks Telegram for news."""

    lives: Callable[[], bool]
    """Whether it still moves on; it does while Telegram keeps it waiting."""
    silent_seconds: Callable[[], float]
    """How long ago Telegram answered."""


class Liveness:
    """Looks how the process lives, and tells its supervisor."""

    def __init__(self, supervisor: Supervisor, db: Database, poller: Poller, well: str) -> None:
        """Take what is to be looked at, and what to say while all is well."""
        self._supervisor = supervisor
        self._db = db
        self._poller = poller
        self._well = well
        self._share = (supervisor.watchdog_seconds or DEFAULT_SECONDS) / SHARES
        self._away_since: datetime | None = None
        self._is_warned = False

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            flaw = await self._flaw()
            if flaw is None:
                self._supervisor.lives()
            elif not self._is_warned:
                log.critical("The watchdog is not fed any more: %s", flaw)
            self._is_warned = flaw is not None
            self._supervisor.does(flaw or self._condition())
            await asyncio.sleep(self._share)

    async def _flaw(self) -> str | None:
        """Return what a restart may mend."""
        if not self._poller.lives():
            return "the poller stands still"
        is_there = await self._answers()
        is_away = not is_there and not await self._answers_others()
        # Asked again, because it may have come back between the two questions.
        if not (is_there or is_away or await self._answers()):
            return "the database answers others, but not this process"
        self._away_since = (self._away_since or clock.now()) if is_away else None
        return None

    def _condition(self) -> str:
        if self._away_since is not None:
            return f"The database is away since {self._away_since:%Y-%m-%d %H:%M} UTC; what people send waits"
        if self._poller.silent_seconds() > SILENT_SECONDS:
            return "Telegram does not answer; trying again"
        return self._well

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(self._share):
                await self._db.fetch(schema.ping)
        except Exception as error:
            log.info("The database does not answer the watchdog: %s", type(error).__name__)
            return False
        return True

    async def _answers_others(self) -> bool:
        """Ask on a thread and a connection that have nothing to do with those of the shop."""
        try:
            async with asyncio.timeout(self._share):
                await asyncio.to_thread(_ask, self._db.url)
        except Exception as error:
            log.info("The database does not answer a new connection either: %s", type(error).__name__)
            return False
        return True


def _ask(url: str) -> None:
    engine = reading_engine(url, threads=1)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    finally:
        engine.dispose()

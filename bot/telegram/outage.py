"""The database is away: people are told so once, and what they press or write waits until it is back."""

import asyncio
import logging
import time
from contextlib import suppress

from bot.db import Database
from bot.errors import Busy
from bot.services import schema

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""So often somebody looks whether the database is back."""
QUIET_SECONDS = 600.0
"""Whoever was told is not told again for so long, also when the database comes and goes."""
MOST_TRIES = 5
"""An update that fails so often although the database is back in between may be what breaks it."""


MOST_KNOWN = 200
"""Telegram brings 100 updates at a time."""


class Outage:
    """Whether the database is away, and who knows."""

    def __init__(self, db: Database) -> None:
        """Believe that `db` is there."""
        self._db = db
        self._over = asyncio.Event()
        self._over.set()
        self._watch: asyncio.Task[None] | None = None
        self._told: dict[int, float] = {}
        self._tries: dict[int, int] = {}

    @property
    def is_on(self) -> bool:
        """Tell whether the database is away."""
        return not self._over.is_set()

    def lets_wait(self, update_id: int) -> bool:
        """Tell whether an update that met no database shall wait for it; it may do so a few times."""
        tries = self._tries.pop(update_id, 0) + (not self.is_on)
        self._tries = {**dict(list(self._tries.items())[-MOST_KNOWN:]), update_id: tries}
        if tries > MOST_TRIES:
            del self._tries[update_id]
            return False
        self._begin()
        return True

    def is_news_for(self, person: int) -> bool:
        """Tell whether somebody does not know yet that the database is away; from now on they do."""
        now = time.monotonic()
        self._told = {who: since for who, since in self._told.items() if now - since < QUIET_SECONDS}
        return self._told.setdefault(person, now) == now

    async def is_over(self) -> None:
        """Wait until the database is back."""
        await self._over.wait()

    def _begin(self) -> None:
        if self.is_on:
            return
        log.warning("The database is away; what people send waits until it is back")
        self._over.clear()
        self._watch = asyncio.create_task(self._wait_for_database())

    async def _wait_for_database(self) -> None:
        began = time.monotonic()
        while self.is_on:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(Busy):
                await self._db.fetch(schema.ping)
                log.info("The database is back after %.0f s", time.monotonic() - began)
                self._over.set()

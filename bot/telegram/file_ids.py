"""How Telegram knows the pictures that this bot has sent: kept in the database, so that none is uploaded twice.

The ids belong to one bot, so another token begins anew. While the database is away pictures are simply uploaded.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.types import PhotoSize

from bot.db import Database
from bot.errors import Busy
from bot.services import clock, sent_pictures

MOST = 2000
"""So many are known without asking the database."""


@dataclass(frozen=True)
class Known:
    """A picture as Telegram knows it; `unique_id` is the same for every bot, but cannot be sent."""

    file_id: str
    unique_id: str


class FileIds:
    """The pictures of one bot by the names of their files, which carry the content's hash."""

    def __init__(self, bot_id: int, db: Database | None) -> None:
        """Remember in `db`, or without one only as long as this process lives."""
        self._bot_id = bot_id
        self._db = db
        self._known: OrderedDict[str, Known] = OrderedDict()

    async def find(self, name: str) -> Known | None:
        """Return how Telegram knows a picture, if it was sent."""
        if name not in self._known and self._db is not None:
            with contextlib.suppress(Busy):
                found = await self._db.fetch(sent_pictures.find, self._bot_id, name)
                if found is not None:
                    self._keep(name, Known(found.file_id, found.file_unique_id))
        return self._known.get(name)

    async def remember(self, name: str, photo: PhotoSize) -> None:
        """Note how Telegram knows a picture that was just sent."""
        known = Known(photo.file_id, photo.file_unique_id)
        if self._known.get(name) == known:
            return
        self._keep(name, known)
        await self._write(sent_pictures.remember, name, photo.file_id, photo.file_unique_id, now=clock.now())

    async def forget(self, name: str) -> None:
        """Upload a picture anew the next time."""
        self._known.pop(name, None)
        await self._write(sent_pictures.forget, name)

    def _keep(self, name: str, known: Known) -> None:
        self._known[name] = known
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    async def _write(self, operation: Callable[..., None], *args: Any, **options: Any) -> None:
        if self._db is not None:
            with contextlib.suppress(Busy):
                await self._db.run(operation, self._bot_id, *args, **options)


class ShopBot(Bot):
    """The bot with what it knows of its pictures."""

    def __init__(self, token: str, session: BaseSession, default: DefaultBotProperties, db: Database | None) -> None:
        """Remember pictures in `db`."""
        super().__init__(token, session=session, default=default)
        self.pictures = FileIds(self.id, db)


def of(bot: Bot) -> FileIds:
    """Return what a bot knows of its pictures."""
    assert isinstance(bot, ShopBot)  # noqa: S101 - `dispatcher.connect` makes no other
    return bot.pictures

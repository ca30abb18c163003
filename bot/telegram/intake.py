"""Where updates come in: Telegram forgets an update only after it has been handled, in order per person."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramConflictError, TelegramRetryAfter
from aiogram.methods import GetUpdates
from aiogram.types import CallbackQuery, Message, Update
from pydantic import ValidationError

log = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query"]
POLL_SECONDS = 25
GRACE_SECONDS = 0.05
"""Most presses are handled within this, so that the next poll confirms them at once."""
LONGEST_PAUSE = 30.0


class Intake:
    """Long polling. The offset never passes an update that is still being handled, so a crash loses nothing."""

    def __init__(self, bot: Bot, handle: Callable[[Update], Awaitable[object]]) -> None:
        """Hand every update of `bot` to `handle`."""
        self._bot = bot
        self._handle = handle
        self._open: dict[int, asyncio.Task[None]] = {}
        self._last_of: dict[int, asyncio.Task[None]] = {}
        self._next = 0
        self._stopping = False

    async def run(self) -> None:
        """Poll until `stop`."""
        pause = 0.5
        while not self._stopping:
            try:
                updates = await self._poll()
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
            except TelegramConflictError:
                log.warning("another program polls with this bot's token; trying again in %.0f s", pause)
                pause = await _longer(pause)
            except (AiogramError, OSError) as error:
                # The first line only: what follows may be what people wrote.
                why = str(error).partition("\n")[0][:200]
                log.warning("Telegram does not answer (%s); trying again in %.1f s", why, pause)
                pause = await _longer(pause)
            else:
                pause = 0.5
                self._take(updates)
                if self._open:
                    await asyncio.wait(self._open.values(), timeout=GRACE_SECONDS)

    async def stop(self, poller: asyncio.Task[None], *, seconds: float = 20) -> None:
        """Stop polling, finish what was begun, and confirm it to Telegram."""
        self._stopping = True
        poller.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await poller
        if self._open:
            await asyncio.wait(self._open.values(), timeout=seconds)
        if self._offset:
            with contextlib.suppress(AiogramError, OSError):
                await self._bot(GetUpdates(offset=self._offset, limit=1, timeout=0, allowed_updates=ALLOWED))

    @property
    def _offset(self) -> int:
        return min(self._open, default=self._next)

    async def _poll(self) -> list[Update]:
        # While something is still open Telegram returns it again at once, so there is nothing to wait for.
        seconds = 0 if self._open else POLL_SECONDS
        request = GetUpdates(offset=self._offset or None, timeout=seconds, allowed_updates=ALLOWED)
        try:
            return await self._bot(request, request_timeout=seconds + 10)
        except ClientDecodeError as error:
            found = error.data.get("result") if isinstance(error.data, dict) else None
            if not isinstance(found, list):
                raise
            return [self._readable(each) for each in found]

    def _readable(self, raw: dict[str, Any]) -> Update:
        """Return an update, empty if it cannot be read: it must not stand in the way of all that follow."""
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError:
            log.error("update %s cannot be read and is passed over", raw["update_id"])
            return Update(update_id=raw["update_id"])

    def _take(self, updates: list[Update]) -> None:
        for update in updates:
            if update.update_id < self._next or update.update_id in self._open:
                continue
            self._next = update.update_id + 1
            if _event(update) is None:
                continue
            person = _person(update)
            task = asyncio.create_task(self._in_turn(update, self._last_of.get(person)))
            self._open[update.update_id] = self._last_of[person] = task
            task.add_done_callback(partial(self._close, update.update_id, person))

    async def _in_turn(self, update: Update, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await self._handle(update)
        except Exception:
            log.exception("update %s could not be handled", update.update_id)

    def _close(self, number: int, person: int, task: asyncio.Task[None]) -> None:
        self._open.pop(number, None)
        if self._last_of.get(person) is task:
            del self._last_of[person]


async def _longer(pause: float) -> float:
    await asyncio.sleep(pause)
    return min(pause * 2, LONGEST_PAUSE)


def _event(update: Update) -> Message | CallbackQuery | None:
    return update.message or update.edited_message or update.callback_query


def _person(update: Update) -> int:
    event = _event(update)
    return event.from_user.id if event and event.from_user else 0

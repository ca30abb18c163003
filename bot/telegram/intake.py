"""Where updates come in: Telegram forgets an update only after it has been handled, in order per person.

Telegram brings at most 100 updates at a time, so while some wait for the database nothing behind the hundredth is seen.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramRetryAfter
from aiogram.methods import GetUpdates
from aiogram.types import CallbackQuery, Message, Update
from pydantic import ValidationError

from bot import metrics
from bot.errors import Busy
from bot.telegram.outage import Outage

log = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query"]
POLL_SECONDS = 25
GRACE_SECONDS = 0.05
"""Most presses are handled within this, so that the next poll confirms them at once."""
LONGEST_GRACE = 0.5
"""Where something takes longer Telegram is asked less and less often, but as often as this."""
LONGEST_PAUSE = 30.0
SPARE_SECONDS = 60.0
"""Whoever waits for Telegram may also have to wait for the database, which says whether this process is the bot."""
MOST_AT_A_TIME = 100
"""The Bot API: `getUpdates` returns so many at most."""


@dataclass(frozen=True)
class Turn:
    """An update that is handled, or waits for an earlier one of the same person."""

    person: int
    task: asyncio.Task[None]


class RawUpdates(GetUpdates):
    """Updates as they come: while some are being handled, every poll brings them again, and they are not read again."""

    __returning__ = list[dict[str, Any]]


class Intake:
    """Long polling. The offset never passes an update that is still being handled, so a crash loses nothing."""

    def __init__(
        self,
        bot: Bot,
        handle: Callable[[Update], Awaitable[object]],
        outage: Outage,
        may_handle: Callable[[], Awaitable[bool]],
    ) -> None:
        """Hand every update of `bot` to `handle`, once more after the `outage` that it met.

        Nothing is handled any more when `may_handle` says that another process does so.
        """
        self._may_handle = may_handle
        self._bot = bot
        self._handle = handle
        self._outage = outage
        self._open: dict[int, Turn] = {}
        self._last_of: dict[int, asyncio.Task[None]] = {}
        self._held: set[int] = set()
        self._next = 0
        self._stopping = False
        self._backlog: set[int] | None = None
        self._caught_up = asyncio.Event()
        self._moves_until = 0.0
        self._waits(0)

    @property
    def moves(self) -> bool:
        """Tell whether polling goes on: also a silent Telegram and a long pause come to an end in time."""
        return time.monotonic() < self._moves_until

    def _waits(self, seconds: float) -> None:
        self._moves_until = time.monotonic() + seconds + SPARE_SECONDS

    async def run(self) -> None:
        """Poll until `stop`."""
        pause, grace = 0.5, GRACE_SECONDS
        while not self._stopping and await self._may_poll():
            try:
                updates = await self._poll()
            except TelegramRetryAfter as error:
                self._waits(error.retry_after)
                await asyncio.sleep(error.retry_after)
            except TelegramConflictError:
                log.warning("another program polls with this bot's token; trying again in %.0f s", pause)
                pause = await self._longer(pause)
            except (AiogramError, OSError) as error:
                # The first line only: what follows may be what people wrote.
                why = str(error).partition("\n")[0][:200]
                log.warning("Telegram does not answer (%s); trying again in %.1f s", why, pause)
                pause = await self._longer(pause)
            else:
                pause = 0.5
                grace = GRACE_SECONDS if self._take(updates) else min(grace * 1.5, LONGEST_GRACE)
                if self._open:
                    await asyncio.wait([turn.task for turn in self._open.values()], timeout=grace)
                self._note_backlog(len(updates))

    async def _may_poll(self) -> bool:
        try:
            return await self._may_handle()
        except Busy:
            return True  # asked again before anything is handled

    async def catches_up(self, seconds: float) -> bool:
        """Wait until everything is handled that was there before the start or an outage; say whether it is in time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._caught_up.wait(), seconds)
        return self._caught_up.is_set()

    async def stop(self, poller: asyncio.Task[None], *, seconds: float = 20) -> None:
        """Stop polling, finish what was begun, and confirm it to Telegram; what waits for the database comes again."""
        self._stopping = True
        poller.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await poller
        until = asyncio.get_running_loop().time() + seconds
        while (begun := self._begun()) and (left := until - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(begun, timeout=min(left, LONGEST_GRACE))
        if self._offset:
            with contextlib.suppress(AiogramError, OSError):
                await self._bot(GetUpdates(offset=self._offset, limit=1, timeout=0, allowed_updates=ALLOWED))
        for turn in self._open.values():
            if turn.person in self._held:
                turn.task.cancel()

    def _begun(self) -> list[asyncio.Task[None]]:
        """Return what is being handled, and what waits for nothing but that."""
        return [turn.task for turn in self._open.values() if turn.person not in self._held]

    @property
    def _offset(self) -> int:
        return min(self._open, default=self._next)

    async def _poll(self) -> list[dict[str, Any]]:
        # While something is still open Telegram returns it again at once, so there is nothing to wait for; nor is
        # there before it is known whether there is a backlog.
        seconds = 0 if self._open or not self._caught_up.is_set() else POLL_SECONDS
        request = RawUpdates(offset=self._offset or None, timeout=seconds, allowed_updates=ALLOWED)
        self._waits(seconds + 10)
        found: Any = await self._bot(request, request_timeout=seconds + 10)
        return list(found)

    def _readable(self, raw: dict[str, Any]) -> Update:
        """Return an update, empty if it cannot be read: it must not stand in the way of all that follow."""
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError:
            log.error("update %s cannot be read and is passed over", raw["update_id"])
            return Update(update_id=raw["update_id"])

    def _take(self, brought: list[dict[str, Any]]) -> bool:
        """Begin what is new, and tell whether anything is."""
        first = self._next
        for raw in brought:
            number = raw["update_id"]
            if number < self._next or number in self._open:
                continue
            self._next = number + 1
            update = self._readable(raw)
            if _event(update) is None:
                continue
            person = _person(update)
            task = asyncio.create_task(self._in_turn(update, person, self._last_of.get(person)))
            self._open[number] = Turn(person, task)
            self._last_of[person] = task
            task.add_done_callback(partial(self._close, number, person))
        return self._next != first

    async def _in_turn(self, update: Update, person: int, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        while (wait := await self._handles(update)) is not None:
            self._caught_up.clear()
            self._backlog = None
            self._held.add(person)
            await wait()
            self._held.discard(person)

    async def _handles(self, update: Update) -> Callable[[], Awaitable[object]] | None:
        """Handle an update; return what to wait for before it is handled once more, None where that is over."""
        try:
            if not await self._may_handle():
                return asyncio.Event().wait  # whoever is no longer the bot waits for its own end
            await self._handle(update)
        except Busy as busy:
            if busy.is_away:
                # Perhaps it is back by now: then this waits for nothing.
                return self._outage.is_over
            log.exception("update %s could not be handled", update.update_id)
        except Exception as error:
            error_id = secrets.token_hex(4)
            log.exception("update %s could not be handled (error %s)", update.update_id, error_id)
            metrics.met(error_id, error)
        return None

    def _note_backlog(self, count: int) -> None:
        """Look how much is left of what was there before: once Telegram has no more, what is open is the rest of it."""
        if self._caught_up.is_set():
            return
        if self._backlog is None and count < MOST_AT_A_TIME:
            self._backlog = set(self._open)
        if self._backlog is not None:
            self._backlog &= self._open.keys()
            if not self._backlog:
                self._caught_up.set()
                self._backlog = None

    def _close(self, number: int, person: int, task: asyncio.Task[None]) -> None:
        self._open.pop(number, None)
        if self._last_of.get(person) is task:
            del self._last_of[person]

    async def _longer(self, pause: float) -> float:
        self._waits(pause)
        await asyncio.sleep(pause)
        return min(pause * 2, LONGEST_PAUSE)


def _event(update: Update) -> Message | CallbackQuery | None:
    return update.message or update.edited_message or update.callback_query


def _person(update: Update) -> int:
    event = _event(update)
    return event.from_user.id if event and event.from_user else 0

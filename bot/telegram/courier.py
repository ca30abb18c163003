"""The courier: takes messages from the outbox, sends them, and notes what became of each."""

import asyncio
import logging

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiohttp import ClientConnectorError

from bot.db import Database
from bot.errors import Busy
from bot.services import clock, outbox
from bot.services.outbox import Claimed
from bot.telegram import notices
from bot.telegram.guide import Guide
from bot.telegram.screen import Screen, send

log = logging.getLogger(__name__)

UNREACHABLE = ("chat not found", "user is deactivated", "PEER_ID_INVALID")
"""What Telegram answers with 400 although the reason is the person, not our message."""
BATCH = 30
MESSAGES_PER_SECOND = 25
"""Telegram allows about 30 in bulk; the rest is for direct answers."""


class Courier:
    """One sender. No transaction is open while it talks to Telegram."""

    def __init__(self, bot: Bot, db: Database, guide: Guide) -> None:
        """Send by `bot` what `db` holds."""
        self._bot = bot
        self._db = db
        self._guide = guide
        self._one_at_a_time = asyncio.Lock()

    async def deliver_due(self) -> int:
        """Send what is due now and return how many messages were handled."""
        handled = 0
        async with self._one_at_a_time:
            # One at a time: after a crash only the message that was on its way is uncertain.
            while handled < BATCH and (claimed := await self._db.run(outbox.claim, now=clock.now(), limit=1)):
                if handled:
                    await asyncio.sleep(1 / MESSAGES_PER_SECOND)
                await self._deliver(claimed[0])
                handled += 1
        return handled

    async def _deliver(self, message: Claimed) -> None:
        try:
            notice = await self._db.fetch(notices.prepare, message)
            shown = notices.screen(notice, self._guide)
        except Busy as busy:
            await self._db.run(outbox.mark_refused, message.id, str(busy), now=clock.now())
            return
        except Exception as error:
            log.exception("message %s of kind %s cannot be worded", message.id, message.kind)
            await self._db.run(outbox.mark_dead, message.id, f"cannot be worded: {error}", now=clock.now())
            return
        if not notice.is_for_them:
            await self._db.run(outbox.withdraw, message.id, "the recipient no longer runs the shop")
        elif notice.is_blocked:
            await self._db.run(outbox.mark_blocked, message.id, "the person has blocked the bot", now=clock.now())
        else:
            await self._send(message, shown)

    async def _send(self, message: Claimed, shown: Screen) -> None:
        run, now = self._db.run, clock.now
        try:
            await send(self._bot, message.recipient, shown)
        except TelegramRetryAfter as error:
            await run(outbox.mark_refused, message.id, str(error), now=now(), retry_after=error.retry_after)
        except TelegramForbiddenError as error:
            await run(outbox.mark_blocked, message.id, error.message, now=now())
        except TelegramBadRequest as error:
            unreachable = any(words in error.message for words in UNREACHABLE)
            mark = outbox.mark_blocked if unreachable else outbox.mark_dead
            await run(mark, message.id, error.message, now=now())
        except ClientDecodeError as error:
            await self._note_unreadable(message, error)
        except TelegramNetworkError as error:
            never_left = isinstance(error.__cause__, ClientConnectorError)
            mark = outbox.mark_refused if never_left else outbox.mark_uncertain
            await run(mark, message.id, error.message, now=now())
        except TelegramAPIError as error:
            # Telegram is broken, or refuses the token: the message itself is good.
            await run(outbox.mark_refused, message.id, error.message, now=now())
        else:
            await run(outbox.mark_sent, message.id, now=now())

    async def _note_unreadable(self, message: Claimed, error: ClientDecodeError) -> None:
        """Note an answer that aiogram cannot decode: a proxy's page, unless its "ok" says that Telegram took it."""
        if isinstance(error.data, dict) and error.data.get("ok"):
            await self._db.run(outbox.mark_sent, message.id, now=clock.now())
        else:
            await self._db.run(outbox.mark_refused, message.id, error.message, now=clock.now())

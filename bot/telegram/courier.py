"""The courier: takes messages from the outbox, sends them, and notes what became of each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import EditMessageText
from aiohttp import ClientConnectorError

from bot.db import Database
from bot.errors import Busy
from bot.models import OrderCard
from bot.services import clock, order_cards, outbox
from bot.services.outbox import Claimed
from bot.telegram import notices
from bot.telegram.guide import Guide
from bot.telegram.notices import Notice
from bot.telegram.screen import Screen, edit_text, send

log = logging.getLogger(__name__)

UNREACHABLE = ("chat not found", "user is deactivated", "PEER_ID_INVALID")
"""What Telegram answers with 400 although the reason is the person, not our message."""
GONE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "there is no text in the message")
"""What Telegram answers when a card is no longer there, or no longer what it was."""
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
            card, shown = notices.card(notice, self._guide), notices.screen(notice, self._guide)
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
            await self._send(message, partial(self._tell, message.recipient, notice, card, shown))

    async def _tell(self, recipient: int, notice: Notice, card: Screen | None, shown: Screen | None) -> None:
        # The card first: shown twice it is the same, so that what makes a sound is sent last and once.
        if card is not None:
            await self._show(recipient, notice, card)
        if shown is not None:
            await send(self._bot, recipient, shown)

    async def _send(self, message: Claimed, tell: Callable[[], Awaitable[None]]) -> None:
        run, now = self._db.run, clock.now
        try:
            await tell()
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

    async def _show(self, recipient: int, notice: Notice, card: Screen) -> None:
        """Bring the card of an order up to date; where it is gone, or there was none yet, send a new one."""
        known = notice.card
        if known is None and not notice.wants_card:
            return
        if known is not None and known.bot_id == self._bot.id and await self._edit(known, card):
            return
        sent = await send(self._bot, recipient, card, is_quiet=True)
        place = {"bot_id": self._bot.id, "chat_id": recipient, "message_id": sent.message_id}
        assert notice.order is not None  # noqa: S101 - a card is a card of an order
        await self._db.run(order_cards.remember, notice.order.order.id, **place, now=clock.now())

    async def _edit(self, known: OrderCard, card: Screen) -> bool:
        """Return whether the message now shows the card."""
        try:
            await edit_text(self._bot, known.chat_id, known.message_id, card)
        except TelegramBadRequest as error:
            if any(words in error.message for words in GONE):
                return False
            if "message is not modified" not in error.message:
                raise
        except (TelegramNetworkError, ClientDecodeError) as error:
            # Whether or not it took effect, nothing was said yet, and an edit may be repeated without harm.
            raise TelegramAPIError(EditMessageText(text=""), str(error).partition("\n")[0]) from error
        return True

    async def _note_unreadable(self, message: Claimed, error: ClientDecodeError) -> None:
        """Note an answer that aiogram cannot decode: a proxy's page, unless its "ok" says that Telegram took it."""
        if isinstance(error.data, dict) and error.data.get("ok"):
            await self._db.run(outbox.mark_sent, message.id, now=clock.now())
        else:
            await self._db.run(outbox.mark_refused, message.id, error.message, now=clock.now())

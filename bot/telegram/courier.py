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
from bot.services import broadcast_run, clock, order_cards, outbox
from bot.services.broadcast_run import Addressed, Verdict
from bot.services.outbox import Claimed
from bot.telegram import notices, posts
from bot.telegram.guide import Guide
from bot.telegram.notices import Notice
from bot.telegram.pace import Pace, UnderWay
from bot.telegram.posts import PostGone
from bot.telegram.screen import Screen, edit_text, send
from bot.telegram.wording import Words

log = logging.getLogger(__name__)

UNREACHABLE = ("chat not found", "user is deactivated", "PEER_ID_INVALID")
"""What Telegram answers with 400 although the reason is the person, not our message."""
GONE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "there is no text in the message")
"""What Telegram answers when a card is no longer there, or no longer what it was."""
BATCH = 30
PATIENCE = 0.2
"""In seconds: so long a full lane of broadcasts is waited for before the next look at everything else."""


class Courier:
    """One sender. No transaction is open while it talks to Telegram.

    What belongs to a broadcast goes only when nothing else is due, at Telegram's pace and beside a few others.
    """

    def __init__(self, bot: Bot, db: Database, guide: Guide) -> None:
        """Send by `bot` what `db` holds."""
        self._bot = bot
        self._db = db
        self._guide = guide
        self._one_at_a_time = asyncio.Lock()
        self._pace = Pace()
        self._under_way = UnderWay()

    async def deliver_due(self) -> int:
        """Send what is due now and return how many messages were handled."""
        handled = 0
        async with self._one_at_a_time:
            try:
                # One at a time: after a crash only the messages that were on their way are uncertain.
                while handled < BATCH and (message := await self._next()):
                    if message.broadcast_id is None:
                        await self._deliver(message)
                    else:
                        self._under_way.start(self._deliver(message))
                    handled += 1
            finally:
                await self._under_way.all()
        return handled

    async def _next(self) -> Claimed | None:
        """Claim what is due now, of broadcasts only while they may go."""
        await self._pace.turn()
        while True:
            is_full = self._under_way.is_full
            may_go = not (is_full or self._pace.is_resting)
            claimed = await self._db.run(outbox.claim, now=clock.now(), limit=1, and_broadcasts=may_go)
            if claimed or not is_full:
                return claimed[0] if claimed else None
            await self._under_way.some(PATIENCE)

    async def _deliver(self, message: Claimed) -> None:
        await (self._deliver_post(message) if message.kind == broadcast_run.KIND else self._deliver_notice(message))

    async def _deliver_post(self, message: Claimed) -> None:
        """Deliver a message of a broadcast."""
        run = self._db.run
        try:
            addressed = await self._db.fetch(broadcast_run.addressed, message)
        except Busy as busy:
            await run(outbox.mark_refused, message.id, str(busy), now=clock.now())
            return
        match addressed.verdict:
            case Verdict.WAIT:
                await run(outbox.put_back, message.id)
            case Verdict.WITHDRAW:
                await run(outbox.withdraw, message.id, "they want no broadcasts, are banned, or it was cancelled")
            case Verdict.BLOCKED:
                await run(outbox.mark_blocked, message.id, "the person has blocked the bot", now=clock.now())
            case Verdict.SEND:
                await self._send(message, partial(self._post, message.recipient, addressed))

    async def _post(self, recipient: int, addressed: Addressed) -> None:
        t = Words(addressed.language or self._guide.default_language, self._guide.currency)
        await posts.post(addressed.broadcast, t, self._guide.data_dir).send(self._bot, recipient)

    async def _deliver_notice(self, message: Claimed) -> None:
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
            self._pace.slow_down(error.retry_after)
            await run(outbox.mark_refused, message.id, str(error), now=now(), retry_after=error.retry_after)
        except TelegramForbiddenError as error:
            await run(outbox.mark_blocked, message.id, error.message, now=now())
        except (PostGone, TelegramBadRequest) as error:
            await self._note_bad(message, error)
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

    async def _note_bad(self, message: Claimed, error: PostGone | TelegramBadRequest) -> None:
        """Note that Telegram refuses a message as it is: because of the person, or for good."""
        why, now = str(getattr(error, "message", error)), clock.now()
        broadcast_id = int(message.facts["broadcast_id"]) if message.kind == broadcast_run.KIND else None
        if broadcast_id is not None and isinstance(error, PostGone):
            await self._db.run(broadcast_run.end_without_source, message.id, broadcast_id, why, now=now)
        elif any(words in why for words in UNREACHABLE):
            await self._db.run(outbox.mark_blocked, message.id, why, now=now)
        elif broadcast_id is None:
            await self._db.run(outbox.mark_dead, message.id, why, now=now)
        else:
            await self._db.run(broadcast_run.mark_failed, message.id, broadcast_id, why, now=now)

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

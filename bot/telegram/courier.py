"""The courier: takes messages from the outbox, sends them, and notes what became of each."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import EditMessageText
from aiohttp import ClientConnectorError

from bot import metrics
from bot.db import Database
from bot.errors import Busy
from bot.models import OrderCard, StaffCard
from bot.services import broadcast_run, clock, group_messages, help_copies, outbox
from bot.services.broadcast_run import Addressed, Verdict
from bot.services.outbox import Claimed
from bot.services.queries.help_views import Line
from bot.telegram import help_notices, notices, posts
from bot.telegram.broadcast_cards import BroadcastCards
from bot.telegram.conversation import send_line
from bot.telegram.guide import Guide
from bot.telegram.live_cards import LiveCard
from bot.telegram.notices import Notice
from bot.telegram.pace import ChatPace, Pace, UnderWay
from bot.telegram.posts import PostGone
from bot.telegram.screen import Screen, edit_text, send
from bot.telegram.wording import Words

log = logging.getLogger(__name__)

UNREACHABLE = ("chat not found", "user is deactivated", "PEER_ID_INVALID")
"""What Telegram answers with 400 although the reason is the person, not our message."""
CLOSED_GROUP = (
    "chat not found",
    "not enough rights",
    "have no rights",
    "CHAT_WRITE_FORBIDDEN",
    "group chat was deactivated",
)
"""What Telegram answers with 400 when nothing can be written into a group any more."""
GONE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "there is no text in the message")
"""What Telegram answers when a card is no longer there, or no longer what it was."""
A_WHILE = 60.0
"""In seconds: so long the courier goes on without a break; then whoever sent it sees that it lives."""
PATIENCE = 0.2
"""In seconds: so long a full lane of broadcasts is waited for before the next look at everything else."""


class Courier:
    """One sender. No transaction is open while it talks to Telegram.

    What belongs to a broadcast goes only when nothing else is due, at Telegram's pace and beside a few others.
    """

    def __init__(self, bot: Bot, db: Database, guide: Guide, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Send by `bot` what `db` holds, as long as it `goes_on`."""
        self._goes_on = goes_on
        self._bot = bot
        self._db = db
        self._guide = guide
        self._one_at_a_time = asyncio.Lock()
        self._pace = Pace()
        self._chats = ChatPace(counted=self._pace.message)
        bot.session.middleware(self._chats)
        self._under_way = UnderWay()
        self._cards = BroadcastCards(bot, db, guide)

    async def deliver_due(self, keep_going: Callable[[], bool] = lambda: True) -> int:
        """Send what is due now, for a while at most, and return how many messages were handled."""
        handled, until = 0, time.monotonic() + A_WHILE
        async with self._one_at_a_time:
            try:
                # One at a time: after a crash only the messages that were on their way are uncertain.
                while (
                    (keep_going() and self._goes_on())
                    and (handled == 0 or time.monotonic() < until)
                    and (message := await self._next())
                ):
                    if message.broadcast_id is None:
                        await self._deliver(message)
                    else:
                        self._under_way.start(self._deliver(message))
                    handled += 1
            finally:
                await self._under_way.all()
        return handled

    async def show_broadcasts(self) -> None:
        """Let the staff see how far broadcasts have got, unless Telegram asks for a pause."""
        if not self._pace.is_resting:
            await self._cards.refresh()

    async def _next(self) -> Claimed | None:
        """Claim what is due now, of broadcasts only while they may go."""
        await self._pace.turn(self._under_way.count)
        while True:
            is_full = self._under_way.is_full
            may_go = not (is_full or self._pace.is_resting)
            claimed = await self._db.run(
                outbox.claim, now=clock.now(), limit=1, and_broadcasts=may_go, resting=self._chats.resting()
            )
            if claimed or not is_full:
                return claimed[0] if claimed else None
            await self._under_way.some(PATIENCE)

    async def _deliver(self, message: Claimed) -> None:
        if not self._goes_on():
            return  # this process hung, and whoever is the bot now sends it
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
            if notice.is_gone:
                await self._db.run(outbox.withdraw, message.id, "what it brings was erased")
                return
            cards, shown = notices.cards(notice, self._guide), notices.screen(notice, self._guide)
        except Busy as busy:
            await self._db.run(outbox.mark_refused, message.id, str(busy), now=clock.now())
            return
        except Exception as error:
            error_id = secrets.token_hex(4)
            log.exception("message %s of kind %s cannot be worded (error %s)", message.id, message.kind, error_id)
            metrics.met(error_id, error)
            await self._db.run(outbox.mark_dead, message.id, f"cannot be worded: {error}", now=clock.now())
            return
        if message.is_for_group and not notice.is_for_them:
            await self._db.run(group_messages.pass_on, message.id, now=clock.now())
        elif not notice.is_for_them:
            await self._db.run(outbox.withdraw, message.id, "the recipient no longer runs the shop")
        elif notice.is_blocked:
            await self._db.run(outbox.mark_blocked, message.id, "the person has blocked the bot", now=clock.now())
        else:
            await self._send(message, partial(self._tell, message.recipient, notice, cards, shown))

    async def _tell(self, recipient: int, notice: Notice, cards: Sequence[LiveCard], shown: Screen | None) -> None:
        # The cards first: shown twice they are the same, so that what makes a sound is sent last and once.
        for card in cards:
            await self._show(recipient, card)
        if notice.settled:
            await help_notices.settle(self._bot, notices.words(notice, self._guide), notice.settled)
        if shown is not None and notice.told is not None:
            await self._say(recipient, notice.told.line, shown)
        elif shown is not None:
            await send(self._bot, recipient, shown)

    async def _say(self, recipient: int, line: Line, shown: Screen) -> None:
        """Bring a message of a conversation, and remember which message of the chat it is."""
        message_id, has_file = await send_line(self._bot, recipient, line, shown)
        try:
            place = {"bot_id": self._bot.id, "message_id": message_id}
            await self._db.run(help_copies.remember, line.id, recipient, **place, has_file=has_file)
        except Busy:
            # It has arrived; only a reply to it is not known to be one.
            log.warning("where message %s of a conversation lies could not be remembered", line.id)

    async def _send(self, message: Claimed, tell: Callable[[], Awaitable[None]]) -> None:
        run, now = self._db.run, clock.now
        try:
            await tell()
        except TelegramRetryAfter as error:
            await self._note_pause(message, error)
        except TelegramMigrateToChat as error:
            await run(group_messages.has_moved, message.id, error.migrate_to_chat_id, now=now())
        except (PostGone, TelegramForbiddenError, TelegramBadRequest) as error:
            await self._note_bad(message, error)
        except ClientDecodeError as error:
            await self._note_unreadable(message, error)
        except TelegramNetworkError as error:
            await run(_mark_of(error), message.id, error.message, now=now())
        except TelegramAPIError as error:
            # Telegram is broken, or refuses the token: the message itself is good.
            await run(outbox.mark_refused, message.id, error.message, now=now())
        else:
            await run(outbox.mark_sent, message.id, now=now())

    async def _note_pause(self, message: Claimed, error: TelegramRetryAfter) -> None:
        """Note that Telegram asks for a pause; a group has a slower pace of its own, which is nothing to the others."""
        if not message.is_for_group:
            self._pace.slow_down(error.retry_after)
        pause = error.retry_after
        await self._db.run(outbox.mark_refused, message.id, str(error), now=clock.now(), retry_after=pause)

    async def _note_bad(self, message: Claimed, error: PostGone | TelegramForbiddenError | TelegramBadRequest) -> None:
        """Note that Telegram refuses a message as it is: because of the person, or for good."""
        why, now = str(getattr(error, "message", error)), clock.now()
        broadcast_id = int(message.facts["broadcast_id"]) if message.kind == broadcast_run.KIND else None
        if broadcast_id is not None and isinstance(error, PostGone):
            await self._db.run(broadcast_run.end_without_source, message.id, broadcast_id, why, now=now)
        elif isinstance(error, TelegramForbiddenError) or any(words in why for words in _unreachable(message)):
            mark = group_messages.is_lost if message.is_for_group else outbox.mark_blocked
            await self._db.run(mark, message.id, why, now=now)
        elif broadcast_id is None:
            await self._db.run(outbox.mark_dead, message.id, why, now=now)
        else:
            await self._db.run(broadcast_run.mark_failed, message.id, broadcast_id, why, now=now)

    async def _show(self, recipient: int, card: LiveCard) -> None:
        """Bring a card up to date; where it is gone, or there was none yet, send a new one."""
        known = card.known
        if known is not None and known.bot_id == self._bot.id and await self._edit(known, card.screen):
            return
        if card.comes_first if known is None else card.comes_again:
            sent = await send(self._bot, recipient, card.screen, is_quiet=card.is_quiet)
            place = {"bot_id": self._bot.id, "chat_id": recipient, "message_id": sent.message_id}
            await self._db.run(card.remember, **place, now=clock.now())
            # What it sends besides is another message to Telegram.
            await self._pace.turn()

    async def _edit(self, known: OrderCard | StaffCard, card: Screen) -> bool:
        """Return whether the message now shows the card."""
        try:
            await edit_text(self._bot, known.chat_id, known.message_id, card)
        except TelegramBadRequest as error:
            if not any(words in error.message for words in GONE):
                raise
            return False
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


def _unreachable(message: Claimed) -> Sequence[str]:
    return CLOSED_GROUP if message.is_for_group else UNREACHABLE


def _mark_of(error: TelegramNetworkError) -> Callable[..., None]:
    """Return how to mark a message after the connection broke: it may have arrived, unless there was none at all."""
    never_left = isinstance(error.__cause__, ClientConnectorError)
    return outbox.mark_refused if never_left else outbox.mark_uncertain

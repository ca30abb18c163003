"""Who has joined the channels that customers have to join: asked of Telegram, and remembered for a short time."""

import asyncio
import logging
import time
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import ChatMemberRestricted, ResultChatMemberUnion

from bot.db import Database
from bot.errors import Busy
from bot.services import channels, clock
from bot.telegram.guide import Channel

log = logging.getLogger(__name__)

JOINED_SECONDS = 120
MISSING_SECONDS = 5
"""Who is asked to join comes back soon; `I have joined` asks Telegram in any case."""
MOST_KEPT = 10_000
INSIDE = ("member", "administrator", "creator")
UNKNOWN_PERSON = ("user not found", "PARTICIPANT_ID_INVALID", "USER_NOT_PARTICIPANT", "member not found")
"""What Telegram answers with 400 when the channel is fine and the person is simply not in it."""


class Channels:
    """The channels of this shop. Where the bot cannot see the members, nobody is kept out."""

    def __init__(self, required: Sequence[Channel], db: Database) -> None:
        """Ask for `required`; `db` holds what the owner was told."""
        self._required = required
        self._db = db
        self._kept: dict[int, tuple[float, Sequence[Channel]]] = {}
        self._was_seen: dict[str, bool] = {}

    async def missing(self, bot: Bot, person_id: int, *, afresh: bool = False) -> Sequence[Channel]:
        """Return the channels that somebody has still to join."""
        until, kept = self._kept.get(person_id, (0.0, ()))
        if not self._required or (not afresh and time.monotonic() < until):
            return kept
        found = await asyncio.gather(*(self._has_joined(bot, channel, person_id) for channel in self._required))
        missing = [channel for channel, has_joined in zip(self._required, found, strict=True) if not has_joined]
        self._keep(person_id, missing)
        return missing

    def _keep(self, person_id: int, missing: Sequence[Channel]) -> None:
        now = time.monotonic()
        if len(self._kept) >= MOST_KEPT:
            self._kept = {person: value for person, value in self._kept.items() if value[0] > now}
        self._kept[person_id] = (now + (MISSING_SECONDS if missing else JOINED_SECONDS), missing)

    async def _has_joined(self, bot: Bot, channel: Channel, person_id: int) -> bool:
        try:
            member = await bot.get_chat_member(channel.chat, person_id)
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            if any(words in error.message for words in UNKNOWN_PERSON):
                return False
            await self._note(channel.chat, error.message)
            return True
        except AiogramError as error:
            # Telegram is away or asks for a pause: that is nobody's fault who wants to buy.
            log.warning("Who has joined %s is unknown right now: %s", channel.chat, str(error).partition("\n")[0])
            return True
        await self._note(channel.chat, None)
        return _is_inside(member)

    async def _note(self, chat: str, why: str | None) -> None:
        """Tell the owner once that members cannot be seen; say nothing while it stays as it is."""
        if self._was_seen.get(chat) is (why is None):
            return
        self._was_seen[chat] = why is None
        try:
            if why is None:
                await self._db.run(channels.note_seen, chat, now=clock.now())
            else:
                log.warning("Who has joined %s cannot be seen: %s", chat, why)
                await self._db.run(channels.note_unseen, chat, why, now=clock.now())
        except Busy:
            # Nobody was told, so whoever comes next tries again.
            self._was_seen.pop(chat, None)


def _is_inside(member: ResultChatMemberUnion) -> bool:
    return member.is_member if isinstance(member, ChatMemberRestricted) else member.status in INSIDE

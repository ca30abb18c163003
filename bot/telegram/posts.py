"""What a broadcast looks like in a chat: exactly the same in the preview and for everybody who gets it."""

from dataclasses import dataclass
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from markupsafe import Markup

from bot.models import Broadcast, ContentKind
from bot.services import photos
from bot.telegram import callbacks, screen
from bot.telegram.screen import Screen, notice_button
from bot.telegram.wording import Words

SOURCE_GONE = ("message to copy not found", "MESSAGE_ID_INVALID", "message can't be copied")
"""What Telegram answers when there is nothing to copy any more."""
PICTURE_GONE = "the picture is gone from DATA_DIR/photos"


class PostGone(Exception):
    """The message or the picture of a broadcast is not there any more; `str` says which."""


@dataclass(frozen=True)
class Post:
    """One broadcast as one person gets it."""

    shown: Screen
    source: tuple[int, int] | None
    """The chat and the number of the message that is copied."""

    async def send(self, bot: Bot, chat_id: int) -> int:
        """Send it and return the number of the new message.

        Raises:
            PostGone: what is to be sent is not there any more.
        """
        if self.shown.photo is not None and not self.shown.photo.is_file():
            raise PostGone(PICTURE_GONE)
        if self.source is None:
            return (await screen.send(bot, chat_id, self.shown)).message_id
        try:
            return (await bot.copy_message(chat_id, *self.source, reply_markup=self.shown.buttons)).message_id
        except TelegramBadRequest as error:
            if any(words in error.message for words in SOURCE_GONE) or await self._has_lost_chat(bot, error):
                raise PostGone(error.message) from error
            raise

    async def _has_lost_chat(self, bot: Bot, error: TelegramBadRequest) -> bool:
        """Tell whether the chat that is not there is that of the author, and not that of the person."""
        if self.source is None or "chat not found" not in error.message:
            return False
        try:
            await bot.get_chat(self.source[0])
        except TelegramBadRequest:
            return True
        return False


def post(broadcast: Broadcast, t: Words, data_dir: Path) -> Post:
    """Return a broadcast for somebody who reads the language of `t`."""
    text = Markup(broadcast.text or "")  # noqa: S704 - checked when it was written
    photo = photos.path_of(broadcast.photo, data_dir) if broadcast.photo else None
    off = notice_button(t.label("news-off"), callbacks.News(wanted="off"))
    source = None
    if broadcast.content is ContentKind.COPY:
        assert broadcast.source_chat_id is not None and broadcast.source_message_id is not None  # noqa: S101, PT018
        source = (broadcast.source_chat_id, broadcast.source_message_id)
    return Post(Screen(text, [[off]], photo), source)

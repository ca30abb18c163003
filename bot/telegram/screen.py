"""A screen: what one message shows, and how it gets into a chat."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import EditMessageText
from aiogram.types import (
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from markupsafe import Markup

from bot.telegram import callbacks, file_ids
from bot.telegram.file_ids import Known
from bot.telegram.wording import CAPTION_UNITS, units

log = logging.getLogger(__name__)

Row = Sequence[InlineKeyboardButton]
T = TypeVar("T")

SHOP_PICTURE = Path(__file__).parent / "pictures" / "shop.png"
"""What stands above a screen that has no picture of its own, in a message that has shown one."""

LONGEST_PAUSE = 3
"""In seconds: whoever is asked for a longer one is not answered; people rather press once more."""
PATIENCE_SECONDS = 10.0
"""So long an answer waits for its turn where Telegram asks for one short pause after the other."""
SHORT_PAUSE = 1.0
SAME = "message is not modified"
GONE = ("message to edit not found", "message can't be edited")
NO_TEXT = "there is no text in the message"
"""What Telegram answers where the text of a message shall be edited that shows a picture."""

NO_PICTURE = ("IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS", "PHOTO_EXT_INVALID", "file is too big for a photo")
"""What Telegram answers to a file that begins like a picture and is none that it can show."""
UNKNOWN_FILE = ("wrong file identifier", "wrong remote file identifier", "wrong file_id", "FILE_REFERENCE")
"""What Telegram answers to an id of a picture that it does not know, or no longer."""


class EditText(EditMessageText):
    """A text that is edited, and the message that Telegram returns then, which nobody needs, as it comes: unread."""

    __returning__ = Any  # type: ignore[assignment]


@dataclass(frozen=True)
class Screen:
    """Text with buttons below it, and a picture above it where there is one.

    A message has one kind of buttons only: with a `keyboard` below the text field, `rows` are not shown. Where a
    long text has a `short` form, that is what stands below a picture.
    """

    text: Markup
    rows: Sequence[Row] = ()
    photo: Path | None = None
    keyboard: ReplyKeyboardMarkup | None = field(default=None, kw_only=True)
    short: Markup | None = field(default=None, kw_only=True)

    @property
    def caption(self) -> Markup:
        """Return the text as it stands below a picture."""
        return self.text if self.short is None else self.short

    @property
    def buttons(self) -> InlineKeyboardMarkup | None:
        """Return the inline keyboard."""
        rows = [list(row) for row in self.rows if row]
        return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def button(label: str, data: CallbackData) -> InlineKeyboardButton:
    """Return a button that sends `data` back when it is pressed."""
    return _button(label, data.pack())


def notice_button(label: str, data: CallbackData) -> InlineKeyboardButton:
    """Return a button for a message that is to stay when it is pressed."""
    return _button(label, callbacks.NOTICE + data.pack())


@lru_cache(maxsize=5000)
def _button(label: str, data: str) -> InlineKeyboardButton:
    """Return a button; most stand below the screens of everybody."""
    return InlineKeyboardButton(text=label, callback_data=data)


async def send(bot: Bot, chat_id: int, screen: Screen, *, is_quiet: bool = False) -> Message:
    """Send a screen as a new message, without a sound if it `is_quiet`."""
    if screen.photo is None:
        buttons = screen.keyboard or screen.buttons
        return await bot.send_message(
            chat_id, str(screen.text), reply_markup=buttons, disable_notification=is_quiet or None
        )
    place: dict[str, Any] = {"caption": str(screen.caption), "reply_markup": screen.buttons}
    return await _with_picture(bot, screen.photo, lambda picture: bot.send_photo(chat_id, picture, **place))


async def edit_text(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    """Let a message that is known by its number show the text and the buttons of a screen; it may show them already."""
    place: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id, "reply_markup": screen.buttons}
    try:
        await bot(EditText(text=str(screen.text), **place))
    except TelegramBadRequest as error:
        if SAME not in error.message:
            raise


async def replace(bot: Bot, message: Message, screen: Screen) -> Message:
    """Turn a message into another screen; where Telegram cannot edit it, send a new one and remove the old."""
    try:
        return await _edit(bot, message, screen, has_picture=bool(message.photo))
    except TelegramBadRequest as error:
        if SAME in error.message:
            return message
        if not any(words in error.message for words in GONE):
            raise
    return await unhurried(partial(send, bot, message.chat.id, screen))


async def remove(bot: Bot, chat_id: int, message_id: int) -> None:
    """Remove a message that has served; where that fails, as with one that is too old, it stays and nothing breaks."""
    with contextlib.suppress(AiogramError):
        await bot.delete_message(chat_id, message_id)


async def take_keyboard_away(bot: Bot, chat_id: int, text: str) -> None:
    """Remove the keyboard below the text field, which only a message of its own can do."""
    gone = await bot.send_message(chat_id, text, reply_markup=ReplyKeyboardRemove())
    await remove(bot, chat_id, gone.message_id)


async def unhurried(call: Callable[[], Awaitable[T]]) -> T:
    """Do what `call` does, once more after each pause that Telegram asks for where these are short ones."""
    waited = 0.0
    while True:
        try:
            return await call()
        except TelegramRetryAfter as error:
            # Not all who were refused in the same moment come again in the same moment.
            pause = error.retry_after + random.random() * waited  # noqa: S311 - jitter, not a secret
            waited += pause
            if error.retry_after > LONGEST_PAUSE or waited > PATIENCE_SECONDS:
                raise
            await asyncio.sleep(pause)


async def _insistent(edit: Callable[[], Awaitable[T]]) -> T:
    """Edit, once more where Telegram breaks: unlike a message, an edit may be repeated without harm."""
    try:
        return await unhurried(edit)
    except (TelegramServerError, TelegramNetworkError, ClientDecodeError) as error:
        if isinstance(error.__cause__, TimeoutError):
            raise  # the person has waited long enough
        await asyncio.sleep(SHORT_PAUSE)
    return await edit()


async def _edit(bot: Bot, message: Message, screen: Screen, *, has_picture: bool) -> Message:
    place: dict[str, Any] = {
        "chat_id": message.chat.id,
        "message_id": message.message_id,
        "reply_markup": screen.buttons,
    }
    if screen.photo is None and not has_picture:
        try:
            await _insistent(partial(bot, EditText(text=str(screen.text), **place)))
        except TelegramBadRequest as error:
            if NO_TEXT not in error.message:
                raise
            # A press just before this one has opened a picture there.
            return await _edit(bot, message, screen, has_picture=True)
    elif screen.photo is None and units(screen.caption) > CAPTION_UNITS:
        # Telegram cannot take a picture off a message.
        sent = await unhurried(partial(send, bot, message.chat.id, screen))
        await remove(bot, message.chat.id, message.message_id)
        return sent
    else:
        await _edit_picture(bot, message, screen, place)
    return message


async def _edit_picture(bot: Bot, message: Message, screen: Screen, place: dict[str, Any]) -> None:
    """Put a screen below its own picture, or below the shop's; a picture that is there already is not sent again."""
    picture, caption = screen.photo or SHOP_PICTURE, str(screen.caption)
    known = await file_ids.of(bot).find(picture.name)
    if known and message.photo and message.photo[-1].file_unique_id == known.unique_id:
        edited = await _insistent(partial(bot.edit_message_caption, caption=caption, **place))
        if not _shows_another(edited, known):
            return

    async def show(media: str | FSInputFile) -> Message | bool:
        shown = InputMediaPhoto(media=media, caption=caption)
        return await _insistent(partial(bot.edit_message_media, shown, **place))

    await _with_picture(bot, picture, show)


def _shows_another(message: Message | bool, picture: Known) -> bool:
    """Tell whether a press just before this one has put another picture there than the person pressed below."""
    shown = message.photo if isinstance(message, Message) else None
    return shown is not None and shown[-1].file_unique_id != picture.unique_id


async def _with_picture(bot: Bot, path: Path, show: Callable[[str | FSInputFile], Awaitable[T]]) -> T:
    """Show a picture as Telegram knows it; upload it where it was never sent, or where Telegram has forgotten it."""
    pictures = file_ids.of(bot)
    known = await pictures.find(path.name)
    try:
        shown = await show(known.file_id if known else FSInputFile(path))
    except TelegramBadRequest as error:
        if path != SHOP_PICTURE and any(words in error.message for words in NO_PICTURE):
            log.warning("Telegram cannot show the picture %s: %s", path.name, error.message)
            return await _with_picture(bot, SHOP_PICTURE, show)
        if known is None or not any(words in error.message for words in UNKNOWN_FILE):
            raise
        await pictures.forget(path.name)
        shown = await show(FSInputFile(path))
    if isinstance(shown, Message) and shown.photo:
        await pictures.remember(path.name, shown.photo[-1])
    return shown

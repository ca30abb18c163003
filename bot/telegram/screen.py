"""A screen: what one message shows, and how it gets into a chat."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
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

Row = Sequence[InlineKeyboardButton]

_photo_ids: dict[tuple[int, str], str] = {}
"""Telegram's ids of pictures that this process has sent, by bot and file name; names carry the content's hash."""


@dataclass(frozen=True)
class Screen:
    """Text with buttons below it, and a picture above it where there is one.

    A message has one kind of buttons only: with a `keyboard` below the text field, `rows` are not shown.
    """

    text: Markup
    rows: Sequence[Row] = ()
    photo: Path | None = None
    keyboard: ReplyKeyboardMarkup | None = field(default=None, kw_only=True)

    @property
    def buttons(self) -> InlineKeyboardMarkup | None:
        """Return the inline keyboard."""
        rows = [list(row) for row in self.rows if row]
        return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def button(label: str, data: CallbackData) -> InlineKeyboardButton:
    """Return a button that sends `data` back when it is pressed."""
    return InlineKeyboardButton(text=label, callback_data=data.pack())


async def send(bot: Bot, chat_id: int, screen: Screen) -> Message:
    """Send a screen as a new message."""
    if screen.photo is None:
        return await bot.send_message(chat_id, str(screen.text), reply_markup=screen.keyboard or screen.buttons)
    message = await bot.send_photo(
        chat_id, _picture(bot, screen.photo), caption=str(screen.text), reply_markup=screen.buttons
    )
    _remember(bot, screen.photo, message)
    return message


async def replace(bot: Bot, message: Message, screen: Screen) -> Message:
    """Turn a message into another screen; where Telegram cannot edit it, send a new one and remove the old."""
    try:
        return await _edit(bot, message, screen)
    except TelegramBadRequest as error:
        if "message is not modified" in error.message:
            return message
        if "message to edit not found" not in error.message and "can't be edited" not in error.message:
            raise
    return await send(bot, message.chat.id, screen)


async def remove(bot: Bot, chat_id: int, message_id: int) -> None:
    """Remove a message that has served; where that fails, as with one that is too old, it stays and nothing breaks."""
    with contextlib.suppress(AiogramError):
        await bot.delete_message(chat_id, message_id)


async def take_keyboard_away(bot: Bot, chat_id: int, text: str) -> None:
    """Remove the keyboard below the text field, which only a message of its own can do."""
    gone = await bot.send_message(chat_id, text, reply_markup=ReplyKeyboardRemove())
    await remove(bot, chat_id, gone.message_id)


async def _edit(bot: Bot, message: Message, screen: Screen) -> Message:
    chat_id, message_id = message.chat.id, message.message_id
    if screen.photo is not None:
        media = InputMediaPhoto(media=_picture(bot, screen.photo), caption=str(screen.text))
        edited = await bot.edit_message_media(
            media, chat_id=chat_id, message_id=message_id, reply_markup=screen.buttons
        )
        if isinstance(edited, Message):
            _remember(bot, screen.photo, edited)
        return message
    if message.photo:
        # Telegram cannot take a picture off a message.
        sent = await send(bot, chat_id, screen)
        await remove(bot, chat_id, message_id)
        return sent
    await bot.edit_message_text(str(screen.text), chat_id=chat_id, message_id=message_id, reply_markup=screen.buttons)
    return message


def _picture(bot: Bot, path: Path) -> str | FSInputFile:
    return _photo_ids.get((bot.id, path.name)) or FSInputFile(path)


def _remember(bot: Bot, path: Path, message: Message) -> None:
    if message.photo:
        _photo_ids[bot.id, path.name] = message.photo[-1].file_id

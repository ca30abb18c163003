"""A conversation between a customer and the shop: how it reads on a screen, and how files get from chat to chat."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aiogram import Bot, F
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message
from markupsafe import Markup, escape

from bot.models import FileKind
from bot.services.help_messages import Origin
from bot.services.queries.help_views import Line
from bot.telegram.screen import Screen, send, unhurried
from bot.telegram.wording import SCREEN_UNITS, Words, cut, lines, paragraphs, units

NOTHING = Markup("")
LINE_UNITS = 700
"""Longer messages are cut where many are shown; the whole text came as a notice."""

WRITTEN = F.content_type.in_(tuple(FileKind)) | (F.text & ~F.text.startswith("/"))
"""What people may write: a text, or a file with or without one."""

NOT_THERE = ("message to copy not found", "message can't be copied", "MESSAGE_ID_INVALID")
"""What Telegram answers when somebody has deleted what they sent."""


def written(message: Message, bot: Bot) -> tuple[str, dict[str, Any]]:
    """Return what somebody has written as the services take it: the text, and where it came from with what file."""
    file = FileKind(message.content_type) if message.content_type in tuple(FileKind) else None
    origin = Origin(bot.id, message.chat.id, message.message_id)
    return message.text or message.caption or "", {"file": file, "origin": origin}


def body(t: Words, text: str, file: FileKind | None, *, longest: int) -> Markup:
    """Return what was written: a word for a file, and the text below it."""
    said = escape(cut(text, longest)) if text else ""
    return lines(each for each in (t(f"file-{file}") if file else "", said) if each)


def thread_text(t: Words, shown: Sequence[Line], who: Callable[[Line], str], zone: str, *beside: Markup) -> Markup:
    """Return as many of the newest messages as leave room for what stands `beside`; `who` names who wrote each."""
    room = SCREEN_UNITS - sum(units(text) + 2 for text in beside)
    kept: list[Markup] = []
    for line in reversed(shown):
        text = lines([_top(t, line, who(line), zone), body(t, line.text, line.file, longest=LINE_UNITS)])
        room -= units(text) + 2
        if room < 0:
            break
        kept.insert(0, text)
    return paragraphs(*kept)


async def send_line(bot: Bot, chat_id: int, line: Line, screen: Screen) -> tuple[int, bool]:
    """Send a message of a conversation, its file above the text; return its number, and whether the file is there.

    A file that was deleted where it came from, or was sent to an earlier bot, is missing; the text names it.
    """
    if line.file is not None and line.bot_id == bot.id and line.chat_id and line.message_id:
        copy = partial(bot.copy_message, chat_id, line.chat_id, line.message_id)
        try:
            sent = await unhurried(partial(copy, caption=str(screen.caption), reply_markup=screen.buttons))
        except TelegramBadRequest as error:
            if not any(words in error.message for words in NOT_THERE):
                raise
        else:
            return sent.message_id, True
    return (await send(bot, chat_id, screen)).message_id, False


def _top(t: Words, line: Line, who: str, zone: str) -> Markup:
    key = "line-top-order" if line.order_code else "line-top"
    return t(key, who=who, time=t.moment(line.created_at, zone), code=line.order_code or "")

"""What a message of staff becomes as a broadcast: its text with the formatting, its picture, or a copy of it."""

import asyncio
from html import escape
from pathlib import Path

from aiogram import Bot
from aiogram.types import Message, MessageEntity, PhotoSize
from aiogram.utils.text_decorations import HtmlDecoration

from bot.models import ContentKind
from bot.services import photos
from bot.services.broadcasts import Content
from bot.telegram.wording import CAPTION_UNITS

LONGEST_SOURCE = 30_000
"""In characters, tags included; Telegram reads a little more than 32,000. What is longer is copied."""


class _Exact(HtmlDecoration):
    """Telegram's HTML that comes out as it went in, whatever stands in a link."""

    def _tag(
        self, tag: str, content: str, *, attrs: dict[str, str] | None = None, flags: list[str] | None = None
    ) -> str:
        safe = {name: escape(value) for name, value in (attrs or {}).items()}
        return super()._tag(tag, content, attrs=safe, flags=flags)

    def pre_language(self, value: str, language: str) -> str:
        return self.pre(self._tag("code", value, attrs={"class": f"language-{language}"}))


async def of(message: Message, bot: Bot, data_dir: Path) -> Content:
    """Return what people get when a message is broadcast; a picture is kept, so that nobody has to keep the message."""
    copy = Content(ContentKind.COPY, source=(message.chat.id, message.message_id))
    if message.text is not None:
        html = _html(message.text, message.entities)
        return Content(ContentKind.TEXT, html) if len(html) <= LONGEST_SOURCE else copy
    if message.photo is not None:
        caption = _html(message.caption or "", message.caption_entities)
        # A premium account writes more below a picture than a bot may; a copy keeps it.
        is_short = len((message.caption or "").encode("utf-16-le")) <= CAPTION_UNITS * 2
        if is_short and len(caption) <= LONGEST_SOURCE:
            return Content(ContentKind.PHOTO, caption or None, await _kept(message.photo[-1], bot, data_dir))
    return copy


async def _kept(photo: PhotoSize, bot: Bot, data_dir: Path) -> str:
    """Download a picture into the shop's folder and return its name there."""
    downloaded = await bot.download(photo)
    assert downloaded is not None  # noqa: S101 - no place of its own was asked for
    return await asyncio.to_thread(photos.keep_content, downloaded.read(), data_dir)


def _html(text: str, entities: list[MessageEntity] | None) -> str:
    return _Exact().unparse(text, entities)

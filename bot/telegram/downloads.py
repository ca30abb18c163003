"""Pictures that people send: fetched from Telegram, checked by their content, and kept in the shop's folder."""

import asyncio
import io

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import Message
from aiohttp import ClientError

from bot.errors import BadValue
from bot.services import photos
from bot.telegram.guide import Guide


async def keep_photo(bot: Bot, guide: Guide, message: Message) -> str:
    """Keep the picture of a message, sent as a photo or as a file, and return the name of its file.

    Raises:
        BadValue: it is none, is too large, or cannot be fetched.
    """
    file_id, size = _file(message)
    if size > photos.LARGEST:
        raise BadValue("photo", "picture", f"it is larger than {photos.LARGEST // 1024**2} MB")
    content = await _fetched(bot, file_id)
    # Ten megabytes are hashed and written, which would keep everybody else waiting.
    return await asyncio.to_thread(photos.keep_content, content, guide.data_dir)


def _file(message: Message) -> tuple[str, int]:
    if message.photo:
        return message.photo[-1].file_id, message.photo[-1].file_size or 0
    if message.document:
        return message.document.file_id, message.document.file_size or 0
    raise BadValue("photo", "message", "send a picture")


async def _fetched(bot: Bot, file_id: str) -> bytes:
    target = io.BytesIO()
    try:
        await bot.download(file_id, destination=target)
    except (AiogramError, ClientError, OSError, TimeoutError) as error:
        raise BadValue("photo download", type(error).__name__, "send it once more") from error
    return target.getvalue()

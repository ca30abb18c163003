"""The line "typing ..." above the chat, for whoever has to wait longer than a moment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.exceptions import AiogramError

MOMENT = 0.7
"""In seconds: what is done within this needs no sign."""
AGAIN = 4.5
"""Telegram shows an action for five seconds."""


@asynccontextmanager
async def shown(bot: Bot, chat_id: int, action: str) -> AsyncIterator[None]:
    """Show what the bot is doing ("typing", "upload_photo" ...) as long as it takes, unless that is only a moment."""
    telling: list[asyncio.Task[None]] = []
    # Nearly always the moment is long enough, and a timer costs less than a task.
    timer = asyncio.get_running_loop().call_later(
        MOMENT, lambda: telling.append(asyncio.create_task(_tell(bot, chat_id, action)))
    )
    try:
        yield
    finally:
        timer.cancel()
        for task in telling:
            task.cancel()


async def _tell(bot: Bot, chat_id: int, action: str) -> None:
    # It is a courtesy: where Telegram does not take it, the work goes on without.
    with contextlib.suppress(AiogramError):
        while True:
            await bot.send_chat_action(chat_id, action)
            await asyncio.sleep(AGAIN)

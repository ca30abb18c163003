"""Every press is answered once and at once, so that Telegram's clock on the button stops."""

import asyncio
import contextlib
from typing import Any

from aiogram import BaseMiddleware
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, TelegramObject

from bot.telegram.middlewares.visits import Handler


class AnswerFirst(BaseMiddleware):
    """Answer the press while the handler works; what there is to say stands on the screen."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Answer beside the handler."""
        assert isinstance(event, CallbackQuery)  # noqa: S101 - registered for presses only
        answer = asyncio.create_task(_answer(event))
        try:
            return await handler(event, data)
        finally:
            await answer


async def _answer(press: CallbackQuery) -> None:
    # "query is too old" after a downtime, or a proxy's page, is no failure: the screen still changes.
    with contextlib.suppress(AiogramError):
        await press.answer()

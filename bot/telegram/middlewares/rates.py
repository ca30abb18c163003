"""What costs the shop more than a press has its own rate: a flag on the handler names it, a setting says how much."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject

from bot.telegram.limits import Limits
from bot.telegram.middlewares.visits import Handler
from bot.telegram.visit import Visit

MINUTE = 60


class Rates(BaseMiddleware):
    """Counts what handlers with the flag `rate` do for each person; staff are not counted."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let the person through as long as they keep to the rate.

        Raises:
            TooManyAttempts: they do not; the error says how long to wait.
        """
        visit: Visit = data["visit"]
        rate = get_flag(data, "rate")
        most = getattr(visit.door.pace, rate) if rate else 0
        if most and not (visit.identity is not None and visit.identity.role.is_staff):
            limits: Limits = data["limits"]
            key = f"{rate}:{visit.chat_id}"
            await limits.require(key, most, MINUTE)
            await limits.count(key, MINUTE)
        return await handler(event, data)

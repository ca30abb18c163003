"""Nobody gets more answers a minute than a person needs: whoever floods the bot is told once, then left unanswered."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from bot.errors import TooFast
from bot.telegram import deeds
from bot.telegram.limits import Limits
from bot.telegram.middlewares.visits import Handler
from bot.telegram.visit import Visit

MINUTE = 60


class Throttle(BaseMiddleware):
    """Counts presses and messages of each person by the minute; staff are not counted."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let the person through as long as they keep to the pace.

        Raises:
            TooFast: this is the first that comes too soon; what follows in the same minute is not answered.
        """
        visit: Visit = data["visit"]
        limits: Limits = data["limits"]
        kind, most = (
            ("messages", visit.door.pace.messages)
            if isinstance(event, Message)
            else ("presses", visit.door.pace.presses)
        )
        is_free = not most or (visit.identity is not None and visit.identity.role.is_staff)
        counted = 0 if is_free else await limits.count(f"{kind}:{visit.chat_id}", MINUTE)
        if is_free or counted <= most:
            return await handler(event, data)
        if counted == most + 1:
            raise TooFast(MINUTE)
        deeds.note_refusal(visit, f"{counted} {kind} in a minute")
        return None

"""Until somebody has entered and joined the channels, every way leads back there; whoever is banned is told so.

While the shop is closed, customers get no further than the reason.
"""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject

from bot.errors import Banned, Forbidden
from bot.telegram import deeds, menu
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.router import needed
from bot.telegram.customer import closed, entering
from bot.telegram.middlewares.visits import Handler
from bot.telegram.visit import Visit


class Gate(BaseMiddleware):
    """Stands before every handler; only those flagged `guests` are open to people who have not entered.

    Those flagged `always` are open to whoever has entered, banned or not, also while the shop is closed.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let the person through, or show them the way in.

        Raises:
            Banned: the shop does not serve this person.
            Forbidden: the handler needs a right that the person does not have.
        """
        visit: Visit = data["visit"]
        if visit.identity is not None and get_flag(data, "always"):
            return await handler(event, data)
        if visit.identity is not None and visit.identity.is_banned:
            raise Banned
        if visit.is_shut_out:
            deeds.note_refusal(visit, "the shop is closed")
            await closed.show(visit)
            return None
        if visit.identity is None and not get_flag(data, "guests"):
            deeds.note_refusal(visit, "has not entered")
            await entering.show_code_prompt(visit)
            return None
        if visit.identity is not None:
            await _require_right(visit, data)
        # /start looks by itself, because it may come with a link that is to be followed after joining.
        if visit.identity is not None and not (get_flag(data, "joining") or get_flag(data, "guests")):
            missing = await entering.still_to_join(visit, data["channels"])
            if missing:
                deeds.note_refusal(visit, "has not joined")
                await entering.ask_to_join(visit, missing)
                return None
        return await handler(event, data)


async def _require_right(visit: Visit, data: dict[str, Any]) -> None:
    """Let only those on who have the right that a handler needs; what it refuses leads back to the panel."""
    right = needed(data, visit.me)
    if right is None:
        return
    if not visit.me.role.may(right):
        if not visit.me.role.is_staff:
            # Who has ceased to be staff may still have the command in the menu.
            await menu.withdraw_panel(visit.bot, visit.chat_id)
        raise Forbidden(f"what needs the right {right.value!r}")
    visit.refuge = staff.Admin()

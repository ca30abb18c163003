"""Groups get no answer, but for one: whoever runs the shop adds the bot to the staff's group and so connects it."""

import logging
import re
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.exceptions import AiogramError
from aiogram.types import Message, TelegramObject, Update

from bot import audit
from bot.db import Database
from bot.errors import Busy, ShopError
from bot.models import Right
from bot.services import arrivals, clock, staff_group
from bot.telegram import deeds
from bot.telegram.guide import Guide
from bot.telegram.middlewares.visits import Handler
from bot.telegram.outage import Outage
from bot.telegram.screen import Screen, send
from bot.telegram.wording import Words

log = logging.getLogger(__name__)

CONNECT = re.compile(r"/start(?:@(?P<bot>\w+))? orders")
"""What Telegram writes into a group when the bot is added to it by the link that ends in `?startgroup=orders`."""


class Groups(BaseMiddleware):
    """Hear in groups whether they shall be the staff's, and keep all else away from the handlers."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Hand on what comes from elsewhere.

        Raises:
            Busy: the database is away, and the update waits for it.
        """
        assert isinstance(event, Message)  # noqa: S101 - registered for messages only
        if event.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
            return await handler(event, data)
        try:
            await _connect(event, data["db"], data["guide"])
        except (ShopError, AiogramError) as error:
            outage: Outage = data["outage"]
            update: Update = data["event_update"]
            if isinstance(error, Busy) and error.is_away and outage.lets_wait(update.update_id):
                raise
            log.warning("the group %s could not be connected: %s", event.chat.id, str(error).partition("\n")[0])
        return None


async def _connect(message: Message, db: Database, guide: Guide) -> None:
    asked = CONNECT.fullmatch(message.text or "")
    is_meant = asked and (asked["bot"] or guide.bot_username).lower() == guide.bot_username.lower()
    if not is_meant and (message.text or "").startswith("/") and message.from_user is not None:
        audit.refused(message.from_user.id, f"{deeds.named(message)} in the group {message.chat.id}", "groups")
    if not is_meant or message.from_user is None or message.bot is None:
        return
    person = await db.fetch(arrivals.identify, message.from_user.id)
    if person is None or person.is_banned or not person.role.may(Right.SETTINGS):
        audit.refused(message.from_user.id, f"connecting the group {message.chat.id}", "Forbidden")
        return
    await db.run(staff_group.connect, message.chat.id, actor=person.actor, now=clock.now())
    t = Words(person.language, guide.currency)
    await send(message.bot, message.chat.id, Screen(t("group-connected")))

"""Telegram's own "reply": whoever replies to a message of a conversation goes on with it, wherever they stand."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.errors import Forbidden
from bot.models import Right
from bot.services import help_copies
from bot.services.help_copies import Shown
from bot.telegram.admin.people import questions
from bot.telegram.conversation import WRITTEN
from bot.telegram.customer import support
from bot.telegram.visit import Visit

router = Router(name="replies")


class ToConversation(Filter):
    """Finds out which message of a conversation somebody replies to."""

    async def __call__(self, message: Message, visit: Visit) -> bool | dict[str, Any]:
        """Return the message for the handler; whoever replies to anything else has only written something."""
        answered = message.reply_to_message
        if visit.identity is None or answered is None:
            return False
        place = {"bot_id": visit.bot.id, "message_id": answered.message_id}
        shown = await visit.fetch(help_copies.find, visit.id, **place)
        return {"shown": shown} if shown else False


@router.message(F.reply_to_message, WRITTEN, ToConversation())
async def go_on(message: Message, shown: Shown, visit: Visit) -> None:
    """Take a reply to a question for the answer, and a reply to an answer for the next question.

    Raises:
        Forbidden: somebody who no longer runs the shop replies to a question.
    """
    if not shown.by_customer:
        await _ask(message, visit)
    elif visit.me.role.may(Right.CUSTOMERS) or visit.me.is_helper:
        await questions.take_reply(message, visit, shown)
    else:
        raise Forbidden("answering help requests")


async def _ask(message: Message, visit: Visit) -> None:
    """Hand the message on; what the shop has asked meanwhile stays asked. An album is answered once."""
    if not visit.asked or visit.asked == support.Asked.message.state:
        await support.send_to_shop(message, visit)
        return
    album = message.media_group_id
    is_told = album is not None and album == await visit.fact("album")
    said = await support.hand_on(message, visit)
    if is_told:
        return
    await visit.insist(said)
    if album:
        await visit.keep("album", album)

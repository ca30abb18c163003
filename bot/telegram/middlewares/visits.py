"""Who is this? Every update gets its Visit; groups, channels and other bots get nothing."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType, ContentType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, TelegramObject

from bot import audit
from bot.db import Database
from bot.errors import Busy
from bot.services import people
from bot.telegram import ahead, callbacks, deeds
from bot.telegram.guide import Guide
from bot.telegram.visit import ANSWERED, Visit
from bot.telegram.wording import LANGUAGES, Words

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


UNSAID = frozenset(
    {
        ContentType.PINNED_MESSAGE,
        ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
        ContentType.CHAT_BACKGROUND_SET,
        ContentType.WRITE_ACCESS_ALLOWED,
        ContentType.CONNECTED_WEBSITE,
        ContentType.BOOST_ADDED,
        ContentType.PROXIMITY_ALERT_TRIGGERED,
    }
)
"""What Telegram reports as a message although nobody has said anything."""
REMEMBERED = 2000
"""So many presses are known again; what is brought later is told apart by what it has done."""


class Visits(BaseMiddleware):
    """Give every press and message its visit, and pass over what no person in a private chat has sent."""

    def __init__(self) -> None:
        """Know no press yet."""
        self._pressed: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Hand the visit on, in the language of the person."""
        assert isinstance(event, Message | CallbackQuery)  # noqa: S101 - registered for these two only
        if not _is_private(event) or event.from_user is None or event.from_user.is_bot:
            _note_stranger(event)
            return None
        if isinstance(event, Message) and event.content_type in UNSAID:
            return None
        if isinstance(event, CallbackQuery) and self._knows(event.id):
            return None  # a client has sent it twice, and the first has its screen
        if isinstance(event, Message) and await _has_answer(event, data["state"]):
            return None  # it comes again after a crash
        unmarked, is_on_notice = _without_mark(event)
        guide: Guide = data["guide"]
        database: Database = data["db"]
        visit = Visit(
            event=unmarked,
            bot=data["bot"],
            db=database,
            state=data["state"],
            guide=guide,
            t=Words(_guess(event.from_user.language_code, guide.default_language), guide.currency),
            identity=None,
            asked=data.get("raw_state"),
            is_on_notice=is_on_notice,
        )
        data["visit"] = visit
        try:
            return await handler(unmarked, data)
        except Busy:
            # It waits for the database and comes once more.
            if isinstance(event, CallbackQuery):
                self._pressed.pop(event.id, None)
            raise

    def _knows(self, press: str) -> bool:
        """Tell whether a press was brought before, and know it from now on."""
        if press in self._pressed:
            return True
        self._pressed[press] = None
        if len(self._pressed) > REMEMBERED:
            self._pressed.popitem(last=False)
        return False


class Identify(BaseMiddleware):
    """Look the person up; this comes after the errors are caught, because it may fail."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Fill in who it is, speak the language that they chose, and note that they can be reached again."""
        visit: Visit = data["visit"]
        person_id = data["event_from_user"].id
        reading = ahead.of(event.data, person_id) if isinstance(event, CallbackQuery) else None
        arrival, visit.outcome = await ahead.arrive(visit, person_id, reading)
        visit.identity, visit.door, visit.closed_because = arrival.identity, arrival.door, arrival.door.closed_because
        if visit.identity is not None:
            visit.t = Words(visit.identity.language, visit.guide.currency)
            if visit.identity.is_away:
                await visit.run(people.note_return, visit.id)
        return await handler(event, data)


def _note_stranger(event: Message | CallbackQuery) -> None:
    """Write into audit.log what comes from no person in a private chat; what is only said elsewhere is nobody's try."""
    if event.from_user is None or (isinstance(event, Message) and not (event.text or "").startswith("/")):
        return
    audit.refused(event.from_user.id, deeds.named(event), "a bot" if event.from_user.is_bot else "not a private chat")


async def _has_answer(message: Message, state: FSMContext) -> bool:
    """Tell whether a message was answered already; one that somebody has changed since is new."""
    return message.edit_date is None and message.message_id in (await state.get_data()).get(ANSWERED, ())


def _is_private(event: Message | CallbackQuery) -> bool:
    message = event if isinstance(event, Message) else event.message
    if isinstance(message, Message | InaccessibleMessage):
        return message.chat.type == ChatType.PRIVATE
    return False


def _without_mark(event: Message | CallbackQuery) -> tuple[Message | CallbackQuery, bool]:
    """Return the event as every handler knows it, and whether a notice's button was pressed."""
    if isinstance(event, Message) or not (event.data or "").startswith(callbacks.NOTICE):
        return event, False
    return event.model_copy(update={"data": (event.data or "").removeprefix(callbacks.NOTICE)}), True


def _guess(code: str | None, default: str) -> str:
    base = (code or "").split("-")[0].lower()
    return base if base in LANGUAGES else default

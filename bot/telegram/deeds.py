"""What somebody did, named for audit.log: the kind of a button with its numbers, a command, or what was asked.

Never what people wrote: a text is "a text", and a button that we do not know is "an unknown button".
"""

import re
from functools import cache

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot import audit
from bot.telegram.menu import COMMANDS
from bot.telegram.visit import Visit

_FIELD = re.compile(r"-?\d{1,20}|[a-z_!?-]{0,12}")
_KNOWN = {*COMMANDS, "admin"}


def note_refusal(visit: Visit, why: str) -> None:
    """Write into audit.log that what somebody has just done was refused."""
    audit.refused(visit.chat_id, named(visit.event, visit.asked), why)


def named(event: Message | CallbackQuery, asked: str | None = None) -> str:
    """Return what a press or a message was, without what people wrote in it."""
    if isinstance(event, CallbackQuery):
        return _button(event.data or "")
    command = re.match(r"/([a-z]+)", event.text or "")
    if command:
        return f"/{command[1]}" if command[1] in _KNOWN else "an unknown command"
    what = "a text" if event.text else f"a {event.content_type}"
    return f"{what} for {asked}" if asked else what


def _button(data: str) -> str:
    prefix, _, fields = data.removeprefix("!").partition(":")
    if prefix not in _prefixes():
        return "an unknown button"
    parts = fields.split(":") if fields else []
    shown = [field if _FIELD.fullmatch(field) else "?" for field in parts[:4]]
    return ":".join([f"button {prefix}", *shown])


@cache
def _prefixes() -> frozenset[str]:
    found: set[str] = set()
    kinds = [CallbackData]
    while kinds:
        more = kinds.pop().__subclasses__()
        found |= {kind.__prefix__ for kind in more}
        kinds += more
    return frozenset(found)

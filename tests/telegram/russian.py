"""What the conversations in Russian share: who reads Russian, and what of all that was said is none."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from bot.sandbox import Person, Sandbox
from bot.services import people
from bot.telegram.wording import TAG, Words
from tests.shop import ADDRESS, Shop, now

RU = Words("ru", "USD")
WORD = re.compile(r"[A-Za-z]{3,}")
NOT_RUSSIAN = re.compile(
    r"https?://\S+|/[a-z]+|@\w+|\bEurope/\w+|[\w.]+\.log\b|\b[A-Z]{6}\b|\b[A-Z0-9]{8}\b|\bbc1\w+|"
    r"\b(UTC|USD|Telegram|English|JPEG|PNG|WebP|test)\b"
)
"""What is written so in Russian too: links, commands, names of accounts, codes, zones and kinds of files; and `test`,
who works in the shell."""


def english(sandbox: Sandbox) -> list[str]:
    """Return every text of the bot in which an English word stands."""
    return [text for text in said(sandbox) if WORD.search(NOT_RUSSIAN.sub("", text.replace(ADDRESS, "")))]


async def enters(sandbox: Sandbox, shop: Shop, person_id: int, name: str) -> Person:
    """Let a customer in who reads Russian."""
    shop.has_customer(person_id, name)
    shop.db.call(people.choose_language, person_id, "ru", now=now())
    person = sandbox.person(person_id, name, language_code="ru", username=f"user{person_id}")
    await person.sends("/start")
    return person


def said(sandbox: Sandbox) -> Iterator[str]:
    """Return every text and label that the bot has sent, also those that gave way to others since."""
    for call in sandbox.calls():
        if call.method not in ("setMyCommands", "getFile"):
            told = (call.params.get(name) for name in ("text", "caption"))
            yield from (TAG.sub("", each) for each in chain(told, labels(call.params.get("reply_markup"))) if each)


def labels(markup: Any) -> Iterator[str]:
    found = json.loads(markup) if isinstance(markup, str) else markup or {}
    yield from (button["text"] for row in found.get("inline_keyboard", []) for button in row)

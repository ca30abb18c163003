"""Forgetting the dialogues of people who were erased, also of those who were erased in the shell."""

from collections.abc import Awaitable, Callable

from bot.db import Database
from bot.services.privacy import erasing

Forget = Callable[[int], Awaitable[None]]


async def run(db: Database, forget: Forget) -> None:
    """Let nothing be left of the dialogue in each chat, and then nothing of the chat's number."""
    for chat_id in await db.fetch(erasing.chats_to_forget):
        await forget(chat_id)
        await db.run(erasing.chat_is_forgotten, chat_id)

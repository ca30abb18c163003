"""A search of the staff: what it asks, what it finds, and the way back to that from whatever was opened."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from bot.telegram.admin.router import StaffRouter
from bot.telegram.visit import Visit


class Found(Protocol):
    """What a button carries that leads back to a page of what was found."""

    page: int


@dataclass(frozen=True)
class Search:
    """One search: `ask` asks in `state`, and `show` shows a page of what a text finds and keeps the text as `fact`."""

    state: State
    fact: str
    ask: Callable[[Visit], Awaitable[None]]
    show: Callable[[Visit, str, int], Awaitable[None]]

    def hang(self, router: StaffRouter, question: type[CallbackData], found: type[CallbackData]) -> None:
        """Let a router ask where `question` is pressed, take the answer, and lead back where `found` is pressed."""
        router.callback_query.register(self._open_question, question.filter())
        router.message.register(self._take_text, self.state, F.text, ~F.text.startswith("/"))
        router.callback_query.register(self._open_found, found.filter())

    async def _open_question(self, _press: CallbackQuery, visit: Visit) -> None:
        await self.ask(visit)

    async def _take_text(self, message: Message, visit: Visit) -> None:
        await self.show(visit, message.text or "", 0)

    async def _open_found(self, _press: CallbackQuery, callback_data: Found, visit: Visit) -> None:
        """Show what was found once more; when the text is forgotten, ask anew."""
        text = await visit.fact(self.fact)
        await (self.show(visit, text, callback_data.page) if text else self.ask(visit))

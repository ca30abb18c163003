"""The dialogue of a person with the shop: what was asked, and the facts about it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.base import StateType, StorageKey
from aiogram.types import TelegramObject

from bot.telegram.dialogue_stores import Standing, Storage, name_of

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


async def forget(storage: Storage, bot_id: int, chat_id: int) -> None:
    """Leave nothing of the dialogue with somebody.

    Raises:
        RedisError: Redis is away, so that it is still there.
    """
    await storage.forget(StorageKey(bot_id=bot_id, chat_id=chat_id, user_id=chat_id))


class Dialogue(FSMContext):
    """A dialogue during one update: read once, because nothing else changes it meanwhile, written when it changes.

    It is written whole, so that a Redis which forgets everything in between forgets neither half of it.
    """

    storage: Storage
    _stands: Standing | None = None

    async def begin(self) -> Standing:
        """Read everything at once."""
        if self._stands is None:
            self._stands = await self.storage.read(self.key)
        return self._stands

    async def turn(self, question: StateType, facts: Mapping[str, Any]) -> None:
        """Let it stand at another question, or at none, with these facts: both or, after a crash, neither.

        A question with the facts of the one before would take a text that comes twice for its own answer.
        """
        name = name_of(question)
        await self.storage.turn(self.key, name, facts)
        self._stands = name, dict(facts)

    async def get_state(self) -> str | None:
        """Return what was asked."""
        name, _ = await self.begin()
        return name

    async def set_state(self, state: StateType = None) -> None:
        """Remember what was asked."""
        _, facts = await self.begin()
        await self.turn(state, facts)

    async def get_data(self) -> dict[str, Any]:
        """Return the facts about the dialogue."""
        _, facts = await self.begin()
        return dict(facts)

    async def set_data(self, data: Mapping[str, Any]) -> None:
        """Remember facts about the dialogue."""
        name, facts = await self.begin()
        if data != facts:
            await self.turn(name, data)

    async def update_data(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> dict[str, Any]:
        """Remember more facts about the dialogue."""
        facts = {**await self.get_data(), **(data or {}), **kwargs}
        await self.set_data(facts)
        return facts


class Dialogues(FSMContextMiddleware):
    """Gives every update its dialogue, with one question to the storage."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Read where the dialogue stands."""
        found = self.resolve_event_context(data["bot"], data)
        if found is not None:
            state = Dialogue(found.storage, found.key)
            data.update({"state": state, "raw_state": await state.get_state()})
        return await handler(event, data)

"""Where dialogues stand: in Redis, and in this process while Redis is away, so that nobody meets silence."""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from aiogram.fsm.context import FSMContext
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import TelegramObject
from cryptography.exceptions import InvalidTag
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.services.vault import Vault, WrongKey

log = logging.getLogger(__name__)
T = TypeVar("T")
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

DAYS_KEPT = 7
PLACE = "dialogues"
"""For which the facts of a dialogue are sealed."""
MOST_KNOWN = 5000
"""So many dialogues, those of the last to write, this process remembers by itself."""
PAUSE_SECONDS = 5.0
"""For so long after a failure Redis is not asked: one that is frozen would make people wait at every step."""


def storage(redis: Redis | None, vault: Vault) -> BaseStorage:
    """Return the storage of dialogues: `redis` with a spare, or this process alone. Redis sees sealed facts only."""
    if redis is None:
        return MemoryStorage()
    seconds = DAYS_KEPT * 24 * 3600
    return SpareStorage(
        WholeStorage(
            redis,
            key_builder=DefaultKeyBuilder(prefix="dialogue"),
            state_ttl=seconds,
            data_ttl=seconds,
            json_dumps=partial(_sealed, vault),
            json_loads=partial(_opened, vault),
        )
    )


def _sealed(vault: Vault, facts: Any) -> str:
    return vault.seal(json.dumps(facts), PLACE)


def _opened(vault: Vault, kept: str) -> Any:
    """Return the facts; those whose key is gone are forgotten, and those of earlier versions are not sealed."""
    if kept.startswith("{"):
        return json.loads(kept)
    try:
        return json.loads(vault.open(kept, PLACE))
    except (WrongKey, InvalidTag, ValueError):
        return {}


async def forget(storage: BaseStorage, bot_id: int, chat_id: int) -> None:
    """Leave nothing of the dialogue with somebody.

    Raises:
        RedisError: Redis is away, so that it is still there.
    """
    key = StorageKey(bot_id=bot_id, chat_id=chat_id, user_id=chat_id)
    stores = storage.stores if isinstance(storage, SpareStorage) else (storage,)
    for store in stores:
        await store.set_state(key, None)
        await store.set_data(key, {})


async def turn(state: FSMContext, question: State | None, facts: Mapping[str, Any]) -> None:
    """Let a dialogue stand at another question, or at none, with these facts: both or, after a crash, neither.

    A question with the facts of the one before would take a text that comes twice for its own answer.
    """
    storage = state.storage
    if isinstance(storage, SpareStorage):
        await storage.turn(state.key, question, facts)
    else:
        await storage.set_state(state.key, question)
        await storage.set_data(state.key, dict(facts))
    if isinstance(state, Dialogue):
        state.knows(facts)


class Dialogue(FSMContext):
    """A dialogue during one update: read once, because nothing else changes it meanwhile, written when it changes."""

    _facts: dict[str, Any] | None = None

    async def begin(self) -> str | None:
        """Read everything at once and return what was asked."""
        storage = self.storage
        if not isinstance(storage, SpareStorage):
            return await self.get_state()
        name, self._facts = await storage.read(self.key)
        return name

    async def get_data(self) -> dict[str, Any]:
        """Return the facts about the dialogue."""
        if self._facts is None:
            self._facts = await super().get_data()
        return dict(self._facts)

    async def set_data(self, data: Mapping[str, Any]) -> None:
        """Remember facts about the dialogue."""
        if data != self._facts:
            await super().set_data(data)
            self.knows(data)

    async def update_data(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> dict[str, Any]:
        """Remember more facts about the dialogue."""
        facts = {**await self.get_data(), **(data or {}), **kwargs}
        await self.set_data(facts)
        return facts

    def knows(self, facts: Mapping[str, Any]) -> None:
        """Hold what was just written."""
        self._facts = dict(facts)


class Dialogues(FSMContextMiddleware):
    """Gives every update its dialogue, with one question to the storage."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Read where the dialogue stands."""
        found = self.resolve_event_context(data["bot"], data)
        if found is not None:
            state = Dialogue(found.storage, found.key)
            data.update({"state": state, "raw_state": await state.begin()})
        return await handler(event, data)


class WholeStorage(RedisStorage):
    """Redis, in which a question and its facts change together."""

    async def read(self, key: StorageKey) -> tuple[str | None, dict[str, Any]]:
        """Return what was asked and the facts about it."""
        places = self.key_builder.build(key, "state"), self.key_builder.build(key, "data")
        name, facts = [each.decode() if isinstance(each, bytes) else each for each in await self.redis.mget(*places)]
        return name, self.json_loads(facts) if facts else {}

    async def turn(self, key: StorageKey, name: str | None, facts: Mapping[str, Any]) -> None:
        """Remember what was asked and the facts about it in one transaction."""
        sealed = self.json_dumps(dict(facts)) if facts else None
        places = self.key_builder.build(key, "state"), self.key_builder.build(key, "data")
        async with self.redis.pipeline(transaction=True) as unit:
            for place, value, seconds in zip(places, (name, sealed), (self.state_ttl, self.data_ttl), strict=True):
                unit.delete(place) if value is None else unit.set(place, value, ex=seconds)
            await unit.execute()


class SpareStorage(BaseStorage):
    """Redis, which outlives this process, and this process, which remembers while Redis is away or has forgotten.

    Nobody but the bot writes dialogues, so what this process knows of the latest of them is as good as what Redis says.
    """

    def __init__(self, first: WholeStorage) -> None:
        """Prefer `first`."""
        self._first = first
        self._spare = MemoryStorage()
        self._unsaved: set[StorageKey] = set()
        self._away_until = 0.0

    async def read(self, key: StorageKey) -> tuple[str | None, dict[str, Any]]:
        """Return what was asked and the facts about it."""
        name, facts = await self._found(key, self._first.read) or (None, {})
        return (name, facts) if name or facts else self._remembered(key)

    def _remembered(self, key: StorageKey) -> tuple[str | None, dict[str, Any]]:
        """Return what this process knows by itself; asking makes it know nobody."""
        known = self._spare.storage.get(key)
        return (str(known.state) if known.state else None, dict(known.data)) if known else (None, {})

    @property
    def stores(self) -> tuple[BaseStorage, BaseStorage]:
        """Return both places in which a dialogue may stand."""
        return self._first, self._spare

    async def turn(self, key: StorageKey, question: State | None, facts: Mapping[str, Any]) -> None:
        """Remember what was asked and the facts about it, both or neither."""
        name = question.state if question else None
        await self._spare.set_state(key, name)
        await self._spare.set_data(key, dict(facts))
        await self._save(key, lambda: self._first.turn(key, name, facts))

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Remember what was asked."""
        name = state.state if isinstance(state, State) else state
        await self._spare.set_state(key, name)
        await self._save(key, lambda: self._first.set_state(key, name))

    async def get_state(self, key: StorageKey) -> str | None:
        """Return what was asked."""
        return await self._found(key, self._first.get_state) or self._remembered(key)[0]

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Remember facts about the dialogue."""
        await self._spare.set_data(key, dict(data))
        await self._save(key, lambda: self._first.set_data(key, dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Return the facts about the dialogue."""
        return await self._found(key, self._first.get_data) or self._remembered(key)[1]

    async def close(self) -> None:
        """Close the connection."""
        await self._first.close()

    async def _found(self, key: StorageKey, read: Callable[[StorageKey], Awaitable[T]]) -> T | None:
        """Return what Redis knows, unless it is away or this process knows better."""
        if key in self._unsaved or time.monotonic() < self._away_until:
            return None
        try:
            return await read(key)
        except (RedisError, OSError) as error:
            self._is_away(error)
            return None

    async def _save(self, key: StorageKey, write: Callable[[], Awaitable[None]]) -> None:
        """Write into Redis what has changed, and all of a dialogue that changed while it was away."""
        self._note(key)
        is_known = key not in self._unsaved
        self._unsaved.add(key)
        if time.monotonic() < self._away_until:
            return
        known = self._spare.storage[key]
        try:
            await (write() if is_known else self._first.turn(key, known.state, known.data))
        except (RedisError, OSError) as error:
            self._is_away(error)
        else:
            self._unsaved.discard(key)

    def _is_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + PAUSE_SECONDS
        log.warning("Redis is away, dialogues are kept in this process: %s", error)

    def _note(self, key: StorageKey) -> None:
        """Remember who wrote last, and let go of the dialogue that rests longest."""
        records = self._spare.storage
        records[key] = records.pop(key)
        if len(records) > MOST_KNOWN:
            oldest = next(iter(records))
            del records[oldest]
            self._unsaved.discard(oldest)

"""Where dialogues stand: in Redis, and in this process while Redis is away, so that nobody meets silence."""

import json
import logging
import time
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey
from cryptography.exceptions import InvalidTag
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.services.vault import Vault, WrongKey

log = logging.getLogger(__name__)

SECONDS_KEPT = 7 * 24 * 3600
PLACE = "dialogues"
"""For which the facts of a dialogue are sealed."""
MOST_KNOWN = 5000
"""So many dialogues, those of the last to come, this process remembers by itself."""
PAUSE_SECONDS = 5.0
"""For so long after a failure Redis is not asked: one that is frozen would make people wait at every step."""
Standing = tuple[str | None, dict[str, Any]]
"""What was asked, and the facts about it."""
NOWHERE: Standing = None, {}


def name_of(state: StateType) -> str | None:
    """Return how a question is called."""
    return state.state if isinstance(state, State) else state


class Storage(BaseStorage):
    """Where dialogues stand, each whole: its question and the facts about it are read and written together."""

    @abstractmethod
    async def read(self, key: StorageKey) -> Standing:
        """Return what was asked and the facts about it."""

    @abstractmethod
    async def turn(self, key: StorageKey, name: str | None, facts: Mapping[str, Any]) -> None:
        """Remember what was asked and the facts about it, both or neither."""

    async def forget(self, key: StorageKey) -> None:
        """Leave nothing of a dialogue."""
        await self.turn(key, None, {})

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Remember what was asked."""
        _, facts = await self.read(key)
        await self.turn(key, name_of(state), facts)

    async def get_state(self, key: StorageKey) -> str | None:
        """Return what was asked."""
        name, _ = await self.read(key)
        return name

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Remember facts about the dialogue."""
        name, _ = await self.read(key)
        await self.turn(key, name, data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Return the facts about the dialogue."""
        _, facts = await self.read(key)
        return facts

    async def close(self) -> None:
        """Let go of what it holds."""


class Here(Storage):
    """This process, which remembers the dialogues of those who wrote last, of all or of so many."""

    def __init__(self, most: int | None = None) -> None:
        """Remember the `most` dialogues that changed last, or all."""
        self._known: OrderedDict[StorageKey, Standing] = OrderedDict()
        self._most = most

    def __contains__(self, key: StorageKey) -> bool:
        return key in self._known

    async def read(self, key: StorageKey) -> Standing:
        """Return what was asked and the facts about it."""
        return self.knows(key)

    def knows(self, key: StorageKey) -> Standing:
        """Return what this process knows by itself; asking makes it know nobody."""
        name, facts = self._known.get(key, NOWHERE)
        if key in self._known:
            self._known.move_to_end(key)
        return name, dict(facts)

    async def turn(self, key: StorageKey, name: str | None, facts: Mapping[str, Any]) -> None:
        """Remember what was asked and the facts about it."""
        self.note(key, name, facts)

    def note(self, key: StorageKey, name: str | None, facts: Mapping[str, Any]) -> None:
        """Remember a dialogue, perhaps in the place of the one that was asked for longest ago."""
        self._known[key] = name, dict(facts)
        self._known.move_to_end(key)
        if self._most is not None and len(self._known) > self._most:
            self._known.popitem(last=False)


class InRedis(Storage):
    """Redis, which sees what was asked, and the facts sealed."""

    def __init__(self, redis: Redis, vault: Vault) -> None:
        """Seal with `vault`."""
        self._redis = redis
        self._vault = vault
        self._names = DefaultKeyBuilder(prefix="dialogue")

    def _places(self, key: StorageKey) -> tuple[str, str]:
        return self._names.build(key, "state"), self._names.build(key, "data")

    async def read(self, key: StorageKey) -> Standing:
        """Return what was asked and the facts about it."""
        kept = await self._redis.mget(*self._places(key))
        name, facts = [each.decode() if isinstance(each, bytes) else each for each in kept]
        return name, _opened(self._vault, facts) if facts else {}

    async def turn(self, key: StorageKey, name: str | None, facts: Mapping[str, Any]) -> None:
        """Remember what was asked and the facts about it in one transaction."""
        sealed = _sealed(self._vault, dict(facts)) if facts else None
        async with self._redis.pipeline(transaction=True) as unit:
            for place, value in zip(self._places(key), (name, sealed), strict=True):
                unit.delete(place) if value is None else unit.set(place, value, ex=SECONDS_KEPT)
            await unit.execute()

    async def close(self) -> None:
        """Close the connection."""
        await self._redis.aclose(close_connection_pool=True)


class Spared(Storage):
    """This process, which remembers the dialogues of those who came last, and Redis, which outlives it.

    Nobody but the bot writes dialogues, so what this process knows of them is as good as what Redis would say. Redis is
    asked about those of whom this process knows nothing yet.
    """

    def __init__(self, first: InRedis) -> None:
        """Know nobody yet; `first` knows all."""
        self._first = first
        self._spare = Here(MOST_KNOWN)
        self._away_until = 0.0

    async def read(self, key: StorageKey) -> Standing:
        """Return what was asked and the facts about it."""
        if key not in self._spare and not self._is_away:
            try:
                found = await self._first.read(key)
            except (RedisError, OSError) as error:
                self._goes_away(error)
            else:
                self._learn(key, *found)
        return self._spare.knows(key)

    def _learn(self, key: StorageKey, name: str | None, facts: Mapping[str, Any]) -> None:
        # What has turned while Redis was asked is newer.
        if key not in self._spare:
            self._spare.note(key, name, facts)

    async def turn(self, key: StorageKey, name: str | None, facts: Mapping[str, Any]) -> None:
        """Remember what was asked and the facts about it, both or neither."""
        self._spare.note(key, name, facts)
        if self._is_away:
            return
        try:
            await self._first.turn(key, name, facts)
        except (RedisError, OSError) as error:
            self._goes_away(error)

    async def forget(self, key: StorageKey) -> None:
        """Leave nothing of a dialogue.

        Raises:
            RedisError: Redis is away, so that it is still there.
        """
        await self._first.forget(key)
        await self._spare.forget(key)

    @property
    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _goes_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + PAUSE_SECONDS
        log.warning("Redis is away, dialogues are kept in this process: %s", error)

    async def close(self) -> None:
        """Close the connection."""
        await self._first.close()


def storage(redis: Redis | None, vault: Vault) -> Storage:
    """Return the storage of dialogues: `redis` with a spare, or this process alone. Redis sees sealed facts only."""
    return Here() if redis is None else Spared(InRedis(redis, vault))


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

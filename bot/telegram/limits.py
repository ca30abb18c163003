"""How often something may be done: counted in Redis, and in this process while Redis is away."""

import logging
import time
from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from bot.errors import TooManyAttempts

log = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0
"""For so long after a failure Redis is not asked."""
MOST_HERE = 10_000
"""Counters in this process; when there are more, those that have ended are forgotten."""


class Limits:
    """Counters that forget after a while."""

    def __init__(self, redis: Redis | None) -> None:
        """Count in `redis`; without one, in this process."""
        self._redis = redis
        self._here: dict[str, tuple[int, float]] = {}
        self._away_until = 0.0

    async def require(self, key: str, most: int, seconds: int) -> None:
        """Refuse when `key` was counted `most` times within `seconds`.

        Raises:
            TooManyAttempts: it was; the error says how long to wait.
        """
        counted, left = await self._look(key)
        if counted >= most:
            raise TooManyAttempts(max(min(left, seconds), 1))

    async def count(self, key: str, seconds: int) -> int:
        """Count `key` once more and return how often it was counted; that is forgotten `seconds` after the first."""
        here = self._count_here(key, seconds)
        there = await self._ask(lambda pipe: (pipe.incr(_name(key)), pipe.expire(_name(key), seconds, nx=True)))
        return int(there[0]) if there else here

    async def _look(self, key: str) -> tuple[int, int]:
        here = self._look_here(key)
        there = await self._ask(lambda pipe: (pipe.get(_name(key)), pipe.ttl(_name(key))))
        return max((int(there[0] or 0), int(there[1])), here) if there else here

    async def _ask(self, question: Callable[[Pipeline], object]) -> list[Any] | None:
        """Return Redis' answers, None while it is away: one that is frozen must not make people wait at every step."""
        if self._redis is None or time.monotonic() < self._away_until:
            return None
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                question(pipe)
                return await pipe.execute()
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            log.warning("Redis is away, limits are counted in this process: %s", error)
            return None

    def _look_here(self, key: str) -> tuple[int, int]:
        counted, ends = self._here.get(key, (0, 0.0))
        left = ends - time.monotonic()
        return (counted, round(left)) if left > 0 else (0, 0)

    def _count_here(self, key: str, seconds: int) -> int:
        now = time.monotonic()
        if len(self._here) >= MOST_HERE:
            self._here = {known: value for known, value in self._here.items() if value[1] > now}
        counted, ends = self._here.get(key, (0, 0.0))
        counted, ends = (counted + 1, ends) if ends > now else (1, now + seconds)
        self._here[key] = counted, ends
        return counted


def _name(key: str) -> str:
    return f"limit:{key}"

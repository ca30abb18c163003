"""How often something may be done: counted in Redis, and in this process while Redis is away."""

import logging
import time

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import TooManyAttempts

log = logging.getLogger(__name__)

MOST_HERE = 10_000
"""Counters in this process; when there are more, those that have ended are forgotten."""


class Limits:
    """Counters that forget after a while."""

    def __init__(self, redis: Redis | None) -> None:
        """Count in `redis`; without one, in this process."""
        self._redis = redis
        self._here: dict[str, tuple[int, float]] = {}

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
        if self._redis is None:
            return here
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(_name(key))
                pipe.expire(_name(key), seconds, nx=True)
                counted, _ = await pipe.execute()
        except RedisError as error:
            log.warning("Redis is away, limits are counted in this process: %s", error)
            return here
        return int(counted)

    async def _look(self, key: str) -> tuple[int, int]:
        here = self._look_here(key)
        if self._redis is None:
            return here
        try:
            async with self._redis.pipeline() as pipe:
                pipe.get(_name(key))
                pipe.ttl(_name(key))
                counted, left = await pipe.execute()
        except RedisError as error:
            log.warning("Redis is away, limits are counted in this process: %s", error)
            return here
        return max((int(counted or 0), int(left)), here)

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

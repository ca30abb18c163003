"""Waiting for what a job does in its own time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Wait until the condition holds, and fail if it does not in so many seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the truth is in a database or a clock, which set no events
            await asyncio.sleep(0.01)

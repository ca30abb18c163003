"""What has just changed in the sandbox, told to the chat page and to tests that wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """One change in a chat: a message appeared, was edited or deleted, a toast was shown, ..."""

    kind: str
    chat_id: int
    subject: Any = None


class Changes:
    """Tells every listener about every change, in order."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Change]] = set()

    def publish(self, kind: str, chat_id: int, subject: Any = None) -> None:
        """Tell all listeners."""
        for listener in self._listeners:
            listener.put_nowait(Change(kind, chat_id, subject))

    @contextmanager
    def listening(self) -> "Iterator[asyncio.Queue[Change]]":
        """Collect the changes from here on in a queue."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

"""How fast messages go out: as many a second as Telegram likes, and fewer after it has asked for a pause."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
from aiogram.methods import CopyMessage, ForwardMessage, SendDocument, SendMessage, SendPhoto, TelegramMethod

NEW_MESSAGES = (SendMessage, SendPhoto, SendDocument, CopyMessage, ForwardMessage)
"""What makes a message, among the methods that the shop uses."""
FULL = 27.0
"""Messages a second. Telegram allows about 30 in all; the others are for the answers to what people press."""
MOST = 28
"""In no second more, with the answers to what people press and what is on its way, however much time was lost.

A message counts from when it leaves until a second after Telegram's answer, since it arrives at some moment between.
"""
SLOWEST = 5.0
"""Messages a second, however often Telegram complains."""
SLOWER = 0.7
FASTER = 1.002
"""What the pace is multiplied with at every complaint, and at every message: it recovers within minutes."""
LONGEST_REST = 60.0
"""In seconds. Telegram may ask for an hour because of one chat; after a minute the next message shows more."""
CATCH_UP = 0.2
"""In seconds: so much of lost time is made good by sending faster."""
BURST = 3
"""So many messages may follow one another at once in a chat, which Telegram allows; then it is one a second."""
GROUP_MOST, GROUP_SECONDS = 20, 60.0
"""So many messages a group may get in so many seconds."""
AT_ONCE = 4
"""So many messages of broadcasts are under way together, so that an answer of Telegram may take 100 ms."""


class Pace:
    """Turns that come at a steady rate. Broadcasts rest where Telegram asks for it, everything else goes on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin at full speed."""
        self.per_second = FULL
        self._clock = clock
        self._next = 0.0
        self._gone: deque[float] = deque(maxlen=MOST)
        self._leaving = 0
        self._rest_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Tell whether broadcasts have to wait."""
        return self._clock() < self._rest_until

    @contextmanager
    def message(self) -> Iterator[None]:
        """Count a message that goes out, whoever sends it, while it is sent."""
        self._leaving += 1
        try:
            yield
        finally:
            self._leaving -= 1
            self._gone.append(self._clock())

    async def turn(self, claimed: int = 0) -> None:
        """Wait until the next message may go, where so many have had their turn and are not through yet.

        Where people's answers take all of Telegram's pace, it still goes after a moment.
        """
        now = self._clock()
        start = max(self._next, now - CATCH_UP)
        self._next = start + 1 / self.per_second
        self.per_second = min(FULL, self.per_second * FASTER)
        under_way = max(claimed, self._leaving)
        if self._gone and len(self._gone) + under_way >= MOST:
            free = self._gone[min(len(self._gone) + under_way - MOST, len(self._gone) - 1)] + 1
            start = max(start, min(free, now + 1 / SLOWEST))
        if start > now:
            await asyncio.sleep(start - now)

    def slow_down(self, seconds: float) -> None:
        """Go slower from now on, and let broadcasts rest for as long as Telegram asks, within reason."""
        self.per_second = max(SLOWEST, self.per_second * SLOWER)
        self._rest_until = self._clock() + min(seconds, LONGEST_REST)


class ChatPace:
    """How much each chat got of late, by the courier and by the answers to what its people press."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        counted: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Know of nothing; every message that goes out is `counted` while it is sent."""
        self._clock = clock
        self._counted = counted
        self._sent: dict[int, deque[float]] = {}

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        """Note each message that goes to a chat; what only changes a message is none."""
        if not (isinstance(method, NEW_MESSAGES) and isinstance(method.chat_id, int)):
            return await make_request(bot, method)
        self.note(method.chat_id)
        with self._counted():
            return await make_request(bot, method)

    def note(self, chat_id: int) -> None:
        """Count a message to a chat."""
        self._sent.setdefault(chat_id, deque(maxlen=GROUP_MOST)).append(self._clock())

    def resting(self) -> list[int]:
        """Return the chats that get nothing more right now."""
        now = self._clock()
        self._sent = {
            chat: times
            for chat, times in self._sent.items()
            if now - times[-1] < (GROUP_SECONDS if chat < 0 else BURST)
        }
        return [chat for chat, times in self._sent.items() if self._rests(chat, times, now)]

    @staticmethod
    def _rests(chat: int, times: Sequence[float], now: float) -> bool:
        if chat < 0 and len(times) == GROUP_MOST and now - times[0] < GROUP_SECONDS:
            return True
        # A bucket that loses one message a second is full.
        level, last = 0.0, times[0]
        for at in times:
            level, last = max(0.0, level - (at - last)) + 1, at
        return level - (now - last) > BURST - 1


class UnderWay:
    """The few messages that are being sent at the same time."""

    def __init__(self) -> None:
        """Be empty."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Tell whether another one has to wait."""
        return len(self._tasks) >= AT_ONCE

    @property
    def count(self) -> int:
        """Return how many there are."""
        return sum(not task.done() for task in self._tasks)

    def start(self, sending: Coroutine[Any, Any, None]) -> None:
        """Send one beside the others."""
        task = asyncio.get_running_loop().create_task(sending)
        self._tasks.add(task)

    async def some(self, seconds: float) -> None:
        """Wait until one of them is through, or for so long."""
        if self._tasks:
            done, _ = await asyncio.wait(self._tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            self._forget(done)

    async def all(self) -> None:
        """Wait until all of them are through."""
        if self._tasks:
            done, _ = await asyncio.wait(self._tasks)
            self._forget(done)

    def _forget(self, done: set[asyncio.Task[None]]) -> None:
        self._tasks -= done
        for task in done:
            task.result()

"""What can go wrong between a bot and Telegram: refusals, broken answers, delays, and the limits on pace."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.refusals import Refusal, too_many_requests

Status = int | Literal["reset", "timeout"]

BAD_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
)
DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
POLLING = "getupdates"


@dataclass
class Fault:
    """The next `times` calls of a method fail (None: all of them); `hits` counts those that did."""

    method: str
    status: Status = 500
    retry_after: int | None = None
    times: int | None = 1
    chat_id: int | None = None
    body: str | None = None
    description: str | None = None
    after_delivery: bool = False
    hits: int = 0

    def strikes(self, method: str, chat_id: str) -> bool:
        """Say whether this call is meant."""
        if self.times is not None and self.hits >= self.times:
            return False
        if self.chat_id is not None and str(self.chat_id) != chat_id:
            return False
        return _matches(self.method, method)

    def cancel(self) -> None:
        """Let nothing fail any more."""
        self.times = self.hits

    def refusal(self) -> Refusal:
        """Return the JSON answer of a failure that has one."""
        if self.status == 429:
            return too_many_requests(self.retry_after or 1)
        code = int(self.status)
        return Refusal(code, self.description or DESCRIPTIONS.get(code, "Bad Request"))


@dataclass
class Delay:
    """The next `times` calls of a method take `seconds` longer (None: all of them), on the way there or back."""

    method: str
    seconds: float
    times: int | None = 1
    after_delivery: bool = False
    hits: int = 0

    def meets(self, method: str) -> bool:
        """Say whether this call is meant."""
        return (self.times is None or self.hits < self.times) and _matches(self.method, method)


def _matches(pattern: str, method: str) -> bool:
    """Compare as Telegram does, without regard to case; "*" is every method except getUpdates."""
    return method.lower() != POLLING if pattern == "*" else pattern.lower() == method.lower()


class Faults:
    """The faults and delays that tests have asked for."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.delays: list[Delay] = []

    def next_fault(self, method: str, chat_id: str) -> Fault | None:
        """Return the fault that this call meets, and count it."""
        for fault in self.faults:
            if fault.strikes(method, chat_id):
                fault.hits += 1
                return fault
        return None

    def next_delay(self, method: str) -> Delay | None:
        """Return the delay that this call meets, and count it."""
        for delay in self.delays:
            if delay.meets(method):
                delay.hits += 1
                return delay
        return None

    def heal(self) -> None:
        """Let everything work again."""
        self.faults.clear()
        self.delays.clear()


class Limits:
    """Telegram's limits on messages: 30 a second over all, one a second in a chat, 20 a minute in a group.

    Off by default: Telegram tolerates short bursts, and most tests do not want to wait.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.enforced = False
        self.overall = 30
        self.per_chat_seconds = 1.0
        self.per_group_minute = 20
        self._clock = clock
        self._sent: deque[float] = deque()
        self._by_chat: dict[int, deque[float]] = {}

    def check(self, chat_id: int) -> None:
        """Count one message to a chat.

        Raises:
            Refusal: It comes too soon.
        """
        if not self.enforced:
            return
        now = self._clock()
        in_chat = self._by_chat.setdefault(chat_id, deque())
        self._refuse_beyond(self._sent, self.overall, 1.0, now)
        if chat_id < 0:
            self._refuse_beyond(in_chat, self.per_group_minute, 60.0, now)
        else:
            self._refuse_beyond(in_chat, 1, self.per_chat_seconds, now)
        self._sent.append(now)
        in_chat.append(now)

    @staticmethod
    def _refuse_beyond(sent: deque[float], limit: int, seconds: float, now: float) -> None:
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        if len(sent) >= limit:
            raise too_many_requests(max(1, math.ceil(sent[0] + seconds - now)))

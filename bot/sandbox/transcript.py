"""The record of everything that passed between the bot and the sandbox."""

import time
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import Json

POLLING = "getUpdates"


@dataclass
class Call:
    """One call of the Bot API; `error` is its description when it was refused, `seconds` how long it took."""

    method: str
    params: Json
    at: float = field(default_factory=time.time)
    result: Any = None
    error: str | None = None
    status: int | str = 0
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the bot got its answer."""
        return self.status == 200

    def json(self) -> Json:
        """Return the call for the transcript's page."""
        return dict(self.__dict__)


class Transcript:
    """Calls in the order of their arrival."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def begin(self, method: str, params: Json) -> Call:
        """Record that a call has arrived."""
        call = Call(method, params)
        self.calls.append(call)
        return call

    def of(self, method: str | None = None) -> list[Call]:
        """Return the calls of one method, or all calls except the polling."""
        if method is None:
            return [call for call in self.calls if call.method.lower() != POLLING.lower()]
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def counts(self) -> dict[str, int]:
        """Return how often each method was called, without the polling."""
        counted: dict[str, int] = {}
        for call in self.of():
            counted[call.method] = counted.get(call.method, 0) + 1
        return counted

"""Having the courier send what waits in the outbox."""

from collections.abc import Callable
from typing import Protocol


class Courier(Protocol):
    """Who carries messages to people."""

    async def deliver_due(self) -> int:
        """Send some of the messages that are due and return how many were taken up; 0 when none is due."""

    async def show_broadcasts(self) -> None:
        """Bring up to date what the staff see of broadcasts."""


async def run(courier: Courier, keep_going: Callable[[], bool] = lambda: True) -> None:
    """Send until nothing is due any more."""
    while keep_going() and await courier.deliver_due():
        pass

"""Having the courier send what waits in the outbox."""

from collections.abc import Callable
from typing import Protocol


class Courier(Protocol):
    """Who carries messages to people."""

    async def deliver_due(self, keep_going: Callable[[], bool] = ...) -> int:
        """Send what is due, for a minute at most while it may `keep_going`, and return how many were taken up."""

    async def show_broadcasts(self) -> None:
        """Bring up to date what the staff see of broadcasts."""


async def run(courier: Courier, keep_going: Callable[[], bool] = lambda: True) -> None:
    """Send until nothing is due any more, or for a while: a job that never ended would count as one that hangs."""
    await courier.deliver_due(keep_going)

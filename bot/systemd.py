"""What the process tells systemd: that it serves, what it does just now, and that it lives (sd_notify(3)).

The protocol is one datagram to $NOTIFY_SOCKET, less than what the libraries for it bring along: `sdnotify` rests since
2017, and `systemd-python` wants a compiler on the server.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

EXTEND_EVERY = 10.0
EXTEND_BY = 60.0
"""In seconds: a start may take as long as it says so, and no longer than this without a word."""


class Supervisor:
    """Whoever started this process and wants to hear how it does; nobody, outside of systemd."""

    def __init__(self, address: str | None = None, watchdog_seconds: float | None = None) -> None:
        """Talk to the socket at `address`; after so many seconds without `lives` the process is ended."""
        self.watchdog_seconds = watchdog_seconds if address else None
        self._address = address
        self._status = ""

    @classmethod
    def of_environment(cls) -> "Supervisor":
        """Return the one that the environment names, and forget it there: no child shall talk for this process."""
        address = os.environ.pop("NOTIFY_SOCKET", None)
        seconds = int(os.environ.pop("WATCHDOG_USEC", None) or 0) / 1_000_000
        is_meant = int(os.environ.pop("WATCHDOG_PID", None) or os.getpid()) == os.getpid()
        return cls(address, seconds if seconds and is_meant else None)

    def serves(self) -> None:
        """Say that the start is over."""
        self._send("READY=1")

    def lives(self) -> None:
        """Keep the watchdog quiet for another while."""
        self._send("WATCHDOG=1")

    def stops(self) -> None:
        """Say that the process ends in good order."""
        self._send("STOPPING=1")

    def does(self, status: str) -> None:
        """Say in one line what is being done; `systemctl status` shows it."""
        if status != self._status:
            self._status = status
            self._send(f"STATUS={status.splitlines()[0]}")

    @asynccontextmanager
    async def has_patience(self) -> AsyncIterator[None]:
        """Ask for more time again and again: a backup before a migration takes long, and Telegram may be away."""
        self._ask_for_time()
        asking = asyncio.create_task(self._go_on_asking())
        try:
            yield
        finally:
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking

    async def _go_on_asking(self) -> None:
        while True:
            await asyncio.sleep(EXTEND_EVERY)
            self._ask_for_time()

    def _ask_for_time(self) -> None:
        self._send(f"EXTEND_TIMEOUT_USEC={EXTEND_BY * 1_000_000:.0f}")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # A name that begins with @ stands for the abstract namespace. Nobody waits for a queue that is full.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
            line.sendto(message.encode(), address)

"""Loading the owner's file of bitcoin addresses whenever it changes; the file itself is only ever read."""

import asyncio
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from watchdog.events import EVENT_TYPE_CLOSED_NO_WRITE, EVENT_TYPE_OPENED, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from bot.db import Database
from bot.errors import BadValue
from bot.services import address_file, bitcoin

ACTOR = "job:bitcoin"
SETTLE_SECONDS = 2.0
"""A file that changed is read when it has rested for so long, so that half a copy is not taken for the whole."""
RESCAN_SECONDS = 60.0
"""Looking again without being told catches what the observer misses, such as a folder that was made anew."""
CHUNK = 2000
"""Addresses a transaction: it lasts a few hundredths of a second, so nobody waits for its locks."""
MOST_LOGGED_LINES = 50

log = logging.getLogger(__name__)

Stamp = tuple[int, ...]


class Watch:
    """Keeps the pool of addresses up with the file."""

    def __init__(
        self,
        db: Database,
        path: Path,
        now: Callable[[], datetime],
        *,
        settle: float = SETTLE_SECONDS,
        rescan: float = RESCAN_SECONDS,
    ) -> None:
        """Take the file to watch; it need not exist. `settle` and `rescan` are seconds."""
        self._db = db
        self._path = path.absolute()
        self._now = now
        self._settle = settle
        self._rescan = rescan
        self._observer: BaseObserver | None = None
        self._touched = asyncio.Event()
        self._stamp: Stamp | None = (0,)
        self._digest: str | None = None
        self._is_unread = False

    async def run(self) -> None:
        """Load the file now and after every change, until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                # The observer may have died or watch a folder that is gone, and would not say so: take a new one.
                # What changes before it is ready is seen by the look that follows.
                await asyncio.to_thread(self._observe, loop)
                await self.look()
                await self._wait_for_a_change()
        finally:
            self._stop_observing()

    async def look(self) -> None:
        """Load the file if it has changed since the last look."""
        stamp = await asyncio.to_thread(_stamp, self._path)
        if stamp == self._stamp:
            return
        digest = await asyncio.to_thread(_digest, self._path)
        if digest is None or digest != self._digest or self._is_unread:
            await self._load(stamp)
        self._stamp, self._digest = stamp, digest or self._digest

    async def _load(self, stamp: Stamp | None) -> None:
        if stamp is None:
            log.info("There is no address file %s; it is loaded when it appears", self._path)
            return
        try:
            reading = await asyncio.to_thread(address_file.read, self._path)
        except BadValue as error:
            log.warning("The address file is not loaded: %s", error)
            self._is_unread = True
            await self._db.run(bitcoin.report_file, error.expected, now=self._now())
            return
        self._is_unread = False
        await self._db.run(bitcoin.report_file, None, now=self._now())
        added = await self._add(reading.addresses)
        log.info("Address file read: %s new addresses, %s bad lines", added, len(reading.bad))
        if stamp == await asyncio.to_thread(_stamp, self._path):
            await self._report(reading.bad)
        else:
            self._touched.set()  # somebody is still writing: what is bad now may be whole in a moment

    async def _add(self, addresses: Sequence[str]) -> int:
        added = 0
        for start in range(0, len(addresses), CHUNK):
            chunk = addresses[start : start + CHUNK]
            added += await self._db.run(bitcoin.add, chunk, actor=ACTOR, now=self._now())
        return added

    async def _report(self, bad: Sequence[bitcoin.BadLine]) -> None:
        # Never the line itself: it may be a private key that went into the wrong file.
        for line in bad[:MOST_LOGGED_LINES]:
            log.warning("Address file, line %s: %s", line.number, line.why)
        if len(bad) > MOST_LOGGED_LINES:
            log.warning("Address file: %s more bad lines", len(bad) - MOST_LOGGED_LINES)
        await self._db.run(bitcoin.report_bad_lines, bad, now=self._now())

    async def _wait_for_a_change(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._rescan):
                await self._touched.wait()
                while self._touched.is_set():
                    self._touched.clear()
                    await asyncio.sleep(self._settle)

    def _observe(self, loop: asyncio.AbstractEventLoop) -> None:
        self._stop_observing()
        observer = Observer()
        try:
            # The folder, not the file: a rename into place makes a new file, which a watch on the old one never sees.
            observer.schedule(_Ear(self._path.name, loop, self._touched), str(self._path.parent))
            observer.start()
        except OSError as error:
            log.debug("%s cannot be watched (%s), only looked at", self._path.parent, error.strerror)
        else:
            self._observer = observer

    def _stop_observing(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=5)
            self._observer = None


class _Ear(FileSystemEventHandler):
    """Hears in the observer's thread that a file was touched and says so on the loop."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop, touched: asyncio.Event) -> None:
        self._name = name
        self._loop = loop
        self._touched = touched

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Set the event, unless somebody has only read the file, as we do ourselves."""
        if event.event_type in (EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE):
            return
        names = {os.path.basename(os.fsdecode(path)) for path in (event.src_path, event.dest_path)}  # noqa: PTH119
        if self._name in names:
            with suppress(RuntimeError):  # the loop is closed; an exception here would kill the observer
                self._loop.call_soon_threadsafe(self._touched.set)


def _stamp(path: Path) -> Stamp | None:
    """Return what changes whenever somebody touches the file, or None if there is none."""
    try:
        now = path.stat()
    except (OSError, ValueError):
        return None
    return now.st_dev, now.st_ino, now.st_mode, now.st_size, now.st_mtime_ns, now.st_ctime_ns


def _digest(path: Path) -> str | None:
    """Return the hash of a file's content, or None if it is none to be read."""
    try:
        now = path.stat()
        if not stat.S_ISREG(now.st_mode) or now.st_size > address_file.LARGEST:
            return None
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None

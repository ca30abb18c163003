"""The shop's database in a file of SQLite: copied and put back by its online backup, which is one transaction."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url

from bot.backups.tally import Tally
from bot.backups.tools import ToolFailed
from bot.errors import BackupFailed, BadValue, RestoreFailed

KIND = "sqlite"
BUSY_SECONDS = 5.0
CHUNK = 1024 * 1024
BESIDE = ("", "-wal", "-shm")
"""The file, and what SQLite keeps beside it."""


class Sqlite:
    """A database in a file."""

    kind = KIND

    def __init__(self, url: str) -> None:
        """Take the database's URL; nothing is opened yet."""
        self.url = make_url(url)
        self.path = Path(str(self.url.database or ":memory:"))
        self.name = self.path.name

    def require_tools(self) -> None:
        """Do nothing: Python brings all that is needed."""

    def version(self) -> str:
        """Return the version of the library."""
        return sqlite3.sqlite_version

    def is_there(self) -> bool:
        """Tell whether there is a file with something in it; what cannot be read may be something."""
        if not self.path.is_file() or not self.path.stat().st_size:
            return False
        try:
            with closing(self._opened()) as connection:
                return bool(connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0])
        except sqlite3.Error:
            return True

    def dump(self, room: Path, out: BinaryIO | None) -> Tally:
        """Copy the database as it is at one moment; the shop goes on meanwhile.

        Raises:
            BackupFailed: it could not be read, or not be written.
        """
        copy = room / "copy.db"
        try:
            with closing(self._opened()) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
                # As a file of its own, with nothing beside it.
                target.execute("PRAGMA journal_mode = DELETE").fetchone()
            tally = _tally(copy)
            if out is not None:
                with copy.open("rb") as file:
                    shutil.copyfileobj(file, out, CHUNK)
        except sqlite3.Error as error:
            raise BackupFailed(f"the database {self.path} cannot be copied ({error})") from None
        finally:
            _remove(copy)
        return tally

    @contextmanager
    def scratch(self, room: Path, source: BinaryIO, given: str | None = None) -> Iterator["Sqlite"]:
        """Write a backup into a file of its own, which goes in the end.

        Raises:
            ToolFailed: the backup is no whole database.
        """
        if given:
            raise BadValue("scratch database", "--scratch-url", "the shop is on SQLite and needs none")
        path = room / "scratch.db"
        try:
            with path.open("xb") as file:
                shutil.copyfileobj(source, file, CHUNK)
            _require_whole(path)
            yield Sqlite(f"sqlite:///{path}")
        finally:
            _remove(path)

    def tally(self, room: Path) -> Tally:  # noqa: ARG002 - MariaDB's needs a room
        """Return what the database holds."""
        return _tally(self.path)

    def swap(self, scratch: "Sqlite") -> None:
        """Let the shop's database be what the scratch database is now, in one transaction.

        What cannot be read as a database is moved aside and stays.

        Raises:
            RestoreFailed: somebody works with the shop's database; nothing has changed.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.is_there() and not self._is_readable():
            self._move_aside()
        try:
            with closing(sqlite3.connect(scratch.path)) as source, closing(self._opened(new=True)) as target:
                source.backup(target)
        except sqlite3.Error as error:
            raise RestoreFailed(f"the database {self.path} cannot be written ({error})") from None

    def _opened(self, *, new: bool = False) -> sqlite3.Connection:
        mode = "rwc" if new else "rw"
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS)

    def _is_readable(self) -> bool:
        try:
            with closing(self._opened()) as connection:
                return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise RestoreFailed(f"somebody works with the database {self.path}") from None
            return False
        except sqlite3.DatabaseError:
            return False

    def _move_aside(self) -> None:
        mark = f".damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        for end in BESIDE:
            with contextlib.suppress(FileNotFoundError):
                beside = self.path.with_name(self.path.name + end)
                beside.rename(self.path.with_name(f"{self.path.name}{mark}{end}"))


def _tally(path: Path) -> Tally:
    tally = Tally()
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            if not name.startswith("sqlite_"):
                tally.know(name)
        for statement in connection.iterdump():
            if statement.startswith('INSERT INTO "') and not statement.startswith('INSERT INTO "sqlite_'):
                tally.take(statement.encode())
    return tally


def _require_whole(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise ToolFailed(str(error)) from None
    if found != ("ok",):
        raise ToolFailed(str(found[0]))


def _remove(path: Path) -> None:
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)

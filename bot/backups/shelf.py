"""The folder of the backups: each is a folder, which appears under its name when all of it is on the disk."""

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.backups import manifest
from bot.backups.manifest import Manifest
from bot.errors import BackupFailed, BadBackup, NotFound

NAME = re.compile(r"\d{8}-\d{6}(?:-\d+)?")
"""The time in UTC at which it was made."""
DRAFT = ".draft-"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Kept:
    """A backup that lies there; what is wrong with it stands in `flaw`, and then it may have no manifest."""

    name: str
    path: Path
    manifest: Manifest | None
    flaw: str = ""

    @property
    def about(self) -> Manifest:
        """Return the manifest of a backup that looks whole.

        Raises:
            BadBackup: it does not.
        """
        if self.manifest is None or self.flaw:
            raise BadBackup(self.name, self.flaw)
        return self.manifest

    def whole(self) -> Manifest:
        """Return the manifest, once every byte of the backup is known to be the one that was written.

        Raises:
            BadBackup: something is missing or damaged.
        """
        for name, part in self.about.parts.items():
            try:
                with (self.path / name).open("rb") as file:
                    is_same = hashlib.file_digest(file, "sha256").hexdigest() == part.sha256
            except OSError as error:
                raise BadBackup(self.name, f"its {name} cannot be read ({error.strerror})") from None
            if not is_same:
                raise BadBackup(self.name, f"its {name} is damaged, its checksum is another one")
        return self.about


class Shelf:
    """Where the backups are kept."""

    def __init__(self, path: Path) -> None:
        """Take the folder; it need not exist."""
        self.path = path

    def all(self) -> list[Kept]:
        """Return every backup, the newest first; half ones and foreign things are none.

        Raises:
            BackupFailed: the folder cannot be read.
        """
        with cannot(BackupFailed, f"{self.path} cannot be read"):
            names = [path.name for path in self.path.iterdir() if path.is_dir()] if self.path.is_dir() else []
        return [self._kept(name) for name in sorted(filter(NAME.fullmatch, names), key=_turn, reverse=True)]

    def find(self, name: str) -> Kept:
        """Return the backup of this name; "latest" is the newest good one.

        Raises:
            NotFound: there is none.
        """
        found = self.all()
        wanted = (each for each in found if each.name == name or (name == "latest" and not each.flaw))
        kept = next(wanted, None)
        if kept is None:
            raise NotFound("backup", name, tuple(each.name for each in found[:2]))
        return kept

    def newest_good(self) -> Kept | None:
        """Return the newest backup that looks whole."""
        return next((kept for kept in self.all() if not kept.flaw), None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who works in the folder; what somebody who died has left there is cleared away.

        Raises:
            BackupFailed: somebody else works there, or the folder cannot be written.
        """
        with cannot(BackupFailed, f"{self.path} cannot be written"):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait_for(lock)
            for left in self.path.glob(f"{DRAFT}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield
        finally:
            os.close(lock)

    @contextmanager
    def room(self) -> Iterator[Path]:
        """Yield an empty folder for what is only needed for a while; nobody else may look into it."""
        with cannot(BackupFailed, f"{self.path} cannot be written"):
            path = self.path / f"{DRAFT}{os.getpid()}-{os.urandom(4).hex()}"
            path.mkdir(mode=0o700)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def put(self, now: datetime, fill: Callable[[Path], Manifest]) -> Kept:
        """Let a new backup be filled, and give it its name when all of it is on the disk.

        Raises:
            BackupFailed: it cannot be written; nothing is left behind.
        """
        with cannot(BackupFailed, f"{self.path} cannot be written"), self.room() as draft:
            content = fill(draft)
            _write_private(draft / manifest.FILE, content.model_dump_json(indent=2).encode() + b"\n")
            for path in draft.iterdir():
                path.chmod(0o600)
                _sync(path)
            _sync(draft)
            name = self._free_name(now)
            draft.rename(self.path / name)
            _sync(self.path)
        return Kept(name, self.path / name, content)

    def rotate(self, keep: int) -> list[str]:
        """Remove good backups that are older than the `keep` newest good ones, and return their names.

        The newest good one always stays. Damaged ones are left for people to look at, and keep nobody else out.
        """
        good = [kept for kept in self.all() if not kept.flaw]
        gone = good[max(keep, 1) :] if keep else []
        for kept in gone:
            # Renamed first: half a backup must not look like one.
            left = self.path / f"{DRAFT}{kept.name}"
            with cannot(BackupFailed, f"the old backup {kept.name} cannot be removed, the new one is made"):
                kept.path.rename(left)
            shutil.rmtree(left, ignore_errors=True)
        return [kept.name for kept in gone]

    def _free_name(self, now: datetime) -> str:
        base = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}"
        names = (base if number == 1 else f"{base}-{number}" for number in range(1, 1000))
        return next(name for name in names if not (self.path / name).exists())

    def _kept(self, name: str) -> Kept:
        path = self.path / name
        try:
            with (path / manifest.FILE).open("rb") as file:
                found = manifest.parsed(file.read(manifest.LARGEST).decode(), name)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "no UTF-8"
            return Kept(name, path, None, f"its {manifest.FILE} cannot be read ({why})")
        except BadBackup as error:
            return Kept(name, path, None, error.why)
        return Kept(name, path, found, _flaw(path, found))


def _flaw(path: Path, found: Manifest) -> str:
    """Return what one sees without reading all: a part that is missing or too short."""
    for name, part in found.parts.items():
        try:
            size = (path / name).stat().st_size
        except OSError:
            return f"its {name} is missing"
        if size != part.bytes:
            return f"its {name} has {size} bytes instead of {part.bytes}"
    return ""


def _turn(name: str) -> tuple[str, int]:
    time_of, number = name[:15], name[16:]
    return time_of, int(number or 1)


def _wait_for(lock: int) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                raise BackupFailed("somebody else works on the backups; try again later") from None
            time.sleep(0.2)
        else:
            return


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def cannot(refusal: Callable[[str], Exception], what: str) -> Iterator[None]:
    """Refuse with a sentence what the disk does not let us do, such as when it is full."""
    try:
        yield
    except OSError as error:
        raise refusal(f"{what} ({error.strerror or error})") from None

"""Pictures of goods and broadcasts: checked by what they are, kept in DATA_DIR/photos under the hash of the content."""

import hashlib
import os
import re
import stat
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import BadValue
from bot.models import Broadcast, BroadcastState, GoodsPhoto, SentPicture

LARGEST = 10 * 1024 * 1024
"""In bytes: the Bot API takes no larger photo."""
OURS = re.compile(r"[0-9a-f]{64}\.(jpg|png|webp)")
"""The names of files that were kept; what somebody else has put there is left alone."""
UNUSED_FOR = timedelta(days=1)
"""So long a file stays that nothing uses: it may be part of what somebody is just adding."""


def keep(source: Path, data_dir: Path) -> str:
    """Copy a picture into the shop's folder and return the name of its file.

    Raises:
        BadValue: it cannot be read, is too large, or is no JPEG, PNG or WebP.
    """
    return _put(_read(source), str(source), data_dir)


def keep_content(content: bytes, data_dir: Path) -> str:
    """Write a picture that has come in a message into the shop's folder and return the name of its file.

    Raises:
        BadValue: it is too large, or no JPEG, PNG or WebP.
    """
    if len(content) > LARGEST:
        raise _too_large("picture")
    return _put(content, "picture", data_dir)


def renew(name: str, data_dir: Path) -> bool:
    """Make a kept picture young again, so that nobody discards it; return whether it is there."""
    try:
        os.utime(path_of(name, data_dir))
    except OSError:
        return False
    return True


def name_of(source: Path) -> str:
    """Return the name that `keep` would give to a picture.

    Raises:
        BadValue: it cannot be read, is too large, or is no JPEG, PNG or WebP.
    """
    return _name(str(source), _read(source))


def path_of(name: str, data_dir: Path) -> Path:
    """Return where a picture lies that is kept under this name."""
    return data_dir / "photos" / name


def unused(session: Session, data_dir: Path, *, now: datetime) -> list[str]:
    """Return the names of the files that nothing uses, leaving out those that have only just come."""
    old = [path.name for path in _files(data_dir) if _age(path, now) > UNUSED_FOR]
    return [name for name in old if not _is_used(session, name)]


def discard(session: Session, name: str, data_dir: Path, *, now: datetime) -> bool:
    """Delete a file that nothing uses, and forget how Telegram knows it; return whether it is gone.

    Whoever takes the picture up again makes the file young first (`keep`), so it is looked at once more.
    """
    path = path_of(name, data_dir)
    if _age(path, now) <= UNUSED_FOR or _is_used(session, name):
        return False
    session.execute(delete(SentPicture).where(SentPicture.name == name))
    # The database may have let it wait for seconds.
    if _age(path, now) <= UNUSED_FOR:
        return False
    path.unlink(missing_ok=True)
    return True


def _files(data_dir: Path) -> Iterator[Path]:
    folder = data_dir / "photos"
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if OURS.fullmatch(path.name) and path.is_file())


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
    except FileNotFoundError:
        return timedelta()


def _is_used(session: Session, name: str) -> bool:
    if not name.isascii() or len(name) > 200:
        return False
    is_under_way = Broadcast.state.not_in((BroadcastState.DONE, BroadcastState.CANCELLED))
    ways = (
        select(GoodsPhoto.id).where(GoodsPhoto.name == name),
        select(Broadcast.id).where(Broadcast.photo == name, is_under_way),
    )
    return any(session.scalar(way.limit(1)) is not None for way in ways)


def _put(content: bytes, source: str, data_dir: Path) -> str:
    name = _name(source, content)
    target = path_of(name, data_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Also where it is there already: its file is young again then, and `discard` leaves it alone.
    draft = target.with_name(f".{name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_bytes(content)
    draft.replace(target)
    return name


def _name(source: str, content: bytes) -> str:
    kind = _kind(content)
    if kind is None:
        raise _unfit(source, "use a JPEG, PNG or WebP picture")
    return f"{hashlib.sha256(content).hexdigest()}.{kind}"


def _read(source: Path) -> bytes:
    try:
        found = source.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _unfit(str(source), "it is not a regular file")
        if found.st_size > LARGEST:
            raise _too_large(str(source))
        return source.read_bytes()
    except FileNotFoundError:
        raise _unfit(str(source), "there is no such file") from None
    except (OSError, ValueError) as error:
        raise _unfit(str(source), f"it cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _kind(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return None


def _too_large(source: str) -> BadValue:
    return _unfit(source, f"it is larger than {LARGEST // 1024**2} MB")


def _unfit(source: str, why: str) -> BadValue:
    return BadValue("photo", source, why)

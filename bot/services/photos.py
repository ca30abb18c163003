"""Pictures of goods: checked by what they are, and kept in DATA_DIR/photos under the hash of their content."""

import hashlib
import os
import stat
from pathlib import Path

from bot.errors import BadValue

LARGEST = 10 * 1024 * 1024
"""In bytes: the Bot API takes no larger photo."""


def keep(source: Path, data_dir: Path) -> str:
    """Copy a picture into the shop's folder and return the name for `goods.photo`.

    Raises:
        BadValue: it cannot be read, is too large, or is no JPEG, PNG or WebP.
    """
    content = _read(source)
    name = _name(source, content)
    target = path_of(name, data_dir)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(target)
    return name


def name_of(source: Path) -> str:
    """Return the name that `keep` would give to a picture.

    Raises:
        BadValue: it cannot be read, is too large, or is no JPEG, PNG or WebP.
    """
    return _name(source, _read(source))


def path_of(name: str, data_dir: Path) -> Path:
    """Return where a picture lies that is kept under this name."""
    return data_dir / "photos" / name


def _name(source: Path, content: bytes) -> str:
    kind = _kind(content)
    if kind is None:
        raise _unfit(source, "use a JPEG, PNG or WebP picture")
    return f"{hashlib.sha256(content).hexdigest()}.{kind}"


def _read(source: Path) -> bytes:
    try:
        found = source.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _unfit(source, "it is not a regular file")
        if found.st_size > LARGEST:
            raise _unfit(source, f"it is larger than {LARGEST // 1024**2} MB")
        return source.read_bytes()
    except FileNotFoundError:
        raise _unfit(source, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise _unfit(source, f"it cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _kind(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return None


def _unfit(source: Path, why: str) -> BadValue:
    return BadValue("photo", str(source), why)

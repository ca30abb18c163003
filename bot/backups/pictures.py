"""The files that belong to the shop beside its database: the pictures of goods and broadcasts.

Everything else in DATA_DIR stays out: the data key must not lie beside what it opens, and the demo's files are no
shop's.
"""

import errno
import hashlib
import os
import stat
import tarfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from bot.errors import BadBackup
from bot.services import photos

LARGEST = photos.LARGEST
"""In bytes, of one picture."""


def pack(data_dir: Path, target: BinaryIO) -> int:
    """Write all pictures to a tar file, and return how many there are.

    One that goes meanwhile is not needed, and one whose content is not what its name says is no picture any more.
    """
    count = 0
    folder = data_dir / "photos"
    names = sorted(os.listdir(folder)) if folder.is_dir() else []  # noqa: PTH208 - there may be very many
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name in filter(photos.OURS.fullmatch, names):
            content = _read(folder / name)
            if content is not None and _is_called(name, content):
                about = tarfile.TarInfo(name)
                about.size, about.mode = len(content), 0o600
                archive.addfile(about, BytesIO(content))
                count += 1
    return count


def unpack(name: str, part: Path, data_dir: Path) -> int:
    """Put the pictures of the backup `name` back that are not there, and return how many; nothing is overwritten.

    Raises:
        BadBackup: something else lies in the archive.
    """
    added = 0
    try:
        with tarfile.open(part, mode="r:") as archive:
            for about in archive:
                source = archive.extractfile(about) if _is_picture(about) else None
                content = source.read() if source else b""
                if not _is_called(about.name, content):
                    raise BadBackup(name, f"its {part.name} holds what is no picture of the shop")
                if not photos.renew(about.name, data_dir):
                    photos.keep_content(content, data_dir)
                    added += 1
    except tarfile.TarError:
        raise BadBackup(name, f"its {part.name} is damaged") from None
    return added


def _is_called(name: str, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == name[:64]


def _is_picture(about: tarfile.TarInfo) -> bool:
    return about.isreg() and about.size <= LARGEST and photos.OURS.fullmatch(about.name) is not None


def _read(path: Path) -> bytes | None:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return file.read(LARGEST + 1) if is_file else None
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP):
            raise
        return None

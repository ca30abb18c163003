"""The files that people and the bot have uploaded; a file id belongs to the bot's token, as in Telegram."""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.sandbox.refusals import bad_request

PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_SIDES_LIMIT = 10_000
FOLDERS = {"photo": "photos", "document": "documents", "sticker": "stickers"}


@dataclass(frozen=True)
class Upload:
    """Bytes that came with a request, under the name that the client gave."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class StoredFile:
    """A file that Telegram keeps."""

    file_id: str
    unique_id: str
    kind: str
    filename: str
    content_type: str
    data: bytes
    path: str

    def described(self) -> dict[str, Any]:
        """Return the fields that `PhotoSize`, `Document` and `File` share."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


class Files:
    """Keeps the files of one bot."""

    def __init__(self, token: str) -> None:
        self._owner = hashlib.sha256(token.encode()).hexdigest()[:8]
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, kind: str, upload: Upload) -> StoredFile:
        """Store an upload.

        Raises:
            Refusal: It is empty or too big, or is meant to be a photo and is none.
        """
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > UPLOAD_LIMIT:
            raise bad_request("file is too big")
        if kind == "photo":
            check_photo(upload.data)
        number = len(self._by_id)
        extension = PurePosixPath(upload.filename).suffix or (".jpg" if kind == "photo" else ".bin")
        unique = hashlib.sha256(upload.data).hexdigest()[:16]
        stored = StoredFile(
            file_id=f"Ag{self._owner}{kind[0].upper()}{number:06d}{unique}",
            unique_id=f"AQ{unique}",
            kind=kind,
            filename=upload.filename,
            content_type=upload.content_type,
            data=upload.data,
            path=f"{FOLDERS.get(kind, 'files')}/file_{number}{extension}",
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored

    def find(self, file_id: str, kind: str | None = None) -> StoredFile:
        """Return the file with this id, usable as `kind`.

        Raises:
            Refusal: The id is unknown, was given to another bot, or names a file of another kind.
        """
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        if kind is not None and stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored

    def at(self, path: str) -> StoredFile | None:
        """Return the file that is downloaded from this path."""
        return self._by_path.get(path)

    def photo_sizes(self, stored: StoredFile) -> list[dict[str, Any]]:
        """Return the `PhotoSize` list of a photo; the sandbox keeps one size only."""
        width, height = image_size(stored.data) or (0, 0)
        return [{**stored.described(), "width": width, "height": height}]


def check_photo(data: bytes) -> None:
    """Refuse what Telegram would not take as a photo."""
    if len(data) > PHOTO_LIMIT:
        raise bad_request("file is too big for a photo; the maximum size is 10485760 bytes")
    size = image_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > PHOTO_SIDES_LIMIT or not width or not height or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF, WebP or JPEG picture, None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Read the size of a WebP picture; lossless and lossy ones without an extended header count as 512 x 512."""
    if data[12:16] == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return (512, 512) if data[12:15] == b"VP8" else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments of a JPEG picture to its frame header."""
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        if marker in range(0xC0, 0xD0) and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None


def sample_photo(width: int = 320, height: int = 200) -> bytes:
    """Return a small PNG picture: a green hill under a light sky."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            hill = height * 0.75 - (height * 0.35) * (1 - ((x - width / 2) / (width / 2)) ** 2)
            shade = y * 40 // height
            rows += bytes((90 - shade, 160 - shade, 90 - shade) if y > hill else (200 - shade, 225 - shade, 245))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )

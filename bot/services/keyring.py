"""Where the data keys lie: in DATA_KEY or DATA_DIR/data.key, and beside that while one gives way to another.

`data.key.coming` can open already, `data.key.new` seals from then on, and `data.key.ID.retired` is what was replaced:
it is kept, readable by its owner alone, because without a key what is sealed with it is lost.
"""

import contextlib
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadValue

KEY_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """The keys as they are now, by their ids; new texts are sealed with the one that is `sealing`."""

    by_id: dict[str, bytes]
    base: str
    sealing: str


def id_of(key: bytes) -> str:
    """Return the name of a key, which reveals nothing of it."""
    return hashlib.sha256(key).hexdigest()[:8]


class Keyring:
    """The keys of one shop, read from where they lie."""

    def __init__(self, key_hex: str | None, data_dir: Path) -> None:
        """Take DATA_KEY, or without it the file in `data_dir`, which is made on first use."""
        self._key_hex = key_hex
        self.folder = data_dir

    @property
    def is_from_environment(self) -> bool:
        """Tell whether DATA_KEY is set, which no program can change."""
        return self._key_hex is not None

    @property
    def file(self) -> Path:
        """Return the file of the key, where DATA_KEY is not set."""
        return self.folder / "data.key"

    @property
    def coming(self) -> Path:
        """Return the file of a key that is not used yet."""
        return self.folder / "data.key.coming"

    @property
    def new(self) -> Path:
        """Return the file of the key that seals already."""
        return self.folder / "data.key.new"

    def retired(self, key_id: str) -> Path:
        """Return where a key lies that was replaced."""
        return self.folder / f"data.key.{key_id}.retired"

    def stamp(self) -> tuple[tuple[int, int] | None, ...]:
        """Return what changes whenever a key comes or goes; a few microseconds."""
        return tuple(_stamp(path) for path in (self.file, self.coming, self.new))

    def read(self) -> Keys:
        """Return all keys.

        Raises:
            BadValue: what stands in one of the places is no key.
        """
        base = _bytes(self._key_hex, "DATA_KEY") if self._key_hex else self._from_file()
        found = {id_of(base): base}
        new = _read(self.new)
        for key in (new, _read(self.coming), *map(_read, sorted(self.folder.glob("data.key.*.retired")))):
            if key is not None:
                found[id_of(key)] = key
        return Keys(found, id_of(base), id_of(new or base))

    def prepare(self) -> None:
        """Make a key that can open from now on; one that is there already stays. The old key is put aside first."""
        keys = self.read()
        _write(self.retired(keys.base), keys.by_id[keys.base].hex())
        if not self.new.exists():
            _write(self.coming, secrets.token_hex(KEY_BYTES))

    def activate(self) -> None:
        """Let everything be sealed with the new key from now on."""
        with contextlib.suppress(FileNotFoundError):
            self.coming.replace(self.new)
        _sync(self.folder)

    def finish(self) -> None:
        """Let the new key be the only one, once nothing is sealed with another.

        With DATA_KEY it is, when that holds the new key; until then its file stays.
        """
        if not self.is_from_environment:
            with contextlib.suppress(FileNotFoundError):
                self.new.replace(self.file)
        elif self.new.exists() and self.read().base == id_of(_read(self.new) or b""):
            self.new.unlink(missing_ok=True)
        _sync(self.folder)

    def _from_file(self) -> bytes:
        if not self.file.exists():
            _write(self.file, secrets.token_hex(KEY_BYTES))
        return _bytes(self.file.read_text(), str(self.file))


def _read(path: Path) -> bytes | None:
    try:
        return _bytes(path.read_text(), str(path))
    except FileNotFoundError:
        return None


def _bytes(text: str, source: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        raise BadValue("data key", source, "it has 64 hexadecimal digits") from None
    if len(key) != KEY_BYTES:
        raise BadValue("data key", f"{len(key)} bytes", f"it has {KEY_BYTES}; restore the right key")
    return key


def _write(path: Path, text: str) -> None:
    """Write a key for its owner alone, unless there is one.

    Written aside and linked into place, so that two at once agree on one key, and on the disk before anything is sealed
    with it: without the key, what is sealed is lost.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino

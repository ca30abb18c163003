"""Personal data at rest: AES-256-GCM with a key that is not in the database."""

import base64
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import BadValue

KEY_BYTES = 32
NONCE_BYTES = 12
"""NIST SP 800-38D: a 96-bit nonce."""


class Vault:
    """Seals and opens texts. The place (table.column.id) is authenticated, so a sealed text cannot be moved."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 bytes.

        Raises:
            BadValue: it is longer or shorter.
        """
        if len(key) != KEY_BYTES:
            raise BadValue("data key", f"{len(key)} bytes", f"it has {KEY_BYTES}; restore the right key")
        self._cipher = AESGCM(key)
        self._key_id = hashlib.sha256(key).hexdigest()[:8]

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Return the fingerprints of the keys that open what is sealed, the one that seals first."""
        return (self._key_id,)

    def seal(self, text: str, place: str) -> str:
        """Return `text` encrypted for `place`: "key id:base64 of nonce and ciphertext"."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{self._key_id}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Return the text that was sealed for `place`.

        Raises:
            WrongKey: it was sealed with another key.
        """
        key_id, _, data = sealed.partition(":")
        if key_id != self._key_id:
            raise WrongKey(key_id, self._key_id)
        raw = base64.b64decode(data)
        return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()


class WrongKey(Exception):
    """The data key is not the one that sealed the text."""

    def __init__(self, sealed_with: str, have: str) -> None:
        """Name both keys by their ids, which reveal nothing."""
        super().__init__(f"sealed with key {sealed_with}, but DATA_KEY is key {have}; restore the right key")


def open_vault(key_hex: str | None, data_dir: Path) -> Vault:
    """Return the vault for DATA_KEY, else for the key in `data_dir/data.key`, which is created on first use (0600).

    Raises:
        BadValue: what stands there is no key.
    """
    path = data_dir / "data.key"
    text = key_hex or _key_from_file(path)
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise BadValue("data key", "DATA_KEY" if key_hex else str(path), "it has 64 hexadecimal digits") from None
    return Vault(key)


def _key_from_file(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked into place, so that two first starts at once agree on one key, and on the disk
        # before anything is sealed with it: without the key, what is sealed is lost.
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text().strip()

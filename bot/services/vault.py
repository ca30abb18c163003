"""Personal data at rest: AES-256-GCM with a key that is not in the database."""

import base64
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import BadValue
from bot.services.keyring import KEY_BYTES, Keyring, Keys, id_of

NONCE_BYTES = 12
"""NIST SP 800-38D: a 96-bit nonce."""


class Vault:
    """Seals and opens texts. The place (table.column.id) is authenticated, so a sealed text cannot be moved.

    With a keyring it notices at once when another process has changed the keys.
    """

    def __init__(self, key: bytes, ring: Keyring | None = None) -> None:
        """Take a key of 32 bytes, and where the keys of this shop lie.

        Raises:
            BadValue: it is longer or shorter.
        """
        if len(key) != KEY_BYTES:
            raise BadValue("data key", f"{len(key)} bytes", f"it has {KEY_BYTES}; restore the right key")
        self.ring = ring
        self._stamp = ring.stamp() if ring else None
        self._take(Keys({id_of(key): key}, id_of(key), id_of(key)) if ring is None else ring.read())

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Return the ids of the keys that can open now, the one that seals first."""
        self._look()
        ciphers, sealing = self._keys
        return (sealing, *sorted(ciphers.keys() - {sealing}))

    def seal(self, text: str, place: str) -> str:
        """Return `text` encrypted for `place`: "key id:base64 of nonce and ciphertext"."""
        self._look()
        ciphers, sealing = self._keys
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = ciphers[sealing].encrypt(nonce, text.encode(), place.encode())
        return f"{sealing}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Return the text that was sealed for `place`.

        Raises:
            WrongKey: it was sealed with another key.
        """
        key_id, _, data = sealed.partition(":")
        if key_id not in self._keys[0] and self.ring is not None:
            self._take(self.ring.read())
        ciphers, sealing = self._keys
        if key_id not in ciphers:
            raise WrongKey(key_id, sealing)
        raw = base64.b64decode(data)
        return ciphers[key_id].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()

    def _look(self) -> None:
        """Take the keys anew if they have changed since; other threads see the old ones or the new ones."""
        if self.ring is None:
            return
        stamp = self.ring.stamp()
        if stamp != self._stamp:
            self._take(self.ring.read())
            self._stamp = stamp

    def _take(self, keys: Keys) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.by_id.items()}, keys.sealing


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
    ring = Keyring(key_hex, data_dir)
    keys = ring.read()
    return Vault(keys.by_id[keys.base], ring)

"""What a bitcoin address is: checksum, network and kind, verified by a library."""

from embit import base58, bech32
from embit.networks import NETWORKS

from bot.errors import BadValue

MAINNET = NETWORKS["main"]
LONGEST = 90
"""BIP173: a bech32 string is at most 90 characters long."""


def parse(text: str) -> str:
    """Return a mainnet address in its canonical form (bech32 in small letters).

    Base58Check addresses carry a double SHA-256 checksum; segwit addresses are bech32 for version 0 (BIP173) and
    bech32m for later versions (BIP350).

    Raises:
        BadValue: not an address, a wrong checksum, or one of a test network.
    """
    address = text.strip()
    if not address or len(address) > LONGEST or not address.isascii():
        raise BadValue("bitcoin address", address[:LONGEST], "it is not an address at all")
    if "1" in address and address.lower().startswith(("bc1", "tb1", "bcrt1")):
        return _segwit(address)
    return _base58(address)


def _segwit(address: str) -> str:
    if address not in (address.lower(), address.upper()):
        raise BadValue("bitcoin address", address, "capital and small letters are mixed (BIP173)")
    lower = address.lower()
    if not lower.startswith("bc1"):
        raise BadValue("bitcoin address", address, "it belongs to a test network")
    version, program = bech32.decode(MAINNET["bech32"], lower)
    if version is None or program is None:
        raise BadValue("bitcoin address", address, "its checksum is wrong; copy it again")
    return lower


def _base58(address: str) -> str:
    try:
        payload = base58.decode_check(address)
    except ValueError:
        raise BadValue("bitcoin address", address, "its checksum is wrong or it is no address; copy it again") from None
    if len(payload) != 21:
        raise BadValue("bitcoin address", address, "it is some other key, not an address")
    if payload[:1] not in (MAINNET["p2pkh"], MAINNET["p2sh"]):
        raise BadValue("bitcoin address", address, "it belongs to a test network")
    return address

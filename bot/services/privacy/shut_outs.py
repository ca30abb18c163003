"""Bans that outlive erasing: a keyed hash of the id stays, which nobody without the shop's own secret can try out."""

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.models import Secret, ShutOut
from bot.services import context

PEPPER = "shut-outs"
"""The name of the secret; it is sealed, because 52 bits of an id are soon tried out by whoever has it."""


def add(session: Session, telegram_id: int, *, now: datetime) -> None:
    """Remember that somebody, who is being erased, stays banned."""
    session.merge(ShutOut(person_hash=_hash(telegram_id, _pepper(session, now)), since_at=now))


def has(session: Session, telegram_id: int) -> bool:
    """Tell whether somebody was banned when they were erased. One statement where nobody ever was."""
    known = session.get(Secret, PEPPER)
    return known is not None and session.get(ShutOut, _hash(telegram_id, _opened(session, known))) is not None


def lift(session: Session, telegram_id: int) -> bool:
    """Let somebody in again who was banned when they were erased; return whether there was such a ban."""
    known = session.get(Secret, PEPPER)
    if known is None:
        return False
    is_meant = ShutOut.person_hash == _hash(telegram_id, _opened(session, known))
    return bool(session.execute(delete(ShutOut).where(is_meant)).rowcount)  # type: ignore[attr-defined]


def place(name: str) -> str:
    """Return the place for which a secret is sealed."""
    return f"secrets.sealed.{name}"


def _pepper(session: Session, now: datetime) -> bytes:
    known = session.get(Secret, PEPPER)
    if known is None:
        sealed = context.of(session).vault.seal(secrets.token_hex(32), place(PEPPER))
        known = Secret(name=PEPPER, sealed=sealed, created_at=now)
        session.add(known)
        session.flush()
    return _opened(session, known)


def _opened(session: Session, known: Secret) -> bytes:
    return bytes.fromhex(context.of(session).vault.open(known.sealed, place(known.name)))


def _hash(telegram_id: int, pepper: bytes) -> str:
    return hmac.new(pepper, str(telegram_id).encode(), hashlib.sha256).hexdigest()

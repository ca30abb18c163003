"""Whether the database has the schema that this code was written for: one query, without Alembic's weight."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from bot.errors import SchemaMismatch

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"


def newest() -> str:
    """Return the schema version of this code: a migration's file begins with its revision's four digits."""
    return max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def ping(session: Session) -> None:
    """Ask the database for the smallest of answers."""
    session.execute(text("SELECT 1"))


def require_current(session: Session) -> None:
    """Refuse a database that this code does not fit.

    Raises:
        SchemaMismatch: it is empty, older or newer.
    """
    found, expected = _found(session), newest()
    if found is None or found < expected:
        raise SchemaMismatch(found or "empty", expected)
    if found > expected:
        raise SchemaMismatch("newer", expected)


def _found(session: Session) -> str | None:
    try:
        found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    except (ProgrammingError, OperationalError) as error:
        is_missing = "no such table" in str(error.orig) or "1146" in str(error.orig)
        if not is_missing:
            raise
        return None
    return found

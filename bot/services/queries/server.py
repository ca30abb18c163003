"""What the database server is, how it is set, and what it lets the shop's user do; SQLite has little to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

NEEDED = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES")
"""What the shop, its migrations and its backups do in a database of their own."""
TABLES_SHOWN = 5


@dataclass(frozen=True)
class Server:
    """A MariaDB server as a writing connection of the shop sees it."""

    version: str
    isolation: str
    connection_charset: str
    database_charset: str
    time_zone: str
    sql_mode: str
    flush_at_commit: str
    largest_packet: int
    most_connections: int
    foreign_engines: tuple[str, ...]
    """Tables that are not in InnoDB, the first few."""

    @property
    def number(self) -> tuple[int, ...]:
        """Return the version as numbers, such as (10, 11, 6)."""
        return tuple(int(part) for part in self.version.split("-")[0].split(".") if part.isdigit())

    @property
    def is_mariadb(self) -> bool:
        """Tell whether it is MariaDB, and not MySQL."""
        return "mariadb" in self.version.lower()


def is_mariadb(session: Session) -> bool:
    """Tell whether the shop is on a server, and not on SQLite."""
    return session.get_bind().dialect.name in ("mysql", "mariadb")


def sqlite_version(session: Session) -> str:
    """Return the version of SQLite."""
    return str(session.scalar(text("SELECT sqlite_version()")))


def is_whole(session: Session) -> bool:
    """Tell whether SQLite's own quick look finds the file in order."""
    return bool(session.scalar(text("PRAGMA quick_check(1)")) == "ok")


def now(session: Session) -> datetime | None:
    """Return the server's time, or None where the database has no clock of its own."""
    if not is_mariadb(session):
        return None
    found: datetime | None = session.scalar(text("SELECT UTC_TIMESTAMP(6)"))
    return found.replace(tzinfo=UTC) if found else None


def look(session: Session) -> Server:
    """Return what a MariaDB server is. Call it as a writing operation, to see what writes are isolated by."""
    found = {str(name).lower(): str(value) for name, value in session.execute(text("SHOW SESSION VARIABLES"))}
    return Server(
        version=found["version"],
        # It was called otherwise before MariaDB 11.1.
        isolation=found.get("transaction_isolation") or found["tx_isolation"],
        connection_charset=found["character_set_connection"],
        database_charset=found["character_set_database"],
        time_zone=found["time_zone"],
        sql_mode=found["sql_mode"],
        flush_at_commit=found["innodb_flush_log_at_trx_commit"],
        largest_packet=int(found["max_allowed_packet"]),
        most_connections=int(found["max_connections"]),
        foreign_engines=tuple(_foreign_engines(session)),
    )


def _foreign_engines(session: Session) -> Sequence[str]:
    query = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
        " AND table_type = 'BASE TABLE' AND engine <> 'InnoDB' ORDER BY table_name LIMIT :most"
    )
    return session.scalars(text(query), {"most": TABLES_SHOWN}).all()


def user(session: Session) -> str:
    """Return whom the server takes the shop for: USER@HOST."""
    return str(session.scalar(text("SELECT CURRENT_USER()")))


def missing_rights(session: Session, database: str) -> tuple[str, ...]:
    """Return what the shop's user may not do in a database of this name, which need not exist."""
    given = (
        "SELECT privilege_type FROM information_schema.user_privileges WHERE grantee = :user UNION"
        " SELECT privilege_type FROM information_schema.schema_privileges"
        " WHERE grantee = :user AND :database LIKE table_schema"
    )
    found = set(session.scalars(text(given), {"user": _grantee(session), "database": database}))
    return tuple(right for right in NEEDED if right not in found)


def may_do_everything(session: Session) -> bool:
    """Tell whether the shop's user may do as it likes with the whole server."""
    query = "SELECT COUNT(*) FROM information_schema.user_privileges WHERE grantee = :user AND privilege_type = 'SUPER'"
    return bool(session.scalar(text(query), {"user": _grantee(session)}))


def _grantee(session: Session) -> str:
    name, _, host = user(session).rpartition("@")
    return f"'{name}'@'{host}'"

"""The database: the server and how it is set, what the shop's user may do, the schema."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.backups import mariadb, tools
from bot.cli.checks.finding import Finding, Patient
from bot.services import schema
from bot.services.queries import server
from bot.services.queries.server import Server

OLDEST, TRIED = (10, 6), "10.11"
"""SKIP LOCKED came with 10.6."""
SMALLEST_PACKET = 1024 * 1024
FEWEST_CONNECTIONS = 30
"""The bot takes 16, and the shell, backups and monitoring need some."""
SHOWN = 5
FLUSH = "innodb_flush_log_at_trx_commit"


def answers(patient: Patient) -> Iterator[Finding]:
    """Look whether the database answers, and what it is. SQLite would make a file that is not there."""
    url = patient.db.engines[0].url
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield Finding("database", "fail", f"{url.database} is not there", "Start the bot, or: bot_cli.py db upgrade")
        return
    patient.db.read(schema.ping)
    if not patient.db.read(server.is_mariadb):
        yield from _sqlite(patient)
        return
    found = patient.db.call(server.look)
    if not found.is_mariadb or found.number < OLDEST:
        text = f"{found.version} is not what the shop needs"
        yield Finding("database", "fail", text, f"Install MariaDB {TRIED} or newer.")
    else:
        yield Finding("database", "pass", f"MariaDB {found.version} answers")


def _sqlite(patient: Patient) -> Iterator[Finding]:
    if patient.db.read(server.is_whole):
        yield Finding("database", "pass", f"SQLite {patient.db.read(server.sqlite_version)} answers")
    else:
        yield Finding("database", "fail", "the file is damaged", "Restore a backup: bot_cli.py backup restore latest")


def settings(patient: Patient) -> Iterator[Finding]:
    """Look whether the server keeps what it is given, and as it is given."""
    if not patient.db.read(server.is_mariadb):
        yield Finding("database settings", "pass", "SQLite needs none")
        return
    found = list(troubles(patient.db.call(server.look)))
    yield from found
    if not found:
        text = "READ COMMITTED, utf8mb4, UTC, strict, InnoDB, and every commit reaches the disk"
        yield Finding("database settings", "pass", text)


def troubles(found: Server) -> Iterator[Finding]:
    """Yield what is not as it should be with a server."""
    fail = ("database settings", "fail")
    if found.isolation != "READ-COMMITTED":
        yield Finding(*fail, f"writes are isolated by {found.isolation}", "See which proxy stands before MariaDB.")
    if found.connection_charset != "utf8mb4":
        yield Finding(
            *fail, f"the connection speaks {found.connection_charset}", "Add ?charset=utf8mb4 to DATABASE_URL."
        )
    if found.database_charset != "utf8mb4":
        advice = "ALTER DATABASE ... CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
        yield Finding(*fail, f"the database is in {found.database_charset}", advice)
    if found.time_zone != "+00:00":
        yield Finding(*fail, f"the connection lives in {found.time_zone}", "See which proxy stands before MariaDB.")
    if not {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES"} & set(found.sql_mode.split(",")):
        yield Finding(*fail, "texts that are too long are cut silently", "Put STRICT_TRANS_TABLES into sql_mode.")
    if found.foreign_engines:
        advice = "ALTER TABLE ... ENGINE=InnoDB;"
        yield Finding(*fail, f"not in InnoDB: {', '.join(found.foreign_engines)}", advice)
    yield from _limits(found)


def _limits(found: Server) -> Iterator[Finding]:
    warn = ("database settings", "warn")
    if found.flush_at_commit != "1":
        yield Finding(*warn, f"a power cut may lose orders: {FLUSH} is {found.flush_at_commit}", f"Set {FLUSH} to 1.")
    if found.largest_packet < SMALLEST_PACKET:
        yield Finding(*warn, f"max_allowed_packet is {found.largest_packet}", "Set it to 16M, so that backups go in.")
    if found.most_connections < FEWEST_CONNECTIONS:
        yield Finding(*warn, f"max_connections is {found.most_connections}", f"Set it to {FEWEST_CONNECTIONS} or more.")


def rights(patient: Patient) -> Iterator[Finding]:
    """Look whether the shop's user may do what the shop, its migrations and its backups do, and not everything."""
    if not patient.db.read(server.is_mariadb):
        yield Finding("database rights", "pass", "SQLite has none")
        return
    name = str(patient.db.engines[0].url.database)
    missing = patient.db.read(server.missing_rights, name)
    scratch = patient.db.read(server.missing_rights, mariadb.scratch_name(name))
    if missing:
        text = f"the user may not {', '.join(missing)} in {name}"
        yield Finding("database rights", "fail", text, f"GRANT ALL PRIVILEGES ON `{name}`.* TO the user of DB_USER;")
    if scratch:
        advice = f"As MariaDB's root: {mariadb.grant_for(patient.db.read(server.user), name)}"
        yield Finding("database rights", "warn", "no backup can be proved or restored: no scratch database", advice)
    if not missing and not scratch:
        yield _enough(patient)


def _enough(patient: Patient) -> Finding:
    if patient.db.read(server.may_do_everything):
        advice = "Give it a user of its own, as deploy/setup.sh does."
        return Finding("database rights", "warn", "the user may do everything on this server", advice)
    return Finding("database rights", "pass", "enough for the shop, its migrations and its backups, and no more")


def programs(patient: Patient) -> Iterator[Finding]:
    """Look whether MariaDB's own programs are here, by which backups are made."""
    if not patient.shell.url.startswith(("mysql", "mariadb")):
        yield Finding("backup programs", "pass", "SQLite needs none")
        return
    missing = [names[0] for names in (tools.DUMP, tools.CLIENT) if not any(map(shutil.which, names))]
    if missing:
        advice = "Install mariadb-client, or let backups be made elsewhere."
        yield Finding("backup programs", "fail", f"{' and '.join(missing)} not found: no backup can be made", advice)
    else:
        yield Finding("backup programs", "pass", f"{tools.DUMP[0]} and {tools.CLIENT[0]} are here")


def version(patient: Patient) -> Iterator[Finding]:
    """Look whether the schema is the one of this program."""
    patient.db.read(schema.require_current)
    yield Finding("schema", "pass", f"version {schema.newest()}, as this program needs")


def shape(patient: Patient) -> Iterator[Finding]:
    """Look whether the tables are as the program made them."""
    from bot import migrations

    found = migrations.differences(patient.shell.url)
    if found:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        advice = "Somebody has changed it by hand: put it back, or restore a backup."
        yield Finding("tables", "fail", "; ".join(found[:SHOWN]) + more, advice)
    else:
        yield Finding("tables", "pass", "every table, column, index, rule and collation is as the program made it")

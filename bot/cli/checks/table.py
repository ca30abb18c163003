"""Everything that `doctor` looks at, from the machine to the shop, each after what it needs."""

from bot.cli.checks import database, disk, machine, monitoring, network, redis_server, shop
from bot.cli.checks.finding import RULES_SECONDS, Check

ALL = (
    Check(".env", machine.environment_file),
    Check("python", machine.python),
    Check("time zones", machine.time_zones),
    Check("systemd", machine.systemd),
    Check("configuration", machine.configuration),
    Check("data folder", disk.data, "configuration"),
    Check("logs", disk.logs, "configuration"),
    Check("backup folder", disk.backup_folder, "configuration"),
    Check("dns", network.name, "configuration"),
    Check("connection", network.connection, "dns"),
    Check("token", network.token, "connection", seconds=20.0),
    Check("redis", redis_server.look, "configuration"),
    Check("database", database.answers, "configuration", seconds=8.0),
    Check("database settings", database.settings, "database"),
    Check("database rights", database.rights, "database"),
    Check("backup programs", database.programs, "configuration"),
    Check("clock", machine.clock, "database"),
    Check("schema", database.version, "database"),
    Check("tables", database.shape, "schema", seconds=60.0),
    Check("data key", shop.data_key, "schema"),
    Check("sealed data", shop.sealed, "data key", seconds=60.0),
    Check(
        "invariants", shop.rules, "schema", RULES_SECONDS, "The shop is large: run bot_cli.py doctor at a quiet hour."
    ),
    Check("bot", shop.bot, "schema"),
    Check("jobs", shop.jobs, "schema"),
    Check("monitoring", monitoring.look, "configuration", seconds=20.0),
    Check("messages", shop.waiting, "schema"),
    Check("bitcoin addresses", shop.addresses, "schema"),
    Check("address file", shop.listed_addresses, "configuration", seconds=60.0),
    Check("backups", disk.backups, "schema"),
)

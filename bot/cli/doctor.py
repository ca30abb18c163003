"""`doctor`: whether everything that the shop stands on is well, and what to do where it is not."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict
from urllib.parse import urlsplit

import click

from bot.cli import Shell, doctor_fix, messages, options, output, pass_shell
from bot.cli.doctor_fix import Finding
from bot.cli.ending import refusal
from bot.services import backup_alerts, bitcoin, clock, invariants, schema, settings, vitals
from bot.services.reports import exports

SLOW_SECONDS = 120
REDIS_SECONDS = 3


Check = Callable[[Shell], Iterator[Finding]]


@options.examples("doctor", "doctor --json", "doctor --fix --dry-run", "doctor --fix --yes --json")
@click.command("doctor")
@click.option("--fix", is_flag=True, help="Put right what can be, after showing it.")
@options.dry_run
@options.yes
@options.json_of("check", "level", "text", "advice")
@pass_shell
def doctor(shell: Shell, fix: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Look whether the shop is well, and say what to do where it is not.

    --fix puts right what can be reckoned anew from what is certain: what is reserved from the open orders, balances
    from their ledgers, counts from what was counted, messages that got stuck. A person is shown everything and asked.
    It never makes up a payment or a bonus and rewrites no history; what only a person can decide is listed with what
    to do. Every fix stands in the audit trail with who made it.

    Exit code 1 when a check fails, or when --fix has left something; warnings alone leave it at 0.
    """
    if (dry_run or yes) and not fix:
        raise click.UsageError("--dry-run and --yes go with --fix.")
    if fix:
        found, is_well = doctor_fix.fix(shell, dry_run=dry_run, yes=yes, as_json=as_json)
    else:
        found = list(_findings(shell))
        is_well = all(finding.level != "fail" for finding in found)
    if as_json:
        output.json_of([asdict(finding) for finding in found])
    else:
        output.findings((finding.level, finding.check, finding.text, finding.advice) for finding in found)
    if not is_well:
        click.get_current_context().exit(1)


def _findings(shell: Shell) -> Iterator[Finding]:
    """Yield what all checks found; those that fail for one reason are told once."""
    reasons: dict[str, str] = {}
    waiting = []
    for name, check in CHECKS:
        for finding in _attempt(shell, name, check):
            if finding.level == "fail" and reasons.setdefault(finding.text, name) != name:
                waiting.append(name)
            else:
                yield finding
    if waiting:
        yield Finding("not looked at", "warn", ", ".join(waiting), "Mend what failed, then ask again.")


def _attempt(shell: Shell, name: str, check: Check) -> list[Finding]:
    """Return what a check found; one that the shop refuses has failed, and the others go on."""
    try:
        return list(check(shell))
    except Exception as error:
        line = refusal(error)
        if line is None:
            raise
        return [Finding(name, "fail", line)]


def _configuration(shell: Shell) -> Iterator[Finding]:
    config = shell.config
    yield Finding("configuration", "pass", "every variable is readable")
    if config.token is None:
        yield Finding("configuration", "warn", "TOKEN is not set: the bot runs as a demo", "Set TOKEN and OWNER_ID.")


def _database(shell: Shell) -> Iterator[Finding]:
    shell.unchecked_db.read(schema.ping)
    yield Finding("database", "pass", f"{urlsplit(shell.config.sqlalchemy_url).scheme.split('+')[0]} answers")


def _schema(shell: Shell) -> Iterator[Finding]:
    shell.unchecked_db.read(schema.require_current)
    yield Finding("schema", "pass", f"version {schema.newest()}, as this program needs")


def _invariants(shell: Shell) -> Iterator[Finding]:
    violations = shell.db.read(invariants.check, now=clock.now())
    for violation in violations:
        rule, broken_by = violation.rule, ", ".join(violation.broken_by)
        text = f"not so: {rule.meaning} Broken by: {broken_by}"
        yield Finding(f"invariant {rule.name}", "fail", text, rule.left or doctor_fix.ADVICE)
    if not violations:
        yield Finding("invariants", "pass", f"{len(invariants.ALL)} rules about stock, orders and money hold")


def _bot(shell: Shell) -> Iterator[Finding]:
    age = shell.db.read(vitals.take, now=clock.now()).heartbeat_age
    start = "Start it: systemctl start telegram-shop-bot"
    if age is None:
        yield Finding("bot", "warn", "it has never run on this database", start)
    elif age > messages.QUIET_SECONDS:
        yield Finding("bot", "warn", f"it was last seen {_duration(age)} ago", start)
    else:
        yield Finding("bot", "pass", "it is running")


def _messages(shell: Shell) -> Iterator[Finding]:
    found = shell.db.read(vitals.take, now=clock.now())
    text = f"{output.counted(found.outbox_waiting, 'message')} waiting to be sent"
    if found.outbox_oldest_age is not None and found.outbox_oldest_age > SLOW_SECONDS:
        oldest = _duration(found.outbox_oldest_age)
        yield Finding("messages", "warn", f"{text}, the oldest for {oldest}", "See whether the bot runs.")
    else:
        yield Finding("messages", "pass", text)


def _addresses(shell: Shell) -> Iterator[Finding]:
    pool = shell.db.read(bitcoin.pool)
    fewest = shell.db.read(settings.get, "btc_low_addresses")
    if not pool.free + pool.used:
        yield Finding("bitcoin addresses", "pass", "none, so customers pay in cash only")
    elif pool.free < fewest:
        yield Finding("bitcoin addresses", "warn", f"{pool.free} left", "Add some: bot_cli.py btc add --file FILE")
    else:
        yield Finding("bitcoin addresses", "pass", f"{pool.free} left")


def _data_key(shell: Shell) -> Iterator[Finding]:
    shell.db.read(exports.require_readable)
    file = shell.config.data_dir / "data.key"
    if shell.config.data_key:
        yield Finding("data key", "pass", "DATA_KEY opens the stored addresses")
    elif stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Finding("data key", "fail", f"others may read {file}", f"chmod 600 {file}")
    else:
        yield Finding("data key", "pass", f"{file} opens the stored addresses; keep a copy elsewhere")


def _redis(shell: Shell) -> Iterator[Finding]:
    url = shell.config.redis_url
    if url is None:
        yield Finding("redis", "pass", "not configured; dialogues are kept in the bot's memory")
        return
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS) as client:
            client.ping()
    except redis.RedisError as error:
        yield Finding("redis", "fail", f"does not answer ({error})", "See REDIS_* and whether Redis runs.")
    else:
        yield Finding("redis", "pass", "answers")


def _logs(shell: Shell) -> Iterator[Finding]:
    folder = shell.config.log_dir
    if not shell.config.log_to_file:
        yield Finding("logs", "pass", "LOG_TO_FILE is off")
    elif folder.is_dir() and os.access(folder, os.W_OK):
        yield Finding("logs", "pass", f"{folder} can be written")
    else:
        yield Finding("logs", "warn", f"{folder} cannot be written", "Make the folder, or set LOG_DIR.")


def _backups(shell: Shell) -> Iterator[Finding]:
    from bot.backups.shelf import Shelf

    shelf, now = Shelf(shell.config.backup_folder), clock.now()
    newest = shelf.newest_good()
    taken_at = newest.manifest.taken_at if newest and newest.manifest else None
    text = f"the newest is {_duration((now - taken_at).total_seconds())} old" if taken_at else f"none in {shelf.path}"
    is_old = backup_alerts.is_old(taken_at, shell.db.read(backup_alerts.opened_at), now=now)
    if is_old:
        yield Finding("backups", "warn", text, "Make one: bot_cli.py backup create; see docs/operations.md.")
    else:
        yield Finding("backups", "pass", text)


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return output.counted(int(seconds // size), unit)
    return output.counted(int(seconds), "second")


CHECKS = (
    ("configuration", _configuration),
    ("database", _database),
    ("schema", _schema),
    ("invariants", _invariants),
    ("bot", _bot),
    ("messages", _messages),
    ("bitcoin addresses", _addresses),
    ("data key", _data_key),
    ("redis", _redis),
    ("logs", _logs),
    ("backups", _backups),
)

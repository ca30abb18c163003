"""The shop itself: its key, its rules, the bot, its jobs and messages, and the bitcoin addresses."""

import stat
import time
from collections.abc import Iterator

from bot.cli import doctor_fix, messages, output
from bot.cli.checks.finding import Finding, Patient, duration
from bot.errors import BadValue
from bot.services import address_file, bitcoin, clock, invariants, job_alerts, resealing, settings, vitals
from bot.services.reports import exports

SLOW_SECONDS = 120
START = "Start it: systemctl start telegram-shop-bot"


def data_key(patient: Patient) -> Iterator[Finding]:
    """Look whether the key opens what is sealed, and who may read it. None is made where there is none."""
    from bot.backups import keys

    if not keys.fingerprints(patient.config):
        yield _no_key(patient)
        return
    patient.shell.db.read(exports.require_readable)
    file = patient.config.data_dir / "data.key"
    if patient.config.data_key:
        yield Finding("data key", "pass", "DATA_KEY opens the stored addresses")
    elif stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Finding("data key", "fail", f"others may read {file}", f"chmod 600 {file}")
    else:
        yield Finding("data key", "pass", f"{file} opens the stored addresses; keep a copy elsewhere")


def _no_key(patient: Patient) -> Finding:
    found, file = patient.db.read(resealing.counts), patient.config.data_dir / "data.key"
    if not found:
        return Finding("data key", "pass", "none yet, and nothing is sealed; the bot makes one when it starts")
    texts = output.counted(found.total(), "text")
    text = f"{file} is gone, and {texts} sealed with {', '.join(sorted(found))} cannot be read"
    return Finding("data key", "fail", text, "Put your copy of it back before anything else starts, and chmod 600 it.")


def sealed(patient: Patient) -> Iterator[Finding]:
    """Look whether there is a key for everything that is sealed."""
    from bot.backups import keys

    at_hand = set(keys.fingerprints(patient.config))
    missing = patient.db.read(resealing.counts).keys() - at_hand
    if missing:
        text = f"no key is here for what is sealed with {', '.join(sorted(missing))}"
        yield Finding("sealed data", "fail", text, "Put that key back, as data.key.ID.retired in DATA_DIR.")
    else:
        yield Finding("sealed data", "pass", "there is a key for everything")


def rules(patient: Patient) -> Iterator[Finding]:
    """Look whether the rules of the shop hold."""
    began = time.monotonic()
    violations = patient.db.read(invariants.check, now=clock.now())
    for violation in violations:
        rule, broken_by = violation.rule, ", ".join(violation.broken_by)
        text = f"not so: {rule.meaning} Broken by: {broken_by}"
        yield Finding(f"invariant {rule.name}", "fail", text, rule.left or doctor_fix.ADVICE)
    if not violations:
        took = f"{time.monotonic() - began:.0f} s"
        yield Finding("invariants", "pass", f"{len(invariants.ALL)} rules about stock, orders and money hold ({took})")


def bot(patient: Patient) -> Iterator[Finding]:
    """Look when the bot was seen."""
    age = patient.db.read(vitals.take, now=clock.now()).heartbeat_age
    if age is None:
        yield Finding("bot", "warn", "it has never run on this database", START)
    elif age > messages.QUIET_SECONDS:
        yield Finding("bot", "warn", f"it was last seen {duration(age)} ago", START)
    else:
        yield Finding("bot", "pass", "it is running")


def jobs(patient: Patient) -> Iterator[Finding]:
    """Look which of the bot's jobs kept failing the last time."""
    failing = sorted(patient.db.read(job_alerts.failing))
    for name in failing:
        advice = f"See why: bot_cli.py event list --kind {job_alerts.FAILED}, then logs/bot.log"
        yield Finding("jobs", "fail", f"the job {name} fails", advice)
    if not failing:
        yield Finding("jobs", "pass", "none is known to fail")


def waiting(patient: Patient) -> Iterator[Finding]:
    """Look how long messages wait, and which of them will never arrive."""
    found = patient.db.read(vitals.take, now=clock.now())
    text = f"{output.counted(found.outbox_waiting, 'message')} waiting to be sent"
    if found.outbox_oldest_age is not None and found.outbox_oldest_age > SLOW_SECONDS:
        oldest = duration(found.outbox_oldest_age)
        yield Finding("messages", "warn", f"{text}, the oldest for {oldest}", "See whether the bot runs.")
    else:
        yield Finding("messages", "pass", text)
    for status, count in sorted(patient.db.read(vitals.stuck).items()):
        advice = f"See which: bot_cli.py outbox list --status {status}; then outbox retry ID, or drop ID."
        yield Finding("messages", "warn", f"{output.counted(count, 'message')} {status}", advice)


def addresses(patient: Patient) -> Iterator[Finding]:
    """Look how many bitcoin addresses are left."""
    pool = patient.db.read(bitcoin.pool)
    fewest = patient.db.read(settings.get, "btc_low_addresses")
    if not pool.free + pool.used:
        yield Finding("bitcoin addresses", "pass", "none, so customers pay in cash only")
    elif pool.free < fewest:
        yield Finding("bitcoin addresses", "warn", f"{pool.free} left", "Add some: bot_cli.py btc add --file FILE")
    else:
        yield Finding("bitcoin addresses", "pass", f"{pool.free} left")


def listed_addresses(patient: Patient) -> Iterator[Finding]:
    """Look whether the address file can be read, and every line of it."""
    file = patient.config.btc_addresses_file
    if not file.exists():
        yield Finding("address file", "pass", f"{file} is not there; addresses come by btc add alone")
        return
    try:
        found = address_file.read(file)
    except BadValue as error:
        yield Finding("address file", "warn", str(error), "Save it as text, one address a line.")
        return
    if found.bad:
        lines = ", ".join(str(each.number) for each in found.bad[:5])
        text = f"{output.counted(len(found.bad), 'line')} of {file} cannot be read as addresses: {lines}"
        yield Finding("address file", "warn", text, "See what is wrong with each: bot_cli.py btc sync")
    else:
        yield Finding("address file", "pass", f"{output.counted(len(found.addresses), 'address')} in {file}")

"""The machine and the program: Python and what is pinned, .env, time zones, the clock, systemd."""

import difflib
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bot.cli.checks.finding import Finding, Patient

OLDEST_PYTHON = (3, 11)
LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
SHOWN = 3
FOREIGN = frozenset({"COMPOSE_PROJECT_NAME", "COMPOSE_FILE", "TZ"})
"""What others read from the same file."""
SYSTEMD = Path("/run/systemd/system")
UNIT, TIMER = "telegram-shop-bot", "telegram-shop-backup.timer"
FACTS = "LoadState,ActiveState,UnitFileState,NRestarts,Result"
MANY_RESTARTS = 5
SYSTEMD_SECONDS = 5
SKEW_WARNED, SKEW_FAILED = 5.0, 60.0
"""In seconds. Reservations end by the clock, and Telegram's certificates are good for a time only."""


def configuration(patient: Patient) -> Iterator[Finding]:
    """Look whether every variable can be read."""
    config = patient.config
    yield Finding("configuration", "pass", "every variable is readable")
    if config.token is None:
        yield Finding("configuration", "warn", "TOKEN is not set: the bot runs as a demo", "Set TOKEN and OWNER_ID.")


def environment_file(_patient: Patient) -> Iterator[Finding]:
    """Look who may read .env, and whether every line of it is one of the shop's."""
    from bot.config import VARIABLES, Config

    given = Config.model_config.get("env_file")
    path = Path(str(given)) if given else None
    if path is None or not path.exists():
        yield Finding(".env", "pass", "there is none; the environment alone decides")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o007:
        yield Finding(".env", "fail", f"everybody on this machine may read {path}", f"chmod o-rwx {path}")
    names = [match[1].upper() for line in path.read_text("utf-8").splitlines() if (match := LINE.match(line))]
    unknown = sorted({*names} - {*VARIABLES} - FOREIGN)
    for name in unknown:
        yield Finding(".env", "warn", f"{name} is no variable of the shop", _meant(name, VARIABLES))
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(".env", "warn", f"{name} stands there more than once; the last line counts", "Keep one.")
    if not unknown and not mode & 0o007:
        yield Finding(".env", "pass", f"{path} is not for everybody, and every variable in it is known")


def _meant(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"Did you mean {close[0]}?" if close else "Take it out; .env.example has all there are."


def python(_patient: Patient) -> Iterator[Finding]:
    """Look whether this Python and its packages are those that the shop was tried with."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("python", "fail", f"this is Python {version}", "Install Python 3.11 or newer.")
    pins = _pins()
    others = [each for each in pins if each.installed != each.version]
    again = "Install them again: .venv/bin/pip install --require-hashes -r requirements.txt"
    if others:
        told = [f"{each.name} {each.installed or 'is missing'}, pinned: {each.version}" for each in others[:SHOWN]]
        more = [f"and {len(others) - SHOWN} more"] if len(others) > SHOWN else []
        is_missing = any(each.installed is None for each in others)
        yield Finding("python", "fail" if is_missing else "warn", "; ".join([*told, *more]), again)
    elif pins:
        yield Finding("python", "pass", f"Python {version}, and {len(pins)} packages as they are pinned")
    else:
        yield Finding("python", "warn", f"Python {version}; requirements.txt is not here to compare with")


@dataclass(frozen=True)
class _Pin:
    name: str
    version: str
    installed: str | None


def _pins() -> list[_Pin]:
    """Return the packages of requirements.txt that this machine needs."""
    from packaging.requirements import Requirement

    from bot.config import ROOT

    lines = (line for line in _lines(ROOT / "requirements.txt") if line[:1].isalnum())
    wanted = [Requirement(line.rstrip(" \\")) for line in lines]
    needed = [each for each in wanted if each.marker is None or each.marker.evaluate()]
    return [_Pin(each.name, str(each.specifier).removeprefix("=="), _installed(each.name)) for each in needed]


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def time_zones(_patient: Patient) -> Iterator[Finding]:
    """Look whether this machine knows the time zones."""
    from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

    places = [place for place in TZPATH if (Path(place) / "UTC").exists()]
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        yield Finding("time zones", "fail", "this machine knows none", "Install tzdata.")
        return
    package = _installed("tzdata")
    source = f"{places[0]}" if places else f"the package tzdata {package}"
    yield Finding("time zones", "pass", f"they come from {source}")


def clock(patient: Patient) -> Iterator[Finding]:
    """Look how far this machine's clock is from Telegram's and from the database's."""
    from bot.services import clock as ours
    from bot.services.queries import server

    found = {"Telegram": patient.telegram_ahead, "the database": None}
    database_now = patient.db.read(server.now)
    if database_now is not None:
        found["the database"] = (database_now - ours.now()).total_seconds()
    known = {name: ahead for name, ahead in found.items() if ahead is not None}
    if not known:
        yield Finding("clock", "pass", "there was no other clock to compare it with")
        return
    name, ahead = max(known.items(), key=lambda each: abs(each[1]))
    level = "fail" if abs(ahead) > SKEW_FAILED else "warn" if abs(ahead) > SKEW_WARNED else "pass"
    if level == "pass":
        yield Finding("clock", level, f"as {' and '.join(known)}'s, within {SKEW_WARNED:.0f} seconds")
    else:
        way = "behind" if ahead > 0 else "ahead of"
        text = f"it is {abs(ahead):.0f} seconds {way} {name}'s"
        yield Finding("clock", level, text, "Let the network set it: timedatectl set-ntp true")


def systemd(_patient: Patient) -> Iterator[Finding]:
    """Look whether systemd runs the bot, starts it after a reboot, and makes the nightly backup."""
    if not SYSTEMD.is_dir() or shutil.which("systemctl") is None:
        yield Finding("systemd", "pass", "systemd does not run this machine")
        return
    unit, timer = _unit(UNIT), _unit(TIMER)
    if unit.get("LoadState") != "loaded":
        yield Finding("systemd", "pass", f"{UNIT} is not installed as a service here")
        return
    troubles = [*_troubles_of(unit), *_troubles_of_timer(timer)]
    yield from troubles
    if not troubles:
        yield Finding("systemd", "pass", f"{UNIT} is active and starts with the machine; so does the nightly backup")


def _troubles_of(unit: dict[str, str]) -> Iterator[Finding]:
    state = unit.get("ActiveState", "")
    look = f"journalctl -u {UNIT} -n 50"
    if state == "failed":
        yield Finding("systemd", "fail", f"{UNIT} has failed ({unit.get('Result')})", look)
    elif state != "active":
        yield Finding("systemd", "warn", f"{UNIT} is {state}", f"systemctl start {UNIT}")
    if unit.get("UnitFileState") != "enabled":
        yield Finding("systemd", "warn", f"{UNIT} does not start with the machine", f"systemctl enable {UNIT}")
    restarts = int(unit.get("NRestarts") or 0)
    if restarts > MANY_RESTARTS:
        yield Finding("systemd", "warn", f"{UNIT} was started again {restarts} times by itself", look)


def _troubles_of_timer(timer: dict[str, str]) -> Iterator[Finding]:
    if timer.get("ActiveState") != "active":
        advice = f"systemctl enable --now {TIMER}"
        yield Finding("systemd", "warn", "no timer makes a backup every night", advice)


def _unit(name: str) -> dict[str, str]:
    command = ["systemctl", "show", name, f"--property={FACTS}"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=SYSTEMD_SECONDS, check=False).stdout
    return dict(line.split("=", 1) for line in told.splitlines() if "=" in line)

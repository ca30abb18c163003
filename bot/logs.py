"""The log files: who writes where, what is scrubbed from every line, and what happens when a file cannot be written.

Logging never stops the shop: a file that cannot be written is reported once on stderr, and the work goes on.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from bot.scrubbing import hider
from bot.scrubbing import scrubber as scrubber

if TYPE_CHECKING:
    from bot.config import Config

FILES = {
    "": "bot.log",
    "shop.audit": "audit.log",
    "shop.orders": "orders.log",
    "shop.reference_code": "reference_code.log",
    "shop.changes": "changes.log",
    "shop.audit.changes": "changes.log",
}
"""Which logger writes which file. Every line also goes up to its parents, so bot.log and stdout tell everything."""

LOGGERS = {
    "order": "shop.orders",
    "checkout": "shop.orders",
    "reference_code": "shop.reference_code",
    "customer": "shop.changes",
    "bonus": "shop.changes",
    "setting": "shop.changes",
    "goods": "shop.changes",
    "category": "shop.changes",
    "catalog": "shop.changes",
    "stock": "shop.changes",
    "staff": "shop.changes",
    "doctor": "shop.changes",
}
"""Which logger tells events, by the first word of their kind; all others only go to bot.log."""

AUDITED = {"doctor.fixed"} | frozenset(
    {"customer.banned", "customer.unbanned", "setting.changed", "bonus.adjusted", "staff.added", "staff.removed"}
)
QUIET = {
    "aiogram.event": logging.WARNING,  # a line for every update, of which the figures tell more
    "apscheduler": logging.CRITICAL,  # the timetable reports failed jobs itself
    "aiohttp.access": logging.WARNING,
    "watchdog": logging.INFO,
}
LARGEST_FILE = 10_000_000
KEPT_FILES = 5
LONGEST_LINE = 10_000


class Recorded(Protocol):
    """What `services.events.record` hands to listeners; a protocol, because logs know the configuration only."""

    @property
    def kind(self) -> str:
        """Return what happened, such as "order.confirmed"."""

    @property
    def actor(self) -> str:
        """Return who caused it, such as "cli:anna"."""

    @property
    def subject(self) -> str:
        """Return what it happened to, such as "order:ABCDEF"."""

    @property
    def facts(self) -> dict[str, Any]:
        """Return the details; they hold no personal data."""


def setup(config: "Config", zone: str = "UTC") -> None:
    """Send everything to the log files and to stdout, as the configuration says; times are in `zone`."""
    close()
    logging.raiseExceptions = False
    _LINES.scrub = scrubber(config)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    # Only our own rooms become talkative: other people's debug lines hold whole messages of customers.
    for name in ("bot", "shop"):
        logging.getLogger(name).setLevel(logging.DEBUG if config.debug else logging.INFO)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    if config.log_to_stdout:
        _attach(root, logging.StreamHandler(sys.stdout))
    if config.log_to_file:
        _attach_files(config.log_dir, also_on_stdout=config.log_to_stdout)
    use_zone(zone)


def use_zone(zone: str) -> None:
    """Write times in the time zone `zone` from now on; in UTC if this machine does not know it."""
    if zone == _LINES.wanted_zone:
        return
    _LINES.wanted_zone = zone
    try:
        _LINES.zone = ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        _LINES.zone = UTC
        logging.getLogger(__name__).warning("The time zone %s is not known here; the logs are in UTC", zone)


def close() -> None:
    """Close what `setup` has opened."""
    for name in FILES:
        logger = logging.getLogger(name)
        for handler in logger.handlers[:]:
            if handler.formatter is _LINES:
                logger.removeHandler(handler)
                handler.close()


def event_log(recorded: Recorded) -> None:
    """Write one line about an event; a listener for `Database.listeners`."""
    family = recorded.kind.partition(".")[0]
    name = LOGGERS.get(family, "shop.events")
    if recorded.kind in AUDITED:
        name = name.replace("shop.", "shop.audit.", 1)
    level = logging.DEBUG if family == "cart" else logging.INFO
    facts = "".join(f" {key}={_shown(value)}" for key, value in recorded.facts.items() if value is not None)
    logging.getLogger(name).log(level, "%s %s by %s%s", recorded.kind, recorded.subject, recorded.actor, facts)


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def _shown(value: Any) -> str:
    text = str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)


def _visible(text: str) -> str:
    """Return `text` on one line, whatever it holds, so that nobody can forge a second one."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class _Lines(logging.Formatter):
    """`[2025-11-19 14:30:45] [INFO] [bot.main:239] Starting bot`, and a traceback indented below it.

    The scrubbing is done here, not in a filter, because a filter never sees the text of a traceback.
    """

    zone: tzinfo = UTC
    wanted_zone = "UTC"
    scrub: Callable[[str], str] = staticmethod(lambda text: text)

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, self.zone)
        head = f"[{time:%Y-%m-%d %H:%M:%S}] [{record.levelname}] [{record.name}:{record.lineno}]"
        hide = hider(getattr(record, "private", ()))
        lines = [f"{head} {_visible(hide(_message(record)))}"]
        if record.exc_info:
            lines += _indented(hide(self.formatException(record.exc_info)))
        if record.stack_info:
            lines += _indented(record.stack_info)
        return "\n".join(self._short(line) for line in lines)

    def _short(self, line: str) -> str:
        # A line of a million characters would cost seconds: it is cut first, well behind what is kept in the end.
        line = self.scrub(line[: LONGEST_LINE * 2])
        return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"


_LINES = _Lines()


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:
        return f"{record.msg!r} does not fit {record.args!r}"


def _indented(text: str) -> list[str]:
    return [f"    {_visible(line)}" for line in text.splitlines()]


def _attach(logger: logging.Logger, handler: logging.Handler) -> None:
    handler.setFormatter(_LINES)
    logger.addHandler(handler)


def _attach_files(folder: Path, *, also_on_stdout: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        owner = _owner(folder)
    except OSError as error:
        _say(f"The log files in {folder} cannot be written ({error.strerror}); the shop goes on without them.")
        return
    opened: dict[str, logging.Handler] = {}
    for name, file in FILES.items():
        if file not in opened:
            say_it = file == "bot.log" and not also_on_stdout
            opened[file] = _file_handler(folder / file, owner, last_resort=say_it)
        _attach(logging.getLogger(name), opened[file])


def _owner(folder: Path) -> tuple[str, str] | None:
    """Return whose files root makes in a folder: its owner's, so that root's shell never locks the bot out."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return folder.owner(), folder.group()
    return None


def _file_handler(path: Path, owner: tuple[str, str] | None, *, last_resort: bool) -> logging.Handler:
    """Return a handler on a file that the bot and the shell write, and rotate, at the same time.

    The standard library's handler would go on writing into a file that the other process has rotated away, and both
    would rotate at once. This one locks for every line and looks whether the file is still the one under its name.
    Imported here, because the import takes longer than the rest of this module.
    """
    from concurrent_log_handler import ConcurrentRotatingFileHandler

    class FileHandler(ConcurrentRotatingFileHandler):
        reported = False

        def do_write(self, msg: str) -> None:
            super().do_write(msg)
            self.reported = False

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
            if self.stream is not None:
                with suppress(OSError):
                    self.stream.close()  # the next line begins with an empty buffer, in a file that is opened anew
            if not self.reported:
                self.reported = True
                reason = getattr(sys.exc_info()[1], "strerror", None) or sys.exc_info()[1]
                _say(f"The log file {path} cannot be written ({reason}); the shop goes on without it.")
            if last_resort and record.levelno >= logging.WARNING:
                _say(self.format(record))

    return FileHandler(
        path,
        maxBytes=LARGEST_FILE,
        backupCount=KEPT_FILES,
        encoding="utf-8",
        chmod=0o660,
        owner=owner,
    )


def _say(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{text}\n")

"""After a change that tells people something: how many messages wait, and whether anybody sends them."""

from datetime import datetime, timedelta

from bot.cli import Shell, output
from bot.services import clock, vitals
from bot.services.vitals import Vitals

QUIET_SECONDS = 60
"""The bot says every few seconds that it lives."""


def mention(shell: Shell) -> None:
    """Say on stderr how many messages wait to be sent, and warn when the bot has not been seen for a minute."""
    now = clock.now()
    found = shell.db.read(vitals.take, now=now)
    if not found.outbox_waiting:
        return
    verb = "waits" if found.outbox_waiting == 1 else "wait"
    output.remark(f"{output.counted(found.outbox_waiting, 'message')} {verb} to be sent.")
    _warn_of_absence(shell, found, now)


def mention_bot(shell: Shell) -> None:
    """Warn on stderr when the bot, which has to do the rest, has not been seen for a minute."""
    now = clock.now()
    _warn_of_absence(shell, shell.db.read(vitals.take, now=now), now)


def _warn_of_absence(shell: Shell, found: Vitals, now: datetime) -> None:
    if found.heartbeat_age is None:
        output.remark("Warning: the bot has never run; it sends them when it is started.")
    elif found.heartbeat_age > QUIET_SECONDS:
        seen = output.zoned(now - timedelta(seconds=found.heartbeat_age), shell.zone)
        output.remark(f"Warning: the bot was last seen at {seen}; it sends them when it is started.")

"""After a change that tells people something: how many messages wait, and whether anybody sends them."""

from datetime import timedelta

from bot.cli import Shell, output
from bot.services import clock, vitals

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
    if found.heartbeat_age is None:
        output.remark("Warning: the bot has never run; it sends them when it is started.")
    elif found.heartbeat_age > QUIET_SECONDS:
        seen = output.zoned(now - timedelta(seconds=found.heartbeat_age), shell.zone)
        output.remark(f"Warning: the bot was last seen at {seen}; it sends them when it is started.")

"""What the owner reads of what the shop does by itself: its jobs, the address file, and the way back from a backup."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.telegram.admin import callbacks as staff
from bot.telegram.screen import Screen, notice_button
from bot.telegram.wording import Words, paragraphs

if TYPE_CHECKING:
    from bot.telegram.notices import Notice


def bad_lines(t: Words, notice: "Notice") -> Screen:
    """Name the first line by its number, never by what stands there: that may be a private key."""
    first, more = str(notice.facts["first"]), notice.facts["count"] - 1
    return Screen(t("notice-btc-bad-lines", first=first, more=more))


def of_job(t: Words, notice: "Notice") -> Screen:
    """Say which job fails, or works again."""
    job = str(notice.facts["job"])
    key = f"job-{job.replace(' ', '-')}"
    named = {**notice.facts, "job": t.label(key) if t.has(key) else job}
    logs = notice_button(t.label("log-files"), staff.LogFiles())
    return Screen(t(f"notice-{notice.kind}", **named), [[logs]] if notice.kind == "job-failed" else [])


def restored(t: Words, notice: "Notice") -> Screen:
    """Say from when the shop is, and what waits for a decision."""
    facts = notice.facts
    more = [
        t("backup-parked", count=facts["parked"]) if facts["parked"] else "",
        t("backup-paused", count=facts["paused"]) if facts["paused"] else "",
        "" if facts["knows"] else t("backup-retired", count=facts["retired"]),
    ]
    taken_at = datetime.fromisoformat(facts["taken_at"])
    return Screen(paragraphs(t("notice-backup-restored", time=t.time(taken_at, notice.zone)), *more))

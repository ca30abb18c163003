"""Erasing personal data that is older than the settings allow, a few hundred rows at a time."""

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.db import Database
from bot.services import settings
from bot.services.privacy import retention

ROTATED = re.compile(r"[a-z_]+\.log\.\d+")
"""Log files that newer ones have replaced; those of today are still written."""

log = logging.getLogger(__name__)


async def run(db: Database, log_dir: Path, now: Callable[[], datetime]) -> None:
    """Erase everything that is too old, and record how much that was."""
    counts: dict[str, int] = {}
    for rule in retention.RULES:
        while done := await db.run(retention.erase_some, rule.setting, now=now()):
            counts[rule.setting] = counts.get(rule.setting, 0) + done
            await asyncio.sleep(0)
    days = await db.fetch(settings.get, "log_days")
    counts["log_days"] = await asyncio.to_thread(_delete_logs, log_dir, now() - timedelta(days=days)) if days else 0
    await db.run(retention.note, counts, now=now())
    if any(counts.values()):
        log.info("Too old and erased: %s", ", ".join(f"{count} by {key}" for key, count in counts.items() if count))


def _delete_logs(folder: Path, before: datetime) -> int:
    """Delete the replaced log files that were last written `before` then, and return how many those were."""
    old = [path for path in folder.glob("*.log.*") if ROTATED.fullmatch(path.name) and not path.is_symlink()]
    old = [path for path in old if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)

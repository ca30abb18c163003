"""Telling the owner when the newest backup has become too old, whoever should have made another one."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.backups.shelf import Shelf
from bot.db import Database
from bot.services import backup_alerts


async def run(db: Database, folder: Path, now: Callable[[], datetime]) -> None:
    """Look at the backups in the folder, and warn the owner once when none of them is new enough."""
    newest = await asyncio.to_thread(Shelf(folder).newest_good)
    taken_at = newest.manifest.taken_at if newest and newest.manifest else None
    await db.run(backup_alerts.warn_when_old, taken_at, now=now())

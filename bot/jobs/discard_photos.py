"""Deleting the pictures that nothing uses any more."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.db import Database
from bot.services import photos


async def run(db: Database, data_dir: Path, now: Callable[[], datetime]) -> None:
    """Delete each file that nothing has used for a day."""
    for name in await db.fetch(photos.unused, data_dir, now=now()):
        await db.run(photos.discard, name, data_dir, now=now())
        await asyncio.sleep(0)

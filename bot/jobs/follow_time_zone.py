"""Noticing that the shop's time zone was changed, also by another process."""

from collections.abc import Callable

from bot.db import Database
from bot.services import settings

OnZone = Callable[[str], object]


async def run(db: Database, on_zone: OnZone) -> None:
    """Hand the shop's time zone to whoever writes times that are not asked for one by one, such as the logs."""
    on_zone(await db.fetch(settings.get, "timezone"))

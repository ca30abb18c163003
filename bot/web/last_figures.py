"""What the process leaves behind when it ends: its figures, in `final_metrics.json` in the data folder."""

import asyncio
import json
import logging
import os
from pathlib import Path

from bot import metrics
from bot.services import clock
from bot.web.exposition import Exposition, as_data

NAME = "final_metrics.json"

log = logging.getLogger(__name__)


async def leave(exposition: Exposition, folder: Path) -> None:
    """Write the figures down; that this fails stands in the log, and stops nothing."""
    found = await exposition.gather()
    about = {
        "written_at": clock.now().isoformat(timespec="seconds"),
        "started_at": metrics.value_of("shop_started_seconds"),
        "metrics": as_data(found.collect()),
    }
    try:
        await asyncio.to_thread(_write, folder / NAME, json.dumps(about, indent=1))
    except OSError as error:
        log.warning("The figures of this run are not kept: %s cannot be written (%s)", NAME, error.strerror)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all, for nobody else's eyes."""
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)

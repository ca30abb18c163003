"""Charts as pictures: drawn by a process that ends afterwards, kept until newer ones take their place."""

import asyncio
import hashlib
import json
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot import one_core

log = logging.getLogger(__name__)

SECONDS = 15.0
"""A chart takes about one; the first one finds the fonts, which takes some more."""
KEPT = 60
PNG = b"\x89PNG\r\n"
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-E", "-m", "bot.charts")


class Artist:
    """Draws one chart at a time, so that the machine has its memory for the shop."""

    def __init__(self, folder: Path, command: tuple[str, ...] = COMMAND, seconds: float = SECONDS) -> None:
        """Keep pictures in `folder`; `command` draws one within so many `seconds`."""
        self._folder = folder
        self._command = command
        self._seconds = seconds
        self._one_at_a_time = asyncio.Lock()

    async def picture(self, chart: Mapping[str, Any]) -> Path | None:
        """Return the file with the picture of a chart (see `bot.charts.png`), or None where it cannot be drawn.

        The same chart is drawn once, and its file has the same name.
        """
        asked = json.dumps(chart).encode()
        path = self._folder / f"{hashlib.sha256(asked).hexdigest()[:32]}.png"
        async with self._one_at_a_time:
            if await asyncio.to_thread(path.is_file):
                return path
            try:
                drawn = await self._draw(asked)
                await asyncio.to_thread(_keep, path, drawn)
            except (OSError, ValueError, TimeoutError) as error:
                log.warning("A chart could not be drawn: %s %s", type(error).__name__, error)
                return None
        return path

    async def _draw(self, asked: bytes) -> bytes:
        await asyncio.to_thread(self._folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        pipe = asyncio.subprocess.PIPE
        with one_core.left():
            child = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, env=self._env, start_new_session=True, stdin=pipe, stdout=pipe, stderr=pipe
            )
        try:
            async with asyncio.timeout(self._seconds):
                drawn, said = await child.communicate(asked)
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        if child.returncode or not drawn.startswith(PNG):
            *_, why = said.decode(errors="replace").strip().splitlines() or [""]
            raise ValueError(f"exit code {child.returncode}: {why[:200]}")
        return drawn

    @property
    def _env(self) -> dict[str, str]:
        """Return the environment of the process: none of the shop's secrets, and one thread."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(self._folder.absolute()),
            "OPENBLAS_NUM_THREADS": "1",
        }


def _keep(path: Path, drawn: bytes) -> None:
    """Write a picture, and forget the oldest of too many."""
    half = path.with_suffix(".half")
    half.write_bytes(drawn)
    half.chmod(0o600)
    half.replace(path)
    for old in sorted(path.parent.glob("*.png"), key=lambda each: each.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)

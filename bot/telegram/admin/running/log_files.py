"""Log files on request: which there are, and each as a document."""

import asyncio
import gzip
import io
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, CallbackQuery
from babel.numbers import format_decimal
from markupsafe import Markup
from pydantic import Field

from bot.models import Right
from bot.services import log_requests
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.place import trail, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.guide import Guide
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, paragraphs

router = StaffRouter("log files", Right.OWN)

LARGEST = 50_000_000
"""In bytes; the Bot API takes documents of 50 MB at most."""
CHUNK = 1 << 20
SECONDS_TO_SEND = 180


class SendLog(CallbackData, prefix="log"):
    """Send a log file: its place among the names of all that the shop may write, so that no press can name another."""

    number: Annotated[int, Field(ge=0, le=999)]


@dataclass(frozen=True)
class LogFile:
    """A log file that is there; the size is in bytes."""

    number: int
    path: Path
    size: int
    changed_at: datetime


@dataclass(frozen=True)
class Content:
    """What is sent of a log file: all of it, or its end, compressed."""

    data: bytes
    is_whole: bool = True


@router.callback_query(staff.LogFiles.filter())
async def open_logs(_press: CallbackQuery, visit: Visit) -> None:
    """Show which log files there are."""
    await _show(visit)


@router.callback_query(SendLog.filter())
async def send_log(_press: CallbackQuery, callback_data: SendLog, visit: Visit) -> None:
    """Send a log file, and record who has asked for it."""
    found = await asyncio.to_thread(files, visit.guide)
    chosen = next((each for each in found if each.number == callback_data.number), None)
    if chosen is None:
        await _show(visit, visit.t("logs-gone"))
        return
    async with visit.busy("upload_document"):
        content = await asyncio.to_thread(_content, chosen.path)
        if not content.data:
            await _show(visit, visit.t("logs-gone"))
            return
        await visit.run(log_requests.note, chosen.path.name, actor=visit.me.actor, now=visit.now)
        name = _named(chosen.path)
        await visit.bot.send_document(
            visit.chat_id,
            BufferedInputFile(content.data, name if content.is_whole else f"{name}.gz"),
            caption=str(visit.t("logs-whole" if content.is_whole else "logs-tail", name=chosen.path.name)),
            request_timeout=SECONDS_TO_SEND,
        )


async def _show(visit: Visit, note: Markup | str = "") -> None:
    t, zone = visit.t, await visit.zone()
    found = await asyncio.to_thread(files, visit.guide)
    rows: list[Row] = [[button(_label(t, each, zone), SendLog(number=each.number))] for each in found]
    hint = t("logs-hint" if found else "logs-none")
    rows.append(ways_out(visit, staff.Admin()))
    await visit.show(Screen(paragraphs(note, trail(t, t.label("place-logs")), hint), rows))


def files(guide: Guide) -> Sequence[LogFile]:
    """Return the log files that hold something; links are passed over, because they may lead anywhere."""
    found = []
    for number, path in enumerate(guide.log_files):
        try:
            now = path.lstat()
        except OSError:
            continue
        if stat.S_ISREG(now.st_mode) and now.st_size:
            found.append(LogFile(number, path, now.st_size, datetime.fromtimestamp(now.st_mtime, UTC)))
    return found


def _label(t: Words, file: LogFile, zone: str) -> str:
    time = t.moment(file.changed_at, zone)
    is_large = file.size >= 1_000_000
    size = format_decimal(max(round(file.size / (1_000_000 if is_large else 1000), 1), 0.1), locale=t.language)
    return t.label(
        "logs-row", name=file.path.name, size=t.label("logs-mb" if is_large else "logs-kb", size=size), time=time
    )


def _named(path: Path) -> str:
    """Return a name under which phones open it as text: "bot.1.log" for "bot.log.1"."""
    stem, _, number = path.name.partition(".log.")
    return f"{stem}.{number}.log" if number else path.name


def _content(path: Path) -> Content:
    """Read a file as it is now, which a rotation may have made another since it was listed; nothing where it is gone.

    It is read before it is sent: what changes on the way would break the message.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            if size > LARGEST and (tail := _packed_tail(file, size)):
                return Content(tail, is_whole=False)
            file.seek(0)
            return Content(file.read(LARGEST))
    except OSError:
        return Content(b"")


def _packed_tail(file: BinaryIO, size: int) -> bytes:
    """Return the last lines of a file that is too large, compressed; nothing where it was emptied meanwhile."""
    written, is_empty = io.BytesIO(), True
    with gzip.GzipFile(fileobj=written, mode="wb", mtime=0) as packed:
        left = LARGEST - CHUNK
        file.seek(size - left)
        left -= len(file.readline())
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            packed.write(chunk)
            left -= len(chunk)
            is_empty = False
    return b"" if is_empty else written.getvalue()

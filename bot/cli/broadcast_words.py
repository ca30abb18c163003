"""How the shell reads and tells broadcasts: their texts, what scripts read of them, and what people do."""

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

from bot.cli import Shell, messages, output, typed
from bot.cli.output import Column
from bot.errors import NotFound
from bot.models import Broadcast, ContentKind
from bot.services.files import text_file
from bot.services.queries import broadcast_lists
from bot.services.queries.broadcast_lists import Progress

COLUMNS = (
    Column("Id", main=True, right=True),
    Column("State", main=True),
    Column("To", main=True),
    Column("People", right=True),
    Column("When"),
    Column("What", most=40),
)
KEYS = (
    "id",
    "state",
    "content",
    "text",
    "photo",
    "segment",
    "language",
    "people_count",
    "created_by",
    "created_at",
    "scheduled_at",
    "started_at",
    "finished_at",
    "why",
)
"""What scripts read of a broadcast ..."""
FIGURES = ("sent", "blocked", "failed", "unclear", "skipped", "left", "seconds")
"""... and of how far it has got; `seconds` is about how long the rest takes."""
LARGEST = 1_000_000
FILE_NAME = re.compile(r"\S*/\S+|\S+\.(?:txt|html?)", re.IGNORECASE)


def text(given: str) -> str:
    """Return the text that was given itself, as a file, or on standard input.

    Raises:
        BadValue: there is no such file, or it is no text.
    """
    if "<" in given or not FILE_NAME.fullmatch(given):
        return typed.text(given)
    with text_file.opened(Path(given), "text file", largest=LARGEST) as file:
        return file.read().decode("utf-8-sig", errors="replace")


def number(given: str) -> int:
    """Return the number of a broadcast.

    Raises:
        NotFound: it can be none.
    """
    digits = given.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise NotFound("broadcast", given)
    return int(digits)


def facts(broadcast: Broadcast) -> dict[str, Any]:
    """Return what scripts read of a broadcast."""
    return output.picked(broadcast, KEYS)


def whole_facts(found: Progress) -> dict[str, Any]:
    """Return what scripts read of a broadcast with its figures."""
    return {**facts(found.broadcast), **output.picked(found, FIGURES)}


def cells(broadcast: Broadcast, zone: str) -> Sequence[Any]:
    """Return what people read of a broadcast in a list."""
    when = broadcast.finished_at or broadcast.started_at or broadcast.scheduled_at or broadcast.created_at
    people = broadcast.people_count or ""
    return [broadcast.id, broadcast.state, who(broadcast), people, output.moment(when, zone), what(broadcast)]


def what(broadcast: Broadcast) -> str:
    """Return what people get, as plain text on one line."""
    shown = " ".join(unescape(re.sub("<[^>]*>", "", broadcast.text or "")).split())
    if broadcast.content is ContentKind.COPY:
        return "a copied message"
    return f"photo: {shown}".removesuffix(": ") if broadcast.content is ContentKind.PHOTO else shown


def who(broadcast: Broadcast) -> str:
    """Return who gets it."""
    return f"{broadcast.segment}, {broadcast.language}" if broadcast.language else str(broadcast.segment)


def tell(shell: Shell, broadcast_id: int, sentence: str, *, as_json: bool) -> None:
    """Say what was done, or print the broadcast for scripts."""
    if as_json:
        output.json_of(whole_facts(shell.db.read(broadcast_lists.progress, broadcast_id)))
    else:
        output.line(sentence)
    messages.mention_bot(shell)


def about(found: Progress, zone: str, currency: str) -> list[tuple[str, Any]]:
    """Return everything that people read of one broadcast."""
    broadcast = found.broadcast
    least = broadcast.least_amount
    duration = output.counted(-(-found.seconds // 60), "minute")
    left = f"{found.left}, about {duration}" if found.left else ""
    return [
        ("To", who(broadcast)),
        ("Spent at least", output.amount(least, currency) if least is not None else ""),
        ("People", broadcast.people_count),
        ("What", what(broadcast)),
        ("Photo", broadcast.photo),
        ("By", broadcast.created_by),
        ("Written", output.moment(broadcast.created_at, zone)),
        ("Planned", output.moment(broadcast.scheduled_at, zone)),
        ("Begun", output.moment(broadcast.started_at, zone)),
        ("Ended", output.moment(broadcast.finished_at, zone)),
        ("Stopped because", broadcast.why),
        ("Sent", found.sent),
        ("Blocked the bot", found.blocked or ""),
        ("Not delivered", found.failed or ""),
        ("Perhaps delivered", found.unclear or ""),
        ("Left out", found.skipped or ""),
        ("Still to send", left),
    ]

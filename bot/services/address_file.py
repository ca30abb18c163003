"""Opening the file of bitcoin addresses, whatever somebody has put in its place; it is only ever read."""

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from bot.errors import BadValue
from bot.services import bitcoin
from bot.services.files import text_file

LARGEST = 64 * 1024 * 1024
"""In bytes: more than a million addresses."""
WHAT = "address file"


def read(path: Path) -> bitcoin.Reading:
    """Check each line of the address file. A last line without an end is read like any other.

    Raises:
        BadValue: there is no file that can be read as addresses; the sentence says why.
    """
    with text_file.opened(path, WHAT, largest=LARGEST) as file:
        _require_utf8(file, path)
        try:
            # Whole at once: a thread that gives the GIL back at every few kilobytes takes it again before anybody
            # wakes up, and starves the event loop for seconds (measured).
            with TextIOWrapper(BytesIO(file.read(LARGEST)), encoding="utf-8-sig") as lines:
                return bitcoin.read_lines(_short_lines(lines))
        except UnicodeDecodeError:
            raise _unfit(path, "it is not UTF-8 text; save it as UTF-8") from None
        except OSError as error:
            raise _unfit(path, f"reading it failed ({error.strerror})") from None


def _require_utf8(file: BinaryIO, path: Path) -> None:
    """Refuse UTF-16 by its beginning: its mark, or a letter beside a NUL, which UTF-8 would swallow silently."""
    head = file.read(2)
    file.seek(0)
    if head in (b"\xff\xfe", b"\xfe\xff") or (len(head) == 2 and b"\0" in head):
        raise _unfit(path, "it is UTF-16; save it as UTF-8")


def _short_lines(lines: TextIOWrapper) -> Iterator[str]:
    """Yield the lines, each cut just after the longest that is allowed, so that no line fills the memory."""
    while line := lines.readline(bitcoin.LONGEST_LINE + 1):
        yield line
        while len(line) > bitcoin.LONGEST_LINE and not line.endswith("\n"):
            line = lines.readline(bitcoin.LONGEST_LINE + 1)


def _unfit(path: Path, why: str) -> BadValue:
    return BadValue(WHAT, str(path), why)

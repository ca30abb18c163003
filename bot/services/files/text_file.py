"""Text files that people hand us, whatever lies in their place: read line by line, and only as UTF-8."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bot.errors import BadValue
from bot.services.files.file_errors import Mistakes

LARGEST = 256 * 1024 * 1024
"""In bytes: half a million goods with their descriptions."""
LONGEST_LINE = 1024 * 1024
"""In bytes."""

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


def opened(path: Path, what: str, *, largest: int = LARGEST) -> BinaryIO:
    """Open a regular file of at most `largest` bytes.

    Raises:
        BadValue: there is none; the sentence says why.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadValue(what, str(path), "it is not a regular file")
        # Without O_NONBLOCK, a FIFO that took the file's place this moment would wait for a writer for ever.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except FileNotFoundError:
        raise BadValue(what, str(path), "there is no such file") from None
    except (OSError, ValueError) as error:
        raise BadValue(what, str(path), f"it cannot be opened ({getattr(error, 'strerror', None) or error})") from None
    if os.fstat(file.fileno()).st_size > largest:
        file.close()
        raise BadValue(what, str(path), f"it is larger than {largest // 1024**2} MB")
    return file


def count(file: BinaryIO) -> int:
    """Return how many lines a file has, without moving in it."""
    place, found = file.tell(), 0
    while block := file.read(LONGEST_LINE):
        found += block.count(b"\n")
    file.seek(place)
    return found


def lines(file: BinaryIO, mistakes: Mistakes) -> Iterator[str]:
    """Yield the lines with their ends, without a byte order mark.

    Raises:
        BadRows: a line is too long, is not UTF-8, or holds what no text holds.
    """
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise mistakes.refuse(number, f"This line is longer than {LONGEST_LINE // 1024**2} MB.")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise mistakes.refuse(number, "This is not UTF-8 text; save the file as UTF-8.") from None
        if strange := _NO_TEXT.search(text):
            raise mistakes.refuse(number, f"This line holds a character that is no text (U+{ord(strange[0]):04X}).")
        yield text

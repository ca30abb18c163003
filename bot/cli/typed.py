"""Texts on a command line: as they were typed, or from standard input."""

import sys

STDIN = "-"
MOST_BYTES = 1_000_000
"""More is no message to anybody; it is not read."""


def text(given: str) -> str:
    """Return the text; "-" stands for what comes on standard input."""
    return sys.stdin.buffer.read(MOST_BYTES).decode(errors="replace").lstrip("\ufeff") if given == STDIN else given

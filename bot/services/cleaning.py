"""What people type, made storable: normalised, without what cannot be seen, and not longer than it may be."""

import re
import unicodedata

from bot.errors import BadValue

NAME_LENGTH = 100
MARKS_IN_A_ROW = 4
"""More combining marks on one letter serve no language, they only flood the screen."""

# Explicit direction overrides and isolates can make a text read differently from what it is (Unicode TR 36).
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def paragraph(what: str, text: str, *, shortest: int = 1, longest: int = 500) -> str:
    """Return `text` with its line breaks, in NFC, trimmed.

    Raises:
        BadValue: fewer than `shortest` or more than `longest` characters are left.
    """
    kept = _visible(text[: longest * 20].replace("\r\n", "\n").replace("\r", "\n"))
    cleaned = "\n".join(" ".join(line.split()) for line in kept.strip().splitlines())
    cleaned = re.sub(r"\n{3,}", "\n\n", cleaned)
    if len(cleaned) < shortest or not any(unicodedata.category(letter)[0] in "LNPS" for letter in cleaned):
        raise BadValue(what, cleaned, f"write at least {shortest} character{'s' if shortest > 1 else ''}")
    if len(cleaned) > longest:
        raise BadValue(what, cleaned[:20] + "…", f"write at most {longest} characters")
    return cleaned


def line(what: str, text: str, *, shortest: int = 1, longest: int = 200) -> str:
    """Return `text` as one line.

    Raises:
        BadValue: fewer than `shortest` or more than `longest` characters are left.
    """
    return paragraph(what, " ".join(text[: longest * 20].split()), shortest=shortest, longest=longest)


def name(what: str, text: str) -> str:
    """Return a name as it is stored and compared.

    Raises:
        BadValue: it is empty or too long.
    """
    return line(what, text, longest=NAME_LENGTH)


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category == "Cc" and letter.isspace():
            kept.append("\n" if letter == "\n" else " ")
        elif category not in ("Cc", "Cs", "Cn", "Co") and letter not in _DIRECTIONS and marks <= MARKS_IN_A_ROW:
            kept.append(letter)
    # Only now, because normalising a flood of marks takes seconds.
    return unicodedata.normalize("NFC", "".join(kept))

"""Looking for a part of a text, in any case, on both databases; and for a part of a phone number."""

from typing import Any

from sqlalchemy import ColumnElement, false, func

FEWEST_DIGITS = 3
"""As many digits make a part of a phone number; fewer stand in every one."""


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """Return the condition that a column contains a text, in any case."""
    return func.lower(column).contains(text.lower(), autoescape=True)


def fits(column: Any, pattern: str) -> ColumnElement[bool]:
    """Return the condition that a column of ASCII text is `pattern`, in which * stands for anything."""
    if not pattern.isascii():
        return false()
    if "*" not in pattern:
        return column == pattern  # type: ignore[no-any-return]
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.like(escaped.replace("*", "%"), escape="\\")  # type: ignore[no-any-return]


def digits(text: str) -> str:
    """Return the digits of a part of a phone number, without the zeros that are dialled only inside a country.

    Nothing is left of what holds anything else, or too few digits.
    """
    plain = text.translate(str.maketrans("", "", " ()-./+"))
    kept = plain.lstrip("0") if plain.isdecimal() else ""
    return kept if len(kept) >= FEWEST_DIGITS else ""

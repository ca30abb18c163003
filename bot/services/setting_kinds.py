"""How the text of a setting is read, kind by kind; a ValueError says what would have fitted."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from bot.services import cleaning


def flag(text: str) -> bool:
    """Return whether a text says yes."""
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if text.strip().lower() not in words:
        raise ValueError("use true or false")
    return words[text.strip().lower()]


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return the reader of whole numbers in a range."""

    def read(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 12 and least <= int(digits) <= most):
            raise ValueError(f"use a whole number from {least} to {most}")
        return int(digits)

    return read


def whole_or_off(most: int) -> Callable[[str], str]:
    """Return the reader of whole numbers from 0 on, and of "off"."""

    def read(text: str) -> str:
        if text.strip().lower() == "off":
            return "off"
        try:
            return str(whole(0, most)(text))
        except ValueError as error:
            raise ValueError(f"{error}, or off") from None

    return read


def percent(text: str) -> Decimal:
    """Return a number from 0 to 100."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= 100 or number != round(number, 2):
        raise ValueError("use a number from 0 to 100 with at most two decimals")
    return number


def zone(text: str) -> str:
    """Return the name of a time zone."""
    try:
        return ZoneInfo(text.strip()).key
    except (ValueError, OSError, KeyError):
        raise ValueError("use a name from the time zone database such as Europe/Berlin") from None


def region(text: str) -> str:
    """Return the code of a country such as "US", or nothing."""
    from phonenumbers import SUPPORTED_REGIONS

    if text.strip() and text.strip().upper() not in SUPPORTED_REGIONS:
        raise ValueError("use a two-letter country code such as US, or nothing")
    return text.strip().upper()


def group(text: str) -> str:
    """Return the id of a group, or nothing."""
    if text.strip() and not re.fullmatch(r"-[1-9][0-9]{0,17}", text.strip()):
        raise ValueError("use the id of a group such as -1001234567890, or nothing")
    return text.strip()


def message(text: str) -> str:
    """Return a text of several lines, or nothing."""
    return cleaning.paragraph("message", text, longest=1000) if text.strip() else ""


def reason(text: str) -> str:
    """Read why the shop is closed. "off" opens it, and no customer shall ever read "on"."""
    if text.strip().lower() in ("", "off", "no", "false", "0"):
        return ""
    if text.strip().lower() in ("on", "yes", "true", "1"):
        raise ValueError("write the reason that customers shall read, or off to open the shop")
    return cleaning.paragraph("reason", text, longest=500)

"""The settings: what each means, its type, range and default, and how it is read and changed."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, WrongState
from bot.models import Setting
from bot.services import cleaning, events


@dataclass(frozen=True)
class Definition:
    """One setting: how its text is read, what it is when nobody set it, and a sentence for people."""

    key: str
    kind: str
    default: str
    meaning: str
    read: Callable[[str], Any]


def _flag(text: str) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if text.strip().lower() not in words:
        raise ValueError("use true or false")
    return words[text.strip().lower()]


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 12 and least <= int(digits) <= most):
            raise ValueError(f"use a whole number from {least} to {most}")
        return int(digits)

    return read


def _whole_or_off(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip().lower() == "off":
            return "off"
        try:
            return str(_whole(0, most)(text))
        except ValueError as error:
            raise ValueError(f"{error}, or off") from None

    return read


def _percent(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= 100 or number != round(number, 2):
        raise ValueError("use a number from 0 to 100 with at most two decimals")
    return number


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text.strip()).key
    except (ValueError, OSError, KeyError):
        raise ValueError("use a name from the time zone database such as Europe/Berlin") from None


def _region(text: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    if text.strip() and text.strip().upper() not in SUPPORTED_REGIONS:
        raise ValueError("use a two-letter country code such as US, or nothing")
    return text.strip().upper()


def _message(text: str) -> str:
    return cleaning.paragraph("message", text, longest=1000) if text.strip() else ""


_ALL = (
    Definition(
        "reference_codes_enabled", "yes/no", "true", "Whether people need a reference code to enter the shop.", _flag
    ),
    Definition(
        "reference_bonus_percent",
        "percent 0-100",
        "5",
        "The referrer's share of the money that a referred customer pays, credited on delivery.",
        _percent,
    ),
    Definition(
        "timezone", "time zone", "UTC", "The time zone of times in the shell, in messages and in the logs.", _zone
    ),
    Definition(
        "cash_order_timeout_hours",
        "hours 1-720",
        "24",
        "How long goods stay reserved for an order paid in cash until staff confirm it.",
        _whole(1, 720),
    ),
    Definition(
        "bitcoin_order_timeout_hours",
        "hours 1-720",
        "24",
        "How long goods stay reserved for an order paid in bitcoin until staff confirm it.",
        _whole(1, 720),
    ),
    Definition(
        "reservation_reminder_minutes",
        "minutes 0-1440",
        "60",
        "How long before a reservation ends the customer is reminded; 0 means never.",
        _whole(0, 1440),
    ),
    Definition(
        "reservation_extension_hours",
        "hours 0-720",
        "12",
        "How much longer goods stay reserved when the customer, reminded, asks for it, once; 0 means not at all.",
        _whole(0, 720),
    ),
    Definition(
        "help_auto_message",
        "text",
        "",
        "What customers get at once when they ask for help; empty means nothing.",
        _message,
    ),
    Definition(
        "btc_low_addresses",
        "count 0-10000",
        "10",
        "The owner is warned when fewer free bitcoin addresses than this are left.",
        _whole(0, 10000),
    ),
    Definition(
        "low_stock",
        "count 0-1000000 or off",
        "off",
        "The staff are told when so many or fewer of some goods are left, unless the goods have a number of their own.",
        _whole_or_off(1_000_000),
    ),
    Definition(
        "max_open_orders",
        "count 1-1000",
        "10",
        "How many open orders one customer may have at a time.",
        _whole(1, 1000),
    ),
    Definition(
        "phone_region",
        "country code",
        "",
        "The country of phone numbers written without +; empty means that + and the country code are needed.",
        _region,
    ),
)
DEFINITIONS = {definition.key: definition for definition in _ALL}


@dataclass(frozen=True)
class Value:
    """A setting as it is now."""

    definition: Definition
    text: str
    is_default: bool


def get(session: Session, key: str) -> Any:
    """Return the value of one setting in its own type.

    Raises:
        NotFound: there is no such setting.
    """
    value = shown(session, key)
    return value.definition.read(value.text)


def every(session: Session) -> dict[str, Any]:
    """Return all settings in their own types, by key, with one statement."""
    return {value.definition.key: value.definition.read(value.text) for value in listed(session)}


def shown(session: Session, key: str) -> Value:
    """Return one setting as it is now.

    Raises:
        NotFound: there is no such setting.
    """
    definition = _definition(key)
    text = session.scalar(select(Setting.setting_value).where(Setting.setting_key == definition.key))
    return Value(definition, definition.default if text is None else text, text is None)


def listed(session: Session) -> list[Value]:
    """Return every setting as it is now."""
    stored = dict(session.execute(select(Setting.setting_key, Setting.setting_value)).all())
    return [Value(known, stored.get(known.key, known.default), known.key not in stored) for known in _ALL]


def change(session: Session, key: str, text: str, *, actor: str, now: datetime) -> Value:
    """Set a setting; every process sees it from the next transaction on.

    Raises:
        NotFound: there is no such setting.
        BadValue: the value is out of its range.
    """
    definition = _definition(key)
    try:
        clean = _written(definition.read(text))
    except ValueError as error:
        raise BadValue(definition.key, text[:100], str(error)) from None
    before = shown(session, definition.key).text
    session.merge(Setting(setting_key=definition.key, setting_value=clean, updated_at=now))
    events.record(
        session,
        "setting.changed",
        actor=actor,
        subject=f"setting:{definition.key}",
        now=now,
        old=before,
        new=clean,
    )
    return Value(definition, clean, False)


def reset(session: Session, key: str, *, actor: str, now: datetime) -> Value:
    """Give a setting its default back.

    Raises:
        NotFound: there is no such setting.
        WrongState: it has its default already.
    """
    definition = _definition(key)
    stored = session.get(Setting, definition.key)
    if stored is None:
        raise WrongState("setting", definition.key, f"it has its default already, {definition.default!r}")
    subject, old = f"setting:{definition.key}", stored.setting_value
    session.delete(stored)
    events.record(session, "setting.changed", actor=actor, subject=subject, now=now, old=old, new=definition.default)
    return Value(definition, definition.default, True)


def _written(value: bool | int | Decimal | str) -> str:
    """Return how a value is stored and shown, however it was typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _definition(key: str) -> Definition:
    """Return a definition by its key, in any case, with dashes or underscores."""
    wanted = key.strip().lower().replace("-", "_")
    if wanted not in DEFINITIONS:
        raise NotFound("setting", key, _close(wanted))
    return DEFINITIONS[wanted]


def _close(key: str) -> tuple[str, ...]:
    """Return keys of which this is a part, else those that look like it."""
    holding = [known for known in DEFINITIONS if key and key in known]
    return tuple(holding[:4] or difflib.get_close_matches(key, DEFINITIONS, n=2))

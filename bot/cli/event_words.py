"""Events as the shell words them: their facts in one line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.services import clock


def told(facts: Mapping[str, Any], zone: str) -> str:
    """Return facts as "amount 5.00, reason Broken cup"; what is empty is left out."""
    known = ((name.replace("_", " "), shown(value, zone)) for name, value in facts.items())
    return ", ".join(f"{name} {value}" for name, value in known if value)


def shown(value: Any, zone: str) -> str:
    """Return one fact as people read it, or nothing where there is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _moment(value, zone) or value
    if isinstance(value, list):
        return "; ".join(shown(each, zone) for each in value)
    if isinstance(value, dict):
        return " ".join(f"{name} {shown(each, zone)}" for name, each in value.items())
    return "" if value is None else str(value)


def _moment(text: str, zone: str) -> str:
    """Return a time that an event keeps, as people read it; nothing for any other text."""
    if "T" not in text:
        return ""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return clock.local(time, zone) if time.tzinfo else ""

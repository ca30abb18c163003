"""The settings: how each is read, shown and changed; `setting_definitions.py` says which there are."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, WrongState
from bot.models import Setting
from bot.services import compiled, events, kept, locking, low_stock, maintenance
from bot.services.setting_definitions import ALL
from bot.services.setting_definitions import Definition as Definition

DEFINITIONS = {definition.key: definition for definition in ALL}
_DEFAULTS = {key: definition.read(definition.default) for key, definition in DEFINITIONS.items()}
_STORED = select(Setting.__table__.c.setting_key, Setting.__table__.c.setting_value)


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
    stored = _stored(session).items()
    return _DEFAULTS | {key: DEFINITIONS[key].read(text) for key, text in stored if key in DEFINITIONS}


def shown(session: Session, key: str) -> Value:
    """Return one setting as it is now.

    Raises:
        NotFound: there is no such setting.
    """
    definition = _definition(key)
    text = _stored(session).get(definition.key)
    return Value(definition, definition.default if text is None else text, text is None)


def listed(session: Session) -> list[Value]:
    """Return every setting as it is now."""
    stored = _stored(session)
    return [Value(known, stored.get(known.key, known.default), known.key not in stored) for known in ALL]


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
    stored = locking.setting(session, definition.key)
    before = definition.default if stored is None else stored.setting_value
    if stored is not None and clean == before:
        return Value(definition, clean, False)
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
    _heed(session, definition, before, clean, actor, now)
    return Value(definition, clean, False)


def reset(session: Session, key: str, *, actor: str, now: datetime) -> Value:
    """Give a setting its default back.

    Raises:
        NotFound: there is no such setting.
        WrongState: it has its default already.
    """
    definition = _definition(key)
    stored = locking.setting(session, definition.key)
    if stored is None:
        raise WrongState("setting", definition.key, f"it has its default already, {definition.default!r}")
    subject, old = f"setting:{definition.key}", stored.setting_value
    session.delete(stored)
    events.record(session, "setting.changed", actor=actor, subject=subject, now=now, old=old, new=definition.default)
    _heed(session, definition, old, definition.default, actor, now)
    return Value(definition, definition.default, True)


def _stored(session: Session) -> Mapping[str, str]:
    return kept.value(session, Setting.__tablename__, _read)


def _read(session: Session) -> Mapping[str, str]:
    return dict(compiled.rows(session, _STORED, {}))


def _heed(session: Session, definition: Definition, old: str, new: str, actor: str, now: datetime) -> None:
    """Do what a change brings with it besides."""
    if definition.key == maintenance.KEY:
        maintenance.turned(session, old, new, actor=actor, now=now)
    if definition.key == low_stock.SETTING and new != old:
        low_stock.watch_all(session, actor=actor, now=now)


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

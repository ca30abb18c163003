"""Settings in words: what each is called and means, its value as people read it, and how another one is written."""

import re

from babel.numbers import format_decimal
from markupsafe import Markup

from bot.services.settings import Definition, Value
from bot.telegram.wording import Words, cut, lines, paragraphs

SWITCH = "yes/no"
OFF = "off"
NUMBERS = ("days", "hours", "minutes", "count", "percent")
LONGEST_SHOWN = 1500
"""In UTF-16 units: a text that is set may be long, and the screen says more than it."""


def unit(definition: Definition) -> str:
    """Return what kind of value a setting has: the first word of its kind, such as "hours"."""
    return definition.kind.split()[0]


def takes_off(definition: Definition) -> bool:
    """Tell whether "off" is a value of its own."""
    return definition.kind.endswith(f" or {OFF}")


def name(t: Words, definition: Definition) -> str:
    """Return what a setting is called; one without a text has its key."""
    key = _key(definition)
    return t.label(key) if t.has(key) else definition.key


def about(t: Words, value: Value) -> Markup:
    """Return everything there is to say about a setting."""
    definition = value.definition
    key = f"{_key(definition)}-about"
    now = cut(_shown(t, definition, value.text), LONGEST_SHOWN)
    facts = [t("setting-now", value=now)]
    if not value.is_default:
        facts.append(t("setting-default", value=_shown(t, definition, definition.default)))
    meaning = t(key) if t.has(key) else Markup("{}").format(definition.meaning)
    return paragraphs(meaning, lines(facts))


def value(t: Words, definition: Definition, text: str) -> str:
    """Return a value on one line, as it stands on a button."""
    return " ".join(_shown(t, definition, text).split())


def fits(definition: Definition, text: str) -> bool:
    """Tell whether a setting takes a value."""
    try:
        definition.read(text)
    except ValueError:
        return False
    return True


def how_to_write(t: Words, definition: Definition) -> Markup:
    """Return what is to be written for a setting, with its range where it has one."""
    kind = unit(definition)
    key = "setting-write-number" if kind in NUMBERS and kind != "percent" else f"setting-write-{kind}"
    least, most = _range(definition)
    return t(key, least=least, most=most) if t.has(key) else t("setting-write-value")


def _shown(t: Words, definition: Definition, text: str) -> str:
    kind = unit(definition)
    if kind == SWITCH:
        return t.label("setting-on" if definition.read(text) else "setting-off")
    if not text:
        return t.label("setting-nothing")
    if text == OFF and takes_off(definition):
        return t.label("setting-off-value")
    if kind == "percent":
        return t.label("setting-percent", number=format_decimal(definition.read(text), locale=t.language))
    if kind in ("days", "hours", "minutes"):
        return t.label(f"setting-{kind}", count=definition.read(text))
    return text


def _range(definition: Definition) -> tuple[str, str]:
    found = re.search(r"(\d+)-(\d+)", definition.kind)
    return (found[1], found[2]) if found else ("", "")


def _key(definition: Definition) -> str:
    return f"setting-{definition.key.replace('_', '-')}"

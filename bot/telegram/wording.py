"""Texts in the reader's language, with money and times in the reader's format; the one escaping point."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from fluent.runtime import FluentBundle, FluentResource
from markupsafe import Markup, escape

from bot.errors import BadValue, Busy, InsufficientStock, ShopError, ShortItem, WrongState

HERE = Path(__file__).parent / "texts"
TAG = re.compile("<[^>]*>")
LANGUAGES = {"en": "English", "ru": "Русский"}

SCREEN_UNITS = 4000
"""Telegram takes 4096 UTF-16 units; the rest is for line breaks and for what a screen may put above."""
CAPTION_UNITS = 1024
"""What Telegram takes below a picture, after entities."""
STEP_UNITS = 24
MOST_STEPS = 4
"""How long a place's name is in the way to another, and how many places stand there."""


class Words:
    """Everything that can be said in one language. Calling it returns Telegram HTML with people's text escaped."""

    def __init__(self, language: str, currency: str) -> None:
        """Speak `language`; amounts are in `currency` (ISO 4217)."""
        self.language = language if language in LANGUAGES else "en"
        self.currency = currency
        self._bundle = _bundle(self.language)

    def __call__(self, key: str, **facts: Any) -> Markup:
        """Return the text `key` as HTML; every fact that is not Markup is escaped."""
        return Markup(self._format(key, {name: self._shown(fact) for name, fact in facts.items()}))  # noqa: S704

    def label(self, key: str, **facts: Any) -> str:
        """Return the text `key` as it stands on a button: plain."""
        return _label(self.language, key, tuple((name, self._plain(fact)) for name, fact in facts.items()))

    def has(self, key: str) -> bool:
        """Tell whether there is a text `key`."""
        return self._bundle.has_message(key)

    def money(self, amount: Decimal) -> str:
        """Return an amount such as "$12.50"."""
        return _money(amount, self.currency, self.language)

    def time(self, time: datetime, zone: str) -> str:
        """Return a time in the zone `zone`, with the zone's name."""
        text = format_datetime(time, "d MMM y, HH:mm", tzinfo=ZoneInfo(zone), locale=self.language)
        return f"{text} ({zone})"

    def moment(self, time: datetime, zone: str) -> str:
        """Return a time in the zone `zone` without the zone's name, such as "21 Nov, 14:02"."""
        return str(format_datetime(time, "d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=self.language))

    def day(self, day: date) -> str:
        """Return a day of these weeks, such as "Mon, 23 Nov"."""
        return str(format_date(day, "EEE, d MMM", locale=self.language))

    def refusal(self, error: ShopError) -> Markup:
        """Return why the shop refuses, worded by the error's class name."""
        if isinstance(error, InsufficientStock):
            key = "error-insufficient-stock" if all(item.is_sold for item in error.items) else "error-no-longer-sold"
            return self(key, items=fitting(self, [self.short(item) for item in error.items]))
        key = f"error-{_kebab(type(error).__name__)}"
        if isinstance(error, BadValue):
            named = f"error-bad-value-{error.what.replace(' ', '-')}"
            is_so = f"error-wrong-state-{error.word}" if isinstance(error, WrongState) else named
            key = next((each for each in (is_so, named) if self.has(each)), "error-bad-value")
        if isinstance(error, Busy) and error.may_be_done:
            key = "error-busy-unclear"
        return self(key if self.has(key) else "error-other", **error.facts)

    def short(self, item: ShortItem) -> Markup:
        """Return what there is to say about goods of which not enough is left, or which are no longer sold."""
        if not item.is_sold:
            return self("gone-item", name=item.name)
        return self("short-item", name=item.name, available=item.available)

    def _format(self, key: str, facts: dict[str, Any]) -> str:
        return self._formatted(key, facts) if facts else _fixed(self.language, key)

    def _formatted(self, key: str, facts: dict[str, Any]) -> str:
        message = self._bundle.get_message(key)
        if message.value is None:
            raise KeyError(key)
        text, errors = self._bundle.format_pattern(message.value, facts)
        if errors:
            raise ValueError(f"text {key!r} in {self.language}: {errors}")
        return str(text)

    def _shown(self, fact: Any) -> Any:
        plain = self._plain(fact)
        return str(escape(plain)) if isinstance(plain, str) and not isinstance(fact, Markup) else plain

    def _plain(self, fact: Any) -> Any:
        if isinstance(fact, Decimal):
            return self.money(fact)
        return fact if isinstance(fact, int | str) and not isinstance(fact, bool) else str(fact)


def lines(texts: Iterable[Markup | str]) -> Markup:
    """Return texts below each other; what is not Markup is escaped."""
    return Markup("\n").join(texts)


def paragraphs(*texts: Markup | str) -> Markup:
    """Return texts with an empty line between, leaving out empty ones."""
    return Markup("\n\n").join(text for text in texts if text)


def way(*places: Markup | str) -> Markup:
    """Return the way to where one stands, such as "Shop › Drinks › Tea"; a far one leaves out the middle."""
    steps = [place if isinstance(place, Markup) else cut(place, STEP_UNITS) for place in places]
    if len(steps) > MOST_STEPS:
        steps = [steps[0], "…", *steps[2 - MOST_STEPS :]]
    return Markup(" › ").join(steps)


def trail(*places: Markup | str) -> Markup:
    """Return the title of a screen: the way to it, and its own name in bold."""
    *before, here = places
    return way(*before, Markup("<b>{}</b>").format(here))


def fitting(t: Words, texts: Sequence[Markup], *beside: Markup, room: int = SCREEN_UNITS) -> Markup:
    """Return texts below each other, as many as leave room for what stands `beside`, and how many more there are."""
    room -= sum(units(text) + 1 for text in beside)
    shown: list[Markup] = []
    for text in texts:
        room -= units(text) + 1
        if room < 0:
            return lines([*shown, t("and-more", count=len(texts) - len(shown))])
        shown.append(text)
    return lines(shown)


def cut(text: str, units: int) -> str:
    """Return `text` shortened to so many UTF-16 units, which is how Telegram counts."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= units * 2:
        return text
    return encoded[: (units - 1) * 2].decode("utf-16-le", "ignore") + "…"


def keys(language: str) -> set[str]:
    """Return the names of all texts in a language."""
    return set(_bundle(language)._messages)


def units(text: Markup) -> int:
    """Return how long Telegram finds a text: in UTF-16 units, after entities."""
    return len(Markup(TAG.sub("", text)).unescape().encode("utf-16-le")) // 2  # noqa: S704


@cache
def _fixed(language: str, key: str) -> str:
    """Return a text without facts; those are most, and they are put together once."""
    return Words(language, "")._formatted(key, {})


@lru_cache(maxsize=5000)
def _label(language: str, key: str, facts: tuple[tuple[str, Any], ...]) -> str:
    """Return what stands on a button; the same goods stand on those of everybody."""
    return Words(language, "")._format(key, dict(facts))


@lru_cache(maxsize=5000)
def _money(amount: Decimal, currency: str, language: str) -> str:
    return str(format_currency(amount, currency, locale=language))


@cache
def _bundle(language: str) -> FluentBundle:
    # Isolating marks would be invisible characters inside copied addresses and amounts.
    bundle = FluentBundle([language], use_isolating=False)
    for path in sorted((HERE / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()

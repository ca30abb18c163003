"""What is taken out of every line of the logs: secrets, phone numbers, addresses of bitcoin, and what is private."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlsplit

if TYPE_CHECKING:
    from bot.config import Config

SHORTEST_SECRET = 8
"""Shorter secrets are only hidden inside URLs: "shop" as a password would blacken half of every line."""
SHORTEST_PRIVATE = 4
MOST_PRIVATE = 200
"""What a record's `private` holds is taken out of its line: so many words, from so many letters on."""


def scrubber(config: "Config") -> Callable[[str], str]:
    """Return a function that takes secrets, phone numbers and whole bitcoin addresses out of a text."""
    secrets = sorted(_secrets(config), key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, secrets))) if secrets else None

    def scrub(text: str) -> str:
        if known:
            text = known.sub("[secret]", text)
        for pattern, replacement in _SENSITIVE:
            text = pattern.sub(replacement, text)
        return text

    return scrub


_SENSITIVE = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\d{5,}:[A-Za-z0-9_-]{30,}", "[token]"),
        (r"(://[^\s:/@]*:)[^\s/]+@", r"\1[secret]@"),
        # Private keys somebody took for addresses: WIF and extended ones.
        (r"\b(?:[5KL][1-9A-HJ-NP-Za-km-z]{50,51}|[xyz]prv[1-9A-HJ-NP-Za-km-z]{50,})\b", "[secret]"),
        (r"\b((?:bc1[a-z0-9]|[13][1-9A-HJ-NP-Za-km-z]{3})[A-Za-z0-9]{2})[A-Za-z0-9]{19,}([A-Za-z0-9]{4})\b", r"\1…\2"),
        # E.164, also with spaces; the offset of a time ("14:30:00+00:00") has a digit in front.
        (r"(?<!\d)\+\d(?:[ ().-]{0,2}\d){6,14}", "[phone]"),
        (r"(?i)(phone(?:_number)?['\"]?\s*[:=]\s*['\"]?)[\d+][\d ().-]{4,}", r"\1[phone]"),
        # SQLAlchemy and pydantic quote what people typed.
        (r"\[parameters: .*", "[parameters: hidden]"),
        (r"input_value=.*?, input_type", "input_value=[hidden], input_type"),
    )
)


def hider(private: Iterable[str]) -> Callable[[str], str]:
    """Return a function that takes out of a text what is private to a record, whole and in its longer words."""
    words = {part for text in private for part in (text, *text.splitlines(), *re.findall(r"\w{4,}", text))}
    words |= {repr(word)[1:-1] for word in words}
    known = sorted((word for word in words if len(word) >= SHORTEST_PRIVATE), key=len, reverse=True)[:MOST_PRIVATE]
    if not known:
        return lambda text: text
    pattern = re.compile("|".join(map(re.escape, known)))
    return lambda text: pattern.sub("[personal]", text)


def _secrets(config: "Config") -> set[str]:
    found = {
        value.get_secret_value()
        for name in type(config).model_fields
        if hasattr(value := getattr(config, name), "get_secret_value")
    }
    found |= {urlsplit(secret).password or "" for secret in found if "://" in secret}
    found |= {quoted for secret in found for quoted in (quote(secret), quote_plus(secret))}
    return {secret for secret in found if len(secret) >= SHORTEST_SECRET}

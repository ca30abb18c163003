"""Text as Telegram counts, cleans and marks it: lengths and offsets are UTF-16 units."""

import re
from typing import Any

from bot.sandbox.refusals import bad_request

Entity = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
SOURCE_LIMIT = 32768  # before the formatting is read
CONTROLS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
DROPPED = re.compile("\r|[\u2028-\u202e]|[\u030a\u0333\u033f]")
SHOWS_NOTHING = re.compile("[\\s\u200b-\u200f\u2060\u2800\ufeff\U000e0000-\U000e007f]*")
DETECTED = {
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])"),
    "url": re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']"),
    "email": re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}\b"),
    "hashtag": re.compile(r"(?<![\w#])#\w*[^\W\d]\w*"),
}
CLOSED_TO_DETECTION = {"code", "pre", "text_link", "text_mention"}


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, offset: int, length: int) -> str:
    """Return the part of a text that an entity covers."""
    encoded = text.encode("utf-16-le")
    return encoded[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def cleaned(text: str) -> str:
    """Return the text without the characters that Telegram takes out of every string."""
    return DROPPED.sub("", CONTROLS.sub(" ", text))


def is_blank(text: str) -> bool:
    """Say whether a text has no character that can be seen."""
    return SHOWS_NOTHING.fullmatch(text) is not None


def checked(text: str) -> str:
    """Return the cleaned text.

    Raises:
        Refusal: It holds half of a surrogate pair and is therefore no Unicode text.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return cleaned(text)


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return the text without the white space around it, and the entities moved along."""
    left = units(text) - units(text.lstrip())
    text = text.strip()
    length = units(text)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, length)
        if start < end:
            moved.append({**entity, "offset": start, "length": end - start})
    return text, moved


def with_detected(text: str, entities: list[Entity]) -> list[Entity]:
    """Return the entities with the links, commands and addresses that Telegram finds by itself."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in CLOSED_TO_DETECTION]
    found = list(entities)
    for kind, pattern in DETECTED.items():
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            end = start + units(match.group())
            if not any(start < other_end and other_start < end for other_start, other_end in taken):
                found.append({"type": kind, "offset": start, "length": end - start})
                taken.append((start, end))
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))

"""Telegram's HTML: a message is stored as plain text and entities, and can be shown as HTML again.

The grammar and the refusals are those of parse mode "HTML" (core.telegram.org/bots/api#html-style).
"""

import re
from dataclasses import dataclass, field
from html import escape

from bot.sandbox.refusals import Refusal, bad_request
from bot.sandbox.text import DETECTED, Entity, cut, units

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
TAGS = STYLES.keys() | {"a", "span", "tg-emoji"}
SHOWN_AS = {kind: tag for tag, kind in reversed(STYLES.items())}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
NAME = re.compile(r"[^\s>]*")
ATTRIBUTE = re.compile(r"([^\s=]*)\s*(=?)\s*")
LINK = re.compile(r"(https?|tg|mailto|tel|ton)[:/]")
BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]*")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text and the entities of an HTML text.

    Raises:
        Refusal: A tag is unknown, left open or closed by another one.
    """
    return _Parser(source).run()


def to_html(text: str, entities: list[Entity]) -> str:
    """Return the text with its formatting as Telegram's HTML; what Telegram detected by itself stays plain."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        if entity["type"] in DETECTED:
            continue
        start, end = _tags(entity)
        opening.setdefault(entity["offset"], []).append(start)
        closing.setdefault(entity["offset"] + entity["length"], []).insert(0, end)
    result = []
    offset = 0
    for character in text:
        result += [*closing.pop(offset, []), *opening.pop(offset, []), escape(character, quote=False)]
        offset += units(character)
    return "".join([*result, *closing.pop(offset, [])])


def _tags(entity: Entity) -> tuple[str, str]:
    if entity["type"] == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if entity["type"] == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    if entity["type"] == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if entity["type"] == "pre" and "language" in entity:
        return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
    if entity["type"] == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity["custom_emoji_id"]}">', "</tg-emoji>"
    tag = SHOWN_AS.get(entity["type"], "u")
    return f"<{tag}>", f"</{tag}>"


@dataclass
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


class _Parser:
    """Reads one HTML text from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.text: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "<":
                self.read_tag()
            elif character == "&":
                self.add(self.read_character())
            else:
                self.add(character)
                self.position += 1
        if self.open:
            raise self.refusal(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))
        return "".join(self.text), self.entities

    def add(self, piece: str) -> None:
        self.text.append(piece)
        self.offset += units(piece)

    def refusal(self, reason: str, at: int | None = None) -> Refusal:
        where = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad_request(f"can't parse entities: {reason.replace('{at}', where)}")

    def read_character(self) -> str:
        """Return the character that an `&...;` means, or the ampersand itself."""
        match = CHARACTER.match(self.source, self.position)
        self.position += 1
        if match is None:
            return "&"
        hexadecimal, decimal, name = match.groups()
        if name is not None:
            decoded = NAMED_CHARACTERS.get(name)
        else:
            code = int(hexadecimal, 16) if hexadecimal else int(decimal)
            decoded = chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None
        if decoded is None:
            return "&"
        self.position = match.end()
        return decoded

    def read_tag(self) -> None:
        if self.source.startswith("</", self.position):
            self.read_end_tag()
        else:
            self.read_start_tag()

    def read_start_tag(self) -> None:
        begin = self.position
        self.position = self.match_end(NAME, begin + 1)
        tag = self.source[begin + 1 : self.position].lower()
        if self.position == len(self.source):
            raise self.refusal("Unclosed start tag{at}", begin)
        if tag not in TAGS:
            raise self.refusal(f'Unsupported start tag "{tag}"{{at}}', begin)
        self.open.append(_Open(tag, self.offset, self.read_attributes(tag, begin)))

    def read_attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self.skip_spaces()
            if self.position >= len(self.source):
                raise self.refusal(f'Unclosed start tag "{tag}"{{at}}', begin)
            if self.source[self.position] == ">":
                self.position += 1
                return attributes
            name, value = self.read_attribute(tag, begin)
            attributes[name] = value

    def read_attribute(self, tag: str, begin: int) -> tuple[str, str]:
        flag = re.compile(r"expandable(?=[\s>])").match(self.source, self.position)
        if tag == "blockquote" and flag:
            self.position = flag.end()
            return "expandable", ""
        match = ATTRIBUTE.match(self.source, self.position)
        name, equals = match.groups() if match else ("", "")
        if not name:
            raise self.refusal(f'Empty attribute name in the tag "{tag}"{{at}}', begin)
        if not equals:
            raise self.refusal(f'Expected equal sign in declaration of an attribute of the tag "{tag}"{{at}}', begin)
        self.position = match.end() if match else self.position
        return name.lower(), self.read_value(tag, begin)

    def read_value(self, tag: str, begin: int) -> str:
        quote = self.source[self.position : self.position + 1]
        if quote not in ("'", '"'):
            start = self.position
            self.position = self.match_end(BARE_VALUE, start)
            if self.position < len(self.source) and self.source[self.position] not in " \t\r\n>":
                raise self.refusal("Unexpected end of name token{at}", start)
            return self.source[start : self.position].lower()
        self.position += 1
        value = []
        while self.position < len(self.source) and self.source[self.position] != quote:
            if self.source[self.position] == "&":
                value.append(self.read_character())
            else:
                value.append(self.source[self.position])
                self.position += 1
        if self.position >= len(self.source):
            raise self.refusal(f'Unclosed start tag "{tag}"{{at}}', begin)
        self.position += 1
        return "".join(value)

    def read_end_tag(self) -> None:
        begin = self.position
        if not self.open:
            raise self.refusal("Unexpected end tag{at}", begin)
        self.position = self.match_end(NAME, begin + 2)
        found = self.source[begin + 2 : self.position].lower()
        self.skip_spaces()
        if self.source[self.position : self.position + 1] != ">":
            raise self.refusal("Unclosed end tag{at}", begin)
        self.position += 1
        expected = self.open.pop()
        if found not in ("", expected.tag):
            raise self.refusal(f'Unmatched end tag{{at}}, expected "</{expected.tag}>", found "</{found}>"', begin)
        self.close(expected)

    def close(self, opened: _Open) -> None:
        length = self.offset - opened.offset
        entity = self.entity_of(opened)
        if not length or not entity:
            return
        place = {"offset": opened.offset, "length": length}
        if entity["type"] == "pre":
            entity |= self.language_inside(place)
        self.entities.append({**entity, **place})

    def language_inside(self, place: Entity) -> Entity:
        """Take out the code that fills a block of code; it only names the language."""
        for inner in self.entities:
            if inner["type"] == "code" and inner.items() >= place.items():
                self.entities.remove(inner)
                return {"language": inner["language"]} if "language" in inner else {}
        return {}

    def entity_of(self, opened: _Open) -> Entity | None:
        if opened.tag == "a":
            return self.link_of(opened)
        if opened.tag == "span":
            return {"type": "spoiler"} if opened.attributes.get("class") == "tg-spoiler" else None
        if opened.tag == "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": opened.attributes.get("emoji-id", "")}
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            return {"type": "expandable_blockquote"}
        language = opened.attributes.get("class", "").removeprefix("language-")
        return {"type": STYLES[opened.tag]} | ({"language": language} if opened.tag == "code" and language else {})

    def link_of(self, opened: _Open) -> Entity | None:
        url = opened.attributes.get("href") or cut("".join(self.text), opened.offset, self.offset - opened.offset)
        mention = re.fullmatch(r"tg://user\?id=(\d+)", url)
        if mention:
            return {"type": "text_mention", "user": {"id": int(mention[1]), "is_bot": False, "first_name": ""}}
        return {"type": "text_link", "url": url} if LINK.match(url) else None

    def skip_spaces(self) -> None:
        while self.position < len(self.source) and self.source[self.position].isspace():
            self.position += 1

    def match_end(self, pattern: re.Pattern[str], position: int) -> int:
        match = pattern.match(self.source, position)
        return match.end() if match else position

"""Text with Telegram's HTML tags, as operators write it: refused where Telegram would refuse it, with the place.

The tags are those of https://core.telegram.org/bots/api#html-style that a bot may use. What Telegram would drop without
a word, such as a link that leads nowhere, is refused too.
"""

import re
from dataclasses import dataclass, field
from html import unescape

from bot.errors import BadValue

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""In UTF-16 units, tags not counted (the Bot API's limits)."""
LONGEST_SOURCE = 30_000
"""In characters, tags counted."""

PLAIN = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "tg-spoiler"})
"""Tags without an attribute."""
ATTRIBUTES = {
    "a": re.compile(r'href="((?:https?|tg|mailto|tel):[^"\s]+)"', re.IGNORECASE),
    "span": re.compile(r'class="tg-spoiler"'),
    "blockquote": re.compile(r"(?:expandable)?"),
    "code": re.compile(r'(?:class="language-[\w+#.-]+")?'),
}
EXPECTED = {
    "a": 'write <a href="https://...">',
    "span": 'write <span class="tg-spoiler">',
    "blockquote": "write <blockquote> or <blockquote expandable>",
    "code": 'write <code> or <code class="language-python">',
}
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)\s*([^<>]*?)\s*>")
CLOSED = "&(lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});"


def checked(source: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text as it can be sent.

    Raises:
        BadValue: it shows nothing, is too long, or is no such HTML; the sentence names the line and the column.
    """
    text = source.strip()
    if len(text) > LONGEST_SOURCE:
        raise BadValue("text", _short(text), f"write at most {LONGEST_SOURCE} characters, tags included")
    shown = _Reader(text).read()
    if not re.search(r"\w|[^\s\u200b-\u200f\u2060\ufeff]", shown):
        raise BadValue("text", _short(text), "write something that can be seen")
    length = len(shown.encode("utf-16-le", "surrogatepass")) // 2
    if length > longest:
        raise BadValue("text", _short(text), f"it has {length} characters, and Telegram takes {longest} at most")
    return text


@dataclass
class _Reader:
    """Reads a text from left to right, and knows which tags are open."""

    source: str
    shown: list[str] = field(default_factory=list)
    open: list[tuple[str, int]] = field(default_factory=list)

    def read(self) -> str:
        """Return what people see of it."""
        at = 0
        while at < len(self.source):
            letter = self.source[at]
            if letter == "<":
                at = self._tag(at)
            elif letter == "&":
                at = self._entity(at)
            else:
                self._see(letter, at)
                at += 1
        if self.open:
            tag, begin = self.open[-1]
            raise self._wrong(begin, f"<{tag}> is never closed; write </{tag}> where it ends")
        return "".join(self.shown)

    def _see(self, letter: str, at: int) -> None:
        if letter == "\x00" or "\ud800" <= letter <= "\udfff":
            raise self._wrong(at, f"U+{ord(letter):04X} is no character")
        self.shown.append(letter)

    def _entity(self, at: int) -> int:
        found = re.compile(CLOSED).match(self.source, at)
        if found is None:
            raise self._wrong(at, "write &amp; for &")
        self.shown.append(unescape(found[0]))
        return found.end()

    def _tag(self, at: int) -> int:
        found = TAG.match(self.source, at)
        if found is None:
            raise self._wrong(at, "write &lt; for <")
        is_end, tag, attributes = bool(found[1]), found[2].lower(), found[3]
        if tag not in PLAIN and tag not in ATTRIBUTES:
            known = ", ".join(sorted(PLAIN | ATTRIBUTES.keys()))
            raise self._wrong(at, f"Telegram knows no <{tag}>; there are {known}")
        if is_end:
            self._close(tag, at)
        else:
            self._require(tag, attributes, at)
            self.open.append((tag, at))
        return found.end()

    def _close(self, tag: str, at: int) -> None:
        if not self.open:
            raise self._wrong(at, f"</{tag}> closes nothing")
        expected, _ = self.open.pop()
        if tag != expected:
            raise self._wrong(at, f"</{tag}> stands where </{expected}> has to")

    def _require(self, tag: str, attributes: str, at: int) -> None:
        pattern = ATTRIBUTES.get(tag)
        if pattern is None and attributes:
            raise self._wrong(at, f"<{tag}> has nothing behind its name")
        if pattern is not None and not pattern.fullmatch(attributes):
            raise self._wrong(at, EXPECTED[tag])

    def _wrong(self, at: int, why: str) -> BadValue:
        before = self.source[:at]
        line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
        return BadValue("text", _short(self.source[at:]), f"line {line}, column {column}: {why}")


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 30 else f"{line[:29]}…"

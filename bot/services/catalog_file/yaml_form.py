"""The catalogue as YAML: every value is text with its line; aliases, tags and nesting are refused, so nothing can grow.

`categories:` and `goods:` hold a list each, of mappings from a key to a plain value.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from bot.services.files.file_errors import Mistakes
from bot.services.files.records import Record, unknown

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml where it is installed: the same events, ten times as fast."""


def read(
    lines: Iterable[str], mistakes: Mistakes, *, sections: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Record]]:
    """Yield the records of each section of a file as they come. `sections` names them, each with its keys.

    Raises:
        BadRows: the file is not built like that; wrong keys alone are only collected.
    """
    parser = _Parser(yaml.parse(_Stream(lines), Loader=_LOADER), mistakes)
    try:
        yield from parser.sections(sections)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise mistakes.refuse(mark.line + 1 if mark else 0, f"This is no YAML: {_worded(error.problem)}.") from None
    except yaml.YAMLError as error:
        raise mistakes.refuse(0, f"This is no YAML: {_worded(str(error))}.") from None


def section(name: str, records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the text of a section."""
    is_empty = True
    for record in records:
        if is_empty:
            yield f"{name}:\n"
        is_empty = False
        pairs = [f"{key}: {_scalar(value)}\n" for key, value in record.items()]
        yield f"  - {pairs[0]}" + "".join(f"    {pair}" for pair in pairs[1:])
    if is_empty:
        yield f"{name}: []\n"


class _Stream:
    """Lines as the file that a loader reads from."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)

    def read(self, _size: int = -1) -> bytes:
        """Return the next line, or nothing at the end."""
        return next(self._lines, "").encode()


class _Parser:
    """The events of a file, taken one after the other; what cannot be part of a catalogue ends it."""

    def __init__(self, events: Iterable[Any], mistakes: Mistakes) -> None:
        self._events = (event for event in events if not isinstance(event, yaml.StreamStartEvent))
        self._mistakes = mistakes

    def sections(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Record]]:
        """Yield the records of each section."""
        titles = " and ".join(f"'{name}:'" for name in wanted)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise self._mistakes.refuse(0, f"The file is empty; a catalogue is made of {titles}.")
        self._open(next(self._events), yaml.MappingStartEvent, f"A catalogue is made of {titles}")
        seen: set[str] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name = self._scalar(event)
            if name not in wanted:
                raise self._mistakes.refuse(_line(event), unknown("section", name, wanted))
            if name in seen:
                raise self._mistakes.refuse(_line(event), f"The section {name!r} stands there twice.")
            seen.add(name)
            yield from ((name, record) for record in self._section(name, wanted[name]))
        self._end()

    def _end(self) -> None:
        next(self._events)
        if not isinstance(event := next(self._events), yaml.StreamEndEvent):
            raise self._mistakes.refuse(_line(event), "A second document begins here; one file holds one catalogue.")

    def _section(self, name: str, keys: Sequence[str]) -> Iterator[Record]:
        start = next(self._events)
        if isinstance(start, yaml.ScalarEvent) and self._scalar(start) == "":
            return
        self._open(start, yaml.SequenceStartEvent, f"Below '{name}:' stands a list; each entry begins with '-'")
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            self._open(event, yaml.MappingStartEvent, f"An entry of {name!r} is made of 'key: value' lines")
            yield self._record(event, keys)

    def _record(self, start: Any, keys: Sequence[str]) -> Record:
        values: dict[str, str] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key, line = self._scalar(event), _line(event)
            value = self._scalar(next(self._events))
            if key not in keys:
                self._mistakes.add(line, unknown("key", key, keys))
            elif key in values:
                self._mistakes.add(line, f"The key {key!r} stands there twice, first in line {lines[key]}.")
            else:
                values[key], lines[key] = value, line
        return Record(_line(start), values, lines)

    def _open(self, event: Any, kind: type[Any], expected: str) -> None:
        self._require_plain(event)
        if not isinstance(event, kind):
            raise self._mistakes.refuse(_line(event), f"{expected}.")

    def _scalar(self, event: Any) -> str:
        self._require_plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._mistakes.refuse(_line(event), "A plain value is expected here, not a list or a mapping.")
        return str(event.value)

    def _require_plain(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._mistakes.refuse(
                _line(event), "Anchors (&) and aliases (*) are not understood; put quotes around text."
            )
        if getattr(event, "tag", None):
            raise self._mistakes.refuse(_line(event), "Tags (!) are not understood; put quotes around text.")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _worded(problem: str | None) -> str:
    return " ".join((problem or "it cannot be read").split())


# -- writing ------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[^\W\d_](?:[\w ()/%.,&+'-]*[\w)%.])?")
_WORDS = frozenset({"y", "yes", "n", "no", "true", "false", "on", "off", "null"})
"""What a plain text would mean to other readers of YAML 1.1."""
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return str(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    lines = value.split("\n")
    if len(lines) > 1 and lines[0] and lines[-1] and all(_stands_in_a_block(line) for line in lines):
        return "|-\n" + "\n".join(f"      {line}" if line else "" for line in lines)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _stands_in_a_block(line: str) -> bool:
    return line.isprintable() and line == line.strip()

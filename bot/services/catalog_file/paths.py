r"""Where a category lies, in one cell: "Tea / Green". A slash of its own that belongs to a name is written \/ ."""

import re
from collections.abc import Sequence

from bot.errors import BadValue

SEPARATOR = "/"
_ESCAPED = re.compile(r"\\+/")


def joined(names: Sequence[str]) -> str:
    """Return the path through these categories, the outermost first."""
    return f" {SEPARATOR} ".join(" ".join(map(_escaped, name.split(" "))) for name in names)


def split(path: str) -> list[str]:
    """Return the names on a path, the outermost first.

    Raises:
        BadValue: a name is missing on it.
    """
    names: list[list[str]] = [[]]
    for word in path.split():
        if word == SEPARATOR:
            names.append([])
        else:
            names[-1].append(word[1:] if _ESCAPED.fullmatch(word) else word)
    if not all(names):
        raise BadValue("category", path, 'write a name, or a path such as "Tea / Green"')
    return [" ".join(words) for words in names]


def _escaped(word: str) -> str:
    return f"\\{word}" if word == SEPARATOR or _ESCAPED.fullmatch(word) else word

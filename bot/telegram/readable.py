"""Reading what Telegram sends: half a letter, which no database and no answer can hold, becomes the sign for one."""

import json
import re
from typing import Any

_PERHAPS_HALF = re.compile(
    r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]",
)
"""Half a letter as JSON escapes it; most are pairs, because that is how Telegram sends every emoji."""
_HALF = re.compile("[\ud800-\udfff]")
"""A lone surrogate; two that belong together are one letter by the time that JSON is read."""
SIGN = "\ufffd"


def loads(raw: str) -> Any:
    """Return what a text of JSON holds, with nothing in it that cannot be encoded."""
    found = json.loads(raw)
    # A backslash that stands for itself begins no letter.
    return _whole(found) if _PERHAPS_HALF.search(raw.replace("\\\\", "//")) else found


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub(SIGN, value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return {_whole(key): _whole(each) for key, each in value.items()} if isinstance(value, dict) else value

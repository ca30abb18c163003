"""What Telegram sends is read whole: half a letter becomes a sign, and nothing else changes."""

import json
from typing import Any

import pytest

from bot.telegram import readable


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (
            {"text": "\ud800", "list": ["a\udfffb", 1, None, True]},
            {"text": "\ufffd", "list": ["a\ufffdb", 1, None, True]},
        ),
        ({"text": "\ud83d\\udc00"}, {"text": "\ufffd\\udc00"}),
        ({"text": "\\ud83d\udc00"}, {"text": "\\ud83d\ufffd"}),
        ({"text": "\udc00\ud83d"}, {"text": "\ufffd\ufffd"}),
        ({"text": "\U0001f600 tea"}, {"text": "\U0001f600 tea"}),
        ({"text": "\\ud800 is how it is written"}, {"text": "\\ud800 is how it is written"}),
        ({"deep": {"\udc00": [{"x": "\ud83d\u0041"}]}}, {"deep": {"\ufffd": [{"x": "\ufffdA"}]}}),
    ],
)
def test_half_a_letter_becomes_the_sign_for_one(sent: Any, read: Any):
    found = readable.loads(json.dumps(sent))

    assert found == read
    assert json.dumps(found, ensure_ascii=False).encode()

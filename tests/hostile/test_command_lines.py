"""Every argument and every option of every command with the corpus: done, or one plain line and exit code 1 or 2.

The commands come from click, so that a new one cannot be forgotten.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from tests.cli.test_shell import EVERY
from tests.hostile.corpus import A_MILLION, FILES, PATIENCE, TEXTS, some
from tests.shop import Shop

pytestmark = [pytest.mark.broken_on_purpose, pytest.mark.timeout(PATIENCE)]

FEW = 1
GOES_ON = {"order watch"}
"""Ends with Ctrl-C only."""
LEAVES = {words: command for words, command in EVERY.items() if not isinstance(command, click.Group)}
PLAIN = "1"


def typed(text: str) -> bool:
    """Tell whether a command line can hold a text at all."""
    return "\x00" not in text and all(not 0xD800 <= ord(letter) <= 0xDFFF for letter in text)


CAN_BE_TYPED = [text for text in TEXTS if typed(text)]


def lines_for(words: str, command: click.Command) -> Iterator[list[str]]:
    """Yield command lines, each with something hostile in one place, and something plain in the others."""
    for place in command.params:
        if isinstance(place, click.Option) and (place.is_flag or place.name == "help"):
            continue
        for text in some(CAN_BE_TYPED, FEW, of=f"{words} {place.name}"):
            yield [*words.split(), *_filled(command, place, text)]


def _filled(command: click.Command, place: click.Parameter, text: str) -> Iterator[str]:
    for each in command.params:
        value = text if each is place else PLAIN
        if isinstance(each, click.Option) and (each is place or each.required):
            yield from (f"{each.opts[0]}={value}",) if each.opts[0].startswith("--") else (each.opts[0], value)
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    if any(each is place or each.required or each.nargs == -1 for each in arguments):
        yield "--"
        yield from (text if each is place else PLAIN for each in arguments)


def well_behaved(result: Result) -> str:
    """Return what is wrong with how a command ended, or nothing."""
    if result.exit_code not in (0, 1, 2):
        return f"exit code {result.exit_code}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"{result.exception!r}"
    if "Traceback" in result.output or "Unexpected error" in result.output:
        return "a bug"
    if result.exit_code == 1 and not (result.stderr.strip() or result.stdout.strip()):
        return "it says nothing"
    return ""


@pytest.fixture
def shell(cli: Callable[..., Result], shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the shell in a folder of its own, on a shop with something of everything."""
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    shop.has_setting("timezone", "Europe/Berlin")
    shop.has_goods("Green tea")
    shop.has_order(shop.has_customer(), {"Green tea": 1})
    return cli


def test_whatever_stands_on_a_command_line_ends_well(shell: Callable[..., Result]):
    wrong = []
    for words, command in LEAVES.items():
        if words in GOES_ON:
            continue
        for line in lines_for(words, command):
            result = shell(*line, stdin="n\n")
            if why := well_behaved(result):
                wrong.append((line[:4], [part[:40] for part in line], why, result.stderr[-200:]))

    assert wrong == []


def test_a_million_letters_are_refused_like_any_others(shell: Callable[..., Result]):
    for line in (
        ["category", "add", A_MILLION],
        ["goods", "add", A_MILLION, "--category", "Tea", "--price", "1"],
        ["goods", "edit", "Green tea", "--description", A_MILLION],
        ["settings", "set", "help_auto_message", A_MILLION],
        ["settings", "set", "timezone", A_MILLION],
        ["ban", "101", "--reason", A_MILLION],
        ["btc", "add", "--address", A_MILLION],
        ["customer", "message", "101", A_MILLION],
    ):
        result = shell(*line)

        assert result.exit_code in (1, 2), line[:2]
        assert len(result.stderr) < 2000, line[:2]
        assert well_behaved(result) == ""


FILE_COMMANDS = {
    "addresses": ["btc", "add", "--file"],
    "a count": ["inventory", "count"],
    "a catalogue": ["catalog", "import"],
    "a photo": ["goods", "photo", "add", "Green tea"],
}


@pytest.mark.parametrize("command", FILE_COMMANDS)
def test_whatever_a_file_holds_ends_well(shell: Callable[..., Result], command: str, tmp_path: Path):
    wrong = []
    for name, content in FILES.items():
        for suffix in (".csv", ".yaml") if command == "a catalogue" else (".csv",):
            file = tmp_path / f"hostile{suffix}"
            file.write_bytes(content)
            result = shell(*FILE_COMMANDS[command], file)
            if why := well_behaved(result):
                wrong.append((name, suffix, why, result.stderr[-300:]))

    assert wrong == []

"""What Tab offers, in a real bash, and in no other way than its own script asks."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shop import Shop

ROOT = Path(__file__).parents[2]
ASK = """
source <("$1" completion bash)
compopt() { :; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_bot_clipy_completion "$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def tab(shop: Shop, variables: dict[str, str], tmp_path: Path) -> Callable[..., list[str]]:
    """Return a function that presses Tab behind these words, as they stand in the command line."""
    program = tmp_path / "bot_cli.py"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/bot_cli.py" "$@"\n')
    program.chmod(0o755)

    def press(*words: str) -> list[str]:
        command = ["bash", "-c", ASK, "bash", str(program), *words]
        asked = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)
        assert asked.stderr == ""
        return asked.stdout.split("\n")[:-1]

    return press


def test_commands_are_completed(tab):
    assert tab("ord") == ["order"]


def test_names_of_goods_are_completed_whatever_stands_in_them(tab, shop: Shop):
    shop.has_goods("Green tea")
    shop.has_goods('Greek $5 "x" *')

    assert tab("inventory", "Gre") == [r"Greek\ \$5\ \"x\"\ \*", r"Green\ tea"]
    assert tab("inventory", "green") == [r"Green\ tea"]
    assert tab("inventory", '"Gre') == [r"Greek \$5 \"x\" *", "Green tea"]
    assert tab("inventory", "'Gre") == ['Greek $5 "x" *', "Green tea"]


def test_settings_are_completed(tab):
    assert tab("settings", "get", "time") == ["timezone"]


def test_a_shop_that_cannot_be_asked_offers_nothing_and_says_nothing(tab, variables: dict[str, str]):
    variables["DATABASE_URL"] = "nonsense"

    assert tab("inventory", "Gre") == [""]


@pytest.mark.parametrize(("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef"), ("fish", "complete --no")])
def test_there_is_a_script_for_every_common_shell(cli, shell: str, sign: str):
    result = cli("completion", shell)

    assert result.exit_code == 0
    assert sign in result.stdout
    assert "_BOT_CLI_PY_COMPLETE" in result.stdout


def test_another_shell_is_wrong_usage(cli):
    assert cli("completion", "tcsh").exit_code == 2

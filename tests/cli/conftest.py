"""The operators' shell under test: in this process, on the shop's database, as somebody called anna would use it."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from bot import config
from bot.cli import options, output, root
from bot.cli.manual import Entry
from tests.conftest import VAULT_KEY
from tests.shop import OWNER_ID, Shop

Cli = Callable[..., Result]

TWO_FORMS = {"count"}
"""`inventory count` tells other things of a sheet that it writes than of one that it reads."""
CLEAN = dict.fromkeys((*config.VARIABLES, "SUDO_USER", "FORCE_COLOR", "NO_COLOR"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the shell finds data, logs and the address file; no `.env` disturbs it."""
    monkeypatch.setitem(config.Config.model_config, "env_file", None)
    return tmp_path


@pytest.fixture
def environment(database_url: str, home: Path) -> dict[str, str | None]:
    """Return the environment that leads the shell to the shop under test."""
    return {
        **CLEAN,
        "DATABASE_URL": database_url,
        "DATA_KEY": VAULT_KEY.hex(),
        "DATA_DIR": str(home / "data"),
        "LOG_DIR": str(home / "logs"),
        "BTC_ADDRESSES_FILE": str(home / "btc_addresses.txt"),
        "OWNER_ID": str(OWNER_ID),
        "USER": "anna",
        "COLUMNS": "80",
        # Nobody listens there, whatever else runs on this machine.
        "MONITORING_PORT": "1",
    }


@pytest.fixture
def variables(shop: Shop, environment: dict[str, str | None]) -> dict[str, str]:
    """Return the environment for a shell that runs as a process of its own."""
    ours = {name: value for name, value in environment.items() if value is not None}
    kept = {name: value for name, value in os.environ.items() if name not in environment}
    return {**kept, **ours}


@pytest.fixture(autouse=True)
def _known_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look over the shoulder of every command that prints JSON: its keys are those that the manual promises."""
    write = output._json

    def checked(facts: Any, indent: int | None = None) -> str:
        command = click.get_current_context().command
        promised = Entry("", command, 1).keys
        for row in facts if isinstance(facts, list) else [facts]:
            found = _keys_of(row, promised)
            assert found == promised or (command.name in TWO_FORMS and set(found) <= set(promised))
        return write(facts, indent)

    monkeypatch.setattr(output, "_json", checked)


def _keys_of(facts: dict[str, Any], promised: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of what is printed, as the manual writes them: "items (name, price)" where it names inner keys.

    A list that is empty, or an object that is not there, has whatever keys were promised.
    """
    promises = {promise.split(" (")[0]: promise for promise in promised}
    found = []
    for key, value in facts.items():
        inner = value[0] if isinstance(value, list) and value else value
        is_shown = "(" in promises.get(key, "") and isinstance(inner, dict)
        found.append(options.inner(key, *inner) if is_shown else promises.get(key, key))
    return tuple(found)


@pytest.fixture
def cli(shop: Shop, environment: dict[str, str | None]) -> Cli:
    """Return a function that runs a command line; capitals are variables of the environment."""

    def run(*words: Any, stdin: str | None = None, **variables: str) -> Result:
        runner = CliRunner(env={**environment, **variables})
        return runner.invoke(root.cli, [str(word) for word in words], prog_name="bot_cli.py", input=stdin)

    return run


@pytest.fixture
def cli_json(cli: Cli) -> Callable[..., Any]:
    """Return a function that runs a command line with --json and returns what it printed."""

    def run(*words: Any, **variables: str) -> Any:
        result = cli(*words, "--json", **variables)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return run

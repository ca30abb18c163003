"""What holds for every command: how it ends, who acts, what it prints, and what its help says."""

import json
import re
import shlex
import signal
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pymysql
import pytest
from sqlalchemy.exc import OperationalError

from bot.cli import Shell, ending, login, manual, refusals
from bot.cli.manual import Entry
from bot.cli.root import COMMANDS
from bot.cli.root import cli as shell_group
from bot.models import Goods
from bot.services import stock
from bot.services.queries import goods_lists
from tests.shop import Shop

ROOT = Path(__file__).parents[2]


def commands(group: click.Group = shell_group, path: tuple[str, ...] = ()) -> dict[str, click.Command]:
    """Return every command below a group, by its words."""
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[" ".join((*path, name))] = command
        if isinstance(command, click.Group):
            found |= commands(command, (*path, name))
    return found


EVERY = commands()
PRINTS_NO_DATA = {"completion"}


@pytest.mark.parametrize("words", EVERY)
def test_every_command_and_option_has_help_and_an_example(words: str):
    command = EVERY[words]

    assert command.help
    assert command.help.rstrip().endswith(".")
    assert f"bot_cli.py {words}" in (command.epilog or "")
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


@pytest.mark.parametrize("words", EVERY)
def test_every_option_stands_in_an_example(words: str):
    examples = " ".join(getattr(EVERY[words], "examples", ()))
    options = [option for option in EVERY[words].params if isinstance(option, click.Option)]

    assert [
        option.name for option in options if not any(re.search(rf"{name}\b", examples) for name in option.opts)
    ] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_first_help_says_of_a_command_what_its_own_help_says(name: str):
    assert EVERY[name].get_short_help_str(200) == COMMANDS[name]


@pytest.mark.parametrize("page", manual.PAGES, ids=lambda path: path.name)
def test_the_manual_is_what_the_commands_say(page: Path):
    assert page.read_text(encoding="utf-8") == manual.PAGES[page](), "run: make docs"


@pytest.mark.parametrize("words", EVERY)
def test_every_command_stands_in_the_manual_with_its_options(words: str):
    pages = [page().replace("\\-", "-") for page in manual.PAGES.values()]

    for option in EVERY[words].params:
        for name in option.opts if isinstance(option, click.Option) else ():
            assert all(words in page and name in page for page in pages)


@pytest.mark.parametrize(
    "words",
    [words for words in EVERY if words not in PRINTS_NO_DATA and not isinstance(EVERY[words], click.Group)],
)
def test_the_keys_of_every_json_are_promised(words: str):
    assert Entry(words, EVERY[words], 1).keys


def test_every_command_has_an_example_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [words for words in EVERY if f"./bot_cli.py {words} " not in readme.replace("\n", " \n")] == []


PAGES = {"README.md": 60, "docs/cli.md": 150, "docs/operations.md": 25}
"""The pages that tell people what to type, and how many commands stand there at least."""


def commands_of(page: str) -> list[str]:
    """Return what stands behind bot_cli.py in lines of their own and in the text, once each."""
    text = (ROOT / page).read_text()
    lines = re.findall(r"^(?:\./)?bot_cli\.py (.+)$", text, re.MULTILINE)
    inside = [line.replace("\n", " ") for line in re.findall(r"`(?:\./)?bot_cli\.py ([^`]+)`", text)]
    return list(dict.fromkeys([*lines, *inside]))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_in_the_docs_is_right_usage(cli, page: str):
    lines = commands_of(page)

    assert len(lines) >= PAGES[page]
    for line in lines:
        # What stands behind a pipe or an arrow is the shell's business.
        words = takewhile(lambda word: word not in {"|", ">", ">>", "<"}, shlex.split(line, comments=True))
        result = cli(*words, DATABASE_URL="nonsense")
        assert result.exit_code != 2, (line, result.stderr)


@pytest.mark.parametrize(
    "page",
    [
        "docs/architecture.md",
        "docs/personal-data.md",
        ".env.example",
        "deploy/compose.yaml",
        "deploy/prometheus-alerts.yml",
    ],
)
def test_every_command_that_is_named_elsewhere_exists(page: str):
    for line in re.findall(r"bot_cli\.py (?:--as \w+ )?((?:[a-z-]+ ?)+)", (ROOT / page).read_text()):
        words = line.split()
        assert any(" ".join(words[:count]) in EVERY for count in (1, 2)), line


@pytest.mark.parametrize(
    "words",
    [words for words, command in EVERY.items() if words not in PRINTS_NO_DATA and not isinstance(command, click.Group)],
)
def test_every_command_prints_json(words: str):
    assert "as_json" in {option.name for option in EVERY[words].params}


def test_no_line_of_any_help_is_wider_than_80_columns(cli):
    for words in EVERY:
        result = cli(*words.split(), "--help")
        assert result.exit_code == 0
        assert max(len(line) for line in result.stdout.splitlines()) <= 80, words


def test_help_fits_a_phone(cli):
    for words in EVERY:
        result = cli(*words.split(), "--help", COLUMNS="40")
        told = result.stdout.partition("Examples:")[0].splitlines()
        assert result.exit_code == 0
        assert [line for line in told if len(line) > 40] == [], words


def test_an_unknown_command_is_wrong_usage(cli):
    result = cli("ordr")

    assert result.exit_code == 2
    assert "No such command 'ordr'. Did you mean 'order'?" in result.stderr


# -- who acts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "variables", "actor"),
    [
        ((), {}, "cli:anna"),
        ((), {"SUDO_USER": "boris", "USER": "root"}, "cli:boris"),
        (("--as", "carol"), {"SUDO_USER": "boris"}, "cli:carol"),
        (("--as", "Анна"), {}, "cli:\\u0410\\u043d\\u043d\\u0430"),
        (("--as", "x" * 100), {}, "cli:" + "x" * 76),
        (("--as", " \n"), {}, "cli:anna"),
    ],
)
def test_the_actor_is_the_login_or_whom_one_acts_as(cli, shop: Shop, words, variables, actor: str):
    result = cli(*words, "category", "add", "Tea", **variables)

    assert result.exit_code == 0, result.stderr
    assert shop.events("category.added")[0].actor == actor


def test_a_login_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch):
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    monkeypatch.delenv("USER", raising=False)
    monkeypatch.delenv("SUDO_USER", raising=False)

    assert login.actor(None).startswith("cli:uid")


# -- how commands end -------------------------------------------------------------------------------------------------


def test_a_malformed_variable_is_one_line_that_names_it(cli):
    result = cli("goods", "list", PAY_CURRENCY="dollars")

    assert result.exit_code == 1
    assert result.stderr == "PAY_CURRENCY: use an ISO 4217 code such as USD. See .env.example.\n"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL: use mysql+pymysql://"),
        ("mysql+nodriver://shop@127.0.0.1/shop", "DATABASE_URL: use mysql+pymysql://"),
        ("sqlite:////nowhere/shop.db", "The database cannot be used: unable to open database file."),
        (
            "mysql+pymysql://nobody@127.0.0.1:1/nowhere",
            "The database is busy or away; nothing was changed, try again in a moment.",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_one_plain_line(cli, url: str, sentence: str):
    result = cli("goods", "list", DATABASE_URL=url)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(sentence)
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_password_is_one_plain_line(cli, database_url: str):
    result = cli("goods", "list", DATABASE_URL=database_url.replace("://shop:", "://shop:not"))

    assert result.exit_code == 1
    assert result.stderr.startswith("The database cannot be used: Access denied for user 'shop'")
    assert len(result.stderr.splitlines()) == 1


def test_a_data_key_that_is_broken_is_one_plain_line(cli, home: Path):
    (home / "data").mkdir()
    (home / "data" / "data.key").write_text("nonsense")

    result = cli("goods", "list", DATA_KEY="")

    assert result.exit_code == 1
    assert "data key" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_rule_of_the_schema_that_is_broken_is_a_bug_and_no_matter_of_the_configuration():
    broken = pymysql.err.OperationalError(4025, "CONSTRAINT `ck_goods_price_not_negative` failed for `shop`.`goods`")
    full = pymysql.err.OperationalError(1040, "Too many connections")

    assert refusals.line_for(OperationalError("UPDATE", {}, broken)) is None
    assert refusals.line_for(OperationalError("SELECT", {}, full)) == (
        "The database cannot be used: Too many connections. Check DB_* and DATABASE_URL, see .env.example."
    )


def test_an_order_sealed_with_another_key_is_one_plain_line(cli, shop: Shop):
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})

    result = cli("order", "show", code, DATA_KEY="00" * 32)

    assert result.exit_code == 1
    assert result.stderr.startswith("sealed with key ")


def test_a_bug_is_one_line_with_an_id_that_stands_in_the_log(cli, home: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(goods_lists, "listed", broken)

    result = cli("goods", "list")

    assert (result.exit_code, result.stdout) == (1, "")
    line = result.stderr.splitlines()[0]
    assert line.endswith("(ZeroDivisionError); bot.log has the details under this id.")
    key = line.split()[2]
    log = (home / "logs" / "bot.log").read_text()
    assert f"Unexpected error {key}" in log
    assert "ZeroDivisionError: a bug" in log


def test_what_fails_after_the_change_never_says_that_nothing_was_changed(
    cli, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.has_goods("Green tea", stock=1)
    monkeypatch.setattr(Goods, "available", property(lambda _: 1 / 0))

    result = cli("inventory", "Green tea", "--set", 5)

    assert result.exit_code == 1
    assert result.stderr.startswith("The change was made, but what should come after it failed: Unexpected error ")
    assert shop.goods("Green tea").stock_quantity == 5


def test_an_interruption_before_the_change_says_that_nothing_was_changed(
    cli, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.has_goods("Green tea", stock=1)
    real = stock.set_to

    def interrupted(*words: Any, **options: Any) -> None:
        real(*words, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(stock, "set_to", interrupted)

    result = cli("inventory", "Green tea", "--set", 5)

    assert (result.exit_code, result.stderr) == (130, "Aborted, nothing was changed.\n")
    assert shop.goods("Green tea").stock_quantity == 1


def test_an_interruption_after_the_change_says_that_it_was_made(cli, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    def interrupted(_: Goods) -> int:
        raise KeyboardInterrupt

    shop.has_goods("Green tea", stock=1)
    monkeypatch.setattr(Goods, "available", property(interrupted))

    result = cli("inventory", "Green tea", "--set", 5)

    assert (result.exit_code, result.stderr) == (130, "Aborted, but the change had been made.\n")
    assert shop.goods("Green tea").stock_quantity == 5


def test_a_signal_while_a_change_is_being_saved_waits_for_it_unless_it_is_repeated(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ending, "_signals", [])
    shell = Shell("cli:anna")
    shell.is_committing = True

    with click.Context(shell_group, obj=shell):
        ending._interrupt(signal.SIGINT, None)
        with pytest.raises(KeyboardInterrupt):
            ending._interrupt(signal.SIGINT, None)


def test_an_interruption_while_saving_does_not_claim_to_know(cli, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    begin = Shell._begin_commit

    def begin_and_break(shell: Shell, connection: object) -> None:
        begin(shell, connection)
        raise KeyboardInterrupt

    monkeypatch.setattr(Shell, "_begin_commit", begin_and_break)

    result = cli("category", "add", "Tea")

    assert (result.exit_code, result.stderr) == (130, "Aborted while saving: look whether the change was made.\n")


# -- logs and colours -------------------------------------------------------------------------------------------------


def test_changes_stand_in_the_log_files_of_the_bot(cli, shop: Shop, home: Path):
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})

    result = cli("order", "--order-code", code, "--cancel")

    assert result.stdout == f"Order {code} is cancelled and its goods are released.\n"
    assert f"order.cancelled order:{code} by cli:anna" in (home / "logs" / "orders.log").read_text()


def test_reading_writes_no_log(cli, home: Path):
    cli("order", "list")

    assert not (home / "logs").exists()


def test_logs_that_cannot_be_written_do_not_stop_a_change(cli, shop: Shop, home: Path):
    (home / "logs").touch()

    result = cli("category", "add", "Tea")

    assert (result.exit_code, result.stdout) == (0, "Category 'Tea' is added.\n")
    assert len(shop.events("category.added")) == 1


def test_pipes_and_json_have_no_colours_and_a_row_stays_one_line(cli, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.has_goods("Tea " * 24, stock=5)
    monkeypatch.delenv("COLUMNS", raising=False)

    result = cli("goods", "list", COLUMNS=None)

    assert "\x1b" not in result.stdout
    assert len(result.stdout.splitlines()) == 2
    assert json.loads(cli("goods", "list", "--json").stdout)[0]["stock_quantity"] == 5


def test_changes_stand_in_the_logs_in_the_shop_s_time_zone(cli, shop: Shop, home: Path):
    shop.has_setting("timezone", "Pacific/Kiritimati")

    cli("category", "add", "Tea")

    line = (home / "logs" / "changes.log").read_text().splitlines()[-1]
    written = datetime.strptime(line[1:20], "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZoneInfo("Pacific/Kiritimati"))
    assert abs((datetime.now(UTC) - written).total_seconds()) < 60


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("event show abc", "'abc' is not a valid whole number."),
        ("order list --limit 1.5", "'1.5' is not a valid whole number."),
        ("order list --ending soon", "'soon' is not a valid number."),
    ],
)
def test_what_is_no_number_is_told_in_plain_words(cli, words: str, why: str):
    result = cli(*words.split())

    assert result.exit_code == 2
    assert why in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        "order list --status RESERVED",
        "order list --payment Cash",
        "payment list --method BITCOIN",
        "outbox list --status Dead",
        "customer list --role ADMIN",
    ],
)
def test_a_word_of_a_choice_may_be_written_in_any_case(cli, words: str):
    result = cli(*words.split())

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("There are no such ")

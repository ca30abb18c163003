import json
from pathlib import Path

import pytest

from bot.models import OrderStatus
from bot.services import clock, stock
from tests.cli.terminal import on_a_terminal
from tests.shop import Shop


@pytest.fixture(autouse=True)
def tea(shop: Shop) -> None:
    """Put ten on the shelf, of which three are promised."""
    shop.has_goods("Green tea", stock=10)
    shop.has_order(shop.has_customer(), {"Green tea": 3}, status=OrderStatus.RESERVED)


@pytest.mark.parametrize(
    ("words", "stock"), [(["--set", 100], 100), (["--add", 50], 60), (["--remove", 7], 3), ([], 10)]
)
def test_stock_is_set_added_removed_or_shown(cli, shop: Shop, words, stock: int):
    result = cli("inventory", " Green  tea ", *words)

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"Green tea: {stock} in stock, 3 reserved, {stock - 3} available.\n"
    assert shop.goods("Green tea").stock_quantity == stock


def test_a_change_is_logged_under_the_actors_name(cli, shop: Shop):
    cli("--as", "boris", "inventory", "Green tea", "--add", 5)

    event = shop.events("stock.adjusted")[-1]
    assert (event.actor, event.facts) == ("cli:boris", {"old": 10, "new": 15})


def test_stock_is_printed_as_json(cli_json):
    facts = cli_json("inventory", "Green tea", "--add", 1)

    assert facts == {"name": "Green tea", "stock_quantity": 11, "reserved_quantity": 3, "available": 8}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["Green tea", "--set", 2],
            "3 of 'Green tea' are reserved by open orders, so the stock cannot become 2; "
            "cancel orders first or choose 3 or more.",
        ),
        (["Green tea", "--remove", 11], "'11' is not a valid quantity to remove: the shelf holds 10 of 'Green tea'."),
        (["Green tea", "--add", 0], "'0' is not a valid quantity: use a whole number above 0."),
        (["Green tea", "--set", -1], "'-1' is not a valid quantity: use a whole number from 0 to 1000000000."),
        (
            ["Green tea", "--set", 10**30],
            f"'{10**30}' is not a valid quantity: use a whole number from 0 to 1000000000.",
        ),
        (["green tea", "--set", 5], "There are no goods 'green tea'. Did you mean 'Green tea'?"),
    ],
)
def test_what_the_shop_refuses_changes_nothing(cli, shop: Shop, words, sentence: str):
    result = cli("inventory", *words)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")
    assert shop.goods("Green tea").stock_quantity == 10


def test_two_changes_at_once_are_wrong_usage(cli, shop: Shop):
    result = cli("inventory", "Green tea", "--set", 5, "--add", 0)

    assert result.exit_code == 2
    assert "Choose one of --set, --add and --remove." in result.stderr
    assert shop.goods("Green tea").stock_quantity == 10


# -- reasons and names like commands ------------------------------------------------------------------------------


def test_a_reason_stands_in_the_log(cli, cli_json, shop: Shop):
    cli("inventory", "Green tea", "--remove", 2, "--reason", " broken\n in transport ")

    assert cli_json("inventory", "log", "Green tea")[0] == {
        "created_at": shop.events("stock.adjusted")[-1].created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": "Green tea",
        "kind": "adjusted",
        "stock_delta": -2,
        "reserved_delta": 0,
        "order_code": None,
        "actor": "cli:anna",
        "reason": "broken in transport",
    }
    assert shop.events("stock.adjusted")[-1].facts == {"old": 10, "new": 8, "reason": "broken in transport"}


def test_a_reason_without_a_change_is_wrong_usage(cli):
    result = cli("inventory", "Green tea", "--reason", "why not")

    assert result.exit_code == 2
    assert "--reason goes with --set, --add or --remove." in result.stderr


def test_a_reason_has_bounds(cli, shop: Shop):
    assert cli("inventory", "Green tea", "--set", 9, "--reason", "x" * 201).exit_code == 1
    assert shop.goods("Green tea").stock_quantity == 10


@pytest.mark.parametrize("name", ["count", "list", "log"])
def test_goods_may_be_called_like_a_command(cli, shop: Shop, name: str):
    shop.has_goods(name, stock=1)

    for words in ((name, "--set", 5), ("--set=5", name), (name, "--add=4"), ("--add", 1, name), ("--", name)):
        assert cli("inventory", *words).stdout.startswith(f"{name}: "), words
    assert shop.goods(name).stock_quantity == 10
    assert not cli("inventory", name).stdout.startswith(f"{name}: ")


def test_options_may_come_before_the_name(cli, cli_json, shop: Shop):
    assert cli("inventory", "--set", 7, "Green tea").exit_code == 0
    assert cli_json("inventory", "Green tea")["stock_quantity"] == 7
    assert cli("inventory", "--json", "Green tea").stdout.startswith("{")
    assert cli("inventory", "--json", "list", "--search", "list").stdout == "[]\n"


def test_both_forms_are_helped(cli):
    group, goods = cli("inventory", "--help").stdout, cli("inventory", "Green tea", "--help").stdout

    assert "Usage: bot_cli.py inventory NAME [--set N | --add N | --remove N]\n" in group
    assert "Usage: bot_cli.py inventory [OPTIONS] NAME\n" in goods
    for word in ("--set", "--reason", "count", "list", "log"):
        assert word in group
    assert cli("inventory").exit_code == 2


# -- lists --------------------------------------------------------------------------------------------------------


def test_the_shelf_is_listed(cli, shop: Shop):
    shop.has_goods("Black tea", stock=2, price="3.50")
    shop.has_goods("Mug", stock=50, price="1", category="Pots")
    shop.execute("UPDATE categories SET archived_at = NOW() WHERE name = 'Pots'")

    assert cli("inventory", "list").stdout == (
        "Goods      Available  Stock  Reserved       Value  State\n"
        "Black tea          2      2         0    7.00 USD\n"
        "Green tea          7     10         3  300.00 USD\n"
        "Mug               50     50         0   50.00 USD  category archived\n"
    )
    assert cli("inventory", "list", "--sort", "stock", "--low", 7, COLUMNS="40").stdout == (
        "Black tea  2\n  Stock 2, Reserved 0, Value 7.00 USD\nGreen tea  7\n  Stock 10, Reserved 3, Value 300.00 USD\n"
    )


def test_the_shelf_is_searched_in_any_case_and_paged(cli, cli_json, shop: Shop):
    shop.has_goods("GREENER tea", stock=1)
    shop.has_goods("100% tea_", stock=0)

    assert [row["name"] for row in cli_json("inventory", "list", "--search", "green")] == ["GREENER tea", "Green tea"]
    assert [row["name"] for row in cli_json("inventory", "list", "--search", "0% TEA_")] == ["100% tea_"]
    page = cli("inventory", "list", "--sort", "available", "--reverse", "--limit", 1, "--json")
    assert [row["name"] for row in json.loads(page.stdout)] == ["Green tea"]
    assert page.stderr == "There are more: --page 2 shows the next, --all shows all.\n"
    assert cli("inventory", "list", "--low", 0, "--search", "Green").stdout == "There are no such goods.\n"


def test_the_log_tells_orders_and_people_newest_first(cli, shop: Shop):
    shop.has_goods("Black tea", stock=2)
    shop.execute("UPDATE inventory_log SET created_at = '2026-03-01 09:30:00'")
    code = shop.orders()[0].order_code

    result = cli("inventory", "log")

    assert result.stdout == (
        "Goods      Stock  Reserved  Why              Who       When\n"
        "Black tea     +2            adjusted         cli:test  2026-03-01 09:30\n"
        f"Green tea               +3  {code} reserved  user:101  2026-03-01 09:30\n"
        "Green tea    +10            adjusted         cli:test  2026-03-01 09:30\n"
    )
    assert result.stderr == "Times are in UTC.\n"
    assert cli("inventory", "log", "Black tea", COLUMNS="40").stdout == (
        "+2\n  Why adjusted, Who cli:test, When\n  2026-03-01 09:30\n"
    )
    assert cli("inventory", "log", "--since", "2026-03-02").stdout == "Nothing has moved since then.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["log", "Green te"], "There are no goods 'Green te'. Did you mean 'Green tea'?"),
        (["log", "--since", "soon"], '\'soon\' is not a valid date: write it as "YYYY-MM-DD" or "YYYY-MM-DD HH:MM".'),
        (["lst"], "There are no goods 'lst'. All goods: bot_cli.py goods list --all"),
    ],
)
def test_what_is_not_there_cannot_be_listed(cli, words, sentence: str):
    result = cli("inventory", *words)

    assert (result.exit_code, result.stderr) == (1, f"{sentence}\n")


# -- the stock-take -----------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(tmp_path: Path):
    def write(*rows: str) -> Path:
        path = tmp_path / "sheet.csv"
        path.write_text("name,counted\n" + "\n".join(rows) + "\n")
        return path

    return write


def test_a_sheet_is_written_filled_in_and_applied(cli, shop: Shop, tmp_path: Path):
    shop.has_goods("=Black tea", stock=2)
    path = tmp_path / "sheet.csv"

    written = cli("inventory", "count", path, "--write", COLUMNS="200")
    assert written.stdout == (
        f"2 goods are in {path}. Fill in the column counted, then give the file to this command without --write.\n"
    )
    assert path.read_text() == "category,name,counted\nTea,'=Black tea,\nTea,Green tea,\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert cli("inventory", "count", path, "--write").exit_code == 1
    path.write_text(path.read_text().replace("'=Black tea,", "'=Black tea,5"))

    result = cli("inventory", "count", path)

    assert result.stdout == (
        "Goods       Difference  System  Counted      Value\n"
        "=Black tea          +3       2        5  90.00 USD\n"
        "Done: 1 of 1 goods differ, by 90.00 USD in all.\n"
    )
    assert result.stderr == "1 goods on the sheet have no count and stay as they are.\n"
    assert shop.goods("=Black tea").stock_quantity == 5
    today = clock.now().strftime("%Y-%m-%d")
    assert shop.scalar("SELECT reason FROM inventory_log ORDER BY id DESC LIMIT 1") == f"count {today} sheet.csv"
    assert cli("inventory", "count", path).stdout == "Nothing to change: the stock of 1 goods is as counted.\n"


def test_a_count_can_be_tried_first(cli, cli_json, shop: Shop, sheet):
    before = shop.rows()

    result = cli("inventory", "count", sheet("Green tea,4"), "--dry-run")

    assert result.stdout.endswith("Nothing was changed: 1 of 1 goods differ, by -180.00 USD in all.\n")
    assert cli_json("inventory", "count", sheet("Green tea,4"), "--dry-run") == {
        "applied": False,
        "counted": 1,
        "not_counted": 0,
        "differences": [
            {"name": "Green tea", "stock_quantity": 10, "counted": 4, "difference": -6, "value": "-180.00"}
        ],
    }
    assert shop.rows() == before


def test_a_wrong_sheet_is_refused_whole(cli, shop: Shop, sheet):
    path = sheet("Green tea,2", "Grey tea,1")
    before = shop.rows()

    result = cli("inventory", "count", path)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{path}:2: 3 of 'Green tea' are reserved by open orders, so the stock cannot become 2; cancel orders first "
        f"or choose 3 or more.\n{path}:3: There are no goods 'Grey tea'. Did you mean 'Green tea'?\n"
    )
    assert shop.rows() == before
    assert cli("inventory", "count", path, "--force").exit_code == 2


def test_what_is_delivered_while_a_person_thinks_is_not_counted_away(variables, shop: Shop, sheet):
    with on_a_terminal("inventory", "count", str(sheet("Green tea,8")), variables=variables) as terminal:
        terminal.shows("Set the stock of 1 goods to what was counted? [y/N]")
        shop.staff(stock.remove, "Green tea", 1)
        terminal.types("y")
        terminal.shows("The shop changed meanwhile")
        assert terminal.ends() == 1
    assert shop.goods("Green tea").stock_quantity == 9


def test_trying_to_write_a_sheet_is_wrong_usage_and_leaves_no_file(cli, tmp_path: Path):
    result = cli("inventory", "count", tmp_path / "sheet.csv", "--write", "--dry-run")

    assert result.exit_code == 2
    assert "--write does not go with --dry-run." in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_that_nobody_filled_in_says_so(cli, tmp_path: Path):
    cli("inventory", "count", tmp_path / "sheet.csv", "--write")

    result = cli("inventory", "count", tmp_path / "sheet.csv", "--yes")

    assert (result.exit_code, result.stdout) == (0, "Nothing was counted: fill in the column counted.\n")

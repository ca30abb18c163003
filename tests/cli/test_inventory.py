import pytest

from bot.models import OrderStatus
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
        (["Green tea", "--remove", 11], "'11' is not a valid quantity: the shelf holds 10 of 'Green tea'."),
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

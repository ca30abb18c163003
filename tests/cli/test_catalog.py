import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest

from bot.models import Category, Goods, OrderStatus
from bot.services.photos import LARGEST
from tests.shop import Shop

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


# -- categories -------------------------------------------------------------------------------------------------------


def test_categories_are_added_inside_one_another(cli, cli_json):
    assert cli("category", "add", " Tea ").stdout == "Category 'Tea' is added.\n"

    facts = cli_json("category", "add", "Green", "--parent", "Tea")

    assert facts == {
        "name": "Green",
        "parent": "Tea",
        "path": ["Tea", "Green"],
        "goods_count": 0,
        "archived_at": None,
        "closed_by": None,
    }


def test_a_category_is_moved(cli, shop: Shop):
    shop.has_category("Tea")
    shop.has_category("Green")

    assert cli("category", "move", "Green", "--into", "Tea").stdout == "Category 'Green' is moved.\n"
    assert "Tea / Green" in cli("category", "list").stdout
    assert cli("category", "move", "Green", "--to-top").exit_code == 0
    assert "Tea / Green" not in cli("category", "list").stdout
    for words in ((), ("--into", "Tea", "--to-top")):
        assert cli("category", "move", "Green", *words).exit_code == 2
    assert cli("category", "move", "Tea", "--into", "Tea").stderr == (
        "'Tea' is not a valid place: 'Tea' would lie inside itself.\n"
    )


def test_a_category_is_renamed(cli, shop: Shop):
    shop.has_goods("Sencha", category="Green")

    result = cli("category", "rename", "Green", "Green tea")

    assert result.stdout == "Category 'Green' is called 'Green tea' now.\n"
    assert shop.scalar("SELECT name FROM categories") == "Green tea"


def test_a_category_is_archived_and_restored(cli, cli_json, shop: Shop):
    shop.has_category("Tea")

    archived = cli_json("category", "archive", "Tea")
    restored = cli_json("category", "restore", "Tea")

    assert archived["archived_at"] is not None
    assert restored["archived_at"] is None
    assert cli("category", "archive", "Tea").stdout == "Category 'Tea' is archived; customers no longer see it.\n"
    assert cli("category", "restore", "Tea").stdout == "Category 'Tea' is on sale again.\n"


def test_categories_are_listed(cli, cli_json, shop: Shop):
    shop.has_category("Tea")
    shop.has_category("Green", parent="Tea")
    shop.has_goods("Sencha", category="Green")
    cli("category", "archive", "Tea")

    result = cli("category", "list")

    assert result.stdout == (
        "Category     Goods  State\nTea              0  archived\nTea / Green      1  hidden by Tea\n"
    )
    assert [row["name"] for row in cli_json("category", "list")] == ["Tea", "Green"]


def test_what_is_restored_inside_something_archived_is_not_called_on_sale(cli, shop: Shop):
    shop.has_category("Tea")
    shop.has_goods("Sencha", category="Green")
    cli("category", "move", "Green", "--into", "Tea")
    for words in (("goods", "archive", "Sencha"), ("category", "archive", "Green"), ("category", "archive", "Tea")):
        cli(*words)

    assert cli("goods", "restore", "Sencha", COLUMNS="100").stdout == (
        "'Sencha' is restored, but customers do not see it: the category 'Green' is archived.\n"
    )
    assert cli("category", "restore", "Green", COLUMNS="100").stdout == (
        "Category 'Green' is restored, but customers do not see it: the category 'Tea' is archived.\n"
    )
    given = ("--category", "Green", "--price", 1, "--stock", 1)
    assert cli("goods", "add", "Bancha", *given, COLUMNS="100").stdout == (
        "'Bancha' is added, but customers do not see it: the category 'Tea' is archived.\n"
    )
    assert cli("goods", "list", "--category", "Green").stdout == (
        "Goods       Price  Category  Stock  Reserved  State\n"
        "Bancha   1.00 USD  Green         1         0  category archived\n"
        "Sencha  30.00 USD  Green        10         0  category archived\n"
    )
    assert "Hidden by  Tea\n" in cli("goods", "show", "Sencha").stdout
    cli("category", "restore", "Tea")
    assert cli("goods", "list", "--archived").stdout == "There are no such goods.\n"


def test_an_empty_catalogue_says_how_to_begin(cli):
    assert cli("category", "list").stdout == ("There are no categories yet; bot_cli.py category add NAME adds one.\n")
    assert cli("goods", "list").stdout == "There are no goods yet; bot_cli.py goods add NAME ... adds some.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "Tea"], "There is already a category 'Tea'; choose another name."),
        (["add", ""], "'' is not a valid category name: write at least 1 character."),
        (["add", "Green", "--parent", "tea"], "There is no category 'tea'. Did you mean 'Tea'?"),
        (["rename", "Coffee", "Beans"], "There is no category 'Coffee'. All categories: bot_cli.py category list"),
        (["rename", "Tea", "Tea"], "There is already a category 'Tea'; choose another name."),
        (["restore", "Tea"], "Category 'Tea': it is not archived."),
    ],
)
def test_what_the_shop_refuses_about_categories_changes_nothing(cli, shop: Shop, words, sentence: str):
    shop.has_category("Tea")
    events = len(shop.events())

    result = cli("category", *words)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")
    assert (shop.count(Category), len(shop.events())) == (1, events)


# -- goods ------------------------------------------------------------------------------------------------------------


def test_goods_are_added_with_a_photo_that_is_kept_under_its_hash(cli, shop: Shop, tmp_path: Path, home: Path):
    shop.has_category("Tea")
    (tmp_path / "tea.jpg").write_bytes(PNG)
    words = ("--category", "Tea", "--price", "12.50", "--stock", 100, "--description", "First flush")

    result = cli("goods", "add", "Green tea", *words, "--photo", tmp_path / "tea.jpg")

    assert result.exit_code == 0, result.stderr
    assert result.stdout == "'Green tea' is on sale for 12.50 USD, 100 available.\n"
    goods = shop.goods("Green tea")
    assert (goods.stock_quantity, goods.description) == (100, "First flush")
    assert shop.photos("Green tea") == [f"{hashlib.sha256(PNG).hexdigest()}.png"]
    assert (home / "data" / "photos" / shop.photos("Green tea")[0]).read_bytes() == PNG


def test_goods_are_printed_as_json(cli_json, shop: Shop):
    shop.has_category("Tea")

    facts = cli_json("goods", "add", "Green tea", "--category", "Tea", "--price", "12.5", "--stock", 3)

    assert facts == {
        "name": "Green tea",
        "category": "Tea",
        "price": "12.50",
        "currency": "USD",
        "stock_quantity": 3,
        "reserved_quantity": 0,
        "available": 3,
        "description": "",
        "photos": [],
        "photo_files": [],
        "low_stock": "default",
        "created_at": facts["created_at"],
        "archived_at": None,
        "closed_by": None,
    }
    assert cli_json("goods", "list") == [facts]
    shown = cli_json("goods", "show", "Green tea")
    assert (shown.pop("sold"), [each["stock_delta"] for each in shown.pop("movements")]) == (0, [3])
    assert shown == facts


def test_only_what_is_given_is_edited(cli, shop: Shop):
    shop.has_goods("Green tea", price="12.50")
    shop.has_category("Japan")

    result = cli("goods", "edit", "Green tea", "--name", "Sencha", "--category", "Japan")

    assert result.stdout == "'Sencha' is changed.\n"
    assert shop.goods("Sencha").price == 12.5
    assert cli("goods", "edit", "Sencha", "--price", "13", "--description", "Mild").exit_code == 0
    assert (shop.goods("Sencha").price, shop.goods("Sencha").description) == (Decimal(13), "Mild")


def test_goods_are_archived_and_restored(cli, shop: Shop):
    shop.has_goods("Green tea", stock=4)

    assert cli("goods", "archive", "Green tea").stdout == ("'Green tea' is archived; customers no longer see it.\n")
    assert shop.goods("Green tea").archived_at is not None
    assert cli("goods", "restore", "Green tea").stdout == "'Green tea' is on sale again, 4 available.\n"
    assert shop.goods("Green tea").archived_at is None


def test_goods_are_listed_at_80_and_at_40_columns(cli, shop: Shop):
    shop.has_goods("Green tea", stock=10, price="30")
    shop.has_goods("Чай чёрный, крупнолистовой", stock=2, price="1250.50")
    cli("goods", "archive", "Green tea")

    wide, narrow = cli("goods", "list"), cli("goods", "list", COLUMNS="40")

    assert wide.stdout == (
        "Goods                             Price  Category  Stock  Reserved  State\n"
        "Green tea                     30.00 USD  Tea          10         0  archived\n"
        "Чай чёрный, крупнолистовой  1250.50 USD  Tea           2         0\n"
    )
    assert narrow.stdout == (
        "Green tea  30.00 USD\n"
        "  Category Tea, Stock 10, Reserved 0,\n"
        "  State archived\n"
        "Чай чёрный, крупнолистовой  1250.50 USD\n"
        "  Category Tea, Stock 2, Reserved 0\n"
    )


def test_goods_are_chosen_and_sorted(cli_json, cli, shop: Shop):
    shop.has_goods("Green tea", stock=10, price="30")
    shop.has_goods("Black tea", stock=2, price="40")
    shop.has_goods("Mug", stock=5, price="3", category="Pots")
    cli("category", "move", "Pots", "--into", "Tea")
    cli("goods", "archive", "Mug")
    cli("goods", "edit", "Black tea", "--description", "Goes with a MUG")

    def names(*words: str) -> list[str]:
        return [row["name"] for row in cli_json("goods", "list", *words)]

    assert names() == ["Black tea", "Green tea", "Mug"]
    assert names("--sort", "price") == ["Mug", "Green tea", "Black tea"]
    assert names("--sort", "stock", "--reverse") == ["Green tea", "Mug", "Black tea"]
    assert names("--archived") == ["Mug"]
    assert names("--on-sale") == ["Black tea", "Green tea"]
    assert names("--search", "mug") == ["Black tea", "Mug"]
    assert names("--category", "Tea") == ["Black tea", "Green tea", "Mug"]
    assert names("--category", "Pots") == ["Mug"]
    assert names("--limit", "1", "--page", "2") == ["Green tea"]
    assert cli("goods", "list", "--category", "Te").stderr == "There is no category 'Te'. Did you mean 'Tea'?\n"


def test_goods_are_shown(cli, shop: Shop, home: Path):
    shop.has_goods("Green tea", stock=12, price="30")
    code = shop.has_order(shop.has_customer(), {"Green tea": 2}, status=OrderStatus.DELIVERED)
    shop.execute("UPDATE goods SET description = 'Mild\nand fresh', created_at = '2026-03-01 09:30:00'")
    shop.execute("INSERT INTO goods_photos (goods_id, name, position) SELECT id, 'x.png', 1 FROM goods")
    shop.execute("UPDATE inventory_log SET created_at = '2026-03-01 09:30:00'")

    result = cli("goods", "show", "Green tea")

    assert result.stdout == (
        "Green tea\n"
        "  Category     Tea\n"
        "  Price        30.00 USD\n"
        "  Stock        10, of which 0 reserved, 10 available\n"
        "  Sold         2\n"
        "  Description  Mild\n"
        "               and fresh\n"
        f"  Photo\n{home}/data/photos/x.png\n"
        "  Added        2026-03-01 09:30 UTC\n"
        "Last movements\n"
        "Stock  Reserved  Why              Who       When\n"
        f"   -2        -2  {code} deducted  cli:test  2026-03-01 09:30\n"
        f"             +2  {code} reserved  user:101  2026-03-01 09:30\n"
        "  +12            adjusted         cli:test  2026-03-01 09:30\n"
    )
    assert result.stderr == "Times are in UTC.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["add", "Green tea", "--category", "Tea", "--price", "1", "--stock", 1],
            "There are already goods 'Green tea'; choose another name.",
        ),
        (
            ["add", "Oolong", "--category", "Te", "--price", "1", "--stock", 1],
            "There is no category 'Te'. Did you mean 'Tea'?",
        ),
        (
            ["add", "Oolong", "--category", "Tea", "--price", "1.005", "--stock", 1],
            "'1.005' is not a valid price: the smallest unit of USD is 0.01.",
        ),
        (
            ["add", "Oolong", "--category", "Tea", "--price", "1", "--stock", -1],
            "'-1' is not a valid stock: use a whole number from 0 to 1000000000.",
        ),
        (["edit", "Oolong", "--price", "1"], "There are no goods 'Oolong'. All goods: bot_cli.py goods list --all"),
        (["archive", "Green te"], "There are no goods 'Green te'. Did you mean 'Green tea'?"),
        (["restore", "Green tea"], "Goods 'Green tea': they are not archived."),
        (["show", "Oolong"], "There are no goods 'Oolong'. All goods: bot_cli.py goods list --all"),
    ],
)
def test_what_the_shop_refuses_about_goods_changes_nothing(cli, shop: Shop, words, sentence: str):
    shop.has_goods("Green tea")
    events = len(shop.events())

    result = cli("goods", *words)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")
    assert (shop.count(Goods), len(shop.events())) == (1, events)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"GIF89a" + bytes(100), "use a JPEG, PNG or WebP picture"),
        (b"", "use a JPEG, PNG or WebP picture"),
        (PNG + bytes(LARGEST), "it is larger than 10 MB"),
        (None, "there is no such file"),
    ],
)
def test_what_is_no_picture_is_refused(cli, shop: Shop, tmp_path: Path, home: Path, content: bytes | None, why: str):
    shop.has_goods("Green tea")
    if content is not None:
        (tmp_path / "tea.png").write_bytes(content)

    result = cli("goods", "edit", "Green tea", "--photo", tmp_path / "tea.png")

    assert (result.exit_code, result.stderr) == (1, f"'{tmp_path}/tea.png' is not a valid photo: {why}.\n")
    assert shop.photos("Green tea") == []
    assert not (home / "data" / "photos").exists()


def test_a_folder_is_no_picture(cli, shop: Shop, tmp_path: Path):
    shop.has_goods("Green tea")

    result = cli("goods", "edit", "Green tea", "--photo", tmp_path)

    assert result.stderr == f"'{tmp_path}' is not a valid photo: it is not a regular file.\n"


@pytest.mark.parametrize(
    "words", [["edit", "Tea"], ["add", "Tea", "--category", "Tea", "--price", "1"], ["add", "Tea", "--stock", "1"]]
)
def test_missing_options_are_wrong_usage(cli, words):
    assert cli("goods", *words).exit_code == 2


def test_names_are_text_and_never_markup_or_commands_to_the_terminal(cli, shop: Shop):
    shop.has_goods("[red]Tea[/red] :tea:")
    shop.execute("UPDATE goods SET description = 'safe\x1b[2J'")

    assert "[red]Tea[/red] :tea:" in cli("goods", "list").stdout
    assert "\x1b" not in cli("goods", "show", "[red]Tea[/red] :tea:").stdout
    assert json.loads(cli("goods", "list", "--json").stdout)[0]["description"] == "safe\x1b[2J"

from decimal import Decimal
from typing import Any

import pytest

from bot.errors import AlreadyExists, BadValue, CategoryNotEmpty, NotFound
from bot.models import Category, Goods
from bot.services import catalog, categories
from bot.services.queries import goods_lists
from bot.services.queries.paging import Window
from tests.shop import Shop


def adds(shop: Shop, name: str, **given: Any) -> Goods:
    return shop.staff(catalog.add_goods, name, **{"category": "Tea", "price": "30.00", "stock": 5, **given})


@pytest.fixture
def tea(shop: Shop) -> int:
    shop.has_category("Tea")
    return int(shop.scalar("SELECT id FROM categories"))


# -- names --------------------------------------------------------------------------------------------------------


def test_names_are_exact_after_trimming_and_normalisation(shop: Shop, tea: int):
    adds(shop, "  Café \n au  lait ")

    assert shop.db.read(catalog.goods_named, "Cafe\u0301 au lait").name == "Café au lait"
    for other in ("CAFÉ AU LAIT", "Cafe au lait", "Café au lai"):
        with pytest.raises(NotFound):
            shop.db.read(catalog.goods_named, other)


def test_names_that_only_look_alike_are_two(shop: Shop, tea: int):
    for name in ("Tea", "TEA", "Téa", "🍵", "🍶", "Чай", "<b>Tea</b>", "Tea; DROP TABLE goods"):
        adds(shop, name)

    assert shop.count(Goods) == 8
    assert shop.goods("🍶").name == "🍶"


def test_a_name_that_is_close_is_suggested(shop: Shop, tea: int):
    adds(shop, "Green tea")
    adds(shop, "Black tea")

    with pytest.raises(NotFound) as refused:
        shop.db.read(catalog.goods_named, "green tea")
    assert str(refused.value) == "There are no goods 'green tea'. Did you mean 'Green tea'?"
    with pytest.raises(NotFound, match="Did you mean 'Tea'"):
        shop.db.read(catalog.category_named, "Te")


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 101])
def test_names_have_bounds(shop: Shop, tea: int, name: str):
    with shop.refuses(BadValue):
        adds(shop, name)
    with shop.refuses(BadValue):
        shop.staff(catalog.add_category, name)


# -- categories ---------------------------------------------------------------------------------------------------


def test_categories_are_listed_with_parent_and_number_of_goods(shop: Shop, tea: int):
    shop.has_category("Green", parent="Tea")
    adds(shop, "Sencha", category="Green")
    adds(shop, "Assam")
    adds(shop, "Darjeeling")

    branches = shop.db.read(categories.tree).values()

    assert [(each.path, each.parent, each.goods_count) for each in branches] == [
        (("Tea",), None, 2),
        (("Tea", "Green"), "Tea", 1),
    ]


def test_a_category_name_is_taken_once(shop: Shop, tea: int):
    with shop.refuses(AlreadyExists, match="There is already a category 'Tea'"):
        shop.staff(catalog.add_category, " Tea ")
    shop.has_category("Coffee")
    with shop.refuses(AlreadyExists):
        shop.staff(catalog.rename_category, "Coffee", "Tea")
    with shop.refuses(NotFound):
        shop.staff(catalog.add_category, "Green", parent="Nothing")
    with shop.refuses(NotFound):
        shop.staff(catalog.rename_category, "Nothing", "Something")


def test_a_renamed_category_keeps_its_goods(shop: Shop, tea: int):
    adds(shop, "Assam")
    shop.staff(catalog.rename_category, "Tea", "Teas")

    assert shop.db.read(goods_lists.named, "Assam").category == "Teas"
    assert shop.events("category.renamed")[0].facts == {"name": "Teas", "old": "Tea"}


def test_a_category_is_archived_and_restored_once(shop: Shop, tea: int):
    with shop.refuses(BadValue, match="it is not archived"):
        shop.staff(catalog.restore_category, "Tea")
    shop.staff(catalog.archive_category, "Tea")
    with shop.refuses(BadValue, match="it is archived already"):
        shop.staff(catalog.archive_category, "Tea")
    shop.staff(catalog.restore_category, "Tea")

    assert shop.db.read(catalog.category_named, "Tea").archived_at is None
    assert shop.count(Category) == 1


def test_a_category_is_moved_with_everything_in_it(shop: Shop, tea: int):
    shop.has_category("Green", parent="Tea")
    shop.has_category("Japan")

    shop.staff(catalog.move_category, "Tea", "Japan")

    assert [each.path for each in shop.db.read(categories.tree).values()] == [
        ("Japan",),
        ("Japan", "Tea"),
        ("Japan", "Tea", "Green"),
    ]
    assert shop.events("category.moved")[0].facts == {"name": "Tea", "old": "", "new": "Japan"}
    for name, parent in (("Japan", "Green"), ("Tea", "Tea"), ("Tea", "Japan"), ("Japan", None)):
        with shop.refuses(BadValue):
            shop.staff(catalog.move_category, name, parent)
    with shop.refuses(NotFound):
        shop.staff(catalog.move_category, "Tea", "Jap")
    shop.staff(catalog.move_category, "Green", None)
    assert next(iter(shop.db.read(categories.tree).values())).path == ("Green",)


def test_what_an_archived_category_hides_is_known_however_deep(shop: Shop, tea: int):
    shop.has_category("Green", parent="Tea")
    shop.has_category("Sencha", parent="Green")
    shop.staff(catalog.archive_category, "Tea")

    assert {each.closed_by for each in shop.db.read(categories.tree).values()} == {"Tea"}
    shop.staff(catalog.archive_category, "Green")
    assert [each.closed_by for each in shop.db.read(categories.tree).values()] == ["Tea", "Green", "Green"]


def test_only_an_empty_category_is_removed(shop: Shop, tea: int):
    shop.has_category("Green", parent="Tea")
    adds(shop, "Sencha", category="Green")
    shop.staff(catalog.archive_goods, "Sencha")
    with shop.refuses(CategoryNotEmpty, match="^1 goods lie in the category 'Green'; move them first, or archive"):
        shop.staff(categories.remove, "Green")
    with shop.refuses(CategoryNotEmpty, match="^1 category lies in the category 'Tea'; move it first"):
        shop.staff(categories.remove, "Tea")

    shop.staff(catalog.edit_goods, "Sencha", category="Tea")
    with shop.refuses(CategoryNotEmpty, match="^1 goods and 1 category lie in the category 'Tea'; move them first"):
        shop.staff(categories.remove, "Tea")
    shop.staff(categories.remove, "Green")

    assert [each.name for each in shop.db.read(categories.tree).values()] == ["Tea"]
    assert shop.events("category.removed")[0].facts == {"name": "Green"}
    with shop.refuses(NotFound):
        shop.staff(categories.remove, "Green")


# -- goods --------------------------------------------------------------------------------------------------------


def test_goods_are_added_with_everything(shop: Shop, tea: int):
    adds(shop, "Assam", price="12.5", stock=7, description=" Strong.\r\nDark ", photos=["assam.jpg"])

    goods = shop.goods("Assam")
    assert (goods.price, goods.stock_quantity, goods.reserved_quantity) == (Decimal("12.50"), 7, 0)
    assert (goods.description, shop.photos("Assam"), goods.category_id) == ("Strong.\nDark", ["assam.jpg"], tea)
    assert shop.events("goods.added")[0].facts == {"name": "Assam", "price": "12.50", "stock": 7}
    assert shop.scalar("SELECT SUM(stock_delta) FROM inventory_log") == 7


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"stock": -1}, BadValue),
        ({"stock": 2**31}, BadValue),
        ({"price": "-1"}, BadValue),
        ({"price": "1,5"}, BadValue),
        ({"price": "1e309"}, BadValue),
        ({"price": "0.001"}, BadValue),
        ({"category": "Nothing"}, NotFound),
        ({"description": "x" * 3001}, BadValue),
    ],
)
def test_goods_out_of_range_are_not_added(shop: Shop, tea: int, given: dict[str, Any], error: type[Exception]):
    with shop.refuses(error):
        adds(shop, "Assam", **given)


def test_a_goods_name_is_taken_once_also_by_archived_goods(shop: Shop, tea: int):
    adds(shop, "Assam")
    adds(shop, "Darjeeling")
    shop.staff(catalog.archive_goods, "Assam")

    with shop.refuses(AlreadyExists):
        adds(shop, "Assam")
    with shop.refuses(AlreadyExists):
        shop.staff(catalog.edit_goods, "Darjeeling", new_name="Assam")


def test_only_what_is_given_is_changed(shop: Shop, tea: int):
    shop.has_category("Coffee")
    adds(shop, "Assam", description="Strong.", photos=["assam.jpg"])
    before = shop.goods("Assam")

    shop.staff(catalog.edit_goods, "Assam", price="31")
    assert (shop.goods("Assam").price, shop.goods("Assam").description) == (Decimal("31.00"), "Strong.")
    shop.staff(catalog.edit_goods, "Assam", new_name="Mocha", category="Coffee", description="", photos=["mocha.jpg"])

    after = shop.goods("Mocha")
    assert (after.id, after.price, after.description) == (before.id, Decimal("31.00"), "")
    assert shop.photos("Mocha") == ["mocha.jpg"]
    assert after.stock_quantity == 5
    assert after.category_id != before.category_id
    assert shop.events("goods.edited")[0].facts == {"name": "Assam", "price": "31.00"}


def test_goods_can_be_named_as_they_are(shop: Shop, tea: int):
    adds(shop, "Assam")
    shop.staff(catalog.edit_goods, "Assam", new_name=" Assam ")

    assert shop.count(Goods) == 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"price": "NaN"}, BadValue),
        ({"new_name": ""}, BadValue),
        ({"category": "Nothing"}, NotFound),
        ({"description": "x" * 3001}, BadValue),
    ],
)
def test_a_bad_edit_changes_nothing(shop: Shop, tea: int, given: dict[str, Any], error: type[Exception]):
    adds(shop, "Assam")

    with shop.refuses(error):
        shop.staff(catalog.edit_goods, "Assam", **{"price": "1", **given})


def test_goods_are_archived_and_restored_once(shop: Shop, tea: int):
    adds(shop, "Assam")

    with shop.refuses(BadValue, match="they are not archived"):
        shop.staff(catalog.restore_goods, "Assam")
    shop.staff(catalog.archive_goods, "Assam")
    with shop.refuses(BadValue, match="they are archived already"):
        shop.staff(catalog.archive_goods, "Assam")
    with shop.refuses(NotFound):
        shop.staff(catalog.archive_goods, "Nothing")
    shop.staff(catalog.restore_goods, "Assam")

    assert shop.goods("Assam").archived_at is None


def test_a_category_that_comes_while_goods_are_listed_does_not_break_the_list(shop: Shop):
    with shop.db.stream(goods_lists.listed, goods_lists.Wanted(), Window()) as rows:
        shop.has_goods("Mug", category="Pots")

        assert [(row.name, row.category, row.closed_by) for row in rows] == [("Mug", "Pots", None)]

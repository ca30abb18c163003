from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.services import cart, catalog, stock
from bot.services.queries import browse
from bot.services.queries.browse import Shelf
from tests.shop import Shop, now


def category_id(shop: Shop, name: str) -> int:
    return int(shop.scalar("SELECT id FROM categories WHERE name = :name", name=name))


def names(rows) -> list[str]:
    return [row.name for row in rows]


def test_an_empty_shop_has_no_shelves(shop: Shop):
    shelves = shop.db.read(browse.shelves)

    assert (list(shelves.rows), shelves.page.number, shelves.page.has_next) == ([], 0, False)


def test_categories_come_by_name_eight_to_a_screen(shop: Shop):
    for number in range(17):
        shop.has_category(f"Shelf {number:02}")

    pages = [shop.db.read(browse.shelves, page=page) for page in range(4)]

    assert [names(page.rows) for page in pages] == [
        [f"Shelf {number:02}" for number in range(8)],
        [f"Shelf {number:02}" for number in range(8, 16)],
        ["Shelf 16"],
        [],
    ]
    assert [page.page.has_next for page in pages] == [True, True, False, False]


def test_exactly_one_full_screen_has_no_next(shop: Shop):
    for number in range(8):
        shop.has_goods(f"Tea {number}")

    aisle = shop.db.read(browse.aisle, category_id(shop, "Tea"))

    assert len(aisle.rows) == 8
    assert not aisle.page.has_next


def test_a_page_before_the_first_is_the_first(shop: Shop):
    shop.has_category("Tea")

    assert shop.db.read(browse.shelves, page=-1).page.number == 0


def test_goods_come_by_name_with_price_and_what_is_available(shop: Shop):
    shop.has_goods("Green tea", price="30.00", stock=10)
    shop.has_goods("Black tea", price="0.50", stock=0)
    shop.has_order(shop.has_customer(), {"Green tea": 3})

    aisle = shop.db.read(browse.aisle, category_id(shop, "Tea"))

    assert aisle.shelf.name == "Tea"
    assert [(offer.name, offer.price, offer.available) for offer in aisle.rows] == [
        ("Black tea", Decimal("0.50"), 0),
        ("Green tea", Decimal("30.00"), 7),
    ]


def test_categories_nest(shop: Shop):
    shop.has_category("Tea")
    shop.has_category("Green", parent="Tea")
    shop.has_category("Black", parent="Tea")
    shop.has_goods("Assam", category="Black")
    tea, black, green = (category_id(shop, name) for name in ("Tea", "Black", "Green"))

    outer, inner = shop.db.read(browse.aisle, tea), shop.db.read(browse.aisle, black)

    assert names(shop.db.read(browse.shelves).rows) == ["Tea"]
    assert (outer.parent_id, outer.inside, list(outer.rows)) == (
        None,
        [Shelf(black, "Black"), Shelf(green, "Green")],
        [],
    )
    assert (inner.parent_id, inner.inside, names(inner.rows)) == (tea, [], ["Assam"])


def test_a_card_shows_everything_and_what_the_reader_has_put_aside(shop: Shop):
    shop.has_category()
    goods = shop.staff(
        catalog.add_goods,
        "Green tea",
        category="Tea",
        price="30",
        stock=9,
        description="Leaves & <more>",
        photos=["b.jpg", "a.jpg"],
    )
    anna, boris = shop.has_customer(101), shop.has_customer(102, "Boris")
    shop.db.call(cart.add, anna, goods.id, 2, now=now())

    card = shop.db.read(browse.card, goods.id, reader_id=anna)

    assert (card.name, card.description, card.price) == ("Green tea", "Leaves & <more>", Decimal("30.00"))
    assert (card.available, card.photos, card.in_cart) == (9, ("b.jpg", "a.jpg"), 2)
    assert card.category_id == category_id(shop, "Tea")
    assert shop.db.read(browse.card, goods.id, reader_id=boris).in_cart == 0


def test_archived_goods_are_gone_until_they_are_restored(shop: Shop):
    goods_id = shop.has_goods("Green tea")
    shop.staff(catalog.archive_goods, "Green tea")

    assert list(shop.db.read(browse.aisle, category_id(shop, "Tea")).rows) == []
    with pytest.raises(NotFound):
        shop.db.read(browse.card, goods_id, reader_id=101)

    shop.staff(catalog.restore_goods, "Green tea")
    assert shop.db.read(browse.card, goods_id, reader_id=101).name == "Green tea"


@pytest.mark.parametrize("archived", ["Drinks", "Tea", "Green"])
def test_an_archived_category_hides_everything_in_it_however_deep(shop: Shop, archived: str):
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    shop.has_category("Green", parent="Tea")
    goods_id = shop.has_goods("Sencha", category="Green")
    anna = shop.has_customer()
    shop.db.call(cart.add, anna, goods_id, 1, now=now())

    shop.staff(catalog.archive_category, archived)

    with pytest.raises(NotFound):
        shop.db.read(browse.card, goods_id, reader_id=anna)
    with pytest.raises(NotFound):
        shop.db.read(browse.aisle, category_id(shop, "Green"))
    with shop.refuses(NotFound):
        shop.db.call(cart.add, anna, goods_id, 1, now=now())
    assert [line.available for line in shop.db.read(cart.of, anna).lines] == [0]

    shop.staff(catalog.restore_category, archived)
    assert shop.db.read(browse.card, goods_id, reader_id=anna).available == 10
    assert names(shop.db.read(browse.aisle, category_id(shop, "Green")).rows) == ["Sencha"]


def test_an_archived_category_is_not_offered_inside_its_parent(shop: Shop):
    shop.has_category("Tea")
    shop.has_category("Green", parent="Tea")
    shop.has_category("Black", parent="Tea")
    shop.staff(catalog.archive_category, "Green")

    assert names(shop.db.read(browse.aisle, category_id(shop, "Tea")).inside) == ["Black"]


@pytest.mark.parametrize("number", [-1, 0, 999, 2**63, 2**80])
def test_ids_that_nobody_has_are_not_found(shop: Shop, number: int):
    shop.has_goods()

    with pytest.raises(NotFound):
        shop.db.read(browse.aisle, number)
    with pytest.raises(NotFound):
        shop.db.read(browse.card, number, reader_id=101)


def test_a_screen_costs_at_most_two_statements(shop: Shop, statements):
    goods_id = shop.has_goods()
    tea = category_id(shop, "Tea")

    def cost(operation, *args, **options) -> int:
        with statements() as seen:
            shop.db.read(operation, *args, **options)
        return len(seen)

    assert cost(browse.shelves) == 1
    assert cost(browse.aisle, tea) == 2
    assert cost(browse.card, goods_id, reader_id=101) == 2
    assert cost(cart.of, 101) == 1


def test_stock_that_changes_shows_at_once(shop: Shop):
    goods_id = shop.has_goods(stock=3)

    def available(session: Session) -> int:
        return browse.card(session, goods_id, reader_id=101).available

    assert shop.db.read(available) == 3
    shop.staff(stock.set_to, "Green tea", 5)
    assert shop.db.read(available) == 5


def test_many_categories_and_goods_share_the_pages_of_a_category(shop: Shop):
    shop.has_category("Tea")
    for number in range(10):
        shop.has_category(f"Kind {number}", parent="Tea")
        shop.has_goods(f"Tea {number}")
    tea = shop.scalar("SELECT id FROM categories WHERE name = 'Tea'")

    pages = [shop.db.read(browse.aisle, tea, page=number) for number in range(3)]

    names = [[shelf.name for shelf in page.inside] + [offer.name for offer in page.rows] for page in pages]
    assert names == [
        [f"Kind {number}" for number in range(8)],
        ["Kind 8", "Kind 9", *(f"Tea {number}" for number in range(6))],
        [f"Tea {number}" for number in range(6, 10)],
    ]
    assert [page.page.has_next for page in pages] == [True, True, False]


def test_pages_beside_a_row_are_the_pages_by_number(shop: Shop):
    shop.has_category("Tea")
    shop.has_category("Green", parent="Tea")
    for number in range(30):
        shop.has_goods(f"Tea {number:02}")
    tea = category_id(shop, "Tea")
    by_number = [names(shop.db.read(browse.aisle, tea, page=number).rows) for number in range(4)]

    there, pages = [shop.db.read(browse.aisle, tea)], []
    while there[-1].page.has_next:
        last = there[-1]
        there.append(shop.db.read(browse.aisle, tea, page=last.page.number + 1, at=last.rows[-1].id))
    here = there[-1]
    while here.page.number:
        pages.append(names(here.rows))
        here = shop.db.read(browse.aisle, tea, page=here.page.number - 1, at=-here.rows[0].id)

    assert [names(page.rows) for page in there] == by_number
    assert [names(here.rows), *reversed(pages)] == by_number


def test_a_page_beside_goods_that_went_meanwhile_goes_on_from_there(shop: Shop):
    for number in range(20):
        shop.has_goods(f"Tea {number:02}")
    tea = category_id(shop, "Tea")
    last = shop.db.read(browse.aisle, tea).rows[-1]
    shop.staff(catalog.archive_goods, last.name)

    following = shop.db.read(browse.aisle, tea, page=1, at=last.id)

    assert names(following.rows)[0] == "Tea 08"
    assert list(shop.db.read(browse.aisle, tea, page=2, at=2**63 - 1).rows) == []


def test_a_page_in_the_middle_reads_hardly_more_rows_than_it_shows(shop: Shop):
    shop.has_goods("Tea")
    tea = category_id(shop, "Tea")
    values = "SELECT CONCAT('Tea ', LPAD(seq, 5, '0')), '', :tea, 1, 0, 0, UTC_TIMESTAMP() FROM seq_1_to_2000"
    columns = "name, description, category_id, price, stock_quantity, reserved_quantity, created_at"
    shop.execute(f"INSERT INTO goods ({columns}) {values}", tea=tea)
    shop.execute("ANALYZE TABLE goods")
    middle = shop.goods("Tea 01000").id

    def rows_read(session: Session) -> int:
        counts = session.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'")).all()
        return sum(int(count) for _, count in counts)

    def cost(session: Session, at: int) -> int:
        before = rows_read(session)
        assert len(browse.aisle(session, tea, page=2, at=at).rows) == browse.PAGE
        return rows_read(session) - before

    costs = [shop.db.read(cost, at) for at in (middle, -middle)]

    assert max(costs) < 100, costs

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.errors import BadValue, Busy, InsufficientStock, NotFound, ShortItem, StockBelowReserved
from bot.models import Goods, InventoryEntry, OrderStatus
from bot.models.catalog import MAX_QUANTITY
from bot.services import catalog, stock
from tests.shop import Shop, now


@pytest.fixture
def goods_id(shop: Shop) -> int:
    """Return the id of goods of which 10 are on the shelf and 4 reserved."""
    goods_id = shop.has_goods("Green tea", stock=10)
    shop.has_order(shop.has_customer(), {"Green tea": 4})
    return goods_id


def adjustments(shop: Shop) -> list[int]:
    query = select(InventoryEntry.stock_delta).where(InventoryEntry.order_id.is_(None)).order_by(InventoryEntry.id)
    return shop.db.read(lambda session: list(session.scalars(query)))


def test_stock_is_set_added_and_removed_and_every_step_is_logged(shop: Shop, goods_id: int):
    shop.staff(stock.set_to, "Green tea", 20)
    shop.staff(stock.add, "Green tea", 5)
    shop.staff(stock.remove, " Green  tea ", 21)

    goods = shop.goods("Green tea")
    assert (goods.stock_quantity, goods.reserved_quantity, goods.available) == (4, 4, 0)
    assert adjustments(shop) == [10, 10, 5, -21]
    assert [(event.facts, event.subject) for event in shop.events("stock.adjusted")] == [
        ({"old": 10, "new": 20}, f"goods:{goods_id}"),
        ({"old": 20, "new": 25}, f"goods:{goods_id}"),
        ({"old": 25, "new": 4}, f"goods:{goods_id}"),
    ]


@pytest.mark.parametrize(("adjust", "quantity"), [(stock.set_to, 3), (stock.set_to, 0), (stock.remove, 7)])
def test_the_shelf_keeps_what_is_promised(shop: Shop, goods_id: int, adjust, quantity: int):
    with shop.refuses(StockBelowReserved) as refused:
        shop.staff(adjust, "Green tea", quantity)

    assert (refused.value.name, refused.value.reserved) == ("Green tea", 4)


@pytest.mark.parametrize(
    ("adjust", "quantity"),
    [
        (stock.set_to, -1),
        (stock.set_to, MAX_QUANTITY + 1),
        (stock.set_to, 2**31),
        (stock.add, 0),
        (stock.add, -5),
        (stock.add, MAX_QUANTITY),
        (stock.remove, 0),
        (stock.remove, -5),
        (stock.remove, 11),
    ],
)
def test_quantities_out_of_range_are_refused(shop: Shop, goods_id: int, adjust, quantity: int):
    with shop.refuses(BadValue):
        shop.staff(adjust, "Green tea", quantity)


@pytest.mark.parametrize("adjust", [stock.set_to, stock.add, stock.remove])
def test_goods_that_do_not_exist_are_not_found(shop: Shop, goods_id: int, adjust):
    with shop.refuses(NotFound, match="Did you mean 'Green tea'"):
        shop.staff(adjust, "green tea", 5)


def test_archived_goods_can_still_be_counted(shop: Shop, goods_id: int):
    shop.staff(catalog.archive_goods, "Green tea")
    shop.staff(stock.set_to, "Green tea", 5)

    assert shop.goods("Green tea").stock_quantity == 5


def test_a_reservation_is_all_or_nothing(shop: Shop, goods_id: int):
    black = shop.has_goods("Black tea", stock=1)

    for wanted in ({goods_id: 6, black: 2}, {goods_id: 7, black: 1}):
        with shop.refuses(Busy):
            shop.db.call(stock.reserve, wanted)


@pytest.mark.parametrize("movement", [stock.release, stock.deduct])
def test_no_more_is_released_or_deducted_than_was_promised(shop: Shop, goods_id: int, movement):
    order_id = shop.orders()[0].id

    with shop.refuses(RuntimeError, match="the stock does not hold what orders were promised"):
        shop.db.call(movement, {goods_id: 5}, order_id=order_id, actor="cli:test", now=now())


def test_the_schema_alone_forbids_promising_more_than_there_is(shop: Shop, goods_id: int):
    for column, value in (("reserved_quantity", 11), ("reserved_quantity", -1), ("stock_quantity", 3)):
        with shop.refuses(DBAPIError):
            shop.execute(f"UPDATE goods SET {column} = :value", value=value)


def test_the_movements_of_an_order_are_each_one_statement_for_all_lines(shop: Shop, statements):
    for name in ("Green tea", "Black tea", "White tea"):
        shop.has_goods(name)
    lines = {"Green tea": 1, "Black tea": 2, "White tea": 3}

    with statements() as seen:
        shop.has_order(shop.has_customer(), lines, status=OrderStatus.DELIVERED)

    assert len([statement for statement in seen if statement.startswith("UPDATE goods")]) == 2


def test_a_movement_touches_only_its_rows(shop: Shop, goods_id: int):
    other = shop.has_goods("Black tea", stock=3)
    shop.db.call(lambda session: session.execute(*Goods.reserving({other: 3})))
    query = select(Goods.reserved_quantity).order_by(Goods.id)
    counts = shop.db.read(lambda session: list(session.scalars(query)))
    shop.db.call(lambda session: session.execute(*Goods.releasing({other: 3})))

    assert counts == [4, 3]
    assert [shop.goods(name).reserved_quantity for name in ("Green tea", "Black tea")] == [4, 0]


def test_the_shelf_can_be_emptied_and_filled_to_the_brim_for_a_reason(shop: Shop):
    shop.has_goods("Cup", stock=3)
    shop.staff(stock.remove, "Cup", 3, reason=" broken\n in transport ")
    shop.staff(stock.set_to, "Cup", 0)
    goods = shop.staff(stock.set_to, "Cup", MAX_QUANTITY)

    assert (goods.name, shop.goods("Cup").stock_quantity) == ("Cup", MAX_QUANTITY)
    assert [event.facts for event in shop.events("stock.adjusted")] == [
        {"old": 3, "new": 0, "reason": "broken in transport"},
        {"old": 0, "new": 0},
        {"old": 0, "new": MAX_QUANTITY},
    ]
    assert shop.scalar("SELECT GROUP_CONCAT(reason) FROM inventory_log") == "broken in transport"
    with shop.refuses(BadValue, match="'1000000001' is not a valid quantity to remove: the shelf holds 1000000000"):
        shop.staff(stock.remove, "Cup", MAX_QUANTITY + 1)
    with shop.refuses(BadValue, match="is not a valid reason"):
        shop.staff(stock.remove, "Cup", 1, reason="b" * 201)


def test_every_short_item_is_named_and_the_last_ones_can_be_had(shop: Shop, goods_id: int):
    archived, single = shop.has_goods("Cup"), shop.has_goods("Pot", stock=1)
    shop.staff(catalog.archive_goods, "Cup")

    with pytest.raises(InsufficientStock) as refused:
        shop.db.read(stock.require_available, {archived: 1, single: 1, goods_id: 7})
    assert refused.value.items == (ShortItem("Green tea", 7, 6), ShortItem("Cup", 1, 0, is_sold=False))
    shop.db.read(stock.require_available, {single: 1, goods_id: 6})


@pytest.mark.parametrize(
    ("text", "quantity"), [("0", 0), (" 12 ", 12), ("7".rjust(40, "0"), 7), (str(MAX_QUANTITY), MAX_QUANTITY)]
)
def test_a_number_of_goods_is_read(text: str, quantity: int):
    assert stock.read_quantity("count", text) == quantity


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1e3", "٣", "²", "7".rjust(41, "0"), str(MAX_QUANTITY + 1)])
def test_what_is_no_number_of_goods_is_not_read(text: str):
    with pytest.raises(BadValue, match="is not a valid count: use a whole number from 0 to 1000000000"):
        stock.read_quantity("count", text)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tea.yaml", "import tea.yaml"),
        ("of a disk from elsewhere \udcfc.yaml", "import of a disk from elsewhere .yaml"),
        ("a\nb\x1b[2J", "import a b[2J"),
        ("t" * 255, f"import {'t' * 193}"),
    ],
)
def test_any_name_of_a_file_can_be_kept_as_a_reason(name: str, reason: str):
    assert stock.reason_of("import", Path(name)) == reason

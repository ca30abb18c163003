from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.errors import BadValue
from bot.models import InventoryEntry
from bot.services import catalog, stock, stock_count, waiting_list
from bot.services.files.file_errors import BadRows, ChangedMeanwhile
from bot.services.stock_count import Difference
from tests.shop import Shop, now

REASON = "count 2026-11-21 sheet.csv"


@pytest.fixture(autouse=True)
def teas(shop: Shop) -> None:
    """Put three teas on the shelf; three of the green are promised."""
    shop.has_goods("Green tea", stock=10, price="12.50")
    shop.has_goods("Black tea", stock=5, price="3")
    shop.has_goods("White tea", stock=2, price="40")
    shop.has_order(shop.has_customer(), {"Green tea": 3})


@pytest.fixture
def sheet(tmp_path: Path):
    def write(*rows: str) -> Path:
        path = tmp_path / "sheet.csv"
        path.write_text("name,counted\n" + "\n".join(rows))
        return path

    return write


def counts(shop: Shop, path: Path, **given: Any) -> Any:
    return shop.staff(stock_count.apply, stock_count.read(path), reason=REASON, **given)


def test_the_shelf_becomes_what_was_counted_in_one_movement(shop: Shop, sheet):
    before = shop.count(InventoryEntry)

    found = counts(shop, sheet("White tea,5", "Green tea,8", "Black tea,5"))

    assert [(each.name, each.stock, each.counted, each.quantity, each.value) for each in found] == [
        ("White tea", 2, 5, 3, Decimal(120)),
        ("Green tea", 10, 8, -2, Decimal(-25)),
    ]
    assert [shop.goods(name).stock_quantity for name in ("White tea", "Green tea", "Black tea")] == [5, 8, 5]
    assert shop.count(InventoryEntry) == before + 2
    assert shop.scalar("SELECT COUNT(*) FROM inventory_log WHERE reason = :reason", reason=REASON) == 2
    (event,) = shop.events("stock.counted")
    assert (event.actor, event.subject) == ("cli:test", "stock")
    assert event.facts == {"reason": REASON, "goods": 2, "quantity": 1, "value": "95.00"}


def test_a_second_time_changes_nothing(shop: Shop, sheet):
    path = sheet("White tea,5")
    counts(shop, path)
    before = shop.rows()

    assert counts(shop, path) == []
    assert shop.rows() == before


def test_rows_without_a_count_are_left_alone(shop: Shop, sheet):
    path = sheet("White tea,", "Black tea,0")

    assert stock_count.read(path).blank == 1
    assert [each.name for each in counts(shop, path)] == ["Black tea"]
    assert shop.goods("White tea").stock_quantity == 2


def test_one_wrong_row_refuses_the_whole_sheet(shop: Shop, sheet):
    path = sheet(
        "Green tea,2", "Black tea,x", "White te,1", "Black tea,-1", " ,3", "Green  tea,9", "White tea,9", "a,b,c"
    )

    with shop.refuses(BadRows) as refused:
        counts(shop, path)
    assert [line.removeprefix(str(path)) for line in str(refused.value).splitlines()] == [
        ":2: 3 of 'Green tea' are reserved by open orders, so the stock cannot become 2; cancel orders first or "
        "choose 3 or more.",
        ":3: 'x' is not a valid count: use a whole number from 0 to 1000000000.",
        ":4: There are no goods 'White te'. Did you mean 'White tea'?",
        ":5: '-1' is not a valid count: use a whole number from 0 to 1000000000.",
        ":6: '' is not a valid goods name: write at least 1 character.",
        ":7: 'Green tea' stands in line 2 already.",
        ":9: This row has 3 cells, the header has 2.",
    ]


def test_what_was_sold_since_it_was_shown_is_not_counted_away(shop: Shop, sheet):
    path = sheet("White tea,5")
    shown = shop.db.read(stock_count.differences, stock_count.read(path))
    shop.staff(stock.remove, "White tea", 1)

    with shop.refuses(ChangedMeanwhile):
        counts(shop, path, expected=shown)
    assert counts(shop, path, expected=shop.db.read(stock_count.differences, stock_count.read(path)))


def test_what_changes_as_the_goods_are_locked_is_looked_at_again(shop: Shop, sheet, statements):
    gone: list[str] = []

    def takes_one(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if is_lock(statement) and not gone:
            gone.append(statement)
            shop.staff(stock.remove, "Black tea", 1)

    writer = shop.db.engines[0]
    event.listen(writer, "before_cursor_execute", takes_one)
    with statements() as seen:
        found = counts(shop, sheet("White tea,5", "Black tea,5"))
    event.remove(writer, "before_cursor_execute", takes_one)

    assert [(each.name, each.stock, each.counted) for each in found] == [("White tea", 2, 5), ("Black tea", 4, 5)]
    assert [shop.goods(name).stock_quantity for name in ("White tea", "Black tea")] == [5, 5]
    # Once for White tea alone, once for who takes the Black tea, and then for both.
    assert [each.partition("IN (")[2].count("%(") for each in seen if is_lock(each)] == [1, 1, 2]


def is_lock(statement: str) -> bool:
    return "FROM goods" in statement and "FOR UPDATE" in statement


def test_archived_goods_on_the_shelf_are_counted_too(shop: Shop, sheet):
    shop.staff(catalog.archive_goods, "White tea")
    shop.staff(catalog.archive_goods, "Black tea")
    counts(shop, sheet("Black tea,0", "White tea,1"))

    with shop.db.stream(stock_count.blank_sheet) as rows:
        assert [tuple(row) for row in rows] == [("Tea", "Green tea", ""), ("Tea", "White tea", "")]


def test_differences_name_the_goods_by_id(shop: Shop, sheet):
    found = shop.db.read(stock_count.differences, stock_count.read(sheet("White tea,1")))

    assert found == [Difference(shop.goods("White tea").id, "White tea", 2, 1, Decimal(40))]


def test_a_long_sheet_is_compared_and_written_in_batches(shop: Shop, sheet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stock_count, "BATCH", 2)
    names = [f"Cup {number}" for number in range(4)]
    for name in names:
        shop.has_goods(name, stock=1)

    found = counts(shop, sheet("Green tea,3", *(f"{name},{place + 2}" for place, name in enumerate(names))))

    assert [(each.name, each.quantity) for each in found] == [
        ("Green tea", -7),
        *((name, place + 1) for place, name in enumerate(names)),
    ]
    assert [shop.goods(name).stock_quantity for name in ("Green tea", *names)] == [3, 2, 3, 4, 5]
    assert shop.scalar("SELECT COUNT(*) FROM inventory_log WHERE reason = :reason", reason=REASON) == 5
    assert shop.events("stock.counted")[0].facts["quantity"] == 3


def test_only_the_first_mistakes_come_with_a_similar_name(shop: Shop, sheet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stock_count, "HINTS", 2)
    sheet_of_mistakes = stock_count.read(sheet("Green te,1", "Black te,1", "White te,1"))

    with shop.refuses(BadRows) as refused:
        shop.db.read(stock_count.differences, sheet_of_mistakes)

    assert [line.partition("Did you mean")[2] for line in str(refused.value).splitlines()] == [
        " 'Green tea'?",
        " 'Black tea'?",
        "",
    ]


def test_a_sheet_that_does_not_exist_or_lacks_a_column_is_refused(tmp_path: Path):
    with pytest.raises(BadValue, match="a valid count sheet"):
        stock_count.read(tmp_path / "missing.csv")
    (tmp_path / "wrong.csv").write_text("name,number\nGreen tea,1\n")
    with pytest.raises(BadRows, match="counted"):
        stock_count.read(tmp_path / "wrong.csv")


def test_whoever_waits_is_told_of_goods_that_the_count_has_found(shop: Shop, sheet):
    tea = shop.has_goods("Red tea", stock=0)
    shop.db.call(waiting_list.join, 101, tea, now=now())
    counts(shop, sheet("Red tea,2"))

    assert [message.kind for message in shop.messages(101)] == ["goods-back"]

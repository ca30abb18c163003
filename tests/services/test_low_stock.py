from typing import Any

import pytest

from bot.errors import BadValue
from bot.models import OrderStatus
from bot.services import catalog, orders, settings, stock
from bot.services.queries import goods_lists
from bot.services.queries.goods_lists import Wanted
from bot.services.queries.paging import Window
from tests import edits
from tests.shop import OWNER_ID, Shop


def told(shop: Shop) -> list[tuple[str, int]]:
    """Return the goods, and how many of them are left, that the owner was told of."""
    messages = [message for message in shop.messages(OWNER_ID) if message.kind == "goods-low"]
    return [(goods["name"], goods["available"]) for message in messages for goods in message.facts["goods"]]


def low(shop: Shop) -> list[str]:
    def look(session: Any) -> list[str]:
        return [row.name for row in goods_lists.listed(session, Wanted(low=True), Window())]

    return shop.db.read(look)


@pytest.fixture
def tea(shop: Shop) -> Shop:
    shop.has_customer()
    shop.has_goods("Green tea", stock=10)
    shop.staff(catalog.edit_goods, "Green tea", low_stock_limit="5")
    return shop


def test_the_staff_are_told_once_until_there_is_more_again(tea: Shop):
    tea.has_order(101, {"Green tea": 4})
    assert (told(tea), low(tea)) == ([], [])
    code = tea.has_order(101, {"Green tea": 1})
    tea.has_order(101, {"Green tea": 2})
    tea.staff(stock.remove, "Green tea", 1)
    assert (told(tea), low(tea)) == ([("Green tea", 5)], ["Green tea"])

    tea.staff(orders.cancel, code)
    assert tea.goods("Green tea").available == 3
    tea.staff(stock.add, "Green tea", 10)
    assert low(tea) == []
    tea.staff(stock.set_to, "Green tea", 8)

    assert told(tea) == [("Green tea", 5), ("Green tea", 2)]
    assert tea.events("goods.low")[-1].facts == {"name": "Green tea", "available": 2, "at": 5}
    assert tea.events("goods.low")[-1].subject == f"goods:{tea.goods('Green tea').id}"


def test_a_cancelled_order_that_brings_enough_back_ends_the_alert(tea: Shop):
    code = tea.has_order(101, {"Green tea": 6})
    tea.staff(orders.cancel, code)
    tea.has_order(101, {"Green tea": 6})

    assert told(tea) == [("Green tea", 4), ("Green tea", 4)]


def test_a_delivery_takes_nothing_that_was_not_promised(tea: Shop):
    tea.has_order(101, {"Green tea": 6}, status=OrderStatus.DELIVERED)

    assert told(tea) == [("Green tea", 4)]


def test_an_edited_and_a_revived_order_count_too(tea: Shop):
    code = tea.has_order(101, {"Green tea": 1})
    tea.staff(edits.add_item, code, "Green tea", 4)
    tea.expires(code)
    tea.staff(orders.revive, code)

    assert told(tea) == [("Green tea", 5), ("Green tea", 5)]


def test_the_setting_counts_for_goods_without_a_number_of_their_own(shop: Shop):
    shop.has_setting("low_stock", "3")
    shop.has_customer()
    for name in ("Plain", "Own", "Off"):
        shop.has_goods(name, stock=10)
    shop.staff(catalog.edit_goods, "Own", low_stock_limit="0")
    shop.staff(catalog.edit_goods, "Off", low_stock_limit="OFF")
    shop.has_order(101, {"Plain": 7, "Own": 7, "Off": 10})
    assert (told(shop), low(shop)) == ([("Plain", 3)], ["Plain"])

    shop.has_order(101, {"Own": 3})
    assert told(shop)[1:] == [("Own", 0)]
    shop.staff(catalog.edit_goods, "Off", low_stock_limit="default")
    assert told(shop)[2:] == [("Off", 0)]


def test_another_number_in_the_setting_tells_of_what_is_low_already_and_forgets_what_no_longer_is(shop: Shop):
    for name, count in (("Few", 2), ("Some", 5), ("Many", 50), ("Own", 2), ("Archived", 1)):
        shop.has_goods(name, stock=count)
    shop.staff(catalog.edit_goods, "Own", low_stock_limit="1")
    shop.staff(catalog.archive_goods, "Archived")
    shop.has_setting("low_stock", "5")
    assert told(shop) == [("Few", 2), ("Some", 5)]
    assert len([each for each in shop.messages(OWNER_ID) if each.kind == "goods-low"]) == 1
    shop.has_setting("low_stock", "5")
    shop.has_setting("low_stock", "6")
    shop.has_setting("low_stock", "3")
    assert len(told(shop)) == 2

    shop.has_setting("low_stock", "7")
    assert told(shop)[2:] == [("Some", 5)]
    shop.staff(settings.reset, "low_stock")
    shop.has_setting("low_stock", "2")
    assert told(shop)[3:] == [("Few", 2)]


def test_one_message_tells_of_all_that_becomes_low_at_once(shop: Shop):
    shop.has_setting("low_stock", "9")
    shop.has_customer()
    names = [f"Tea {number:02}" for number in range(10)]
    for name in names:
        shop.has_goods(name, price="2")
    shop.has_order(101, dict.fromkeys(names, 1))

    [message] = [each for each in shop.messages(OWNER_ID) if each.kind == "goods-low"]
    assert (message.facts["count"], len(message.facts["goods"])) == (10, 8)
    assert len(shop.events("goods.low")) == 10


def test_nobody_is_told_of_archived_goods_or_without_a_number(tea: Shop):
    tea.has_goods("Black tea", stock=1)
    tea.staff(catalog.archive_goods, "Green tea")
    tea.staff(stock.set_to, "Green tea", 0)
    tea.staff(stock.set_to, "Black tea", 0)

    assert (told(tea), low(tea)) == ([], [])


def test_goods_that_come_back_with_little_in_stock_are_told_of(tea: Shop):
    tea.staff(catalog.archive_goods, "Green tea")
    tea.staff(stock.set_to, "Green tea", 0)
    tea.staff(catalog.restore_goods, "Green tea")

    assert told(tea) == [("Green tea", 0)]


@pytest.mark.parametrize("text", ["-1", "1.5", "", "few", "9" * 30, "٣", "1000000001"])
def test_what_is_no_number_is_refused(tea: Shop, text: str):
    with tea.refuses(BadValue, match="use a whole number, off or default"):
        tea.staff(catalog.edit_goods, "Green tea", low_stock_limit=text)


@pytest.mark.parametrize("text", ["-1", "few", "1000001", "٣"])
def test_the_setting_is_a_number_or_off(shop: Shop, text: str):
    with shop.refuses(BadValue, match="use a whole number from 0 to 1000000, or off"):
        shop.has_setting("low_stock", text)
    shop.has_setting("low_stock", " Off ")
    assert shop.scalar("SELECT setting_value FROM bot_settings") == "off"

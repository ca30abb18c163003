"""The waiting list: whoever waits is told once when goods are back, whatever brings them back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.errors import NotFound
from bot.models import OrderStatus, WaitingPerson
from bot.services import catalog, orders, outbox, people, stock, waiting_list
from tests import edits
from tests.shop import OWNER_ID, Shop, now


@pytest.fixture
def tea(shop: Shop) -> int:
    """Return the id of goods that Anna and Berta wait for."""
    goods_id = shop.has_goods("Green tea", stock=0)
    for number, name in ((101, "Anna"), (102, "Berta")):
        waits(shop, shop.has_customer(number, name), goods_id)
    return goods_id


def waits(shop: Shop, user_id: int, goods_id: int) -> None:
    shop.db.call(waiting_list.join, user_id, goods_id, now=now())


def told(shop: Shop) -> list[int]:
    """Return who was told that goods are back."""
    return sorted(message.recipient for message in shop.messages() if message.kind == "goods-back")


def test_whoever_waits_is_told_once_when_stock_is_added(shop: Shop, tea: int):
    shop.staff(stock.add, "Green tea", 5)
    shop.staff(stock.add, "Green tea", 5)

    assert told(shop) == [101, 102]
    assert {str(message.facts) for message in shop.messages()} == {str({"goods_id": tea, "name": "Green tea"})}
    assert shop.count(WaitingPerson) == 0
    assert [event.facts for event in shop.events("goods.back")] == [{"name": "Green tea", "people": 2}]


def test_whoever_waits_is_told_when_stock_is_set(shop: Shop, tea: int):
    shop.staff(stock.set_to, "Green tea", 0)
    assert told(shop) == []

    shop.staff(stock.set_to, "Green tea", 1)

    assert told(shop) == [101, 102]


def test_one_look_tells_who_waits_and_the_staff(shop: Shop, tea: int, statements):
    shop.staff(catalog.edit_goods, "Green tea", low_stock_limit="1")
    with statements() as seen:
        shop.staff(stock.add, "Green tea", 1)
    assert len([each for each in seen if "low_stock_told_at" in each and "waiting_list" in each]) == 1
    assert (told(shop), kinds(shop, OWNER_ID)) == ([101, 102], ["goods-low"])

    shop.staff(stock.set_to, "Green tea", 0)
    waits(shop, 101, tea)
    shop.staff(stock.add, "Green tea", 5)
    shop.staff(stock.set_to, "Green tea", 1)

    assert (told(shop), kinds(shop, OWNER_ID)) == ([101, 101, 102], ["goods-low", "goods-low"])


def kinds(shop: Shop, recipient: int) -> list[str]:
    return [message.kind for message in shop.messages(recipient)]


def an_order_takes_all(shop: Shop) -> str:
    shop.has_goods("Black tea", stock=2)
    shop.has_goods("Cup", stock=50)
    code = shop.has_order(shop.has_customer(103, "Clara"), {"Black tea": 2, "Cup": 1})
    waits(shop, shop.has_customer(101), shop.goods("Black tea").id)
    waits(shop, shop.has_customer(102), shop.goods("Black tea").id)
    return code


def taken_out(shop: Shop, code: str) -> None:
    shop.staff(edits.remove_item, code, "Black tea", 1)


RELEASES: dict[str, Callable[[Shop, str], object]] = {
    "cancelled by staff": lambda shop, code: shop.staff(orders.cancel, code),
    "cancelled by the buyer": lambda shop, code: shop.db.call(
        orders.cancel_own, shop.order(code).id, buyer_id=103, now=now()
    ),
    "expired": lambda shop, code: shop.expires(code),
    "edited": taken_out,
}


@pytest.mark.parametrize("how", RELEASES)
def test_whoever_waits_is_told_when_an_order_lets_go(shop: Shop, how: str):
    code = an_order_takes_all(shop)
    RELEASES[how](shop, code)

    assert told(shop) == [101, 102]
    assert shop.count(WaitingPerson) == 0


def test_whoever_waits_is_told_when_goods_are_sold_again(shop: Shop, tea: int):
    shop.staff(catalog.archive_goods, "Green tea")
    shop.staff(stock.add, "Green tea", 5)
    assert told(shop) == []
    assert shop.count(WaitingPerson) == 2

    shop.staff(catalog.restore_goods, "Green tea")

    assert told(shop) == [101, 102]


def test_whoever_waits_is_told_when_a_category_around_them_returns(shop: Shop, tea: int):
    shop.has_category("Drinks")
    shop.staff(catalog.move_category, "Tea", "Drinks")
    shop.staff(catalog.archive_category, "Drinks")
    shop.staff(stock.add, "Green tea", 5)
    assert told(shop) == []

    shop.staff(catalog.restore_category, "Drinks")

    assert told(shop) == [101, 102]


@pytest.mark.parametrize("what", ["goods", "category"])
def test_whoever_waits_is_told_when_goods_move_out_of_what_is_archived(shop: Shop, tea: int, what: str):
    shop.has_category("Hidden")
    shop.has_category("Open")
    shop.staff(catalog.move_category, "Tea", "Hidden")
    shop.staff(catalog.archive_category, "Hidden")
    shop.staff(stock.add, "Green tea", 5)
    assert told(shop) == []

    if what == "goods":
        shop.staff(catalog.edit_goods, "Green tea", category="Open")
    else:
        shop.staff(catalog.move_category, "Tea", "Open")

    assert told(shop) == [101, 102]


def test_restored_goods_that_are_still_sold_out_tell_nobody(shop: Shop, tea: int):
    shop.staff(catalog.archive_goods, "Green tea")
    shop.staff(catalog.restore_goods, "Green tea")

    assert told(shop) == []
    assert shop.count(WaitingPerson) == 2


def test_whoever_has_blocked_the_bot_or_is_banned_is_left_out(shop: Shop, tea: int):
    waits(shop, shop.has_customer(103, "Clara"), tea)
    shop.execute("UPDATE users SET blocked_bot_at = NOW() WHERE telegram_id = 101")
    shop.staff(people.ban, 102, reason=None, notify=False)
    shop.staff(stock.add, "Green tea", 5)

    assert told(shop) == [103]
    assert shop.count(WaitingPerson) == 0


def test_many_who_wait_are_told_bit_by_bit_whoever_has_waited_longest_first(
    shop: Shop, tea: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "PER_SECOND", 1)
    shop.execute("UPDATE waiting_list SET since_at = since_at - INTERVAL 1 HOUR WHERE user_id = 102")
    shop.staff(stock.add, "Green tea", 5)

    due = {message.recipient: message.next_attempt_at for message in shop.messages()}
    assert due[101] - due[102] == timedelta(seconds=1)
    assert due[102] == shop.events("goods.back")[0].created_at


def test_whoever_waits_for_other_goods_goes_on_waiting(shop: Shop, tea: int):
    shop.has_goods("Black tea", stock=0)
    waits(shop, 101, shop.goods("Black tea").id)
    shop.staff(stock.add, "Black tea", 1)

    assert told(shop) == [101]
    assert shop.count(WaitingPerson) == 2


def test_to_wait_twice_or_to_stop_twice_does_no_harm(shop: Shop, tea: int):
    waits(shop, 101, tea)
    assert shop.count(WaitingPerson) == 2
    for _ in range(2):
        shop.db.call(waiting_list.leave, 101, tea, now=now())
    shop.staff(stock.add, "Green tea", 1)

    assert told(shop) == [102]
    assert [event.kind for event in shop.events() if event.kind.startswith("waiting")] == [
        "waiting.joined",
        "waiting.joined",
        "waiting.left",
    ]


def test_nobody_waits_for_what_is_there_or_is_not_sold(shop: Shop):
    there = shop.has_goods("Green tea", stock=1)
    gone = shop.has_goods("Black tea", stock=0)
    shop.has_customer(101)
    shop.staff(catalog.archive_goods, "Black tea")
    waits(shop, 101, there)
    for goods_id in (gone, 999):
        with shop.refuses(NotFound):
            waits(shop, 101, goods_id)

    assert shop.count(WaitingPerson) == 0


def test_the_stock_path_costs_one_statement_more_when_nobody_waits(shop: Shop, statements):
    shop.has_goods("Green tea", stock=10)
    shop.has_customer(101)
    code = shop.has_order(101, {"Green tea": 2}, status=OrderStatus.CONFIRMED)
    for action in (
        lambda: shop.staff(stock.add, "Green tea", 1),
        lambda: shop.staff(orders.cancel, code),
    ):
        with statements() as seen:
            action()

        assert len([each for each in seen if "waiting_list" in each]) == 1

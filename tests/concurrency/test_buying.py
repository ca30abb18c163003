"""Buyers against each other: the last unit, the last address, the second tap, the same bonus, the same cart."""

from functools import partial
from threading import Thread

import pytest

from bot.models import Order, OrderItem, OrderStatus, PaymentMethod
from bot.services import cart, checkout, orders, settings, stock
from bot.services.queries import order_views
from tests.concurrency.race import Outcome, breaks, consistent, race, slowed
from tests.shop import STAFF, Shop, now


@pytest.fixture(autouse=True)
def room_for_races(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between what a checkout has seen and what it does."""
    slowed(monkeypatch, settings, "every")


def reviews(shop: Shop, count: int, lines: dict[str, int], **how) -> dict[int, str]:
    """Return the token of a reviewed checkout for each of `count` customers."""
    tokens: dict[int, str] = {}

    def prepare(number: int) -> None:
        tokens[number] = shop.has_reviewed_checkout(shop.has_customer(number), lines, **how)

    threads = [Thread(target=prepare, args=(1000 + number,)) for number in range(count)]
    for start in range(0, count, 24):
        for thread in threads[start : start + 24]:
            thread.start()
        for thread in threads[start : start + 24]:
            thread.join()
    return tokens


def confirmations(shop: Shop, tokens: dict[int, str]) -> Outcome:
    return race(partial(shop.db.call, checkout.confirm, buyer, token, now=now()) for buyer, token in tokens.items())


# -- the last units -----------------------------------------------------------------------------------------------


def fifty_buyers_want(shop: Shop, units: int, *, buyers: int = 50) -> None:
    shop.has_goods("Green tea", stock=units)
    tokens = reviews(shop, buyers, {"Green tea": 1})

    outcome = confirmations(shop, tokens)

    assert outcome.broken == []
    assert len(outcome.done) == units
    assert outcome.refusals == {"InsufficientStock"}
    assert shop.goods("Green tea").reserved_quantity == units
    assert shop.count(Order) == units
    consistent(shop)


def a_dozen_buyers_want_the_last_unit(shop: Shop) -> None:
    fifty_buyers_want(shop, 1, buyers=12)


@pytest.mark.parametrize("units", [1, 10])
def test_fifty_buyers_get_exactly_what_there_is(shop: Shop, units: int):
    fifty_buyers_want(shop, units)


@pytest.mark.broken_on_purpose
def test_without_the_condition_and_the_check_more_is_sold_than_there_is(shop: Shop, without_condition, without_checks):
    breaks(shop, a_dozen_buyers_want_the_last_unit)


def test_the_check_constraint_alone_sells_no_more_than_there_is(shop: Shop, without_condition):
    shop.has_goods("Green tea", stock=1)

    outcome = confirmations(shop, reviews(shop, 12, {"Green tea": 1}))

    assert len(outcome.done) == 1
    assert all("ck_goods_reserved_within_stock" in str(error) for error in outcome.broken)
    assert shop.goods("Green tea").reserved_quantity == 1


def test_orders_of_the_same_goods_in_any_order_never_wait_in_a_circle(shop: Shop, second_tries):
    names = [f"Tea {number}" for number in range(6)]
    for name in names:
        shop.has_goods(name, stock=100)
    tokens = {
        buyer: shop.has_reviewed_checkout(shop.has_customer(buyer), dict.fromkeys(lines, 1))
        for buyer, lines in ((101, names), (102, names[::-1]), (103, names[3:] + names[:3]), (104, names[::2]))
    }
    second_tries.clear()

    outcome = confirmations(shop, tokens)

    assert len(outcome.done) == 4
    assert second_tries == []


# -- one press too many -------------------------------------------------------------------------------------------


def a_token_is_pressed_on_eight_devices(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=100)
    shop.has_setting("reference_bonus_percent", "100")
    anna = shop.has_customer(101)
    shop.has_order(shop.has_customer(102, referrer_id=anna), {"Green tea": 1}, status=OrderStatus.DELIVERED)
    token = shop.has_reviewed_checkout(anna, {"Green tea": 2}, bonus=True)

    outcome = race([partial(shop.db.call, checkout.confirm, anna, token, now=now())] * 8)

    assert outcome.broken == []
    assert [placed.is_new for placed in outcome.done].count(True) == 1
    assert len(outcome.done) == 8
    assert len({placed.order.order_code for placed in outcome.done}) == 1
    assert shop.goods("Green tea").reserved_quantity == 2
    assert shop.balance(anna) == 0
    consistent(shop)


def test_a_token_makes_one_order_and_spends_one_bonus_however_often_it_is_pressed_at_once(
    shop: Shop, without_second_try
):
    a_token_is_pressed_on_eight_devices(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_only_the_unique_token_stops_the_second_order(shop: Shop, without_locks, without_second_try):
    breaks(shop, a_token_is_pressed_on_eight_devices)


def test_the_unique_token_alone_makes_one_order(shop: Shop, without_locks):
    a_token_is_pressed_on_eight_devices(shop)


@pytest.mark.broken_on_purpose
def test_without_the_look_for_the_token_the_second_press_is_turned_away(shop: Shop, monkeypatch):
    monkeypatch.setattr(order_views, "by_token", lambda *_: None)
    breaks(shop, a_token_is_pressed_on_eight_devices)


def somebody_confirms_two_checkouts_with_room_for_one(shop: Shop) -> None:
    """Two devices, each with a review of its own: the newer one counts."""
    shop.has_goods("Green tea", stock=100)
    anna = shop.has_customer(101)
    older = shop.has_reviewed_checkout(anna, {"Green tea": 1})
    newer = shop.db.call(checkout.review, anna, now=now()).token

    outcome = race(partial(shop.db.call, checkout.confirm, anna, token, now=now()) for token in (older, newer))

    assert outcome.broken == []
    assert outcome.refusals == {"CheckoutOutdated"}
    assert shop.count(Order) == 1
    consistent(shop)


def test_of_two_reviews_only_the_newer_one_becomes_an_order(shop: Shop):
    somebody_confirms_two_checkouts_with_room_for_one(shop)


# -- addresses ----------------------------------------------------------------------------------------------------


def a_dozen_buyers_want_three_addresses(shop: Shop) -> None:
    """Each buys something else, or the lock on the goods alone would keep them in a row."""
    shop.has_addresses(3)
    tokens = {}
    for buyer in range(101, 113):
        shop.has_goods(f"Tea {buyer}")
        lines = {f"Tea {buyer}": 1}
        tokens[buyer] = shop.has_reviewed_checkout(shop.has_customer(buyer), lines, pay=PaymentMethod.BITCOIN)

    outcome = confirmations(shop, tokens)

    assert outcome.broken == []
    assert len({placed.order.bitcoin_address for placed in outcome.done}) == len(outcome.done) == 3
    assert outcome.refusals == {"NoBitcoinAddress"}
    assert shop.scalar("SELECT SUM(reserved_quantity) FROM goods") == 3
    consistent(shop)


def test_each_address_goes_to_one_order_and_who_gets_none_reserves_nothing(shop: Shop, without_second_try):
    a_dozen_buyers_want_three_addresses(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_two_orders_reach_for_the_same_address(shop: Shop, without_locks, without_second_try):
    breaks(shop, a_dozen_buyers_want_three_addresses)


# -- carts --------------------------------------------------------------------------------------------------------


def plus_is_pressed_eight_times_at_once(shop: Shop) -> None:
    green = shop.has_goods("Green tea", stock=100)
    anna = shop.has_customer(101)
    shop.db.call(cart.add, anna, green, 1, now=now())

    outcome = race([partial(shop.db.call, cart.add, anna, green, 1, now=now())] * 8)

    assert outcome.broken == []
    assert sorted(outcome.done) == list(range(2, 10))
    assert shop.db.read(cart.of, anna).quantities == {green: 9}


def test_every_plus_counts(shop: Shop):
    plus_is_pressed_eight_times_at_once(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_plus_is_lost(shop: Shop, without_locks):
    breaks(shop, plus_is_pressed_eight_times_at_once)


def test_the_first_plus_counts_as_often_as_it_is_pressed(shop: Shop):
    green = shop.has_goods("Green tea", stock=100)
    anna = shop.has_customer(101)

    outcome = race([partial(shop.db.call, cart.add, anna, green, 1, now=now())] * 4)

    assert sorted(outcome.done) == [1, 2, 3, 4]


def test_minus_and_remove_at_once_leave_an_empty_cart(shop: Shop):
    green = shop.has_goods("Green tea", stock=100)
    anna = shop.has_customer(101)
    shop.db.call(cart.add, anna, green, 1, now=now())

    outcome = race([partial(shop.db.call, gone, anna, green, now=now()) for gone in (cart.take_out, cart.remove)])

    assert (len(outcome.done), outcome.refusals, outcome.broken) == (1, {"NotFound"}, [])
    assert shop.db.read(cart.of, anna).quantities == {}


def test_goods_added_while_an_order_is_placed_stay_in_the_cart(shop: Shop, monkeypatch):
    shop.has_goods("Green tea")
    black = shop.has_goods("Black tea")
    anna = shop.has_customer(101)
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})
    is_written = slowed(monkeypatch, stock, "log", 0.2)

    def add_meanwhile() -> None:
        is_written.wait(30)
        shop.db.call(cart.add, anna, black, 1, now=now())

    outcome = race([partial(shop.db.call, checkout.confirm, anna, token, now=now()), add_meanwhile])

    assert outcome.broken == []
    assert shop.count(OrderItem) == 1
    assert shop.db.read(cart.of, anna).quantities == {black: 1}


# -- bonus --------------------------------------------------------------------------------------------------------


def a_bonus_is_spent_while_another_is_credited(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=100, price="30.00")
    shop.has_setting("reference_bonus_percent", "10")
    anna = shop.has_customer(101)
    friends = [shop.has_customer(number, referrer_id=anna) for number in (102, 103, 104)]
    shop.has_order(friends[0], {"Green tea": 1}, status=OrderStatus.DELIVERED)
    on_their_way = [shop.has_order(friend, {"Green tea": 1}, status=OrderStatus.CONFIRMED) for friend in friends]
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1}, bonus=True)

    outcome = race(
        [partial(shop.db.call, checkout.confirm, anna, token, now=now())]
        + [partial(shop.db.call, orders.deliver, code, actor=STAFF, now=now()) for code in on_their_way]
    )

    assert outcome.broken == []
    assert outcome.refused == []
    assert shop.balance(anna) == 9
    consistent(shop)


def test_a_balance_keeps_up_with_everything_that_happens_to_it_at_once(shop: Shop):
    a_bonus_is_spent_while_another_is_credited(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_balance_forgets(shop: Shop, without_locks, without_checks):
    breaks(shop, a_bonus_is_spent_while_another_is_credited)

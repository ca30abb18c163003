"""One order, one code, one message, one shelf, and two who reach for it at the same moment."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot.errors import Busy, WrongStatus
from bot.models import OrderStatus, User
from bot.services import (
    catalog,
    checkout,
    leases,
    locking,
    order_cards,
    order_edits,
    order_exchange,
    order_steps,
    orders,
    outbox,
    reference_codes,
    settings,
    staff_cards,
    stock,
)
from bot.services.people import Newcomer
from tests import edits
from tests.concurrency.race import Outcome, breaks, consistent, met, race, slowed
from tests.shop import STAFF, Shop, empty, now


@pytest.fixture(autouse=True)
def room_for_races(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between reading an order and changing it."""
    slowed(monkeypatch, order_steps, "step")
    slowed(monkeypatch, order_exchange, "_require_positive")
    slowed(monkeypatch, order_cards, "refresh")
    slowed(monkeypatch, order_cards, "keep", 0.1)


def staff_does(shop: Shop, operation: Callable[..., object], *args: object, **options: object) -> Callable[[], object]:
    return partial(shop.db.call, operation, *args, **{"actor": STAFF, "now": now(), **options})


def an_order(shop: Shop, status: OrderStatus = OrderStatus.RESERVED, quantity: int = 2) -> str:
    shop.has_goods("Green tea", stock=5, price="30.00")
    return shop.has_order(shop.has_customer(101), {"Green tea": quantity}, status=status)


def one_wins(outcome: Outcome) -> None:
    assert outcome.broken == []
    assert len(outcome.done) == 1
    assert outcome.refusals == {WrongStatus.__name__}


# -- an order -----------------------------------------------------------------------------------------------------


def a_reservation_ends_as_staff_confirm(shop: Shop) -> None:
    code = an_order(shop)
    end = shop.order(code).reserved_until

    outcome = race(
        [
            partial(shop.db.call, orders.expire, code, now=end),
            staff_does(shop, orders.confirm, code, delivery_time=end + timedelta(days=1), now=end),
        ]
    )

    assert outcome.broken == []
    status = shop.order(code).order_status
    if status is OrderStatus.CONFIRMED:
        assert (outcome.refused, len(outcome.done), shop.goods("Green tea").reserved_quantity) == ([], 2, 2)
    else:
        assert (status, outcome.done, outcome.refusals) == (OrderStatus.EXPIRED, [True], {"WrongStatus"})
        assert shop.goods("Green tea").reserved_quantity == 0
    consistent(shop)


def a_reservation_ends_as_it_is_extended(shop: Shop) -> None:
    code = an_order(shop)
    order = shop.order(code)
    soon = order.reserved_until - timedelta(seconds=1)
    extending = partial(shop.db.call, orders.extend_own, order.id, buyer_id=101, now=soon)

    outcome = race(
        [
            partial(shop.db.call, orders.expire, code, now=order.reserved_until),
            extending,
            extending,
        ]
    )

    assert outcome.broken == []
    found = shop.order(code)
    if found.order_status is OrderStatus.RESERVED:
        assert outcome.refusals == {"WrongState"}
        assert found.reserved_until == order.reserved_until + timedelta(hours=12)
        assert (len(outcome.done), outcome.done.count(False), shop.goods("Green tea").reserved_quantity) == (2, 1, 2)
    else:
        assert (found.order_status, found.extended_at) == (OrderStatus.EXPIRED, None)
        assert (outcome.done, outcome.refusals) == ([True], {"WrongStatus"})
        assert shop.goods("Green tea").reserved_quantity == 0
    assert len(shop.events("order.extended")) == (found.extended_at is not None)
    consistent(shop)


def test_a_reservation_expires_or_is_extended_once_but_never_both(shop: Shop):
    for _ in range(3):
        empty(shop.db)
        a_reservation_ends_as_it_is_extended(shop)


@pytest.mark.broken_on_purpose
def test_without_locks_an_extended_reservation_expires(shop: Shop, without_locks: None):
    breaks(shop, a_reservation_ends_as_it_is_extended)


def test_an_order_expires_or_is_confirmed_but_never_both(shop: Shop):
    a_reservation_ends_as_staff_confirm(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_an_expired_order_is_confirmed(shop: Shop, without_locks):
    breaks(shop, a_reservation_ends_as_staff_confirm)


def staff_cancel_as_others_deliver(shop: Shop, between: Callable[[], None] = lambda: None) -> None:
    code = an_order(shop, OrderStatus.CONFIRMED)
    between()

    one_wins(race([staff_does(shop, orders.cancel, code), staff_does(shop, orders.deliver, code)]))

    expected = (3, 0) if shop.order(code).order_status is OrderStatus.DELIVERED else (5, 0)
    assert (shop.goods("Green tea").stock_quantity, shop.goods("Green tea").reserved_quantity) == expected
    consistent(shop)


def test_an_order_is_cancelled_or_delivered_but_never_both(shop: Shop):
    staff_cancel_as_others_deliver(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_only_a_second_try_keeps_a_cancelled_order_from_delivery(
    shop: Shop, without_locks: None, without_second_try: None, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(AssertionError):
        staff_cancel_as_others_deliver(shop, lambda: met(monkeypatch, locking, "order", leaving=True))


def four_shells_deliver_one_order(shop: Shop) -> None:
    code = an_order(shop, OrderStatus.CONFIRMED, quantity=1)

    one_wins(race([staff_does(shop, orders.deliver, code)] * 4))

    assert shop.customer(101).completed_orders_count == 1
    assert shop.goods("Green tea").stock_quantity == 4
    consistent(shop)


def test_an_order_is_delivered_once(shop: Shop):
    four_shells_deliver_one_order(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_an_order_is_delivered_several_times(shop: Shop, without_locks):
    breaks(shop, four_shells_deliver_one_order)


def an_order_is_edited_as_it_expires(shop: Shop) -> None:
    code = an_order(shop, quantity=3)
    end = shop.order(code).reserved_until

    outcome = race(
        [
            staff_does(shop, edits.remove_item, code, "Green tea", 1, now=end),
            partial(shop.db.call, orders.expire, code, now=end),
            staff_does(shop, edits.add_item, code, "Green tea", 1, now=end),
        ]
    )

    assert outcome.broken == []
    assert shop.order(code).order_status is OrderStatus.EXPIRED
    assert shop.goods("Green tea").reserved_quantity == 0
    consistent(shop)


def test_an_order_that_is_edited_as_it_expires_adds_up(shop: Shop):
    an_order_is_edited_as_it_expires(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_an_edit_and_the_expiry_do_not_add_up(shop: Shop, without_locks):
    breaks(shop, an_order_is_edited_as_it_expires)


def a_bonus_is_refunded_by_the_customer_and_by_the_clock(
    shop: Shop, between: Callable[[], None] = lambda: None
) -> None:
    shop.has_setting("reference_bonus_percent", "100")
    shop.has_goods("Green tea", stock=5, price="30.00")
    anna = shop.has_customer(101)
    shop.has_order(shop.has_customer(102, referrer_id=anna), {"Green tea": 1}, status=OrderStatus.DELIVERED)
    code = shop.has_order(anna, {"Green tea": 2}, bonus=True)
    order = shop.order(code)
    between()

    outcome = race(
        [
            partial(shop.db.call, orders.expire, code, now=order.reserved_until),
            partial(shop.db.call, orders.cancel_own, order.id, buyer_id=anna, now=now()),
            staff_does(shop, orders.cancel, code),
        ]
    )

    assert outcome.broken == []
    assert Busy.__name__ not in outcome.refusals
    assert shop.balance(anna) == 30
    consistent(shop)


def test_a_bonus_is_refunded_once(shop: Shop):
    a_bonus_is_refunded_by_the_customer_and_by_the_clock(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_only_a_second_try_keeps_a_bonus_from_a_second_refund(
    shop: Shop, without_locks: None, without_second_try: None, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(AssertionError):
        a_bonus_is_refunded_by_the_customer_and_by_the_clock(
            shop, lambda: met(monkeypatch, locking, "order", leaving=True, seconds=1)
        )


def test_an_expired_order_is_revived_once(shop: Shop):
    code = an_order(shop)
    shop.expires(code)

    one_wins(race([staff_does(shop, orders.revive, code)] * 3))

    assert shop.goods("Green tea").reserved_quantity == 2


# -- the shelf ----------------------------------------------------------------------------------------------------


def eight_people_count_the_same_shelf(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=5)

    outcome = race([staff_does(shop, stock.add, "Green tea", 1)] * 8)

    assert outcome.broken == []
    assert shop.goods("Green tea").stock_quantity == 13
    consistent(shop)


def test_every_addition_to_the_stock_counts(shop: Shop):
    eight_people_count_the_same_shelf(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_an_addition_is_lost(shop: Shop, without_locks):
    breaks(shop, eight_people_count_the_same_shelf)


def eight_people_count_a_shelf_that_they_have_looked_at(shop: Shop) -> None:
    """Look, then lock: what a session has seen before it waits is old when it gets the lock."""
    goods_id = shop.has_goods("Green tea", stock=5)

    def count_up(session: Session) -> None:
        seen = catalog.goods_named(session, "Green tea")
        assert seen.stock_quantity < 13
        locking.goods(session, [goods_id])[goods_id].stock_quantity += 1

    outcome = race([partial(shop.db.call, count_up)] * 8)

    assert outcome.broken == []
    assert shop.goods("Green tea").stock_quantity == 13


@pytest.mark.broken_on_purpose
def test_a_lock_is_a_fresh_look(shop: Shop):
    eight_people_count_a_shelf_that_they_have_looked_at(shop)


@pytest.mark.broken_on_purpose
def test_a_lock_without_a_fresh_look_overwrites(shop: Shop, without_refresh):
    breaks(shop, eight_people_count_a_shelf_that_they_have_looked_at)


def the_shelf_is_emptied_as_somebody_buys(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=1)
    anna = shop.has_customer(101)
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})

    outcome = race(
        [
            staff_does(shop, stock.set_to, "Green tea", 0),
            partial(shop.db.call, checkout.confirm, anna, token, now=now()),
        ]
    )

    assert outcome.broken == []
    assert len(outcome.done) == 1
    goods = shop.goods("Green tea")
    if outcome.refusals == {"InsufficientStock"}:
        assert (goods.stock_quantity, goods.reserved_quantity) == (0, 0)
    else:
        assert outcome.refusals == {"StockBelowReserved"}
        assert (goods.stock_quantity, goods.reserved_quantity) == (1, 1)
    consistent(shop)


@pytest.fixture
def room_on_the_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between counting and writing, on both sides."""
    slowed(monkeypatch, stock, "_adjust", 0.1)
    slowed(monkeypatch, settings, "every")


def test_the_stock_is_never_set_below_what_is_sold_at_that_moment(shop: Shop, room_on_the_shelf):
    the_shelf_is_emptied_as_somebody_buys(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_and_the_check_goods_are_sold_from_an_empty_shelf(
    shop: Shop, room_on_the_shelf, without_locks, without_checks
):
    breaks(shop, the_shelf_is_emptied_as_somebody_buys)


# -- reference codes ----------------------------------------------------------------------------------------------


def twenty_people_have_one_code(shop: Shop) -> None:
    code = shop.has_code(max_uses=1)

    outcome = race(
        partial(shop.db.call, reference_codes.enter, Newcomer(number), code, now=now()) for number in range(101, 121)
    )

    assert outcome.broken == []
    assert len(outcome.done) == 1
    assert outcome.refusals == {"CodeUsedUp"}
    assert (shop.count(User), shop.code(code).current_uses) == (1, 1)
    consistent(shop)


def test_a_code_for_one_lets_one_in(shop: Shop):
    twenty_people_have_one_code(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_code_for_one_lets_several_in(shop: Shop, without_locks):
    breaks(shop, twenty_people_have_one_code)


@pytest.mark.parametrize("max_uses", [1, 0])
def test_who_presses_start_on_two_devices_is_in_once_and_welcome_on_both(shop: Shop, max_uses: int):
    code = shop.has_code(max_uses=max_uses)

    outcome = race([partial(shop.db.call, reference_codes.enter, Newcomer(101), code, now=now())] * 4)

    assert (outcome.broken, outcome.refused) == ([], [])
    assert [entered.is_new for entered in outcome.done].count(True) == 1
    assert shop.code(code).current_uses == 1


def twelve_codes_are_asked_for_at_once(shop: Shop) -> None:
    anna = shop.has_customer(101)

    outcome = race([partial(shop.db.call, reference_codes.create_for_friend, anna, now=now())] * 12)

    assert outcome.broken == []
    assert (len(outcome.done), outcome.refusals) == (10, {"TooManyCodes"})


def test_nobody_gets_more_codes_than_one_may_have(shop: Shop):
    twelve_codes_are_asked_for_at_once(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_somebody_gets_more_codes(shop: Shop, without_locks):
    breaks(shop, twelve_codes_are_asked_for_at_once)


# -- messages, questions, leases ----------------------------------------------------------------------------------


def four_couriers_share_forty_messages(shop: Shop) -> None:
    code = an_order(shop)
    for number in range(39):
        shop.staff(edits.change_note, code, f"Ring {number} times", notify=True)
    later = now() + timedelta(seconds=1)

    claimed: list[int] = []

    for _ in range(4):
        outcome = race([partial(shop.db.call, outbox.claim, now=later, limit=10)] * 4)
        assert outcome.broken == []
        claimed += [message.id for messages in outcome.done for message in messages]

    assert sorted(claimed) == [message.id for message in shop.messages()]


def test_no_message_is_claimed_by_two_couriers(shop: Shop):
    four_couriers_share_forty_messages(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_messages_are_claimed_twice(shop: Shop, without_locks):
    breaks(shop, four_couriers_share_forty_messages)


def two_processes_find_an_old_lease(shop: Shop) -> None:
    shop.db.call(leases.take, leases.BOT, "host-a:1", now=now() - timedelta(hours=1))
    time = now()

    outcome = race(partial(shop.db.call, leases.take, leases.BOT, f"host-b:{number}", now=time) for number in range(4))

    assert outcome.broken == []
    assert (len(outcome.done), outcome.refusals) == (1, {"AlreadyRunning"})


def test_a_lease_goes_to_one_process(shop: Shop):
    two_processes_find_an_old_lease(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_two_processes_hold_the_lease(shop: Shop, without_locks):
    breaks(shop, two_processes_find_an_old_lease)


def test_the_first_lease_of_all_goes_to_one_process_too(shop: Shop):
    time = now()

    outcome = race(partial(shop.db.call, leases.take, leases.BOT, f"host-b:{number}", now=time) for number in range(4))

    assert (len(outcome.done), outcome.refusals, outcome.broken) == (1, {"AlreadyRunning"}, [])


# -- a card of the staff ------------------------------------------------------------------------------------------


def an_order_is_confirmed_as_its_card_arrives(shop: Shop) -> None:
    code = an_order(shop)
    order, shown = shop.order(code), shop.events("order.reserved")[0].id
    place = {"bot_id": 42, "chat_id": 1, "message_id": 7}

    outcome = race(
        [
            partial(shop.db.call, staff_cards.remember, code, **place, shown_event=shown, now=now()),
            staff_does(shop, orders.confirm, code, delivery_time=order.reserved_until),
        ]
    )

    assert outcome.broken == []
    assert shop.scalar("SELECT message_id FROM staff_cards") == 7
    assert [message.kind for message in shop.messages(1)] == ["order-new", "staff-card"]
    consistent(shop)


def test_a_card_never_misses_what_happens_while_it_arrives(shop: Shop):
    for _ in range(3):
        empty(shop.db)
        an_order_is_confirmed_as_its_card_arrives(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_card_misses_what_happens_while_it_arrives(shop: Shop, without_locks: None):
    breaks(shop, an_order_is_confirmed_as_its_card_arrives)


def three_in_all_are_said_by_four(shop: Shop) -> None:
    code = an_order(shop, quantity=1)
    changes = order_edits.Changes(hold={shop.goods("Green tea").id: 3})

    outcome = race([staff_does(shop, order_edits.change, code, changes)] * 4)

    assert (outcome.broken, outcome.refused) == ([], [])
    assert shop.goods("Green tea").reserved_quantity == 3
    assert len(shop.events("order.item_added")) == 1
    consistent(shop)


def test_a_number_of_pieces_that_several_say_is_the_number(shop: Shop):
    three_in_all_are_said_by_four(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_number_of_pieces_grows(shop: Shop, without_locks: None):
    breaks(shop, three_in_all_are_said_by_four)

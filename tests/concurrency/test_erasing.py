"""Races with somebody who is just being erased: whatever else happens to them is done before, or refused."""

import json
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot.errors import NotFound, StillOrdering
from bot.models import ContentKind, OrderStatus, PaymentMethod
from bot.services import (
    broadcast_run,
    broadcasts,
    cart,
    checkout,
    order_cards,
    orders,
    people,
    reference_codes,
    stock,
    waiting_list,
)
from bot.services import help as help_desk
from bot.services.broadcasts import Content
from bot.services.privacy import erasing
from tests.concurrency.race import breaks, consistent, race
from tests.shop import STAFF, Shop, now

ANNA = 7700112233
Deed = Callable[[], Any]


def everything(shop: Shop) -> str:
    return json.dumps(shop.rows(), default=str, ensure_ascii=False)


def by_staff(shop: Shop, operation: Callable[..., Any], *args: Any, **options: Any) -> Deed:
    return partial(shop.db.call, operation, *args, actor=STAFF, now=now(), **options)


def puts_into_the_cart(shop: Shop) -> Deed:
    return partial(shop.db.call, cart.add, ANNA, shop.goods("Green tea").id, 1, now=now())


def empties_the_cart(shop: Shop) -> Deed:
    shop.db.call(cart.add, ANNA, shop.goods("Green tea").id, 1, now=now())
    return partial(shop.db.call, cart.clear, ANNA, now=now())


def orders_something(shop: Shop) -> Deed:
    token = shop.has_reviewed_checkout(ANNA, {"Green tea": 1})
    return partial(shop.db.call, checkout.confirm, ANNA, token, now=now())


def asks(shop: Shop) -> Deed:
    return partial(shop.db.call, help_desk.ask, ANNA, "Where is it?", now=now())


def is_answered(shop: Shop) -> Deed:
    shop.db.call(help_desk.ask, ANNA, "Where is it?", now=now())
    return by_staff(shop, help_desk.answer, ANNA, "Here")


def is_banned(shop: Shop) -> Deed:
    return by_staff(shop, people.ban, ANNA, reason="rude", notify=True)


def gets_a_share(shop: Shop) -> Deed:
    """Let a friend's order be delivered, of which a share is Anna's."""
    shop.has_customer(102, "Fritz", referrer_id=ANNA)
    return by_staff(shop, orders.deliver, shop.has_order(102, {"Green tea": 2}, status=OrderStatus.CONFIRMED))


def has_an_order_revived(shop: Shop) -> Deed:
    code = shop.has_order(ANNA, {"Green tea": 1}, status=OrderStatus.EXPIRED)
    return by_staff(shop, orders.revive, code)


def gets_a_broadcast(shop: Shop) -> Deed:
    number = shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "A sale")).id
    shop.staff(broadcasts.confirm, number, 1)
    return partial(shop.db.call, broadcast_run.advance, number, now=now())


def is_told_that_goods_are_back(shop: Shop) -> Deed:
    cup = shop.has_goods("Cup", stock=0)
    shop.db.call(waiting_list.join, ANNA, cup, now=now())
    return by_staff(shop, stock.add, "Cup", 5)


def has_a_code_redeemed(shop: Shop) -> Deed:
    code = shop.db.call(reference_codes.create_for_friend, ANNA, now=now()).code
    return partial(shop.db.call, reference_codes.enter, people.Newcomer(103, "Ida"), code, now=now())


def has_a_card_sent(shop: Shop) -> Deed:
    code = shop.has_order(ANNA, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    place = {"bot_id": 42, "chat_id": ANNA, "message_id": 5}
    return partial(shop.db.call, order_cards.remember, shop.order(code).id, **place, now=now())


MEANWHILE = (
    puts_into_the_cart,
    empties_the_cart,
    orders_something,
    asks,
    is_answered,
    is_banned,
    gets_a_share,
    has_an_order_revived,
    gets_a_broadcast,
    is_told_that_goods_are_back,
    has_a_code_redeemed,
    has_a_card_sent,
)


def erased_while(meanwhile: Callable[[Shop], Deed], shop: Shop) -> None:
    shop.has_setting("reference_bonus_percent", "10")
    shop.has_addresses()
    shop.has_goods(stock=50)
    shop.has_customer(ANNA, "Anna")
    shop.has_order(ANNA, {"Green tea": 1}, status=OrderStatus.DELIVERED, pay=PaymentMethod.BITCOIN)
    deed = meanwhile(shop)

    outcome = race([partial(shop.db.call, erasing.erase, ANNA, now=now()), deed])

    consistent(shop)
    if any(isinstance(done, erasing.Farewell) for done in outcome.done):
        shop.db.call(erasing.chat_is_forgotten, ANNA)
        assert str(ANNA) not in everything(shop)
    else:
        # What they have just ordered comes first.
        assert [type(error) for error in outcome.refused] == [StillOrdering]
    # Somebody who is gone is refused, or the database says that there is nobody to point to any more.
    assert {type(error).__name__ for error in outcome.broken} <= {"IntegrityError", "StaleDataError"}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_nothing_is_left_whatever_happens_to_somebody_meanwhile(shop: Shop, meanwhile: Callable[[Shop], Deed]):
    erased_while(meanwhile, shop)


def a_card_is_on_its_way(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Let the person be erased between the look at whose order it is and the note where its card lies."""
    shop.has_goods(stock=50)
    shop.has_customer(ANNA, "Anna")
    deed = has_a_card_sent(shop)
    has_looked, is_erased = threading.Event(), threading.Event()
    keep = order_cards.keep

    def keeps_later(*args: Any) -> None:
        has_looked.set()
        is_erased.wait(1)
        keep(*args)

    def erases() -> None:
        has_looked.wait(10)
        shop.db.call(erasing.erase, ANNA, now=now())
        is_erased.set()

    patch.setattr(order_cards, "keep", keeps_later)
    assert race([erases, deed]).broken == []
    shop.db.call(erasing.chat_is_forgotten, ANNA)
    assert str(ANNA) not in everything(shop)


def test_a_card_on_its_way_leaves_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    a_card_is_on_its_way(shop, monkeypatch)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_card_on_its_way_leads_back(
    shop: Shop, without_locks: None, monkeypatch: pytest.MonkeyPatch
):
    breaks(shop, lambda again: a_card_is_on_its_way(again, monkeypatch), rounds=1)


def test_of_two_who_erase_one_finds_nobody_any_more(shop: Shop):
    shop.has_goods()
    shop.has_customer(ANNA, "Anna")
    shop.has_order(ANNA, {"Green tea": 1}, status=OrderStatus.DELIVERED)

    outcome = race([partial(shop.db.call, erasing.erase, ANNA, now=now())] * 4)

    assert (len(outcome.done), {type(error) for error in outcome.refused}) == (1, {NotFound})
    assert outcome.broken == []
    assert len(shop.events("customer.erased")) == 1

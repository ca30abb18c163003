"""Restocking against people who just begin to wait: nobody is told twice, nobody is forgotten."""

import time
from functools import partial
from typing import Any

import pytest

from bot.models import WaitingPerson
from bot.services import catalog, locking, orders, stock, waiting_list
from tests.concurrency.race import breaks, consistent, met, race
from tests.shop import STAFF, Shop, now

PEOPLE = range(101, 117)


def joins(shop: Shop, goods_id: int) -> list[partial[None]]:
    return [partial(shop.db.call, waiting_list.join, person, goods_id, now=now()) for person in PEOPLE]


def told(shop: Shop) -> list[int]:
    return [message.recipient for message in shop.messages() if message.kind == "goods-back"]


def restocked_while_people_begin_to_wait(shop: Shop) -> None:
    goods_id = shop.has_goods("Green tea", stock=0)
    for person in PEOPLE:
        shop.has_customer(person)
    for person in list(PEOPLE)[::2]:
        shop.db.call(waiting_list.join, person, goods_id, now=now())

    restocks = [partial(shop.db.call, stock.add, "Green tea", 1, actor=STAFF, now=now())] * 4
    outcome = race([*joins(shop, goods_id), *restocks])

    assert (outcome.broken, outcome.refused) == ([], [])
    assert len(told(shop)) == len(set(told(shop)))
    assert set(told(shop)) >= set(list(PEOPLE)[::2])
    assert shop.count(WaitingPerson) == 0
    consistent(shop)


@pytest.fixture
def slow_joining(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between the look at the stock and the place on the list."""
    original = waiting_list._note

    def note(*args: Any, **options: Any) -> None:
        time.sleep(0.05)
        original(*args, **options)

    monkeypatch.setattr(waiting_list, "_note", note)


@pytest.mark.parametrize("_round", range(3))
def test_who_begins_to_wait_while_goods_come_back_is_told_once_or_sees_them(
    shop: Shop, second_tries: list[Exception], slow_joining: None, _round: int
):
    restocked_while_people_begin_to_wait(shop)

    assert second_tries == []


@pytest.mark.broken_on_purpose
def test_without_the_lock_somebody_waits_for_what_is_there(shop: Shop, without_locks: None, slow_joining: None):
    breaks(shop, restocked_while_people_begin_to_wait)


def brought_back_in_several_ways(shop: Shop) -> None:
    """Bring a category, goods and stock back while orders let go, all in one moment."""
    names = [f"Tea {number}" for number in range(4)]
    for name in names:
        shop.has_goods(name, stock=2)
    codes = [shop.has_order(shop.has_customer(200 + number), {names[number]: 2}) for number in range(3)]
    for person in PEOPLE:
        shop.has_customer(person)
        for name in names[:3]:
            shop.db.call(waiting_list.join, person, shop.goods(name).id, now=now())
    shop.staff(catalog.archive_category, "Tea")
    shop.staff(catalog.archive_goods, "Tea 1")

    options: dict[str, Any] = {"actor": STAFF, "now": now()}
    outcome = race(
        [
            partial(shop.db.call, catalog.restore_category, "Tea", **options),
            partial(shop.db.call, catalog.restore_goods, "Tea 1", **options),
            *(partial(shop.db.call, orders.cancel, code, **options) for code in codes),
            *(partial(shop.db.call, stock.add, name, 1, **options) for name in names),
        ]
    )

    assert (outcome.broken, outcome.refused) == ([], [])
    assert len(told(shop)) == 3 * len(PEOPLE)
    assert shop.count(WaitingPerson) == 0
    consistent(shop)


@pytest.mark.parametrize("_round", range(3))
def test_goods_that_come_back_in_several_ways_at_once_are_told_of_once(shop: Shop, _round: int):
    brought_back_in_several_ways(shop)


def a_category_returns_while_an_order_lets_go(shop: Shop) -> None:
    """Neither sees what the other does, unless one waits for the other."""
    goods_id = shop.has_goods("Green tea", stock=2)
    code = shop.has_order(shop.has_customer(200), {"Green tea": 2})
    shop.db.call(waiting_list.join, shop.has_customer(101), goods_id, now=now())
    shop.staff(catalog.archive_category, "Tea")

    options: dict[str, Any] = {"actor": STAFF, "now": now()}
    outcome = race(
        [
            partial(shop.db.call, catalog.restore_category, "Tea", **options),
            partial(shop.db.call, orders.cancel, code, **options),
        ]
    )

    assert (outcome.broken, outcome.refused) == ([], [])
    assert told(shop) == [101]
    consistent(shop)


@pytest.mark.parametrize("_round", range(2))
def test_a_category_that_returns_while_an_order_lets_go_forgets_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, _round: int
):
    met(monkeypatch, waiting_list, "_tell", leaving=True, seconds=0.5)
    a_category_returns_while_an_order_lets_go(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_on_the_goods_neither_tells(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    met(monkeypatch, waiting_list, "_tell", leaving=True)
    monkeypatch.setattr(locking, "hold_goods", lambda *_: None)
    monkeypatch.setattr(locking, "waiting", lambda session, ids: session.query(WaitingPerson).all())
    breaks(shop, a_category_returns_while_an_order_lets_go, rounds=1)

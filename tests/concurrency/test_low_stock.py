"""Many movements of the same goods at once: the staff are told once. And a category that is filled while it goes."""

import time
from functools import partial
from typing import Any

import pytest

from bot.models import Goods
from bot.services import catalog, categories, locking, low_stock, settings, stock
from tests.concurrency.race import breaks, consistent, met, race
from tests.shop import OWNER_ID, STAFF, Shop, now


def taken_by_many_at_once(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=40)
    shop.staff(catalog.edit_goods, "Green tea", low_stock_limit="30")

    take = partial(shop.db.call, stock.remove, "Green tea", 1, actor=STAFF, now=now())
    outcome = race([take] * 20)

    assert (outcome.broken, outcome.refused) == ([], [])
    assert len([each for each in shop.messages(OWNER_ID) if each.kind == "goods-low"]) == 1
    assert shop.goods("Green tea").available == 20
    consistent(shop)


@pytest.mark.parametrize("_round", range(2))
def test_goods_that_many_take_at_once_are_told_of_once(shop: Shop, _round: int):
    taken_by_many_at_once(shop)


def test_without_the_mark_every_movement_tells(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(low_stock, "_mark", lambda *_: None)

    breaks(shop, taken_by_many_at_once)


def taken_while_the_setting_changes(shop: Shop) -> None:
    """Take goods by the number of before, at the moment in which there is another."""
    shop.has_goods("Green tea", stock=10)
    options: dict[str, Any] = {"actor": STAFF, "now": now()}
    outcome = race(
        [
            partial(shop.db.call, stock.remove, "Green tea", 7, **options),
            partial(shop.db.call, settings.change, "low_stock", "5", **options),
        ]
    )

    assert (outcome.broken, outcome.refused) == ([], [])
    assert len([each for each in shop.messages(OWNER_ID) if each.kind == "goods-low"]) == 1
    consistent(shop)


def test_goods_that_are_taken_while_the_setting_changes_are_told_of_once(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    met(monkeypatch, low_stock, "tell", leaving=True, seconds=0.5)

    taken_while_the_setting_changes(shop)


def test_without_holding_all_goods_nobody_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    met(monkeypatch, low_stock, "tell", leaving=True)
    monkeypatch.setattr(locking, "hold_goods", lambda *_: None)

    breaks(shop, taken_while_the_setting_changes)


def filled_while_it_goes(shop: Shop) -> None:
    """Put goods and a category into one that is just being removed."""
    shop.has_category("Tea")
    options: dict[str, Any] = {"actor": STAFF, "now": now()}
    add = partial(shop.db.call, catalog.add_goods, category="Tea", price="5", stock=1, **options)
    outcome = race(
        [
            partial(shop.db.call, categories.remove, "Tea", **options),
            *(partial(add, f"Tea {number}") for number in range(4)),
            partial(shop.db.call, catalog.add_category, "Green", parent="Tea", **options),
        ]
    )

    assert outcome.broken == []
    assert outcome.refusals <= {"NotFound", "CategoryNotEmpty"}
    is_gone = shop.scalar("SELECT COUNT(*) FROM categories WHERE name = 'Tea'") == 0
    assert is_gone == (shop.count(Goods) == 0 and shop.scalar("SELECT COUNT(*) FROM categories") == 0)
    consistent(shop)


@pytest.fixture
def slow_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between the look at the category and what is put into it."""
    original = catalog.category_named

    def named(*args: Any) -> Any:
        found = original(*args)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(catalog, "category_named", named)


@pytest.mark.parametrize("_round", range(3))
def test_what_is_put_into_a_category_that_goes_is_refused_or_keeps_it(shop: Shop, slow_looking: None, _round: int):
    filled_while_it_goes(shop)


def test_without_a_second_run_a_broken_key_is_a_bug(shop: Shop, slow_looking: None, without_second_try: None):
    breaks(shop, filled_while_it_goes)

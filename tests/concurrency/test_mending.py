"""`doctor --fix` beside people who go on: what is reckoned anew stays right however they meet."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from bot.models import OrderStatus
from bot.services import bonus, checkout, mending, orders
from bot.services.mending import of_counts, of_stock
from tests.concurrency.race import breaks, consistent, race, slowed
from tests.shop import STAFF, Shop, now

BUYERS = range(101, 106)


def fixes(shop: Shop, kind: str, key: int) -> Callable[[], object]:
    return lambda: shop.db.call(mending.mend, kind, key, actor=STAFF, now=now())


def goods_are_recounted_while_people_buy_and_cancel(shop: Shop) -> None:
    goods_id = shop.has_goods("Green tea", stock=1000)
    for buyer in BUYERS:
        shop.has_customer(buyer)
    codes = [shop.has_order(buyer, {"Green tea": 2}) for buyer in BUYERS]
    tokens = {buyer: shop.has_reviewed_checkout(buyer, {"Green tea": 3}) for buyer in BUYERS}
    shop.execute("UPDATE goods SET reserved_quantity = reserved_quantity + 40")
    buying = [
        lambda buyer=buyer, token=token: shop.db.call(checkout.confirm, buyer, token, now=now())
        for buyer, token in tokens.items()
    ]
    cancelling = [lambda code=code: shop.db.call(orders.cancel, code, actor=STAFF, now=now()) for code in codes]
    fixing = [fixes(shop, "reserved goods", goods_id)] * len(BUYERS)
    each = [action for group in zip(buying, fixing, cancelling, strict=True) for action in group]

    outcome = race(each)

    assert (outcome.broken, outcome.refused) == ([], [])
    assert len(shop.events(mending.EVENT)) == 1
    consistent(shop)


def test_goods_are_recounted_while_people_buy_and_cancel(shop: Shop):
    goods_are_recounted_while_people_buy_and_cancel(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_recount_forgets_who_buys_meanwhile(
    shop: Shop, without_locks: None, monkeypatch: pytest.MonkeyPatch
):
    slowed(monkeypatch, of_stock, "update")

    breaks(shop, goods_are_recounted_while_people_buy_and_cancel)


def a_balance_is_reckoned_while_it_is_spent(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=1000)
    shop.has_customer(101)
    shop.staff(bonus.adjust, 101, Decimal("50.00"), reason="A present", notify=False)
    code = shop.has_order(101, {"Green tea": 1}, bonus=True)
    shop.execute("UPDATE customer_info SET bonus_balance = bonus_balance + 3")
    adjusting = [lambda: shop.staff(bonus.adjust, 101, Decimal("1.00"), reason="Sorry", notify=False) for _ in range(6)]
    fixing = [fixes(shop, "bonus balance", 101)] * 6
    cancelling = [lambda: shop.staff(orders.cancel, code)]

    outcome = race([action for pair in zip(adjusting, fixing, strict=True) for action in pair] + cancelling)

    assert (outcome.broken, outcome.refused) == ([], [])
    assert shop.order(code).order_status is OrderStatus.CANCELLED
    assert len(shop.events(mending.EVENT)) == 1
    assert shop.balance(101) == Decimal("56.00")
    consistent(shop)


def test_a_balance_is_reckoned_while_it_is_spent(shop: Shop):
    a_balance_is_reckoned_while_it_is_spent(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_balance_forgets_what_is_spent_meanwhile(
    shop: Shop, without_locks: None, monkeypatch: pytest.MonkeyPatch
):
    slowed(monkeypatch, of_counts, "update")

    breaks(shop, a_balance_is_reckoned_while_it_is_spent)

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.models import BonusEntry, Order, OrderStatus, ReferralEarning
from bot.services import bonus, orders
from bot.services.bonus import Referral
from tests.shop import Shop, now


@pytest.fixture
def anna(shop: Shop) -> int:
    """Return the id of somebody who invited Boris (102)."""
    anna = shop.has_customer(101)
    shop.has_customer(102, "Boris", referrer_id=anna)
    return anna


@pytest.mark.parametrize(
    ("price", "percent", "share"),
    [
        ("30.00", "5", "1.50"),
        ("30.10", "5", "1.51"),  # 1.505
        ("30.09", "5", "1.50"),  # 1.5045
        ("20.30", "2.5", "0.51"),  # 0.5075
        ("33.33", "100", "33.33"),
        ("9999.99", "0.01", "1.00"),  # 0.999999
    ],
)
def test_the_share_is_rounded_half_up(shop: Shop, anna: int, price: str, percent: str, share: str):
    shop.has_setting("reference_bonus_percent", percent)
    shop.has_goods("Green tea", price=price)
    shop.has_order(102, {"Green tea": 1}, status=OrderStatus.DELIVERED)

    assert shop.balance(anna) == Decimal(share)
    assert shop.db.read(bonus.earned, anna) == Decimal(share)


@pytest.mark.parametrize(("total", "percent", "share"), [("1510", "5", "76"), ("1509", "5", "75"), ("29", "5", "1")])
def test_yen_have_no_sen(shop: Shop, anna: int, total: str, percent: str, share: str):
    shop.has_goods("Green tea", price=total)
    code = shop.has_order(102, {"Green tea": 1}, status=OrderStatus.CONFIRMED)
    shop.execute("UPDATE orders SET currency = 'JPY'")
    shop.has_setting("reference_bonus_percent", percent)
    shop.staff(orders.deliver, code)

    assert shop.balance(anna) == Decimal(share)


def test_a_share_below_half_a_unit_is_nothing(shop: Shop, anna: int):
    shop.has_setting("reference_bonus_percent", "0.01")
    shop.has_goods("Green tea", price="30.00")
    shop.has_order(102, {"Green tea": 1}, status=OrderStatus.DELIVERED)

    assert shop.balance(anna) == 0
    assert (shop.count(BonusEntry), shop.count(ReferralEarning)) == (0, 0)


def test_an_order_paid_with_bonus_alone_brings_the_referrer_nothing(shop: Shop, anna: int):
    shop.has_setting("reference_bonus_percent", "100")
    shop.has_goods("Green tea", price="30.00")
    shop.has_customer(103, "Clara", referrer_id=102)
    shop.has_order(103, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.has_order(102, {"Green tea": 1}, status=OrderStatus.DELIVERED, bonus=True)

    assert shop.balance(anna) == 0
    assert shop.customer(102).total_spendings == 0
    assert shop.customer(102).completed_orders_count == 1


def test_friends_are_listed_newest_first_with_what_they_brought(shop: Shop, anna: int):
    shop.has_customer(103, "Clara", referrer_id=anna)
    shop.execute("UPDATE users SET registered_at = registered_at + INTERVAL 1 MINUTE WHERE telegram_id = 103")
    shop.has_goods("Green tea", price="30.00")
    for _ in range(2):
        shop.has_order(102, {"Green tea": 1}, status=OrderStatus.DELIVERED)

    friends = shop.db.read(bonus.referrals, anna)

    assert list(friends) == [Referral("Clara", 0, Decimal(0)), Referral("Boris", 2, Decimal("3.00"))]
    assert shop.db.read(bonus.referrals, 102) == []
    assert len(shop.db.read(bonus.referrals, anna, limit=1)) == 1
    assert shop.db.read(bonus.earned, anna) == Decimal("3.00")


def test_nobody_has_a_bonus_to_begin_with(shop: Shop, anna: int):
    assert shop.db.read(bonus.balance, anna) == 0
    assert shop.db.read(bonus.balance, 999) == 0
    assert shop.db.read(bonus.earned, anna) == 0


def test_an_order_without_bonus_spends_and_refunds_nothing(shop: Shop, anna: int):
    shop.has_goods("Green tea", price="30.00")
    code = shop.has_order(102, {"Green tea": 1})
    shop.expires(code)

    assert shop.count(BonusEntry) == 0
    assert shop.count(Order) == 1
    assert shop.order(code).reserved_until < now() + timedelta(seconds=1)

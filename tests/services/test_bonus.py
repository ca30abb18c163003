from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, WrongState
from bot.models import BonusEntry, BonusKind, Order, OrderStatus, ReferralEarning
from bot.services import bonus, locking, orders
from bot.services.bonus import Referral
from tests.shop import Shop, amounts, now


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
    assert (shop.messages(anna), shop.events("bonus.credited")) == ([], [])


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


def ledger(shop: Shop) -> list[BonusEntry]:
    return shop.db.read(lambda session: session.query(BonusEntry).order_by(BonusEntry.id).all())


def test_a_bonus_moved_by_hand_stands_in_the_ledger_with_its_reason_and_is_told(shop: Shop, anna: int):
    shop.staff(bonus.adjust, anna, Decimal("12.50"), reason=" cracked cup ", notify=True)
    taken = shop.staff(bonus.adjust, anna, Decimal("-2.50"), reason="too much", notify=False, seen=Decimal("12.50"))

    assert shop.balance(anna) == 10
    assert [(each.kind, each.amount, each.reason, each.part) for each in ledger(shop)] == [
        (BonusKind.ADJUSTED, Decimal("12.50"), "cracked cup", 0),
        (BonusKind.ADJUSTED, Decimal("-2.50"), "too much", 0),
    ]
    assert (taken.user_id, taken.order_id, taken.actor) == (anna, None, "cli:test")
    first, second = shop.events("bonus.adjusted")
    assert (first.subject, first.facts) == (
        "user:101",
        {"amount": "12.50", "balance": "12.50", "reason": "cracked cup"},
    )
    assert second.facts["balance"] == "10.00"
    assert [(each.recipient, each.kind, each.facts) for each in shop.messages()] == [
        (anna, "bonus-adjusted", {"amount": "12.50", "reason": "cracked cup"})
    ]


def test_the_reason_of_a_bonus_has_a_length(shop: Shop, anna: int):
    with shop.refuses(BadValue, match="is not a valid reason"):
        shop.staff(bonus.adjust, anna, Decimal(5), reason="r" * 501, notify=False)
    assert shop.staff(bonus.adjust, anna, Decimal(5), reason="r" * 500, notify=False).reason == "r" * 500


def test_a_bonus_is_not_moved_on_a_balance_that_has_moved_meanwhile(shop: Shop, anna: int):
    shop.staff(bonus.adjust, anna, Decimal(5), reason="cup", notify=False)

    with shop.refuses(WrongState, match="the balance is 5.00 by now, no longer 0; look again"):
        shop.staff(bonus.adjust, anna, Decimal(5), reason="cup", notify=False, seen=Decimal(0))


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("0", "write more than nothing"),
        ("-5.01", "'5.01' is not a valid amount to remove: the balance is 5.00 USD"),
        ("9999999995.00", "a balance holds 9999999999.99 USD at most"),
    ],
)
def test_a_balance_is_never_negative_nor_larger_than_can_be_kept(shop: Shop, anna: int, amount: str, why: str):
    shop.staff(bonus.adjust, anna, Decimal(5), reason="cup", notify=False)

    with shop.refuses(BadValue, match=why):
        shop.staff(bonus.adjust, anna, Decimal(amount), reason="cup", notify=False)
    with shop.refuses(BadValue, match=why):
        shop.db.read(bonus.balance_after, anna, Decimal(amount))


@pytest.mark.parametrize("amount", ["-5.00", "9999999994.99", "0.01"])
def test_a_balance_may_be_emptied_and_filled_to_the_brim(shop: Shop, anna: int, amount: str):
    shop.staff(bonus.adjust, anna, Decimal(5), reason="cup", notify=False)
    becomes = shop.db.read(bonus.balance_after, anna, Decimal(amount))
    shop.staff(bonus.adjust, anna, Decimal(amount), reason="cup", notify=False)

    assert becomes == shop.balance(anna) == shop.db.read(bonus.balance, anna) == 5 + Decimal(amount)


def test_nobody_s_bonus_is_moved_who_has_not_entered(shop: Shop, anna: int):
    with shop.refuses(NotFound):
        shop.staff(bonus.adjust, 999, Decimal(5), reason="cup", notify=False)
    with shop.refuses(NotFound):
        shop.db.read(bonus.balance_after, 999, Decimal(5))
    assert shop.db.read(bonus.balance, 999) == 0


def test_a_balance_that_is_forfeited_leaves_no_word(shop: Shop, anna: int):
    shop.staff(bonus.adjust, 102, Decimal(3), reason="for Boris", notify=False)
    shop.staff(bonus.adjust, anna, Decimal(5), reason="for Anna", notify=False)

    def forfeits() -> Decimal:
        def do(session: Session) -> Decimal:
            return bonus.forfeit(session, locking.customers(session, [anna])[anna], actor="user:101", now=now())

        return shop.db.call(do)

    assert (forfeits(), forfeits()) == amounts("5", "0")
    assert (shop.balance(anna), shop.balance(102)) == amounts("0", "3")
    assert [(each.user_id, each.kind, each.amount, each.reason) for each in ledger(shop)] == [
        (102, BonusKind.ADJUSTED, Decimal(3), "for Boris"),
        (anna, BonusKind.ADJUSTED, Decimal(5), "erased"),
        (anna, BonusKind.ADJUSTED, Decimal(-5), "erased"),
    ]


def test_what_a_friend_brings_is_recorded_and_told(shop: Shop, anna: int):
    shop.has_goods("Green tea", price="30.00")
    code = shop.has_order(102, {"Green tea": 1}, status=OrderStatus.DELIVERED)

    [entry], [event] = ledger(shop), shop.events("bonus.credited")
    assert (entry.kind, entry.order_id) == (BonusKind.CREDITED, shop.order(code).id)
    assert (event.subject, event.facts) == ("user:101", {"amount": "1.50"})
    assert [each.facts for each in shop.messages(anna)] == [{"amount": "1.50"}]
    [earning] = shop.db.read(lambda session: session.query(ReferralEarning).all())
    assert (earning.referrer_id, earning.referral_id) == (anna, 102)
    assert (earning.amount, earning.percent) == amounts("1.50", "5")


def test_no_more_friends_are_listed_than_asked_for(shop: Shop, anna: int):
    for number in range(103, 124):
        shop.has_customer(number, f"Friend {number}", referrer_id=anna)

    assert len(shop.db.read(bonus.referrals, anna)) == 20
    assert len(shop.db.read(bonus.referrals, anna, limit=3)) == 3

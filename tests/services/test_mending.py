"""`doctor --fix`: what follows from other rows is put right and stands in the audit trail; the rest is left alone."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from bot.models import InventoryKind, OutboxStatus
from bot.services import invariants, mending, outbox, waiting_list
from bot.services.mending import Case
from tests.services.test_invariants import BREAKS, break_it, fill, unguarded
from tests.shop import STAFF, Shop, now


def plan(shop: Shop) -> Sequence[Case]:
    return shop.db.read(mending.plan, now=now())


def mend_all(shop: Shop) -> list[str]:
    """Put right what can be, one transaction each, and return what was said."""
    return [
        wrong.sentence
        for case in plan(shop)
        if (wrong := shop.staff(mending.mend, case.kind.name, case.wrong.key)) is not None
    ]


def mended(session: Session, statement: str) -> tuple[set[str], set[str]]:
    """Break something, put right what can be, and return what is left: what was not so before, and what is not now."""
    break_it(session, statement)
    before = {each.rule.meaning for each in invariants.check(session, now=now())}
    with unguarded(session):  # some of the rows break what the database would not let anybody break
        for case in mending.plan(session, now=now()):
            if not case.wrong.left:
                mending.mend(session, case.kind.name, case.wrong.key, actor=STAFF, now=now())
    return before, {each.rule.meaning for each in invariants.check(session, now=now())}


def test_what_can_be_put_right_is_and_nothing_else_is_touched(shop: Shop):
    fill(shop)
    advised = {rule.meaning for rule in invariants.ALL if rule.left}
    for meaning, statement, is_fixed in BREAKS:
        before, after = shop.db.rehearse(mended, statement)

        assert meaning in before
        assert (after == set()) == is_fixed, (statement, after)
        if not is_fixed:
            assert after & advised or mending_says_why(shop, statement), (statement, after)


def mending_says_why(shop: Shop, statement: str) -> list[str]:
    """Return what a person reads of what is left alone for what stands there."""

    def look(session: Session) -> list[str]:
        break_it(session, statement)
        return [case.wrong.left for case in mending.plan(session, now=now()) if case.wrong.left]

    return shop.db.rehearse(look)


def test_a_shop_that_is_well_has_nothing_to_mend(shop: Shop):
    fill(shop)

    before = shop.rows()
    assert plan(shop) == []
    assert shop.staff(mending.mend, "reserved goods", shop.goods("Oolong").id) is None
    assert shop.staff(mending.mend, "bonus balance", 101) is None
    assert shop.rows() == before


def test_what_is_reserved_follows_from_the_open_orders_and_the_log_sums_up_again(shop: Shop):
    shop.has_goods("Green tea", stock=10)
    shop.has_order(shop.has_customer(), {"Green tea": 3})
    shop.execute("UPDATE goods SET reserved_quantity = 5, stock_quantity = 12")
    [case] = plan(shop)
    assert case.wrong.sentence == (
        "Green tea: 5 are reserved, but open orders are promised 3: reserved becomes that. "
        "The log gets a row for +2 in stock and +0 reserved, which it does not explain."
    )
    mend_all(shop)

    goods = shop.goods("Green tea")
    assert (goods.stock_quantity, goods.reserved_quantity) == (12, 3)
    assert shop.scalar("SELECT kind FROM inventory_log ORDER BY id DESC LIMIT 1") == InventoryKind.ADJUSTED
    [event] = shop.events(mending.EVENT)
    assert (event.actor, event.subject) == (STAFF, f"goods:{goods.id}")
    assert event.facts == {
        "invariant": "I3",
        "fix": "reserved goods",
        "old": 5,
        "new": 3,
        "log_stock": 2,
        "log_reserved": 0,
    }
    assert plan(shop) == []


@pytest.mark.broken_on_purpose
def test_more_promised_than_there_is_is_left_to_a_person(shop: Shop):
    shop.has_goods("Green tea", stock=10)
    shop.has_order(shop.has_customer(), {"Green tea": 8})
    shop.execute("UPDATE goods SET stock_quantity = 5, reserved_quantity = 5")
    [case] = plan(shop)
    assert case.wrong.left.startswith("Green tea: open orders are promised 8, but 5 lie on the shelf.")
    before = shop.rows()

    mend_all(shop)

    assert shop.rows() == before


def test_goods_that_are_back_by_a_recount_are_told_of(shop: Shop):
    shop.has_goods("Green tea", stock=3)
    waits = shop.has_customer(102, "Boris")
    shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.execute("UPDATE goods SET reserved_quantity = 3")
    shop.db.call(waiting_list.join, waits, shop.goods("Green tea").id, now=now())

    mend_all(shop)

    assert [message.kind for message in shop.messages(waits)] == ["goods-back"]


def test_a_balance_follows_from_its_ledger(shop: Shop):
    fill(shop)
    owed = shop.balance(101)
    shop.execute("UPDATE customer_info SET bonus_balance = 0.07 WHERE telegram_id = 101")
    assert mend_all(shop) == [
        f"Customer 101: the balance is 0.07 USD, but the ledger comes to {owed} USD: it becomes that."
    ]

    assert shop.balance(101) == owed > Decimal(1)
    assert shop.events(mending.EVENT)[-1].facts["new"] == str(owed)


def test_a_message_that_got_stuck_is_sent_once_more(shop: Shop):
    fill(shop)
    first = shop.messages()[0].id
    shop.execute(
        "UPDATE outbox SET created_at = '2026-01-01', claimed_at = NULL, status = 'sending' WHERE id = :id", id=first
    )
    [sentence] = mend_all(shop)

    assert "it may have arrived, and is sent once more" in sentence
    message = shop.messages()[0]
    assert (message.status, message.uncertain_count) == (OutboxStatus.UNCERTAIN, 1)
    later = now() + outbox.FIRST_PAUSE
    assert first in {each.id for each in shop.db.call(outbox.claim, now=later)}


def test_what_is_well_by_the_time_it_is_locked_is_left_alone(shop: Shop):
    shop.has_goods("Green tea")
    shop.execute("UPDATE goods SET reserved_quantity = 2")
    [case] = plan(shop)
    shop.execute("UPDATE goods SET reserved_quantity = 0")
    before = shop.rows()

    assert shop.staff(mending.mend, case.kind.name, case.wrong.key) is None
    assert shop.rows() == before

"""Every invariant is broken on purpose once, behind the shop's back, and must be named; a busy shop breaks none."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import migrations
from bot.db import Database
from bot.models import ContentKind, OrderStatus, PaymentMethod
from bot.services import (
    bonus,
    broadcast_run,
    broadcasts,
    clock,
    invariants,
    mending,
    people,
    reference_codes,
)
from bot.services import help as help_desk
from bot.services.broadcasts import Content
from bot.services.context import Shop as ShopContext
from bot.services.invariants import Violation
from bot.services.vault import Vault
from tests import edits, rules
from tests.conftest import VAULT_KEY
from tests.shop import Shop


def violations(shop: Shop) -> list[Violation]:
    return shop.db.read(invariants.check, now=clock.now())


def broken(shop: Shop) -> set[str]:
    return {violation.invariant for violation in violations(shop)}


def fill(shop: Shop) -> dict[str, str]:
    """Make a shop in which everything has happened once; return the codes of its orders."""
    shop.has_goods("Green tea", stock=100, price="30.00")
    shop.has_goods("Oolong", stock=100, price="20.00")
    shop.has_addresses(5)
    shop.has_customer(101, "Anna")
    shop.has_customer(102, "Boris", referrer_id=101)
    codes = {
        "delivered": shop.has_order(102, {"Green tea": 20}, status=OrderStatus.DELIVERED),
        "bitcoin": shop.has_order(102, {"Green tea": 1}, status=OrderStatus.CONFIRMED, pay=PaymentMethod.BITCOIN),
        "refunded": shop.has_order(101, {"Green tea": 1}, status=OrderStatus.EXPIRED, bonus=True),
        "bonus": shop.has_order(101, {"Green tea": 1, "Oolong": 1}, bonus=True),
        "cancelled": shop.has_order(102, {"Oolong": 2}, status=OrderStatus.CANCELLED),
    }
    shop.staff(bonus.adjust, 101, Decimal("5.00"), reason="Broken cup", notify=True)
    shop.db.call(reference_codes.enter, people.Newcomer(103, "Vera"), shop.has_code(max_uses=3), now=clock.now())
    shop.db.call(help_desk.ask, 101, "Where is it?", now=clock.now())
    number = shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "News")).id
    shop.staff(broadcasts.confirm, number, 1)
    shop.db.call(broadcast_run.advance, number, now=clock.now())
    shop.db.call(edits.remove_item, codes["bonus"], "Green tea", 1, actor="cli:test", now=clock.now())
    return codes


def test_a_busy_shop_breaks_no_invariant(shop: Shop):
    fill(shop)

    assert shop.scalar("SELECT COUNT(*) FROM bonus_ledger WHERE kind = 'trimmed'") == 1
    assert violations(shop) == []


STOCK = "The inventory log sums to the stock and to the reserved quantity."
BALANCE = "The bonus ledger sums to the balance, which is never negative."
ONCE = "An order's bonus is spent, refunded and credited at most once."
CARRIED = "An order carries the bonus that was spent on it and not given back."
REASON = "A bonus moves for an order, or by hand with a reason."
EARNED = "What a referrer was credited stands among their earnings, and nothing else does."
PATH, END = "An order's history is a legal path.", "An order's history ends in its status."
EXTENDED = "A reservation is extended once at most, and the order says so."
TOLD = "Every change that someone must be told of has its message."
WAITS = "No message waits longer than ten minutes for being sent."
UNDERWAY = "No message is on its way for longer than ten minutes."
SHARED = "A bitcoin address belongs to at most one order."
POOL = "An order's bitcoin address is one of the pool, claimed for this order."
BROADCAST = "Whoever a broadcast has reached stands in the outbox, and nothing of it waits when it is over."
CODE = "A reference code's uses equal its redemptions and stay within its limit."
SPENT = "What a customer has spent, and in how many orders, is what their delivered orders come to."
TOTAL = "An order's items less discounts plus fees come to its total."

BREAKS = [
    ("Reserved goods lie on the shelf.", "UPDATE goods SET reserved_quantity = stock_quantity + 1", True),
    (STOCK, "UPDATE goods SET stock_quantity = stock_quantity + 1 WHERE name = 'Oolong'", True),
    (STOCK, "UPDATE inventory_log SET reserved_delta = reserved_delta + 1 WHERE order_id IS NOT NULL LIMIT 1", True),
    ("Reserved is what open orders are promised.", "UPDATE goods SET reserved_quantity = 0", True),
    (
        "Reserved is what open orders are promised.",
        "UPDATE order_items JOIN orders ON orders.id = order_id SET quantity = quantity + 1 "
        "WHERE order_status = 'confirmed'",
        False,  # what is promised follows, but not what the order comes to
    ),
    (POOL, "UPDATE bitcoin_addresses SET order_id = NULL", False),
    (POOL, "UPDATE orders SET bitcoin_address = NULL", False),
    (BALANCE, "UPDATE customer_info SET bonus_balance = bonus_balance + 1 WHERE telegram_id = 101", True),
    (BALANCE, "UPDATE customer_info SET bonus_balance = -1 WHERE telegram_id = 101", True),
    (BALANCE, "DELETE FROM customer_info WHERE telegram_id = 101", True),
    (BALANCE, "UPDATE bonus_ledger SET amount = -999 WHERE kind = 'credited'", False),
    (CARRIED, "UPDATE bonus_ledger SET amount = amount - 1 WHERE kind = 'spent'", False),
    (CARRIED, "UPDATE orders SET bonus_applied = 1 WHERE order_status = 'cancelled'", False),
    (
        ONCE,
        "INSERT INTO bonus_ledger (user_id, kind, amount, order_id, part, actor, created_at) "
        "SELECT user_id, kind, amount, order_id, 9, actor, created_at FROM bonus_ledger WHERE kind = 'refunded'",
        False,
    ),
    (REASON, "UPDATE bonus_ledger SET order_id = NULL WHERE kind = 'credited'", False),
    (REASON, "UPDATE bonus_ledger SET reason = '' WHERE kind = 'adjusted'", False),
    (EARNED, "DELETE FROM referral_earnings", False),
    (EARNED, "UPDATE bonus_ledger SET kind = 'adjusted', order_id = NULL, reason = 'x' WHERE kind = 'credited'", False),
    (END, "UPDATE orders SET order_status = 'delivered' WHERE order_status = 'cancelled'", False),
    (END, "DELETE FROM order_history", False),
    (PATH, "UPDATE order_history SET from_status = 'expired' WHERE to_status = 'delivered'", False),
    (PATH, "DELETE FROM order_history WHERE to_status = 'pending'", False),
    (EXTENDED, "UPDATE orders SET extended_at = '2026-01-01'", False),
    (TOLD, "DELETE FROM outbox WHERE kind = 'order-delivered'", False),
    (TOLD, "DELETE FROM outbox WHERE kind = 'bonus-credited'", False),
    (TOLD, "DELETE FROM outbox WHERE kind = 'order-cancelled'", False),
    (TOLD, "UPDATE events SET kind = 'goods.back', facts = '{\"people\": 2}' WHERE kind = 'goods.added'", False),
    (WAITS, "UPDATE outbox SET created_at = '2026-01-01', attempts = 1", False),
    (WAITS, "UPDATE outbox SET created_at = '2026-01-01', next_attempt_at = '2026-01-01'", False),
    (UNDERWAY, "UPDATE outbox SET status = 'sending', created_at = '2026-01-01'", True),
    (
        UNDERWAY,
        "UPDATE outbox SET status = 'sending', created_at = '2026-01-01', claimed_at = '2036-01-01', "
        "uncertain_count = 1 LIMIT 1",
        True,
    ),
    (
        "A conversation waits since the oldest message that nobody has settled.",
        "UPDATE help_threads SET waiting_since = NULL",
        True,
    ),
    (
        "Nobody waits for goods that are back.",
        "INSERT INTO waiting_list SELECT 102, id, '2026-01-01' FROM goods WHERE name = 'Oolong'",
        True,
    ),
    (BROADCAST, "UPDATE broadcasts SET queued_count = 7", True),
    (BROADCAST, "UPDATE broadcasts SET state = 'done'", True),
    (
        "A bitcoin address was claimed by the buyer of its order.",
        "UPDATE bitcoin_addresses SET used_by = 101 WHERE used_by IS NOT NULL",
        True,
    ),
    (CODE, "UPDATE reference_codes SET current_uses = 2", True),
    (CODE, "UPDATE reference_codes SET current_uses = 9", True),
    (CODE, "UPDATE reference_codes SET max_uses = 0", False),
    (TOTAL, "UPDATE order_items SET price = price + 1 LIMIT 1", False),
    (TOTAL, "UPDATE orders SET fee_amount = 1", False),
    ("What a delivered order came to was recorded as paid.", "DELETE FROM payments WHERE method = 'cash'", False),
    (SPENT, "UPDATE customer_info SET total_spendings = total_spendings + 1", True),
    (SPENT, "UPDATE customer_info SET completed_orders_count = 7", True),
]
"""What must hold, what is done to the database by hand, and whether `doctor --fix` puts all of it right."""
UNGUARDED = ("check_constraint_checks = 0", "unique_checks = 0", "foreign_key_checks = 0")


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """Let the database believe everything."""
    for guard in UNGUARDED:
        session.execute(text(f"SET {guard}"))
    try:
        yield
    finally:
        for guard in UNGUARDED:
            session.execute(text(f"SET {guard.replace('0', '1')}"))


def break_it(session: Session, statement: str) -> None:
    """Change the database behind the shop's back, also where its own constraints would not let anybody."""
    with unguarded(session):
        session.execute(text(statement))


def test_every_rule_is_broken_by_something_here():
    assert {meaning for meaning, _, _ in BREAKS} | {SHARED} == {rule.meaning for rule in invariants.ALL}


def test_what_breaks_a_rule_is_named_with_a_sentence_and_with_what_to_do(shop: Shop):
    fill(shop)
    wrong = []

    def look(session: Session, statement: str) -> tuple[list[Violation], set[str]]:
        break_it(session, statement)
        return invariants.check(session, now=clock.now()), rules.glance(session, now=clock.now())

    for meaning, statement, _ in BREAKS:
        checked, glanced = shop.db.rehearse(look, statement)
        found = {each.rule.meaning: each for each in checked}
        if (
            meaning not in found
            or glanced != found.keys()
            or not found[meaning].broken_by
            or meaning not in str(found[meaning])
        ):
            wrong.append((meaning, statement, list(found)))

    assert wrong == []
    assert violations(shop) == []


def test_an_address_of_two_orders_is_found_although_the_database_allows_none(shop: Shop):
    codes = fill(shop)

    def look(session: Session) -> list[Violation]:
        # A copy has no unique keys, and hides the table for this connection.
        session.execute(text("CREATE TEMPORARY TABLE orders SELECT * FROM orders"))
        try:
            address = session.scalar(text("SELECT address FROM bitcoin_addresses WHERE is_used LIMIT 1"))
            session.execute(text("UPDATE orders SET bitcoin_address = :address"), {"address": address})
            return invariants.check(session, now=clock.now())
        finally:
            session.execute(text("DROP TEMPORARY TABLE orders"))

    found = {each.rule.meaning: each.broken_by for each in shop.db.rehearse(look)}

    assert found[SHARED] == (shop.order(codes["bitcoin"]).bitcoin_address,)


@pytest.mark.broken_on_purpose
def test_a_violation_says_what_should_be_and_what_breaks_it(shop: Shop):
    shop.has_goods("Green tea")
    shop.execute("UPDATE goods SET stock_quantity = stock_quantity + 1")

    [violation] = violations(shop)
    assert str(violation) == (
        "I2 is not so: The inventory log sums to the stock and to the reserved quantity. Broken by: Green tea"
    )


@pytest.mark.broken_on_purpose
def test_only_the_first_rows_that_break_an_invariant_are_named(shop: Shop):
    for number in range(invariants.SHOWN + 1):
        shop.has_goods(f"Tea {number}")
    shop.execute("UPDATE goods SET stock_quantity = stock_quantity + 1")

    assert len(violations(shop)[0].broken_by) == invariants.SHOWN


@pytest.mark.broken_on_purpose
def test_a_message_may_wait_for_ten_minutes(shop: Shop):
    shop.has_goods()
    shop.has_order(shop.has_customer(), {"Green tea": 1})
    queued = shop.messages()[0].created_at

    assert shop.db.read(invariants.check, now=queued + timedelta(minutes=9, seconds=59)) == []
    later = shop.db.read(invariants.check, now=queued + timedelta(minutes=10, seconds=1))
    assert [violation.invariant for violation in later] == ["I7"]


def test_sqlite_runs_them_too(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/shop.db"
    migrations.upgrade(url)
    database = Database(url, threads=2, info=ShopContext(Vault(VAULT_KEY)).as_info)
    shop = Shop(database)
    try:
        codes = fill(shop)
        assert shop.db.read(bonus.balance, 101) > 0
        assert violations(shop) == []
        shop.execute("UPDATE goods SET reserved_quantity = reserved_quantity + 1")
        shop.execute("UPDATE customer_info SET bonus_balance = 1.5, total_spendings = 7")
        shop.execute("UPDATE reference_codes SET current_uses = 0")
        for case in shop.db.read(mending.plan, now=clock.now()):
            shop.staff(mending.mend, case.kind.name, case.wrong.key)
        assert violations(shop) == []
        shop.execute("UPDATE orders SET total_price = total_price + 1 WHERE order_code = :code", code=codes["bonus"])
        assert broken(shop) == {"I11"}
        shop.execute("UPDATE outbox SET created_at = '2026-01-01 00:00:00.000000', attempts = 1")
        assert broken(shop) == {"I7", "I11"}
    finally:
        database.close()

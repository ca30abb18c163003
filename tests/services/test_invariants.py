"""Every invariant is broken on purpose once, behind the shop's back, and must be named; a busy shop breaks none."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import migrations
from bot.db import Database
from bot.models import OrderStatus, PaymentMethod
from bot.services import bonus, clock, invariants, order_edits
from bot.services.context import Shop as ShopContext
from bot.services.invariants import Violation
from bot.services.vault import Vault
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
    shop.db.call(order_edits.remove_item, codes["bonus"], "Green tea", 1, actor="cli:test", now=clock.now())
    return codes


def test_a_busy_shop_breaks_no_invariant(shop: Shop):
    fill(shop)

    assert shop.scalar("SELECT COUNT(*) FROM bonus_ledger WHERE kind = 'trimmed'") == 1
    assert violations(shop) == []


@pytest.mark.broken_on_purpose
@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        ("I2", "UPDATE goods SET stock_quantity = stock_quantity + 1 WHERE name = 'Oolong'"),
        ("I2", "UPDATE inventory_log SET reserved_delta = reserved_delta + 1 WHERE order_id IS NOT NULL LIMIT 1"),
        (
            "I3",
            "UPDATE order_items JOIN orders ON orders.id = order_id SET quantity = quantity + 1 "
            "WHERE order_status = 'confirmed'",
        ),
        ("I4", "UPDATE bitcoin_addresses SET order_id = NULL"),
        ("I4", "UPDATE orders SET bitcoin_address = NULL"),
        ("I5", "UPDATE customer_info SET bonus_balance = bonus_balance + 1 WHERE telegram_id = 101"),
        ("I5", "UPDATE bonus_ledger SET amount = amount - 1 WHERE kind = 'spent'"),
        ("I5", "UPDATE orders SET bonus_applied = 1 WHERE order_status = 'cancelled'"),
        ("I5", "UPDATE bonus_ledger SET order_id = NULL WHERE kind = 'credited'"),
        ("I5", "UPDATE bonus_ledger SET reason = '' WHERE kind = 'adjusted'"),
        ("I6", "UPDATE orders SET order_status = 'delivered' WHERE order_status = 'cancelled'"),
        ("I6", "UPDATE order_history SET from_status = 'expired' WHERE to_status = 'delivered'"),
        ("I6", "DELETE FROM order_history WHERE to_status = 'pending'"),
        ("I6", "DELETE FROM order_history"),
        ("I7", "DELETE FROM outbox WHERE kind = 'order-delivered'"),
        ("I7", "UPDATE outbox SET created_at = '2026-01-01', attempts = 1"),
        ("I7", "UPDATE outbox SET created_at = '2026-01-01', next_attempt_at = '2026-01-01'"),
        ("I7", "UPDATE outbox SET status = 'sending', created_at = '2026-01-01', attempts = 1"),
        ("I8", "UPDATE bitcoin_addresses SET used_by = 101 WHERE used_by IS NOT NULL"),
        ("I11", "UPDATE order_items SET price = price + 1 LIMIT 1"),
        ("I11", "UPDATE orders SET fee_amount = 1"),
        ("I11", "DELETE FROM payments WHERE method = 'cash'"),
    ],
)
def test_what_breaks_an_invariant_is_named(shop: Shop, invariant: str, statement: str):
    fill(shop)

    shop.execute(statement)

    assert invariant in broken(shop)


@pytest.mark.broken_on_purpose
def test_a_reference_code_used_more_often_than_redeemed_breaks_i10(shop: Shop):
    shop.has_code(max_uses=3)

    shop.execute("UPDATE reference_codes SET current_uses = 1")

    assert broken(shop) == {"I10"}


@pytest.mark.broken_on_purpose
@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        ("I1", "UPDATE goods SET reserved_quantity = stock_quantity + 1"),
        ("I5", "UPDATE customer_info SET bonus_balance = -1"),
        ("I10", "UPDATE reference_codes SET current_uses = 9"),
    ],
)
def test_what_a_check_constraint_forbids_is_looked_for_all_the_same(shop: Shop, invariant: str, statement: str):
    shop.has_goods()
    shop.has_customer()
    shop.has_code(max_uses=3)
    with shop.db.engines[0].begin() as connection:
        connection.execute(text("SET check_constraint_checks = 0"))
        connection.execute(text(statement))
        connection.execute(text("SET check_constraint_checks = 1"))

    assert invariant in broken(shop)


@pytest.mark.broken_on_purpose
def test_a_violation_says_what_should_be_and_what_breaks_it(shop: Shop):
    shop.has_goods("Green tea")
    shop.execute("UPDATE goods SET stock_quantity = stock_quantity + 1")

    assert violations(shop) == [
        Violation("I2", "The inventory log sums to the stock and to the reserved quantity.", ("Green tea",))
    ]


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
        shop.execute("UPDATE orders SET total_price = total_price + 1 WHERE order_code = :code", code=codes["bonus"])
        assert broken(shop) == {"I11"}
        shop.execute("UPDATE outbox SET created_at = '2026-01-01 00:00:00.000000', attempts = 1")
        assert broken(shop) == {"I7", "I11"}
    finally:
        database.close()

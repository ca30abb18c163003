from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from bot.models import OrderStatus, PaymentMethod
from bot.services import events, order_edits, orders
from bot.services.order_edits import Changes
from tests.cli.orders import has_buyer
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, PHONE, STAFF, Shop, now


@pytest.fixture
def buyer(shop: Shop) -> int:
    return has_buyer(shop)


@pytest.fixture
def confirmed(shop: Shop, buyer: int) -> str:
    return shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus.CONFIRMED)


@pytest.fixture
def eventful(shop: Shop, buyer: int) -> str:
    """Return an order to which much has happened, each thing at a known minute."""
    shop.execute("UPDATE users SET username = 'anna' WHERE telegram_id = 101")
    code = shop.has_order(buyer, {"Green tea": 2})
    shop.staff(orders.confirm, code, delivery_time=datetime(2046, 3, 9, 16, tzinfo=UTC))
    shop.staff(order_edits.change, code, Changes({"Oolong": 1}, {"Green tea": 1}), notify=True)
    shop.staff(order_edits.change, code, Changes(address="5 Mill Lane", note="Ring twice"))
    at_known_minutes(shop)
    shop.execute("UPDATE outbox SET status = 'sent', sent_at = '2026-03-02 09:40:00' WHERE kind = 'order-confirmed'")
    shop.execute("UPDATE outbox SET status = 'blocked', error = 'blocked' WHERE kind = 'order-item-added'")
    return code


def at_known_minutes(shop: Shop) -> None:
    """Let everything have happened on one morning, a minute after the other."""
    first = shop.scalar("SELECT MIN(id) FROM events WHERE subject LIKE 'order:%'")
    shop.execute(
        "UPDATE events SET created_at = '2026-03-02 09:30:00' + INTERVAL (id - :first) MINUTE WHERE id >= :first",
        first=first,
    )
    shop.execute("UPDATE outbox SET created_at = (SELECT created_at FROM events WHERE events.id = event_id)")
    for table in ("payments", "bonus_ledger", "order_history"):
        shop.execute(f"UPDATE {table} SET created_at = '2026-03-02 09:30:00'")


@pytest.mark.broken_on_purpose  # messages that wait since a known minute wait too long
def test_an_order_is_shown_with_everything_at_80_columns(cli, eventful: str):
    result = cli("order", "show", eventful.lower())

    assert (
        result.stdout
        == f"""\
Order {eventful} is confirmed
  Customer  Anna @anna (101)
  Address   5 Mill Lane
  Phone     +4915112345678
  Note      Ring twice
  Payment   cash, unpaid
  Delivery  2046-03-09 16:00
Goods
Quantity  Name           Price     Amount
       1  Green tea  30.00 USD  30.00 USD
       1  Oolong     20.00 USD  20.00 USD
Money
  Total  50.00 USD
  Due    50.00 USD
Messages
  2026-03-02 09:30  order-new to 1: waits to be sent
  2026-03-02 09:31  order-confirmed to the customer: sent 2026-03-02 09:40
  2026-03-02 09:32  order-item-added to the customer: not sent, the bot is
                    blocked there (blocked)
  2026-03-02 09:33  order-item-removed to the customer: waits to be sent
Timeline
  2026-03-02 09:30  made by user:101: total 60.00 USD, cash
  2026-03-02 09:31  confirmed by cli:test: delivery 2046-03-09 16:00
  2026-03-02 09:32  1 of 'Oolong' added by cli:test: total 80.00 USD
  2026-03-02 09:33  1 of 'Green tea' removed by cli:test: total 50.00 USD
  2026-03-02 09:34  address changed by cli:test
  2026-03-02 09:35  note changed by cli:test
"""
    )
    assert result.stderr == "Times are in UTC.\n"


@pytest.mark.broken_on_purpose  # messages that wait since a known minute wait too long
def test_an_order_is_readable_at_40_columns(cli, eventful: str):
    result = cli("order", "show", eventful, COLUMNS="40")

    assert (
        result.stdout
        == f"""\
Order {eventful} is confirmed
  Customer  Anna @anna (101)
  Address   5 Mill Lane
  Phone     +4915112345678
  Note      Ring twice
  Payment   cash, unpaid
  Delivery  2046-03-09 16:00
Goods
1  Green tea
  Price 30.00 USD, Amount 30.00 USD
1  Oolong
  Price 20.00 USD, Amount 20.00 USD
Money
  Total  50.00 USD
  Due    50.00 USD
Messages
  2026-03-02 09:30  order-new to 1:
                    waits to be sent
  2026-03-02 09:31  order-confirmed to
                    the customer: sent
                    2026-03-02 09:40
  2026-03-02 09:32  order-item-added to
                    the customer: not
                    sent, the bot is
                    blocked there
                    (blocked)
  2026-03-02 09:33  order-item-removed
                    to the customer:
                    waits to be sent
Timeline
  2026-03-02 09:30  made by user:101:
                    total 60.00 USD,
                    cash
  2026-03-02 09:31  confirmed by
                    cli:test: delivery
                    2046-03-09 16:00
  2026-03-02 09:32  1 of 'Oolong' added
                    by cli:test: total
                    80.00 USD
  2026-03-02 09:33  1 of 'Green tea'
                    removed by cli:test:
                    total 50.00 USD
  2026-03-02 09:34  address changed by
                    cli:test
  2026-03-02 09:35  note changed by
                    cli:test
"""
    )


def timeline(cli, code: str) -> list[str]:
    """Return the sentences of an order's timeline."""
    text = cli("order", "show", code, COLUMNS="200").stdout
    return [line[20:] for line in text[text.index("Timeline\n") :].splitlines()[1:]]


def test_the_timeline_of_an_order_that_expired_was_revived_and_cancelled(cli, shop: Shop, buyer: int):
    shop.has_setting("reference_bonus_percent", "10")
    shop.has_order(shop.has_customer(102, "Boris", referrer_id=101), {"Green tea": 2}, status=OrderStatus.DELIVERED)
    code = shop.has_order(buyer, {"Green tea": 2}, bonus=True)
    shop.db.call(orders.remind, code, now=now())
    shop.expires(code)
    revived = shop.staff(orders.revive, code)
    shop.staff(order_edits.change, code, Changes(delivery_time=datetime(2046, 3, 9, 16, tzinfo=UTC)))
    shop.staff(orders.cancel, code, reason="Sold out")

    assert timeline(cli, code) == [
        "made by user:101: total 60.00 USD, 6.00 USD of bonus, cash",
        "customer reminded by job:expiry",
        "expired by job:expiry: 6.00 USD of bonus refunded",
        f"revived by cli:test: until {revived.reserved_until:%Y-%m-%d %H:%M}",
        "delivery moved by cli:test: delivery 2046-03-09 16:00",
        "cancelled by cli:test: Sold out",
    ]
    text = cli("order", "show", code).stdout
    assert "6.00 USD spent\n" in text
    assert "6.00 USD refunded\n" in text
    assert "  Payment    cash, nothing to pay\n" in text


def test_a_delivery_shows_its_money_and_the_referrers_bonus(cli, shop: Shop, buyer: int):
    shop.has_setting("reference_bonus_percent", "10")
    boris = shop.has_customer(102, "Boris", referrer_id=buyer)
    code = shop.has_order(boris, {"Green tea": 2}, status=OrderStatus.DELIVERED)

    text = cli("order", "show", code).stdout

    assert "  Payment    cash, paid\n" in text
    assert "  Received  60.00 USD\n" in text
    assert "60.00 USD cash by cli:test\n" in text
    assert "6.00 USD credited to 101, who invited the customer\n" in text
    assert "bonus-credited to 101: waits to be sent\n" in text
    assert timeline(cli, code)[-2:] == [
        "delivered by cli:test: 60.00 USD paid",
        "bonus credited to the referrer by cli:test: 6.00 USD",
    ]


def test_an_order_with_money_that_is_cancelled_says_that_it_goes_back(cli, cli_json, shop: Shop, buyer: int):
    shop.has_addresses(1)
    code = shop.has_order(buyer, {"Green tea": 1}, pay=PaymentMethod.BITCOIN, status=OrderStatus.CONFIRMED)
    shop.staff(orders.cancel, code)

    assert "bitcoin, to be returned\n" in cli("order", "show", code).stdout
    assert cli_json("order", "show", code)["received"] == "30.00"


def test_a_delivery_that_is_late_says_so(cli, shop: Shop, confirmed: str):
    shop.execute("UPDATE orders SET delivery_time = '2026-03-09 16:00:00'")

    assert "  Delivery  2026-03-09 16:00, overdue\n" in cli("order", "show", confirmed).stdout


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_a_bitcoin_address_stands_alone_and_in_one_piece(cli, shop: Shop, buyer: int, columns: str):
    shop.has_addresses(1)
    code = shop.has_order(buyer, {"Green tea": 1}, pay=PaymentMethod.BITCOIN)

    lines = cli("order", "show", code, COLUMNS=columns).stdout.splitlines()

    assert BITCOIN_ADDRESSES[0] in lines
    assert max(len(line) for line in lines if line != BITCOIN_ADDRESSES[0]) <= int(columns)


def test_an_event_of_which_the_shell_knows_nothing_is_told_as_it_stands(cli, shop: Shop, confirmed: str):
    def note(session: Session) -> None:
        facts = {"left_with": "the neighbour {0}", "times": 2, "nothing": None}
        events.record(session, "order.parcel_left", actor=STAFF, subject=f"order:{confirmed}", now=now(), **facts)

    shop.db.call(note)

    told = timeline(cli, confirmed)[-1]
    assert told == "parcel left by cli:test: left with the neighbour {0}, times 2"


def test_an_order_is_shown_as_json(cli_json, shop: Shop, confirmed: str):
    facts = cli_json("order", "show", confirmed)

    assert facts["delivery_address"] == ADDRESS
    assert facts["phone_number"] == PHONE
    assert facts["delivery_note"] is None
    assert facts["items"] == [{"item_name": "Green tea", "price": "30.00", "quantity": 2, "amount": "60.00"}]
    assert [(step["status"], step["actor"]) for step in facts["history"]] == [
        ("pending", "user:101"),
        ("reserved", "user:101"),
        ("confirmed", "cli:test"),
    ]
    assert Decimal(facts["due"]) == 60
    assert (facts["payment_state"], facts["received"], facts["payments"], facts["bonus"]) == ("unpaid", "0.00", [], [])
    assert [(each["kind"], each["recipient"], each["status"]) for each in facts["messages"]] == [
        ("order-new", 1, "pending"),
        ("order-confirmed", 101, "pending"),
    ]
    assert [(each["kind"], each["actor"], each["subject"]) for each in facts["timeline"]] == [
        ("order.reserved", "user:101", f"order:{confirmed}"),
        ("order.confirmed", "cli:test", f"order:{confirmed}"),
    ]
    assert facts["timeline"][0]["facts"] == {"total": "60.00", "bonus": "0.00", "lines": 1, "method": "cash"}
    assert list(facts) == [
        *("order_code", "order_status", "buyer_id", "payment_method", "currency", "total_price", "bonus_applied"),
        *("due", "created_at", "reserved_until", "delivery_time", "completed_at", "bitcoin_address", "buyer_name"),
        *("buyer_username", "delivery_address", "phone_number", "delivery_note", "discount_amount", "fee_amount"),
        *("items", "history", "payment_state", "received", "payments", "bonus", "messages", "timeline"),
    ]


def test_showing_an_order_that_does_not_exist_is_refused(cli):
    result = cli("order", "show", "ЖЖЖЖЖЖ")

    assert result.exit_code == 1
    assert result.stderr == "There is no order 'ЖЖЖЖЖЖ'. All orders: bot_cli.py order list --all\n"

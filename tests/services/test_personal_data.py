"""What the shop hands out of one person: everything, for machines, and nothing of anybody else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.config import ROOT
from bot.errors import NotFound
from bot.services import orders as personal_orders
from bot.services.privacy import personal_data
from tests.services.test_erasing import ANNA, LETTER, NAME, USERNAME, lived
from tests.shop import ADDRESS, PHONE, Shop, now


def known(shop: Shop) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(shop.db.read(personal_data.file_of, ANNA, now=now()))
    return file


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            # Facts are as different as what happened.
            yield from keys_of(inner if key != "facts" else {})
    elif isinstance(value, list):
        for each in value:
            yield from keys_of(each)


def test_everything_that_is_known_stands_in_the_file(shop: Shop):
    lived(shop)

    file = known(shop)

    profile = file["profile"]
    assert (profile["telegram_id"], profile["first_name"], profile["username"]) == (ANNA, NAME, USERNAME)
    assert (profile["language"], profile["role"], profile["invited_by"]) == ("ru", "USER", "the shop")
    assert file["saved_details"] == {"address": ADDRESS, "phone": PHONE, "note": None}
    assert [line["goods"] for line in file["cart"]] == ["Green tea"]
    assert file["checkout"]["address"] == ADDRESS
    assert [order["status"] for order in file["orders"]] == ["delivered", "expired", "cancelled"]
    delivered = file["orders"][0]
    assert (delivered["address"], delivered["phone"], delivered["total"]) == (ADDRESS, PHONE, "60.00")
    assert delivered["items"] == [{"goods": "Green tea", "price": "30.00", "quantity": 2}]
    assert [step["by"] for step in delivered["history"]] == ["you", "you", "the shop", "the shop"]
    assert [entry["kind"] for entry in file["bonus_ledger"]] == ["credited", "adjusted", "spent"]
    assert [entry["friend"] for entry in file["referral_earnings"]] == ["friend 1"]
    assert len(file["reference_codes"]) == 2
    assert [(line["from"], line["text"], line["file"]) for line in file["conversation"]] == [
        ("you", LETTER, "photo"),
        ("the shop", f"Dear {NAME}", None),
    ]
    assert [each["goods"] for each in file["waiting_list"]] == ["Cup"]
    assert {"letter", "order-delivered", "bonus-adjusted"} <= {each["kind"] for each in file["messages"]}
    assert {"customer.registered", "help.asked", "checkout.begun"} <= {each["kind"] for each in file["events"]}


def test_the_keys_are_those_that_are_promised_and_every_time_has_its_zone(shop: Shop):
    lived(shop)
    promised = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8")))

    file = known(shop)

    assert set(keys_of(file)) - promised == set()
    times = re.findall(r'"(\d{4}-\d\d-\d\dT[^"]*)"', json.dumps(file))
    assert times
    assert [time for time in times if not time.endswith("+00:00")] == []


def test_nobody_else_stands_in_the_file(shop: Shop):
    lived(shop)

    text = json.dumps(known(shop))

    assert [word for word in ("Fritz", "user:102", "102,", "cli:test", "staff") if word in text] == []


def test_who_has_not_entered_has_no_file(shop: Shop):
    with pytest.raises(NotFound):
        shop.db.read(personal_data.file_of, 5, now=now())


def test_a_thousand_orders_take_a_handful_of_statements(shop: Shop, statements):
    shop.has_goods(stock=5)
    shop.has_customer()
    code = shop.has_order(101, {"Green tea": 1})
    shop.staff(personal_orders.cancel, code)
    copied = "order_status, payment_method, currency, discount_amount, fee_amount, total_price, bonus_applied"
    copied += ", delivery_note, reserved_until, created_at, details_erased_at"
    shop.execute(
        "INSERT INTO orders (order_code, checkout_token, buyer_id, delivery_address, phone_number, "
        f"{copied}) SELECT CONCAT('Z', CHAR(65 + FLOOR(seq / 676)), CHAR(65 + FLOOR(seq / 26) % 26), "
        f"CHAR(65 + seq % 26), 'AA'), CONCAT('token', seq), 101, '', '', {copied} FROM orders, seq_1_to_999"
    )
    shop.execute("UPDATE orders SET total_price = 0 WHERE delivery_address = ''")
    shop.execute(
        "INSERT INTO order_history (order_id, from_status, to_status, actor, created_at) "
        "SELECT orders.id, step.from_status, step.to_status, 'user:101', step.created_at "
        "FROM orders, order_history step WHERE delivery_address = '' AND step.order_id = (SELECT MIN(id) FROM orders) "
        "ORDER BY orders.id, step.id"
    )

    with statements() as seen:
        file = json.loads(shop.db.read(personal_data.file_of, 101, now=now()))

    assert len(file["orders"]) == 1000
    assert len(seen) < 40

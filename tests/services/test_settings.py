from decimal import Decimal
from typing import Any

import pytest

from bot.errors import BadValue, NotFound
from bot.services import settings
from tests.shop import Shop

DEFAULTS = {
    "maintenance": "",
    "reference_codes_enabled": True,
    "reference_bonus_percent": Decimal(5),
    "timezone": "UTC",
    "cash_order_timeout_hours": 24,
    "bitcoin_order_timeout_hours": 24,
    "reservation_reminder_minutes": 60,
    "reservation_extension_hours": 12,
    "help_auto_message": "",
    "btc_low_addresses": 10,
    "low_stock": "off",
    "order_details_days": 90,
    "conversation_days": 365,
    "checkout_days": 30,
    "message_days": 90,
    "press_days": 90,
    "log_days": 90,
    "max_open_orders": 10,
    "max_pieces_per_goods": 1000,
    "presses_per_minute": 120,
    "messages_per_minute": 40,
    "searches_per_minute": 30,
    "checkouts_per_minute": 20,
    "max_orders_per_day": 50,
    "max_unpaid_bitcoin_orders": 5,
    "phone_region": "",
    "staff_group": "",
}

GOOD: list[tuple[str, str, Any]] = [
    ("order_details_days", "0", 0),
    ("conversation_days", "1", 1),
    ("checkout_days", "30", 30),
    ("message_days", "365", 365),
    ("press_days", "3650", 3650),
    ("log_days", "7", 7),
    ("maintenance", " We move house\nuntil 14:00 ", "We move house\nuntil 14:00"),
    ("maintenance", "Off", ""),
    ("searches_per_minute", "0", 0),
    ("checkouts_per_minute", "10000", 10000),
    ("max_orders_per_day", "1", 1),
    ("max_unpaid_bitcoin_orders", " 7 ", 7),
    ("reference_codes_enabled", "off", False),
    ("reference_codes_enabled", " YES ", True),
    ("reference_bonus_percent", "0", Decimal(0)),
    ("reference_bonus_percent", "100", Decimal(100)),
    ("reference_bonus_percent", "2.5", Decimal("2.5")),
    ("reference_bonus_percent", "0e-99999999", Decimal(0)),
    ("timezone", "Europe/Berlin", "Europe/Berlin"),
    ("cash_order_timeout_hours", "1", 1),
    ("cash_order_timeout_hours", "720", 720),
    ("bitcoin_order_timeout_hours", " 48 ", 48),
    ("reservation_extension_hours", " 0 ", 0),
    ("reservation_reminder_minutes", "0", 0),
    ("reservation_reminder_minutes", "1440", 1440),
    ("help_auto_message", "We answer <soon> & gladly.\nAnna", "We answer <soon> & gladly.\nAnna"),
    ("help_auto_message", "", ""),
    ("help_auto_message", "so\x00on\ud800", "soon"),
    ("btc_low_addresses", "10000", 10000),
    ("low_stock", "Off", "off"),
    ("low_stock", " 5 ", "5"),
    ("max_open_orders", "1", 1),
    ("max_pieces_per_goods", "5", 5),
    ("presses_per_minute", "0", 0),
    ("messages_per_minute", "10000", 10000),
    ("phone_region", "de", "DE"),
    ("phone_region", "", ""),
    ("staff_group", " -1001234567890 ", "-1001234567890"),
    ("staff_group", "", ""),
]

BAD = [
    ("order_details_days", "3651", "use a whole number from 0 to 3650"),
    ("conversation_days", "-1", "use a whole number from 0 to 3650"),
    ("checkout_days", "soon", "use a whole number from 0 to 3650"),
    ("message_days", "", "use a whole number from 0 to 3650"),
    ("press_days", "1.5", "use a whole number from 0 to 3650"),
    ("log_days", "1e3", "use a whole number from 0 to 3650"),
    ("maintenance", "on", "write the reason that customers shall read, or off to open the shop"),
    ("maintenance", "x" * 501, "write at most 500 characters"),
    ("reference_codes_enabled", "perhaps", "use true or false"),
    ("reference_bonus_percent", "150", "use a number from 0 to 100 with at most two decimals"),
    ("reference_bonus_percent", "-1", "use a number from 0 to 100 with at most two decimals"),
    ("reference_bonus_percent", "1,5", "use a number from 0 to 100 with at most two decimals"),
    ("reference_bonus_percent", "2.555", "use a number from 0 to 100 with at most two decimals"),
    ("reference_bonus_percent", "NaN", "use a number from 0 to 100 with at most two decimals"),
    ("reference_bonus_percent", "1e309", "use a number from 0 to 100 with at most two decimals"),
    ("timezone", "Mars", "use a name from the time zone database such as Europe/Berlin"),
    ("timezone", "../../etc/passwd", "use a name from the time zone database such as Europe/Berlin"),
    ("timezone", "", "use a name from the time zone database such as Europe/Berlin"),
    ("timezone", "UTC\x00", "use a name from the time zone database such as Europe/Berlin"),
    ("cash_order_timeout_hours", "0", "use a whole number from 1 to 720"),
    ("cash_order_timeout_hours", "721", "use a whole number from 1 to 720"),
    ("cash_order_timeout_hours", "-5", "use a whole number from 1 to 720"),
    ("cash_order_timeout_hours", "1.5", "use a whole number from 1 to 720"),
    ("cash_order_timeout_hours", "٥", "use a whole number from 1 to 720"),
    ("cash_order_timeout_hours", "9" * 10_000, "use a whole number from 1 to 720"),
    ("bitcoin_order_timeout_hours", "a day", "use a whole number from 1 to 720"),
    ("reservation_reminder_minutes", "1441", "use a whole number from 0 to 1440"),
    ("reservation_reminder_minutes", "000000000000" + "99999", "use a whole number from 0 to 1440"),
    ("reservation_extension_hours", "721", "use a whole number from 0 to 720"),
    ("help_auto_message", "x" * 1001, "write at most 1000 characters"),
    ("btc_low_addresses", "10001", "use a whole number from 0 to 10000"),
    ("low_stock", "1000001", "use a whole number from 0 to 1000000, or off"),
    ("searches_per_minute", "-1", "use a whole number from 0 to 10000"),
    ("checkouts_per_minute", "1.5", "use a whole number from 0 to 10000"),
    ("max_orders_per_day", "0", "use a whole number from 1 to 10000"),
    ("max_unpaid_bitcoin_orders", "many", "use a whole number from 1 to 1000"),
    ("max_open_orders", "0", "use a whole number from 1 to 1000"),
    ("presses_per_minute", "10001", "use a whole number from 0 to 10000"),
    ("messages_per_minute", "many", "use a whole number from 0 to 10000"),
    ("max_pieces_per_goods", "0", "use a whole number from 1 to 1000000"),
    ("staff_group", "1001", "use the id of a group such as -1001234567890, or nothing"),
    ("staff_group", "-" + "9" * 19, "use the id of a group such as -1001234567890, or nothing"),
    ("phone_region", "XX", "use a two-letter country code such as US, or nothing"),
]


def test_nobody_has_to_set_anything(shop: Shop):
    assert shop.db.read(settings.every) == DEFAULTS
    assert {key: shop.db.read(settings.get, key) for key in DEFAULTS} == DEFAULTS
    assert all(value.is_default for value in shop.db.read(settings.listed))


@pytest.mark.parametrize(("key", "text", "value"), GOOD)
def test_a_setting_is_read_in_its_own_type(shop: Shop, key: str, text: str, value: Any):
    changed = shop.staff(settings.change, key, text)

    assert shop.db.read(settings.get, key) == value
    assert type(shop.db.read(settings.get, key)) is type(value)
    assert shop.db.read(settings.every) == {**DEFAULTS, key: value}
    assert shop.db.read(settings.shown, key) == changed
    assert not changed.is_default


@pytest.mark.parametrize(("key", "text", "expected"), BAD)
def test_a_value_out_of_range_is_refused_in_words(shop: Shop, key: str, text: str, expected: str):
    with shop.refuses(BadValue) as refused:
        shop.staff(settings.change, key, text)

    assert refused.value.expected == expected
    assert len(refused.value.value) <= 100


def test_every_setting_has_good_and_bad_values_here():
    assert {key for key, *_ in GOOD} == {key for key, *_ in BAD} == set(settings.DEFINITIONS) == set(DEFAULTS)


def test_an_unknown_key_is_refused_with_what_was_probably_meant(shop: Shop):
    with shop.refuses(NotFound) as refused:
        shop.staff(settings.change, "time_zone", "UTC")

    assert str(refused.value) == "There is no setting 'time_zone'. Did you mean 'timezone'?"
    with pytest.raises(NotFound):
        shop.db.read(settings.get, "nonsense")


def test_a_change_is_stored_as_it_is_meant_and_stands_in_the_audit_trail(shop: Shop):
    shop.staff(settings.change, "reference_codes_enabled", "No")
    shop.staff(settings.change, "reference_bonus_percent", "7.50")
    shop.staff(settings.change, "reference_bonus_percent", "100")

    assert shop.db.read(settings.shown, "reference_codes_enabled").text == "false"
    assert [(event.subject, event.facts, event.actor) for event in shop.events("setting.changed")] == [
        ("setting:reference_codes_enabled", {"old": "true", "new": "false"}, "cli:test"),
        ("setting:reference_bonus_percent", {"old": "5", "new": "7.5"}, "cli:test"),
        ("setting:reference_bonus_percent", {"old": "7.5", "new": "100"}, "cli:test"),
    ]

"""Which settings there are: what each means, its type, range and default."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.services import maintenance
from bot.services import setting_kinds as kinds


@dataclass(frozen=True)
class Definition:
    """One setting: how its text is read, what it is when nobody set it, and a sentence for people."""

    key: str
    kind: str
    default: str
    meaning: str
    read: Callable[[str], Any]


ALL = (
    Definition(
        "reference_codes_enabled",
        "yes/no",
        "true",
        "Whether people need a reference code to enter the shop.",
        kinds.flag,
    ),
    Definition(
        "reference_bonus_percent",
        "percent 0-100",
        "5",
        "The referrer's share of the money that a referred customer pays, credited on delivery.",
        kinds.percent,
    ),
    Definition(
        "timezone", "time zone", "UTC", "The time zone of times in the shell, in messages and in the logs.", kinds.zone
    ),
    Definition(
        "cash_order_timeout_hours",
        "hours 1-720",
        "24",
        "How long goods stay reserved for an order paid in cash until staff confirm it.",
        kinds.whole(1, 720),
    ),
    Definition(
        "bitcoin_order_timeout_hours",
        "hours 1-720",
        "24",
        "How long goods stay reserved for an order paid in bitcoin until staff confirm it.",
        kinds.whole(1, 720),
    ),
    Definition(
        "reservation_reminder_minutes",
        "minutes 0-1440",
        "60",
        "How long before a reservation ends the customer is reminded; 0 means never.",
        kinds.whole(0, 1440),
    ),
    Definition(
        "reservation_extension_hours",
        "hours 0-720",
        "12",
        "How much longer goods stay reserved when the customer, reminded, asks for it, once; 0 means not at all.",
        kinds.whole(0, 720),
    ),
    Definition(
        "help_auto_message",
        "text",
        "",
        "What customers get at once when they begin to write to the shop; empty means nothing.",
        kinds.message,
    ),
    Definition(
        maintenance.KEY,
        "reason",
        "",
        "Why the shop is closed: customers read this at every press; empty or off means that it is open.",
        kinds.reason,
    ),
    Definition(
        "btc_low_addresses",
        "count 0-10000",
        "10",
        "The owner is warned when fewer free bitcoin addresses than this are left.",
        kinds.whole(0, 10000),
    ),
    Definition(
        "low_stock",
        "count 0-1000000 or off",
        "off",
        "The staff are told when so many or fewer of some goods are left, unless the goods have a number of their own.",
        kinds.whole_or_off(1_000_000),
    ),
    Definition(
        "max_open_orders",
        "count 1-1000",
        "10",
        "How many open orders one customer may have at a time.",
        kinds.whole(1, 1000),
    ),
    Definition(
        "max_pieces_per_goods",
        "count 1-1000000",
        "1000",
        "How many pieces of the same goods one customer may have in open orders at a time.",
        kinds.whole(1, 1_000_000),
    ),
    Definition(
        "presses_per_minute",
        "count 0-10000",
        "120",
        "How many presses of one customer are answered in a minute; 0 means all.",
        kinds.whole(0, 10_000),
    ),
    Definition(
        "messages_per_minute",
        "count 0-10000",
        "40",
        "How many messages of one customer are answered in a minute; 0 means all.",
        kinds.whole(0, 10_000),
    ),
    Definition(
        "searches_per_minute",
        "count 0-10000",
        "30",
        "How many searches of one customer are done in a minute; 0 means all.",
        kinds.whole(0, 10_000),
    ),
    Definition(
        "checkouts_per_minute",
        "count 0-10000",
        "20",
        "How many checkouts one customer may begin or change in a minute; 0 means any number.",
        kinds.whole(0, 10_000),
    ),
    Definition(
        "max_orders_per_day",
        "count 1-10000",
        "50",
        "How many orders one customer may place within 24 hours, also those that were cancelled since.",
        kinds.whole(1, 10_000),
    ),
    Definition(
        "max_unpaid_bitcoin_orders",
        "count 1-1000",
        "5",
        "How many bitcoin orders one customer may leave unpaid within 24 hours; each uses an address up for good.",
        kinds.whole(1, 1000),
    ),
    Definition(
        "phone_region",
        "country code",
        "",
        "The country of phone numbers written without +; empty means that + and the country code are needed.",
        kinds.region,
    ),
    Definition(
        "staff_group",
        "chat id",
        "",
        "The Telegram group in which orders are announced; empty means that the staff get them themselves.",
        kinds.group,
    ),
    Definition(
        "order_details_days",
        "days 0-3650",
        "90",
        "How many days after its end an order's address, phone number and note are erased; 0 means never.",
        kinds.whole(0, 3650),
    ),
    Definition(
        "conversation_days",
        "days 0-3650",
        "365",
        "After how many days what customers and staff wrote to each other is erased; 0 means never.",
        kinds.whole(0, 3650),
    ),
    Definition(
        "checkout_days",
        "days 0-3650",
        "30",
        "After how many days a checkout that nobody has finished is erased with its address; 0 means never.",
        kinds.whole(0, 3650),
    ),
    Definition(
        "message_days",
        "days 0-3650",
        "90",
        "After how many days what a sent message was filled with is erased from the outbox; 0 means never.",
        kinds.whole(0, 3650),
    ),
    Definition(
        "press_days",
        "days 0-3650",
        "90",
        "After how many days events of mere presses, such as a changed cart, are deleted; 0 means never.",
        kinds.whole(0, 3650),
    ),
    Definition(
        "log_days",
        "days 0-3650",
        "90",
        "After how many days a log file that was replaced by a newer one is deleted; 0 means never.",
        kinds.whole(0, 3650),
    ),
)

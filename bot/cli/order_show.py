"""`order show`: one order with everything."""

from decimal import Decimal
from typing import Any

import click

from bot.cli import Shell, known, options, order_words, output, pass_shell
from bot.cli.output import Column
from bot.models import Order, OrderStatus
from bot.services import clock
from bot.services.queries import order_timeline
from bot.services.queries.order_timeline import Story

GOODS = (
    Column("Quantity", main=True, right=True),
    Column("Name", main=True),
    Column("Price", right=True),
    Column("Amount", right=True),
)
PAYMENT_KEYS = ("method", "amount", "reference", "actor", "created_at")
BONUS_KEYS = ("kind", "amount", "user_id", "reason", "actor", "created_at")
MESSAGE_KEYS = ("kind", "recipient", "status", "created_at", "sent_at", "error")
EVENT_KEYS = ("kind", "actor", "subject", "facts", "created_at")
KEYS = (
    *order_words.KEYS,
    "completed_at",
    "bitcoin_address",
    "buyer_name",
    "buyer_username",
    "delivery_address",
    "phone_number",
    "delivery_note",
    "discount_amount",
    "fee_amount",
    options.inner("items", *order_words.ITEM_KEYS),
    options.inner("history", "status", "actor", "created_at"),
    "payment_state",
    "received",
    options.inner("payments", *PAYMENT_KEYS),
    options.inner("bonus", *BONUS_KEYS),
    options.inner("messages", *MESSAGE_KEYS),
    options.inner("timeline", *EVENT_KEYS),
)


@options.examples(
    "order show ABCDEF",
    "order show ABCDEF --json",
)
@click.command("show", short_help="Show an order with everything.")
@click.argument("code", type=known.ORDER)
@options.json_of(*KEYS)
@pass_shell
def show(shell: Shell, code: str, as_json: bool) -> None:
    """Show an order with its goods, money, delivery details, messages and timeline."""
    story = shell.db.read(order_timeline.story, code)
    if as_json:
        output.json_of(_facts(story))
    else:
        _print(story, shell.zone)


def _facts(story: Story) -> dict[str, Any]:
    whole = story.whole
    order = whole.order
    return {
        **order_words.facts(order),
        "completed_at": order.completed_at,
        "bitcoin_address": order.bitcoin_address,
        "buyer_name": whole.buyer_name,
        "buyer_username": whole.buyer_username,
        "delivery_address": whole.details.address,
        "phone_number": whole.details.phone,
        "delivery_note": whole.details.note,
        "discount_amount": order.discount_amount,
        "fee_amount": order.fee_amount,
        "items": [output.picked(each, order_words.ITEM_KEYS) for each in whole.items],
        "history": [
            {"status": step.to_status, "actor": step.actor, "created_at": step.created_at} for step in whole.steps
        ],
        "payment_state": story.payment_state,
        "received": story.received,
        "payments": [output.picked(each, PAYMENT_KEYS) for each in story.payments],
        "bonus": [output.picked(each, BONUS_KEYS) for each in story.bonus],
        "messages": [output.picked(each, MESSAGE_KEYS) for each in story.messages],
        "timeline": [output.picked(each, EVENT_KEYS) for each in story.events],
    }


def _print(story: Story, zone: str) -> None:
    order, currency = story.whole.order, story.whole.order.currency
    output.heading(f"Order {order.order_code} is {order.order_status}")
    output.facts(_about(story, zone))
    if order.bitcoin_address:
        output.heading("Bitcoin address")
        output.line(order.bitcoin_address)
    output.heading("Goods")
    output.table(GOODS, [_item(item, currency) for item in story.whole.items], nothing="There are none.")
    output.heading("Money")
    output.facts((title, output.amount(value, currency)) for title, value in _money(story) if value is not None)
    _print_past("Payments", ((each, _payment(each, currency)) for each in story.payments), zone)
    _print_past("Bonus", ((each, _bonus(each, order)) for each in story.bonus), zone)
    _print_past(
        "Messages",
        ((each, order_words.sent(each, buyer_id=order.buyer_id, zone=zone)) for each in story.messages),
        zone,
    )
    _print_past(
        "Timeline",
        (
            (each, order_words.happened(each.kind, each.actor, each.facts, currency=currency, zone=zone))
            for each in story.events
        ),
        zone,
    )
    output.remark(f"Times are in {zone}.")


def _print_past(title: str, rows: Any, zone: str) -> None:
    """Print what happened, a line each; nothing at all where nothing has."""
    lines = [(output.moment(row.created_at, zone), sentence) for row, sentence in rows]
    if lines:
        output.heading(title)
        output.facts(lines)


def _about(story: Story, zone: str) -> list[tuple[str, Any]]:
    order, details = story.whole.order, story.whole.details
    username = f" @{story.whole.buyer_username}" if story.whole.buyer_username else ""
    ends = output.moment(order.reserved_until, zone) if order.order_status == OrderStatus.RESERVED else None
    return [
        ("Customer", f"{story.whole.buyer_name}{username} ({order.buyer_id})".strip()),
        ("Address", details.address),
        ("Phone", details.phone),
        ("Note", details.note),
        ("Payment", f"{order.payment_method}, {story.payment_state}"),
        ("Reserved until", ends),
        ("Delivery", _delivery(order, zone)),
        ("Completed", output.moment(order.completed_at, zone)),
    ]


def _delivery(order: Order, zone: str) -> str:
    is_late = order.order_status == OrderStatus.CONFIRMED and order.delivery_time and order.delivery_time < clock.now()
    return output.moment(order.delivery_time, zone) + (", overdue" if is_late else "")


def _item(item: Any, currency: str) -> tuple[Any, ...]:
    price, amount = output.amount(item.price, currency), output.amount(item.amount, currency)
    return item.quantity, item.item_name, price, amount


def _money(story: Story) -> list[tuple[str, Decimal | None]]:
    order = story.whole.order
    return [
        ("Discount", order.discount_amount or None),
        ("Fee", order.fee_amount or None),
        ("Total", order.total_price),
        ("Bonus", order.bonus_applied or None),
        ("Due", order.due),
        ("Received", story.received or None),
    ]


def _payment(payment: Any, currency: str) -> str:
    reference = f", {payment.reference}" if payment.reference else ""
    return f"{output.amount(payment.amount, currency)} {payment.method} by {payment.actor}{reference}"


def _bonus(entry: Any, order: Order) -> str:
    whose = "" if entry.user_id == order.buyer_id else f" to {entry.user_id}, who invited the customer"
    return f"{output.amount(abs(entry.amount), order.currency)} {entry.kind}{whose}"

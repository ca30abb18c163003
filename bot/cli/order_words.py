"""Orders as the shell words them: what scripts read of one, its amounts, and the sentences of its timeline."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.cli import output
from bot.models import Order, OrderStatus, OutboxMessage, OutboxStatus, PaymentMethod
from bot.services import clock
from bot.services.queries.order_lists import Listed

STATUSES = tuple(status.value for status in OrderStatus)
PAYMENTS = tuple(method.value for method in PaymentMethod)


KEYS = (
    "order_code",
    "order_status",
    "buyer_id",
    "payment_method",
    "currency",
    "total_price",
    "bonus_applied",
    "due",
    "created_at",
    "reserved_until",
    "delivery_time",
)
"""What scripts may rely on for every order."""
ITEM_KEYS = ("item_name", "price", "quantity", "amount")


def facts(order: Order | Listed) -> dict[str, Any]:
    """Return what scripts may rely on for every order."""
    due = order.total_price - order.bonus_applied
    return {key: due if key == "due" else getattr(order, key) for key in KEYS}


def happened(kind: str, actor: str, given: Mapping[str, Any], *, currency: str, zone: str) -> str:
    """Return an event of an order as a sentence: what, by whom, and what else is known about it."""
    known = dict(given)
    what = WHAT.get(kind) or kind.rpartition(".")[2].replace("_", " ")
    if "{" in what:
        what = what.format(name=known.pop("name", "?"), quantity=known.pop("quantity", "?"))
    more = [_known(name, value, currency, zone) for name, value in known.items() if name not in UNTOLD]
    told = ", ".join(word for word in more if word)
    return f"{what} by {actor}{f': {told}' if told else ''}"


def sent(message: OutboxMessage, *, buyer_id: int, zone: str) -> str:
    """Return what has become of a message, as a sentence."""
    who = "the customer" if message.recipient == buyer_id else str(message.recipient)
    fate = FATES[message.status]
    if message.status is OutboxStatus.SENT and message.sent_at is not None:
        fate = f"sent {clock.local(message.sent_at, zone)}"
    why = f" ({message.error})" if message.error and message.status is not OutboxStatus.SENT else ""
    return f"{message.kind} to {who}: {fate}{why}"


def _known(name: str, value: Any, currency: str, zone: str) -> str:
    """Return one fact of an event, or nothing where there is nothing to tell."""
    if value in (None, "", 0) or (name in AMOUNTS and not Decimal(value)):
        return ""
    if name in AMOUNTS:
        return AMOUNTS[name].format(output.amount(Decimal(value), currency))
    if name in TIMES:
        return TIMES[name].format(clock.local(datetime.fromisoformat(value), zone))
    return OTHERS.get(name, f"{name.replace('_', ' ')} {{}}").format(value)


WHAT = {
    "order.reserved": "made",
    "order.item_added": "{quantity} of {name!r} added",
    "order.item_removed": "{quantity} of {name!r} removed",
    "order.delivery_time": "delivery moved",
    "order.reminded": "customer reminded",
    "order.paid_but_unconfirmed": "kept beyond its time because it is paid",
    "bonus.credited": "bonus credited to the referrer",
}
"""What an event is called, where its kind does not say it."""
AMOUNTS = {
    "total": "total {}",
    "bonus": "{} of bonus",
    "refunded": "{} of bonus refunded",
    "bonus_returned": "{} of bonus given back",
    "paid": "{} paid",
    "amount": "{}",
}
TIMES = {"delivery_time": "delivery {}", "reserved_until": "until {}"}
OTHERS = {"method": "{}", "reason": "{}"}
UNTOLD = {"lines"}
FATES = {
    OutboxStatus.PENDING: "waits to be sent",
    OutboxStatus.SENT: "sent",
    OutboxStatus.SENDING: "is being sent",
    OutboxStatus.UNCERTAIN: "may have arrived",
    OutboxStatus.BLOCKED: "not sent, the bot is blocked there",
    OutboxStatus.DEAD: "not sent",
    OutboxStatus.DROPPED: "not sent",
    OutboxStatus.PARKED: "not sent",
    OutboxStatus.REPEATED: "queued again",
}

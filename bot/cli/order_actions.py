"""What can be done to an order: which options each action needs and takes, the service behind it, and its sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from bot.cli import Shell, output
from bot.models import Order
from bot.services import clock, money, order_edits, orders

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """The order after the action, a sentence about it, and whether somebody is told."""

    order: Order
    sentence: str
    is_told: bool = True


@dataclass(frozen=True)
class Action:
    """One option that does something; `needs` and `takes` name the other options that belong to it."""

    do: Callable[[Shell, Said], Done]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()


def chosen(said: Said) -> Action:
    """Return the one action that was asked for.

    Raises:
        UsageError: none or several were, or options are missing or do not belong to it.
    """
    names = [name for name in ACTIONS if name in said]
    if len(names) != 1:
        every = ", ".join(_option(name) for name in ACTIONS)
        raise click.UsageError(f"Choose exactly one of {every}.")
    action, rest = ACTIONS[names[0]], set(said) - {names[0]}
    missing = sorted(({"order_code"} | action.needs) - rest)
    if missing:
        raise click.UsageError(f"{_option(names[0])} needs {' and '.join(_option(name) for name in missing)}.")
    foreign = sorted(rest - {"order_code"} - action.needs - action.takes)
    if foreign:
        raise click.UsageError(f"{_option(names[0])} does not go with {', '.join(_option(name) for name in foreign)}.")
    return action


def _confirm(shell: Shell, said: Said) -> Done:
    when = _delivery_time(shell, said)
    order = shell.db.call(orders.confirm, said["order_code"], delivery_time=when, actor=shell.actor, now=clock.now())
    return Done(order, f"Order {order.order_code} is confirmed for delivery at {output.zoned(when, shell.zone)}.")


def _deliver(shell: Shell, said: Said) -> Done:
    order = shell.db.call(orders.deliver, said["order_code"], actor=shell.actor, now=clock.now())
    return Done(order, f"Order {order.order_code} is delivered, {_amount(order, order.due)} paid.")


def _cancel(shell: Shell, said: Said) -> Done:
    order = shell.db.call(
        orders.cancel, said["order_code"], reason=said.get("reason"), actor=shell.actor, now=clock.now()
    )
    return Done(order, f"Order {order.order_code} is cancelled and its goods are released.")


def _revive(shell: Shell, said: Said) -> Done:
    zone = shell.zone
    order = shell.db.call(orders.revive, said["order_code"], actor=shell.actor, now=clock.now())
    return Done(order, f"Order {order.order_code} is reserved again until {output.zoned(order.reserved_until, zone)}.")


def _add_item(shell: Shell, said: Said) -> Done:
    name, quantity = said["add_item"], said["quantity"]
    order = shell.db.call(
        order_edits.add_item,
        said["order_code"],
        name,
        quantity,
        notify="notify" in said,
        actor=shell.actor,
        now=clock.now(),
    )
    return _edited(order, said, f"has {quantity} more of {name.strip()!r}")


def _remove_item(shell: Shell, said: Said) -> Done:
    name, quantity = said["remove_item"], said["quantity"]
    order = shell.db.call(
        order_edits.remove_item,
        said["order_code"],
        name,
        quantity,
        notify="notify" in said,
        actor=shell.actor,
        now=clock.now(),
    )
    return _edited(order, said, f"has {quantity} fewer of {name.strip()!r}")


def _update_delivery_time(shell: Shell, said: Said) -> Done:
    when = _delivery_time(shell, said)
    order = shell.db.call(
        order_edits.change_delivery_time,
        said["order_code"],
        when,
        notify="notify" in said,
        actor=shell.actor,
        now=clock.now(),
    )
    sentence = f"Order {order.order_code} will be delivered at {output.zoned(when, shell.zone)}."
    return Done(order, sentence, is_told="notify" in said)


def _update_address(shell: Shell, said: Said) -> Done:
    return _rewritten(shell, said, order_edits.change_address, said["update_address"], "has another delivery address")


def _update_note(shell: Shell, said: Said) -> Done:
    return _rewritten(shell, said, order_edits.change_note, said["update_note"], "has another delivery note")


ACTIONS = {
    "status_confirmed": Action(_confirm, needs=frozenset({"delivery_time"})),
    "status_delivered": Action(_deliver),
    "cancel": Action(_cancel, takes=frozenset({"reason"})),
    "revive": Action(_revive),
    "add_item": Action(_add_item, needs=frozenset({"quantity"}), takes=frozenset({"notify"})),
    "remove_item": Action(_remove_item, needs=frozenset({"quantity"}), takes=frozenset({"notify"})),
    "update_delivery_time": Action(
        _update_delivery_time, needs=frozenset({"delivery_time"}), takes=frozenset({"notify"})
    ),
    "update_address": Action(_update_address, takes=frozenset({"notify"})),
    "update_note": Action(_update_note, takes=frozenset({"notify"})),
}


def _rewritten(shell: Shell, said: Said, edit: Callable[..., Order], text: str, what: str) -> Done:
    order = shell.db.call(edit, said["order_code"], text, notify="notify" in said, actor=shell.actor, now=clock.now())
    return Done(order, f"Order {order.order_code} {what}.", is_told="notify" in said)


def _edited(order: Order, said: Said, what: str) -> Done:
    total = _amount(order, order.total_price)
    return Done(order, f"Order {order.order_code} {what} and comes to {total}.", is_told="notify" in said)


def _delivery_time(shell: Shell, said: Said) -> datetime:
    return clock.parse_future(said["delivery_time"], shell.zone, now=clock.now())


def _amount(order: Order, amount: Any) -> str:
    return f"{money.rounded(amount, order.currency)} {order.currency}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"

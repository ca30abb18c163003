"""What can be done to an order: the operation behind each deed, and the sentence that says that it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from bot.cli import Shell, output
from bot.models import Order
from bot.services import clock, order_edits, orders
from bot.services.order_edits import Changes

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Deed:
    """One thing to do to an order; `tells` whether somebody gets a message about it."""

    operation: Callable[..., Order]
    say: Callable[[Order], str]
    given: Mapping[str, Any] = field(default_factory=dict)
    tells: bool = True

    def do(self, shell: Shell, code: str) -> Order:
        """Do it, as a transaction of its own, and return the order."""
        return shell.db.call(self.operation, code, actor=shell.actor, now=clock.now(), **self.given)

    def rehearse(self, shell: Shell, code: str) -> Order:
        """Return the order as it would be; nothing is changed."""
        return shell.db.rehearse(self.operation, code, actor=shell.actor, now=clock.now(), **self.given)


def confirming(shell: Shell, delivery_time: str) -> Deed:
    """Return how orders are confirmed for a time in the shop's zone.

    Raises:
        BadValue: it is no time, or over already.
    """
    when = clock.parse_future(delivery_time, shell.zone, now=clock.now())
    told = f"is confirmed for delivery at {output.zoned(when, shell.zone)}."
    return Deed(orders.confirm, lambda order: f"Order {order.order_code} {told}", {"delivery_time": when})


def delivering() -> Deed:
    """Return how orders are delivered."""
    return Deed(orders.deliver, _delivered)


def cancelling(reason: str | None) -> Deed:
    """Return how orders are cancelled."""
    told = "is cancelled and its goods are released."
    return Deed(orders.cancel, lambda order: f"Order {order.order_code} {told}", {"reason": reason})


def reviving(shell: Shell) -> Deed:
    """Return how expired orders are reserved again."""
    zone = shell.zone
    return Deed(orders.revive, lambda order: _revived(order, zone))


def editing(shell: Shell, changes: Changes, *, notify: bool) -> Deed:
    """Return how an order is changed."""
    told = _told(changes, shell.zone)
    return Deed(
        order_edits.change, lambda order: _edited(order, told), {"changes": changes, "notify": notify}, tells=notify
    )


@dataclass(frozen=True)
class Action:
    """One option that does something; `needs` and `takes` name the other options that belong to it."""

    deed: Callable[[Shell, Said], Deed]
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


def _edit(changes: Callable[[Shell, Said], Changes], *needs: str) -> Action:
    def deed(shell: Shell, said: Said) -> Deed:
        return editing(shell, changes(shell, said), notify="notify" in said)

    return Action(deed, frozenset(needs), frozenset({"notify"}))


def moved_to(shell: Shell, delivery_time: str) -> Changes:
    """Return the change to another delivery time, in the shop's zone.

    Raises:
        BadValue: it is no time, or over already.
    """
    return Changes(delivery_time=clock.parse_future(delivery_time, shell.zone, now=clock.now()))


TOTAL = "comes to"
ACTIONS = {
    "status_confirmed": Action(
        lambda shell, said: confirming(shell, said["delivery_time"]), needs=frozenset({"delivery_time"})
    ),
    "status_delivered": Action(lambda *_: delivering()),
    "cancel": Action(lambda _, said: cancelling(said.get("reason")), takes=frozenset({"reason"})),
    "revive": Action(lambda shell, _: reviving(shell)),
    "add_item": _edit(lambda _, said: Changes(add={said["add_item"]: said["quantity"]}), "quantity"),
    "remove_item": _edit(lambda _, said: Changes(remove={said["remove_item"]: said["quantity"]}), "quantity"),
    "update_delivery_time": _edit(lambda shell, said: moved_to(shell, said["delivery_time"]), "delivery_time"),
    "update_address": _edit(lambda _, said: Changes(address=said["update_address"])),
    "update_note": _edit(lambda _, said: Changes(note=said["update_note"])),
}


def _delivered(order: Order) -> str:
    return f"Order {order.order_code} is delivered, {output.amount(order.due, order.currency)} paid."


def _revived(order: Order, zone: str) -> str:
    return f"Order {order.order_code} is reserved again until {output.zoned(order.reserved_until, zone)}."


def _told(changes: Changes, zone: str) -> list[str]:
    """Return what is said about each change; what the order comes to is known when it is done."""
    has = [f"{quantity} more of {name.strip()!r}" for name, quantity in changes.add.items()]
    has += [f"{quantity} fewer of {name.strip()!r}" for name, quantity in changes.remove.items()]
    has += ["another delivery address"] if changes.address is not None else []
    has += ["another phone number"] if changes.phone is not None else []
    has += ["another delivery note"] if changes.note is not None else []
    told = [f"has {_in_a_row(has)}"] if has else []
    told += [TOTAL] if changes.add or changes.remove else []
    when = changes.delivery_time
    return told + ([f"will be delivered at {output.zoned(when, zone)}"] if when is not None else [])


def _edited(order: Order, told: list[str]) -> str:
    total = f"{TOTAL} {output.amount(order.total_price, order.currency)}"
    return f"Order {order.order_code} {_in_a_row([total if each is TOTAL else each for each in told])}."


def _in_a_row(words: list[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"

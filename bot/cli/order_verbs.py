"""`order confirm`, `deliver`, `cancel`, `revive` and `edit`: one or many orders."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from bot.cli import Shell, known, options, order_actions, order_batch, order_codes, pass_shell
from bot.services.order_edits import Changes

Command = TypeVar("Command", bound=Callable[..., Any])

TIME = '"YYYY-MM-DD HH:MM" in the shop\'s time zone.'


class Counted(click.ParamType[tuple[str, int]]):
    """Goods with their quantity: NAME=2."""

    name = "NAME=N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Return the name and the quantity; the last "=" parts them."""
        name, _, quantity = str(value).rpartition("=")
        try:
            return name.strip(), int(quantity)
        except ValueError:
            self.fail(f'{value!r} is not written as NAME=QUANTITY, such as "Green tea=2".', param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """Offer names of goods."""
        found = known.GOODS.shell_complete(ctx, param, incomplete)
        return [CompletionItem(f"{item.value}=", help=item.help) for item in found]


def _many(command: Command) -> Command:
    """Add what every verb has."""
    for option in (options.json_of(*order_batch.KEYS), options.dry_run, options.yes):
        command = option(command)
    return command


@options.examples(
    'order confirm ABCDEF --delivery-time "2026-12-20 14:30"',
    'order confirm ABCDEF GHJKLM --delivery-time "2026-12-20 14:30" --yes',
    'order confirm - --delivery-time "2026-12-20 14:30" --dry-run --json < codes.txt',
)
@click.command("confirm", short_help="Promise delivery, for one or many orders.")
@order_codes.argument("reserved")
@click.option("--delivery-time", metavar="TIME", required=True, help=f"When they are delivered: {TIME}")
@_many
@pass_shell
def confirm(shell: Shell, /, codes: Iterable[str], delivery_time: str, **how: Any) -> None:
    """Promise delivery: reserved orders no longer expire, and the customers are told.

    CODES are order codes; - reads them from standard input, one a line or with spaces between, also as order list
    --json prints them. Each order is confirmed by itself: the others stay confirmed when one is refused.
    """
    deed = order_actions.confirming(shell, delivery_time)
    _do(shell, deed, "Confirm", order_codes.read(codes), asks_for_one=False, **how)


@options.examples(
    "order deliver ABCDEF",
    "order deliver ABCDEF GHJKLM --dry-run",
    "order deliver ABCDEF GHJKLM --yes --json",
)
@click.command("deliver", short_help="Hand confirmed orders over.")
@order_codes.argument("confirmed")
@_many
@pass_shell
def deliver(shell: Shell, /, codes: Iterable[str], **how: Any) -> None:
    """Hand confirmed orders over: the stock shrinks, bonus is credited, the customers are told.

    CODES are order codes; - reads them from standard input. Each order is delivered by itself.
    """
    _do(shell, order_actions.delivering(), "Deliver", order_codes.read(codes), **how)


@options.examples(
    'order cancel ABCDEF --reason "Sold out"',
    'order cancel ABCDEF GHJKLM --reason "Closed for holidays" --yes',
    "order cancel - --dry-run --json < codes.txt",
)
@click.command("cancel", short_help="Call orders off and release their goods.")
@order_codes.argument("reserved", "confirmed")
@click.option("--reason", metavar="TEXT", help="Why; the customer reads it.")
@_many
@pass_shell
def cancel(shell: Shell, /, codes: Iterable[str], reason: str | None, **how: Any) -> None:
    """Call orders off: their goods are released, bonus is refunded, the customers are told.

    CODES are order codes; - reads them from standard input. Each order is cancelled by itself.
    """
    _do(shell, order_actions.cancelling(reason), "Cancel", order_codes.read(codes), **how)


@options.examples(
    "order revive ABCDEF",
    "order revive ABCDEF GHJKLM --dry-run",
    "order revive ABCDEF GHJKLM --yes --json",
)
@click.command("revive", short_help="Reserve the goods of expired orders again.")
@order_codes.argument("expired")
@_many
@pass_shell
def revive(shell: Shell, /, codes: Iterable[str], **how: Any) -> None:
    """Reserve the goods of expired orders again, for late payments; the customers are told.

    CODES are order codes; - reads them from standard input. Each order is revived by itself; with --dry-run each is
    tried by itself too, so two may look possible where the stock is enough for one.
    """
    _do(shell, order_actions.reviving(shell), "Revive", order_codes.read(codes), asks_for_one=False, **how)


@options.examples(
    'order edit ABCDEF --add "Green tea=2" --remove "Oolong=1" --notify',
    'order edit ABCDEF --address "12 Harbour Street, flat 4" --phone "+49 151 12345678" --note "Ring twice"',
    'order edit ABCDEF --delivery-time "2026-12-21 10:00" --dry-run --json',
)
@click.command("edit", short_help="Change an open order, several things at once.")
@click.argument("code", type=known.order_in("reserved", "confirmed"))
@click.option("--add", type=Counted(), multiple=True, help="So many more of these goods; may be given several times.")
@click.option("--remove", type=Counted(), multiple=True, help="So many fewer; may be given several times.")
@click.option("--address", metavar="TEXT", help="Deliver to another address.")
@click.option("--phone", metavar="NUMBER", help="Another phone number of the customer.")
@click.option("--note", metavar="TEXT", help='Another delivery note; "" removes it.')
@click.option("--delivery-time", metavar="TIME", help=f"Deliver at another time: {TIME}")
@options.notify
@options.dry_run
@options.json_of(*order_batch.KEYS)
@pass_shell
def edit(shell: Shell, /, code: str, notify: bool, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Change an open order: all of the changes are made, or none.

    Goods that the order has already keep the price that was agreed.
    """
    if not any(value is not None and value != () for value in said.values()):
        raise click.UsageError("Say what to change: --add, --remove, --address, --phone, --note or --delivery-time.")
    changes = Changes(_summed(said["add"]), _summed(said["remove"]), None, said["address"], said["note"], said["phone"])
    if said["delivery_time"] is not None:
        moved = order_actions.moved_to(shell, said["delivery_time"])
        changes = replace(changes, delivery_time=moved.delivery_time)
    deed = order_actions.editing(shell, changes, notify=notify)
    order_batch.run(shell, deed, order_codes.read([code]) or [code], is_rehearsed=dry_run, as_json=as_json)


VERBS = (confirm, deliver, cancel, revive, edit)


def _do(
    shell: Shell,
    deed: order_actions.Deed,
    verb: str,
    codes: list[str],
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    asks_for_one: bool = True,
) -> None:
    if not dry_run and (asks_for_one or len(codes) > 1):
        order_batch.ask(shell, verb, codes, yes=yes)
    order_batch.run(shell, deed, codes, is_rehearsed=dry_run, as_json=as_json)


def _summed(goods: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the quantity of each name, however often it was given."""
    found: dict[str, int] = {}
    for name, quantity in goods:
        found[name] = found.get(name, 0) + quantity
    return found

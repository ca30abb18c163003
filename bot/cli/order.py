"""`order`: the options that do one thing to one order, and the verbs beside them."""

from typing import Any

import click

from bot.cli import (
    Shell,
    known,
    messages,
    options,
    order_actions,
    order_list,
    order_paper,
    order_show,
    order_verbs,
    order_watch,
    order_words,
    output,
)


@options.examples(
    'order --order-code ABCDEF --status-confirmed --delivery-time "2026-12-20 14:30"',
    "order --order-code ABCDEF --status-delivered",
    'order --order-code ABCDEF --cancel --reason "Sold out"',
    'order --order-code ABCDEF --add-item "Green tea" --quantity 2',
    'order --order-code ABCDEF --remove-item "Green tea" --quantity 1 --notify',
    'order --order-code ABCDEF --update-delivery-time --delivery-time "2026-12-21 10:00" --notify',
    'order --order-code ABCDEF --update-address "12 Harbour Street, flat 4" --notify',
    'order --order-code ABCDEF --update-note "Ring twice"',
    "order --order-code ABCDEF --revive --json",
    "order list --status reserved",
)
@click.group("order", invoke_without_command=True, no_args_is_help=True)
@click.option("--order-code", metavar="CODE", type=known.ORDER, help="Which order; capital or small letters.")
@click.option("--status-confirmed", is_flag=True, help="Confirm it; needs --delivery-time.")
@click.option("--status-delivered", is_flag=True, help="Hand it over: the stock shrinks, bonus is credited.")
@click.option("--cancel", is_flag=True, help="Call it off: goods are released, bonus is refunded.")
@click.option("--revive", is_flag=True, help="Reserve an expired order's goods again.")
@click.option("--add-item", metavar="NAME", type=known.GOODS, help="Add goods; needs --quantity.")
@click.option("--remove-item", metavar="NAME", type=known.GOODS, help="Take goods out; needs --quantity.")
@click.option("--update-delivery-time", is_flag=True, help="Plan another time; needs --delivery-time.")
@click.option("--update-address", metavar="TEXT", help="Deliver to another address.")
@click.option("--update-note", metavar="TEXT", help='Another delivery note; "" removes it.')
@click.option("--delivery-time", metavar="TIME", help='"YYYY-MM-DD HH:MM" in the shop\'s time zone.')
@click.option("--quantity", type=int, metavar="N", help="How many.")
@click.option("--reason", metavar="TEXT", help="Why it is cancelled; the customer reads it.")
@options.notify
@options.json_of(*order_words.KEYS)
@click.pass_context
def order(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Confirm, deliver, cancel, revive, edit, list, show, print and watch orders.

    The options do one thing to one order; the commands below do more, also to many orders, and ask before what cannot
    be undone.
    """
    said = {name: value for name, value in given.items() if value is not None and value is not False}
    if ctx.invoked_subcommand is None:
        _act(ctx.obj, said, as_json)
    elif said or as_json:
        raise click.UsageError(
            f"Write the options of {ctx.invoked_subcommand!r} behind it; those before it are for one order."
        )


PAPER = (order_paper.picklist, order_paper.slip)
for command in (order_list.list_orders, order_show.show, *order_verbs.VERBS, *PAPER, order_watch.watch):
    order.add_command(command)


def _act(shell: Shell, said: dict[str, Any], as_json: bool) -> None:
    deed = order_actions.chosen(said).deed(shell, said)
    done = deed.do(shell, said["order_code"])
    if as_json:
        output.json_of(order_words.facts(done))
    else:
        output.line(deed.say(done))
    if deed.tells:
        messages.mention(shell)

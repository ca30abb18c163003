"""`inventory`: what is on the shelf, and what a person puts there or takes away."""

from typing import Any

import click

from bot.cli import Shell, known, options, output, pass_shell
from bot.models import Goods
from bot.services import catalog, clock, stock


@options.examples(
    'inventory "Green tea"',
    'inventory "Green tea" --set 100',
    'inventory "Green tea" --add 50',
    'inventory "Green tea" --remove 25',
)
@click.command("inventory")
@click.argument("name", type=known.GOODS)
@click.option("--set", "set_to", type=int, metavar="N", help="So many are on the shelf.")
@click.option("--add", type=int, metavar="N", help="So many more.")
@click.option("--remove", type=int, metavar="N", help="So many fewer.")
@options.as_json
@pass_shell
def inventory(shell: Shell, name: str, set_to: int | None, add: int | None, remove: int | None, as_json: bool) -> None:
    """Show what is in stock, or change it."""
    changes = [
        (change, quantity)
        for change, quantity in ((stock.set_to, set_to), (stock.add, add), (stock.remove, remove))
        if quantity is not None
    ]
    if len(changes) > 1:
        raise click.UsageError("Choose one of --set, --add and --remove.")
    if changes:
        change, quantity = changes[0]
        goods = shell.db.call(change, name, quantity, actor=shell.actor, now=clock.now())
    else:
        goods = shell.db.read(catalog.goods_named, name)
    _print(goods, as_json)


def _print(goods: Goods, as_json: bool) -> None:
    if as_json:
        output.json_of(_facts(goods))
    else:
        output.line(
            f"{goods.name}: {goods.stock_quantity} in stock, {goods.reserved_quantity} reserved, "
            f"{goods.available} available."
        )


def _facts(goods: Goods) -> dict[str, Any]:
    return {
        "name": goods.name,
        "stock_quantity": goods.stock_quantity,
        "reserved_quantity": goods.reserved_quantity,
        "available": goods.available,
    }

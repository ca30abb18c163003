"""`inventory`: what is on the shelf, what a person puts there or takes away, and what has moved it."""

from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from bot.cli import Shell, goods_words, inventory_count, known, listing, options, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import Goods
from bot.services import catalog, clock, stock
from bot.services.queries import goods_lists
from bot.services.queries.goods_lists import Listed, Sort, Wanted

KEYS = ("name", "stock_quantity", "reserved_quantity", "available")
"""What scripts read of goods."""
CHANGING = ("--set", "--add", "--remove")
LIST_COLUMNS = (
    Column("Goods", main=True),
    Column("Available", main=True, right=True),
    Column("Stock", right=True),
    Column("Reserved", right=True),
    Column("Value", right=True),
    Column("State"),
)


@options.examples(
    'inventory "Green tea"',
    'inventory "Green tea" --set 100',
    'inventory "Green tea" --add 50 --reason "delivery of 21 November"',
    'inventory "Green tea" --remove 25 --json',
)
@click.command("inventory")
@click.argument("name", type=known.GOODS)
@click.option("--set", "set_to", type=int, metavar="N", help="So many are on the shelf.")
@click.option("--add", type=int, metavar="N", help="So many more.")
@click.option("--remove", type=int, metavar="N", help="So many fewer.")
@options.reason
@options.json_of(*KEYS)
@pass_shell
def one(
    shell: Shell,
    name: str,
    set_to: int | None,
    add: int | None,
    remove: int | None,
    reason: str | None,
    as_json: bool,
) -> None:
    """Show what is in stock, or change it."""
    changes = [
        (change, quantity)
        for change, quantity in ((stock.set_to, set_to), (stock.add, add), (stock.remove, remove))
        if quantity is not None
    ]
    if len(changes) > 1:
        raise click.UsageError("Choose one of --set, --add and --remove.")
    if reason and not changes:
        raise click.UsageError("--reason goes with --set, --add or --remove.")
    if changes:
        change, quantity = changes[0]
        goods = shell.db.call(change, name, quantity, reason=reason, actor=shell.actor, now=clock.now())
    else:
        goods = shell.db.read(catalog.goods_named, name)
    _print(goods, as_json)


class GoodsOrCommand(click.Group):
    """A group whose first word may also be a name of goods: always when stock is changed, else if it is no command."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Begin what was asked for, with goods or with a command of the group."""
        command = self._command(args)
        if command is None:
            return one.make_context(info_name, args, parent, **extra)
        if command:
            args.insert(0, args.pop(args.index(command)))
        return super().make_context(info_name, args, parent, **extra)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """Offer the commands and the goods that begin like this."""
        goods = known.GOODS.shell_complete(ctx, one.params[0], incomplete)
        return [*super().shell_complete(ctx, incomplete), *goods]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both forms."""
        formatter.write_usage(ctx.command_path, "NAME [--set N | --add N | --remove N]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="   or: ")

    def _command(self, args: Sequence[str]) -> str | None:
        """Return the command that these words mean; "" is the help of the group, None are goods."""
        if any(word.partition("=")[0] in CHANGING for word in args) or args[:1] == ["--"]:
            return None
        name = next((word for word in args if not word.startswith("-")), "")
        return name if not name or name in self.commands else None


@options.examples(
    'inventory "Green tea"',
    'inventory "Green tea" --set 100',
    'inventory "Green tea" --add 50 --reason "delivery of 21 November"',
    'inventory "Green tea" --remove 25 --json',
    "inventory list --low 5",
    'inventory log "Green tea" --since 2026-11-01',
    "inventory count sheet.csv",
)
@click.group("inventory", cls=GoodsOrCommand, params=[param for param in one.params if isinstance(param, click.Option)])
def inventory(**_: Any) -> None:
    """Show what is in stock, change it, count it, and see what has moved it.

    The first word is the name of goods, in quotes if it has spaces, or one of the commands below. With --set, --add or
    --remove it is always goods; "inventory -- list" shows goods that are called like a command.
    """


inventory.add_command(inventory_count.count)


@options.examples(
    "inventory list --low 5 --sort available",
    "inventory list --sort stock --reverse --limit 20 --page 2",
    'inventory list --search "green" --all --json',
)
@inventory.command("list")
@click.option("--low", metavar="N", type=options.Whole(0, 10**9), help="Only goods of which N or fewer are available.")
@click.option("--search", metavar="TEXT", help="Only goods with this in their name or description.")
@goods_words.sorting
@listing.paged
@options.json_of(*KEYS, "category", "price", "value", "currency", "archived_at", "closed_by")
@pass_shell
def list_stock(
    shell: Shell, low: int | None, search: str | None, sort: str, reverse: bool, page: Page, as_json: bool
) -> None:
    """List all goods with their stock, and what it is worth.

    The stock is what lies on the shelf; what is reserved of it is promised to open orders, the rest is available.
    """
    currency = shell.config.pay_currency
    wanted = Wanted(text=search, available_at_most=low)
    with shell.db.stream(goods_lists.listed, wanted, page.window, sort=Sort(sort), is_reversed=reverse) as rows:
        listing.show(
            rows,
            page,
            columns=LIST_COLUMNS,
            cells=lambda row: (
                row.name,
                row.available,
                row.stock_quantity,
                row.reserved_quantity,
                output.amount(row.value, currency),
                goods_words.state(row),
            ),
            facts=lambda row: _stock_facts(row, currency),
            as_json=as_json,
            nothing="There are no such goods." if search or low is not None else goods_words.NO_GOODS,
        )


@options.examples(
    'inventory log "Green tea" --since 2026-11-01',
    "inventory log --limit 20 --page 2",
    "inventory log --all --json",
)
@inventory.command("log")
@click.argument("name", required=False, type=known.GOODS)
@click.option("--since", metavar="DATE", help='Only since "YYYY-MM-DD" or "YYYY-MM-DD HH:MM".')
@listing.paged
@options.json_of(*goods_words.MOVEMENT_KEYS)
@pass_shell
def log(shell: Shell, name: str | None, since: str | None, page: Page, as_json: bool) -> None:
    """List what has moved the stock, newest first.

    Orders reserve, release and deduct; people adjust, also by counts and imports, which then stand there as the reason.
    """
    zone = shell.zone
    goods = None if name is None else shell.db.read(catalog.goods_named, name)
    first = None if since is None else clock.parse_since(since, zone)
    with shell.db.stream(goods_lists.movements, page.window, goods_id=goods.id if goods else None, since=first) as rows:
        listing.show(
            rows,
            page,
            columns=goods_words.MOVEMENT_COLUMNS[0 if goods is None else 1 :],
            cells=lambda row: (*(() if goods else (row.name,)), *goods_words.movement_cells(row, zone)),
            facts=goods_words.movement_facts,
            as_json=as_json,
            nothing="Nothing has moved." if first is None else "Nothing has moved since then.",
            zone=zone,
        )


def _print(goods: Goods, as_json: bool) -> None:
    if as_json:
        output.json_of(_facts(goods))
    else:
        output.line(
            f"{goods.name}: {goods.stock_quantity} in stock, {goods.reserved_quantity} reserved, "
            f"{goods.available} available."
        )


def _facts(goods: Goods | Listed) -> dict[str, Any]:
    return output.picked(goods, KEYS)


def _stock_facts(row: Listed, currency: str) -> dict[str, Any]:
    return {
        **_facts(row),
        "category": row.category,
        "price": row.price,
        "value": row.value,
        "currency": currency,
        "archived_at": row.archived_at,
        "closed_by": row.closed_by,
    }

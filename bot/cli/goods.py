"""`goods`: what the shop sells."""

from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, options, output, pass_shell
from bot.cli.output import Column
from bot.models import Goods
from bot.services import catalog, clock, money, photos

COLUMNS = (
    Column("Goods", main=True),
    Column("Price", main=True, right=True),
    Column("Category"),
    Column("Stock", right=True),
    Column("Reserved", right=True),
    Column("State"),
)


@options.examples(
    'goods add "Green tea" --category "Tea" --price 12.50 --stock 100',
    'goods edit "Green tea" --price 13 --photo tea.jpg',
    'goods archive "Green tea"',
    'goods restore "Green tea"',
    "goods list",
    'goods show "Green tea"',
)
@click.group("goods")
def goods() -> None:
    """Add, edit, archive, restore, list and show goods."""


@options.examples(
    'goods add "Green tea" --category "Tea" --price 12.50 --stock 100 --description "First flush" --photo tea.jpg',
)
@goods.command("add")
@click.argument("name")
@click.option("--category", required=True, metavar="NAME", help="The category that they lie in.")
@click.option("--price", required=True, metavar="AMOUNT", help="In the shop's currency, such as 12.50.")
@click.option("--stock", required=True, type=int, metavar="N", help="How many are on the shelf.")
@click.option("--description", default="", metavar="TEXT", help="What customers read on the card.")
@click.option("--photo", type=options.FILE, metavar="FILE", help="A JPEG, PNG or WebP picture of at most 10 MB.")
@options.as_json
@pass_shell
def add(
    shell: Shell, name: str, category: str, price: str, stock: int, description: str, photo: Path | None, as_json: bool
) -> None:
    """Put new goods into the catalogue."""
    added = shell.db.call(
        catalog.add_goods,
        name,
        category=category,
        price=price,
        stock=stock,
        description=description,
        photo=_kept(shell, photo),
        actor=shell.actor,
        now=clock.now(),
    )
    _print(shell, added, f"{added.name!r} is on sale for {_price(shell, added)}, {added.available} available.", as_json)


@options.examples(
    'goods edit "Green tea" --price 13',
    'goods edit "Green tea" --name "Sencha" --category "Japan"',
)
@goods.command("edit")
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@click.option("--price", metavar="AMOUNT", help="Another price; orders keep the one that was agreed.")
@click.option("--category", metavar="NAME", help="Another category.")
@click.option("--description", metavar="TEXT", help='Another description; "" removes it.')
@click.option("--photo", type=options.FILE, metavar="FILE", help="Another picture.")
@options.as_json
@pass_shell
def edit(
    shell: Shell,
    name: str,
    new_name: str | None,
    price: str | None,
    category: str | None,
    description: str | None,
    photo: Path | None,
    as_json: bool,
) -> None:
    """Change what is given and leave the rest."""
    if all(value is None for value in (new_name, price, category, description, photo)):
        raise click.UsageError("Say what to change: --name, --price, --category, --description or --photo.")
    edited = shell.db.call(
        catalog.edit_goods,
        name,
        new_name=new_name,
        price=price,
        category=category,
        description=description,
        photo=_kept(shell, photo),
        actor=shell.actor,
        now=clock.now(),
    )
    _print(shell, edited, f"{edited.name!r} is changed.", as_json)


@options.examples(
    'goods archive "Green tea"',
)
@goods.command("archive")
@click.argument("name")
@options.as_json
@pass_shell
def archive(shell: Shell, name: str, as_json: bool) -> None:
    """Take goods out of the shop; open orders keep them."""
    archived = shell.db.call(catalog.archive_goods, name, actor=shell.actor, now=clock.now())
    _print(shell, archived, f"{archived.name!r} is archived; customers no longer see it.", as_json)


@options.examples(
    'goods restore "Green tea"',
)
@goods.command("restore")
@click.argument("name")
@options.as_json
@pass_shell
def restore(shell: Shell, name: str, as_json: bool) -> None:
    """Sell archived goods again."""
    restored = shell.db.call(catalog.restore_goods, name, actor=shell.actor, now=clock.now())
    _print(shell, restored, f"{restored.name!r} is on sale again, {restored.available} available.", as_json)


@options.examples(
    "goods list",
)
@goods.command("list")
@options.as_json
@pass_shell
def list_goods(shell: Shell, as_json: bool) -> None:
    """List all goods, also archived ones."""
    found = shell.db.read(catalog.goods_listed)
    if as_json:
        output.json_of([_facts(shell, row, category) for row, category in found])
        return
    rows = [
        (
            row.name,
            _price(shell, row),
            category,
            row.stock_quantity,
            row.reserved_quantity,
            "archived" if row.archived_at else "",
        )
        for row, category in found
    ]
    output.table(COLUMNS, rows, nothing="There are no goods yet; bot_cli.py goods add NAME ... adds some.")


@options.examples(
    'goods show "Green tea"',
)
@goods.command("show")
@click.argument("name")
@options.as_json
@pass_shell
def show(shell: Shell, name: str, as_json: bool) -> None:
    """Show goods with everything that is known about them."""
    row = shell.db.read(catalog.goods_named, name)
    category = shell.db.read(catalog.category_of, row)
    if as_json:
        output.json_of(_facts(shell, row, category))
        return
    output.heading(row.name)
    output.facts(
        (
            ("Category", category),
            ("Price", _price(shell, row)),
            ("Stock", f"{row.stock_quantity}, of which {row.reserved_quantity} reserved, {row.available} available"),
            ("Description", row.description),
            ("Photo", row.photo),
            ("Added", output.zoned(row.created_at, shell.zone)),
            ("Archived", output.zoned(row.archived_at, shell.zone) if row.archived_at else None),
        )
    )


def _print(shell: Shell, row: Goods, sentence: str, as_json: bool) -> None:
    if as_json:
        output.json_of(_facts(shell, row, shell.db.read(catalog.category_of, row)))
    else:
        output.line(sentence)


def _facts(shell: Shell, row: Goods, category: str) -> dict[str, Any]:
    return {
        "name": row.name,
        "category": category,
        "price": row.price,
        "currency": shell.config.pay_currency,
        "stock_quantity": row.stock_quantity,
        "reserved_quantity": row.reserved_quantity,
        "available": row.available,
        "description": row.description,
        "photo": row.photo,
        "created_at": row.created_at,
        "archived_at": row.archived_at,
    }


def _price(shell: Shell, row: Goods) -> str:
    currency = shell.config.pay_currency
    return f"{money.rounded(row.price, currency)} {currency}"


def _kept(shell: Shell, photo: Path | None) -> str | None:
    return photos.keep(photo, shell.config.data_dir) if photo else None

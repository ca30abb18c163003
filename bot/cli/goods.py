"""`goods`: what the shop sells."""

from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, goods_photo, goods_words, known, listing, options, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import Goods
from bot.services import catalog, categories, clock, low_stock
from bot.services.queries import goods_lists
from bot.services.queries.goods_lists import Listed, Sort, Wanted
from bot.services.queries.paging import Window

COLUMNS = (
    Column("Goods", main=True),
    Column("Price", main=True, right=True),
    Column("Category"),
    Column("Stock", right=True),
    Column("Reserved", right=True),
    Column("State"),
)
KEYS = (
    "name",
    "category",
    "price",
    "currency",
    "stock_quantity",
    "reserved_quantity",
    "available",
    "description",
    "photos",
    "photo_files",
    "low_stock",
    "created_at",
    "archived_at",
    "closed_by",
)
"""What scripts read of goods."""
MOVEMENT_COLUMNS = goods_words.MOVEMENT_COLUMNS[1:]
RECENT = 10
"""Movements that `goods show` tells; `inventory log` has all."""


@options.examples(
    'goods add "Green tea" --category "Tea" --price 12.50 --stock 100',
    'goods edit "Green tea" --price 13 --photo tea.jpg',
    'goods archive "Green tea"',
    'goods restore "Green tea"',
    "goods list",
    'goods show "Green tea"',
    'goods photo add "Green tea" tea.jpg cup.jpg',
)
@click.group("goods")
def goods() -> None:
    """Add, edit, archive, restore, list and show goods, and keep their photos."""


goods.add_command(goods_photo.photo)


@options.examples(
    'goods add "Green tea" --category "Tea" --price 12.50 --stock 100 --description "First flush" --photo tea.jpg',
    'goods add "Mug" --category "Pots" --price 5 --stock 20 --json',
)
@goods.command("add")
@click.argument("name")
@click.option("--category", required=True, metavar="NAME", type=known.CATEGORY, help="The category that they lie in.")
@click.option("--price", required=True, metavar="AMOUNT", help="In the shop's currency, such as 12.50.")
@click.option("--stock", required=True, type=int, metavar="N", help="How many are on the shelf.")
@click.option("--description", default="", metavar="TEXT", help="What customers read on the card.")
@goods_photo.several("A JPEG, PNG or WebP picture of at most 10 MB; may be given several times.")
@options.json_of(*KEYS)
@pass_shell
def add(
    shell: Shell,
    name: str,
    category: str,
    price: str,
    stock: int,
    description: str,
    files: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Put new goods into the catalogue."""
    added = shell.db.call(
        catalog.add_goods,
        name,
        category=category,
        price=price,
        stock=stock,
        description=description,
        photos=goods_photo.kept(shell, files),
        actor=shell.actor,
        now=clock.now(),
    )
    told = f"for {output.amount(added.price, shell.config.pay_currency)}, {added.available} available"
    _print(shell, added, f"{added.name!r} is added", as_json, seen=f"{added.name!r} is on sale {told}")


@options.examples(
    'goods edit "Green tea" --price 13 --json',
    'goods edit "Green tea" --name "Sencha" --category "Japan"',
    'goods edit "Sencha" --description "First flush" --photo sencha.jpg --low-stock 5',
)
@goods.command("edit")
@click.argument("name", type=known.GOODS)
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@click.option("--price", metavar="AMOUNT", help="Another price; orders keep the one that was agreed.")
@click.option("--category", metavar="NAME", type=known.CATEGORY, help="Another category.")
@click.option("--description", metavar="TEXT", help='Another description; "" removes it.')
@goods_photo.several(
    "This picture, or these, instead of those that are there; goods photo adds and removes single ones."
)
@click.option(
    "--low-stock",
    "threshold",
    metavar="N",
    help="The staff are told when so many or fewer are left; off: never; default: setting.",
)
@options.json_of(*KEYS)
@pass_shell
def edit(
    shell: Shell,
    name: str,
    new_name: str | None,
    price: str | None,
    category: str | None,
    description: str | None,
    files: tuple[Path, ...],
    threshold: str | None,
    as_json: bool,
) -> None:
    """Change what is given and leave the rest."""
    if not files and all(value is None for value in (new_name, price, category, description, threshold)):
        raise click.UsageError(
            "Say what to change: --name, --price, --category, --description, --photo or --low-stock."
        )
    edited = shell.db.call(
        catalog.edit_goods,
        name,
        new_name=new_name,
        price=price,
        category=category,
        description=description,
        photos=goods_photo.kept(shell, files) if files else None,
        low_stock_limit=threshold,
        actor=shell.actor,
        now=clock.now(),
    )
    _print(shell, edited, f"{edited.name!r} is changed", as_json)


@options.examples(
    'goods archive "Green tea"',
    'goods archive "Green tea" --json',
)
@goods.command("archive")
@click.argument("name", type=known.GOODS)
@options.json_of(*KEYS)
@pass_shell
def archive(shell: Shell, name: str, as_json: bool) -> None:
    """Take goods out of the shop; open orders keep them."""
    archived = shell.db.call(catalog.archive_goods, name, actor=shell.actor, now=clock.now())
    _print(shell, archived, f"{archived.name!r} is archived; customers no longer see it", as_json)


@options.examples(
    'goods restore "Green tea"',
    'goods restore "Green tea" --json',
)
@goods.command("restore")
@click.argument("name", type=known.GOODS)
@options.json_of(*KEYS)
@pass_shell
def restore(shell: Shell, name: str, as_json: bool) -> None:
    """Sell archived goods again."""
    restored = shell.db.call(catalog.restore_goods, name, actor=shell.actor, now=clock.now())
    seen = f"{restored.name!r} is on sale again, {restored.available} available"
    _print(shell, restored, f"{restored.name!r} is restored", as_json, seen=seen)


@options.examples(
    'goods list --category "Tea" --on-sale --sort price --reverse',
    "goods list --archived --limit 20 --page 2",
    "goods list --low --sort available",
    'goods list --search "green" --all --json',
)
@goods.command("list")
@click.option("--search", metavar="TEXT", help="Only goods with this in their name or description.")
@click.option("--category", metavar="NAME", type=known.CATEGORY, help="Only those in it, or in a category inside it.")
@click.option(
    "--archived/--on-sale", default=None, help="Only what customers cannot see, or only what they can; else both."
)
@click.option("--low", is_flag=True, help="Only those on sale of which so few are left that the staff are told.")
@goods_words.sorting
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_goods(
    shell: Shell,
    search: str | None,
    category: str | None,
    archived: bool | None,
    low: bool,
    sort: str,
    reverse: bool,
    page: Page,
    as_json: bool,
) -> None:
    """List goods, also archived ones.

    The state "category archived" means that the goods are not archived themselves, but the category that they lie in
    is, or one around it.
    """
    wanted = Wanted(text=search, category=category, archived=archived, low=low)
    with shell.db.stream(goods_lists.listed, wanted, page.window, sort=Sort(sort), is_reversed=reverse) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: (
                row.name,
                output.amount(row.price, shell.config.pay_currency),
                row.category,
                row.stock_quantity,
                row.reserved_quantity,
                goods_words.state(row),
            ),
            facts=lambda row: _facts(shell, row),
            as_json=as_json,
            nothing=goods_words.NO_GOODS if wanted == Wanted() else "There are no such goods.",
        )


@options.examples(
    'goods show "Green tea"',
    'goods show "Green tea" --json',
)
@goods.command("show")
@click.argument("name", type=known.GOODS)
@options.json_of(*KEYS, "sold", "movements")
@pass_shell
def show(shell: Shell, name: str, as_json: bool) -> None:
    """Show goods with everything that is known about them, and what moved their stock last."""
    row = shell.db.read(goods_lists.named, name)
    sold = shell.db.read(goods_lists.sold, row.id)
    with shell.db.stream(goods_lists.movements, Window(RECENT), goods_id=row.id) as found:
        recent = list(found)
    if as_json:
        moved = [goods_words.movement_facts(each) for each in recent]
        output.json_of({**_facts(shell, row), "sold": sold, "movements": moved})
        return
    zone = shell.zone
    branch = shell.db.read(categories.tree)[row.category_id]
    output.heading(row.name)
    output.facts(
        (
            ("Category", " / ".join(branch.path)),
            ("Price", output.amount(row.price, shell.config.pay_currency)),
            ("Stock", f"{row.stock_quantity}, of which {row.reserved_quantity} reserved, {row.available} available"),
            ("Sold", sold),
            ("Description", row.description),
            ("Photos" if len(row.photos) > 1 else "Photo", "\n".join(goods_photo.files(shell, row.photos))),
            ("Low stock", _low_stock(row)),
            ("Added", output.zoned(row.created_at, zone)),
            ("Archived", output.zoned(row.archived_at, zone) if row.archived_at else None),
            ("Hidden by", None if row.archived_at else branch.closed_by),
        )
    )
    output.heading("Last movements")
    output.table(MOVEMENT_COLUMNS, (goods_words.movement_cells(each, zone) for each in recent), nothing="None yet.")
    output.zone_remark(zone, recent)


def _print(shell: Shell, changed: Goods, done: str, as_json: bool, *, seen: str = "") -> None:
    goods_words.tell(done, seen, _facts(shell, shell.db.read(goods_lists.named, changed.name)), as_json=as_json)


def _low_stock(row: Listed) -> str | None:
    """Return at how many the staff are told; where the setting says it, there is nothing to say."""
    return None if row.low_stock_limit is None else low_stock.written(row.low_stock_limit)


def _facts(shell: Shell, row: Listed) -> dict[str, Any]:
    ours = {
        "currency": shell.config.pay_currency,
        "photo_files": goods_photo.files(shell, row.photos),
        "low_stock": low_stock.written(row.low_stock_limit),
    }
    return {key: ours[key] if key in ours else getattr(row, key) for key in KEYS}

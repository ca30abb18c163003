"""`category`: the shelves of the shop."""

from typing import Any

import click

from bot.cli import Shell, options, output, pass_shell
from bot.cli.output import Column
from bot.models import Category
from bot.services import catalog, clock

COLUMNS = (
    Column("Category", main=True),
    Column("Inside"),
    Column("Goods", right=True),
    Column("State"),
)


@options.examples(
    'category add "Tea"',
    'category add "Green" --parent "Tea"',
    'category rename "Green" "Green tea"',
    'category archive "Tea"',
    'category restore "Tea"',
    "category list",
)
@click.group("category")
def category() -> None:
    """Add, rename, archive, restore and list categories."""


@options.examples(
    'category add "Green" --parent "Tea"',
)
@category.command("add")
@click.argument("name")
@click.option("--parent", metavar="NAME", help="The category that it lies in.")
@options.as_json
@pass_shell
def add(shell: Shell, name: str, parent: str | None, as_json: bool) -> None:
    """Add a category."""
    added = shell.db.call(catalog.add_category, name, parent=parent, actor=shell.actor, now=clock.now())
    _print(shell, added, f"Category {added.name!r} is added.", as_json)


@options.examples(
    'category rename "Green" "Green tea"',
)
@category.command("rename")
@click.argument("name")
@click.argument("new")
@options.as_json
@pass_shell
def rename(shell: Shell, name: str, new: str, as_json: bool) -> None:
    """Rename a category; its goods stay in it."""
    renamed = shell.db.call(catalog.rename_category, name, new, actor=shell.actor, now=clock.now())
    _print(shell, renamed, f"Category {name.strip()!r} is called {renamed.name!r} now.", as_json)


@options.examples(
    'category archive "Tea"',
)
@category.command("archive")
@click.argument("name")
@options.as_json
@pass_shell
def archive(shell: Shell, name: str, as_json: bool) -> None:
    """Hide a category and everything in it; open orders keep their goods."""
    archived = shell.db.call(catalog.archive_category, name, actor=shell.actor, now=clock.now())
    _print(shell, archived, f"Category {archived.name!r} is archived; customers no longer see it.", as_json)


@options.examples(
    'category restore "Tea"',
)
@category.command("restore")
@click.argument("name")
@options.as_json
@pass_shell
def restore(shell: Shell, name: str, as_json: bool) -> None:
    """Show an archived category again."""
    restored = shell.db.call(catalog.restore_category, name, actor=shell.actor, now=clock.now())
    _print(shell, restored, f"Category {restored.name!r} is on sale again.", as_json)


@options.examples(
    "category list",
)
@category.command("list")
@options.as_json
@pass_shell
def list_categories(shell: Shell, as_json: bool) -> None:
    """List all categories, also archived ones."""
    found = shell.db.read(catalog.categories)
    if as_json:
        output.json_of([_facts(*row) for row in found])
        return
    rows = [(row.name, parent, count, "archived" if row.archived_at else "") for row, parent, count in found]
    output.table(COLUMNS, rows, nothing="There are no categories yet; bot_cli.py category add NAME adds one.")


def _print(shell: Shell, changed: Category, sentence: str, as_json: bool) -> None:
    if as_json:
        found = next(row for row in shell.db.read(catalog.categories) if row[0].id == changed.id)
        output.json_of(_facts(*found))
    else:
        output.line(sentence)


def _facts(row: Category, parent: str | None, goods_count: int) -> dict[str, Any]:
    return {"name": row.name, "parent": parent, "goods_count": goods_count, "archived_at": row.archived_at}

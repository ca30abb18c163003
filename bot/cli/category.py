"""`category`: the shelves of the shop."""

from typing import Any

import click

from bot.cli import Shell, goods_words, known, options, output, pass_shell
from bot.cli.output import Column
from bot.models import Category
from bot.services import catalog, categories, clock
from bot.services.categories import Branch

COLUMNS = (
    Column("Category", main=True),
    Column("Goods", right=True),
    Column("State"),
)
KEYS = ("name", "parent", "path", "goods_count", "archived_at", "closed_by")
"""What scripts read of a category."""


@options.examples(
    'category add "Tea"',
    'category add "Green" --parent "Tea"',
    'category rename "Green" "Green tea"',
    'category move "Green tea" --into "Japan"',
    'category archive "Tea"',
    'category restore "Tea"',
    'category remove "Tea"',
    "category list",
)
@click.group("category")
def category() -> None:
    """Add, rename, move, archive, restore, remove and list categories."""


@options.examples(
    'category add "Green" --parent "Tea"',
    'category add "Green" --parent "Tea" --json',
)
@category.command("add")
@click.argument("name")
@click.option("--parent", metavar="NAME", type=known.CATEGORY, help="The category that it lies in.")
@options.json_of(*KEYS)
@pass_shell
def add(shell: Shell, name: str, parent: str | None, as_json: bool) -> None:
    """Add a category."""
    added = shell.db.call(catalog.add_category, name, parent=parent, actor=shell.actor, now=clock.now())
    _print(shell, added, f"Category {added.name!r} is added", as_json)


@options.examples(
    'category rename "Green" "Green tea"',
    'category rename "Green" "Green tea" --json',
)
@category.command("rename")
@click.argument("name", type=known.CATEGORY)
@click.argument("new")
@options.json_of(*KEYS)
@pass_shell
def rename(shell: Shell, name: str, new: str, as_json: bool) -> None:
    """Rename a category; its goods stay in it."""
    renamed = shell.db.call(catalog.rename_category, name, new, actor=shell.actor, now=clock.now())
    _print(shell, renamed, f"Category {name.strip()!r} is called {renamed.name!r} now", as_json)


@options.examples(
    'category move "Green" --into "Tea"',
    'category move "Green" --to-top --json',
)
@category.command("move")
@click.argument("name", type=known.CATEGORY)
@click.option("--into", metavar="NAME", type=known.CATEGORY, help="The category that it is to lie in.")
@click.option("--to-top", is_flag=True, help="In none.")
@options.json_of(*KEYS)
@pass_shell
def move(shell: Shell, name: str, into: str | None, to_top: bool, as_json: bool) -> None:
    """Put a category, with everything in it, into another one."""
    if (into is None) is not to_top:
        raise click.UsageError("Say where to: --into NAME or --to-top.")
    moved = shell.db.call(catalog.move_category, name, into, actor=shell.actor, now=clock.now())
    _print(shell, moved, f"Category {moved.name!r} is moved", as_json)


@options.examples(
    'category archive "Tea"',
    'category archive "Tea" --json',
)
@category.command("archive")
@click.argument("name", type=known.CATEGORY)
@options.json_of(*KEYS)
@pass_shell
def archive(shell: Shell, name: str, as_json: bool) -> None:
    """Hide a category and everything in it; open orders keep their goods."""
    archived = shell.db.call(catalog.archive_category, name, actor=shell.actor, now=clock.now())
    _print(shell, archived, f"Category {archived.name!r} is archived; customers no longer see it", as_json)


@options.examples(
    'category restore "Tea"',
    'category restore "Tea" --json',
)
@category.command("restore")
@click.argument("name", type=known.CATEGORY)
@options.json_of(*KEYS)
@pass_shell
def restore(shell: Shell, name: str, as_json: bool) -> None:
    """Show an archived category again."""
    restored = shell.db.call(catalog.restore_category, name, actor=shell.actor, now=clock.now())
    done = f"Category {restored.name!r} is restored"
    _print(shell, restored, done, as_json, seen=f"Category {restored.name!r} is on sale again")


@options.examples(
    'category remove "Tea"',
    'category remove "Tea" --json',
)
@category.command("remove")
@click.argument("name", type=known.CATEGORY)
@options.json_of("name", "removed")
@pass_shell
def remove(shell: Shell, name: str, as_json: bool) -> None:
    """Remove an empty category for good; one with goods or categories in it can only be archived."""
    removed = shell.db.call(categories.remove, name, actor=shell.actor, now=clock.now())
    if as_json:
        output.json_of({"name": removed.name, "removed": True})
    else:
        output.line(f"Category {removed.name!r} is removed.")


@options.examples(
    "category list",
    "category list --json",
)
@category.command("list")
@options.json_of(*KEYS)
@pass_shell
def list_categories(shell: Shell, as_json: bool) -> None:
    """List all categories, also archived ones, each below the one that it lies in."""
    found = shell.db.read(categories.tree).values()
    if as_json:
        output.json_rows(_facts(branch) for branch in found)
        return
    rows = [(" / ".join(branch.path), branch.goods_count, _state(branch)) for branch in found]
    output.table(COLUMNS, rows, nothing="There are no categories yet; bot_cli.py category add NAME adds one.")


def _print(shell: Shell, changed: Category, done: str, as_json: bool, *, seen: str = "") -> None:
    goods_words.tell(done, seen, _facts(shell.db.read(categories.tree)[changed.id]), as_json=as_json)


def _state(branch: Branch) -> str:
    if branch.archived_at is not None:
        return "archived"
    return f"hidden by {branch.closed_by}" if branch.closed_by else ""


def _facts(branch: Branch) -> dict[str, Any]:
    return output.picked(branch, KEYS)

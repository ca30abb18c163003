"""Goods, categories and movements of stock as the shell words them."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click

from bot.cli import output
from bot.cli.output import Column
from bot.services.queries.goods_lists import Listed, Movement, Sort

F = TypeVar("F", bound=Callable[..., Any])

NO_GOODS = "There are no goods yet; bot_cli.py goods add NAME ... adds some."
MOVEMENT_COLUMNS = (
    Column("Goods", main=True),
    Column("Stock", main=True, right=True),
    Column("Reserved", right=True),
    Column("Why"),
    Column("Who"),
    Column("When"),
)
MOVEMENT_KEYS = tuple(field.name for field in fields(Movement))
"""What scripts read of a movement."""


def sorting(command: F) -> F:
    """Add --sort and --reverse."""
    by = click.option(
        "--sort",
        type=click.Choice([sort.value for sort in Sort]),
        default=Sort.NAME.value,
        show_default=True,
        help="Names from A to Z, or the smallest first.",
    )
    return by(click.option("--reverse", is_flag=True, help="The other end first.")(command))


def state(row: Listed) -> str:
    """Return why customers cannot see goods, or nothing."""
    if row.archived_at is not None:
        return "archived"
    return "category archived" if row.closed_by else ""


def tell(done: str, seen: str, facts: dict[str, Any], *, as_json: bool) -> None:
    """Print what was `done` to goods or a category, `seen` being what customers see then, unless they see nothing."""
    if as_json:
        output.json_of(facts)
    elif facts["closed_by"] and facts["archived_at"] is None:
        output.line(f"{done}, but customers do not see it: the category {facts['closed_by']!r} is archived.")
    else:
        output.line(f"{seen or done}.")


def signed(quantity: int) -> str:
    """Return a movement with its sign, or nothing where nothing moved."""
    return f"{quantity:+d}" if quantity else ""


def why(row: Movement) -> str:
    """Return what moved the stock: what an order did, or a person's reason."""
    if row.order_code:
        return f"{row.order_code} {row.kind}"
    return row.reason or row.kind


def movement_cells(row: Movement, zone: str) -> tuple[Any, ...]:
    """Return a movement as people read it, behind the name of its goods."""
    stock, reserved = signed(row.stock_delta), signed(row.reserved_delta)
    return stock, reserved, why(row), row.actor, output.moment(row.created_at, zone)


def movement_facts(row: Movement) -> dict[str, Any]:
    """Return a movement for scripts."""
    return output.picked(row, MOVEMENT_KEYS)

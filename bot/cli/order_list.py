"""`order list`: orders chosen, searched and sorted."""

from datetime import timedelta
from typing import Any

import click

from bot.cli import Shell, customer_words, known, listing, options, order_words, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import OrderStatus, PaymentMethod
from bot.services import catalog, clock
from bot.services.queries import order_lists
from bot.services.queries.order_lists import Listed, Sort, Wanted
from bot.services.reports import periods

COLUMNS = (
    Column("Code", main=True),
    Column("Status", main=True),
    Column("Total", main=True, right=True),
    Column("Customer", most=11),
    Column("Created"),
)
DELIVERY, RESERVED_UNTIL = Column("Delivery"), Column("Reserved until")


@options.examples(
    "order list --status reserved --since 2026-12-01 --until 2026-12-07",
    "order list --status confirmed --sort delivery --reverse",
    "order list --overdue",
    "order list --ending 2",
    'order list --search "green tea" --payment bitcoin --limit 20 --page 2',
    'order list --goods "Green tea" --refcode FRIEND23',
    'order list --search-details "Harbour Street"',
    "order list --customer @anna --all --json",
)
@click.command("list")
@click.option(
    "--status",
    "statuses",
    metavar="STATUS",
    type=click.Choice(order_words.STATUSES, case_sensitive=False),
    multiple=True,
    help=f"Only these; several may be named: {', '.join(order_words.STATUSES)}.",
)
@options.dates("Made")
@click.option("--customer", metavar="ID", type=known.CUSTOMER, help="Only this customer's: the id, or @username.")
@click.option("--refcode", metavar="CODE", type=known.REFERENCE_CODE, help="Only of customers who came by this code.")
@click.option("--payment", type=click.Choice(order_words.PAYMENTS, case_sensitive=False), help="Only those paid so.")
@click.option("--goods", metavar="NAME", type=known.GOODS, help="Only those with these goods.")
@click.option("--overdue", is_flag=True, help="Only confirmed ones whose delivery time is over.")
@click.option(
    "--ending",
    metavar="HOURS",
    type=options.Fraction(0, 24 * 365),
    help="Only reserved ones whose reservation ends within so many hours.",
)
@click.option("--search", metavar="TEXT", help="Part of an order code, a customer's name, @username or goods.")
@click.option(
    "--search-details",
    metavar="TEXT",
    help="Part of a delivery address, phone number or note. They are encrypted, so every chosen order is opened: "
    "some seconds for 100,000.",
)
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    default=Sort.CREATED.value,
    show_default=True,
    help="The newest, the largest, the first to be delivered, the first to end, or names from A to Z.",
)
@click.option("--reverse", is_flag=True, help="The other end first.")
@listing.paged
@options.json_of(*order_words.KEYS, "buyer_name", "buyer_username")
@pass_shell
def list_orders(shell: Shell, /, page: Page, sort: str, reverse: bool, as_json: bool, **said: Any) -> None:
    """List orders, newest first."""
    zone, wanted = shell.zone, _wanted(shell, said)
    last = RESERVED_UNTIL if sort == Sort.RESERVED_UNTIL or wanted.ending_by else DELIVERY
    with shell.db.stream(order_lists.listed, wanted, page.window, sort=Sort(sort), is_reversed=reverse) as rows:
        listing.show(
            rows,
            page,
            columns=(*COLUMNS, last),
            cells=lambda row: _cells(row, last, zone),
            facts=_facts,
            as_json=as_json,
            nothing="There are no such orders.",
            zone=zone,
        )


def _wanted(shell: Shell, said: dict[str, Any]) -> Wanted:
    now, customer, refcode, goods = clock.now(), said["customer"], said["refcode"], said["goods"]
    return Wanted(
        statuses=tuple(OrderStatus(status) for status in said["statuses"]),
        **vars(periods.span(said["since"], said["until"], shell.zone)),
        customer=customer_words.chosen(shell, customer),
        reference_code=None if refcode is None else shell.db.read(order_lists.reference_code_named, refcode),
        payment=PaymentMethod(said["payment"]) if said["payment"] else None,
        goods_id=None if goods is None else shell.db.read(catalog.goods_named, goods).id,
        overdue_at=now if said["overdue"] else None,
        ending_by=None if said["ending"] is None else now + timedelta(hours=said["ending"]),
        text=said["search"] or None,
        secret=said["search_details"] or None,
    )


def _cells(row: Listed, last: Column, zone: str) -> list[Any]:
    return [
        row.order_code,
        row.order_status,
        output.amount(row.total_price, row.currency),
        row.buyer_name or row.buyer_id,
        output.moment(row.created_at, zone),
        output.moment(row.reserved_until if last is RESERVED_UNTIL else row.delivery_time, zone),
    ]


def _facts(row: Listed) -> dict[str, Any]:
    return {**order_words.facts(row), "buyer_name": row.buyer_name, "buyer_username": row.buyer_username}

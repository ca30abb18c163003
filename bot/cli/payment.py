"""`payment`: the money that was recorded as received."""

from dataclasses import fields
from typing import Any

import click

from bot.cli import Shell, known, listing, options, order_words, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import PaymentMethod
from bot.services.queries import payments
from bot.services.queries.payments import Listed, Wanted
from bot.services.reports import periods

COLUMNS = (
    Column("Time", main=True),
    Column("Order", main=True),
    Column("Amount", main=True, right=True),
    Column("Method"),
    Column("By"),
    Column("Reference"),
)


@options.examples(
    "payment list --since 2026-12-01 --until 2026-12-31",
)
@click.group("payment")
def payment() -> None:
    """List the money that was received."""


@options.examples(
    "payment list --since 2026-12-01 --until 2026-12-31",
    "payment list --method bitcoin --limit 20 --page 2",
    "payment list --order ABCDEF",
    "payment list --all --json",
)
@payment.command("list")
@options.dates("Received")
@click.option("--method", type=click.Choice(order_words.PAYMENTS, case_sensitive=False), help="Only those paid so.")
@click.option("--order", metavar="CODE", type=known.ORDER, help="Only those for this order.")
@listing.paged
@options.json_of(*(field.name for field in fields(Listed)))
@pass_shell
def list_payments(shell: Shell, /, page: Page, as_json: bool, **said: Any) -> None:
    """List payments, the newest first, and below them what all of them come to."""
    zone, wanted = shell.zone, _wanted(shell, said)
    with shell.db.stream(payments.listed, wanted, page.window) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: _cells(row, zone),
            facts=vars,
            as_json=as_json,
            nothing="There are no such payments.",
            zone=zone,
        )
    for each in shell.db.read(payments.sums, wanted):
        paid = output.amount(each.amount, each.currency)
        output.remark(f"In all: {paid} in {output.counted(each.count, 'payment')}.")


def _wanted(shell: Shell, said: dict[str, Any]) -> Wanted:
    return Wanted(
        **vars(periods.span(said["since"], said["until"], shell.zone)),
        method=PaymentMethod(said["method"]) if said["method"] else None,
        order_id=None if said["order"] is None else shell.db.read(payments.order_named, said["order"]),
    )


def _cells(row: Listed, zone: str) -> list[Any]:
    amount = output.amount(row.amount, row.currency)
    return [output.moment(row.created_at, zone), row.order_code, amount, row.method, row.actor, row.reference]

"""`customer list` and `customer ledger`: customers chosen, searched and sorted, and what has moved a bonus."""

from dataclasses import fields
from typing import Any

import click

from bot.cli import Shell, customer_show, customer_words, known, listing, options, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import RoleName
from bot.services import money
from bot.services.queries import customer_profile, customers
from bot.services.queries.customer_profile import Movement
from bot.services.queries.customers import Listed, Sort, Wanted
from bot.services.reports import periods

COLUMNS = (
    Column("Id", main=True, right=True),
    Column("Name", main=True, most=14),
    Column("Spent", main=True, right=True),
    Column("Orders", right=True),
    Column("Bonus", right=True),
    Column("Registered"),
    Column("State", main=True),
)
LEDGER = (
    Column("Time", main=True),
    Column("Amount", main=True, right=True),
    Column("Kind", main=True),
    Column("Order"),
    Column("By"),
    Column("Reason"),
)


@options.examples(
    "customer list --bought --sort spent --limit 20 --page 2",
    "customer list --search anna",
    "customer list --phone 0151",
    "customer list --never-bought --since 2026-12-01 --until 2026-12-24 --all --json",
    "customer list --banned",
    "customer list --role admin",
    "customer list --invited-by @anna",
)
@click.command("list")
@click.option("--search", "text", metavar="TEXT", help="Part of a name or @username, an id, or a reference code.")
@click.option(
    "--phone",
    metavar="DIGITS",
    help="Part of a phone number. They are encrypted, so every chosen customer's is opened: some seconds for 100,000.",
)
@click.option("--banned", "is_banned", is_flag=True, help="Only those who are banned.")
@click.option(
    "--role", type=click.Choice(customer_words.ROLES, case_sensitive=False), help="Only those with this role."
)
@click.option("--invited-by", metavar="ID", type=known.CUSTOMER, help="Only whom this customer has invited.")
@options.dates("Registered")
@click.option(
    "--bought/--never-bought", "has_bought", default=None, help="Only those with a delivered order, or with none."
)
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    default=Sort.REGISTERED.value,
    show_default=True,
    help="The newest, those with the most spent, delivered orders or bonus, or names from A to Z.",
)
@listing.paged
@options.json_of(*(field.name for field in fields(Listed)))
@pass_shell
def list_customers(shell: Shell, /, page: Page, sort: str, as_json: bool, **said: Any) -> None:
    """List everybody who has entered the shop, the newest first.

    The state is empty for a customer like any other; "away" is who has blocked the bot. Orders are those delivered.
    """
    zone, currency, wanted = shell.zone, shell.config.pay_currency, _wanted(shell, said)
    with shell.db.stream(customers.listed, wanted, page.window, sort=Sort(sort)) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: _cells(row, zone, currency),
            facts=vars,
            as_json=as_json,
            nothing="There are no such customers.",
            zone=zone,
        )


@options.examples(
    "customer ledger 123456789 --limit 20 --page 2",
    "customer ledger @anna --all --json",
)
@click.command("ledger")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@listing.paged
@options.json_of(*customer_show.LEDGER_KEYS)
@pass_shell
def list_ledger(shell: Shell, /, name: str, page: Page, as_json: bool) -> None:
    """List what has moved a customer's bonus, the newest first.

    ID is the Telegram id or @username. Bonus is credited for a friend's delivered order, spent on an order, refunded
    when that is cancelled or expires, trimmed when an edit leaves too little to pay, and adjusted by hand.
    """
    zone, currency, telegram_id = shell.zone, shell.config.pay_currency, customer_words.named(shell, name)
    with shell.db.stream(customer_profile.ledger, telegram_id, page.window) as rows:
        listing.show(
            rows,
            page,
            columns=LEDGER,
            cells=lambda row: _ledger_cells(row, zone, currency),
            facts=customer_show.ledger_facts,
            as_json=as_json,
            nothing="Nothing has moved this bonus yet.",
            zone=zone,
        )


def _ledger_cells(row: Movement, zone: str, currency: str) -> list[Any]:
    entry = row.entry
    amount = output.amount(entry.amount, currency)
    return [output.moment(entry.created_at, zone), amount, entry.kind, row.order_code, entry.actor, entry.reason]


def _wanted(shell: Shell, said: dict[str, Any]) -> Wanted:
    role, since, until, inviter = (said.pop(name) for name in ("role", "since", "until", "invited_by"))
    return Wanted(
        **said,
        role=RoleName(role.upper()) if role else None,
        referrer_id=customer_words.chosen(shell, inviter),
        **vars(periods.span(since, until, shell.zone)),
    )


def _cells(row: Listed, zone: str, currency: str) -> list[Any]:
    return [
        row.telegram_id,
        customer_words.name(row.first_name, row.username),
        money.rounded(row.total_spendings, currency),
        row.completed_orders_count,
        money.rounded(row.bonus_balance, currency),
        output.moment(row.registered_at, zone),
        customer_words.state(row.role, is_banned=row.is_banned, blocked_bot_at=row.blocked_bot_at),
    ]

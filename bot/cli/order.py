"""`order`: one action on one order, the list, and one order with everything."""

from decimal import Decimal
from typing import Any

import click

from bot.cli import Shell, messages, options, order_actions, output, pass_shell
from bot.cli.output import Column
from bot.models import Order, OrderStatus
from bot.services import clock, money, order_views
from bot.services.order_views import Row, Whole

COLUMNS = (
    Column("Code", main=True),
    Column("Status", main=True),
    Column("Total", main=True, right=True),
    Column("Customer", right=True),
    Column("Created"),
    Column("Delivery"),
)


@options.examples(
    'order --order-code ABCDEF --status-confirmed --delivery-time "2026-12-20 14:30"',
    "order --order-code ABCDEF --status-delivered",
    'order --order-code ABCDEF --cancel --reason "Sold out"',
    'order --order-code ABCDEF --add-item "Green tea" --quantity 2',
    'order --order-code ABCDEF --remove-item "Green tea" --quantity 1 --notify',
    'order --order-code ABCDEF --update-delivery-time --delivery-time "2026-12-21 10:00" --notify',
    'order --order-code ABCDEF --update-address "12 Harbour Street, flat 4" --notify',
    'order --order-code ABCDEF --update-note "Ring twice"',
    "order --order-code ABCDEF --revive",
    "order list --status reserved",
    "order show ABCDEF",
)
@click.group("order", invoke_without_command=True, no_args_is_help=True)
@click.option("--order-code", metavar="CODE", help="Which order; capital or small letters.")
@click.option("--status-confirmed", is_flag=True, help="Confirm it; needs --delivery-time.")
@click.option("--status-delivered", is_flag=True, help="Hand it over: the stock shrinks, bonus is credited.")
@click.option("--cancel", is_flag=True, help="Call it off: goods are released, bonus is refunded.")
@click.option("--revive", is_flag=True, help="Reserve an expired order's goods again.")
@click.option("--add-item", metavar="NAME", help="Add goods; needs --quantity.")
@click.option("--remove-item", metavar="NAME", help="Take goods out; needs --quantity.")
@click.option("--update-delivery-time", is_flag=True, help="Plan another time; needs --delivery-time.")
@click.option("--update-address", metavar="TEXT", help="Deliver to another address.")
@click.option("--update-note", metavar="TEXT", help='Another delivery note; "" removes it.')
@click.option("--delivery-time", metavar="TIME", help='"YYYY-MM-DD HH:MM" in the shop\'s time zone.')
@click.option("--quantity", type=int, metavar="N", help="How many.")
@click.option("--reason", metavar="TEXT", help="Why it is cancelled; the customer reads it.")
@options.notify
@options.as_json
@click.pass_context
def order(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Confirm, deliver, cancel, revive, edit, list and show orders."""
    said = {name: value for name, value in given.items() if value is not None and value is not False}
    if ctx.invoked_subcommand is None:
        _act(ctx.obj, said, as_json)
    elif said or as_json:
        raise click.UsageError(
            f"Write the options of {ctx.invoked_subcommand!r} behind it; those before it are for one order."
        )


@options.examples(
    "order list --status reserved --since 2026-12-01",
    "order list --customer 123456789 --json",
)
@order.command("list")
@click.option("--status", type=click.Choice([status.value for status in OrderStatus]), help="Only these.")
@click.option("--since", metavar="DATE", help='Made since "YYYY-MM-DD" or "YYYY-MM-DD HH:MM".')
@click.option("--customer", metavar="ID", type=options.TELEGRAM_ID, help="Only this customer's.")
@click.option("--limit", metavar="N", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most.")
@options.as_json
@pass_shell
def list_orders(
    shell: Shell, status: str | None, since: str | None, customer: int | None, limit: int, as_json: bool
) -> None:
    """List orders, newest first."""
    found = shell.db.read(
        order_views.listed,
        status=OrderStatus(status) if status else None,
        since=clock.parse_since(since, shell.zone) if since else None,
        customer=customer,
        limit=limit + 1,
    )
    if as_json:
        output.json_of([_facts(row) for row in found[:limit]])
    else:
        output.table(COLUMNS, [_cells(row, shell.zone) for row in found[:limit]], nothing="There are no such orders.")
        output.zone_remark(shell.zone, found)
    if len(found) > limit:
        output.remark(f"There are more than these {limit}; --limit shows them.")


@options.examples(
    "order show ABCDEF",
    "order show ABCDEF --json",
)
@order.command("show")
@click.argument("code")
@options.as_json
@pass_shell
def show(shell: Shell, code: str, as_json: bool) -> None:
    """Show an order with its goods, money, delivery details and history."""
    whole = shell.db.read(order_views.whole, code)
    if as_json:
        output.json_of(_whole_facts(whole))
    else:
        _print_whole(whole, shell.zone)


def _act(shell: Shell, said: dict[str, Any], as_json: bool) -> None:
    done = order_actions.chosen(said).do(shell, said)
    if as_json:
        output.json_of(_facts(done.order))
    else:
        output.line(done.sentence)
    if done.is_told:
        messages.mention(shell)


def _facts(order: Order | Row) -> dict[str, Any]:
    return {
        "order_code": order.order_code,
        "order_status": order.order_status,
        "buyer_id": order.buyer_id,
        "payment_method": order.payment_method,
        "currency": order.currency,
        "total_price": order.total_price,
        "bonus_applied": order.bonus_applied,
        "due": order.total_price - order.bonus_applied,
        "created_at": order.created_at,
        "reserved_until": order.reserved_until,
        "delivery_time": order.delivery_time,
    }


def _whole_facts(whole: Whole) -> dict[str, Any]:
    return {
        **_facts(whole.order),
        "completed_at": whole.order.completed_at,
        "bitcoin_address": whole.order.bitcoin_address,
        "buyer_name": whole.buyer_name,
        "buyer_username": whole.buyer_username,
        "delivery_address": whole.details.address,
        "phone_number": whole.details.phone,
        "delivery_note": whole.details.note,
        "discount_amount": whole.order.discount_amount,
        "fee_amount": whole.order.fee_amount,
        "items": [
            {"item_name": item.item_name, "price": item.price, "quantity": item.quantity, "amount": item.amount}
            for item in whole.items
        ],
        "history": [
            {"status": step.to_status, "actor": step.actor, "created_at": step.created_at} for step in whole.steps
        ],
    }


def _cells(row: Row, zone: str) -> list[Any]:
    total = _amount(row.total_price, row.currency)
    delivery = output.moment(row.delivery_time, zone)
    return [row.order_code, row.order_status, total, row.buyer_id, output.moment(row.created_at, zone), delivery]


def _print_whole(whole: Whole, zone: str) -> None:
    order = whole.order
    output.heading(f"Order {order.order_code} is {order.order_status}")
    output.facts(_about(whole, zone))
    output.heading("Goods")
    columns = (
        Column("Quantity", main=True, right=True),
        Column("Name", main=True),
        Column("Price", right=True),
        Column("Amount", right=True),
    )
    output.table(
        columns,
        [
            (item.quantity, item.item_name, _amount(item.price, order.currency), _amount(item.amount, order.currency))
            for item in whole.items
        ],
        nothing="",
    )
    output.heading("Money")
    output.facts((title, _amount(amount, order.currency)) for title, amount in _money(order) if amount is not None)
    output.heading("History")
    output.facts((output.moment(step.created_at, zone), f"{step.to_status} by {step.actor}") for step in whole.steps)
    output.zone_remark(zone, whole.steps)


def _about(whole: Whole, zone: str) -> list[tuple[str, Any]]:
    order = whole.order
    username = f" @{whole.buyer_username}" if whole.buyer_username else ""
    return [
        ("Customer", f"{whole.buyer_name}{username} ({order.buyer_id})".strip()),
        ("Address", whole.details.address),
        ("Phone", whole.details.phone),
        ("Note", whole.details.note),
        ("Payment", order.payment_method),
        ("Bitcoin", order.bitcoin_address),
        (
            "Reserved until",
            output.moment(order.reserved_until, zone) if order.order_status == OrderStatus.RESERVED else None,
        ),
        ("Delivery", output.moment(order.delivery_time, zone)),
        ("Completed", output.moment(order.completed_at, zone)),
    ]


def _money(order: Order) -> list[tuple[str, Decimal | None]]:
    return [
        ("Discount", order.discount_amount or None),
        ("Fee", order.fee_amount or None),
        ("Total", order.total_price),
        ("Bonus", order.bonus_applied or None),
        ("Due", order.due),
    ]


def _amount(amount: Decimal, currency: str) -> str:
    return f"{money.rounded(amount, currency)} {currency}"

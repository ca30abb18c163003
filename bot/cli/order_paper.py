"""`order picklist` and `order slip`: what is taken to the shelves, and what goes into the parcel."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

import click

from bot.cli import Shell, options, order_codes, order_words, output, paper, pass_shell
from bot.models import OrderItem, OrderStatus, PaymentMethod
from bot.services import clock, money
from bot.services.queries import order_timeline, picking
from bot.services.queries.order_timeline import PaymentState, Story
from bot.services.queries.picking import Parcel, PickList, Pile

SHEET = 80
ROLLS = (48, 32)
"""What receipt printers of 80 and 58 mm print on a line."""
METHODS = {PaymentMethod.CASH: "cash on delivery", PaymentMethod.BITCOIN: "bitcoin"}
CLOSED = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)


@options.examples(
    "order picklist",
    "order picklist --until 2026-12-20 | lp",
    "order picklist --status reserved --status confirmed --json",
)
@click.command("picklist", short_help="Print what to take off the shelves.")
@click.option(
    "--status",
    "statuses",
    metavar="STATUS",
    type=click.Choice(order_words.STATUSES, case_sensitive=False),
    multiple=True,
    default=[OrderStatus.CONFIRMED.value],
    show_default=True,
    help="Orders with this status; several may be named.",
)
@click.option("--until", metavar="DATE", help="Only what is delivered until then: a day, or a day and a time.")
@options.json_of(
    options.inner("goods", "goods_id", "name", "category", "quantity", "orders"),
    options.inner("orders", "order_code", "buyer_id", "buyer_name", "delivery_time", "items"),
)
@pass_shell
def picklist(shell: Shell, statuses: Iterable[str], until: str | None, as_json: bool) -> None:
    """Print what to take off the shelves: goods by goods, then order by order.

    It is plain text for paper, as wide as the screen, at most 80 columns.
    """
    zone = shell.zone
    before = None if until is None else clock.parse_until(until, zone)
    found = shell.db.read(picking.pick_list, [OrderStatus(status) for status in statuses], until=before)
    if as_json:
        output.json_of(_picked(found))
    elif not found.parcels:
        output.line("There is nothing to pick.")
    else:
        _print(_pick_lines(found, zone, min(output.width(), SHEET)))


@options.examples(
    "order slip ABCDEF",
    "order slip ABCDEF GHJKLM --width 32 > /dev/usb/lp0",
    "order slip - --json < codes.txt",
)
@click.command("slip", short_help="Print what goes into the parcel.")
@order_codes.argument("confirmed", "reserved")
@click.option(
    "--width",
    type=click.Choice([str(SHEET), *map(str, ROLLS)]),
    default=str(SHEET),
    show_default=True,
    help="Columns: 80 on a sheet, 48 and 32 on receipt printers of 80 and 58 mm.",
)
@options.json_of(
    *order_words.KEYS,
    "buyer_name",
    "delivery_address",
    "phone_number",
    "delivery_note",
    options.inner("items", *order_words.ITEM_KEYS),
    "payment_state",
    "received",
)
@pass_shell
def slip(shell: Shell, codes: Iterable[str], width: str, as_json: bool) -> None:
    """Print what goes into the parcel: address, goods, and what is to be paid.

    CODES are order codes; - reads them from standard input. Every sheet begins with a form feed but the first; on a
    roll there is a line to cut along. When one order does not exist, nothing is printed.
    """
    zone = shell.zone
    stories = [shell.db.read(order_timeline.story, code) for code in order_codes.read(codes)]
    if as_json:
        output.json_of([_slip_facts(story) for story in stories])
        return
    if not stories:
        output.remark("No order was named, nothing was printed.")
    columns = int(width)
    for number, story in enumerate(stories):
        if number:
            click.echo(
                "\f" if columns == SHEET else f"\n{paper.rule(columns // 2, '- ').strip()}\n", nl=columns != SHEET
            )
        _print(_slip_lines(story, zone, columns))


def _print(lines: Iterable[str]) -> None:
    click.echo("\n".join(lines))


def _pick_lines(found: PickList, zone: str, width: int) -> Iterator[str]:
    total = sum(pile.quantity for pile in found.piles)
    yield from paper.paragraph(f"Pick list of {output.zoned(clock.now(), zone)}", width)
    orders, kinds = output.counted(len(found.parcels), "order"), output.counted(len(found.piles), "kind")
    yield from paper.paragraph(f"{orders}, {kinds} of goods, {total} in all", width)
    digits = len(str(max(pile.quantity for pile in found.piles)))
    for category, piles in groupby(found.piles, lambda pile: pile.category):
        yield ""
        yield from paper.paragraph(category, width)
        for pile in piles:
            yield from _pile_lines(pile, digits, width)
    for parcel in found.parcels:
        yield ""
        yield from _parcel_lines(parcel, digits, zone, width)


def _pile_lines(pile: Pile, digits: int, width: int) -> Iterator[str]:
    lead = f"[ ] {pile.quantity:>{digits}}  "
    indent = " " * len(lead)
    yield from paper.paragraph(pile.name, width, first=lead, indent=indent)
    parts = ", ".join(f"{part.order_code}{paper.GLUE}{part.quantity}" for part in pile.parts)
    yield from paper.paragraph(parts, width, first=indent, indent=indent)


def _parcel_lines(parcel: Parcel, digits: int, zone: str, width: int) -> Iterator[str]:
    when = output.moment(parcel.delivery_time, zone) or "not planned"
    yield from paper.ends(f"{parcel.order_code}  {parcel.buyer_name or parcel.buyer_id}", when, width, indent=" " * 8)
    for line in parcel.lines:
        lead = f"[ ] {line.quantity:>{digits}}  "
        yield from paper.paragraph(line.item_name, width, first=lead, indent=" " * len(lead))


def _picked(found: PickList) -> dict[str, Any]:
    return {
        "goods": [
            {
                "goods_id": pile.goods_id,
                "name": pile.name,
                "category": pile.category,
                "quantity": pile.quantity,
                "orders": [{"order_code": part.order_code, "quantity": part.quantity} for part in pile.parts],
            }
            for pile in found.piles
        ],
        "orders": [
            {
                "order_code": parcel.order_code,
                "buyer_id": parcel.buyer_id,
                "buyer_name": parcel.buyer_name,
                "delivery_time": parcel.delivery_time,
                "items": [{"item_name": line.item_name, "quantity": line.quantity} for line in parcel.lines],
            }
            for parcel in found.parcels
        ],
    }


def _slip_lines(story: Story, zone: str, width: int) -> Iterator[str]:
    order, details = story.whole.order, story.whole.details
    status = f" ({order.order_status})" if order.order_status in CLOSED else ""
    yield from paper.ends(f"Order {order.order_code}{status}", output.moment(order.created_at, zone), width)
    yield paper.rule(width, "=")
    for text in (story.whole.buyer_name, details.address, details.phone):
        if text:
            yield from paper.paragraph(text, width)
    yield ""
    when = output.zoned(order.delivery_time, zone) if order.delivery_time else "not planned"
    yield from paper.paragraph(f"Delivery: {when}", width, indent="  ")
    if details.note:
        yield from paper.paragraph(f"Note: {details.note}", width, indent="  ")
    yield paper.rule(width)
    for item in story.whole.items:
        yield from _item_lines(item, order.currency, width)
    yield paper.rule(width)
    for title, amount in _sums(story):
        yield from paper.ends(title, output.amount(amount, order.currency), width)
    yield from paper.paragraph(f"Payment: {_paid(story)}", width, indent="  ")
    if order.bitcoin_address and story.payment_state in (PaymentState.UNPAID, PaymentState.PARTLY_PAID):
        yield from paper.paragraph(order.bitcoin_address, width)


def _item_lines(item: OrderItem, currency: str, width: int) -> Iterator[str]:
    lead = f"{item.quantity} x "
    each = f" ({money.rounded(item.price, currency)}{paper.GLUE}each)" if item.quantity > 1 else ""
    amount = str(money.rounded(item.amount, currency))
    yield from paper.ends(f"{item.item_name}{each}", amount, width, first=lead, indent=" " * len(lead))


def _sums(story: Story) -> list[tuple[str, Decimal]]:
    order = story.whole.order
    left = max(order.due - story.received, Decimal(0)) if order.order_status not in CLOSED else Decimal(0)
    optional = [
        ("Discount", -order.discount_amount),
        ("Fee", order.fee_amount),
        ("Total", order.total_price),
        ("Bonus", -order.bonus_applied),
        ("Received", -story.received),
    ]
    return [(title, amount) for title, amount in optional if amount or title == "Total"] + [("To pay", left)]


def _paid(story: Story) -> str:
    method = METHODS[story.whole.order.payment_method]
    return method if story.payment_state is PaymentState.UNPAID else f"{method}, {story.payment_state}"


def _slip_facts(story: Story) -> dict[str, Any]:
    order, details = story.whole.order, story.whole.details
    return {
        **order_words.facts(order),
        "buyer_name": story.whole.buyer_name,
        "delivery_address": details.address,
        "phone_number": details.phone,
        "delivery_note": details.note,
        "items": [output.picked(item, order_words.ITEM_KEYS) for item in story.whole.items],
        "payment_state": story.payment_state,
        "received": story.received,
    }

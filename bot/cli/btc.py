"""`btc`: the pool of bitcoin addresses."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, known, listing, options, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.services import address_file, bitcoin, bitcoin_address, clock
from bot.services.bitcoin import BadLine
from bot.services.queries import bitcoin_lists
from bot.services.queries.bitcoin_lists import Listed

COLUMNS = (
    Column("Address", main=True),
    Column("State"),
    Column("Order"),
    Column("Added"),
)
KEYS = ("address", "state", "is_used", "order_code", "order_status", "used_by", "used_at", "added_at")
ADDED_KEYS = ("added", "known", "bad", "free")
SHOWN_BAD_LINES = 20


@options.examples(
    "btc add --address bc1q...",
    "btc add --file addresses.txt",
    "btc list --show-all",
    "btc show bc1q...",
    "btc sync",
)
@click.group("btc")
def btc() -> None:
    """Fill, list and show the pool of bitcoin addresses."""


@options.examples(
    "btc add --address bc1q...",
    "btc add --file addresses.txt --json",
)
@btc.command("add")
@click.option("--address", "addresses", multiple=True, metavar="A", help="An address; may be given several times.")
@click.option("--file", "file", type=options.FILE, metavar="FILE", help="A file with one address a line, # comments.")
@options.json_of(*ADDED_KEYS)
@pass_shell
def add(shell: Shell, addresses: Sequence[str], file: Path | None, as_json: bool) -> None:
    """Put addresses into the pool.

    Bad lines of a file are reported with their number, the good ones are added all the same. Exit code 1 when a line
    was left out, as for any command of which one of several was refused.
    """
    if bool(addresses) == bool(file):
        raise click.UsageError("Choose one of --address and --file.")
    if file:
        _add_file(shell, file, as_json)
    else:
        _add(shell, [bitcoin_address.parse(address) for address in addresses], [], as_json)


@options.examples(
    "btc list --show-all",
    "btc list --show-all --search ABCDEF",
    "btc list --limit 20 --page 2",
    "btc list --show-all --all --json",
)
@btc.command("list")
@click.option("--show-all", is_flag=True, help="Also those that orders have claimed.")
@click.option("--search", "text", metavar="TEXT", help="Part of an address, or of the code of its order.")
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_addresses(shell: Shell, /, show_all: bool, text: str | None, page: Page, as_json: bool) -> None:
    """List the free addresses, in the order in which they will be used.

    An address is free until an order claims it, and then never again, whatever becomes of the order.
    """
    zone = shell.zone
    with shell.db.stream(bitcoin_lists.listed, page.window, also_used=show_all, text=text) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: [row.address, row.state, row.order_code, output.moment(row.added_at, zone)],
            facts=_facts,
            as_json=as_json,
            nothing="There are no such addresses.",
            zone=zone,
        )
    pool = shell.db.read(bitcoin.pool)
    output.remark(f"In the pool: {pool.free} free, {pool.used} claimed.")


@options.examples(
    "btc show bc1q...",
    "btc show bc1q... --json",
)
@btc.command("show")
@click.argument("address", type=known.BITCOIN_ADDRESS)
@options.json_of(*KEYS, "buyer_name", "added_by")
@pass_shell
def show(shell: Shell, address: str, as_json: bool) -> None:
    """Show an address: which order claimed it, and who added it."""
    whole, zone = shell.db.read(bitcoin_lists.whole, address), shell.zone
    found = whole.listed
    if as_json:
        output.json_of({**_facts(found), "buyer_name": whole.first_name, "added_by": whole.added_by})
        return
    output.line(found.address)
    output.facts(
        [
            ("State", found.state),
            ("Order", f"{found.order_code}, {found.order_status}" if found.order_code else ""),
            ("Customer", f"{whole.first_name or ''} ({found.used_by})".strip() if found.used_by else ""),
            ("Claimed", output.moment(found.used_at, zone)),
            ("Added", output.moment(found.added_at, zone)),
            ("By", whole.added_by),
        ]
    )
    output.remark(f"Times are in {zone}.")


@options.examples(
    "btc sync",
    "btc sync --json",
)
@btc.command("sync")
@options.json_of(*ADDED_KEYS)
@pass_shell
def sync(shell: Shell, as_json: bool) -> None:
    """Load the file of BTC_ADDRESSES_FILE now, instead of waiting for the bot.

    Bad lines are reported as by btc add, with exit code 1.
    """
    _add_file(shell, shell.config.btc_addresses_file, as_json)


def _add_file(shell: Shell, file: Path, as_json: bool) -> None:
    reading = address_file.read(file)
    _add(shell, reading.addresses, reading.bad, as_json)


def _add(shell: Shell, addresses: Sequence[str], bad: Sequence[BadLine], as_json: bool) -> None:
    for line in bad[:SHOWN_BAD_LINES]:
        output.remark(f"Line {line.number}: {line.text!r} is refused, {line.why}.")
    if len(bad) > SHOWN_BAD_LINES:
        output.remark(f"... and {output.counted(len(bad) - SHOWN_BAD_LINES, 'more bad line')}.")
    added = shell.db.call(bitcoin.add, addresses, actor=shell.actor, now=clock.now()) if addresses else 0
    pool = shell.db.read(bitcoin.pool)
    known = len(addresses) - added
    if as_json:
        output.json_of({"added": added, "known": known, "bad": len(bad), "free": pool.free})
    else:
        output.line(
            f"{output.counted(added, 'address')} added, {known} known already, {len(bad)} bad; {pool.free} free now."
        )
    if bad:
        click.get_current_context().exit(1)


def _facts(row: Listed) -> dict[str, Any]:
    return output.picked(row, KEYS)

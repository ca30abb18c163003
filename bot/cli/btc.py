"""`btc`: the pool of bitcoin addresses."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli import Shell, options, output, pass_shell
from bot.cli.output import Column
from bot.services import address_file, bitcoin, bitcoin_address, clock
from bot.services.bitcoin import BadLine

COLUMNS = (
    Column("Address", main=True),
    Column("State"),
    Column("Order"),
    Column("Added"),
)
SHOWN_BAD_LINES = 20


@options.examples(
    "btc add --address bc1q...",
    "btc add --file addresses.txt",
    "btc list --show-all",
    "btc sync",
)
@click.group("btc")
def btc() -> None:
    """Fill and list the pool of bitcoin addresses."""


@options.examples(
    "btc add --address bc1q...",
    "btc add --file addresses.txt",
)
@btc.command("add")
@click.option("--address", "addresses", multiple=True, metavar="A", help="An address; may be given several times.")
@click.option("--file", "file", type=options.FILE, metavar="FILE", help="A file with one address a line, # comments.")
@options.as_json
@pass_shell
def add(shell: Shell, addresses: Sequence[str], file: Path | None, as_json: bool) -> None:
    """Put addresses into the pool.

    Bad lines of a file are reported with their number, the good ones are added all the same. Exit code 1 when nothing
    could be added because of bad lines.
    """
    if bool(addresses) == bool(file):
        raise click.UsageError("Choose one of --address and --file.")
    if file:
        _add_file(shell, file, as_json)
    else:
        _add(shell, [bitcoin_address.parse(address) for address in addresses], [], as_json)


@options.examples(
    "btc list --show-all",
)
@btc.command("list")
@click.option("--show-all", is_flag=True, help="Also those that orders have claimed.")
@options.as_json
@pass_shell
def list_addresses(shell: Shell, show_all: bool, as_json: bool) -> None:
    """List the free addresses, in the order in which they will be used."""
    found = shell.db.read(bitcoin.listed, also_used=show_all)
    if as_json:
        output.json_of(
            [
                {
                    "address": row.address,
                    "is_used": row.is_used,
                    "order_code": order_code,
                    "used_by": row.used_by,
                    "used_at": row.used_at,
                    "added_at": row.added_at,
                }
                for row, order_code in found
            ]
        )
        return
    rows = [
        (row.address, "used" if row.is_used else "free", order_code, output.moment(row.added_at, shell.zone))
        for row, order_code in found
    ]
    output.table(COLUMNS, rows, nothing="There are no such addresses.")
    pool = shell.db.read(bitcoin.pool)
    output.remark(f"{pool.free} free, {pool.used} used.")
    output.zone_remark(shell.zone, found)


@options.examples(
    "btc sync",
)
@btc.command("sync")
@options.as_json
@pass_shell
def sync(shell: Shell, as_json: bool) -> None:
    """Load the file of BTC_ADDRESSES_FILE now, instead of waiting for the bot."""
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
    if bad and not addresses:
        click.get_current_context().exit(1)

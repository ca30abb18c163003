"""`inventory count`: the stock-take, from the sheet to count on to the movement that makes the system right."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, asking, goods_words, options, output, pass_shell
from bot.cli.output import Column
from bot.services import clock, stock, stock_count
from bot.services.files import csv_file
from bot.services.files.folder import Folder
from bot.services.stock_count import Difference, Sheet

COLUMNS = (
    Column("Goods", main=True),
    Column("Difference", main=True, right=True),
    Column("System", right=True),
    Column("Counted", right=True),
    Column("Value", right=True),
)
SHOWN = 500
"""Differences that a person may read; scripts get all as JSON."""


@options.examples(
    "inventory count sheet.csv --write --force",
    "inventory count sheet.csv --dry-run",
    "inventory count sheet.csv",
    "inventory count sheet.csv --yes --json",
)
@click.command("count")
@click.argument("file", type=options.FILE)
@click.option("--write", is_flag=True, help="Write the sheet to count on, instead of reading it.")
@click.option("--force", is_flag=True, help="With --write: replace a sheet that exists.")
@options.dry_run
@options.yes
@options.json_of("applied", "counted", "not_counted", "differences", "file", "goods")
@pass_shell
def count(shell: Shell, file: Path, write: bool, force: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Make the stock what was counted, as one movement.

    --write makes the sheet to count on. FILE is a CSV file with the columns name and counted; a column category may
    stand beside them. What was reserved but not yet delivered lies on the shelf and is counted too. Goods without a
    count, and those that the sheet does not name, stay as they are.

    A person is shown the differences and asked. If goods were sold or delivered meanwhile, nothing is done: run it
    again.
    """
    if write:
        if dry_run:
            raise click.UsageError("--write does not go with --dry-run.")
        _write(shell, file, force, as_json)
        return
    if force:
        raise click.UsageError("--force goes with --write.")
    sheet = stock_count.read(file)
    found = shell.db.read(stock_count.differences, sheet)
    is_asked = asking.is_answered() and not yes and not dry_run and bool(found)
    if is_asked and not as_json:
        _show(shell, found)
    if not dry_run and found:
        asking.confirm(shell, f"Set the stock of {len(found)} goods to what was counted?", yes=yes)
        found = _apply(shell, sheet, file, found if is_asked else None)
    _print(shell, sheet, found, is_done=not dry_run, is_shown=is_asked, as_json=as_json)


def _apply(shell: Shell, sheet: Sheet, file: Path, expected: Sequence[Difference] | None) -> Sequence[Difference]:
    now, zone = clock.now(), shell.zone
    reason = stock.reason_of(f"count {clock.local(now, zone)[:10]}", file)
    return shell.db.call(stock_count.apply, sheet, expected=expected, reason=reason, actor=shell.actor, now=now)


def _write(shell: Shell, file: Path, force: bool, as_json: bool) -> None:
    with Folder(file.parent, [file.name], replace=force) as folder, shell.db.stream(stock_count.blank_sheet) as rows:
        goods = folder.write(file.name, partial(csv_file.write, header=stock_count.COLUMNS, rows=rows))
    if as_json:
        output.json_of({"file": str(file), "goods": goods})
    else:
        then = "Fill in the column counted, then give the file to this command without --write."
        output.line(f"{goods} goods are in {file}. {then}")


def _print(
    shell: Shell, sheet: Sheet, found: Sequence[Difference], *, is_done: bool, is_shown: bool, as_json: bool
) -> None:
    if as_json:
        output.json_of(
            {
                "applied": is_done,
                "counted": len(sheet.counts),
                "not_counted": sheet.blank,
                "differences": [_facts(each) for each in found],
            }
        )
        return
    if sheet.blank:
        output.remark(f"{sheet.blank} goods on the sheet have no count and stay as they are.")
    if not sheet.counts:
        output.line("Nothing was counted: fill in the column counted.")
        return
    if not found:
        output.line(f"Nothing to change: the stock of {len(sheet.counts)} goods is as counted.")
        return
    if not is_shown:
        _show(shell, found)
    value = output.amount(_value(found), shell.config.pay_currency)
    done = "Done" if is_done else "Nothing was changed"
    output.line(f"{done}: {len(found)} of {len(sheet.counts)} goods differ, by {value} in all.")


def _show(shell: Shell, found: Sequence[Difference]) -> None:
    currency = shell.config.pay_currency
    rows = (
        (
            each.name,
            goods_words.signed(each.quantity),
            each.stock,
            each.counted,
            output.amount(each.value, currency),
        )
        for each in found[:SHOWN]
    )
    output.table(COLUMNS, rows, nothing="")
    if len(found) > SHOWN:
        output.line(f"... and {len(found) - SHOWN} more; --json shows all.")


def _value(found: Sequence[Difference]) -> Decimal:
    return sum((each.value for each in found), Decimal(0))


def _facts(each: Difference) -> dict[str, Any]:
    return {
        "name": each.name,
        "stock_quantity": each.stock,
        "counted": each.counted,
        "difference": each.quantity,
        "value": each.value,
    }

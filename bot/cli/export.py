"""`export`: the shop's books as CSV files or spreadsheets."""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import click

from bot.cli import Shell, live, options, output, pass_shell
from bot.services.files import csv_file
from bot.services.files.folder import Fill, Folder
from bot.services.reports import exports, periods
from bot.services.reports.exports import Row, Sheet
from bot.services.reports.periods import Span

SHEETS: dict[str, tuple[str, ...]] = {
    "customers": ("CUSTOMERS",),
    "refcodes": ("REFERENCE_CODES",),
    "orders": ("ORDERS", "ORDER_ITEMS"),
    "payments": ("PAYMENTS",),
    "bonus": ("BONUS",),
    "inventory": ("MOVEMENTS",),
    "goods": ("GOODS",),
}
"""Which sheets an option stands for, in the order in which they are written."""
FORMATS = ("csv", "xlsx")
STRIDE = 500


@options.examples(
    "export --all --output-dir exports",
    "export --orders --payments --since 2026-12-01 --until 2026-12-31 --format xlsx --output-dir books",
    "export --customers --refcodes --output-dir exports --force",
    "export --bonus --inventory --goods --output-dir exports --json",
)
@click.command("export")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--customers", is_flag=True, help="customers, with names, addresses and phone numbers in clear text.")
@click.option("--refcodes", is_flag=True, help="reference_codes.")
@click.option("--orders", is_flag=True, help="orders, and order_items with a row for each goods of an order.")
@click.option("--payments", is_flag=True, help="payments: the money received.")
@click.option("--bonus", is_flag=True, help="bonus_ledger: every change of a bonus balance.")
@click.option("--inventory", is_flag=True, help="stock_movements: every change of the stock, with its reason.")
@click.option("--goods", is_flag=True, help="goods: prices, stock and its value now.")
@options.dates("Made")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True, help="CSV files or Excel's."
)
@click.option("--output-dir", type=options.FOLDER, required=True, metavar="DIR", help="Where to; made if missing.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@options.json_of("file", "rows")
@pass_shell
def export(
    shell: Shell,
    /,
    since: str | None,
    until: str | None,
    form: str,
    output_dir: Path,
    force: bool,
    as_json: bool,
    **wanted: bool,
) -> None:
    """Write the shop's books as CSV files or spreadsheets.

    The files are yours alone (mode 0600) and appear together when all is written. Names, addresses and phone numbers
    stand in the file of the customers only; elsewhere a customer is a number.

    --since and --until choose orders (with their items), payments, bonus and stock movements by the time at which they
    were made, in the shop's time zone; customers, reference codes and goods are always written whole.

    CSV: times are in UTC, and text that a spreadsheet would take for a formula, such as a phone number with +, begins
    with an apostrophe. XLSX: amounts are numbers, times are in the shop's time zone, which their column names, and text
    is never a formula or a link. A table that is longer than a sheet of Excel goes on in a second one.
    """
    sheets = _chosen(wanted)
    _require_use_of_dates(sheets, since, until)
    span = periods.span(since, until, shell.zone)
    names = [_file(sheet, form) for sheet in sheets]
    counts: dict[str, int] = {}
    with Folder(output_dir, names, replace=force) as folder:
        for sheet, name in zip(sheets, names, strict=True):
            counts[name] = _write(shell, folder, sheet, span, form)
    if as_json:
        output.json_of([{"file": str(output_dir / file), "rows": rows} for file, rows in counts.items()])
    else:
        output.line(f"In {output_dir}:")
        output.facts((file, output.counted(rows, "row")) for file, rows in counts.items())


def _chosen(wanted: dict[str, bool]) -> list[Sheet]:
    everything = wanted["everything"]
    names = [name for option, names in SHEETS.items() if everything or wanted[option] for name in names]
    if not names:
        *others, last = (f"--{option}" for option in SHEETS)
        raise click.UsageError(f"Say what to export: --all, {', '.join(others)} or {last}.")
    return [getattr(exports, name) for name in names]


def _require_use_of_dates(sheets: list[Sheet], since: str | None, until: str | None) -> None:
    if (since or until) and not any(sheet.moment for sheet in sheets):
        raise click.UsageError("--since and --until choose orders, payments, bonus and stock movements only.")


def _write(shell: Shell, folder: Folder, sheet: Sheet, span: Span, form: str) -> int:
    name = _file(sheet, form)
    total = shell.db.read(exports.count, sheet, span) if sys.stderr.isatty() else 0
    with live.progress(total, name) as step, shell.db.stream(exports.rows, sheet, span) as rows:
        return folder.write(name, _fill(form, sheet, _followed(rows, step), shell.zone, folder.path))


def _followed(rows: Iterable[Row], step: Callable[..., None]) -> Iterator[Row]:
    """Yield the rows; the bar takes a step for many of them, because it costs more than a row."""
    waiting = 0
    for row in rows:
        yield row
        waiting += 1
        if waiting == STRIDE:
            step(waiting)
            waiting = 0
    step(waiting)


def _fill(form: str, sheet: Sheet, rows: Iterable[Row], zone: str, scratch: Path) -> Fill:
    if form == "csv":
        return partial(csv_file.write, header=sheet.header, rows=rows)
    from bot.services.files import xlsx_file

    return partial(xlsx_file.write, header=sheet.header, rows=rows, title=sheet.name, zone=zone, scratch=scratch)


def _file(sheet: Sheet, form: str) -> str:
    return f"{sheet.name}.{form}"

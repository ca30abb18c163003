"""`export`: the shop's tables as CSV files."""

from pathlib import Path

import click

from bot.cli import Shell, options, output, pass_shell
from bot.services import exports
from bot.services.csv_file import Folder


@options.examples(
    "export --all --output-dir exports",
    "export --orders --output-dir exports --force",
)
@click.command("export")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--customers", is_flag=True, help="customers.csv, with addresses and phone numbers in clear text.")
@click.option("--refcodes", is_flag=True, help="reference_codes.csv.")
@click.option("--orders", is_flag=True, help="orders.csv and order_items.csv.")
@click.option("--output-dir", type=options.FILE, required=True, metavar="DIR", help="Where to; made if missing.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@options.as_json
@pass_shell
def export(
    shell: Shell,
    everything: bool,
    customers: bool,
    refcodes: bool,
    orders: bool,
    output_dir: Path,
    force: bool,
    as_json: bool,
) -> None:
    """Write customers, reference codes and orders as CSV files.

    The files are yours alone (mode 0600) and appear together when all is written. Cells that a spreadsheet would take
    for formulas, such as phone numbers with +, begin with an apostrophe. Times are in UTC.
    """
    wanted = (
        (customers, exports.CUSTOMERS),
        (refcodes, exports.REFERENCE_CODES),
        (orders, exports.ORDERS),
        (orders, exports.ORDER_ITEMS),
    )
    sheets = [sheet for is_wanted, sheet in wanted if is_wanted or everything]
    if not sheets:
        raise click.UsageError("Say what to export: --all, --customers, --refcodes or --orders.")
    database = shell.db
    with Folder(output_dir, [sheet.file for sheet in sheets], replace=force) as folder:
        counts = {
            sheet.file: folder.write(sheet.file, sheet.header, exports.rows(sheet, database.read)) for sheet in sheets
        }
    if as_json:
        output.json_of([{"file": str(output_dir / file), "rows": rows} for file, rows in counts.items()])
    else:
        output.line(f"In {output_dir}:")
        output.facts((file, output.counted(rows, "row")) for file, rows in counts.items())

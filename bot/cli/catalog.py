"""`catalog`: everything that the shop sells as one file, out of the shop and into it."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, asking, catalog_plan, live, options, output, pass_shell
from bot.services import clock, stock
from bot.services.catalog_file import entries, exporting, importing
from bot.services.catalog_file.entries import Entries, Follow
from bot.services.catalog_file.plan import Options, Plan, compare

STEPS = 200
"""Of a progress bar; a step for each row would take longer than the rows."""


@options.examples(
    "catalog export catalog.yaml",
    "catalog import catalog.yaml --dry-run",
    "catalog import catalog.yaml",
)
@click.group("catalog")
def catalog() -> None:
    """Write the whole catalogue to a file, or change it by one.

    YAML holds categories and goods. CSV holds goods, a row each, with the path of their category, such as
    "Tea / Green". Pictures lie in a folder beside the file. Names are the keys: a file adds, changes, moves, archives
    and restores, but it renames nothing.
    """


@options.examples(
    "catalog export catalog.yaml",
    "catalog export backup/2026-11-21.csv --force --json",
)
@catalog.command("export")
@click.argument("file", type=options.FILE)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@options.json_of("file", "goods", "photos", "photos_missing")
@pass_shell
def export(shell: Shell, file: Path, force: bool, as_json: bool) -> None:
    r"""Write the catalogue to FILE, whose name ends in .yaml, .yml or .csv.

    The pictures go to a folder beside it: those of catalog.yaml to catalog-photos. The files are yours alone (mode
    0600) and appear when all is written. A CSV file knows neither empty categories nor archived ones; YAML does. In a
    path in CSV, a slash that stands alone in a name is written \/ . Cells that a spreadsheet would take for formulas
    begin with an apostrophe, which the import takes off.
    """
    written = exporting.write(
        file,
        data_dir=shell.config.data_dir,
        replace=force,
        categories=shell.db.read(exporting.tree),
        stream=shell.db.stream,
    )
    if as_json:
        output.json_of(
            {
                "file": str(file),
                "goods": written.goods,
                "photos": written.photos,
                "photos_missing": written.missing,
            }
        )
    else:
        photos = f", with {output.counted(written.photos, 'photo')}" if written.photos else ""
        output.line(f"{written.goods} goods are in {file}{photos}.")
    for name in written.missing:
        output.remark(f"A photo of {name!r} is no longer in the shop's folder, so it is left out.")


@options.examples(
    "catalog import catalog.yaml --dry-run",
    "catalog import catalog.csv --yes --json",
    "catalog import catalog.yaml --with-stock --archive-missing",
)
@catalog.command("import")
@click.argument("file", type=options.FILE)
@click.option("--with-stock", is_flag=True, help="Also set the stock of goods that the shop has already.")
@click.option("--archive-missing", is_flag=True, help="Also archive the goods that the file does not name.")
@options.dry_run
@options.yes
@options.json_of("file", "applied", "unchanged", "stock_left", "changes")
@pass_shell
def import_(
    shell: Shell, file: Path, with_stock: bool, archive_missing: bool, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Change the catalogue as FILE says, all of it or nothing.

    Goods and categories are found by their names; who is not there yet is added. What the file leaves out (a key, a
    column, goods, categories) stays as it is. An empty description or photo removes it. The keys of goods are name,
    category, price, stock, archived (yes or no), photo (a file beside FILE; several stand on lines of their own) and
    description; those of categories are name, parent and archived. The columns of a CSV file are called like the keys
    of goods.

    Stock is set for new goods only, because an old file must not undo sales; --with-stock sets it for all.

    A person is shown the plan and asked; then exactly this is done, or nothing if the shop has changed meanwhile. While
    many goods are changed, buyers of just these wait: a thousand take less than a second, 100,000 half a minute.
    """
    with _bars() as follow:
        said = entries.read(file, currency=shell.config.pay_currency, follow=follow)
    how = Options(with_stock, archive_missing)
    plan = shell.db.read(compare, said, how)
    is_asked = asking.is_answered() and not yes and not dry_run and bool(plan.changes)
    if is_asked and not as_json:
        catalog_plan.show(plan, shell.config.pay_currency)
    if not dry_run and plan.changes:
        asking.confirm(shell, f"Change the catalogue ({catalog_plan.summary(plan)})?", yes=yes)
        importing.keep_pictures(said, shell.config.data_dir)
        plan = _carry_out(shell, said, how, plan if is_asked else None)
    _print(shell, file, plan, is_done=not dry_run, is_shown=is_asked, as_json=as_json)


def _carry_out(shell: Shell, said: Entries, how: Options, expected: Plan | None) -> Plan:
    with _bars() as follow:
        return shell.db.call(
            importing.carry_out,
            said,
            how,
            expected=expected,
            reason=stock.reason_of("import", said.mistakes.path),
            actor=shell.actor,
            now=clock.now(),
            follow=follow,
        )


@contextmanager
def _bars() -> Iterator[Follow]:
    """Hand out what shows a bar for rows that pass: one at a time, and none any more behind the block."""
    with ExitStack() as shown:

        def follow(rows: Iterable[Any], title: str, total: int) -> Iterator[Any]:
            stride = max(1, total // STEPS)
            shown.close()
            step = shown.enter_context(live.progress(total // stride, title))
            for number, row in enumerate(rows, 1):
                yield row
                if number % stride == 0:
                    step()

        yield follow


def _print(shell: Shell, file: Path, plan: Plan, *, is_done: bool, is_shown: bool, as_json: bool) -> None:
    if as_json:
        output.json_of({"file": str(file), "applied": is_done, **catalog_plan.facts(plan)})
    elif not plan.changes:
        output.line(f"Nothing to change: the catalogue is as {file} says.")
    else:
        if not is_shown:
            catalog_plan.show(plan, shell.config.pay_currency)
        output.line(f"{'Done' if is_done else 'Planned, nothing was changed'}: {catalog_plan.summary(plan)}.")
    if plan.stock_left:
        output.remark(f"The stock of {plan.stock_left} goods differs from the file; --with-stock would set it.")

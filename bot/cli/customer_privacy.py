"""`customer export` and `customer erase`: what the shop knows of somebody, and being forgotten by it."""

from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, asking, customer_words, known, options, output, pass_shell
from bot.services import clock, people
from bot.services.files.folder import Folder
from bot.services.privacy import erasing, personal_data

KEYS = ("telegram_id", "pseudonym", "orders", "letters", "bonus_lost", "stays_banned")


@options.examples(
    "customer export 123456789 --output anna.json",
    "customer export @anna --output anna.json --force --json",
)
@click.command("export")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@click.option("--output", "file", type=options.FILE, required=True, metavar="FILE", help="Where to.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@options.json_of("file", "bytes")
@pass_shell
def export(shell: Shell, name: str, file: Path, force: bool, as_json: bool) -> None:
    """Write everything that the shop knows of a customer to a JSON file, as /mydata sends it.

    ID is the Telegram id or @username. Names, addresses and letters stand there in clear text: the file is yours alone
    (mode 0600). docs/personal-data.md explains the keys.
    """
    content = shell.db.read(personal_data.file_of, customer_words.named(shell, name), now=clock.now())
    with Folder(file.parent, [file.name], replace=force) as folder:
        folder.write(file.name, lambda to: to.write(content))
    if as_json:
        output.json_of({"file": str(file), "bytes": len(content)})
    else:
        output.line(f"In {file}: {len(content)} bytes.")


@options.examples(
    "customer erase 123456789 --dry-run",
    "customer erase @anna --yes --json",
)
@click.command("erase")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@options.dry_run
@options.yes
@options.json_of(*KEYS)
@pass_shell
def erase(shell: Shell, name: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase a customer for good, as /deleteme does; what the books need stays under a pseudonym.

    ID is the Telegram id or @username. Whoever has open orders or runs the shop cannot be erased. A ban outlives it:
    unban ID lifts it. Nobody is told.
    """
    telegram_id, currency = customer_words.named(shell, name), shell.config.pay_currency
    goes = shell.db.read(erasing.erasable, telegram_id)
    called = customer_words.called(shell.db.read(people.find, telegram_id))
    if not dry_run:
        if not (yes or asking.is_answered()):
            raise click.UsageError("This cannot be undone: say so with --yes, or look with --dry-run.")
        asking.confirm(shell, f"Erase {called} with {_what(goes, currency)}? This cannot be undone.", yes=yes)
        goes = shell.db.call(erasing.erase, telegram_id, actor=shell.actor, now=clock.now())
    if as_json:
        output.json_of(_facts(telegram_id, goes, is_done=not dry_run))
    elif dry_run:
        output.line(f"{called} would be erased with {_what(goes, currency)}. Nothing was changed.")
    else:
        output.line(f"Erased, with {_what(goes, currency)}. In the books it is {goes.pseudonym} now.")


def _what(goes: erasing.Farewell, currency: str) -> str:
    orders, letters = output.counted(goes.orders, "order"), output.counted(goes.letters, "letter")
    return f"the addresses of {orders}, {letters} and a bonus of {output.amount(goes.bonus, currency)}"


def _facts(telegram_id: int, goes: erasing.Farewell, *, is_done: bool) -> dict[str, Any]:
    return {
        "telegram_id": telegram_id,
        "pseudonym": goes.pseudonym if is_done else None,
        "orders": goes.orders,
        "letters": goes.letters,
        "bonus_lost": goes.bonus,
        "stays_banned": goes.stays_banned,
    }

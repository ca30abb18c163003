"""Where the shell begins: the table of all commands, each loaded when it is used."""

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from bot.cli import Shell, ending, helping, login

SECTIONS = {
    "Orders and customers": {
        "order": "Confirm, deliver, cancel, revive, edit, list, show, print and watch orders.",
        "customer": "List and show customers, move their bonus, write to them, hand out what is known of them, "
        "and erase them.",
        "ban": "Shut somebody out of the shop.",
        "unban": "Let somebody in again, also somebody who was erased.",
        "question": "List and show what customers ask, and answer it.",
        "broadcast": "Write to many customers at once, and see how far it has got.",
        "outbox": "List and show the messages to people, send them again, or drop them.",
        "staff": "Name admins, take their role away, and list who runs the shop.",
    },
    "Goods": {
        "goods": "Add, edit, archive, restore, list and show goods, and keep their photos.",
        "category": "Add, rename, move, archive, restore, remove and list categories.",
        "inventory": "Show what is in stock, change it, count it, and see what has moved it.",
        "catalog": "Write the whole catalogue to a file, or change it by one.",
    },
    "Codes and addresses": {
        "refcode": "Create, disable, list and show reference codes.",
        "btc": "Fill, list and show the pool of bitcoin addresses.",
    },
    "Books": {
        "stats": "Show orders, revenue, customers, goods, referral and stock.",
        "payment": "List the money that was received.",
        "export": "Write the shop's books as CSV files or spreadsheets.",
        "event": "List and show who did what when.",
    },
    "The shop itself": {
        "settings": "Read, change and reset what the shop's owner decides.",
        "doctor": "Look whether the shop is well, and say what to do where it is not.",
        "completion": "Print the script that lets a shell complete commands, codes and names.",
        "db": "Bring the database's schema up to date, tell where it stands, or give the data another key.",
        "backup": "Put the shop away, list and prove what was put away, and put it back.",
    },
}
"""What there is, in the order in which people look for it."""
COMMANDS = {name: summary for section in SECTIONS.values() for name, summary in section.items()}
COMPLETING = "_BOT_CLI_PY_COMPLETE"
"""The variable by which a shell's script asks for completions; Click makes it of the program's name."""
MODULES = {"db": "schema", "unban": "ban"}
"""Where a command is defined, if not in the file of its name."""


class Root(click.Group):
    """All commands, each imported when it is used, and the one place where their refusals are worded."""

    context_class = helping.Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"bot.cli.{MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or name those that look like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever it raises becomes one plain line and an exit code."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException):
            raise
        except (KeyboardInterrupt, click.Abort):
            ending.abort(ctx)
        except Exception as error:
            ending.refuse(ctx, error)


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--as", "name", metavar="NAME", help="Act under this name in the audit trail, instead of your login.")
@click.pass_context
def cli(ctx: click.Context, name: str | None) -> None:
    """Run the shop: orders, stock, reference codes, addresses, settings.

    Every command has examples in its own help: bot_cli.py order --help. Exit codes: 0 done, 1 refused by the shop (one
    line says why), 2 wrong usage.
    """
    ctx.obj = Shell(login.actor(name))
    ctx.call_on_close(ctx.obj.close)


def main() -> NoReturn:
    """Run the shell as a process of its own."""
    # Where a stream is closed (`>&-`), Python has none, and whoever asks for it would stumble.
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    ending.watch_signals()
    if COMPLETING in os.environ:
        import_module("bot.cli.completion")
    try:
        cli(prog_name="bot_cli.py")
    except OSError as error:
        ending.stop_printing(error)
    raise AssertionError("click ends the process")

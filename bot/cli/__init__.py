"""The operators' shell: every command loaded when it is used, what commands work with, and how they may end.

Nothing heavy is imported here: `--help` must answer at once, so the configuration and the database are opened when a
command first asks for them.
"""

import logging
import signal
import sys
import uuid
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot.cli import login, refusals

if TYPE_CHECKING:
    from bot.config import Config
    from bot.db import Database
    from bot.services.events import Recorded

REFUSED = 1
INTERRUPTED = 128
"""Plus the number of the signal, as shells count."""

COMMANDS = {
    "order": "Confirm, deliver, cancel, revive, edit, list and show orders.",
    "inventory": "Show what is in stock, or change it.",
    "refcode": "Create, disable and list reference codes.",
    "btc": "Fill and list the pool of bitcoin addresses.",
    "category": "Add, rename, archive, restore and list categories.",
    "goods": "Add, edit, archive, restore, list and show goods.",
    "settings": "Read and change what the shop's owner decides.",
    "ban": "Shut somebody out of the shop.",
    "unban": "Let somebody in again.",
    "export": "Write customers, reference codes and orders as CSV files.",
    "db": "Bring the database's schema up to date, or tell where it stands.",
    "doctor": "Look whether the shop is well, and say what to do where it is not.",
}
MODULES = {"db": "schema", "unban": "ban"}
"""Where a command is defined, if not in the file of its name."""


class Shell:
    """What a command works with. Whoever opens it closes it."""

    def __init__(self, actor: str) -> None:
        """Act as `actor`; nothing is read or opened yet."""
        self.actor = actor
        self.has_changed = False
        self.is_committing = False
        self.is_logging = False

    @cached_property
    def config(self) -> "Config":
        """Return the configuration.

        Raises:
            ConfigError: a variable is malformed.
        """
        from bot.config import load_config

        return load_config()

    @cached_property
    def url(self) -> str:
        """Return the database's URL, once it is known to be one.

        Raises:
            ConfigError: it is malformed, or asks for a driver that is not there.
        """
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        from bot.config import ConfigError

        url = self.config.sqlalchemy_url
        try:
            make_url(url).get_dialect().import_dbapi()
        except (ArgumentError, ImportError) as error:
            raise ConfigError(f"DATABASE_URL or DB_DRIVER: {str(error).splitlines()[0]}") from None
        return url

    @cached_property
    def unchecked_db(self) -> "Database":
        """Return the database, whatever its schema is.

        Raises:
            ConfigError: it cannot be opened with this configuration.
        """
        from sqlalchemy import event

        from bot.db import Database

        database = Database(self.url, threads=1, info=self._context())
        database.listeners.append(self._listen)
        event.listen(database.engines[0], "commit", self._begin_commit)
        return database

    @cached_property
    def db(self) -> "Database":
        """Return the database.

        Raises:
            ConfigError: it cannot be opened with this configuration.
            SchemaMismatch: this code does not fit its schema.
        """
        from bot.services import schema

        self.unchecked_db.read(schema.require_current)
        return self.unchecked_db

    @cached_property
    def zone(self) -> str:
        """Return the shop's time zone. Ask for it before a change, so that what was changed can be told."""
        from bot.services import settings

        return str(self.db.read(settings.get, "timezone"))

    def start_logging(self) -> None:
        """Send everything that is logged to the log files; stdout belongs to the command's own output."""
        if self.is_logging:
            return
        from bot import logs

        self.is_logging = True
        logs.setup(self.config.model_copy(update={"log_to_stdout": False}), self.__dict__.get("zone", "UTC"))

    def close(self) -> None:
        """Close what was opened."""
        if "unchecked_db" in self.__dict__:
            self.unchecked_db.close()
        if self.is_logging:
            from bot import logs

            logs.close()

    def _context(self) -> dict[str, Any]:
        from bot.config import ConfigError
        from bot.services.context import Shop
        from bot.services.vault import open_vault

        config = self.config
        try:
            vault = open_vault(config.data_key.get_secret_value() if config.data_key else None, config.data_dir)
        except (OSError, ValueError) as error:
            raise ConfigError(f"DATA_KEY or DATA_DIR: the data key cannot be read ({error})") from None
        return Shop(
            vault=vault,
            currency=config.pay_currency,
            min_amount=config.min_amount,
            max_amount=config.max_amount,
            owner_id=config.owner_id,
            helper_id=config.helper_id,
            default_language=config.bot_locale,
        ).as_info

    def _listen(self, recorded: "Recorded") -> None:
        self.has_changed = True
        if not self.is_logging:
            with suppress(Exception):  # the log files are in the shop's time zone, or in UTC while it cannot be read
                _ = self.zone
        self.start_logging()
        from bot import logs

        logs.event_log(recorded)

    def _begin_commit(self, _connection: object) -> None:
        self.is_committing = True


pass_shell = click.make_pass_decorator(Shell)


class Root(click.Group):
    """All commands, each imported when it is used, and the one place where their refusals are worded."""

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
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever it raises becomes one plain line and an exit code."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException):
            raise
        except (KeyboardInterrupt, click.Abort):
            _abort(ctx)
        except Exception as error:
            _refuse(ctx, error)


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


def refusal(error: Exception) -> str | None:
    """Return the one plain line for an error that is no bug, or None for one that is."""
    from bot.config import ConfigError

    return str(error) if isinstance(error, ConfigError) else refusals.line_for(error)


def main() -> NoReturn:
    """Run the shell as a process of its own."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    cli(prog_name="bot_cli.py")
    raise AssertionError("click ends the process")


_signals: list[int] = []


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """Stop, unless a change is just being saved; then only the second signal does."""
    _signals.append(number)
    context = click.get_current_context(silent=True)
    shell = context.find_object(Shell) if context else None
    if shell is None or not shell.is_committing or len(_signals) > 1:
        raise KeyboardInterrupt


def _abort(ctx: click.Context) -> NoReturn:
    shell = ctx.find_object(Shell)
    if shell is not None and shell.has_changed:
        _say("Aborted, but the change had been made.")
    elif shell is not None and shell.is_committing:
        _say("Aborted while saving: look whether the change was made.")
    else:
        _say("Aborted, nothing was changed.")
    ctx.exit(INTERRUPTED + (_signals[-1] if _signals else signal.SIGINT))


def _refuse(ctx: click.Context, error: Exception) -> NoReturn:
    if isinstance(error, BrokenPipeError):
        raise error
    line = refusal(error) or _report(ctx, error)
    shell = ctx.find_object(Shell)
    if shell is not None and shell.has_changed:
        _say(f"The change was made, but what should come after it failed: {line}")
    else:
        _say(line)
    ctx.exit(REFUSED)


def _report(ctx: click.Context, error: Exception) -> str:
    """Log a bug with its traceback and return a line with the id under which it is found."""
    key = uuid.uuid4().hex[:8]
    shell = ctx.find_object(Shell)
    if shell is not None:
        with suppress(Exception):
            shell.start_logging()
    logging.getLogger(__name__).error("Unexpected error %s", key, exc_info=error)
    return f"Unexpected error {key} ({type(error).__name__}); bot.log has the details under this id."


def _say(line: str) -> None:
    with suppress(OSError):
        click.echo(line, err=True)

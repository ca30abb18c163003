"""The operators' shell: what every command works with. `root.py` is where it begins, `ending.py` how it may end.

Nothing heavy is imported here: `--help` must answer at once, so the configuration and the database are opened when a
command first asks for them.
"""

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.config import Config
    from bot.db import Database
    from bot.services.events import Recorded


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

    def forget_database(self) -> None:
        """Let whoever asks for the database next get it anew."""
        for name in ("db", "unchecked_db"):
            self.__dict__.pop(name, None)

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

        try:
            vault = open_vault(self.config.key_text, self.config.data_dir)
        except (OSError, ValueError) as error:
            raise ConfigError(f"DATA_KEY or DATA_DIR: the data key cannot be read ({error})") from None
        return Shop(vault, **self.config.for_services).as_info

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

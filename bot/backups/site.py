"""One shop as backups see it: its database, its pictures, its keys, and where its backups are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import make_url

from bot.backups import keys
from bot.backups.mariadb import MariaDb
from bot.backups.shelf import Shelf
from bot.backups.sqlite import Sqlite
from bot.config import Config
from bot.db import Database
from bot.services import context, vault

Kind = MariaDb | Sqlite
"""Both offer the same: require_tools, version, is_there, dump, scratch, tally, swap."""


@dataclass(frozen=True)
class Site:
    """A shop by its configuration."""

    config: Config

    @cached_property
    def database(self) -> Kind:
        """Return the shop's database."""
        url = self.config.sqlalchemy_url
        return Sqlite(url) if make_url(url).get_backend_name() == "sqlite" else MariaDb(url)

    @cached_property
    def shelf(self) -> Shelf:
        """Return where its backups are."""
        return Shelf(self.config.backup_folder)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Return the fingerprints of the keys at hand, the one that seals first."""
        return keys.fingerprints(self.config)

    @contextmanager
    def opened(self, database: Kind) -> Iterator[Database]:
        """Yield a database as the services work with it: the shop's own, or one that was made of its backup."""
        shop = context.Shop(vault.open_vault(self.config.key_text, self.config.data_dir), **self.config.for_services)
        url = database.url.render_as_string(hide_password=False)
        db = Database(url, threads=1, info=shop.as_info)
        try:
            yield db
        finally:
            db.close()

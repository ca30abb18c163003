"""Bringing the shop's schema up to date, with a backup before anything is changed."""

import logging

from bot import migrations
from bot.backups import creating
from bot.backups.manifest import Why
from bot.backups.site import Site
from bot.config import Config
from bot.errors import NoUpgrade, ShopError
from bot.migrations import Status
from bot.services import clock

log = logging.getLogger(__name__)


def upgrade(config: Config, *, with_backup: bool = True) -> Status:
    """Bring the schema up to date; a database that is not empty is put away first, if there is something to do.

    Raises:
        NoUpgrade: the backup could not be made; nothing was changed.
        SchemaMismatch: the database is newer than this code.
        Busy: another process has been migrating for a minute.
    """
    found = migrations.status(config.sqlalchemy_url)
    if with_backup and found.current is not None and not found.is_up_to_date:
        _put_away(config)
    return migrations.upgrade(config.sqlalchemy_url)


def _put_away(config: Config) -> None:
    site = Site(config)
    try:
        with site.shelf.alone():
            kept = creating.create(site, Why.BEFORE_UPGRADE, now=clock.now())
    except ShopError as error:
        raise NoUpgrade(str(error)) from None
    log.info("Before the upgrade, the shop was put away in %s", kept.path)

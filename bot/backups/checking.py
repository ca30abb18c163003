"""Trying a backup out: read into a scratch database, compared with its manifest, and brought up to date there."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, cast

from bot import migrations
from bot.backups import tools
from bot.backups.manifest import Manifest, Table
from bot.backups.shelf import Kept
from bot.backups.site import Kind, Site
from bot.backups.tally import differences
from bot.errors import BadBackup, SchemaMismatch, WrongDataKey
from bot.services import invariants, resealing, schema
from bot.services.invariants import Violation
from bot.services.reports import exports
from bot.services.vault import WrongKey

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""As of then no message has waited for too long: that says something of the bot, and nothing of a backup."""


@dataclass(frozen=True)
class Proof:
    """What came out when a backup was tried out: it is as its manifest says, and which rules do not hold in it."""

    manifest: Manifest
    violations: tuple[Violation, ...]


def verify(site: Site, kept: Kept, *, scratch_url: str | None = None) -> Proof:
    """Prove that a backup can be restored, in a scratch database that is gone afterwards.

    Raises:
        BadBackup: it is damaged, or of a database of another kind.
        WrongDataKey: the key at hand does not open it.
        SchemaMismatch: it is newer than this program.
        ScratchForbidden: the user may not make a scratch database.
    """
    with scratch(site, kept, scratch_url=scratch_url) as made:
        return Proof(kept.about, violations(site, made))


@contextmanager
def scratch(site: Site, kept: Kept, *, scratch_url: str | None = None) -> Iterator[Kind]:
    """Yield a scratch database with the content of a backup, once it is proved, brought up to date.

    Raises:
        As `verify`.
    """
    about = kept.whole()
    _require_fitting(site, kept, about)
    site.database.require_tools()
    with site.shelf.room() as room:
        try:
            with gzip.open(kept.path / about.database_part) as source:
                packed = site.database.scratch(room, cast("BinaryIO", source), scratch_url)
                with packed as made:
                    _require_same(kept, about, made.tally(room).tables)
                    migrations.upgrade(made.url.render_as_string(hide_password=False))
                    _require_readable(site, kept, about, made)
                    yield made
        except (tools.ToolFailed, gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise BadBackup(kept.name, f"its {about.database_part} cannot be read in ({error})") from None


def violations(site: Site, made: Kind) -> tuple[Violation, ...]:
    """Return which of the shop's rules do not hold in a scratch database."""
    with site.opened(made) as db:
        return tuple(db.read(invariants.check, now=LONG_AGO))


def _require_fitting(site: Site, kept: Kept, about: Manifest) -> None:
    if about.database.kind != site.database.kind:
        why = f"it holds a database of {about.database.kind}, and this shop is on {site.database.kind}"
        raise BadBackup(kept.name, why)
    if about.revision > schema.newest():
        raise SchemaMismatch("newer", schema.newest())
    if about.key is not None and about.key not in site.keys:
        raise WrongDataKey(kept.name, about.key, " and ".join(site.keys))


def _require_same(kept: Kept, about: Manifest, found: dict[str, Table]) -> None:
    others = differences(about.tables, found)
    if others:
        raise BadBackup(kept.name, f"what it gives is not what was put away, in {', '.join(others)}")


def _require_readable(site: Site, kept: Kept, about: Manifest, made: Kind) -> None:
    """Ask for every key that sealed anything: while one gave way to another, there were two. Then open something."""
    have = " and ".join(site.keys)
    with site.opened(made) as db:
        missing = db.read(resealing.counts).keys() - set(site.keys)
        if missing:
            raise WrongDataKey(kept.name, " and ".join(sorted(missing)), have)
        try:
            db.read(exports.require_readable)
        except WrongKey:
            raise WrongDataKey(kept.name, about.key or "of somebody else", have) from None

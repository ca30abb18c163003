"""Making a backup, while the shop goes on."""

import gzip
import hashlib
import io
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.backups import manifest, pictures
from bot.backups.manifest import Manifest, Origin, Part, Why
from bot.backups.shelf import Kept, cannot
from bot.backups.site import Site
from bot.backups.tally import Tally
from bot.config import VERSION
from bot.errors import BackupFailed

LEVEL = 6
BUFFER = 1024 * 1024


def create(site: Site, why: Why, *, now: datetime) -> Kept:
    """Put the shop away as it is at one moment. The caller is alone on the shelf.

    The pictures come after the database, so that every picture which the database knows is among them.

    Raises:
        BackupFailed: it could not be made; nothing is left behind.
        ToolMissing: MariaDB's programs are not here.
    """
    site.database.require_tools()
    if not site.database.is_there():
        raise BackupFailed(f"the database {site.database.name} is empty")

    def fill(draft: Path) -> Manifest:
        version = site.database.version()
        part = manifest.part_of(site.database.kind)
        with cannot(BackupFailed, f"{site.shelf.path} cannot be written"):
            tally = _dump(site, draft / part)
            with (draft / manifest.PICTURES).open("xb") as file:
                count = pictures.pack(site.config.data_dir, file)
        if tally.revision is None:
            raise BackupFailed(f"the database {site.database.name} has no schema of this shop")
        return Manifest(
            format=manifest.FORMAT,
            taken_at=now,
            why=why,
            program=VERSION,
            revision=tally.revision,
            database=Origin(kind=site.database.kind, version=version, name=site.database.name),
            key=next(iter(site.keys), None),
            tables=tally.tables,
            parts={part: _about(draft / part), manifest.PICTURES: _about(draft / manifest.PICTURES)},
            pictures=count,
        )

    return site.shelf.put(now, fill)


def _dump(site: Site, target: Path) -> Tally:
    with site.shelf.room() as room, target.open("xb") as file:
        packed = gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=file, mtime=0)
        out = io.BufferedWriter(packed, BUFFER)
        try:
            tally = site.database.dump(room, out)
            out.close()
        finally:
            # On a full disk closing fails as writing did, and what stands there is thrown away.
            with suppress(OSError, ValueError):
                out.detach()
    return tally


def _about(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())

"""Putting a backup back: made ready in a scratch database, and only then, in one step, the shop itself."""

import logging
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.backups import checking, creating, manifest, pictures
from bot.backups.manifest import Why
from bot.backups.shelf import Kept
from bot.backups.site import Kind, Site
from bot.errors import BadValue, Busy, RestoreFailed, ShopError
from bot.services import address_file, leases, restored
from bot.services.invariants import Violation
from bot.services.restored import Moment, Settled

Say = Callable[[str], object]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Erased:
    """How many people were erased again, and who could not be yet."""

    count: int
    left: tuple[int, ...]


@dataclass(frozen=True)
class Restored:
    """What came of it."""

    kept: Kept
    before: Kept | None
    """The backup of what was there until now."""
    settled: Settled
    erased: Erased
    pictures: int


@dataclass(frozen=True)
class Wishes:
    """What the operator has said: no backup of what is there, and to go on although rules are broken."""

    without_backup: bool = False
    despite_violations: bool = False


def restore(
    site: Site,
    kept: Kept,
    wishes: Wishes,
    *,
    actor: str,
    now: Callable[[], datetime],
    say: Say = log.info,
    before_last_step: Callable[[], object] = lambda: None,
) -> Restored:
    """Let the shop be what it was when the backup was made. The caller is alone on the shelf.

    Until the last step, which is one statement, the shop is as it was.

    Raises:
        AlreadyRunning: the bot runs.
        RestoreFailed: what is there could not be put away, or rules are broken; nothing has changed.
        BadBackup, WrongDataKey, SchemaMismatch, ScratchForbidden, ToolMissing: as when it is verified.
    """
    about = kept.about
    holder = f"restore of {kept.name} on {socket.gethostname()}:{os.getpid()}"
    _hold(site, holder, now())
    try:
        say("Trying the backup out in a scratch database ...")
        with checking.scratch(site, kept) as made:
            _require_rules(checking.violations(site, made), wishes)
            before = _put_away(site, wishes, say, now())
            with site.opened(made) as db:
                later = _later(site, db.read(restored.last_moment))
            settled = _settle(site, kept, made, later, actor, now())
            erased = _erase_again(site, made, later, actor, now())
            added = pictures.unpack(kept.name, kept.path / manifest.PICTURES, site.config.data_dir)
            _hold(site, holder, now())
            say(f"Putting it in the place of {site.database.name} ...")
            before_last_step()
            site.database.swap(made)  # type: ignore[arg-type]
    except BaseException:
        _let_go(site, holder)
        raise
    log.info("The backup %s of %s is restored", kept.name, about.taken_at)
    return Restored(kept, before, settled, erased, added)


def _hold(site: Site, holder: str, now: datetime) -> None:
    """Keep the bot from starting, as another bot process would; a database that is gone holds nobody."""
    if _is_there(site):
        with site.opened(site.database) as db:
            try:
                db.call(leases.take, leases.BOT, holder, now=now)
            except DBAPIError as error:
                log.info("The lease of the bot cannot be read: %s", type(error).__name__)


def _let_go(site: Site, holder: str) -> None:
    try:
        if _is_there(site):
            with site.opened(site.database) as db:
                db.call(leases.give_back, leases.BOT, holder)
    except (DBAPIError, Busy, OSError) as error:
        log.info("The lease of the bot cannot be given back: %s", type(error).__name__)


def _is_there(site: Site) -> bool:
    return site.database.is_there()


def _require_rules(found: Sequence[Violation], wishes: Wishes) -> None:
    if found and not wishes.despite_violations:
        broken = " ".join(map(str, found)).rstrip(".")
        raise RestoreFailed(f"in the backup these rules do not hold, --despite-violations goes on: {broken}")


def _put_away(site: Site, wishes: Wishes, say: Say, now: datetime) -> Kept | None:
    if wishes.without_backup or not _is_there(site):
        say("What is there now is not put away." if wishes.without_backup else "There is nothing to put away first.")
        return None
    say("Making a backup of what is there now ...")
    try:
        return creating.create(site, Why.BEFORE_RESTORE, now=now)
    except ShopError as error:
        raise RestoreFailed(f"what is there now cannot be put away, --no-backup goes on without ({error})") from None


def _settle(site: Site, kept: Kept, made: Kind, later: "_Later | None", actor: str, now: datetime) -> Settled:
    with site.opened(made) as db:
        listed = _listed(site.config.btc_addresses_file) if later is None else ()
        return db.call(
            restored.settle,
            backup=kept.name,
            taken_at=kept.about.taken_at,
            used=later.used if later else None,
            listed=listed,
            actor=actor,
            now=now,
        )


def _erase_again(site: Site, made: Kind, later: "_Later | None", actor: str, now: datetime) -> Erased:
    """Erase who was erased after the backup: a restore must not bring back what somebody had deleted."""
    done: list[int] = []
    left: list[int] = []
    with site.opened(made) as db:
        for telegram_id in sorted(db.read(restored.people_here) - later.people) if later else ():
            is_erased = db.call(restored.erase_again, telegram_id, actor=actor, now=now)
            (done if is_erased else left).append(telegram_id)
    return Erased(len(done), tuple(left))


@dataclass(frozen=True)
class _Later:
    """What the present database knows of the time after the backup."""

    used: Sequence[str]
    people: set[int]


def _later(site: Site, moment: Moment | None) -> _Later | None:
    """Return what the shop has done by now, or None where that cannot be known.

    A database that is new, or another shop's, can be read, but knows nothing of what this one has done.
    """
    try:
        if not _is_there(site):
            return None
        with site.opened(site.database) as db:
            if not db.read(restored.has_lived_through, moment):
                return None
            return _Later(db.read(restored.used_addresses), db.read(restored.people_here))
    except DBAPIError as error:
        log.info("The present database cannot be read: %s", type(error).__name__)
        return None


def _listed(path: Path) -> Sequence[str]:
    try:
        return address_file.read(path).addresses
    except BadValue as error:
        log.warning("The address file is not read: %s", error)
        return ()

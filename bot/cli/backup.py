"""`backup`: the whole shop put away, listed, proved and put back."""

from functools import partial
from typing import Any

import click

from bot.backups import checking, creating, keys, restoring
from bot.backups.manifest import Why
from bot.backups.restoring import Restored, Wishes
from bot.backups.shelf import Kept
from bot.backups.site import Site
from bot.cli import Shell, asking, messages, options, output, pass_shell
from bot.cli.output import Column
from bot.services import clock

COLUMNS = (
    Column("Name", main=True),
    Column("Why", main=True),
    Column("Rows", main=True, right=True),
    Column("Pictures", main=True, right=True),
    Column("MB", main=True, right=True),
    Column("State", main=True, most=40),
)
KEYS = ("name", "taken_at", "why", "program", "revision", "database", "key", "rows", "pictures", "bytes", "flaw")
MEGABYTE = 1024 * 1024

name = click.argument("name", metavar="NAME")


@options.examples(
    "backup create",
    "backup list",
    "backup verify latest",
    "backup restore 20261220-031500",
)
@click.group("backup")
def backup() -> None:
    """Put the shop away, list and prove what was put away, and put it back."""


@options.examples(
    "backup create",
    "backup create --keep 30 --json",
    "backup create --nightly",
)
@backup.command("create")
@click.option("--keep", type=options.Whole(0), help="Good ones that stay, with this one; 0: all.  [BACKUP_KEEP]")
@click.option("--nightly", is_flag=True, help="Note that the timer made it, and nobody by hand.")
@options.json_of(*KEYS, "removed")
@pass_shell
def create(shell: Shell, keep: int | None, nightly: bool, as_json: bool) -> None:
    """Put the shop away in BACKUP_DIR, while the bot goes on.

    A backup is a folder, yours alone, with the database as it is at one moment, the pictures, and a manifest that tells
    what is in it. It is there whole or not at all. Then good backups beyond the number to keep are removed, the oldest
    first, and never the newest.

    The data key is not in it: whoever has both reads all addresses. Keep a copy of the key somewhere else, because
    without it they are lost.
    """
    site = _site(shell)
    with site.shelf.alone():
        kept = creating.create(site, Why.NIGHTLY if nightly else Why.ASKED, now=clock.now())
        removed = site.shelf.rotate(shell.config.backup_keep if keep is None else keep)
    if as_json:
        output.json_of({**_facts(kept), "removed": removed})
        return
    output.line(f"Backup {kept.name} is in {kept.path}: {_size(kept)}.")
    if removed:
        output.line(f"Removed: {', '.join(removed)}.")
    output.remark(f"The data key is not in it. It is in {keys.place(shell.config)}: keep a copy of it somewhere else.")


@options.examples(
    "backup list",
    "backup list --json",
)
@backup.command("list")
@options.json_of(*KEYS)
@pass_shell
def list_backups(shell: Shell, as_json: bool) -> None:
    """List the backups in BACKUP_DIR, the newest first; the name is the time in UTC.

    Good are those that look whole; only backup verify reads every byte.
    """
    found = _site(shell).shelf.all()
    if as_json:
        output.json_rows(_facts(kept) for kept in found)
    else:
        nothing = f"There is no backup in {shell.config.backup_folder}."
        output.table(COLUMNS, [_cells(kept) for kept in found], nothing=nothing)


@options.examples(
    "backup verify latest",
    "backup verify 20261220-031500 --json",
    "backup verify latest --scratch-url mysql+pymysql://anna:secret@localhost/scratch",
)
@backup.command("verify")
@name
@click.option("--scratch-url", metavar="URL", help="An empty database of MariaDB to use, instead of making one.")
@options.json_of(*KEYS, "is_good", "violations")
@pass_shell
def verify(shell: Shell, name: str, scratch_url: str | None, as_json: bool) -> None:
    """Prove that a backup can be restored: it is, into a scratch database, and everything is compared.

    NAME is one of backup list, or latest. Every byte is checked, the rows of every table are counted and compared, the
    data key is tried, the schema is brought up to date and the shop's rules are asked. The scratch database is gone
    afterwards. Exit code 1 when anything is not as it should be.
    """
    site = _site(shell)
    with site.shelf.alone():
        kept = site.shelf.find(name)
        proof = checking.verify(site, kept, scratch_url=scratch_url)
    broken = [str(each) for each in proof.violations]
    if as_json:
        output.json_of({**_facts(kept), "is_good": not broken, "violations": broken})
    elif not broken:
        output.line(f"Backup {kept.name} is good: restored, compared and counted, {_size(kept)}; all rules hold.")
    for each in broken if not as_json else ():
        output.remark(f"Backup {kept.name} is what was put away, but a rule does not hold in it. {each}")
    if broken:
        click.get_current_context().exit(1)


@options.examples(
    "backup restore 20261220-031500",
    "backup restore latest --yes --json",
    "backup restore latest --no-backup --despite-violations",
)
@backup.command("restore")
@name
@click.option("--no-backup", is_flag=True, help="Do not put away first what is there now.")
@click.option("--despite-violations", is_flag=True, help="Also if rules of the shop do not hold in the backup.")
@options.yes
@options.json_of(
    "name",
    "taken_at",
    "before",
    "parked_messages",
    "paused_broadcasts",
    "erased_people",
    "still_to_erase",
    "retired_addresses",
    "are_addresses_known",
    "pictures",
)
@pass_shell
def restore(shell: Shell, name: str, no_backup: bool, despite_violations: bool, yes: bool, as_json: bool) -> None:
    """Let the shop be what it was when a backup was made. Stop the bot first.

    NAME is one of backup list, or latest. The backup is proved and made ready in a scratch database, what is there now
    is put away, and only the last step changes the shop, at once.

    Messages that waited then are parked, because they may have been sent since: outbox list --status parked. Broadcasts
    are paused. No bitcoin address is handed out twice: those used since are marked so; where the present database
    cannot tell, every address that was free in the backup or stands in BTC_ADDRESSES_FILE is retired, and new ones are
    needed. Who was erased since is erased again.
    Reservations whose time is over end by themselves when the bot runs again.
    """
    site = _site(shell)
    with site.shelf.alone():
        kept = site.shelf.find(name)
        _ask(site, kept, yes=yes)
        wishes = Wishes(without_backup=no_backup, despite_violations=despite_violations)
        # From then on Ctrl-C waits until it is done, as for any change that is being saved.
        commits = partial(setattr, shell, "is_committing", True)
        done = restoring.restore(
            site, kept, wishes, actor=shell.actor, now=clock.now, say=output.remark, before_last_step=commits
        )
        shell.has_changed = True
    if as_json:
        output.json_of(_done_facts(done))
    else:
        _tell(site, done)
    messages.mention(shell)


def _site(shell: Shell) -> Site:
    _ = shell.url  # refuses a database that is none
    return Site(shell.config)


def _ask(site: Site, kept: Kept, *, yes: bool) -> None:
    about = kept.about
    what = f"{about.database.name} as of {about.taken_at:%Y-%m-%d %H:%M} UTC, {_size(kept)}"
    context = click.get_current_context().find_object(Shell)
    assert context is not None  # noqa: S101 - every command has one
    asking.confirm(context, f"Restore {kept.name} ({what}) over {site.database.name}?", yes=yes)


def _tell(site: Site, done: Restored) -> None:
    settled = done.settled
    taken_at = f"{done.kept.about.taken_at:%Y-%m-%d %H:%M} UTC"
    output.line(f"Backup {done.kept.name} is restored: the shop is as it was at {taken_at}.")
    if done.before is not None:
        output.line(f"What was there before is in the backup {done.before.name}.")
    output.facts(
        [
            ("Messages parked", settled.parked),
            ("Broadcasts paused", settled.paused),
            ("Addresses retired", settled.retired),
            ("People erased again", done.erased.count),
            ("Pictures put back", done.pictures),
        ]
    )
    for telegram_id in done.erased.left:
        output.remark(f"{telegram_id} was erased since, but has open orders again: end them, then customer erase.")
    if not settled.is_history_known:
        file = site.config.btc_addresses_file
        output.line(
            "Nobody knows which bitcoin addresses were handed out since, so none that is known is handed out any more: "
            f"add new ones to {file}, and never one that stood there."
        )
        if not file.exists():
            output.remark(f"{file} is not there: put no old address into it, it would be taken for a new one.")


def _facts(kept: Kept) -> dict[str, Any]:
    about = kept.manifest
    known: dict[str, Any] = {"name": kept.name, "flaw": kept.flaw or None}
    if about is None:
        return {key: known.get(key) for key in KEYS}
    database = f"{about.database.kind} {about.database.name} {about.database.version}"
    known |= {"taken_at": about.taken_at, "why": about.why, "program": about.program, "revision": about.revision}
    known |= {"database": database, "key": about.key, "rows": about.rows, "bytes": about.bytes}
    known |= {"pictures": about.pictures}
    return {key: known[key] for key in KEYS}


def _done_facts(done: Restored) -> dict[str, Any]:
    settled = done.settled
    return {
        "name": done.kept.name,
        "taken_at": done.kept.about.taken_at,
        "before": done.before.name if done.before else None,
        "parked_messages": settled.parked,
        "paused_broadcasts": settled.paused,
        "erased_people": done.erased.count,
        "still_to_erase": list(done.erased.left),
        "retired_addresses": settled.retired,
        "are_addresses_known": settled.is_history_known,
        "pictures": done.pictures,
    }


def _cells(kept: Kept) -> list[Any]:
    about = kept.manifest
    if about is None:
        return [kept.name, "", "", "", "", kept.flaw]
    return [kept.name, about.why, about.rows, about.pictures, _megabytes(about.bytes), kept.flaw or "good"]


def _size(kept: Kept) -> str:
    about = kept.about
    rows, pictures = output.counted(about.rows, "row"), output.counted(about.pictures, "picture")
    return f"{rows} and {pictures} in {_megabytes(about.bytes)} MB"


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}"

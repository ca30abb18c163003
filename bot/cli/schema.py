"""`db`: the database's schema. The only command that imports Alembic."""

import click

from bot import migrations
from bot.backups import upgrading
from bot.cli import Shell, key_rotation, options, output, pass_shell
from bot.migrations import Status


@options.examples(
    "db status",
    "db upgrade",
    "db rotate-key --dry-run",
)
@click.group("db")
def db() -> None:
    """Bring the database's schema up to date, tell where it stands, or give the data another key."""


@options.examples(
    "db upgrade",
    "db upgrade --json",
    "db upgrade --no-backup",
)
@db.command("upgrade")
@click.option("--no-backup", is_flag=True, help="Do it without a backup of what is there.")
@options.json_of("current", "head", "is_up_to_date")
@pass_shell
def upgrade(shell: Shell, no_backup: bool, as_json: bool) -> None:
    """Bring the schema up to date; safe to repeat, and while the bot does the same.

    Where there is something to do, a backup is made first, in BACKUP_DIR. When that is not possible, such as without
    MariaDB's own programs, nothing is done; --no-backup goes on all the same.
    """
    _url(shell)
    _print(upgrading.upgrade(shell.config, with_backup=not no_backup), as_json)


@options.examples(
    "db status",
    "db status --json",
)
@db.command("status")
@options.json_of("current", "head", "is_up_to_date")
@pass_shell
def status(shell: Shell, as_json: bool) -> None:
    """Tell where the schema stands."""
    _print(migrations.status(_url(shell)), as_json)


db.add_command(key_rotation.rotate_key)


def _url(shell: Shell) -> str:
    """Return the database's URL; SQLite makes its file itself, but not the folder."""
    shell.config.data_dir.mkdir(parents=True, exist_ok=True)
    return shell.url


def _print(found: Status, as_json: bool) -> None:
    if as_json:
        output.json_of({"current": found.current, "head": found.head, "is_up_to_date": found.is_up_to_date})
    elif found.is_up_to_date:
        output.line(f"The schema is up to date ({found.head}).")
    else:
        current = found.current or "empty"
        output.line(f"The schema is {current}, this program needs {found.head}; run: bot_cli.py db upgrade")

"""The folders: whether they can be written and by whom they were, how much room is left, logs and backups."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.cli import output
from bot.cli.checks.finding import Finding, Patient, duration
from bot.services import backup_alerts, clock

LEAST_BYTES, FEW_BYTES = 100_000_000, 1_000_000_000
"""Below the first /ready says that the shop cannot serve."""
FEW_INODES = 0.02
MANY_LOG_BYTES = 2_000_000_000
MEGABYTE = 1_000_000


def data(patient: Patient) -> Iterator[Finding]:
    """Look at DATA_DIR: pictures, the key, and on SQLite the shop itself."""
    yield from _folder("data folder", patient.config.data_dir, "DATA_DIR")


def logs(patient: Patient) -> Iterator[Finding]:
    """Look at LOG_DIR and at how much lies in it."""
    folder = patient.config.log_dir
    if not patient.config.log_to_file:
        yield Finding("logs", "pass", "LOG_TO_FILE is off")
        return
    yield from _folder("logs", folder, "LOG_DIR")
    size = sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
    if size > MANY_LOG_BYTES:
        yield Finding("logs", "warn", f"{size // MEGABYTE} MB of logs lie in {folder}", "Look what fills them.")


def _folder(name: str, folder: Path, variable: str) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding(name, "warn", f"{folder} is not there", f"Make the folder, or set {variable}.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = f"Let it belong to the bot's user (chown), or set {variable}."
        yield Finding(name, "fail", f"{folder} cannot be written ({error.strerror})", advice)
        return
    troubles = [*_room(name, folder), *_strangers(name, folder)]
    yield from troubles
    if not troubles:
        free = shutil.disk_usage(folder).free // MEGABYTE
        yield Finding(name, "pass", f"{folder} can be written, {free} MB are free")


def _room(name: str, folder: Path) -> Iterator[Finding]:
    free, place = shutil.disk_usage(folder).free, os.statvfs(folder)
    if free < FEW_BYTES:
        level = "fail" if free < LEAST_BYTES else "warn"
        yield Finding(name, level, f"{free // MEGABYTE} MB are free for {folder}", "Make room, or take a larger disk.")
    if place.f_files and place.f_favail < FEW_INODES * place.f_files:
        yield Finding(name, "warn", f"the disk of {folder} has hardly any file left", "Remove small files: df -i")


def _strangers(name: str, folder: Path) -> Iterator[Finding]:
    """Yield what belongs to somebody else than the folder: the bot may not be able to read or write it."""
    owner = folder.stat().st_uid
    others = sorted(path.name for path in folder.iterdir() if path.lstat().st_uid != owner)
    if others:
        text = f"{', '.join(others[:3])} in {folder} belongs to somebody else"
        advice = f"Run bot_cli.py as the bot's user, and: chown --reference={folder} {folder}/*"
        yield Finding(name, "warn", text, advice)


def backups(patient: Patient) -> Iterator[Finding]:
    """Look how old the newest good backup is, whether any is damaged, and whether there is room for the next."""
    from bot.backups.shelf import Shelf

    shelf, now = Shelf(patient.config.backup_folder), clock.now()
    found = shelf.all()
    newest = next((kept for kept in found if not kept.flaw), None)
    taken_at = newest.manifest.taken_at if newest and newest.manifest else None
    text = f"the newest is {duration((now - taken_at).total_seconds())} old" if taken_at else f"none in {shelf.path}"
    is_old = backup_alerts.is_old(taken_at, patient.db.read(backup_alerts.opened_at), now=now)
    if is_old:
        yield Finding("backups", "warn", text, "Make one: bot_cli.py backup create; see docs/operations.md.")
    else:
        yield Finding("backups", "pass", text)
    damaged = [kept.name for kept in found if kept.flaw]
    if damaged:
        text = f"{output.counted(len(damaged), 'backup')} damaged: {', '.join(damaged[:3])}"
        yield Finding("backups", "warn", text, "See why: bot_cli.py backup list")
    if newest is not None and 2 * newest.about.bytes > shutil.disk_usage(shelf.path).free:
        yield Finding("backups", "warn", "there is hardly room for the next one", "Make room, or set BACKUP_DIR.")


def backup_folder(patient: Patient) -> Iterator[Finding]:
    """Look at BACKUP_DIR, which is made with the first backup."""
    folder = patient.config.backup_folder
    if folder.is_dir():
        yield from _folder("backup folder", folder, "BACKUP_DIR")
    else:
        yield Finding("backup folder", "pass", f"{folder} is made with the first backup")

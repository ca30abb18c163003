"""Log files on request: for the owner alone, by their place and never by a path, whole or the end of one too large."""

import gzip
import os
from pathlib import Path

import pytest

from bot import logs
from bot.config import Config
from bot.models import RoleName
from bot.sandbox import Person, Sandbox
from bot.services import people
from bot.telegram.admin.running import log_files
from bot.telegram.guide import Guide
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import unchanged


@pytest.fixture
def folder(config: Config) -> Path:
    """Return the folder of the log files, in which there are three of them and what is none."""
    config.log_dir.mkdir()
    for name, text in {
        "bot.log": "[2026-11-21 09:00:00] [INFO] Serving\n" * 40,
        "bot.log.1": "older\n",
        "audit.log": "refused\n",
        "orders.log": "",
        "customer_list.csv": "Anna,+49151",
        ".env": "TOKEN=42:SECRET",
    }.items():
        (config.log_dir / name).write_text(text)
    (config.log_dir / "changes.log").symlink_to(config.log_dir / ".env")
    return config.log_dir


def sent(sandbox: Sandbox, person: Person) -> bytes:
    """Return what stands in the last document."""
    document = next(message.document for message in reversed(person.bot_messages) if message.document)
    return bytes(sandbox.world.files.find(document).data)


async def test_the_owner_gets_a_log_file_as_a_document_and_that_is_recorded(
    folder: Path, owner: Person, sandbox: Sandbox, shop: Shop
):
    await owner.sends("/admin")
    await owner.taps("Log files")
    assert [button.split(" · ")[:2] for button in owner.buttons[:-1]] == [
        ["bot.log", "1.5 kB"],
        ["bot.log.1", "0.1 kB"],
        ["audit.log", "0.1 kB"],
    ]
    assert all(len(button) <= 36 for button in owner.buttons), "a phone cuts what is longer"
    listed = owner.last
    await owner.taps("bot.log ·", message=listed)
    assert sent(sandbox, owner) == (folder / "bot.log").read_bytes()
    assert owner.last.caption == "bot.log"
    assert owner.last.content["document"]["file_name"] == "bot.log"
    await owner.taps("bot.log.1", message=listed)
    assert sent(sandbox, owner) == b"older\n"
    assert owner.last.content["document"]["file_name"] == "bot.1.log"

    assert [(event.actor, event.subject) for event in shop.events("log.requested")] == [
        ("user:1", "log:bot.log"),
        ("user:1", "log:bot.log.1"),
    ]
    assert listed.id in [message.id for message in owner.bot_messages]


async def test_a_file_that_is_too_large_comes_as_its_compressed_end(
    folder: Path, owner: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(log_files, "LARGEST", 3000)
    monkeypatch.setattr(log_files, "CHUNK", 512)
    lines = [f"line {number}\n" for number in range(1000)]
    (folder / "bot.log").write_text("".join(lines))
    await owner.presses("log:0")

    whole = gzip.decompress(sent(sandbox, owner)).decode()
    assert 2000 < len(whole) <= 3000 - 512
    assert "".join(lines).endswith(whole)
    assert whole.startswith("line ")
    assert owner.last.caption == "bot.log is too large for Telegram: these are its last 50 MB, compressed."
    assert owner.last.content["document"]["file_name"] == "bot.log.gz"


async def test_a_file_that_was_rotated_away_meanwhile_is_not_sent(folder: Path, owner: Person, shop: Shop):
    await owner.presses("logs")
    (folder / "bot.log.1").unlink()
    with unchanged(shop):
        await owner.taps("bot.log.1")
        assert "This file is no longer there; these are." in owner.screen
        for press in ("log:999", "log:-1", "log:..", "log:1:2", "log:4"):
            await owner.presses(press)
            assert owner.buttons


def test_a_file_that_is_emptied_or_gone_while_it_is_read_breaks_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log_files, "LARGEST", 3000)
    monkeypatch.setattr(log_files, "CHUNK", 512)
    path = folder / "bot.log"
    path.write_text("line\n" * 10)
    with path.open("rb") as file:
        assert log_files._packed_tail(file, 5000) == b"", "it had 5000 bytes a moment ago"
    assert log_files._content(path) == log_files.Content(b"line\n" * 10)
    path.unlink()

    assert log_files._content(path) == log_files.Content(b"")


async def test_a_shop_without_log_files_says_so_in_russian(owner: Person, shop: Shop):
    shop.db.call(people.choose_language, OWNER_ID, "ru", now=now())
    await owner.presses("logs")

    assert "Файлов журнала нет." in owner.screen


async def test_neither_customers_nor_admins_see_them(folder: Path, customer: Person, sandbox: Sandbox, shop: Shop):
    for role in (RoleName.USER, RoleName.ADMIN):
        shop.execute("UPDATE users SET role = :role WHERE telegram_id = 101", role=role)
        with unchanged(shop):
            await customer.presses("logs")
            await customer.presses("log:0")
    await customer.sends("/admin")

    assert "Log files" not in " ".join(customer.buttons)
    assert sandbox.count("sendDocument") == 0


def test_every_file_that_the_logs_write_is_offered(config: Config):
    logs.setup(config)
    written = {path.name for path in config.log_dir.glob("*.log")}
    logs.close()
    paths = tuple(config.log_dir / name for name in sorted(set(logs.FILES.values())))
    for path in paths:
        path.write_text("x")
    os.utime(paths[0], (0, 0))
    guide = Guide("USD", "en", "bot", config.data_dir, log_files=paths)

    assert written <= {each.path.name for each in log_files.files(guide)}

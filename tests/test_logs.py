import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot import logs
from bot.config import Config, load_config
from tests.shop import ADDRESS, PHONE, Shop

TOKEN = "123456789:AAFm2canary_canary-canary0123456789ab"
PASSWORD = "canary/p@ss word"
REDIS_PASSWORD = "canary-of-redis"

Setup = Callable[..., Path]


@dataclass(frozen=True)
class Event:
    kind: str
    subject: str = "order:ABCDEF"
    actor: str = "cli:anna"
    facts: dict[str, Any] = field(default_factory=dict)


def a_config(folder: Path, **changes: Any) -> Config:
    secrets = {"token": TOKEN, "owner_id": 1, "db_password": PASSWORD, "redis_password": REDIS_PASSWORD}
    return load_config(_env_file=None, log_dir=folder, log_to_stdout=False, **secrets, **changes)


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    """Return a function that sets the logs up in a folder of the test's own and returns the folder."""

    def setup(folder: Path = tmp_path / "logs", zone: str = "UTC", **changes: Any) -> Path:
        logs.setup(a_config(folder, **changes), zone)
        return folder

    yield setup
    logs.close()
    logging.raiseExceptions = True


def test_a_line_looks_as_operators_know_it(setup: Setup):
    folder = setup()

    logging.getLogger("bot.main").info("Starting bot")

    line = (folder / "bot.log").read_text()
    assert re.fullmatch(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \[INFO\] \[bot\.main:\d+\] Starting bot\n", line)


def test_times_are_in_the_shops_time_zone_and_follow_it(setup: Setup):
    folder = setup(zone="Asia/Tokyo")
    record = logging.LogRecord("bot", logging.INFO, "", 1, "Noon in London", None, None)
    record.created = 1763555445.0  # 2025-11-19 12:30:45 UTC

    logging.getLogger().handle(record)
    logs.use_zone("America/New_York")
    logging.getLogger().handle(record)

    first, second = (folder / "bot.log").read_text().splitlines()
    assert first.startswith("[2025-11-19 21:30:45]")
    assert second.startswith("[2025-11-19 07:30:45]")


def test_an_unknown_time_zone_means_utc_and_is_said(setup: Setup):
    folder = setup(zone="Mars/Olympus")

    assert "The time zone Mars/Olympus is not known here" in (folder / "bot.log").read_text()


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("order.confirmed", {"orders.log"}),
        ("checkout.begun", {"orders.log"}),
        ("reference_code.redeemed", {"reference_code.log"}),
        ("customer.registered", {"changes.log"}),
        ("bonus.credited", {"changes.log"}),
        ("goods.edited", {"changes.log"}),
        ("category.added", {"changes.log"}),
        ("stock.adjusted", {"changes.log"}),
        ("customer.banned", {"changes.log", "audit.log"}),
        ("customer.unbanned", {"changes.log", "audit.log"}),
        ("setting.changed", {"changes.log", "audit.log"}),
        ("help.asked", set()),
        ("bitcoin.added", set()),
    ],
)
def test_an_event_is_told_once_in_bot_log_and_in_the_log_of_its_kind(setup: Setup, kind: str, files: set[str]):
    folder = setup()

    logs.event_log(Event(kind))

    told = {path.name: path.read_text().count(kind) for path in folder.glob("*.log")}
    assert told == dict.fromkeys({"bot.log", *files}, 1)


def test_an_event_is_one_line_of_kind_subject_actor_and_facts(setup: Setup):
    folder = setup()

    logs.event_log(Event("order.item_added", facts={"name": "Green tea", "quantity": 2, "note": None}))

    assert (
        (folder / "orders.log")
        .read_text()
        .endswith('] order.item_added order:ABCDEF by cli:anna name="Green tea" quantity=2\n')
    )


def test_carts_are_told_only_while_debugging(setup: Setup):
    folder = setup()
    logs.event_log(Event("cart.added"))
    setup(folder, debug=True)
    logs.event_log(Event("cart.cleared"))

    text = (folder / "bot.log").read_text()
    assert "cart.added" not in text
    assert "cart.cleared" in text


def test_debugging_leaves_other_peoples_debug_lines_out(setup: Setup):
    folder = setup(debug=True)

    logging.getLogger("aiohttp.client").debug("the whole body of a message")
    logging.getLogger("bot.jobs").debug("ours")

    assert [line.rsplit(" ", 1)[-1] for line in (folder / "bot.log").read_text().splitlines()] == ["ours"]


def test_a_refused_action_is_in_the_audit_log(setup: Setup):
    folder = setup()

    logging.getLogger("shop.audit").warning("user:7 may not open the admin panel")

    assert "[WARNING] [shop.audit:" in (folder / "audit.log").read_text()


def test_stdout_gets_the_same_lines_and_no_file_is_written_when_none_is_wanted(setup: Setup, capsys):
    folder = setup(log_to_file=False)
    assert not folder.exists()

    logs.setup(a_config(folder, log_to_file=False).model_copy(update={"log_to_stdout": True}))
    logging.getLogger("bot").info("on the screen")

    assert capsys.readouterr().out.endswith("] on the screen\n")


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot{TOKEN}/getUpdates",
        "https://api.telegram.org/bot987654321:BBFm2canary_canary-canary0123456789ab/getMe",
        f"cannot log in with {PASSWORD}",
        "mysql+pymysql://shop:canary%2Fp%40ss+word@localhost/shop",
        "redis://:canary-of-redis@localhost:6379/0",
        "mysql://shop:canary@localhost/shop",
        f"phone {PHONE}",
        "Contact(phone_number='15112345678', first_name='Anna')",
        "call +49 151 1234 5678 or +1 (202) 555-0123",
        "5KJvsngHeMpm884wtkJNzQGaCErckhHJBGFsvd3VyK5qMZXj3hS",
        "ValidationError: input_value='12 canary Street', input_type=str",
    ],
)
def test_secrets_and_phone_numbers_never_reach_a_file(setup: Setup, text: str):
    folder = setup()

    logging.getLogger("bot").info("%s", text)
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("bot").exception("It failed")

    written = (folder / "bot.log").read_text()
    assert "canary" not in written
    assert not re.search(r"1?5112345678|1234 5678|555-0123|5KJvs", written)
    assert (
        written.count("[secret]") + written.count("[token]") + written.count("[phone]") + written.count("hidden") >= 2
    )


def test_what_people_typed_does_not_stand_in_the_traceback_of_a_database_error(setup: Setup, shop: Shop):
    folder = setup()
    talkative = create_engine("sqlite://")

    for database in (talkative, shop.db.engines[0]):
        try:
            with database.connect() as connection:
                connection.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": ADDRESS})
        except Exception:
            logging.getLogger("bot").exception("It failed")
    talkative.dispose()

    written = (folder / "bot.log").read_text()
    assert "[parameters: hidden]" in written
    assert "[SQL parameters hidden" in written
    assert ADDRESS not in written


def test_the_whole_life_of_an_order_is_logged_without_personal_data(setup: Setup, shop: Shop):
    folder = setup(debug=True)
    shop.db.listeners.append(logs.event_log)
    shop.has_goods("Green tea", stock=5)

    code = shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.expires(code)

    written = "".join(path.read_text() for path in folder.glob("*.log"))
    assert f"order.expired order:{code} by job:expiry" in (folder / "orders.log").read_text()
    assert ADDRESS not in written
    assert PHONE not in written


def test_times_amounts_and_ids_are_left_as_they_are(setup: Setup):
    folder = setup()
    text = "user:52000000000001 at 2026-12-20T14:30:00+00:00 and 2026-12-20 14:30:00+0000, 12345.67 USD, +15 of 20"

    logging.getLogger("bot").info(text)

    assert (folder / "bot.log").read_text().endswith(f"] {text}\n")


def test_a_bitcoin_address_is_shortened(setup: Setup):
    folder = setup()

    logging.getLogger("bot").info("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")

    assert (folder / "bot.log").read_text().endswith("] bc1qcr…6fyu 1A1zP1…vfNa\n")


@pytest.mark.parametrize("newline", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", "\u2029", "\x00", "\x1b[2K"])
def test_nobody_can_forge_a_line(setup: Setup, newline: str):
    folder = setup()
    forged = f"Anna{newline}[2026-01-01 00:00:00] [INFO] [bot.main:1] The owner allowed it"

    logging.getLogger("bot").info("Hello %s", forged)
    logs.event_log(Event("order.note_changed", facts={"note": forged}))
    try:
        raise ValueError(forged)
    except ValueError:
        logging.getLogger("bot").exception("It failed")

    lines = (folder / "bot.log").read_bytes().decode().splitlines()
    assert [line for line in lines if not line.startswith((f"[{time.strftime('%Y')}-", "    "))] == []
    assert len([line for line in lines if line.startswith("[") and "The owner" not in line]) == 1
    assert len([line for line in lines if line.startswith("[")]) == 3


def test_half_a_character_is_written_as_its_number(setup: Setup):
    folder = setup()
    record = logging.LogRecord("bot", logging.INFO, "", 1, "Hello \ud800", None, None)

    logging.getLogger("shop.changes").handlers[0].handle(record)

    assert (folder / "changes.log").read_text().endswith("] Hello \\ud800\n")


def test_a_traceback_is_indented_below_its_line(setup: Setup):
    folder = setup()

    try:
        raise ValueError("boom")
    except ValueError:
        logging.getLogger("bot").exception("It failed")

    lines = (folder / "bot.log").read_text().splitlines()
    assert lines[0].endswith("] It failed")
    assert lines[1] == "    Traceback (most recent call last):"
    assert lines[-1] == "    ValueError: boom"


def test_a_text_of_a_million_characters_is_cut(setup: Setup):
    folder = setup()

    started = time.monotonic()
    logging.getLogger("bot").info("%s", "7:" * 500_000)

    assert time.monotonic() - started < 1
    assert len((folder / "bot.log").read_text()) < 11_000


def test_a_message_that_does_not_fit_its_arguments_is_still_written(setup: Setup):
    folder = setup()

    logging.getLogger("bot").info("%d goods", "many")

    assert "'%d goods' does not fit ('many',)" in (folder / "bot.log").read_text()


def test_a_full_disk_is_reported_once_and_stops_nothing(setup: Setup, tmp_path: Path, capsys):
    (tmp_path / "bot.log").symlink_to("/dev/full")
    setup(tmp_path)

    for number in range(3):
        logging.getLogger("bot").info("Line %s", number)
    logging.getLogger("bot").error("It failed")

    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[0].endswith("bot.log cannot be written (No space left on device); the shop goes on without it.")
    assert said[1].endswith("] It failed")


def test_logging_goes_on_when_the_disk_has_room_again(setup: Setup, tmp_path: Path, capsys):
    (tmp_path / "bot.log").symlink_to("/dev/full")
    setup(tmp_path)
    logging.getLogger("bot").info("Lost")
    (tmp_path / "bot.log").unlink()

    logging.getLogger("bot").info("Kept")

    assert (tmp_path / "bot.log").read_text().endswith("] Kept\n")
    assert "Lost" not in (tmp_path / "bot.log").read_text()


def test_a_folder_that_cannot_be_made_stops_nothing(setup: Setup, tmp_path: Path, capsys):
    (tmp_path / "logs").write_text("I am a file")

    setup(tmp_path / "logs")
    logging.getLogger("bot").info("Nobody reads this")

    assert capsys.readouterr().err.count("cannot be written") == 1


def test_orders_work_while_the_logs_cannot_be_written(setup: Setup, shop: Shop, tmp_path: Path, capsys):
    (tmp_path / "orders.log").symlink_to("/dev/full")
    setup(tmp_path)
    shop.db.listeners.append(logs.event_log)
    shop.has_goods("Green tea", stock=5)

    shop.has_order(shop.has_customer(), {"Green tea": 2})

    assert shop.goods("Green tea").reserved_quantity == 2


A_PROCESS = """
import logging, os, sys
from pathlib import Path
from bot import logs
from bot.config import Config

logs.LARGEST_FILE, logs.KEPT_FILES = 10_000, 60
config = Config(_env_file=None, log_dir=Path(sys.argv[1]), log_to_stdout=False)
if len(sys.argv) > 3:
    os.seteuid(65534)
logs.setup(config)
for number in range(400):
    logging.getLogger("bot").info("%s says %s .", sys.argv[2], number)
"""


def a_process(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", A_PROCESS, str(folder), *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_two_processes_write_and_rotate_without_losing_a_line(tmp_path: Path):
    processes = [a_process(tmp_path, name) for name in ("bot", "shell")]
    assert [process.communicate()[1] for process in processes] == ["", ""]

    files = list(tmp_path.glob("bot.log*"))
    lines = [line.split("] ")[-1] for file in files for line in file.read_text().splitlines()]
    assert len(files) > 3
    assert sorted(lines) == sorted(f"{name} says {number} ." for name in ("bot", "shell") for number in range(400))


def test_a_folder_without_permission_is_reported_once_and_stops_nothing(tmp_path: Path):
    folder = tmp_path / "logs"
    folder.mkdir(mode=0o555)

    with a_process(folder, "bot", *(["as nobody"] if os.geteuid() == 0 else [])) as process:
        said = process.stderr.read() if process.stderr else ""

    assert process.returncode == 0
    assert said.count("\n") == 1
    assert "cannot be written (Permission denied); the shop goes on without" in said


def test_others_on_the_machine_cannot_read_the_logs(setup: Setup):
    folder = setup()

    logging.getLogger("bot").info("Hello")

    assert (folder / "bot.log").stat().st_mode & 0o777 == 0o660


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_roots_shell_leaves_the_files_to_the_owner_of_the_folder(setup: Setup, tmp_path: Path):
    os.chown(tmp_path, 65534, -1)
    setup(tmp_path)

    logging.getLogger("bot").info("Hello")

    assert {path.stat().st_uid for path in tmp_path.iterdir()} == {65534}


def test_importing_the_logs_imports_no_heavy_library():
    heavy = "{'concurrent_log_handler', 'pydantic', 'sqlalchemy', 'asyncio'}"
    code = f"import sys, bot.logs; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"

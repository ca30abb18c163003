"""What `doctor` says of the world around the shop when half of it is broken."""

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import create_engine, make_url, text

from bot import config, migrations
from bot.cli import Shell
from bot.cli.checks import database, machine, network, redis_server, running, table
from bot.cli.checks.finding import Check, Finding, Patient
from bot.services import clock, job_alerts
from bot.services.queries.server import Server
from tests.cli.others import a_server, a_telegram
from tests.shop import Shop

TEN_MINUTES_AGO = "Sat, 21 Nov 2020 12:00:00 GMT"


@pytest.fixture
def look(cli, monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs the doctor and returns its exit code and what it found of one thing."""
    every = {check.name: check for check in table.ALL}

    def run(*names: str, **variables: str) -> tuple[int, list[dict[str, Any]]]:
        # Only those, and what they need: all others take a second.
        wanted = {name for name in names if name in every}
        while more := {every[name].needs for name in wanted} - {"", *wanted}:
            wanted |= more
        monkeypatch.setattr(table, "ALL", tuple(check for check in every.values() if check.name in wanted))
        result = cli("doctor", "--json", **variables)
        found = json.loads(result.stdout)
        return result.exit_code, [finding for finding in found if finding["check"] in names]

    return run


def reached(url: str, **variables: str) -> dict[str, str]:
    return {"TOKEN": "1:abc", "TELEGRAM_API_URL": url, **variables}


# -- the machine --------------------------------------------------------------------------------------------------


def test_an_env_file_that_everybody_reads_fails_and_unknown_lines_are_named(
    look, home: Path, monkeypatch: pytest.MonkeyPatch
):
    file = home / ".env"
    file.write_text("# RULES=none\nMONITORING_PROT=9090\nPAY_CURRENCY=EUR\nexport PAY_CURRENCY=USD\n")
    file.chmod(0o644)
    monkeypatch.setitem(config.Config.model_config, "env_file", file)

    code, found = look(".env")
    file.chmod(0o640)
    file.write_text("PAY_CURRENCY=USD\n")
    again, well = look(".env")

    assert (code, again) == (1, 0)
    assert [(each["level"], each["text"], each["advice"]) for each in found] == [
        ("fail", f"everybody on this machine may read {file}", f"chmod o-rwx {file}"),
        ("warn", "MONITORING_PROT is no variable of the shop", "Did you mean MONITORING_PORT?"),
        ("warn", "PAY_CURRENCY stands there more than once; the last line counts", "Keep one."),
    ]
    assert [each["level"] for each in well] == ["pass"]


def test_a_package_that_is_not_as_pinned_is_named(look, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(config, "ROOT", home)
    pins = "click==1.0 \\\n    --hash=sha256:00\nalembic==0.1\nnothing-like-it==3 ; sys_platform == 'win32'\n"
    (home / "requirements.txt").write_text(pins)

    _, found = look("python")
    (home / "requirements.txt").write_text("no-such-package==3\n")
    code, missing = look("python")

    assert found[0]["level"] == "warn"
    assert "click 8." in found[0]["text"]
    assert "pinned: 1.0; alembic 1." in found[0]["text"]
    assert (code, missing[0]["level"]) == (1, "fail")
    assert missing[0]["text"] == "no-such-package is missing, pinned: 3"


SYSTEMCTL = """#!/bin/sh
case "$2" in
*.timer) echo "LoadState=loaded"; echo "ActiveState=$TIMER" ;;
*) printf 'LoadState=loaded\\nActiveState=%s\\nUnitFileState=%s\\nNRestarts=%s\\nResult=exit-code\\n' $UNIT ;;
esac
"""


@pytest.mark.parametrize(
    ("unit", "timer", "code", "told"),
    [
        ("active enabled 0", "active", 0, [("pass", "telegram-shop-bot is active and starts with the machine")]),
        ("failed enabled 1", "active", 1, [("fail", "telegram-shop-bot has failed (exit-code)")]),
        ("inactive enabled 0", "active", 0, [("warn", "telegram-shop-bot is inactive")]),
        ("active disabled 9", "active", 0, [("warn", "does not start with"), ("warn", "started again 9 times")]),
        ("active enabled 0", "inactive", 0, [("warn", "no timer makes a backup every night")]),
    ],
)
def test_systemd_is_asked_for_the_service_and_the_timer(
    look, home: Path, monkeypatch: pytest.MonkeyPatch, unit: str, timer: str, code: int, told: list[tuple[str, str]]
):
    (home / "systemctl").write_text(SYSTEMCTL)
    (home / "systemctl").chmod(0o755)
    monkeypatch.setattr(machine, "SYSTEMD", home)
    monkeypatch.setenv("PATH", f"{home}:{os.environ['PATH']}")

    found_code, found = look("systemd", UNIT=unit, TIMER=timer)

    assert found_code == code
    assert [each["level"] for each in found] == [level for level, _ in told]
    assert all(words in each["text"] for each, (_, words) in zip(found, told, strict=True))


def test_a_clock_that_is_wrong_fails_and_says_which_way(look):
    with a_telegram(date=TEN_MINUTES_AGO) as telegram:
        code, [_, found] = look("token", "clock", **reached(telegram.url))

    assert (code, found["level"]) == (1, "fail")
    assert "seconds ahead of Telegram's" in found["text"]
    assert "timedatectl" in found["advice"]


# -- the way to Telegram ------------------------------------------------------------------------------------------


def test_a_name_that_is_not_found_fails_and_the_rest_of_the_way_is_not_tried(look, monkeypatch: pytest.MonkeyPatch):
    resolve = socket.getaddrinfo

    def resolved(host: Any, *words: Any, **options: Any) -> Any:
        if host == "no-such-host.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *words, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)

    code, found = look("token", "dns", "not looked at", **reached("https://no-such-host.invalid"))

    assert (code, [each["level"] for each in found]) == (1, ["fail", "warn"])
    assert found[0]["text"] == "no-such-host.invalid is not found (Name or service not known)"
    assert found[1]["text"] == "connection, token"


def test_a_server_that_is_not_there_or_not_telegram_fails(look):
    with a_server() as other:
        code, [token] = look("token", **reached(other.url))
        _, [tls] = look("connection", **reached(other.url.replace("http:", "https:")))
    _, [refused] = look("connection", **reached("http://127.0.0.1:1"))

    assert code == 1
    assert token["text"] == "Telegram does not know it (404)"
    assert token["advice"] == "Copy it again from @BotFather."
    assert tls["level"] == refused["level"] == "fail"
    assert refused["text"] == "127.0.0.1:1 does not answer (Connection refused)"


def test_a_certificate_that_cannot_be_trusted_is_told_from_a_server_that_is_away(
    look, home: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: Any, **__: Any) -> None:
        error = ssl.SSLCertVerificationError(1, "verify failed")
        error.verify_message = "certificate has expired"
        raise error

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refuse)
    with a_server() as other:
        _, [found] = look("connection", **reached(other.url.replace("http:", "https:")))

    assert "cannot be trusted (certificate has expired)" in found["text"]
    assert "clock" in found["advice"]


def test_the_token_is_never_told(cli, monkeypatch: pytest.MonkeyPatch):
    secret = "1:very-secret-token"
    monkeypatch.setattr(network, "SECONDS", 0.3)
    with a_server() as other, a_server(silent=threading.Event()) as silent:
        told = [cli("doctor", TOKEN=secret, TELEGRAM_API_URL=url) for url in (other.url, silent.url)]
        assert other.asked[0][0] == f"/bot{secret}/getMe"

    assert all(each.exit_code == 1 and "very-secret" not in each.output for each in told)
    assert "does not say who the bot is" in " ".join(told[1].stdout.split())


def test_a_webhook_of_somebody_else_and_a_backlog_are_told(look):
    with a_telegram() as telegram:
        hook = {"url": "https://elsewhere.example", "pending_update_count": 0}
        telegram.answers["/bot1:abc/getWebhookInfo"] = (200, {"ok": True, "result": hook})
        code, found = look("token", **reached(telegram.url))
        hook |= {"url": "", "pending_update_count": 500}
        _, behind = look("token", **reached(telegram.url))

    assert (code, [each["level"] for each in found]) == (1, ["pass", "fail"])
    assert found[1]["text"] == "a webhook takes the updates away from the bot"
    assert (behind[1]["level"], behind[1]["text"]) == ("warn", "500 updates wait to be fetched")


# -- the database and Redis ---------------------------------------------------------------------------------------


WELL = Server(
    version="10.11.6-MariaDB-0+deb12u1",
    isolation="READ-COMMITTED",
    connection_charset="utf8mb4",
    database_charset="utf8mb4",
    time_zone="+00:00",
    sql_mode="STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
    flush_at_commit="1",
    largest_packet=16777216,
    most_connections=151,
    foreign_engines=(),
)


@pytest.mark.parametrize(
    ("changed", "level", "words"),
    [
        ({"isolation": "REPEATABLE-READ"}, "fail", "isolated by REPEATABLE-READ"),
        ({"connection_charset": "latin1"}, "fail", "speaks latin1"),
        ({"database_charset": "latin1"}, "fail", "is in latin1"),
        ({"time_zone": "SYSTEM"}, "fail", "lives in SYSTEM"),
        ({"sql_mode": "NO_ENGINE_SUBSTITUTION"}, "fail", "cut silently"),
        ({"foreign_engines": ("orders",)}, "fail", "not in InnoDB: orders"),
        ({"flush_at_commit": "2"}, "warn", "power cut"),
        ({"largest_packet": 1000}, "warn", "max_allowed_packet is 1000"),
        ({"most_connections": 10}, "warn", "max_connections is 10"),
    ],
)
def test_each_setting_of_the_server_that_would_harm_is_told(changed: dict[str, Any], level: str, words: str):
    assert list(database.troubles(WELL)) == []

    [found] = database.troubles(replace(WELL, **changed))

    assert found.level == level
    assert words in found.text
    assert found.advice


def test_a_user_that_may_do_too_little_is_told_what_to_grant(look, shop: Shop, server_url: str):
    url = make_url(shop.db.url)
    name, user = url.database, "narrow"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        server.execute(text(f"CREATE OR REPLACE USER {user}@'127.0.0.1' IDENTIFIED BY 'x'"))
        server.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{name}`.* TO {user}@'127.0.0.1'"))
        narrow = url.set(username=user, password="x").render_as_string(hide_password=False)
        code, found = look("database rights", DATABASE_URL=narrow)
        server.execute(text(f"GRANT ALL PRIVILEGES ON `{name}`.* TO {user}@'127.0.0.1'"))
        grant = found[1]["advice"].removeprefix("As MariaDB's root: ")
        server.exec_driver_sql(grant.rstrip(";").replace("%", "%%"))
        again, well = look("database rights", DATABASE_URL=narrow)
        server.execute(text(f"DROP USER {user}@'127.0.0.1'"))
    engine.dispose()

    assert (code, [each["level"] for each in found]) == (1, ["fail", "warn"])
    assert f"may not CREATE, ALTER, DROP, INDEX, REFERENCES in {name}" in found[0]["text"]
    assert (again, [each["level"] for each in well]) == (0, ["pass"])


def test_what_hands_have_changed_in_the_tables_fails(look, home: Path):
    url = f"sqlite:///{home}/shop.db"
    migrations.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE goods ADD COLUMN colour TEXT"))
        connection.execute(text("DROP TABLE staff_cards"))
    engine.dispose()

    code, [found] = look("tables", DATABASE_URL=url)

    assert (code, found["level"]) == (1, "fail")
    assert "goods.colour: the column is none of the shop's" in found["text"]
    assert "staff_cards: the table is missing" in found["text"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"redis_version": "5.0.14"}, "is old"),
        ({"maxmemory": 100, "maxmemory_policy": "allkeys-lru"}, "forgets dialogues"),
        ({"maxmemory": 100, "used_memory": 95}, "95 of 100 bytes"),
        ({"rdb_last_bgsave_status": "err"}, "could not write"),
    ],
)
def test_a_redis_that_may_forget_is_warned_of(changed: dict[str, Any], words: str):
    well = {"redis_version": "7.0.15", "maxmemory": 0, "maxmemory_policy": "noeviction", "used_memory": 10}
    assert list(redis_server.troubles(well)) == []

    [found] = redis_server.troubles({**well, **changed})

    assert found.level == "warn"
    assert words in found.text


# -- the shop -----------------------------------------------------------------------------------------------------


def test_a_key_that_is_gone_for_a_part_of_what_is_sealed_fails(look, shop: Shop):
    shop.has_goods()
    shop.has_order(shop.has_customer(), {"Green tea": 1})
    shop.execute("UPDATE orders SET phone_number = CONCAT('deadbeef', SUBSTR(phone_number, 9))")

    code, [found] = look("sealed data")

    assert (code, found["text"]) == (1, "no key is here for what is sealed with deadbeef")


def test_a_key_file_that_is_gone_fails_and_none_is_made_in_its_place(look, shop: Shop, home: Path):
    (home / "data").mkdir()
    code, [none_yet] = look("data key", DATA_KEY="")
    shop.has_goods()
    shop.has_order(shop.has_customer(), {"Green tea": 1})
    failed, [gone] = look("data key", DATA_KEY="")

    assert (code, none_yet["level"]) == (0, "pass")
    assert (failed, gone["level"]) == (1, "fail")
    assert gone["text"].startswith(f"{home}/data/data.key is gone, and ")
    assert list((home / "data").iterdir()) == []


def test_a_sqlite_file_that_is_not_there_is_not_made(look, home: Path):
    code, [found] = look("database", DATABASE_URL=f"sqlite:///{home}/shop.db")

    assert (code, found["text"]) == (1, f"{home}/shop.db is not there")
    assert not (home / "shop.db").exists()


def test_a_job_that_fails_and_messages_that_are_stuck_are_told(look, shop: Shop):
    shop.has_goods()
    shop.has_order(shop.has_customer(), {"Green tea": 1})
    shop.db.call(job_alerts.failed, "keep count", "abcd1234", now=clock.now())
    shop.execute("UPDATE outbox SET status = 'dead'")

    code, [job] = look("jobs")
    _, messages = look("messages")

    assert (code, job["level"], job["text"]) == (1, "fail", "the job keep count fails")
    assert messages[-1]["level"] == "warn"
    assert "messages dead" in messages[-1]["text"]


def test_lines_of_the_address_file_that_are_none_are_numbered(look, home: Path):
    (home / "btc_addresses.txt").write_text("# mine\nbc1qnonsense\nhello\n")
    _, [found] = look("address file")
    (home / "btc_addresses.txt").unlink()
    (home / "btc_addresses.txt").mkdir()
    _, [folder] = look("address file")

    assert (found["level"], found["text"]) == (
        "warn",
        f"2 lines of {home}/btc_addresses.txt cannot be read as addresses: 2, 3",
    )
    assert folder["level"] == "warn"


def test_a_folder_that_cannot_be_written_fails_and_files_of_others_are_named(look, home: Path):
    (home / "logs").mkdir()
    (home / "logs" / "bot.log").touch()
    code, [found] = look("logs", LOG_DIR="/proc")
    assert (code, found["level"]) == (1, "fail")
    assert found["text"].startswith("/proc cannot be written")

    if os.geteuid() == 0:
        os.chown(home / "logs" / "bot.log", 4711, 4711)
        _, [strangers] = look("logs")
        assert (strangers["level"], strangers["text"]) == ("warn", f"bot.log in {home}/logs belongs to somebody else")


def test_a_part_of_the_running_bot_that_is_ill_fails(look):
    report = {"ready": False, "parts": {"database": {"ok": True}, "jobs": {"ok": False, "overdue": ["beat"]}}}
    with a_server(answers={"/ready": (503, report), "/metrics": (401, b"")}) as bot:
        port = bot.url.rpartition(":")[2]
        code, [ill, other] = look("monitoring", MONITORING_PORT=port, MONITORING_TOKEN="x" * 32)
        bot.answers["/ready"] = (200, b"<html>somebody else's page")
        _, [foreign] = look("monitoring", MONITORING_PORT=port)

    assert (code, ill["level"], ill["text"]) == (1, "fail", "the bot says that its part jobs is not well")
    assert (other["level"], other["advice"]) == ("warn", "systemctl restart telegram-shop-bot")
    assert (foreign["level"], foreign["advice"]) == ("warn", "Another program has this port: set MONITORING_PORT.")


# -- each by itself -----------------------------------------------------------------------------------------------


@pytest.fixture
def patient(shop: Shop, environment: dict[str, str | None], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in environment.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    shell = Shell("cli:test")
    patient = Patient(shell)
    with click.Context(click.Command("doctor"), obj=shell):
        yield patient
    patient.close()
    shell.close()


def test_a_check_that_never_ends_or_has_a_bug_keeps_no_other_from_its_turn(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    never = threading.Event()

    def hangs(each: Patient) -> Any:
        with each.db.engines[1].connect():
            never.wait()
        yield Finding("hangs", "pass", "too late")

    def stumbles(_: Patient) -> Any:
        yield Finding("stumbles", "pass", "so far")
        raise ZeroDivisionError

    monkeypatch.setattr(running, "PATIENCE_SECONDS", 0.1)
    checks = [
        Check("hangs", hangs, seconds=0.3, if_slow="Wait."),
        Check("stumbles", stumbles),
        Check("needs it", stumbles, "stumbles"),
        Check("database", database.answers, seconds=60),
    ]
    found = list(running.findings(patient, checks))
    never.set()

    assert [(each.check, each.level) for each in found] == [
        ("hangs", "fail"),
        ("stumbles", "pass"),
        ("stumbles", "fail"),
        ("database", "pass"),
        ("not looked at", "warn"),
    ]
    assert (found[0].text, found[0].advice) == ("no answer within 0 seconds", "Wait.")
    assert "ZeroDivisionError" in found[2].text
    assert found[-1].text == "needs it"
    assert "Looking at hangs takes a while ...\n" in capsys.readouterr().err


def test_the_doctor_never_brings_aiogram_in(variables: dict[str, str]):
    code = "import sys; from bot.cli.checks import table; from bot.cli import doctor; print('aiogram' in sys.modules)"
    checked = subprocess.run(
        [sys.executable, "-c", code], env=variables, cwd=config.ROOT, capture_output=True, text=True, check=True
    )

    assert checked.stdout == "False\n"


def test_a_database_that_takes_every_call_and_answers_none_is_waited_for_only_once(
    cli, monkeypatch: pytest.MonkeyPatch
):
    quick = tuple(replace(each, seconds=1.0) if each.name == "database" else each for each in table.ALL)
    monkeypatch.setattr(table, "ALL", quick)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"mysql+pymysql://shop:x@127.0.0.1:{mute.getsockname()[1]}/shop"
        result = cli("doctor", "--json", DATABASE_URL=url)

    found = {each["check"]: each for each in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert found["database"]["level"] == "fail"
    assert "schema, tables" in found["not looked at"]["text"]

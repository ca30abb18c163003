"""The servers the tests stand on: real ones, and gone when the command that needed them ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pymysql
import pytest
import redis

PROJECT = Path(__file__).parents[1]
SAY_WHERE = 'echo "$TEST_DATABASE_URL $TEST_REDIS_URL"'


def connect(database_url: str) -> closing["pymysql.Connection[Any]"]:
    url = urlsplit(database_url)
    assert url.hostname
    assert url.port
    password = url.password or ""
    return closing(
        pymysql.connect(host=url.hostname, port=url.port, user=url.username, password=password, autocommit=True)
    )


def ask(database_url: str, question: str) -> str:
    with connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def redis_info(redis_url: str) -> dict[str, Any]:
    with redis.Redis.from_url(redis_url) as client:
        info = client.info("server")
    assert isinstance(info, dict)
    return info


def version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


def bare_environment(**changes: str) -> dict[str, str]:
    """Return the environment of somebody who has no test servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEST_")} | changes


def run_servers(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.servers", *arguments]
    return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True)


@contextmanager
def started_servers(command: str) -> Iterator["subprocess.Popen[str]"]:
    """Start servers in a session of their own, as in a terminal of their own."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.servers", "sh", "-c", command],
        env=bare_environment(),
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def answers(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as client:
        return client.connect_ex((address.hostname, address.port)) == 0


def put_program(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_the_database_is_a_mariadb_that_skips_locked_rows():
    answer = ask(os.environ["TEST_DATABASE_URL"], "SELECT VERSION()")

    assert "MariaDB" in answer
    assert version(answer) >= (10, 6)


def test_databases_can_be_created_and_dropped():
    name = f"servers_{os.getpid()}"
    with connect(os.environ["TEST_DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        cursor.execute(f"CREATE TABLE {name}.words (word VARCHAR(20))")
        cursor.execute(f"INSERT INTO {name}.words VALUES ('чай 🍵')")
        cursor.execute(f"SELECT word FROM {name}.words")
        rows = cursor.fetchall()
        cursor.execute(f"DROP DATABASE {name}")

    assert rows == (("чай 🍵",),)


def test_redis_is_redis():
    info = redis_info(os.environ["TEST_REDIS_URL"])

    assert version(info["redis_version"]) >= (6, 2)
    assert info["tcp_port"] == int(os.environ["TEST_REDIS_PORT"])


def test_chromium_is_where_the_environment_says():
    assert os.access(os.environ["TEST_CHROMIUM"], os.X_OK)


def test_servers_that_are_there_are_used_and_the_exit_code_is_the_commands_own():
    ours = {
        "TEST_DATABASE_URL": "mysql+pymysql://anna:secret@db.example:3307/",
        "TEST_REDIS_URL": "redis://cache.example:6380/0",
    }
    command = f"{SAY_WHERE} $TEST_REDIS_HOST $TEST_REDIS_PORT; exit 7"
    result = run_servers("sh", "-c", command, environment={**os.environ, **ours})

    assert result.returncode == 7
    assert result.stdout.split() == [*ours.values(), "cache.example", "6380"]


def test_an_unknown_command_is_refused_in_one_line():
    result = run_servers("no-such-command", environment=os.environ)

    assert result.returncode == 2
    assert result.stderr == "no-such-command cannot be run: No such file or directory\n"


def test_missing_programs_are_named_in_one_line_where_we_may_not_install(tmp_path: Path):
    result = run_servers("true", environment=bare_environment(PATH=str(tmp_path)))

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "apt-get install mariadb-server redis-server chromium" in result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes somebody else, which only root can")
def test_nobody_is_asked_for_a_password(tmp_path: Path):
    put_program(tmp_path, "apt-get", "echo called >> called")
    put_program(tmp_path, "sudo", "exit 1")
    as_nobody = "import os, sys, tests.servers; os.setuid(65534); sys.exit(tests.servers.main(['true']))"
    result = subprocess.run(
        [sys.executable, "-c", as_nobody],
        env=bare_environment(PATH=str(tmp_path)),
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "called").exists()


def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path):
    put_program(tmp_path, "mariadb-install-db", "echo no space left; exit 1")
    result = run_servers("true", environment=bare_environment(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}"))

    assert result.returncode == 2
    assert result.stderr == "mariadb-install-db failed:\n    no space left\n"


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        (lambda process: process.stdin.close(), 7),
        (lambda process: process.terminate(), 128 + signal.SIGTERM),
        (lambda process: os.killpg(process.pid, signal.SIGINT), 128 + signal.SIGINT),
    ],
    ids=["the command ends", "SIGTERM", "Ctrl-C"],
)
def test_nothing_is_left_behind(leave: Callable[["subprocess.Popen[str]"], None], code: int):
    with started_servers(f"{SAY_WHERE}; read _; exit 7") as process:
        assert process.stdout
        database_url, redis_url = process.stdout.readline().split()
        data = Path(ask(database_url, "SELECT @@datadir"))
        assert data.is_dir()
        assert answers(redis_url)

        leave(process)
        returned = process.wait(30)

    assert returned == code
    assert not answers(database_url)
    assert not answers(redis_url)
    assert not data.parent.exists()

"""run.py as people start it: a process of its own, stopped by a signal."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from bot.config import ROOT, VARIABLES

SECONDS = 40


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return an environment in which the shop keeps everything in `folder`."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    places = {"DATA_DIR": str(folder / "data"), "LOG_DIR": str(folder / "logs")}
    return {**kept, **places, "MONITORING_PORT": str(free_port()), **variables}


class Demo(NamedTuple):
    """A running demo: its process, its page's address, what it printed, and how to run its shell."""

    process: subprocess.Popen[str]
    url: str
    printed: str

    @property
    def code(self) -> str:
        """The reference code that lets anybody in."""
        return str(re.findall(r"reference code (\w+)", self.printed)[0])

    def shell(self, folder: Path, words: str) -> str:
        """Do what the demo says about its shell, in an environment of another shop."""
        export, command = re.findall(r"^ +(export .*)\n +(.*) order list$", self.printed, re.MULTILINE)[0]
        done = subprocess.run(
            ["bash", "-c", f"{export}\n{command} {words}"],
            cwd=folder,
            env=environment(folder, MIN_AMOUNT="500", BTC_ADDRESSES_FILE="nowhere.txt"),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def demo(folder: Path) -> Iterator[Demo]:
    """Run the demo."""
    command = [sys.executable, "run.py", "--demo", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        printed = ""
        while not printed.endswith(" order list\n"):
            line = process.stdout.readline()
            assert line, "the demo ended"
            printed += line
        yield Demo(process, re.findall(r"open: (http://\S+)/", printed)[0], printed)
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def refusal(folder: Path, *arguments: str, **variables: str) -> str:
    """Return what run.py says on stderr when it does not start."""
    ended = subprocess.run(
        [sys.executable, "run.py", *arguments],
        cwd=ROOT,
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    return ended.stderr


def cores_of(process: int) -> set[int]:
    """Return the cores to which the threads of a process are kept."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return {core for thread in threads for core in os.sched_getaffinity(int(thread.name))}


async def test_the_demo_serves_its_people_and_ends_on_a_signal(tmp_path: Path):
    with demo(tmp_path) as (process, url, _):
        async with aiohttp.ClientSession() as session:
            page = await (await session.get(f"{url}/")).text()
            state = await state_with(session, url, "Anna", "Hello, Anna", "код приглашения")
        cores = cores_of(process.pid)
        process.send_signal(signal.SIGTERM)

        assert process.wait(SECONDS) == 0
        assert "<html" in page
        assert "Admin panel" in state
        assert len(cores) == 1
        with pytest.raises(aiohttp.ClientConnectorError):
            async with aiohttp.ClientSession() as session:
                await session.get(url)
    assert sorted(path.name for path in (tmp_path / "data").glob("*.db")) == ["demo.db"]


async def state_with(session: aiohttp.ClientSession, url: str, *texts: str) -> str:
    """Return what the page shows, as soon as it shows all of `texts`."""
    async with asyncio.timeout(SECONDS):
        while True:
            state = json.dumps(await (await session.get(f"{url}/sandbox/state")).json(), ensure_ascii=False)
            if all(text in state for text in texts):
                return state
            await asyncio.sleep(0.1)


async def test_the_demo_keeps_its_people_who_are_told_what_happened_meanwhile(tmp_path: Path):
    with demo(tmp_path) as first:
        async with aiohttp.ClientSession() as session:
            zoe = {"id": 777, "name": 'Zoë "Z": <b>', "language": "ru"}
            await session.post(f"{first.url}/sandbox/people", json=zoe)
            await session.post(f"{first.url}/sandbox/people/777/send", json={"text": f"/start {first.code}"})
            await state_with(session, first.url, "Здравствуйте, Zoë")
            await session.post(
                f"{first.url}/sandbox/people/1/open", json={"url": "https://t.me/sandbox_bot?startgroup=orders"}
            )
            await state_with(session, first.url, "Owner's group", "New orders are announced here")
    first.shell(tmp_path, "ban 777 --notify")
    first.shell(tmp_path, "unban 777 --notify")

    with demo(tmp_path) as second:
        async with aiohttp.ClientSession() as session:
            await state_with(session, second.url, "Вы больше не можете", "Вы снова можете", "Здравствуйте, Zoë")
            everybody = await (await session.get(f"{second.url}/sandbox/state")).json()
    [zoe] = [person for person in everybody["people"] if person["id"] == 777]
    assert (zoe["name"], zoe["language"]) == ('Zoë "Z": <b>', "ru")
    assert second.code == first.code
    assert [group["has_bot"] for group in everybody["groups"]] == [True], "the staff's group is there again"


def test_the_shell_beside_the_demo_works_on_the_same_shop(tmp_path: Path):
    with demo(tmp_path) as running:
        found = json.loads(running.shell(tmp_path, "order list --json") or "[]")
        goods = running.shell(tmp_path, "goods list")
        addresses = running.shell(tmp_path, "btc sync")

        codes = json.loads(running.shell(tmp_path, "refcode list --json"))
        green = json.loads(running.shell(tmp_path, "goods show 'Green tea' --json"))

    assert found == []
    assert [each["note"] for each in codes] == ["demo"]
    assert len(green["photos"]) == 2
    assert "Earl Grey" in goods
    assert "nowhere" not in addresses


def test_a_second_process_on_the_same_shop_steps_back_with_one_line(tmp_path: Path):
    with demo(tmp_path):
        said = refusal(tmp_path, "--demo", "--port", "0")

    assert said.count("\n") == 1
    assert "Another bot process is already running" in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TOKEN", "not a token"),
        ("OWNER_ID", "anna"),
        ("PAY_CURRENCY", "GOLD"),
        ("DATA_KEY", "secret"),
        ("BOT_LOCALE", "de"),
    ],
)
def test_a_wrong_variable_stops_the_start_with_one_line_that_names_it(tmp_path: Path, variable: str, value: str):
    said = refusal(tmp_path, **{variable: value})

    assert said.startswith(f"{variable}: ")
    assert said.count("\n") == 1
    assert value not in said or variable == "PAY_CURRENCY"


def test_a_token_without_an_owner_stops_the_start(tmp_path: Path):
    assert refusal(tmp_path, TOKEN="123456:ABC-DEF").startswith("OWNER_ID is missing")


def test_as_a_service_it_refuses_to_start_without_a_token(tmp_path: Path):
    assert refusal(tmp_path, "--no-demo").startswith("TOKEN is missing")
    assert not (tmp_path / "data").exists()

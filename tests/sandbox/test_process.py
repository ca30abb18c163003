"""The sandbox as a process: it says where it is, refuses what it cannot do, and ends when asked."""

import asyncio
import signal
import sys

import aiohttp
import pytest


async def start(*arguments, stdin=None):
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", *arguments, stdin=stdin, stdout=pipe, stderr=pipe
    )


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_it_prints_its_address_serves_and_ends_cleanly(ending):
    process = await start("--port", "0", "--owner", "1", "--person", "101:Anna:en", "--person", "102:Борис:ru")
    line = (await process.stdout.readline()).decode()
    url = line.split()[2]

    async with aiohttp.ClientSession() as client, client.get(f"{url}sandbox/state") as response:
        people = (await response.json())["people"]
    process.send_signal(ending)
    _, errors = await process.communicate()

    assert line.startswith("Sandbox ready: http://127.0.0.1:")
    assert [(p["id"], p["name"], p["language"], p["role"]) for p in people] == [
        (1, "Owner", "en", "owner"),
        (101, "Anna", "en", "customer"),
        (102, "Борис", "ru", "customer"),
    ]
    assert (process.returncode, errors) == (0, b"")


async def test_a_taken_port_is_refused_in_one_line(sandbox):
    port = sandbox.url.rpartition(":")[2]
    process = await start("--port", port)
    output, errors = await process.communicate()

    assert (process.returncode, output) == (1, b"")
    assert errors.decode() == f"The sandbox cannot listen on 127.0.0.1:{port}: address already in use\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--host", "0.0.0.0"], "the sandbox listens on this machine only"),  # noqa: S104 - the point of the test
        (["--person", "Anna"], "'Anna' is not ID:Name:language"),
        (["--token", "secret"], "'secret' is not a token"),
    ],
)
async def test_wrong_arguments_are_refused(arguments, reason):
    process = await start(*arguments)
    _, errors = await process.communicate()

    assert process.returncode == 2
    assert reason in errors.decode()


async def test_it_ends_with_whoever_started_it():
    process = await start("--port", "0", "--until-stdin-ends", stdin=asyncio.subprocess.PIPE)
    await process.stdout.readline()
    is_running = process.returncode is None

    process.stdin.close()
    _, errors = await asyncio.wait_for(process.communicate(), 20)

    assert is_running
    assert (process.returncode, errors) == (0, b"")

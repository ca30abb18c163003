"""Runs the sandbox as a process of its own, with the chat page: python -m bot.sandbox --help."""

import argparse
import asyncio
import os
import re
import signal
import sys
from typing import NamedTuple

from bot.sandbox.guard import LOOPBACK
from bot.sandbox.sandbox import Sandbox

FOR_DEMO = "42:DEMO"


class Somebody(NamedTuple):
    """A person named on the command line."""

    id: int
    name: str
    language: str


def person(text: str) -> Somebody:
    """Read ID:Name[:language]."""
    match = re.fullmatch(r"(\d{1,16}):([^:]+)(?::([a-zA-Z-]{2,8}))?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not ID:Name:language, such as 101:Anna:en")
    return Somebody(int(match[1]), match[2], match[3] or "en")


def token(text: str) -> str:
    """Read a bot token: digits, a colon, letters."""
    if not re.fullmatch(r"[1-9]\d*:[\w-]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a token such as {FOR_DEMO}")
    return text


def loopback(text: str) -> str:
    """Read a host name of this machine."""
    if text not in LOOPBACK:
        raise argparse.ArgumentTypeError(f"the sandbox listens on this machine only, not on {text}")
    return text


def arguments(given: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("python -m bot.sandbox", description="A Bot API server with a chat page.")
    parser.add_argument("--host", type=loopback, default="127.0.0.1", help="an address of this machine (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8081, help="the port, 0 for any free one (8081)")
    parser.add_argument("--token", type=token, default=FOR_DEMO, help=f"the bot's token ({FOR_DEMO})")
    parser.add_argument("--username", default="sandbox_bot", help="the bot's username (sandbox_bot)")
    parser.add_argument("--name", default="Shop", help="the bot's name (Shop)")
    parser.add_argument("--owner", type=int, metavar="ID", help="which person is the owner")
    parser.add_argument("--person", type=person, action="append", default=[], metavar="ID:NAME:LANGUAGE")
    parser.add_argument("--until-stdin-ends", action="store_true", help="end with whoever started this")
    return parser.parse_args(given)


async def serve(options: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        OSError: The port is taken.
    """
    sandbox = Sandbox(options.token, username=options.username, name=options.name)
    if options.owner:
        sandbox.person(options.owner, "Owner", language_code="en")
        sandbox.roles[options.owner] = "owner"
    for somebody in options.person:
        sandbox.person(somebody.id, somebody.name, language_code=somebody.language)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if options.until_stdin_ends:
        # Also a killed parent closes the pipe, so the sandbox never stays behind on its port.
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stopped.set)
    await sandbox.start(options.port, options.host)
    print(f"Sandbox ready: {sandbox.url}/ (bot @{options.username})", flush=True)
    await stopped.wait()
    await sandbox.stop()


def main(given: list[str]) -> int:
    """Run the sandbox and return its exit code."""
    options = arguments(given)
    try:
        asyncio.run(serve(options))
    except OSError as error:
        if error.errno is None:
            raise
        print(
            f"The sandbox cannot listen on {options.host}:{options.port}: {os.strerror(error.errno).lower()}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

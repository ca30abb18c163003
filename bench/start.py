"""Start: `bot_cli.py` beside an interpreter that imports its libraries, and the bot beside the bare bot."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.child import ROOT, child
from bench.effort import Effort
from bench.evening import evening
from bench.figures import Figure, Sample, figure, interleave
from bench.names import FIRST_BUYER_ID, OWNER_ID, TOKENS, VAULT_KEY, goods_of
from bench.stage import Stage

HELP = ("bot_cli.py", "--help")
IMPORTS = ("-c", "import click, logging, signal, uuid")
"""What a command line in Python cannot do without."""
DATABASE = ("-c", "import click, logging, signal, uuid, sqlalchemy.orm, sqlalchemy.dialects.mysql.pymysql, pymysql")
FEW_ROUNDS = 3
"""Of what takes some seconds and has no target."""


def measure(stage: Stage, effort: Effort) -> list[Figure]:
    """Measure the start of the operators' tool, and that of the bot."""
    code = _order(stage)
    figures: list[Figure] = []
    with TemporaryDirectory(prefix="shop-bench-") as folder:
        settings = _settings(stage, Path(folder))
        show = ("bot_cli.py", "order", "show", code)
        for name, ours, limit, target in (
            ("start of --help", HELP, IMPORTS, "<= 2"),
            ("start of order show", show, DATABASE, "<= 3"),
        ):
            figures += _compare(name, ours, limit, settings, effort.rounds, target)
    return [*figures, *_of_the_bot(stage, min(effort.rounds, FEW_ROUNDS))]


def _compare(
    name: str, ours: tuple[str, ...], limit: tuple[str, ...], settings: Mapping[str, str], rounds: int, target: str
) -> list[Figure]:
    for command in (ours, limit) if rounds > 1 else ():
        _run(command, settings)  # compiled, and read from the disk, before anything counts
    pairs = interleave(rounds, lambda: _run(ours, settings), lambda: _run(limit, settings))
    return [figure(name, "ms", pairs, "wall", target=target), figure(name, "ms CPU", pairs, "cpu")]


def _of_the_bot(stage: Stage, rounds: int) -> list[Figure]:
    """Start either bot in front of the same Telegram, the shop's with an up-to-date database, until it answers."""
    with evening(stage.server_url, 0) as night:
        url = night.town.ask("url")
        pairs = interleave(
            rounds,
            lambda: _until_it_answers("bench.shop_bot", environment=night.settings),
            lambda: _until_it_answers("bench.bare_bot", url, TOKENS["shop"]),
        )
    return [
        figure("start of the bot", "ms", pairs, "wall"),
        figure("start of the bot", "ms CPU", pairs, "cpu"),
    ]


def _until_it_answers(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Sample:
    began = time.perf_counter()
    with child(module, *arguments, environment=environment) as bot:
        used = bot.cpu()
        return {"wall": (time.perf_counter() - began) * 1000, "cpu": used * 1000}


def _order(stage: Stage) -> str:
    buyer = stage.shop.has_customer(FIRST_BUYER_ID + 900_000)
    return stage.shop.has_order(buyer, {goods_of("Category F")[-1]: 1})


def _settings(stage: Stage, folder: Path) -> Mapping[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": stage.url,
        "OWNER_ID": str(OWNER_ID),
        "DATA_KEY": VAULT_KEY.hex(),
        "DATA_DIR": str(folder / "data"),
        "LOG_DIR": str(folder / "logs"),
    }


def _run(arguments: tuple[str, ...], settings: Mapping[str, str]) -> Sample:
    cpu, began = _cpu_of_children(), time.perf_counter()
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return {"wall": (time.perf_counter() - began) * 1000, "cpu": (_cpu_of_children() - cpu) * 1000}


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

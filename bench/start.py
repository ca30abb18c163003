"""Start: how long `bot_cli.py --help` takes, beside an interpreter that imports click and nothing of ours."""

import resource
import subprocess
import sys
import time

from bench.child import ROOT
from bench.figures import Figure, Sample, figure, interleave

HELP = ("bot_cli.py", "--help")
IMPORTS = ("-c", "import click, logging, signal, uuid")
"""What a command line in Python cannot do without."""


def measure(*, rounds: int) -> list[Figure]:
    """Measure the start of the operators' tool."""
    pairs = interleave(rounds, lambda: _run(HELP), lambda: _run(IMPORTS))
    return [
        figure("start of --help", "ms", pairs, "wall", target="<= 2"),
        figure("start of --help", "ms CPU", pairs, "cpu"),
    ]


def _run(arguments: tuple[str, ...]) -> Sample:
    cpu, began = _cpu_of_children(), time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return {"wall": (time.perf_counter() - began) * 1000, "cpu": (_cpu_of_children() - cpu) * 1000}


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

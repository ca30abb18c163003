"""Processes beside the benchmark: the parent asks in lines of JSON, the child answers in lines of JSON."""

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LONGEST_LINE = 2**24
SECONDS_TO_STOP = 20


class Child:
    """A process that answers."""

    def __init__(self, module: str, process: subprocess.Popen[str]) -> None:
        """Talk to `process`, which runs `module`."""
        self._module = module
        self._process = process

    def ask(self, task: str, **facts: Any) -> Any:
        """Have the child do a task, and return its answer.

        Raises:
            RuntimeError: it has ended; why stands on stderr.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"task": task, **facts}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._module} ended instead of answering {task!r}")
        return json.loads(answer)

    def memory(self) -> float:
        """Return how many megabytes the child holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def cpu(self) -> float:
        """Return how many seconds of CPU the child has used up to now."""
        return float(self.ask("cpu"))


@contextmanager
def child(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Child]:
    """Run a module as a child, with more in its environment; the end of its stdin is the end of its work."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Child(module, process)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=SECONDS_TO_STOP)
    except (subprocess.TimeoutExpired, BrokenPipeError):
        process.kill()
        process.communicate()


async def answer(tasks: Mapping[str, Callable[..., Awaitable[Any]]]) -> None:
    """Answer the parent until it closes our stdin. This is the child's side."""
    lines = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    known = {"cpu": _cpu, **tasks}
    while line := await lines.readline():
        request = json.loads(line)
        result = await known[request.pop("task")](**request)
        print(json.dumps(result), flush=True)


async def _cpu() -> float:
    return cpu_seconds()


def cpu_seconds() -> float:
    """Return how many seconds of CPU this process has used, in all its threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

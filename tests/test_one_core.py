"""The bot keeps to one core, and what it lets others do is not kept there."""

import os
import subprocess
import sys

import pytest

from bot import one_core
from bot.config import ROOT

HAS_TWO = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is only one core")
SCRIPT = """
import os, subprocess, sys, threading
from bot import one_core
from bot.config import ROOT

def cores():
    return len(os.sched_getaffinity(0))

def child():
    command = [sys.executable, "-c", "import os; print(len(os.sched_getaffinity(0)))"]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)

before = cores()
one_core.keep()
seen = [cores()]
thread = threading.Thread(target=lambda: seen.append(cores()))
thread.start()
thread.join()
with one_core.left():
    seen.append(child())
seen.append(cores())
print(before, *seen)
"""


@HAS_TWO
def test_all_threads_keep_to_one_and_a_child_does_not():
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True, cwd=ROOT)
    before, here, thread, child, afterwards = map(int, found.stdout.split())

    assert (here, thread, afterwards) == (1, 1, 1)
    assert child == before > 1


def test_where_there_is_no_such_thing_nothing_happens(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(one_core, "_allowed", set())
    monkeypatch.delattr(os, "sched_getaffinity")
    one_core.keep()
    with one_core.left():
        assert not one_core._allowed


def test_where_it_is_forbidden_the_bot_runs_all_the_same(monkeypatch: pytest.MonkeyPatch):
    def refuses(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(one_core, "_allowed", set())
    monkeypatch.setattr(os, "sched_setaffinity", refuses)
    one_core.keep()

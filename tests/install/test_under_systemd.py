"""The bot's unit, run by the real systemd."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import ROOT, VARIABLES
from tests.servers import free_port

SYSTEMD = Path("/lib/systemd/systemd")
IS_LONG = bool(int(os.environ.get("PROCESS_ROUNDS", "0")))


@pytest.mark.timeout(600)
@pytest.mark.skipif(not IS_LONG, reason="a minute: make chaos")
@pytest.mark.skipif(
    os.geteuid() != 0 or not SYSTEMD.exists() or shutil.which("unshare") is None, reason="root and systemd are needed"
)
def test_systemd_takes_the_bot_as_started_when_it_serves_and_starts_it_anew_when_it_hangs(tmp_path: Path):
    done = subprocess.run(
        [
            "bash",
            str(ROOT / "tests" / "install" / "under_systemd.sh"),
            str(tmp_path),
            sys.executable,
            str(free_port()),
            str(free_port()),
        ],
        env={name: value for name, value in os.environ.items() if name not in VARIABLES},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
    )

    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["all as it should be"]), done.stdout + done.stderr

"""The units as systemd reads them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = ("telegram-shop-bot.service", "telegram-shop-backup.service")
MOST_EXPOSED = 2.0

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Return a folder with the units, whose program is one that is on this machine."""
    for unit in (*SERVICES, "telegram-shop-backup.timer"):
        text = (DEPLOY / unit).read_text()
        (tmp_path / unit).write_text(text.replace("/opt/telegram-shop/current/.venv/bin/python", sys.executable))
    return tmp_path


def analyze(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Ask systemd-analyze."""
    return subprocess.run(["systemd-analyze", *arguments], cwd=folder, capture_output=True, text=True, timeout=60)


def test_systemd_finds_nothing_wrong_with_the_units(units: Path):
    done = analyze("verify", *(f"./{path.name}" for path in units.iterdir()), folder=units)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_would_find_a_word_that_it_does_not_know(units: Path):
    unit = units / SERVICES[0]
    unit.write_text(unit.read_text().replace("WatchdogSec=", "WatchDogSec="))

    assert "WatchDogSec" in analyze("verify", f"./{unit.name}", folder=units).stderr


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_are_shut_off_as_far_as_agreed(units: Path, service: str):
    said = analyze("security", "--offline=true", "--no-pager", f"./{service}", folder=units).stdout

    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert exposure, said
    assert float(exposure[1]) <= MOST_EXPOSED

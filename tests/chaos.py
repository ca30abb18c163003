"""`make chaos`: the long version of what shows that nothing is lost, with its figures.

Every step runs tests of this suite beside servers of its own, most of them many times. A trial is one death, one step
of the state machine, one update that somebody sends or one test; a fault is what goes wrong meanwhile, such as a
process that is killed; a loss is an update that is lost or done twice, or a test that fails. Figures that tests
measure, such as how soon people are answered, stand below their step.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
SNAPSHOT_ISOLATION = "--innodb-snapshot-isolation=ON"
"""As MariaDB has it from 11.6.2 on: a row that has changed since it was read is an error."""

COUNTED = ("trials", "faults", "losses")
"""What tests count of themselves."""


@dataclass(frozen=True)
class Step:
    """Some tests, how often they run, and in which environment."""

    name: str
    tests: Sequence[str]
    rounds: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """What came of a step."""

    trials: int
    losses: int
    faults: int = 0
    measured: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.trials + other.trials,
            self.losses + other.losses,
            self.faults + other.faults,
            self.measured + other.measured,
        )


def steps(rounds: int) -> list[Step]:
    """Return what there is to do; `rounds` say how long."""
    machine = {"MACHINE_EXAMPLES": str(50 * rounds), "MACHINE_STEPS": "100"}
    money = ["tests/services", "tests/concurrency", "tests/crash", "tests/statemachine", "tests/test_db.py"]
    return [
        Step("deaths", ["tests/crash"], max(1, rounds // 10)),
        Step("key rotations", ["tests/cli/test_key_rotation.py"], 1, {"ROTATION_STRIDE": "1"}),
        Step("deaths of the process", ["tests/process"], 1, {"PROCESS_ROUNDS": str(max(1, rounds // 4))}),
        Step("outages", ["tests/telegram/test_outages.py", "tests/telegram/test_faults.py"], max(1, rounds // 10)),
        Step("races", ["tests/concurrency"], rounds),
        Step("whatever people do", ["tests/statemachine"], 1, machine),
        Step("hostile input", ["tests/hostile"], 1, {"HOSTILE": str(rounds)}),
        # That isolation protects some races by itself, so the controls that take a lock out prove nothing there.
        Step(
            "money, snapshot isolation", [*money, "-k", "not without"], 1, {"TEST_MARIADB_OPTIONS": SNAPSHOT_ISOLATION}
        ),
    ]


def run(step: Step) -> Figures:
    """Run a step and return its figures; what fails is printed."""
    return sum((_run_once(step) for _ in range(step.rounds)), Figures(0, 0))


def _run_once(step: Step) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-o", "junit_family=xunit1", f"--junitxml={report}", "-o", "timeout=0"]
        command = [sys.executable, "-m", "tests.servers", sys.executable, "-m", "pytest", *options, *step.tests]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **step.environment}, capture_output=True, text=True)
        figures = read(report) if report.exists() else Figures(0, 1)
    if figures.losses:
        print(done.stdout[-5000:], done.stderr[-2000:], flush=True)
    return figures


def read(report: Path) -> Figures:
    """Return the figures of a JUnit report: a test counts as one trial unless it says how many it was."""
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 - written by our own pytest
    lost = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    noted = [(each.get("name", ""), each.get("value", "")) for case in cases for each in case.iter("property")]
    return Figures(
        trials=sum(_count(case, "trials", 1) for case in cases),
        losses=sum(max(1, _count(case, "losses", 1)) for case in lost),
        faults=sum(_count(case, "faults", 0) for case in cases),
        measured=tuple((name, value) for name, value in noted if name not in COUNTED),
    )


def _count(case: ElementTree.Element, name: str, otherwise: int) -> int:
    counted = [each.get("value", "0") for each in case.iter("property") if each.get("name") == name]
    return int(counted[0]) if counted else otherwise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every step, print the table, and return 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="make chaos", description="Show that nothing is lost, for long.")
    parser.add_argument("--rounds", type=int, default=10, help="how long: 10 take about ten minutes")
    rounds = parser.parse_args(arguments).rounds
    print(f"{'':28}{'trials':>10}{'faults':>8}{'losses':>8}", flush=True)
    lost = 0
    for step in steps(rounds):
        figures = run(step)
        lost += figures.losses
        print(f"{step.name:28}{figures.trials:>10,}{figures.faults:>8,}{figures.losses:>8}", flush=True)
        for name, value in figures.measured:
            print(f"    {name}: {value}", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())

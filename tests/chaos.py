"""`make chaos`: the long version of what shows that nothing is lost, with its figures.

Every step runs tests of this suite beside servers of its own, most of them many times. A trial is one death, one race,
one step of the state machine, one update that somebody sends or one test; a fault is what goes wrong meanwhile, such
as a process that is killed; a loss is an update that is lost or done twice, or a test that fails. A control, which
takes a lock out to see that a race then goes wrong, is no trial. Figures that tests measure, such as how soon people
are answered, stand below their step.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
SNAPSHOT_ISOLATION = "--innodb-snapshot-isolation=ON"
"""As MariaDB has it from 11.6.2 on: a row that has changed since it was read is an error."""

PROMISES = ("tests/process/test_promises.py", "tests/process/test_figures.py")
"""What is measured in seconds wants the machine for itself."""

COUNTED = ("trials", "faults", "losses")
"""What tests count of themselves."""


@dataclass(frozen=True)
class Step:
    """Some tests, how often they run, and in which environment."""

    name: str
    tests: Sequence[str]
    lasts: str = ""
    """How long, on two cores that have nothing else to do."""
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
    processes = {"PROCESS_ROUNDS": str(max(1, rounds // 4))}
    outages = ["tests/telegram/test_outages.py", "tests/telegram/test_faults.py"]
    money = ["tests/services", "tests/concurrency", "tests/crash", "tests/statemachine", "tests/test_db.py"]
    few = max(1, rounds // 10)
    apart = [f"--ignore={each}" for each in PROMISES]
    return [
        Step("deaths", ["tests/crash"], "1 min for every 10 rounds", few),
        Step("rotations", ["tests/cli/test_key_rotation.py"], "2 min", 1, {"ROTATION_STRIDE": "1"}),
        Step("processes", ["tests/process", *apart], "6 min, and half a minute a round", 1, processes),
        Step("promises", [*PROMISES, "-n", "0"], "12 min", 1, processes),
        Step("installing", ["tests/install", "-n", "0"], "5 min", 1, processes),
        Step("outages", outages, "1 min for every 10 rounds", few),
        # Not in two processes: races against the clock want both cores.
        Step("races", ["tests/concurrency", "-n", "0"], "30 s a round", 1, {"RACE_ROUNDS": str(rounds)}),
        Step("machine", ["tests/statemachine", "--dist", "loadgroup"], "a minute a round", 1, machine),
        Step("hostile", ["tests/hostile"], "10 s a round", 1, {"HOSTILE": str(rounds)}),
        # That isolation protects some races by itself, so the controls that take a lock out prove nothing there.
        Step("isolation", [*money, "-k", "not without"], "3 min", 1, {"TEST_MARIADB_OPTIONS": SNAPSHOT_ISOLATION}),
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
    parser = _parser()
    wanted = parser.parse_args(arguments)
    every = steps(wanted.rounds)
    if unknown := set(wanted.only or ()) - {step.name for step in every}:
        parser.error(f"there is no step {', '.join(sorted(unknown))}; choose from {', '.join(s.name for s in every)}")
    print(f"{'':16}{'trials':>10}{'faults':>8}{'losses':>8}{'seconds':>10}", flush=True)
    return 1 if sum(_show(step) for step in every if not wanted.only or step.name in wanted.only) else 0


def _parser() -> argparse.ArgumentParser:
    each = "\n".join(f"  {step.name:12}{step.lasts}" for step in steps(10))
    parser = argparse.ArgumentParser(
        prog="make chaos",
        description="Show that nothing is lost, for long.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"""\
steps, and how long each takes:
{each}

A round of races is about 90; 110 rounds are more than 10,000 and take about an hour. A round of the machine is 50 times
100 steps; 100 rounds are 5,000 times 100 and take an hour and a half. For example:
  make chaos ARGS="--only races --rounds 110"
""",
    )
    parser.add_argument("--rounds", type=int, default=10, help="how long: 10, unless you say more")
    parser.add_argument("--only", nargs="+", metavar="STEP", help="run these steps alone")
    return parser


def _show(step: Step) -> int:
    """Run a step, print its line, and return how much it has lost."""
    began = monotonic()
    figures = run(step)
    seconds = monotonic() - began
    print(f"{step.name:16}{figures.trials:>10,}{figures.faults:>8,}{figures.losses:>8}{seconds:>10.0f}", flush=True)
    for name, value in figures.measured:
        print(f"    {name}: {value}", flush=True)
    return figures.losses


if __name__ == "__main__":
    sys.exit(main())

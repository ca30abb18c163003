"""`make mutants`: how many small changes of the modules that handle money and stock some test notices.

Every function of a module is changed in one place at a time (`tests.mutations`), and the tests that run through the
changed line run, the quickest first, until one fails. A mutant that no test notices survives: a test is missing, the
code is not needed, or the change makes no difference, and then it is listed in `tests/equivalent_mutants.txt` with
the reason. pytest collects once; each mutant is a fork of that process, on a database that is kept, two at a time.
"""

import argparse
import gc
import os
import select
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import coverage
import pytest
from sqlalchemy import create_engine, text

from bot import migrations
from tests.mutations import Functions, Mutant, functions, of

ROOT = Path(__file__).parents[1]
MODULES = (
    *("bot/models/orders.py", "bot/models/catalog.py"),
    *("bot/services/money.py", "bot/services/bonus.py", "bot/services/stock.py", "bot/services/stock_count.py"),
    *("bot/services/bitcoin.py", "bot/services/queries/payments.py"),
    *("bot/jobs/expire_reservations.py", "bot/jobs/sweep.py"),
    *("bot/services/orders.py", "bot/services/order_edits.py", "bot/services/order_exchange.py"),
    *("bot/services/checkout.py", "bot/services/placing.py"),
)
TESTS = (
    *("tests/models", "tests/services", "tests/jobs/test_orders.py", "tests/cli/test_payment.py"),
    *("tests/jobs/test_watch_btc_addresses.py", "tests/cli/test_customer.py", "tests/cli/test_order_verbs.py"),
    *("tests/concurrency/test_orders.py", "tests/concurrency/test_buying.py"),
)
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
AT_ONCE = 2
MOST_TESTS = 80
"""So many tests are enough to say that a mutant survives."""
PASSED, FAILED = 0, 1
NEVER_ENDS = "never ends"
OPTIONS = ["-q", "-s", "-n", "0", "-p", "no:cacheprovider", "-o", "timeout=0"]


@dataclass
class Map:
    """Which tests run through which line, and how long each takes."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    imported: dict[str, set[str]] = field(default_factory=dict)
    """What each file with tests has imported from which files of the shop."""

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests that may notice a mutant: those of its module, of who imports it, the others, by seconds."""
        its_own = Path(mutant.path).stem

        def rank(name: str) -> tuple[bool, bool, float]:
            file = name.partition("::")[0]
            return its_own not in file, mutant.path not in self.imported.get(file, ()), self.seconds[name]

        return sorted(self.tests[mutant.path, mutant.line], key=rank)[:MOST_TESTS]


@dataclass
class Verdict:
    """What became of a mutant."""

    mutant: Mutant
    is_noticed: bool
    how: str


class Hunt:
    """A plugin of pytest that runs mutants instead of tests."""

    def __init__(self, mutants: Sequence[Mutant], databases: Sequence[str], folder: Path) -> None:
        self.verdicts: list[Verdict] = []
        self._mutants = mutants
        self._databases = list(databases)
        self._folder = folder
        self._stops: Callable[[], None] | None = None
        self._failed: set[str] = set()
        self._functions: Functions = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what fails; of a mutant the first is enough, but a test that has a second try may take it."""
        if report.outcome not in ("passed", "skipped", "rerun"):
            self._failed.add(report.nodeid)
            if self._stops is not None:
                self._stops()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """See which test runs through which line, then let the mutants live."""
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        items = {item.nodeid: item for item in session.items}
        known = self._looks(items)
        # What the shell imports only when a command wants it would be imported after the mutant came alive.
        for path in MODULES:
            import_module(path.removesuffix(".py").replace("/", "."))
        self._functions = functions()
        # What is there already is the same in every fork, and nobody need look at it.
        gc.freeze()
        gc.disable()
        print(f"{len(self._mutants)} mutants, {len(known.seconds)} tests", flush=True)
        try:
            self._hunts(items, known)
        except KeyboardInterrupt:
            print("Stopped; this is what became of the mutants so far.", flush=True)
        return True

    def _looks(self, items: dict[str, pytest.Item]) -> Map:
        """Run every test once, in a process of its own, and see what it runs through."""
        data = self._folder / "coverage"
        if not data.with_name("seconds").exists():
            child = self._forks(lambda: self._measures(items, data), self._databases[0])
            if os.waitpid(child, 0)[1]:
                sys.exit("what the tests run through cannot be seen")
        known = _read(data, set(items))
        known.imported = {name.partition("::")[0]: _imported(item) for name, item in items.items()}
        return known

    def _measures(self, items: dict[str, pytest.Item], file: Path) -> None:
        lines = coverage.Coverage(
            data_file=str(file), include=[str(ROOT / each) for each in MODULES], config_file=False
        )
        lines.start()
        seconds, caches = {}, _caches()
        for name, item in items.items():
            # What is kept would be seen in the first test alone.
            for each in caches:
                each.cache_clear()
            lines.switch_context(name)
            began = time.monotonic()
            _run(item, None)
            seconds[name] = time.monotonic() - began
        lines.switch_context("")
        lines.stop()
        lines.save()
        kept = [f"{seconds[name]:.3f} {name}" for name in items if name not in self._failed]
        file.with_name("seconds").write_text("\n".join(kept))

    def _hunts(self, items: dict[str, pytest.Item], known: Map) -> None:
        waiting, running, poll = list(self._mutants)[::-1], dict[int, tuple[int, Mutant, str, float]](), select.poll()
        while waiting or running:
            while waiting and self._databases:
                mutant = waiting.pop()
                tests = [items[name] for name in known.of(mutant)]
                if not tests:
                    self._notes(mutant, False, "no test runs through it")
                    continue
                database = self._databases.pop()
                child = self._forks(lambda: self._lives(mutant, tests), database)  # noqa: B023 - called at once
                watch = os.pidfd_open(child)
                poll.register(watch, select.POLLIN)
                longest = 20 + 5 * sum(known.seconds[test.nodeid] for test in tests)
                running[watch] = (child, mutant, database, time.monotonic() + longest)
            ended = {each for each, _ in poll.poll(1000)} if running else set()
            for watch, (child, mutant, database, until) in list(running.items()):
                if watch not in ended and time.monotonic() < until:
                    continue
                is_late = watch not in ended
                if is_late:
                    os.kill(child, 9)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                poll.unregister(watch)
                os.close(watch)
                del running[watch]
                self._databases.append(database)
                self._notes(mutant, code != PASSED, NEVER_ENDS if is_late else f"exit {code}")

    def _notes(self, mutant: Mutant, is_noticed: bool, how: str) -> None:
        self.verdicts.append(Verdict(mutant, is_noticed, how))
        if not is_noticed:
            print(f"survives ({how}), line {mutant.line}: {mutant.name}", flush=True)
        elif len(self.verdicts) % 100 == 0:
            print(f"{len(self.verdicts)} of {len(self._mutants)}", flush=True)

    def _lives(self, mutant: Mutant, tests: Sequence[pytest.Item]) -> None:
        self._stops = lambda: os._exit(FAILED)
        try:
            mutant.comes_alive(self._functions)
        except LookupError:
            os._exit(PASSED)
        for test, following in zip(tests, [*tests[1:], None], strict=True):
            _run(test, following)

    def _forks(self, work: Callable[[], None], database: str) -> int:
        """Do some work in a process that ends with it, and return the process."""
        sys.stdout.flush()
        child = os.fork()
        if child:
            return child
        try:
            os.environ["TEST_KEPT_DATABASE"] = database
            quiet = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(quiet, number)
            work()
            os._exit(PASSED)
        except BaseException:
            os._exit(FAILED)


def _caches() -> list[Any]:
    """Return the functions of the modules that keep their results."""
    kept = (each for each in gc.get_objects() if isinstance(each, _Kept))
    modules = {str(ROOT / path) for path in MODULES}
    return [each for each in kept if getattr(each.__wrapped__, "__code__", _caches.__code__).co_filename in modules]


_Kept = type(cache(lambda: None))


def _imported(item: pytest.Item) -> set[str]:
    """Return the files of what stands in the module of a test: modules of the shop, their classes and functions."""
    there = vars(item.getparent(pytest.Module).obj).values()  # type: ignore[union-attr]
    names = {each.__name__ if isinstance(each, ModuleType) else getattr(each, "__module__", None) for each in there}
    return {f"{name.replace('.', '/')}.py" for name in names if name}


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _read(file: Path, there: set[str]) -> Map:
    known = Map()
    for each in file.with_name("seconds").read_text().splitlines():
        seconds, _, name = each.partition(" ")
        if name in there:
            known.seconds[name] = float(seconds)
    data = coverage.CoverageData(str(file))
    data.read()
    for path in data.measured_files():
        for line, names in data.contexts_by_lineno(path).items():
            known.tests[str(Path(path).relative_to(ROOT)), line] = {each for each in names if each in known.seconds}
    return known


def databases() -> Iterator[str]:
    """Make a database for each mutant that lives at the same time."""
    url = os.environ["TEST_DATABASE_URL"]
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    for number in range(AT_ONCE):
        name = f"shop_mutant_{os.getpid()}_{number}"
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
        migrations.upgrade(f"{url}{name}?charset=utf8mb4")
        yield name
    engine.dispose()


def equivalent() -> set[str]:
    """Return the mutants of which it is known that they make no difference."""
    lines = EQUIVALENT.read_text().splitlines() if EQUIVALENT.exists() else []
    return {line for line in lines if line.startswith("bot/")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunt, print the score of each module and of all, and return 1 if it is below what was asked for."""
    parser = argparse.ArgumentParser(prog="make mutants", description="Show how much of the money the tests look at.")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="modules with one of these in their path")
    parser.add_argument("--named", default="", help="mutants with this in their name alone")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth mutant alone, for a sample")
    parser.add_argument("--those", type=Path, help="the mutants that this output of an earlier hunt names")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="tests that may notice, rather than all")
    parser.add_argument("--map", type=Path, help="a folder that keeps which test runs through what, for the next time")
    parser.add_argument("--least", type=float, default=90, help="the score in percent that is enough: 90")
    wanted = parser.parse_args(arguments)
    modules = [each for each in MODULES if not wanted.only or any(word in each for word in wanted.only)]
    known, earlier = equivalent(), wanted.those.read_text() if wanted.those else ""
    mutants = [each for path in modules for each in of(path, ROOT) if wanted.named in each.name]
    mutants = [each for each in mutants if not earlier or f": {each.name}\n" in earlier][:: wanted.every]
    with tempfile.TemporaryDirectory() as scratch:
        folder = wanted.map or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        hunt = Hunt([each for each in mutants if each.name not in known], list(databases()), folder)
        ended = pytest.main([*OPTIONS, *wanted.tests], plugins=[hunt])
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return 1
    return _tell(modules, hunt.verdicts, len(mutants) - len(hunt.verdicts), wanted.least)


def _tell(modules: Sequence[str], verdicts: Sequence[Verdict], same: int, least: float) -> int:
    score = 100.0
    print(f"\n{'':40}{'mutants':>8}{'noticed':>9}{'score':>8}")
    for name in (*modules, ""):
        found = [each for each in verdicts if each.mutant.path.startswith(name)]
        noticed = sum(each.is_noticed for each in found)
        score = 100 * noticed / len(found) if found else 100.0
        print(f"{name or 'all':40}{len(found):>8}{noticed:>9}{score:>7.1f}%")
    print(f"{same} more make no difference and are listed with the reason.")
    print(f"{sum(each.how == NEVER_ENDS for each in verdicts)} were stopped because the tests took too long.")
    return int(score < least)


if __name__ == "__main__":
    sys.exit(main())

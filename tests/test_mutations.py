"""The mutants of `make mutants`: what is changed, what is left alone, and that a mutant comes alive."""

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bot.services import placing
from tests import mutants, mutations

SOURCE = '''
"""A module."""
from functools import cache

LIMIT = 5


def fits(count: int, limit: int = 3) -> bool:
    """Tell whether so many fit."""
    if count < 0:
        raise ValueError(f"write more than {count}", "in words")
    return count <= limit and count != 13


class Shelf:
    """A shelf."""

    @property
    def left(self) -> int:
        return min(9 - 2, 8)


@cache
def name() -> str:
    return "tea"
'''


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    file = tmp_path / "shelf.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("shelf_of_mutants", file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    yield made
    del sys.modules[spec.name]


def changes(tmp_path: Path) -> set[str]:
    return {f"{each.function}: {each.change}" for each in mutations.of("shelf.py", tmp_path)}


def test_what_a_function_computes_decides_and_returns_is_changed(module: ModuleType, tmp_path: Path):
    assert changes(tmp_path) == {
        "fits: count < 0 => count <= 0",
        "fits: 0 => 1",
        "fits: raise ValueError(f'write more than {count}', 'in words') => pass",
        "fits: return count <= limit and count != 13 => return None",
        "fits: count <= limit and count != 13 => count <= limit or count != 13",
        "fits: count <= limit => count < limit",
        "fits: count != 13 => count == 13",
        "fits: 13 => 14",
        "left: return min(9 - 2, 8) => return None",
        "left: min(9 - 2, 8) => max(9 - 2, 8)",
        "left: 9 - 2 => 9 + 2",
        "left: 9 => 10",
        "left: 2 => 3",
        "left: 8 => 9",
        "name: return 'tea' => return None",
        "name: 'tea' => 'XXtea'",
    } - {"name: return 'tea' => return None"}


@pytest.mark.parametrize(
    ("name", "look", "before", "after"),
    [
        ("count <= limit => count < limit", lambda module: module.fits(3), True, False),
        ("min(9 - 2, 8) => max(9 - 2, 8)", lambda module: module.Shelf().left, 7, 8),
        ("'tea' => 'XXtea'", lambda module: module.name.__wrapped__(), "tea", "XXtea"),
    ],
)
def test_a_mutant_takes_the_place_of_its_function(
    module: ModuleType, tmp_path: Path, name: str, look: Callable[[ModuleType], object], before: object, after: object
):
    mutant = next(each for each in mutations.of("shelf.py", tmp_path) if each.change == name)
    assert look(module) == before
    mutant.comes_alive(mutations.functions())

    assert look(module) == after


def test_a_mutant_of_a_function_that_nobody_has_imported_is_said_to_be_none(module: ModuleType, tmp_path: Path):
    mutant = next(mutations.of("shelf.py", tmp_path))

    with pytest.raises(LookupError, match=r"shelf\.py: fits"):
        mutant.comes_alive(defaultdict(list))


def test_the_tests_of_a_mutant_run_one_after_the_other(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ran: list[tuple[object, object]] = []
    monkeypatch.setattr(mutants, "_run", lambda test, following: ran.append((test, following)))
    hunt = mutants.Hunt([], [], tmp_path)
    hunt._functions = mutations.functions()
    hunt._lives(next(mutations.of("shelf.py", tmp_path)), ["a", "b", "c"])  # type: ignore[list-item]

    assert ran == [("a", "b"), ("b", "c"), ("c", None)]


def test_the_tests_of_a_module_come_first_then_those_that_import_it():
    mutant = next(mutations.of("bot/services/stock.py", mutants.ROOT))
    names = [
        "tests/test_a.py::quick",
        "tests/test_b.py::slow",
        "tests/test_stock.py::slow",
        "tests/test_stock.py::quick",
    ]
    known = mutants.Map({name: float("slow" in name) for name in names})
    known.tests[mutant.path, mutant.line] = set(names)
    known.imported = {"tests/test_b.py": {"bot/services/stock.py"}}

    assert known.of(mutant) == [names[3], names[2], names[1], names[0]]


def test_what_is_kept_by_the_modules_is_found():
    assert placing._room in mutants._caches()


def test_every_module_that_is_hunted_through_is_there_and_has_mutants():
    assert all(list(mutations.of(path, mutants.ROOT)) for path in mutants.MODULES)


def test_what_makes_no_difference_is_still_there_and_has_a_reason():
    lines = mutants.EQUIVALENT.read_text().splitlines()
    there = {each.name for path in mutants.MODULES for each in mutations.of(path, mutants.ROOT)}

    assert mutants.equivalent() <= there
    assert all(lines[place - 1].startswith("#") for place, line in enumerate(lines) if line.startswith("bot/"))

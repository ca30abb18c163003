"""A stock-take or a catalogue file against what happens on the shelf at the same moment, and against each other."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from bot.models import Category, Goods, InventoryEntry
from bot.services import catalog, categories, stock, stock_count
from bot.services.catalog_file import entries, importing
from bot.services.catalog_file.plan import Options
from tests.concurrency.race import Outcome, breaks, consistent, race, slowed
from tests.shop import Shop

FILE = "categories: [{name: Tea}]\ngoods:\n"


@pytest.fixture(autouse=True)
def room_for_races(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between what was compared and what is written."""
    slowed(monkeypatch, stock_count, "_write", 0.2)
    slowed(monkeypatch, importing._Work, "do", 0.2)
    slowed(monkeypatch, catalog, "_note", 0.2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def goods_are_counted_and_delivered_at_once(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=10)
    Path("sheet.csv").write_text("name,counted\nGreen tea,20\n")
    count = partial(shop.staff, stock_count.apply, stock_count.read(Path("sheet.csv")), reason="count")

    outcome = race([count, partial(shop.staff, stock.add, "Green tea", 5)])

    assert (outcome.refused, outcome.broken) == ([], [])
    assert shop.goods("Green tea").stock_quantity in (20, 25)
    consistent(shop)


def test_what_comes_while_goods_are_counted_is_not_lost(shop: Shop, folder: Path):
    goods_are_counted_and_delivered_at_once(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_count_forgets_what_came(shop: Shop, folder: Path, without_locks):
    breaks(shop, goods_are_counted_and_delivered_at_once)


def a_file_sets_stock_while_goods_are_delivered(shop: Shop) -> None:
    shop.has_goods("Green tea", stock=10)
    Path("tea.yaml").write_text("goods: [{name: Green tea, stock: 20}]\n")
    said = entries.read(Path("tea.yaml"), currency="USD")

    outcome = race(
        [
            partial(shop.staff, importing.carry_out, said, Options(with_stock=True), reason="import"),
            partial(shop.staff, stock.add, "Green tea", 5),
        ]
    )

    assert (outcome.refused, outcome.broken) == ([], [])
    consistent(shop)


def test_what_comes_while_a_file_sets_the_stock_is_not_lost(shop: Shop, folder: Path):
    a_file_sets_stock_while_goods_are_delivered(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_file_forgets_what_came(shop: Shop, folder: Path, without_locks):
    breaks(shop, a_file_sets_stock_while_goods_are_delivered)


def test_the_same_file_twice_at_once_adds_everything_once(shop: Shop, folder: Path):
    rows = "".join(f"- {{name: Tea {number}, category: Tea, price: 1, stock: 2}}\n" for number in range(50))
    Path("tea.yaml").write_text(FILE + rows)
    said = entries.read(Path("tea.yaml"), currency="USD")

    outcome = race([partial(shop.staff, importing.carry_out, said, Options(), reason="import")] * 4)

    assert (outcome.refused, outcome.broken) == ([], [])
    assert sorted(len(plan.changes) for plan in outcome.done) == [0, 0, 0, 51]
    assert (shop.count(Category), shop.count(Goods), shop.count(InventoryEntry)) == (1, 50, 50)


def moves_that_would_make_a_ring(shop: Shop, outcome: Outcome, names: Sequence[str]) -> None:
    """Assert that one of the moves was refused, and that every category can still be reached from the top."""
    assert outcome.broken == []
    assert len(outcome.refused) == 1
    assert {branch.name for branch in shop.db.read(categories.tree).values()} == set(names)


def three_categories_are_moved_in_a_ring(shop: Shop) -> None:
    names = ("Tea", "Green", "Japan")
    for name in names:
        shop.has_category(name)

    around = zip(names, (*names[1:], names[0]), strict=True)
    outcome = race([partial(shop.staff, catalog.move_category, name, parent) for name, parent in around])

    moves_that_would_make_a_ring(shop, outcome, names)


def test_moves_at_once_make_no_ring(shop: Shop):
    three_categories_are_moved_in_a_ring(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_moves_make_a_ring(shop: Shop, without_locks):
    breaks(shop, three_categories_are_moved_in_a_ring)


def a_file_and_a_person_move_categories_into_each_other(shop: Shop) -> None:
    for name in ("Tea", "Green"):
        shop.has_category(name)
    Path("tea.yaml").write_text("categories: [{name: Green, parent: Tea}]\n")
    said = entries.read(Path("tea.yaml"), currency="USD")

    outcome = race(
        [
            partial(shop.staff, importing.carry_out, said, Options(), reason="import"),
            partial(shop.staff, catalog.move_category, "Tea", "Green"),
        ]
    )

    moves_that_would_make_a_ring(shop, outcome, ("Tea", "Green"))


def test_a_file_and_a_move_at_once_make_no_ring(shop: Shop, folder: Path):
    a_file_and_a_person_move_categories_into_each_other(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_file_and_a_move_make_a_ring(shop: Shop, folder: Path, without_locks):
    breaks(shop, a_file_and_a_person_move_categories_into_each_other)

"""Lists of any length: pages, streams, and what a narrow screen makes of them."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.cli import listing, options
from bot.cli.listing import Page
from bot.cli.output import BLOCK, Column
from bot.models import Event
from bot.services.queries.paging import Window
from tests.shop import Shop

MADE = datetime(2026, 11, 21, 12, tzinfo=UTC)
COLUMNS = (Column("Number", main=True, right=True), Column("Subject", main=True), Column("Kind"))


def numbers(session: Session, window: Window) -> Iterator[tuple[int, str, str]]:
    return window.rows(session, select(Event.id, Event.subject, Event.kind).order_by(Event.id))


@pytest.fixture
def has_events(shop: Shop) -> Callable[..., None]:
    def make(count: int, *, last: str = "order:Z") -> None:
        def write(session: Session) -> None:
            rows = [
                {
                    "id": number,
                    "unit": "u",
                    "kind": "test.noted",
                    "actor": "job:test",
                    "subject": last if number == count else f"order:{number}",
                    "facts": {},
                    "created_at": MADE,
                }
                for number in range(1, count + 1)
            ]
            session.execute(insert(Event), rows)

        shop.db.call(write)

    return make


@pytest.fixture
def run(shop: Shop) -> Callable[..., Result]:
    @click.command()
    @listing.paged
    @options.json_of("number", "subject")
    def command(page: Page, as_json: bool) -> None:
        with shop.db.stream(numbers, page.window) as rows:
            listing.show(
                rows,
                page,
                columns=COLUMNS,
                cells=lambda row: row,
                facts=lambda row: {"number": row[0], "subject": row[1]},
                as_json=as_json,
                nothing="There is nothing.",
                zone="UTC",
            )

    def invoke(*words: str, **variables: str) -> Result:
        return CliRunner(env={"COLUMNS": None, **variables}).invoke(command, words)

    return invoke


def test_a_page_says_how_to_get_the_next(run, has_events):
    has_events(5)

    result = run("--limit", "2", "--page", "2")

    assert result.stdout == "Number  Subject  Kind\n     3  order:3  test.noted\n     4  order:4  test.noted\n"
    assert result.stderr == "Times are in UTC.\nThere are more: --page 3 shows the next, --all shows all.\n"


def test_the_last_page_promises_nothing_more(run, has_events):
    has_events(4)

    assert "more" not in run("--limit", "2", "--page", "2").stderr


def test_a_page_behind_the_end_says_so(run, has_events):
    has_events(4)

    result = run("--page", "2")

    assert (result.stdout, result.stderr) == ("The list ends before page 2.\n", "")


def test_an_empty_list_is_a_sentence_or_an_empty_array(run):
    assert run().stdout == "There is nothing.\n"
    assert run("--json").stdout == "[]\n"


def test_all_leaves_nothing_out(run, has_events):
    has_events(BLOCK * 3 + 1)

    result = run("--all", "--json")

    assert [row["number"] for row in json.loads(result.stdout)] == list(range(1, BLOCK * 3 + 2))
    assert result.stderr == ""


@pytest.mark.parametrize("words", [("--page", "2"), ("--limit", "50")])
def test_all_and_a_page_contradict_each_other(run, words):
    result = run("--all", *words)

    assert result.exit_code == 2
    assert "--all shows everything; leave out --page and --limit." in result.stderr


def test_json_is_a_row_a_line(run, has_events):
    has_events(2)

    result = run("--json")

    assert result.stdout == '[\n{"number": 1, "subject": "order:1"},\n{"number": 2, "subject": "order:Z"}\n]\n'


def test_a_later_wider_row_moves_only_the_rows_around_it(run, has_events):
    has_events(BLOCK + 1, last="order:" + "Z" * 60)

    narrow = run("--all", COLUMNS="80").stdout.splitlines()
    piped = run("--all").stdout.splitlines()

    assert narrow[:2] == ["Number  Subject    Kind", "     1  order:1    test.noted"]
    assert narrow[-2:] == [f"{BLOCK + 1}  order:{'Z' * 60}", "  Kind test.noted"]
    assert len(piped) == BLOCK + 2


def test_a_long_list_takes_no_more_memory_than_a_short_one(shop: Shop, has_events):
    has_events(10_000)

    def peak(window: Window) -> int:
        tracemalloc.start()
        with shop.db.stream(numbers, window) as rows:
            for _ in rows:
                pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(Window(2000))

    assert peak(Window()) < 1.5 * peak(Window(2000))


def test_a_list_that_is_left_early_leaves_a_working_database(shop: Shop, has_events):
    has_events(3000)

    with shop.db.stream(numbers, Window()) as rows:
        next(iter(rows))

    assert shop.scalar("SELECT COUNT(*) FROM events") == 3000


@pytest.mark.parametrize("words", [["order"], ["event"], ["customer"], ["payment"], ["outbox"]])
@pytest.mark.parametrize(
    ("dates", "why"),
    [
        (["2026-03-02", "2026-03-01"], "'2026-03-01' is not a valid end: it does not come after 2026-03-02.\n"),
        (["1999-12-01", "2026-03-01"], "'1999-12-01' is not a valid date: use one from 2000 to 2199.\n"),
    ],
)
def test_dates_the_wrong_way_round_or_far_away_are_refused(cli, words: list[str], dates: list[str], why: str):
    result = cli(*words, "list", "--since", dates[0], "--until", dates[1])

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", why)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("order list --customer", "There is no customer ''."),
        ("order list --refcode", "There is no reference code ''."),
        ("order list --goods", "'' is not a valid goods name: "),
        ("order picklist --until", "'' is not a valid date: "),
        ("customer list --invited-by", "There is no customer ''."),
        ("question list --customer", "There is no customer ''."),
        ("outbox list --recipient", "There is no customer ''."),
        ("refcode list --creator", "There is no customer ''."),
        ("payment list --order", "There is no order ''."),
        ("goods list --category", "'' is not a valid category name: "),
    ],
)
def test_a_choice_that_is_empty_such_as_a_variable_that_is_not_set_never_means_all(cli, words: str, why: str):
    result = cli(*words.split(), "")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(why)


@pytest.mark.parametrize("words", ["order", "customer", "goods", "inventory", "refcode", "btc --show-all"])
def test_a_search_for_nothing_in_particular_finds_everything(cli_json, shop: Shop, words: str):
    shop.has_customer()
    shop.has_goods()
    shop.has_code()
    shop.has_addresses(1)
    shop.has_order(101, {"Green tea": 1})
    noun, *options = words.split()

    assert len(cli_json(noun, "list", *options, "--search", " ")) == 1

"""Pages of long lists: beside a row of the page before, they are what counting the rows comes to, there and back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from bot.models import OrderStatus
from bot.services import bonus, people, reference_codes
from bot.services import help as help_desk
from bot.services.queries import (
    customer_pages,
    event_lists,
    goods_desk,
    help_views,
    order_desk,
    order_lists,
    reference_code_lists,
)
from bot.services.queries.customers import Sort, Wanted
from bot.services.queries.paging import Window
from tests.shop import Shop, now

PEOPLE = range(201, 220)
"""19: three pages of 8, the last of which is not full."""
Page = Callable[..., Any]


@pytest.fixture
def long_lists(shop: Shop) -> Shop:
    """Fill every list with what is equal in everything but its key, in twos."""
    shop.has_goods("Tea", stock=1000, price="30.00")
    code = shop.has_code()
    for number, person in enumerate(PEOPLE):
        at = now() + timedelta(minutes=number // 2)
        shop.db.call(reference_codes.enter, people.Newcomer(person, f"Anna {number // 2}"), code, now=at)
        shop.db.call(help_desk.ask, person, "When?", now=at)
        shop.db.call(help_desk.ask, PEOPLE[0], f"And {number}?", now=at)
        shop.has_code()
        shop.has_goods(f"Cup {number:02}")
        amount = 1 + number // 2
        shop.db.call(bonus.adjust, PEOPLE[0], Decimal(amount), reason="Hello", notify=False, actor="cli:anna", now=at)
        for status in (OrderStatus.RESERVED, OrderStatus.CONFIRMED, OrderStatus.DELIVERED):
            shop.has_order(person, {"Tea": 1 + number // 2}, status=status)
    shop.execute("UPDATE orders SET delivery_time = NULL WHERE id % 3 = 0")
    shop.execute("UPDATE orders SET reserved_until = '2030-01-01' WHERE id % 2 = 0")
    shop.execute("UPDATE orders SET delivery_time = '2030-01-01' WHERE delivery_time IS NOT NULL AND id % 2 = 0")
    shop.execute("UPDATE help_threads SET last_at = '2030-01-01' WHERE user_id % 2 = 0")
    return shop


def lists(shop: Shop) -> Iterator[tuple[str, Page, Callable[[Any], Any], str]]:
    """Yield every list by its name: how its pages are read, what the key of a row is, and how pages are numbered."""
    spent, names = Wanted(has_bought=True), Wanted()
    for status in (OrderStatus.RESERVED, OrderStatus.CONFIRMED, OrderStatus.DELIVERED):
        yield f"queue of {status}", partial(order_desk.queue, status=status), lambda row: row.id, "page"
    yield "newest", partial(customer_pages.sheet, wanted=names), lambda row: row.telegram_id, "number"
    big = partial(customer_pages.sheet, wanted=spent, sort=Sort.SPENT)
    yield "big spenders", big, lambda row: row.telegram_id, "number"
    bonus_of = partial(customer_pages.ledger, telegram_id=PEOPLE[0])
    yield "ledger", bonus_of, lambda row: row.entry.id, "number"
    codes = partial(reference_code_lists.sheet, wanted=reference_code_lists.Wanted())
    yield "codes", codes, lambda row: row.id, "number"
    code_id = int(shop.scalar("SELECT MIN(id) FROM reference_codes"))
    uses = partial(reference_code_lists.uses, code_id=code_id)
    yield "who came by a code", uses, lambda row: row.telegram_id, "number"
    for every in (True, False):
        yield f"conversations, every {every}", partial(help_views.heads, every=every), lambda row: row.user_id, "page"
    shelf = shop.goods("Cup 00").category_id
    yield "goods", partial(goods_desk.place, category_id=shelf), lambda row: row.id, "page"


def keys(found: Any, key: Callable[[Any], Any]) -> list[int]:
    """Return the keys of the rows of a page."""
    return [key(row) for row in found.rows]


@contextmanager
def statements(shop: Shop) -> Iterator[list[str]]:
    """Collect the statements that read."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        sent.append(sql)

    event.listen(shop.db.engines[1], "before_cursor_execute", note)
    yield sent
    event.remove(shop.db.engines[1], "before_cursor_execute", note)


def test_a_page_beside_a_row_is_the_page_with_that_number(long_lists: Shop):
    shop = long_lists
    for name, page, key, number in lists(shop):
        first, second, third = (keys(shop.db.read(page, **{number: each}), key) for each in range(3))

        assert [len(set(each)) for each in (first, second)] == [8, 8], name
        assert third, name
        assert len({*first, *second, *third}) == 16 + len(third), name
        assert keys(shop.db.read(page, **{number: 1}, at=first[-1]), key) == second, name
        assert keys(shop.db.read(page, **{number: 2}, at=second[-1]), key) == third, name
        assert keys(shop.db.read(page, **{number: 1}, at=-third[0]), key) == second, name
        assert keys(shop.db.read(page, **{number: 1}, at=-second[0]), key) == first, name

    newest, older = (shop.db.read(help_views.thread, PEOPLE[0], page=page) for page in (0, 1))
    before = shop.db.read(help_views.thread, PEOPLE[0], page=1, at=newest.lines[0].id)
    back = shop.db.read(help_views.thread, PEOPLE[0], page=0, at=-older.lines[-1].id)
    assert [line.id for line in before.lines] == [line.id for line in older.lines]
    assert [line.id for line in back.lines] == [line.id for line in newest.lines]


def test_a_page_knows_whether_there_is_more_also_where_its_neighbour_has_left_the_list(long_lists: Shop):
    queue = partial(order_desk.queue, status=OrderStatus.DELIVERED)
    first, second, third = (long_lists.db.read(queue, page=page) for page in range(3))
    long_lists.execute("UPDATE orders SET order_status = 'confirmed' WHERE id = :id", id=first.rows[-1].id)

    beside = long_lists.db.read(queue, page=1, at=first.rows[-1].id)
    last = long_lists.db.read(queue, page=2, at=second.rows[-1].id)
    back = long_lists.db.read(queue, page=1, at=-third.rows[0].id)

    long_lists.execute("UPDATE orders SET order_status = 'delivered' WHERE id = :id", id=first.rows[-1].id)
    assert beside == back == second
    assert beside.page.has_next
    assert last == third
    assert not last.page.has_next


def test_a_window_behind_many_rows_is_a_part_of_the_whole_list_and_reads_only_the_keys_before_it(long_lists: Shop):
    def ids(operation: Page, window: Window) -> list[int]:
        return long_lists.db.read(lambda session: [row.id for row in operation(session, window=window)])

    trail = event_lists.Wanted(since=now() - timedelta(days=1))
    operations: list[Page] = [
        partial(order_lists.listed, wanted=order_lists.Wanted(), sort=sort) for sort in order_lists.Sort
    ]
    operations.append(partial(event_lists.listed, wanted=trail))
    for operation in operations:
        with statements(long_lists) as sent:
            assert ids(operation, Window(7, 14)) == ids(operation, Window())[14:21]
        assert ["chosen_id" in each for each in sent] == [True, False]

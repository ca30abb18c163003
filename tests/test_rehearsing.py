"""Running an operation for its answer alone."""

from datetime import timedelta

import pytest

from bot.errors import Conflict, InsufficientStock
from bot.models import OrderStatus
from bot.services import orders
from tests import edits
from tests.shop import STAFF, Shop, now


@pytest.fixture
def code(shop: Shop) -> str:
    shop.has_goods("Green tea", stock=5, price="30.00")
    return shop.has_order(shop.has_customer(), {"Green tea": 2})


def test_a_rehearsal_says_what_would_become_of_it_and_leaves_nothing(shop: Shop, code: str):
    heard: list[object] = []
    shop.db.listeners.append(heard.append)
    before = shop.rows()

    order = shop.db.rehearse(orders.confirm, code, delivery_time=now() + timedelta(days=1), actor=STAFF, now=now())

    assert order.order_status is OrderStatus.CONFIRMED
    assert shop.rows() == before
    assert heard == []


def test_a_rehearsal_shows_also_what_was_only_written_with_sql(shop: Shop, code: str):
    order = shop.db.rehearse(edits.add_item, code, "Green tea", 3, actor=STAFF, now=now())

    assert order.total_price == 150
    assert shop.goods("Green tea").reserved_quantity == 2


def test_a_rehearsal_is_refused_as_the_operation_would_be(shop: Shop, code: str):
    with shop.refuses(InsufficientStock):
        shop.db.rehearse(edits.add_item, code, "Green tea", 4, actor=STAFF, now=now())


def test_a_rehearsal_holds_no_lock_afterwards(shop: Shop, code: str):
    shop.db.rehearse(orders.cancel, code, actor=STAFF, now=now())

    assert shop.staff(orders.cancel, code).order_status is OrderStatus.CANCELLED


def test_a_rehearsal_that_meets_a_conflict_runs_again(shop: Shop):
    tries: list[int] = []

    def operation(session: object) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise Conflict
        return "done"

    assert shop.db.rehearse(operation) == "done"
    assert len(tries) == 2

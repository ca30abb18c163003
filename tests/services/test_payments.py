from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import NotFound
from bot.models import OrderStatus, Payment, PaymentMethod
from bot.services.queries import payments
from bot.services.queries.paging import Window
from bot.services.queries.payments import Wanted
from tests.shop import Shop

A_MOMENT = timedelta(microseconds=1)


def listed(shop: Shop, **wanted: Any) -> int:
    """Return how many payments are wanted, as the list and as the sums say."""
    with shop.db.stream(payments.listed, Wanted(**wanted), Window()) as rows:
        found = len(list(rows))
    assert sum(each.count for each in shop.db.read(payments.sums, Wanted(**wanted))) == found
    return found


def test_payments_are_chosen_by_time_method_and_order(shop: Shop):
    shop.has_goods("Green tea", price="30.00")
    shop.has_goods("Black tea", price="22.50")
    buyer = shop.has_customer()
    first = shop.order(shop.has_order(buyer, {"Green tea": 1}, status=OrderStatus.DELIVERED)).id
    second = shop.order(shop.has_order(buyer, {"Black tea": 1}, status=OrderStatus.DELIVERED)).id
    shop.execute("UPDATE orders SET currency = 'EUR' WHERE id = :id", id=second)
    earlier, later = shop.db.read(
        lambda session: list(session.scalars(select(Payment.created_at).order_by(Payment.id)))
    )

    with shop.db.stream(payments.listed, Wanted(), Window()) as rows:
        assert [(row.order_code, row.amount, row.currency) for row in rows] == [
            (shop.orders()[1].order_code, Decimal("22.50"), "EUR"),
            (shop.orders()[0].order_code, Decimal("30.00"), "USD"),
        ]
    assert shop.db.read(payments.sums, Wanted()) == [
        payments.Sum("EUR", Decimal("22.50"), 1),
        payments.Sum("USD", Decimal("30.00"), 1),
    ]
    assert (listed(shop, since=earlier), listed(shop, since=earlier + A_MOMENT), listed(shop, since=later)) == (2, 1, 1)
    assert (listed(shop, until=earlier), listed(shop, until=later), listed(shop, until=later + A_MOMENT)) == (0, 1, 2)
    assert (listed(shop, method=PaymentMethod.CASH), listed(shop, method=PaymentMethod.BITCOIN)) == (2, 0)
    assert (listed(shop, order_id=first), listed(shop, order_id=second), listed(shop, order_id=0)) == (1, 1, 0)


def test_an_order_is_named_by_its_code_in_any_case(shop: Shop):
    shop.has_goods("Green tea")
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})

    assert shop.db.read(payments.order_named, f" {code.lower()} ") == shop.order(code).id
    for unknown in ("ZZZZZZ", "заказ", ""):
        with pytest.raises(NotFound):
            shop.db.read(payments.order_named, unknown)

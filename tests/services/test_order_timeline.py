from decimal import Decimal

import pytest

from bot.errors import NotFound
from bot.models import Order, OrderStatus
from bot.services import orders
from bot.services.queries import order_timeline
from tests.shop import Shop


@pytest.mark.parametrize(
    ("status", "total", "bonus", "received", "state"),
    [
        ("reserved", 60, 0, 0, "unpaid"),
        ("reserved", 60, 0, 20, "partly paid"),
        ("reserved", 60, 0, 60, "paid"),
        ("confirmed", 60, 10, 50, "paid"),
        ("confirmed", 60, 10, 60, "overpaid"),
        ("confirmed", 60, 60, 0, "nothing to pay"),
        ("delivered", 60, 0, 60, "paid"),
        ("cancelled", 60, 0, 0, "nothing to pay"),
        ("cancelled", 60, 0, 60, "to be returned"),
        ("expired", 60, 0, 0, "nothing to pay"),
        ("expired", 60, 0, 20, "to be returned"),
    ],
)
def test_the_money_received_is_compared_with_what_is_due(status, total: int, bonus: int, received: int, state: str):
    order = Order(order_status=OrderStatus(status), total_price=Decimal(total), bonus_applied=Decimal(bonus))

    assert order_timeline.payment_state(order, Decimal(received)) == state


def test_a_story_is_one_orders_own(shop: Shop):
    shop.has_goods("Green tea", stock=9, price="30.00")
    anna = shop.has_customer()
    first, second = (shop.has_order(anna, {"Green tea": 1}) for _ in range(2))
    shop.staff(orders.cancel, second)

    story = shop.db.read(order_timeline.story, first)

    assert [(event.kind, event.subject) for event in story.events] == [("order.reserved", f"order:{first}")]
    assert [message.kind for message in story.messages] == ["order-new"]
    with pytest.raises(NotFound):
        shop.db.read(order_timeline.story, "NOSUCH")


def test_a_story_takes_few_statements_however_much_has_happened(shop: Shop, statements):
    shop.has_goods("Green tea", stock=9, price="30.00")
    code = shop.has_order(shop.has_customer(), {"Green tea": 1}, status=OrderStatus.DELIVERED)

    with statements() as seen:
        shop.db.read(order_timeline.story, code.lower())

    assert len(seen) == 8

"""Orders whose codes and times are known, so that whole outputs can be compared."""

from datetime import datetime

from bot.models import OrderStatus
from tests.shop import Shop


def has_buyer(shop: Shop) -> int:
    """Put two kinds of tea on the shelf and let Anna in."""
    shop.has_goods("Green tea", stock=10, price="30.00")
    shop.has_goods("Oolong", stock=5, price="20.00")
    return shop.has_customer(101, "Anna")


def has_known_orders(shop: Shop, buyer: int) -> list[str]:
    """Make three orders, AAAAAA the oldest: reserved, confirmed (with a delivery time that is over), cancelled."""
    shop.has_customer(102, "Boris")
    made = [
        shop.has_order(buyer, {"Green tea": 2}),
        shop.has_order(102, {"Oolong": 1}, status=OrderStatus.CONFIRMED),
        shop.has_order(buyer, {"Green tea": 1}, status=OrderStatus.CANCELLED),
    ]
    codes = ["AAAAAA", "BBBBBB", "CCCCCC"]
    for day, (code, new) in enumerate(zip(made, codes, strict=True), 1):
        shop.execute(
            "UPDATE orders SET order_code = :new, created_at = :at, delivery_time = :delivery WHERE order_code = :code",
            new=new,
            code=code,
            at=datetime(2026, 3, day, 9, 30),  # noqa: DTZ001 - the column is in UTC
            delivery=datetime(2026, 3, 9, 16, 0) if new == "BBBBBB" else None,  # noqa: DTZ001
        )
    return codes

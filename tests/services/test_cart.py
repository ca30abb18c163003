from decimal import Decimal

import pytest

from bot.errors import BadValue, CartFull, InsufficientStock, NotFound, ShortItem
from bot.models import CartItem
from bot.models.cart import MAX_LINES
from bot.services import arrivals, cart, catalog, stock
from tests.shop import Shop, now


@pytest.fixture
def anna(shop: Shop) -> int:
    return shop.has_customer(101)


def contents(shop: Shop, user_id: int) -> dict[str, int]:
    return {line.name: line.quantity for line in shop.db.read(cart.of, user_id).lines}


def test_a_new_cart_is_empty(shop: Shop, anna: int):
    filled = shop.db.read(cart.of, anna)

    assert list(filled.lines) == []
    assert filled.total == Decimal(0)
    assert filled.quantities == {}


def test_adding_counts_up_and_totals_exactly(shop: Shop, anna: int):
    green, black = shop.has_goods("Green tea", price="30.10"), shop.has_goods("Black tea", price="0.05")

    assert shop.db.call(cart.add, anna, green, 1, now=now()) == 1
    assert shop.db.call(cart.add, anna, black, 3, now=now()) == 3
    assert shop.db.call(cart.add, anna, green, 2, now=now()) == 3

    filled = shop.db.read(cart.of, anna)
    assert [(line.name, line.quantity, line.amount) for line in filled.lines] == [
        ("Green tea", 3, Decimal("90.30")),
        ("Black tea", 3, Decimal("0.15")),
    ]
    assert filled.total == Decimal("90.45")
    assert filled.quantities == {green: 3, black: 3}
    assert [(event.kind, event.facts) for event in shop.events("cart.added")][-1] == (
        "cart.added",
        {"goods": green, "quantity": 2},
    )


def test_a_cart_reserves_nothing(shop: Shop, anna: int):
    green = shop.has_goods(stock=5)

    shop.db.call(cart.add, anna, green, 5, now=now())

    assert shop.goods("Green tea").reserved_quantity == 0


def test_carts_are_kept_apart(shop: Shop, anna: int):
    green = shop.has_goods()
    boris = shop.has_customer(102, "Boris")
    shop.db.call(cart.add, anna, green, 1, now=now())
    shop.db.call(cart.add, boris, green, 2, now=now())

    shop.db.call(cart.clear, anna, now=now())

    assert (contents(shop, anna), contents(shop, boris)) == ({}, {"Green tea": 2})


def test_minus_takes_one_and_the_last_takes_the_line(shop: Shop, anna: int):
    green = shop.has_goods()
    shop.db.call(cart.add, anna, green, 2, now=now())

    shop.db.call(cart.take_out, anna, green, now=now())
    assert contents(shop, anna) == {"Green tea": 1}
    shop.db.call(cart.take_out, anna, green, now=now())
    assert contents(shop, anna) == {}


def test_removing_takes_the_whole_line(shop: Shop, anna: int):
    green, black = shop.has_goods("Green tea"), shop.has_goods("Black tea")
    shop.db.call(cart.add, anna, green, 3, now=now())
    shop.db.call(cart.add, anna, black, 1, now=now())

    shop.db.call(cart.remove, anna, green, now=now())

    assert contents(shop, anna) == {"Black tea": 1}
    assert shop.events("cart.removed")[0].facts == {"goods": green, "quantity": 3}


def test_clearing_an_empty_cart_is_no_mistake(shop: Shop, anna: int):
    shop.db.call(cart.clear, anna, now=now())

    assert contents(shop, anna) == {}


@pytest.mark.parametrize("operation", [cart.take_out, cart.remove])
def test_what_is_not_in_the_cart_cannot_be_taken_out(shop: Shop, anna: int, operation):
    green = shop.has_goods()
    shop.db.call(cart.add, shop.has_customer(102), green, 1, now=now())

    with shop.refuses(NotFound):
        shop.db.call(operation, anna, green, now=now())


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_001, 2**63])
def test_only_positive_quantities_are_added(shop: Shop, anna: int, quantity: int):
    green = shop.has_goods()

    with shop.refuses(BadValue, match="use a whole number above 0"):
        shop.db.call(cart.add, anna, green, quantity, now=now())


def test_more_than_is_available_is_refused_naming_what_the_cart_would_hold(shop: Shop, anna: int):
    green = shop.has_goods(stock=5)
    shop.has_order(shop.has_customer(102), {"Green tea": 2})
    shop.db.call(cart.add, anna, green, 2, now=now())

    with shop.refuses(InsufficientStock) as refused:
        shop.db.call(cart.add, anna, green, 2, now=now())

    assert refused.value.items == (ShortItem("Green tea", wanted=4, available=3),)
    assert str(refused.value) == "Not enough in stock: 3 of 'Green tea' available, 4 wanted."


@pytest.mark.parametrize("goods_id", [-1, 0, 2**63])
def test_goods_that_do_not_exist_are_refused(shop: Shop, anna: int, goods_id: int):
    with shop.refuses(NotFound):
        shop.db.call(cart.add, anna, goods_id, 1, now=now())


def test_archived_goods_cannot_be_added_and_count_as_unavailable(shop: Shop, anna: int):
    green = shop.has_goods()
    shop.db.call(cart.add, anna, green, 1, now=now())
    shop.staff(catalog.archive_goods, "Green tea")

    with shop.refuses(NotFound):
        shop.db.call(cart.add, anna, green, 1, now=now())
    line = shop.db.read(cart.of, anna).lines[0]
    assert (line.available, line.is_short, line.is_sold, line.amount) == (0, True, False, Decimal(0))
    shop.db.call(cart.remove, anna, green, now=now())


def test_a_cart_is_checked_against_the_stock_whenever_it_is_shown(shop: Shop, anna: int):
    green = shop.has_goods(stock=5)
    shop.db.call(cart.add, anna, green, 4, now=now())
    shop.staff(stock.set_to, "Green tea", 3)

    assert shop.db.read(cart.of, anna).short == (ShortItem("Green tea", wanted=4, available=3),)


def test_a_changed_price_shows_until_it_is_accepted(shop: Shop, anna: int):
    green = shop.has_goods(price="30.00")
    shop.db.call(cart.add, anna, green, 2, now=now())
    shop.staff(catalog.edit_goods, "Green tea", price="31.50")

    line = shop.db.read(cart.of, anna).lines[0]
    assert (line.price, line.seen_price, line.price_changed) == (Decimal("31.50"), Decimal("30.00"), True)
    assert shop.db.read(cart.of, anna).total == Decimal("63.00")

    shop.db.call(cart.accept_prices, anna)
    assert not shop.db.read(cart.of, anna).lines[0].price_changed


def test_a_cart_holds_fifty_different_goods(shop: Shop, anna: int):
    goods = [shop.has_goods(f"Tea {number}") for number in range(MAX_LINES + 1)]
    for goods_id in goods[:MAX_LINES]:
        shop.db.call(cart.add, anna, goods_id, 1, now=now())

    with shop.refuses(CartFull) as refused:
        shop.db.call(cart.add, anna, goods[MAX_LINES], 1, now=now())
    shop.db.call(cart.add, anna, goods[0], 1, now=now())

    assert refused.value.limit == 50
    assert shop.count(CartItem) == 50


def test_the_identity_knows_how_many_pieces_are_in_the_cart(shop: Shop, anna: int):
    shop.db.call(cart.add, anna, shop.has_goods("Green tea"), 3, now=now())
    shop.db.call(cart.add, anna, shop.has_goods("Black tea"), 1, now=now())

    identity = shop.db.read(arrivals.identify, anna)

    assert identity is not None
    assert identity.cart_count == shop.db.read(cart.of, anna).count == 4


def test_putting_into_the_cart_costs_four_statements_whatever_is_in_it(shop: Shop, anna: int, statements):
    costs = []
    for number in range(5):
        goods_id = shop.has_goods(f"Tea {number}")
        for _ in range(2):
            with statements() as seen:
                shop.db.call(cart.add, anna, goods_id, 1, now=now())
            costs.append(len(seen))

    assert costs == [4] * 10

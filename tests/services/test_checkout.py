from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from cryptography.exceptions import InvalidTag

from bot.errors import (
    AmountTooLarge,
    AmountTooSmall,
    BadValue,
    Banned,
    CheckoutOutdated,
    DetailsMissing,
    EmptyCart,
    InsufficientStock,
    NoBitcoinAddress,
    ShortItem,
    TooManyOpenOrders,
    TooManyOrders,
    TooManyPieces,
    TooManyUnpaid,
)
from bot.models import CartItem, CheckoutDraft, Order, OrderStatus, PaymentMethod
from bot.services import bonus, cart, catalog, checkout, details, orders, people, placing, stock
from bot.services.details import Details
from bot.services.queries import order_views
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, OWNER_ID, PHONE, Shop, amounts, now

CASH, BITCOIN = PaymentMethod.CASH, PaymentMethod.BITCOIN


@pytest.fixture
def anna(shop: Shop) -> int:
    shop.has_goods("Green tea", stock=5, price="30.00")
    shop.has_goods("Black tea", stock=5, price="0.05")
    return shop.has_customer(101)


def puts(shop: Shop, user_id: int, name: str, quantity: int) -> None:
    shop.db.call(cart.add, user_id, shop.goods(name).id, quantity, now=now())


def confirms(shop: Shop, user_id: int, token: str) -> checkout.Placed:
    return shop.db.call(checkout.confirm, user_id, token, now=now())


def has_bonus(shop: Shop, user_id: int, amount: str) -> None:
    """Give somebody a bonus the honest way: a friend's order of ten times as much is delivered."""
    shop.has_setting("reference_bonus_percent", "10")
    goods = f"Gift of {amount}"
    shop.has_goods(goods, price=str(Decimal(amount) * 10), category="Gifts")
    friend = shop.has_customer(9000 + shop.count(Order), "Friend", referrer_id=user_id)
    shop.has_order(friend, {goods: 1}, status=OrderStatus.DELIVERED)


# -- the dialogue -------------------------------------------------------------------------------------------------


def test_a_first_checkout_asks_for_everything(shop: Shop, anna: int):
    puts(shop, anna, "Green tea", 2)

    progress = shop.db.call(checkout.begin, anna, now=now())

    assert (progress.details, progress.saved) == (Details(), Details())
    assert (progress.total, progress.balance, progress.bonus, progress.due) == amounts("60", "0", "0", "60")
    assert (progress.payment_method, progress.bitcoin_is_possible) == (None, False)
    [event] = shop.events("checkout.begun")
    assert (event.actor, event.subject, event.facts) == ("user:101", "user:101", {"total": "60.00"})


def test_what_the_customer_says_is_collected(shop: Shop, anna: int):
    shop.has_addresses(1)
    puts(shop, anna, "Green tea", 2)
    shop.db.call(checkout.begin, anna, now=now())
    shop.db.call(checkout.set_address, anna, "  Main St; apt 5 & co ", now=now())
    shop.db.call(checkout.set_phone, anna, "+49 151 12345678", now=now())
    shop.db.call(checkout.set_note, anna, "Ring <twice>", now=now())

    progress = shop.db.read(checkout.progress, anna)

    assert progress.details == Details("Main St; apt 5 & co", PHONE, "Ring <twice>")
    assert progress.bitcoin_is_possible


def test_a_note_can_be_skipped_or_taken_back(shop: Shop, anna: int):
    puts(shop, anna, "Green tea", 2)
    shop.db.call(checkout.begin, anna, now=now())
    shop.db.call(checkout.set_note, anna, "Ring twice", now=now())

    assert shop.db.call(checkout.set_note, anna, None, now=now()).details.note is None


def test_the_details_of_the_last_order_are_taken_over_in_one_tap(shop: Shop, anna: int):
    shop.has_order(anna, {"Green tea": 1})
    puts(shop, anna, "Green tea", 1)

    progress = shop.db.call(checkout.begin, anna, now=now())
    assert (progress.saved, progress.details) == (Details(ADDRESS, PHONE), Details())

    assert shop.db.call(checkout.use_saved, anna, now=now()).details == Details(ADDRESS, PHONE)
    token = shop.db.call(checkout.choose_payment, anna, CASH, now=now()).token
    assert confirms(shop, anna, token).is_new


def test_nothing_saved_cannot_be_taken_over(shop: Shop, anna: int):
    puts(shop, anna, "Green tea", 1)
    shop.db.call(checkout.begin, anna, now=now())

    with shop.refuses(DetailsMissing):
        shop.db.call(checkout.use_saved, anna, now=now())


@pytest.mark.parametrize("lost", ["delivery_address", "phone_number"])
def test_half_of_the_details_cannot_be_taken_over(shop: Shop, anna: int, lost: str):
    shop.has_order(anna, {"Green tea": 1})
    puts(shop, anna, "Green tea", 1)
    shop.db.call(checkout.begin, anna, now=now())
    shop.execute(f"UPDATE customer_info SET {lost} = NULL")

    with shop.refuses(DetailsMissing):
        shop.db.call(checkout.use_saved, anna, now=now())


@pytest.mark.parametrize(
    ("say", "text"), [(checkout.set_address, ADDRESS), (checkout.set_phone, PHONE), (checkout.set_note, "Ring")]
)
def test_half_of_what_was_typed_is_not_offered_again(shop: Shop, anna: int, say, text: str):
    puts(shop, anna, "Green tea", 1)
    shop.db.call(checkout.begin, anna, now=now())
    shop.db.call(say, anna, text, now=now())

    assert shop.db.call(checkout.begin, anna, now=now()).saved == Details()


def test_beginning_again_forgets_what_was_said(shop: Shop, anna: int):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})

    progress = shop.db.call(checkout.begin, anna, now=now())

    assert (progress.details, progress.payment_method) == (Details(), None)
    with shop.refuses(CheckoutOutdated):
        confirms(shop, anna, token)


def test_what_was_typed_in_a_checkout_that_came_to_nothing_is_offered_in_the_next(shop: Shop, anna: int):
    shop.has_reviewed_checkout(anna, {"Green tea": 1})

    progress = shop.db.call(checkout.begin, anna, now=now())

    assert (progress.saved.address, progress.saved.phone) == (ADDRESS, PHONE)


def test_details_of_an_order_are_not_replaced_by_a_checkout_that_came_to_nothing(shop: Shop, anna: int):
    shop.has_order(anna, {"Green tea": 1})
    puts(shop, anna, "Green tea", 1)
    shop.db.call(checkout.begin, anna, now=now())
    shop.db.call(checkout.set_address, anna, "Somewhere else 5", now=now())
    shop.db.call(checkout.set_phone, anna, "+4915187654321", now=now())

    progress = shop.db.call(checkout.begin, anna, now=now())

    assert (progress.saved.address, progress.saved.phone) == (ADDRESS, PHONE)


@pytest.mark.parametrize(
    "step",
    [
        lambda shop, user: shop.db.read(checkout.progress, user),
        lambda shop, user: shop.db.call(checkout.set_address, user, ADDRESS, now=now()),
        lambda shop, user: shop.db.call(checkout.set_phone, user, PHONE, now=now()),
        lambda shop, user: shop.db.call(checkout.set_note, user, "Ring", now=now()),
        lambda shop, user: shop.db.call(checkout.apply_bonus, user, now=now()),
        lambda shop, user: shop.db.call(checkout.keep_bonus, user, now=now()),
        lambda shop, user: shop.db.call(checkout.choose_payment, user, CASH, now=now()),
        lambda shop, user: shop.db.call(checkout.confirm, user, "x" * 22, now=now()),
    ],
)
def test_an_old_button_of_a_checkout_that_is_over_is_outdated(shop: Shop, anna: int, step: Callable[[Shop, int], None]):
    puts(shop, anna, "Green tea", 1)

    with shop.refuses(CheckoutOutdated):
        step(shop, anna)


def test_there_is_nothing_to_review_after_a_checkout_is_over(shop: Shop, anna: int):
    shop.has_order(anna, {"Green tea": 1})

    with shop.refuses(DetailsMissing):
        shop.db.call(checkout.review, anna, now=now())


@pytest.mark.parametrize("address", ["", "abc", "\u200b" * 9, "x" * 501])
def test_an_address_without_bounds_is_refused(shop: Shop, anna: int, address: str):
    puts(shop, anna, "Green tea", 1)
    shop.db.call(checkout.begin, anna, now=now())

    with shop.refuses(BadValue):
        shop.db.call(checkout.set_address, anna, address, now=now())


def test_a_bad_phone_number_or_note_is_refused(shop: Shop, anna: int):
    puts(shop, anna, "Green tea", 1)
    shop.db.call(checkout.begin, anna, now=now())

    with shop.refuses(BadValue):
        shop.db.call(checkout.set_phone, anna, "0151 12345678", now=now())
    with shop.refuses(BadValue):
        shop.db.call(checkout.set_note, anna, "x" * 501, now=now())
    shop.has_setting("phone_region", "DE")
    assert shop.db.call(checkout.set_phone, anna, "0151 12345678", now=now()).details.phone == PHONE


def test_a_review_needs_address_phone_and_payment(shop: Shop, anna: int):
    puts(shop, anna, "Green tea", 1)
    shop.db.call(checkout.begin, anna, now=now())
    shop.db.call(checkout.set_address, anna, ADDRESS, now=now())

    with shop.refuses(DetailsMissing):
        shop.db.call(checkout.choose_payment, anna, CASH, now=now())
    shop.db.call(checkout.set_phone, anna, PHONE, now=now())
    with shop.refuses(DetailsMissing):
        shop.db.call(checkout.review, anna, now=now())


# -- what a cart must be ------------------------------------------------------------------------------------------


def test_an_empty_cart_cannot_be_checked_out(shop: Shop, anna: int):
    with shop.refuses(EmptyCart):
        shop.db.call(checkout.begin, anna, now=now())


def test_a_cart_larger_than_the_stock_is_refused_naming_every_short_item(shop: Shop, anna: int):
    puts(shop, anna, "Green tea", 5)
    puts(shop, anna, "Black tea", 5)
    shop.staff(stock.set_to, "Green tea", 4)
    shop.staff(catalog.archive_goods, "Black tea")

    with shop.refuses(InsufficientStock) as refused:
        shop.db.call(checkout.begin, anna, now=now())

    assert refused.value.items == (ShortItem("Green tea", 5, 4), ShortItem("Black tea", 5, 0, is_sold=False))


@pytest.mark.parametrize(
    ("price", "fits"), [("19.99", False), ("20.00", True), ("10000.00", True), ("10000.01", False)]
)
def test_min_and_max_amount_bound_an_order(shop: Shop, price: str, fits: bool):
    shop.has_goods(price=price)
    anna = shop.has_customer()
    puts(shop, anna, "Green tea", 1)

    if fits:
        assert shop.db.call(checkout.begin, anna, now=now()).total == Decimal(price)
    else:
        with shop.refuses(AmountTooSmall if Decimal(price) < 20 else AmountTooLarge):
            shop.db.call(checkout.begin, anna, now=now())


# -- the order ----------------------------------------------------------------------------------------------------


def test_confirming_makes_the_order_that_was_shown(shop: Shop, anna: int):
    time = now()
    token = shop.has_reviewed_checkout(anna, {"Green tea": 2, "Black tea": 3})

    placed = shop.db.call(checkout.confirm, anna, token, now=time)

    order = shop.order(placed.order.order_code)
    assert placed.is_new
    assert len(order.order_code) == 6
    assert set(order.order_code) <= set(placing.CODE_ALPHABET)
    assert (order.buyer_id, order.order_status, order.payment_method) == (anna, OrderStatus.RESERVED, CASH)
    assert (order.total_price, order.bonus_applied, order.due) == amounts("60.15", "0", "60.15")
    assert (order.created_at, order.reserved_until) == (time, time + timedelta(hours=24))
    assert (order.currency, order.bitcoin_address, order.delivery_time) == ("USD", None, None)
    assert (order.discount_amount, order.fee_amount) == amounts("0", "0")

    whole = shop.db.read(order_views.whole, order.order_code)
    assert [(item.item_name, item.price, item.quantity) for item in whole.items] == [
        ("Green tea", Decimal("30.00"), 2),
        ("Black tea", Decimal("0.05"), 3),
    ]
    assert [(step.from_status, step.to_status, step.actor) for step in whole.steps] == [
        (None, "pending", "user:101"),
        ("pending", "reserved", "user:101"),
    ]
    assert whole.details == Details(ADDRESS, PHONE)


def test_confirming_reserves_empties_the_cart_and_tells_the_staff(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2, "Black tea": 3})

    assert (shop.goods("Green tea").stock_quantity, shop.goods("Green tea").reserved_quantity) == (5, 2)
    assert (shop.goods("Black tea").stock_quantity, shop.goods("Black tea").reserved_quantity) == (5, 3)
    assert (shop.count(CartItem), shop.count(CheckoutDraft)) == (0, 0)
    assert [(each.recipient, each.kind, each.facts) for each in shop.messages()] == [
        (OWNER_ID, "order-new", {"order_code": code})
    ]
    assert shop.events("order.reserved")[0].facts == {"total": "60.15", "bonus": "0.00", "method": "cash", "lines": 2}


def test_details_are_sealed_wherever_they_rest(shop: Shop, anna: int):
    shop.has_order(anna, {"Green tea": 2})
    shop.has_reviewed_checkout(anna, {"Green tea": 1})

    everything = str(shop.rows())
    assert "Harbour" not in everything
    assert PHONE.removeprefix("+") not in everything


def test_the_details_of_one_order_do_not_open_in_another(shop: Shop, anna: int):
    first, second = shop.has_order(anna, {"Green tea": 1}), shop.has_order(anna, {"Green tea": 1})
    shop.execute(
        "UPDATE orders SET delivery_address = (SELECT delivery_address FROM orders WHERE order_code = :first) "
        "WHERE order_code = :second",
        first=first,
        second=second,
    )

    with pytest.raises(InvalidTag):
        shop.db.read(order_views.whole, second)
    assert shop.db.read(lambda session: details.reveal(session, shop.order(first))).address == ADDRESS


def test_however_often_the_token_is_pressed_there_is_one_order(shop: Shop, anna: int):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 2})

    first = confirms(shop, anna, token)
    before = shop.rows()
    second = confirms(shop, anna, token)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.order.order_code == second.order.order_code
    assert shop.rows() == before


def test_the_token_still_names_its_order_when_that_is_long_over(shop: Shop, anna: int):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 2})
    code = confirms(shop, anna, token).order.order_code
    shop.staff(orders.cancel, code)
    puts(shop, anna, "Black tea", 5)

    placed = confirms(shop, anna, token)

    assert (placed.is_new, placed.order.order_code) == (False, code)
    assert shop.count(CartItem) == 1


def test_somebody_elses_token_is_worth_nothing(shop: Shop, anna: int):
    boris = shop.has_customer(102)
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})
    shop.has_reviewed_checkout(boris, {"Green tea": 1})

    with shop.refuses(CheckoutOutdated):
        confirms(shop, boris, token)
    confirms(shop, anna, token)
    with shop.refuses(CheckoutOutdated):
        confirms(shop, boris, token)


@pytest.mark.parametrize("token", ["", "x" * 22, "токен", "\ud800", "x" * 10_000, "\x00"])
def test_a_token_that_nobody_made_is_outdated(shop: Shop, anna: int, token: str):
    shop.has_reviewed_checkout(anna, {"Green tea": 1})

    with shop.refuses(CheckoutOutdated):
        confirms(shop, anna, token)


# -- an outdated review -------------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[Shop, int], object]] = {
    "the price": lambda shop, _: shop.staff(catalog.edit_goods, "Green tea", price="29.00"),
    "the name": lambda shop, _: shop.staff(catalog.edit_goods, "Green tea", new_name="Old tea"),
    "more in the cart": lambda shop, user: puts(shop, user, "Green tea", 1),
    "other goods in the cart": lambda shop, user: puts(shop, user, "Black tea", 1),
    "less in the cart": lambda shop, user: shop.db.call(cart.take_out, user, shop.goods("Green tea").id, now=now()),
    "an empty cart": lambda shop, user: shop.db.call(cart.clear, user, now=now()),
    "the address": lambda shop, user: shop.db.call(checkout.set_address, user, "Somewhere else", now=now()),
    "the phone": lambda shop, user: shop.db.call(checkout.set_phone, user, "+12025550123", now=now()),
    "the note": lambda shop, user: shop.db.call(checkout.set_note, user, "Ring", now=now()),
    "the saved details": lambda shop, user: shop.db.call(checkout.use_saved, user, now=now()),
    "the bonus": lambda shop, user: shop.db.call(checkout.keep_bonus, user, now=now()),
    "a newer review": lambda shop, user: shop.db.call(checkout.review, user, now=now()),
    "another payment": lambda shop, user: shop.db.call(checkout.choose_payment, user, BITCOIN, now=now()),
    "another checkout": lambda shop, user: shop.db.call(checkout.begin, user, now=now()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_review_is_outdated_when_what_it_showed_has_changed(shop: Shop, anna: int, change: str):
    shop.has_addresses(2)
    has_bonus(shop, anna, "7.00")
    shop.has_order(anna, {"Green tea": 1})
    token = shop.has_reviewed_checkout(anna, {"Green tea": 2}, bonus=True)
    CHANGES[change](shop, anna)

    with shop.refuses(CheckoutOutdated):
        confirms(shop, anna, token)


def test_a_fresh_review_of_the_changed_order_can_be_confirmed(shop: Shop, anna: int):
    shop.has_reviewed_checkout(anna, {"Green tea": 2})
    shop.staff(catalog.edit_goods, "Green tea", price="31.00")

    review = shop.db.call(checkout.review, anna, now=now())

    assert review.total == 62
    assert review.cart.lines[0].price_changed
    assert confirms(shop, anna, review.token).order.total_price == 62


def test_a_price_that_the_review_has_shown_is_known(shop: Shop, anna: int):
    puts(shop, anna, "Green tea", 2)
    shop.staff(catalog.edit_goods, "Green tea", price="31.00")
    assert shop.db.read(cart.of, anna).lines[0].price_changed
    shop.has_reviewed_checkout(anna, {})

    assert not shop.db.read(cart.of, anna).lines[0].price_changed


def test_a_price_that_changed_and_changed_back_is_as_shown(shop: Shop, anna: int):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 2})
    shop.staff(catalog.edit_goods, "Green tea", price="31")
    shop.staff(catalog.edit_goods, "Green tea", price="30")

    assert confirms(shop, anna, token).is_new


def test_stock_that_went_since_the_review_is_named(shop: Shop, anna: int):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 4})
    shop.has_order(shop.has_customer(102), {"Green tea": 2})

    with shop.refuses(InsufficientStock) as refused:
        confirms(shop, anna, token)

    assert refused.value.items == (ShortItem("Green tea", 4, 3),)


@pytest.mark.parametrize("archive", [(catalog.archive_goods, "Green tea"), (catalog.archive_category, "Tea")])
def test_goods_that_were_archived_since_the_review_are_no_longer_sold(shop: Shop, anna: int, archive):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})
    shop.staff(*archive)

    with shop.refuses(InsufficientStock) as refused:
        confirms(shop, anna, token)

    assert refused.value.items == (ShortItem("Green tea", 1, 0, is_sold=False),)
    assert str(refused.value) == "Not enough in stock: 'Green tea' is no longer sold."


def test_bounds_and_currency_count_at_the_moment_of_confirming(shop: Shop, anna: int, monkeypatch):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})
    usual = shop.db._info["shop"]

    monkeypatch.setitem(shop.db._info, "shop", replace(usual, min_amount=Decimal(31)))
    with shop.refuses(AmountTooSmall):
        confirms(shop, anna, token)
    monkeypatch.setitem(shop.db._info, "shop", replace(usual, max_amount=Decimal(29)))
    with shop.refuses(AmountTooLarge):
        confirms(shop, anna, token)


def test_who_was_banned_since_the_review_orders_nothing(shop: Shop, anna: int):
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})
    shop.staff(people.ban, anna, reason=None, notify=False)

    with shop.refuses(Banned):
        confirms(shop, anna, token)


def test_a_customer_has_a_bounded_number_of_open_orders(shop: Shop, anna: int):
    shop.has_setting("max_open_orders", "2")
    first = shop.has_order(anna, {"Green tea": 1})
    shop.has_order(anna, {"Green tea": 1}, status=OrderStatus.CONFIRMED)
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})

    with shop.refuses(TooManyOpenOrders) as refused:
        confirms(shop, anna, token)
    shop.staff(orders.cancel, first)

    assert refused.value.limit == 2
    assert confirms(shop, anna, token).is_new


def test_a_customer_reserves_a_bounded_number_of_pieces(shop: Shop, anna: int):
    shop.has_setting("max_pieces_per_goods", "5")
    shop.has_goods("Cup", stock=20)
    first = shop.has_order(anna, {"Cup": 3})
    token = shop.has_reviewed_checkout(anna, {"Cup": 3})

    with shop.refuses(TooManyPieces) as refused:
        confirms(shop, anna, token)
    shop.staff(orders.cancel, first)

    assert (refused.value.name, refused.value.limit) == ("Cup", 5)
    assert confirms(shop, anna, token).is_new


def test_only_ones_own_pieces_of_the_same_goods_in_open_orders_count(shop: Shop, anna: int):
    shop.has_setting("max_pieces_per_goods", "5")
    boris = shop.has_customer(102, "Boris")
    shop.has_goods("Cup", stock=30)
    shop.has_goods("Pot", stock=30)
    shop.has_order(boris, {"Cup": 5, "Pot": 5})
    puts(shop, boris, "Cup", 6)
    shop.has_order(anna, {"Pot": 5})
    shop.has_order(anna, {"Cup": 5}, status=OrderStatus.EXPIRED)
    shop.has_order(anna, {"Cup": 5}, status=OrderStatus.DELIVERED)
    shop.has_order(anna, {"Cup": 3}, status=OrderStatus.CONFIRMED)

    assert confirms(shop, anna, shop.has_reviewed_checkout(anna, {"Cup": 2})).is_new
    token = shop.has_reviewed_checkout(anna, {"Cup": 1, "Pot": 1})
    with shop.refuses(TooManyPieces):
        confirms(shop, anna, token)


def test_only_ones_own_orders_count(shop: Shop, anna: int):
    for key in ("max_open_orders", "max_orders_per_day", "max_unpaid_bitcoin_orders"):
        shop.has_setting(key, "1")
    shop.has_addresses(2)
    boris = shop.has_customer(102, "Boris")
    shop.has_order(boris, {"Green tea": 1}, pay=BITCOIN, status=OrderStatus.EXPIRED)

    assert confirms(shop, anna, shop.has_reviewed_checkout(anna, {"Green tea": 1}, pay=BITCOIN)).is_new


def test_a_customer_places_a_bounded_number_of_orders_a_day_also_cancelled_ones(shop: Shop, anna: int):
    shop.has_setting("max_orders_per_day", "2")
    shop.has_order(anna, {"Green tea": 1}, status=OrderStatus.CANCELLED)
    old = shop.has_order(anna, {"Green tea": 1})
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1})

    with shop.refuses(TooManyOrders) as refused:
        confirms(shop, anna, token)
    shop.execute("UPDATE orders SET created_at = created_at - INTERVAL 25 HOUR WHERE order_code = :code", code=old)

    assert refused.value.limit == 2
    assert confirms(shop, anna, token).is_new


def test_nobody_uses_up_the_addresses_by_leaving_bitcoin_orders_unpaid(shop: Shop, anna: int):
    shop.has_addresses(8)
    shop.has_setting("max_unpaid_bitcoin_orders", "2")
    bitcoin = PaymentMethod.BITCOIN
    shop.has_order(anna, {"Green tea": 1}, pay=bitcoin, status=OrderStatus.DELIVERED)
    shop.has_order(anna, {"Green tea": 1}, pay=bitcoin)
    shop.has_order(anna, {"Green tea": 1}, pay=bitcoin, status=OrderStatus.CANCELLED)
    shop.has_order(anna, {"Green tea": 1}, pay=bitcoin, status=OrderStatus.EXPIRED)
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1}, pay=bitcoin)

    with shop.refuses(TooManyUnpaid) as refused:
        confirms(shop, anna, token)

    assert refused.value.limit == 2
    assert confirms(shop, anna, shop.has_reviewed_checkout(anna, {}, pay=PaymentMethod.CASH)).is_new


# -- bonus --------------------------------------------------------------------------------------------------------


def test_a_bonus_is_spent_on_the_order(shop: Shop, anna: int):
    has_bonus(shop, anna, "7.50")

    code = shop.has_order(anna, {"Green tea": 2}, bonus=True)

    assert (shop.order(code).total_price, shop.order(code).bonus_applied) == amounts("60", "7.50")
    assert (shop.order(code).due, shop.balance(anna)) == amounts("52.50", "0")


def test_no_more_bonus_is_spent_than_the_order_costs(shop: Shop, anna: int):
    has_bonus(shop, anna, "75.00")
    puts(shop, anna, "Green tea", 2)
    progress = shop.db.call(checkout.begin, anna, now=now())
    assert (progress.balance, progress.usable_bonus, progress.bonus, progress.due) == amounts("75", "60", "0", "60")
    shop.db.call(cart.clear, anna, now=now())

    code = shop.has_order(anna, {"Green tea": 2}, bonus=True)

    assert (shop.order(code).due, shop.balance(anna)) == amounts("0", "15.00")


def test_a_bonus_can_be_kept(shop: Shop, anna: int):
    has_bonus(shop, anna, "7.50")
    shop.has_reviewed_checkout(anna, {"Green tea": 2}, bonus=True)
    assert shop.db.call(checkout.apply_bonus, anna, now=now()).bonus == Decimal("7.50")
    progress, review = shop.db.read(checkout.progress, anna), shop.db.call(checkout.review, anna, now=now())
    assert (progress.usable_bonus, progress.bonus, progress.due, review.due) == amounts("7.5", "7.5", "52.5", "52.5")

    assert shop.db.call(checkout.keep_bonus, anna, now=now()).bonus == 0
    review = shop.db.call(checkout.review, anna, now=now())
    confirms(shop, anna, review.token)

    assert (review.bonus, review.due, shop.balance(anna)) == amounts("0", "60", "7.50")


def test_a_bonus_that_is_gone_meanwhile_is_asked_about_once_more(shop: Shop, anna: int):
    has_bonus(shop, anna, "7.50")
    token = shop.has_reviewed_checkout(anna, {"Green tea": 2}, bonus=True)
    shop.staff(bonus.adjust, anna, Decimal("-7.50"), reason="The friend sent it back", notify=False)

    with shop.refuses(CheckoutOutdated):
        confirms(shop, anna, token)
    review = shop.db.call(checkout.review, anna, now=now())

    assert (review.bonus, review.due) == amounts("0", "60")
    assert confirms(shop, anna, review.token).order.bonus_applied == 0


# -- bitcoin ------------------------------------------------------------------------------------------------------


def test_a_bitcoin_order_claims_the_oldest_address_for_good(shop: Shop, anna: int):
    shop.has_addresses(2)
    shop.has_setting("bitcoin_order_timeout_hours", "6")
    time = now()
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1}, pay=BITCOIN)

    order = shop.db.call(checkout.confirm, anna, token, now=time).order

    address = shop.address(BITCOIN_ADDRESSES[0])
    assert order.bitcoin_address == BITCOIN_ADDRESSES[0]
    assert (address.is_used, address.used_by, address.used_at, address.order_id) == (True, anna, time, order.id)
    assert shop.order(order.order_code).reserved_until == time + timedelta(hours=6)

    shop.staff(orders.cancel, order.order_code)
    again = shop.has_order(anna, {"Green tea": 1}, pay=BITCOIN)
    assert shop.order(again).bitcoin_address == BITCOIN_ADDRESSES[1]


def test_without_a_free_address_bitcoin_is_refused_and_cash_is_not(shop: Shop, anna: int):
    shop.has_reviewed_checkout(anna, {"Green tea": 1})

    with shop.refuses(NoBitcoinAddress):
        shop.db.call(checkout.choose_payment, anna, BITCOIN, now=now())
    token = shop.db.call(checkout.choose_payment, anna, CASH, now=now()).token

    assert confirms(shop, anna, token).is_new


def test_a_pool_that_became_empty_reserves_nothing(shop: Shop, anna: int):
    shop.has_addresses(1)
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1}, pay=BITCOIN)
    shop.has_order(shop.has_customer(102), {"Green tea": 1}, pay=BITCOIN)

    with shop.refuses(NoBitcoinAddress):
        confirms(shop, anna, token)


# -- cost ---------------------------------------------------------------------------------------------------------


def test_a_checkout_costs_the_same_statements_for_one_line_and_for_fifty(shop: Shop, anna: int, statements):
    names = [f"Tea {number:02}" for number in range(50)]
    for name in names:
        shop.has_goods(name)
    costs = []
    for lines in ({names[0]: 1}, {names[0]: 1}, dict.fromkeys(names, 1)):
        token = shop.has_reviewed_checkout(anna, lines)
        with statements() as seen:
            confirms(shop, anna, token)
        costs.append(len(seen))

    # The first one saves where to deliver besides.
    assert costs == [16, 15, 15]


@pytest.mark.parametrize("pay", list(PaymentMethod))
@pytest.mark.parametrize("spends", [False, True])
def test_who_wants_the_same_goods_waits_for_four_statements_at_most(
    shop: Shop, anna: int, statements, pay: PaymentMethod, spends: bool
):
    shop.has_addresses(1)
    has_bonus(shop, anna, "7.00")
    token = shop.has_reviewed_checkout(anna, {"Green tea": 1}, pay=pay, bonus=spends)
    with statements() as seen:
        confirms(shop, anna, token)

    since = next(place for place, each in enumerate(seen) if each.startswith("UPDATE goods"))
    assert len(seen[since:]) <= 4, seen[since:]

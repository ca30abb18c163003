"""Ordering again in one tap: what is added, what only partly, what is gone, and what costs something else."""

import pytest

from bot.main import BotProcess
from bot.models import CartItem, OrderStatus
from bot.sandbox import Person
from bot.services import cart, catalog, orders, people, stock
from tests.shop import Shop, now
from tests.telegram.steps import checks_out, delivers, puts_in_cart, unchanged

FINISHED = [OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.EXPIRED]


@pytest.mark.parametrize("status", [*FINISHED, OrderStatus.RESERVED, OrderStatus.CONFIRMED])
async def test_what_an_order_held_is_in_the_cart_again(customer: Person, shop: Shop, status: OrderStatus):
    shop.has_goods("Green tea", stock=50)
    shop.has_goods("Black tea", stock=50, price="9.90")
    code = shop.has_order(101, {"Green tea": 2, "Black tea": 1}, status=status)
    await customer.sends("/orders")
    await customer.taps(code)
    await customer.taps("Order again")

    assert customer.last.text == (
        "🔁 In your cart again, at today's prices:\n✅ 2 × Green tea\n✅ 1 × Black tea\n\n"
        "Your cart · 3 items\n\n2 × Green tea · $30.00 = $60.00\n1 × Black tea · $9.90 = $9.90\n\nTotal: $69.90"
    )
    assert "✅ Proceed to Checkout" in customer.buttons


async def test_one_message_says_what_became_of_each_line(customer: Person, shop: Shop):
    names = ("Whole", "Partly", "Sold out", "Archived", "Hidden", "Dearer")
    for name in names:
        shop.has_goods(name, stock=5, category="Away" if name == "Hidden" else "Tea")
    shop.has_order(101, dict.fromkeys(names, 3), status=OrderStatus.EXPIRED)
    shop.staff(stock.set_to, "Partly", 1)
    shop.staff(stock.set_to, "Sold out", 0)
    shop.staff(catalog.archive_goods, "Archived")
    shop.staff(catalog.archive_category, "Away")
    shop.staff(catalog.edit_goods, "Dearer", price="31.00", new_name="Dearer tea")
    await customer.presses(f"again!:{shop.orders()[0].id}")

    assert customer.last.text is not None
    assert customer.last.text.partition("\n\n")[0].splitlines() == [
        "🔁 In your cart again, at today's prices:",
        "⚠️ Partly: 1 instead of 3",
        "⚠️ Sold out: sold out",
        "⚠️ Archived is no longer sold",
        "⚠️ Hidden is no longer sold",
        "⚠️ The price of Dearer tea changed from $30.00 to $31.00.",
        "✅ 3 × Whole",
        "✅ 3 × Dearer tea",
    ]
    held = shop.db.read(cart.of, 101)
    assert [(line.name, line.quantity, str(line.seen_price)) for line in held.lines] == [
        ("Whole", 3, "30.00"),
        ("Partly", 1, "30.00"),
        ("Dearer tea", 3, "31.00"),
    ]


async def test_pressed_twice_it_adds_nothing_and_keeps_what_is_there(customer: Person, shop: Shop):
    green, black = shop.has_goods("Green tea", stock=50), shop.has_goods("Black tea", stock=50)
    shop.has_order(101, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    await puts_in_cart(customer, green, 5)
    await puts_in_cart(customer, black, 1)
    for _ in range(2):
        await customer.presses(f"again!:{shop.orders()[0].id}")

    assert shop.db.read(cart.of, 101).quantities == {green: 5, black: 1}


async def test_when_nothing_is_left_the_message_says_so(customer: Person, shop: Shop):
    shop.has_goods("Green tea", stock=2)
    shop.has_order(101, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    await customer.presses(f"again!:{shop.orders()[0].id}")

    assert customer.last.text == (
        "🔁 Nothing of that order can be had now:\n⚠️ Green tea: sold out\n\nYour cart is empty."
    )
    assert shop.count(CartItem) == 0
    assert "🛍 Shop" in customer.buttons


async def test_an_order_of_somebody_else_is_not_there(customer: Person, shop: Shop):
    shop.has_goods("Green tea")
    shop.has_order(shop.has_customer(102, "Berta"), {"Green tea": 1})
    for order_id in (shop.orders()[0].id, 999):
        with unchanged(shop):
            await customer.presses(f"again!:{order_id}")
        assert "This is no longer here" in customer.screen


async def test_a_cart_that_has_no_room_stays_as_it_is(customer: Person, shop: Shop):
    for number in range(51):
        shop.has_goods(f"Tea {number:02}", stock=5)
    shop.has_order(101, {"Tea 50": 1}, status=OrderStatus.EXPIRED)
    for number in range(50):
        shop.db.call(cart.add, 101, shop.goods(f"Tea {number:02}").id, 1, now=now())
    with unchanged(shop):
        await customer.presses(f"again!:{shop.orders()[0].id}")

    assert "Your cart is full: it holds at most 50 different items." in customer.screen


async def test_fifty_lines_with_long_names_fit_into_the_message(customer: Person, shop: Shop):
    names = [f"{'🍵' * 98}{number:02}" for number in range(50)]
    for name in names:
        shop.has_goods(name, stock=5, price="2.00")
    shop.has_order(101, dict.fromkeys(names, 1), status=OrderStatus.EXPIRED)
    await customer.presses(f"again!:{shop.orders()[0].id}")

    assert customer.last.text is not None
    assert "… and 48 more" in customer.last.text
    assert "Your cart · 50 items" in customer.last.text


async def test_an_order_that_was_just_cancelled_can_be_had_again_in_two_taps(customer: Person, shop: Shop):
    goods_id = shop.has_goods("Green tea")
    await puts_in_cart(customer, goods_id, 2)
    await checks_out(customer)
    order = shop.orders()[0]
    await customer.presses(f"cancel!:{order.id}")
    await customer.taps("Order again")
    await customer.taps("Proceed to Checkout")
    assert "Deliver to this address?" in customer.screen
    await customer.taps("Use Saved Info")
    await customer.taps("Cash on Delivery")
    await customer.taps("Confirm order")

    assert [each.order_status for each in shop.orders()] == [OrderStatus.CANCELLED, OrderStatus.RESERVED]


@pytest.mark.parametrize(("language", "label"), [("en", "🔁 Order again"), ("ru", "🔁 Заказать снова")])
async def test_who_is_told_that_an_order_has_ended_can_have_it_again(
    customer: Person, process: BotProcess, shop: Shop, language: str, label: str
):
    shop.db.call(people.choose_language, 101, language, now=now())
    shop.has_goods("Green tea", stock=9)
    for end in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        shop.has_order(101, {"Green tea": 2}, status=end)
        await delivers(process)
        notice = customer.last
        assert label in notice.buttons
        await customer.taps(label, message=notice)
        assert "✅ 2 × Green tea" in customer.screen
        shop.db.call(cart.clear, 101, now=now())
    code = shop.has_order(101, {"Green tea": 2}, status=OrderStatus.EXPIRED)
    shop.staff(orders.revive, code)
    await delivers(process)

    told = [each for each in customer.bot_messages if code in (each.text or "")]
    assert all(label not in each.buttons for each in told), "it is open again"


async def test_ordering_again_in_russian(customer: Person, shop: Shop):
    shop.db.call(people.choose_language, 101, "ru", now=now())
    shop.has_goods("Green tea", stock=3)
    code = shop.has_order(101, {"Green tea": 3}, status=OrderStatus.EXPIRED)
    shop.staff(stock.set_to, "Green tea", 1)
    await customer.sends("/orders")
    await customer.taps(code)
    await customer.taps("Заказать снова")

    assert "Снова в корзине" in customer.screen
    assert "⚠️ Green tea: 1 вместо 3" in customer.screen

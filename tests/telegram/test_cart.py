"""The cart: what is put aside, and what became of it since."""

from collections.abc import Callable

import pytest

from bot import main
from bot.config import Config
from bot.sandbox import Person, Sandbox
from bot.services import catalog, people, stock
from tests.shop import Shop, now
from tests.telegram.conftest import forget_dispatcher
from tests.telegram.steps import puts_in_cart, unchanged


async def test_plus_minus_and_out_change_a_line_and_the_total(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods("Green tea", price="30.00"), 2)
    await puts_in_cart(customer, shop.has_goods("Black tea", price="12.50"))
    await customer.taps("Cart")
    assert customer.last.text == (
        "Your cart · 3 items\n\n2 × Green tea · $30.00 = $60.00\n1 × Black tea · $12.50 = $12.50\n\nTotal: $72.50"
    )
    assert customer.keyboard == [
        ["2 × Green tea"],
        ["➖", "➕", "✖️"],
        ["1 × Black tea"],
        ["➖", "➕", "✖️"],
        ["✅ Proceed to Checkout"],
        ["🗑 Clear Cart", "🛍 Shop"],
        ["🏠 Home"],
    ]

    await customer.taps("➕")
    assert "Total: $102.50" in customer.screen
    await customer.taps("➖")
    await customer.taps("➖")
    assert "Total: $42.50" in customer.screen
    await customer.taps("➖")
    assert customer.last.text == "Your cart · 1 item\n\n1 × Black tea · $12.50 = $12.50\n\nTotal: $12.50"
    await customer.taps("✖️")

    assert customer.keyboard == [["🛍 Shop"], ["🏠 Home"]]
    assert customer.last.text == "Your cart is empty."
    assert shop.scalar("SELECT COUNT(*) FROM shopping_cart") == 0


async def test_clear_empties_the_cart(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods("Green tea"), 2)
    await puts_in_cart(customer, shop.has_goods("Black tea"))
    await customer.sends("/cart")
    await customer.taps("Clear Cart")

    assert customer.last.text == "Your cart is empty."
    assert shop.scalar("SELECT COUNT(*) FROM shopping_cart") == 0


async def test_home_tells_what_waits_in_the_cart(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods("Green tea"), 2)
    await customer.presses("home")
    assert "2 items wait in your cart." in customer.screen

    await puts_in_cart(customer, shop.has_goods("Black tea"))
    await customer.presses("home")

    assert "3 items wait in your cart." in customer.screen


async def test_plus_stops_at_what_is_available(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(stock=2), 2)
    await customer.taps("Cart")
    with unchanged(shop):
        await customer.taps("➕")

    assert "Only 2 of Green tea left" in customer.screen
    assert "🛒 Cart (2)" in customer.buttons


async def test_a_long_cart_has_pages_and_turns_back_when_one_becomes_empty(customer: Person, shop: Shop):
    for number in range(15):
        await customer.presses(f"add:{shop.has_goods(f'Tea {number:02}', price='10.00')}:1")
    await customer.sends("/cart")
    assert "Your cart · 15 items" in customer.screen
    assert "Total: $150.00" in customer.screen
    assert customer.buttons.count("➕") == 7
    await customer.taps("Next")
    assert customer.keyboard[0][0] == "1 × Tea 07"
    await customer.taps("Next")
    assert customer.buttons.count("➕") == 1
    assert "‹ Previous" in customer.buttons

    await customer.taps("✖️")

    assert "Your cart · 14 items" in customer.screen
    assert customer.keyboard[0][0] == "1 × Tea 07"
    assert "Next ›" not in customer.buttons


async def test_twenty_lines_with_the_longest_names_fit_on_every_page(customer: Person, shop: Shop):
    names = [f"{number:02}" + "🍵" * 98 for number in range(20)]
    for name in names:
        await customer.presses(f"add:{shop.has_goods(name, stock=5)}:2")
    for name in names:
        shop.staff(stock.set_to, name, 1)
        shop.staff(catalog.edit_goods, name, price="31.00")
    await customer.sends("/cart")

    seen = [button for button in customer.buttons if button.startswith("2 × ")]
    for _ in range(2):
        await customer.taps("Next")
        seen += [button for button in customer.buttons if button.startswith("2 × ")]
    assert len(seen) == 20
    assert "Total: $1,240.00" in customer.screen


async def test_a_price_that_changed_is_pointed_out(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(price="30.00"))
    shop.staff(catalog.edit_goods, "Green tea", price="35.00")
    await customer.taps("Cart")

    assert "1 × Green tea · $35.00 = $35.00" in customer.screen
    assert "The price of Green tea changed from $30.00 to $35.00." in customer.screen
    assert "Total: $35.00" in customer.screen


async def test_stock_that_fell_below_the_cart_is_pointed_out_and_not_ordered(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(stock=10), 5)
    shop.staff(stock.set_to, "Green tea", 3)
    await customer.taps("Cart")
    assert "Only 3 of Green tea left" in customer.screen

    with unchanged(shop):
        await customer.taps("Proceed to Checkout")
    assert "There is not enough left:\nOnly 3 of Green tea left" in customer.screen
    await customer.taps("Cart")
    await customer.taps("➖")
    await customer.taps("➖")
    await customer.taps("Proceed to Checkout")

    assert "Delivery address" in customer.screen


async def test_minus_and_out_of_a_line_that_is_gone_change_nothing(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await puts_in_cart(customer, goods_id)
    await customer.taps("Cart")
    old = customer.last
    await customer.taps("✖️")

    for press in (f"fewer:{goods_id}:0", f"drop:{goods_id}:0"):
        with unchanged(shop):
            await customer.presses(press, message=old)
        assert "This is no longer here" in customer.screen


async def test_the_cart_survives_a_restart_of_the_bot(config: Config, shop: Shop, sandbox: Sandbox):
    shop.has_customer(101, "Anna")
    anna = sandbox.person(101, "Anna", language_code="en")
    async with main.running(config):
        await anna.sends("/start")
        await puts_in_cart(anna, shop.has_goods(), 3)
        await anna.taps("Other")
    forget_dispatcher()
    async with main.running(config):
        await anna.sends("2")
        assert "In your cart: 5" in anna.screen
        await anna.taps("Cart")
        assert "5 × Green tea · $30.00 = $150.00" in anna.screen
    forget_dispatcher()


WORDS_FOR_GONE = {
    "en": ("⚠️ Black cup is no longer sold", "Total: $60.00", "Please take out what is no longer sold."),
    "ru": ("⚠️ Black cup: больше не продаётся", "Итого: 60,00 $", "Уберите, пожалуйста, то, что больше не продаётся."),
}


@pytest.mark.parametrize("archive", [(catalog.archive_goods, "Black cup"), (catalog.archive_category, "Cups")])
@pytest.mark.parametrize("language", ["en", "ru"])
async def test_what_is_no_longer_sold_is_not_counted_and_has_to_go_before_the_checkout(
    customer: Person, shop: Shop, archive: tuple[Callable[..., object], str], language: str
):
    gone, total, what_to_do = WORDS_FOR_GONE[language]
    shop.db.call(people.choose_language, 101, language, now=now())
    await puts_in_cart(customer, shop.has_goods("Green tea", price="30.00"), 2)
    await puts_in_cart(customer, shop.has_goods("Black cup", price="9.00", category="Cups"), 3)
    shop.staff(*archive)
    await customer.presses("cart:0")
    assert gone in customer.screen
    assert total in customer.last.text.replace("\xa0", " ")
    assert customer.keyboard[2] == ["✖️ Black cup"]

    with unchanged(shop):
        await customer.presses("out")
    assert gone in customer.screen
    assert what_to_do in customer.screen

    await customer.presses("cart:0")
    await customer.taps("✖️ Black cup")
    await customer.presses("out")

    assert customer.buttons
    assert shop.scalar("SELECT COUNT(*) FROM checkout_drafts") == 1

"""The shop is closed for a while: what customers and guests read, what waits, and that staff go on."""

import pytest

from bot.main import BotProcess
from bot.models import Order, OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import orders, people, settings
from tests.shop import ADDRESS, OWNER_ID, Shop, now
from tests.telegram.steps import delivers, goes_to_payment, puts_in_cart, unchanged

REASON = "We move house until 14:00"
CLOSED = f"🔧 The shop is closed for a while\n\n{REASON}\n\nNothing is lost"


async def test_the_owner_closes_the_shop_with_a_reason_and_opens_it_again(
    owner: Person, customer: Person, guest: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    await delivers(process)
    await owner.sends("/admin")
    await owner.taps("Maintenance")
    assert "The shop is open." in owner.screen
    await owner.taps("Close the shop")
    for wrong in ("on", "x" * 501):
        with unchanged(shop):
            await owner.sends(wrong)
        assert "Please write a reason that customers understand" in owner.screen
    await owner.sends(REASON)
    assert f"The shop is closed for customers. You can go on.\n\nSince {now():%-d %b}" in owner.screen
    assert REASON in owner.screen

    with unchanged(shop):
        for press in ("home", "shop:0", "cart:0", f"cancel!:{shop.order(code).id}", "admin", "nonsense"):
            await customer.presses(press)
            assert customer.screen.startswith(CLOSED)
        for text in ("/start", "/shop", "hello", "/admin"):
            await customer.sends(text)
            assert customer.last.text.startswith(CLOSED)
            assert customer.buttons == ["🔄 Try again"]
        await customer.sends_sticker()
        await guest.sends(f"/start {shop_code(shop)}")
        assert guest.last.text.startswith(CLOSED)
        await guest.taps("Try again")
    assert guest.last.text.startswith(CLOSED)

    await owner.taps("Back")
    assert f"Closed for customers: {REASON}" in owner.screen
    await owner.presses("home")
    assert f"Closed for customers: {REASON}\n\nHello, Olga" in owner.screen
    await owner.presses("shop:0")
    assert "Tea" in " ".join(owner.buttons)
    shop.staff(orders.cancel, code)
    await delivers(process)
    assert f"Your order {code} was cancelled by the shop." in customer.screen

    await owner.presses("shut:0")
    card = owner.last
    await owner.taps("Open the shop")
    assert "The shop is open again." in owner.screen
    with unchanged(shop):
        await owner.taps("Open the shop", message=card)
    await owner.presses("home")
    assert "Closed" not in owner.screen
    await guest.taps("Try again")
    assert "Please send your reference code" in guest.screen
    assert [event.actor for event in shop.events("setting.changed")] == ["user:1", "user:1"]


def shop_code(shop: Shop) -> str:
    """Return a reference code that was there before."""
    return str(shop.scalar("SELECT MAX(code) FROM reference_codes") or "AAAAAAAA")


async def test_a_checkout_goes_on_where_it_was(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(stock=10), 2)
    await customer.sends("/cart")
    await customer.taps("Proceed to Checkout")
    shop.has_setting("maintenance", REASON)
    with unchanged(shop):
        await customer.sends(ADDRESS)
        assert customer.last.text.startswith(CLOSED)
        await customer.sends(ADDRESS)
        await customer.taps("Try again")
        assert customer.last.text.startswith(CLOSED)
    assert len(customer.bot_messages) == 1
    shop.has_setting("maintenance", "off")
    await customer.taps("Try again")
    assert "The shop is open again." in customer.screen
    assert "Delivery address" in customer.screen
    await customer.sends(ADDRESS)
    assert "Phone number" in customer.screen

    shop.has_setting("maintenance", REASON)
    with unchanged(shop):
        await customer.shares_contact()
    assert customer.last.text.startswith(CLOSED)
    shop.has_setting("maintenance", "off")
    await customer.sends("+49 151 1234 5678")
    await customer.taps("Skip")
    await customer.taps("Cash on Delivery")
    shop.has_setting("maintenance", REASON)
    with unchanged(shop):
        await customer.taps("Confirm order")
        assert customer.last.text.startswith(CLOSED)
    shop.has_setting("maintenance", "off")
    await customer.taps("Try again")

    [order] = shop.orders()
    assert f"Order {order.order_code} is reserved for you." in customer.screen
    assert shop.count(Order) == 1
    assert len(customer.bot_messages) == 1


async def test_a_notice_stays_when_it_is_pressed_while_the_shop_is_closed(
    customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1}, status=OrderStatus.CONFIRMED)
    await delivers(process)
    notice = customer.last
    shop.has_setting("maintenance", REASON)
    await customer.taps("View order", message=notice)
    assert customer.last.text.startswith(CLOSED)
    shop.has_setting("maintenance", "off")
    await customer.taps("Try again")

    assert f"Order {code}" in customer.last.text
    assert notice.text in [message.text for message in customer.bot_messages]


@pytest.mark.parametrize("role", ["ADMIN"])
async def test_admins_go_on_and_a_demoted_one_is_shut_out_at_the_next_press(customer: Person, shop: Shop, role: str):
    shop.has_setting("maintenance", REASON)
    shop.execute("UPDATE users SET role = :role WHERE telegram_id = 101", role=role)
    await customer.presses("home")
    assert "Hello, Anna" in customer.screen
    shop.execute("UPDATE users SET role = 'USER' WHERE telegram_id = 101")
    await customer.presses("home")

    assert customer.last.text.startswith(CLOSED)


async def test_who_is_banned_reads_that_and_nothing_of_the_closing(customer: Person, shop: Shop):
    shop.has_setting("maintenance", REASON)
    shop.staff(people.ban, 101, reason=None, notify=False)
    await customer.presses("home")

    assert customer.last.text == "You cannot use this shop."


async def test_russians_read_it_in_russian(owner: Person, customer: Person, shop: Shop):
    for person in (OWNER_ID, 101):
        shop.db.call(people.choose_language, person, "ru", now=now())
    await owner.presses("shut:0")
    await owner.taps("Закрыть магазин")
    await owner.sends("Переезжаем <до> 14:00")
    assert "Магазин закрыт для покупателей." in owner.screen
    await customer.presses("home")

    assert "Магазин ненадолго закрыт\n\nПереезжаем <до> 14:00\n\nНичего не пропадёт" in customer.screen
    assert customer.buttons == ["🔄 Попробовать снова"]


async def test_hostile_presses_in_a_closed_shop_are_answered(customer: Person, sandbox: Sandbox, shop: Shop):
    await goes_to_payment_with_goods(customer, shop)
    shop.has_setting("maintenance", REASON)
    with unchanged(shop):
        for data in ("", "\x00", "a" * 64, "я" * 32, "buy:x", "!goods:1", "goon", "goon:1"):
            await customer.presses(data)
            assert customer.last.text.startswith(CLOSED)
    assert shop.db.read(settings.get, "maintenance") == REASON


async def goes_to_payment_with_goods(customer: Person, shop: Shop) -> None:
    """Stand before the payment."""
    await puts_in_cart(customer, shop.has_goods(), 1)
    await goes_to_payment(customer)

"""The checkout, from the cart to the order, whatever happens on the way."""

import asyncio
from decimal import Decimal

import pytest
from redis import Redis

from bot.main import BotProcess
from bot.models import Goods, Order, OrderStatus, PaymentMethod
from bot.sandbox import Person, Sandbox
from bot.services import catalog, people, stock
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, PHONE, Shop, now
from tests.telegram.steps import checks_out, delivers, goes_to_payment, puts_in_cart, reviews, unchanged


async def test_the_whole_way_to_an_order_paid_in_cash(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(stock=10), 2)
    await customer.taps("Cart")
    await customer.taps("Proceed to Checkout")
    assert "Delivery address" in customer.screen
    assert customer.buttons == ["⬅️ Back"]
    await customer.sends(ADDRESS)
    assert "Phone number" in customer.screen
    assert customer.reply_buttons == ["📱 Share my number", "⬅️ Back"]
    await customer.sends("+49 151 1234 5678")
    assert "Delivery note" in customer.screen
    assert customer.reply_buttons == []
    await customer.sends("Ring twice")
    assert "To pay: $60.00. How would you like to pay?" in customer.screen
    await customer.taps("Cash on Delivery")
    assert customer.last.text == (
        "Please check your order\n\n2 × Green tea · $30.00 = $60.00\n\n"
        f"📍 {ADDRESS}\n📞 {PHONE}\n📝 Ring twice\n\nTotal: $60.00\nCash on Delivery\n\nIs everything right?"
    )
    assert customer.keyboard == [["✅ Confirm order"], ["Update Info"], ["⬅️ Back"]]
    assert shop.count(Order) == 0
    await customer.taps("Confirm order")

    [order] = shop.orders()
    assert customer.last.text.startswith(f"✅ Order {order.order_code} is reserved for you.\n\nYou pay $60.00 in cash")
    assert customer.last.text.endswith(
        f"2 × Green tea · $30.00 = $60.00\n\nTotal: $60.00\nCash on Delivery\n\n📍 {ADDRESS}\n📞 {PHONE}\n📝 Ring twice"
    )
    assert customer.keyboard == [
        ["Change address", "Change note"],
        ["Cancel order"],
        ["💬 Ask about this order"],
        ["🏠 Home"],
    ]
    assert (order.order_status, order.total_price, order.payment_method) == (OrderStatus.RESERVED, Decimal(60), "cash")
    assert (shop.goods("Green tea").stock_quantity, shop.goods("Green tea").reserved_quantity) == (10, 2)
    assert shop.scalar("SELECT COUNT(*) FROM shopping_cart") == 0
    assert len(customer.bot_messages) == 1


async def test_the_whole_way_to_an_order_paid_in_bitcoin(customer: Person, shop: Shop):
    shop.has_addresses(2)
    await puts_in_cart(customer, shop.has_goods(), 2)
    await checks_out(customer, pay="Bitcoin")

    [order] = shop.orders()
    until = order.reserved_until.strftime("%-d %b %Y, %H:%M (UTC)")
    assert customer.last.text.startswith(
        f"✅ Order {order.order_code} is reserved for you.\n\n"
        f"Please send bitcoin worth $60.00 to this address:\n{BITCOIN_ADDRESSES[0]}\n"
        f"We hold the goods until {until}.\n\n"
    )
    assert f"<code>{BITCOIN_ADDRESSES[0]}</code>" in customer.last.html
    assert shop.address(BITCOIN_ADDRESSES[0]).used_by == 101
    assert not shop.address(BITCOIN_ADDRESSES[1]).is_used


async def test_saved_details_are_used_with_one_tap(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await puts_in_cart(customer, goods_id)
    await checks_out(customer, note="Ring twice")
    await puts_in_cart(customer, goods_id)
    await customer.taps("Cart")
    await customer.taps("Proceed to Checkout")
    assert customer.last.text == f"Deliver to this address?\n\n📍 {ADDRESS}\n📞 {PHONE}\n📝 Ring twice"
    await customer.taps("Use Saved Info")
    await customer.taps("Cash on Delivery")
    await customer.taps("Confirm order")

    assert "is reserved for you" in customer.screen
    assert len(shop.orders()) == 2


async def test_saved_details_can_be_updated(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await puts_in_cart(customer, goods_id)
    await checks_out(customer)
    await puts_in_cart(customer, goods_id)
    await customer.presses("out")
    await customer.taps("Update Info")
    await customer.sends("7 Hill Road")
    await customer.sends("+12025550123")
    await customer.taps("Skip")
    await customer.taps("Cash on Delivery")

    assert f"📍 7 Hill Road\n📞 {'+12025550123'}\n\n" in customer.last.text
    await customer.taps("Confirm order")
    await customer.presses("me")
    assert "📍 7 Hill Road" in customer.screen


async def test_the_info_can_still_be_updated_on_the_review(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    await reviews(customer)
    old = customer.last
    await customer.taps("Update Info")
    await customer.sends("7 Hill Road")
    await customer.presses(old.data("Confirm order"), message=old)
    assert shop.count(Order) == 0
    assert "Something in this order has changed" in customer.screen

    await customer.taps("Check again")

    assert "📍 7 Hill Road" in customer.screen


@pytest.mark.parametrize("phone", [PHONE, PHONE.removeprefix("+")])
async def test_the_phone_number_can_be_shared(customer: Person, shop: Shop, phone: str):
    await puts_in_cart(customer, shop.has_goods())
    await customer.presses("out")
    await customer.sends(ADDRESS)
    await customer.shares_contact(phone)
    assert "Delivery note" in customer.screen
    assert customer.reply_buttons == []

    await customer.taps("Skip")
    await customer.taps("Cash on Delivery")

    assert f"📞 {PHONE}" in customer.screen


async def test_the_contact_of_somebody_else_is_refused(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    await customer.presses("out")
    await customer.sends(ADDRESS)
    for stranger in (999, 0):
        with unchanged(shop):
            await customer.shares_contact("+12025550123", stranger)
        assert "Please share your own contact, or write the number." in customer.screen

    await customer.sends(PHONE)

    assert "Delivery note" in customer.screen


NO_NUMBERS = ["12345", "hello", "+1 111 111 1111", "0151 12345678", "++49151", "9" * 4096, "1e309"]


async def test_what_is_no_phone_number_is_refused_and_can_be_corrected(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    for number, typed in enumerate(NO_NUMBERS):
        await customer.presses("out")
        if number:
            # What was typed once is offered again.
            await customer.taps("Update Info")
        await customer.sends(ADDRESS)
        with unchanged(shop):
            await customer.sends(typed)
        assert "This is not a phone number that can be called." in customer.screen

        await customer.sends(PHONE)

        assert "Delivery note" in customer.screen
        assert customer.reply_buttons == []


NO_ADDRESSES = ["x", "a" * 501, "a" * 4096, "\u200b\u200b\u200b\u200b\u200b\u200b"]


async def test_what_is_no_address_is_refused_and_can_be_corrected(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    for typed in NO_ADDRESSES:
        await customer.presses("out")
        with unchanged(shop):
            await customer.says({"text": typed})
        assert "Please write the full address: 5 to 500 characters." in customer.screen

        await customer.sends(ADDRESS)

        assert "Phone number" in customer.screen
        await customer.sends("/cart")


async def test_the_back_key_below_the_text_field_asks_for_the_address_again(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    await customer.presses("out")
    await customer.sends(ADDRESS)
    await customer.taps("⬅️ Back")

    assert "Delivery address" in customer.screen
    assert customer.reply_buttons == []


ASKED = {
    "en": {"address": "Delivery address", "phone": "Phone number", "note": "Delivery note"},
    "ru": {"address": "Адрес доставки", "phone": "Телефон", "note": "Примечание к доставке"},
}


async def goes_back(person: Person, *screens: str) -> None:
    """Press Back once for each of these screens, in this order."""
    for expected in screens:
        await person.taps("⬅️ Back")
        assert expected in person.screen


async def test_back_leads_one_step_back_from_every_question(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    await customer.presses("out")
    await customer.sends(ADDRESS)
    await customer.sends(PHONE)
    await goes_back(customer, "Phone number", "Delivery address", "Your cart · 1 item")

    await customer.sends("a text that nobody asked for")
    assert "Nothing was found for a text that nobody asked for" in customer.screen
    assert customer.reply_buttons == []


async def test_back_leads_one_step_back_from_the_review_and_nothing_is_typed_twice(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    await reviews(customer, note="Ring twice")
    await goes_back(customer, "How would you like to pay?", "So far:\n📝 Ring twice", "Phone number", ADDRESS)
    await customer.taps("Leave it as it is")
    assert customer.reply_buttons == ["📱 Share my number", PHONE, "⬅️ Back"]
    await customer.taps(PHONE)
    await customer.taps("Leave it as it is")
    await customer.taps("Cash on Delivery")

    assert f"📍 {ADDRESS}\n📞 {PHONE}\n📝 Ring twice" in customer.screen
    await customer.taps("Confirm order")
    assert "is reserved for you" in customer.screen


async def test_back_leads_to_the_saved_details_when_they_were_used(customer: Person, shop: Shop):
    shop.has_goods()
    shop.has_order(101, {"Green tea": 1})
    await puts_in_cart(customer, shop.goods("Green tea").id)
    await customer.presses("out")
    await customer.taps("Use Saved Info")
    await goes_back(customer, "Deliver to this address?", "Your cart · 1 item")


async def test_what_was_written_before_is_not_kept_by_the_dialogue(customer: Person, shop: Shop, redis_url: str):
    await puts_in_cart(customer, shop.has_goods())
    await reviews(customer, note="Ring twice")
    await customer.taps("Update Info")
    assert ADDRESS in customer.screen

    stored = Redis.from_url(redis_url)
    kept = [str(stored.get(key)) for key in stored.scan_iter("dialogue*")]

    assert any("address" in each for each in kept)
    assert not any("Harbour" in each for each in kept)


async def test_back_leads_past_the_bonus(customer: Person, process: BotProcess, shop: Shop):
    await has_bonus(shop, process)
    await puts_in_cart(customer, shop.has_goods(), 2)
    await goes_to_payment(customer)
    await customer.taps("Keep it")
    await customer.taps("Cash on Delivery")
    await goes_back(customer, "How would you like to pay?", "You have a bonus of $50.00", "Delivery note")


async def test_back_leads_from_an_order_that_the_bonus_pays_to_the_bonus(
    customer: Person, process: BotProcess, shop: Shop
):
    await has_bonus(shop, process)
    await puts_in_cart(customer, shop.has_goods(price="40.00"))
    await goes_to_payment(customer)
    await customer.taps("Use $40.00")
    await goes_back(customer, "You have a bonus of $50.00")
    await customer.taps("Keep it")

    assert "To pay: $40.00" in customer.screen


async def test_back_leads_from_new_details_to_where_they_were_asked_for(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await puts_in_cart(customer, goods_id)
    await reviews(customer)
    await customer.taps("Update Info")
    await customer.sends("7 Hill Road")
    await customer.sends("nonsense")
    await goes_back(customer, "Delivery address", "Please check your order")
    await customer.taps("Confirm order")
    await puts_in_cart(customer, goods_id)
    await customer.presses("out")
    await customer.taps("Update Info")
    await goes_back(customer, "📍 7 Hill Road", "Your cart · 1 item")


async def test_back_of_a_checkout_that_is_over_leads_on(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    await reviews(customer)
    review = customer.last
    await customer.taps("Confirm order")
    for press in (review.data("Back"), "where", "keep", "how", "phone"):
        await customer.presses(press)
        assert customer.buttons or customer.reply_buttons


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(("question", "wrong"), [("address", "x"), ("phone", "12345"), ("note", "y" * 501)])
async def test_a_wrong_answer_is_followed_by_what_is_asked(
    customer: Person, shop: Shop, question: str, wrong: str, language: str
):
    shop.db.call(people.choose_language, 101, language, now=now())
    await puts_in_cart(customer, shop.has_goods())
    await comes_to(customer, question)
    with unchanged(shop):
        await customer.sends(wrong)

    what_was_wrong, *again = customer.last.text.split("\n\n")
    assert what_was_wrong
    assert ASKED[language][question] in "".join(again)


HOSTILE = "Main St; apt 5 & co <i>DROP TABLE users; --</i> \"'{x} %s &amp; \\n"


async def test_what_people_write_is_shown_as_typed_everywhere(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    await puts_in_cart(customer, shop.has_goods("<u>Tea</u> & co"))
    await reviews(customer, address=HOSTILE, note=HOSTILE)
    assert f"📍 {HOSTILE}" in customer.last.text
    await customer.taps("Confirm order")
    assert f"📍 {HOSTILE}" in customer.last.text
    assert f"📝 {HOSTILE}" in customer.last.text
    await delivers(process)

    assert f"📍 {HOSTILE}" in owner.last.text
    assert "1 × <u>Tea</u> & co · $30.00" in owner.last.text


async def test_staff_are_told_everything_about_a_new_order(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await checks_out(customer, note="Ring twice")
    await delivers(process)

    [order] = shop.orders()
    for said in (
        f"🆕 New order {order.order_code}",
        "Status: waiting for confirmation",
        "Customer: Anna @anna (101)",
        "2 × Green tea · $30.00 = $60.00",
        "Total: $60.00\nCash on Delivery",
        f"📍 {ADDRESS}\n📞 {PHONE}\n📝 Ring twice",
    ):
        assert said in owner.last.text
    assert owner.buttons


async def has_bonus(shop: Shop, process: BotProcess, *, price: str = "500.00") -> None:
    """Let a friend buy something, so that Anna gets ten percent of it, and has read so."""
    shop.has_setting("reference_bonus_percent", "10")
    friend = shop.has_customer(404, "Fritz", referrer_id=101)
    shop.has_goods("Gift box", price=price)
    shop.has_order(friend, {"Gift box": 1}, status=OrderStatus.DELIVERED)
    await delivers(process)


async def test_a_bonus_can_be_used(customer: Person, process: BotProcess, shop: Shop):
    await has_bonus(shop, process)
    await puts_in_cart(customer, shop.has_goods(), 2)
    await goes_to_payment(customer)
    assert "You have a bonus of $50.00. This order comes to $60.00." in customer.screen
    assert customer.buttons == ["Use $50.00", "Keep it", "⬅️ Back"]
    await customer.taps("Use $50.00")
    assert "To pay: $10.00" in customer.screen
    await customer.taps("Cash on Delivery")
    assert "Total: $60.00\nBonus: −$50.00\nTo pay: $10.00" in customer.screen
    await customer.taps("Confirm order")

    order = shop.orders()[-1]
    assert (order.total_price, order.bonus_applied) == (Decimal(60), Decimal(50))
    assert "You pay $10.00 in cash" in customer.screen
    assert shop.balance(101) == Decimal(0)


async def test_a_bonus_can_be_kept(customer: Person, process: BotProcess, shop: Shop):
    await has_bonus(shop, process)
    await puts_in_cart(customer, shop.has_goods(), 2)
    await goes_to_payment(customer)
    await customer.taps("Keep it")
    await customer.taps("Cash on Delivery")
    assert "Bonus" not in customer.screen
    await customer.taps("Confirm order")

    assert shop.orders()[-1].bonus_applied == Decimal(0)
    assert shop.balance(101) == Decimal(50)


async def test_a_bonus_that_pays_everything_leaves_no_question_of_payment(
    customer: Person, process: BotProcess, shop: Shop
):
    await has_bonus(shop, process)
    await puts_in_cart(customer, shop.has_goods(price="40.00"))
    await goes_to_payment(customer)
    await customer.taps("Use $40.00")
    assert "To pay: $0.00" in customer.screen
    await customer.taps("Confirm order")

    assert shop.orders()[-1].bonus_applied == Decimal(40)
    assert shop.balance(101) == Decimal(10)


async def test_an_empty_pool_offers_only_cash(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods())
    await goes_to_payment(customer)

    assert customer.buttons == ["💵 Cash on Delivery", "⬅️ Back"]

    with unchanged(shop):
        await customer.presses("pay:bitcoin")

    assert "Bitcoin is not possible right now" in customer.screen
    assert "💵 Cash on Delivery" in customer.buttons


async def test_a_pool_that_empties_before_the_confirmation_offers_cash_and_reserves_nothing(
    customer: Person, shop: Shop
):
    shop.has_addresses(1)
    await puts_in_cart(customer, shop.has_goods(), 2)
    await reviews(customer, pay="Bitcoin")
    shop.has_goods("Black tea")
    shop.has_order(shop.has_customer(404, "Fritz"), {"Black tea": 1}, pay=PaymentMethod.BITCOIN)
    with unchanged(shop):
        await customer.taps("Confirm order")
    assert "Bitcoin is not possible right now. You can pay in cash on delivery." in customer.screen

    await customer.taps("Cash on Delivery")
    await customer.taps("Confirm order")

    assert "is reserved for you" in customer.screen
    assert shop.goods("Green tea").reserved_quantity == 2


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("19.99", "An order starts at $20.00. Yours comes to $19.99 so far."),
        ("10000.01", "An order can be $10,000.00 at most. Yours comes to $10,000.01."),
    ],
)
async def test_an_order_stays_between_the_smallest_and_the_largest_amount(
    customer: Person, shop: Shop, price: str, words: str
):
    await puts_in_cart(customer, shop.has_goods(price=price))
    await customer.taps("Cart")
    with unchanged(shop):
        await customer.taps("Proceed to Checkout")

    assert words in customer.screen
    assert "🛒 Cart (1)" in customer.buttons


@pytest.mark.parametrize("price", ["20.00", "10000.00"])
async def test_the_smallest_and_the_largest_amount_themselves_are_fine(customer: Person, shop: Shop, price: str):
    await puts_in_cart(customer, shop.has_goods(price=price))
    await checks_out(customer)

    assert "is reserved for you" in customer.screen


async def test_an_empty_cart_cannot_be_checked_out(customer: Person, shop: Shop):
    with unchanged(shop):
        await customer.presses("out")

    assert "Your cart is empty." in customer.screen
    assert "🛍 Shop" in customer.buttons


async def test_a_price_that_changes_after_the_review_is_shown_before_anything_is_ordered(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(price="30.00"))
    await reviews(customer)
    shop.staff(catalog.edit_goods, "Green tea", price="45.00")
    with unchanged(shop):
        await customer.taps("Confirm order")
    assert "Something in this order has changed since you saw it." in customer.screen

    await customer.taps("Check again")
    assert "1 × Green tea · $45.00 = $45.00" in customer.screen
    assert f"📍 {ADDRESS}" in customer.screen
    await customer.taps("Confirm order")

    assert shop.orders()[0].total_price == Decimal(45)


async def test_stock_that_runs_out_after_the_review_is_named_and_nothing_is_ordered(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(stock=10), 5)
    await reviews(customer)
    shop.staff(stock.set_to, "Green tea", 4)
    with unchanged(shop):
        await customer.taps("Confirm order")

    assert "Only 4 of Green tea left" in customer.screen


async def test_a_double_tap_makes_one_order(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await reviews(customer)
    shown = customer.last
    await asyncio.gather(*(customer.taps("Confirm order", message=shown) for _ in range(5)))

    [order] = shop.orders()
    assert f"Order {order.order_code} is reserved for you" in customer.screen
    assert shop.goods("Green tea").reserved_quantity == 2


async def test_two_devices_make_one_order(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await reviews(customer)
    first = customer.last
    await customer.sends("/cart")
    second = customer.last
    confirm = first.data("Confirm order")
    await asyncio.gather(customer.presses(confirm, message=first), customer.presses(confirm, message=second))

    assert len(shop.orders()) == 1
    assert "is reserved for you" in customer.screen


async def test_a_press_that_telegram_delivers_again_makes_no_second_order(
    customer: Person, shop: Shop, sandbox: Sandbox
):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await reviews(customer)
    update = await customer.taps("Confirm order")
    assert update is not None
    with unchanged(shop):
        await sandbox.redeliver(update)

    assert len(shop.orders()) == 1
    assert "is reserved for you" in customer.screen


async def test_an_old_review_confirms_nothing_but_its_own_order(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await puts_in_cart(customer, goods_id, 2)
    await reviews(customer)
    old = customer.last
    await puts_in_cart(customer, goods_id, 3)
    with unchanged(shop):
        await customer.taps("Confirm order", message=old)

    assert "Something in this order has changed" in customer.screen
    assert shop.count(Order) == 0


async def test_a_made_up_token_confirms_nothing(customer: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await reviews(customer)
    for token in ("x", "токен", "0" * 60, "' OR 1=1 --"):
        with unchanged(shop):
            await customer.presses(f"buy:{token}"[:60])
        assert "is reserved" not in customer.screen


async def test_the_token_of_somebody_else_confirms_nothing(customer: Person, owner: Person, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await reviews(customer)
    with unchanged(shop):
        await owner.presses(customer.last.data("Confirm order"))

    assert "is reserved" not in owner.screen
    assert "Something in this order has changed" in owner.screen


async def test_too_many_open_orders_are_refused(customer: Person, shop: Shop):
    shop.has_setting("max_open_orders", "1")
    goods_id = shop.has_goods()
    await puts_in_cart(customer, goods_id)
    await checks_out(customer)
    await puts_in_cart(customer, goods_id)
    await customer.presses("out")
    await customer.taps("Use Saved Info")
    await customer.taps("Cash on Delivery")
    with unchanged(shop):
        await customer.taps("Confirm order")

    assert "You already have 1 open" in customer.screen
    assert "📦 My Orders" in customer.buttons


@pytest.mark.parametrize(
    ("language", "said", "way"),
    [
        ("en", "Too many of your bitcoin orders were left unpaid today. You can pay in cash", "Cash on Delivery"),
        ("ru", "Сегодня слишком много ваших заказов в биткоинах осталось без оплаты.", "Наличными при получении"),
    ],
)
async def test_who_leaves_bitcoin_orders_unpaid_is_offered_cash(
    customer: Person, shop: Shop, language: str, said: str, way: str
):
    shop.has_addresses(3)
    shop.has_goods()
    shop.has_setting("max_unpaid_bitcoin_orders", "1")
    shop.db.call(people.choose_language, 101, language, now=now())
    shop.has_order(101, {"Green tea": 1}, pay=PaymentMethod.BITCOIN, status=OrderStatus.CANCELLED)
    token = shop.has_reviewed_checkout(101, {"Green tea": 1}, pay=PaymentMethod.BITCOIN)
    with unchanged(shop):
        await customer.presses(f"buy:{token}")
    assert said in customer.screen
    await customer.taps(way)
    await customer.presses(next(data for data in datas(customer) if data.startswith("buy:")))

    assert [order.payment_method for order in shop.orders()] == [PaymentMethod.BITCOIN, PaymentMethod.CASH]


def datas(person: Person) -> list[str]:
    """Return what the buttons on the screen carry."""
    return [button["callback_data"] for row in person.last.rows for button in row if "callback_data" in button]


async def comes_to(customer: Person, question: str) -> None:
    """Come to a question of the checkout."""
    await customer.presses("out")
    if question in ("phone", "note"):
        await customer.sends(ADDRESS)
    if question == "note":
        await customer.sends(PHONE)


@pytest.mark.parametrize("question", ["address", "phone", "note"])
async def test_a_photo_or_a_sticker_leaves_the_question_open(customer: Person, shop: Shop, question: str):
    await puts_in_cart(customer, shop.has_goods())
    await comes_to(customer, question)
    with unchanged(shop):
        await customer.shares_photo(caption="12 Harbour Street")
        assert "I need a text here" in customer.screen
        await customer.sends_sticker()
        await customer.shares_location(52.5, 13.4)
        await customer.sends("/nonsense")
    assert "I need a text here" in customer.screen
    assert ASKED["en"][question] in customer.screen
    assert customer.buttons == (["Skip"] if question == "note" else []) + ["⬅️ Back"]

    await customer.sends({"address": ADDRESS, "phone": PHONE, "note": "Ring twice"}[question])

    expected = {"address": "Phone number", "phone": "Delivery note", "note": "How would you like to pay?"}
    assert expected[question] in customer.screen


COMMANDS = [
    ("/start", "Hello, Anna"),
    ("/cart", "Your cart"),
    ("/shop", "Choose a category"),
    ("/orders", "no orders yet"),
]


@pytest.mark.parametrize("question", ["address", "phone", "note"])
async def test_a_command_ends_the_question(customer: Person, shop: Shop, question: str):
    await puts_in_cart(customer, shop.has_goods())
    for command, shown in COMMANDS:
        await comes_to(customer, question)
        await customer.sends(command)
        assert shown in customer.screen
        assert customer.reply_buttons == []

        with unchanged(shop):
            await customer.sends(ADDRESS)

        assert "Nothing was found for" in customer.screen


@pytest.mark.parametrize(
    ("question", "before"),
    [("address", "Your cart"), ("phone", "Delivery address"), ("note", "Phone number")],
)
async def test_back_after_a_wrong_answer_leads_one_step_back(customer: Person, shop: Shop, question: str, before: str):
    await puts_in_cart(customer, shop.has_goods())
    await comes_to(customer, question)
    await customer.sends_sticker()
    await customer.taps("⬅️ Back", message=customer.last)

    assert before in customer.screen
    assert len(customer.bot_messages) == 1


async def test_the_longest_order_still_fits_on_every_screen(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    for number in range(50):
        await customer.presses(f"add:{shop.has_goods(f'{number:02}' + '🍵' * 98, price='10.00')}:1")
    await reviews(customer, address="🏠" * 500, note="🔔" * 500)
    assert "… and " in customer.screen
    assert "Total: $500.00" in customer.screen
    await customer.taps("Confirm order")
    assert "Total: $500.00" in customer.screen
    await delivers(process)
    assert "New order" in owner.screen
    await owner.taps("Open order")

    assert "Total: $500.00" in owner.screen
    assert shop.count(Goods) == 50

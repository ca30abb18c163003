"""Staff and customers in Telegram: finding somebody, the profile, bonus, bans and letters."""

from decimal import Decimal

import pytest

from bot.main import BotProcess
from bot.models import OrderStatus, RoleName
from bot.sandbox import Person, Sandbox
from bot.services import bonus, orders, people, roles
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now
from tests.telegram.steps import delivers, unchanged


@pytest.fixture
async def admin(process: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return Ada, an admin who has entered."""
    shop.has_customer(77, "Ada")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 77")
    person = sandbox.person(77, "Ada", language_code="en", username="ada")
    await person.sends("/start")
    return person


async def opens(staff: Person, name: str) -> None:
    """Go from the panel to a customer, by the search."""
    await staff.sends("/admin")
    await staff.taps("Customers")
    await staff.taps("Find a customer")
    await staff.sends(name)


async def test_customers_are_listed_by_pages_and_chosen_by_what_they_are(
    admin: Person, process: BotProcess, shop: Shop
):
    shop.has_goods(stock=50)
    for number in range(10):
        shop.has_customer(200 + number, f"Customer {number}")
    shop.has_order(203, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    shop.has_order(204, {"Green tea": 3}, status=OrderStatus.DELIVERED)
    shop.staff(people.ban, 205, reason=None, notify=False)
    shop.execute("UPDATE users SET blocked_bot_at = registered_at WHERE telegram_id = 206")
    await delivers(process)
    await admin.sends("/admin")
    await admin.taps("Customers")
    assert "Admin › Customers\n\nThe newest come first." in admin.screen
    assert admin.buttons[:2] == ["Customer 9 · $0.00", "Customer 8 · $0.00"]
    assert {"🚫 Customer 5 · $0.00", "💤 Customer 6 · $0.00"} <= set(admin.buttons)
    await admin.taps("Next ›")
    assert "🔑 Ada @ada · $0.00" in admin.buttons
    await admin.taps("Customer 1")
    await admin.taps("Back")
    assert "🔑 Ada @ada · $0.00" in admin.buttons

    await admin.taps("Big spenders")
    # Telegram knows neither of them, so they count as away once the bot has written to them.
    assert [each.removeprefix("💤 ") for each in admin.buttons[:2]] == ["Customer 4 · $90.00", "Customer 3 · $60.00"]
    await admin.taps("Banned")
    assert admin.buttons[0] == "🚫 Customer 5 · $0.00"
    await admin.taps("Customer 5")
    assert "🚫 Banned, without a reason" in admin.screen
    await admin.taps("Back")
    assert "🚫 Those who are banned." in admin.screen
    await admin.taps("Back")
    assert "Admin panel" in admin.screen


async def test_a_customer_is_found_by_whatever_is_known(
    admin: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.has_customer(303, "Annabel")
    await delivers(process)
    for text in ("101", "@anna", "@ANNA", "15112345678", "0151 1234 5678"):
        await opens(admin, text)
        assert "Admin › Customers › Anna\n@anna · ID: 101" in admin.screen, text
        await admin.taps("Back")
        assert "The newest come first." in admin.screen

    await opens(admin, "ann")
    assert "🔎 ann" in admin.screen
    await admin.taps("Annabel")
    await admin.taps("Back")
    assert "🔎 ann" in admin.screen
    assert [each for each in admin.buttons if "Ann" in each] == ["Annabel · $0.00", "Anna @anna · $30.00"]

    for text, said in {
        "nobody": "Nobody was found for nobody.",
        "<b>": "Nobody was found for <b>.",
        "x" * 101: "at most 100 characters",
    }.items():
        await opens(admin, text)
        assert said in admin.screen
        assert "Write a part of the name" in admin.screen
    await admin.taps("Back")
    assert "The newest come first." in admin.screen


async def test_several_with_a_part_of_a_phone_number_are_a_list_and_the_number_is_not_kept(
    admin: Person, process: BotProcess, shop: Shop
):
    shop.has_goods(stock=50)
    for number in range(9):
        shop.has_order(shop.has_customer(400 + number, f"Customer {number}"), {"Green tea": 1})
    await delivers(process)
    await opens(admin, "49151")
    assert "Found by phone number\nThere are more: search again with more digits." in admin.screen
    await admin.taps("Customer 8")
    assert "ID: 408" in admin.screen

    await admin.presses("people:found:0")

    assert "The newest come first." in admin.screen


async def test_the_profile_says_what_the_shell_says_and_shows_details_only_when_asked(
    admin: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods(stock=50)
    shop.has_setting("reference_bonus_percent", "50")
    shop.has_customer(303, "Fritz", referrer_id=101)
    shop.has_order(303, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    delivered = shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.staff(orders.cancel, shop.has_order(101, {"Green tea": 1}))
    reserved = shop.has_order(101, {"Green tea": 3})
    shop.staff(bonus.adjust, 101, Decimal("-5.00"), reason="Credited twice", notify=False)
    await customer.sends("/help")
    await customer.sends("Where is it?")
    await delivers(process)
    await opens(admin, "@anna")

    said = admin.screen
    assert "Admin › Customers › Anna\n@anna · ID: 101\n" in said
    assert "Registered: " in said
    assert "Language: English\nFriends invited: 1" in said
    assert "📦 3 orders, open: 1\nDelivered: 1, $30.00 spent" in said
    assert "🎁 Bonus: $25.00\n· −$5.00 by hand · Credited twice\n· +$30.00 for a friend's order · " in said
    assert "💬 1 question waits for an answer" in said
    assert ADDRESS not in said
    assert PHONE not in said
    await admin.taps("Details")
    assert f"📍 {ADDRESS}\n📞 {PHONE}" in admin.screen
    await admin.taps("Back")

    await admin.taps("Orders: ")
    assert admin.buttons[0].startswith(f"{reserved} · ")
    assert admin.buttons[2] == f"{delivered} · delivered · $30.00"
    await admin.taps(delivered)
    assert f"Order {delivered}" in admin.screen
    await admin.taps("Back")
    await admin.taps("Back")
    assert "Admin › Customers › Anna\n@anna" in admin.screen


async def test_bonus_is_moved_after_a_question_and_told(
    admin: Person, customer: Person, process: BotProcess, shop: Shop
):
    await opens(admin, "@anna")
    await admin.taps("Bonus")
    assert "🎁 Bonus: $0.00\n\nNothing has moved it yet." in admin.screen
    await admin.taps("Add")
    for text in ("nothing", "0", "-5", "5.001", "1e400", "9" * 50, "NaN"):
        with unchanged(shop):
            await admin.sends(text)
        assert "Please write an amount above nothing, such as 5.00." in admin.screen, text
    await admin.sends("9999999999.99")
    await admin.taps("Back")
    await admin.sends("7.50")
    assert "Add $7.50: the balance becomes $7.50.\nWhy?" in admin.screen
    await admin.sends("x" * 501)
    assert "Please write a reason of at most 500 characters." in admin.screen
    await admin.sends("Broken cup")
    await admin.sends_sticker()
    assert "I need a text here." in admin.screen
    await admin.sends("Broken <pot>")
    assert "Reason: Broken <pot>\n\nThey get a message" in admin.screen
    confirmation = admin.last
    await admin.taps("Yes, add $7.50")
    assert "✅ Done." in admin.screen
    assert "🎁 Bonus: $7.50\n\n· +$7.50 by hand · Broken <pot>" in admin.screen
    with unchanged(shop):
        await admin.presses("pdo:101:new:0:adjust", message=confirmation)
    await delivers(process)
    assert "has added $7.50 to your bonus balance.\n\nReason: Broken <pot>" in customer.last.text
    assert [event.actor for event in shop.events("bonus.adjusted")] == ["user:77"]

    await admin.taps("Take off")
    with unchanged(shop):
        await admin.sends("7.51")
        assert "That is more than the balance holds." in admin.screen
    await admin.sends("2.5")
    await admin.sends("Too much")
    await admin.taps("Yes, take off $2.50")
    assert shop.balance(101) == Decimal("5.00")


async def test_a_balance_that_moved_while_the_reason_was_typed_is_left_alone(
    admin: Person, customer: Person, shop: Shop
):
    await opens(admin, "@anna")
    await admin.taps("Bonus")
    await admin.taps("Add")
    await admin.sends("5")
    await admin.sends("Broken cup")
    shop.staff(bonus.adjust, 101, Decimal("5.00"), reason="Broken cup", notify=False)
    with unchanged(shop):
        await admin.taps("Yes, add $5.00")

    assert "The balance has changed meanwhile, so nothing was done." in admin.screen
    await admin.taps("Back")
    assert "🎁 Bonus: $5.00" in admin.screen


async def test_back_from_an_order_of_a_customer_leads_to_the_list_that_had_them(
    admin: Person, customer: Person, shop: Shop
):
    shop.has_goods(stock=50)
    code = shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.execute("UPDATE outbox SET status = 'sent'")
    await admin.sends("/admin")
    await admin.taps("Customers")
    await admin.taps("Big spenders")
    await admin.taps("Anna")
    await admin.taps("Orders")
    await admin.taps(code)
    for _ in range(3):
        await admin.taps("Back")

    assert "Big spenders" not in admin.buttons
    assert [each for each in admin.buttons if "Anna" in each]


async def test_a_page_of_bonus_entries_fits_however_much_was_written(admin: Person, customer: Person, shop: Shop):
    for number in range(8):
        shop.staff(bonus.adjust, 101, Decimal("5.00"), reason=f"{number}<" + "x" * 498, notify=False)
    await admin.presses("pbonus:101:new:0:0")

    assert admin.screen.count("x…") == 8
    assert all(f"{number}<x" in admin.screen for number in range(8))


async def test_somebody_is_banned_for_a_reason_and_told_and_let_in_again_quietly(
    admin: Person, customer: Person, process: BotProcess, shop: Shop
):
    await opens(admin, "@anna")
    await admin.taps("🚫 Ban")
    await admin.sends("Never pays")
    assert "Really ban them?" in admin.screen
    with unchanged(shop):
        await admin.taps("Back")
        await admin.taps("Without a reason")
        assert "No reason is given." in admin.screen
    await admin.sends("Never <pays>")
    asked = admin.last
    await admin.taps("Ban, and tell them")
    await delivers(process)
    assert "🚫 Banned. They are told." in admin.screen
    assert "🚫 Banned: Never <pays>" in admin.screen
    assert customer.last.text == "You can no longer use this shop.\n\nReason: Never <pays>"
    assert [event.actor for event in shop.events("customer.banned")] == ["user:77"]
    with unchanged(shop):
        await admin.presses("pdo:101:new:0:ban-tell", message=asked)
        assert "This customer is banned already." in admin.screen
        await admin.taps("Back")
        await customer.sends("/shop")
        assert customer.last.text == "You cannot use this shop."

    await admin.taps("Lift the ban")
    await admin.taps("Yes, quietly")
    assert "They can use the shop again. They are not told." in admin.screen
    with unchanged(shop):
        await admin.presses("pdo:101:new:0:un-tell")
        assert "This customer is not banned." in admin.screen
    await delivers(process)
    assert customer.last.text == "You cannot use this shop."
    await customer.sends("/shop")
    assert "The shelves are empty" in customer.screen


async def test_staff_are_banned_by_nobody_before_they_are_dismissed(admin: Person, owner: Person, shop: Shop):
    with unchanged(shop):
        await admin.presses(f"pdo:{OWNER_ID}:new:0:ban")
        assert "The owner cannot be banned." in admin.screen
        await owner.presses("pdo:77:new:0:ban")
        assert "Admins cannot be banned; take their role away first." in owner.screen
        await owner.taps("Back")
        assert "🔑 Runs this shop as an admin" in owner.screen


async def test_somebody_who_was_banned_or_appointed_while_the_reason_was_typed_is_left_as_they_are(
    admin: Person, customer: Person, shop: Shop
):
    await opens(admin, "@anna")
    await admin.taps("🚫 Ban")
    await admin.sends("Never pays")
    shop.staff(roles.appoint, 101, RoleName.ADMIN)
    with unchanged(shop):
        await admin.taps("Ban quietly")

    assert "Admins cannot be banned" in admin.screen


async def test_a_letter_reaches_the_customer_unless_they_have_blocked_the_bot(
    admin: Person, customer: Person, process: BotProcess, shop: Shop
):
    await opens(admin, "@anna")
    await admin.taps("Write")
    with unchanged(shop):
        await admin.sends("x" * 2001)
        assert "Please write at most 2000 characters." in admin.screen
    await admin.sends("Your parcel waits\nat the door.")
    assert "✅ Your message is on its way." in admin.screen
    await delivers(process)
    assert customer.last.text == "✉️ A message from the shop\n\nYour parcel waits\nat the door."

    shop.execute("UPDATE users SET blocked_bot_at = registered_at WHERE telegram_id = 101")
    with unchanged(shop):
        await admin.taps("Write")
    assert "They have blocked the bot; nothing reaches them until they are back." in admin.screen
    await admin.taps("Back")
    assert "💤 Has blocked the bot, noticed " in admin.screen


async def test_customers_are_kept_in_russian_too(
    admin: Person, customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    shop.has_goods(stock=50)
    for _ in range(2):
        shop.has_order(101, {"Green tea": 1})
    await delivers(process)
    shop.db.call(people.choose_language, 77, "ru", now=now())
    await admin.sends("/admin")
    await admin.taps("Покупатели")
    assert "Admin" not in admin.screen
    await admin.taps("Anna")
    assert "📦 2 заказа, открыто: 2" in admin.screen
    await admin.taps("Бонус")
    await admin.taps("Добавить")
    await admin.sends("5")
    assert "Добавить 5,00\xa0$: на балансе станет 5,00\xa0$." in admin.screen
    await admin.sends("Разбитая чашка")
    await admin.taps("Да, добавить")
    assert "· +5,00\xa0$ вручную · Разбитая чашка" in admin.screen
    await admin.presses(f"pdo:{OWNER_ID}:new:0:ban")
    assert "Владельцу нельзя закрыть доступ." in admin.screen

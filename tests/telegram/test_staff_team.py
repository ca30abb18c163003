"""The owner and the staff in Telegram: appointing by whatever names a person, dismissing, and what is told."""

from bot.main import BotProcess
from bot.models import RoleName
from bot.sandbox import Person, Sandbox
from bot.services import people, roles
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import delivers, unchanged

FOR_EVERYBODY = ["start", "shop", "cart", "orders", "help", "privacy", "mydata", "deleteme"]


async def goes_to_question(owner: Person) -> None:
    """Go from the panel to the question who is to be appointed."""
    await owner.sends("/admin")
    await owner.taps("🔑 Staff")
    await owner.taps("Appoint an admin")
    assert "Who shall help to run the shop?" in owner.screen


async def test_somebody_is_appointed_by_name_told_and_dismissed_again(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    await goes_to_question(owner)
    assert owner.reply_buttons == ["👤 Choose a person", "⬅️ Back"]
    with unchanged(shop):
        for text, said in {
            "@nobody": "Nobody who has entered the shop is called so.",
            "9" * 40: "Nobody who has entered the shop is called so.",
            str(OWNER_ID): "This is the owner, who may do everything already.",
        }.items():
            await owner.sends(text)
            assert said in owner.screen
            assert "Who shall help to run the shop?" in owner.screen
    await owner.sends("@anna")
    assert "Admin › Staff › Anna\n@anna · ID: 101\n\n🔑 Appoint as admin?" in owner.screen
    with unchanged(shop):
        await owner.taps("Back")
        assert "👑 Olga @olga (1): owns the shop" in owner.screen
    await owner.taps("Appoint an admin")
    await owner.sends("101")
    asked = owner.last
    await owner.taps("Yes, appoint")
    assert "✅ Anna @anna runs the shop with you from now on." in owner.screen
    assert "🔑 Anna @anna (101)\nAdmin since " in owner.screen
    assert ", named by Olga" in owner.screen
    assert customer.commands == [*FOR_EVERYBODY, "admin"]
    with unchanged(shop):
        await owner.presses("hire!:101", message=asked)
        assert "This person is an admin already." in owner.screen
    await delivers(process)
    assert "🔑 You run this shop with us from now on" in customer.last.text
    await customer.sends("/admin")
    assert "👥 Customers" in customer.buttons
    assert "🔑 Staff" not in customer.buttons

    await owner.presses("team:0")
    await owner.taps("🔑 Anna @anna")
    await owner.taps("As a customer")
    assert "🔑 Runs this shop as an admin" in owner.screen
    await owner.taps("Back")
    await owner.taps("Dismiss")
    with unchanged(shop):
        await owner.taps("Back")
    await owner.taps("Dismiss")
    await owner.taps("Yes, dismiss")
    assert "✅ Anna @anna no longer runs the shop." in owner.screen
    assert customer.commands == FOR_EVERYBODY
    await delivers(process)
    assert "You no longer run this shop" in customer.last.text
    assert [(event.kind, event.actor) for event in shop.events() if event.kind.startswith("staff.")] == [
        ("staff.added", "user:1"),
        ("staff.removed", "user:1"),
    ]
    with unchanged(shop):
        await owner.presses("fire!:101")
        assert "This person is no admin any more." in owner.screen
        await owner.taps("Back")
        await owner.presses(f"fire!:{OWNER_ID}")
        assert "This is the owner, whom OWNER_ID names." in owner.screen


async def test_somebody_is_named_by_a_choice_a_contact_or_a_forwarded_message(
    owner: Person, customer: Person, sandbox: Sandbox, shop: Shop
):
    asked = "Admin › Staff › Anna\n@anna · ID: 101"
    await customer.sends("Hello")
    message = next(each for each in customer.messages if each.text == "Hello")
    await goes_to_question(owner)
    await owner.shares_users(101)
    assert asked in owner.screen
    await goes_to_question(owner)
    await owner.taps("Choose a person")
    assert asked in owner.screen
    await goes_to_question(owner)
    await owner.shares_contact(user_id=101)
    assert asked in owner.screen
    await goes_to_question(owner)
    await owner.forwards(message)
    assert asked in owner.screen

    await goes_to_question(owner)
    for share in (
        owner.shares_contact(user_id=0),
        owner.says(
            {"text": "Hi"}, context={"forward_origin": {"type": "hidden_user", "sender_user_name": "X", "date": 1}}
        ),
    ):
        await share
        assert "Telegram does not say who this is. Please write the ID or @username." in owner.screen
    await owner.shares_users(999)
    assert "Nobody who has entered the shop is called so." in owner.screen
    await owner.sends_sticker()
    assert "Who shall help to run the shop?" in owner.screen
    await owner.sends("⬅️ Back")
    assert "👑 Olga" in owner.screen
    assert owner.reply_buttons == []
    assert shop.user(101).role is RoleName.USER


async def test_a_customer_is_appointed_from_the_card_unless_banned(owner: Person, customer: Person, shop: Shop):
    await owner.presses("person:101:new:0")
    await owner.taps("Appoint as admin")
    await owner.taps("Back")
    assert "Admin › Customers › Anna" in owner.screen
    shop.staff(people.ban, 101, reason=None, notify=False)
    with unchanged(shop):
        await owner.taps("Appoint as admin")
        assert "This person is banned; lift the ban first." in owner.screen
        await owner.presses("hire!:101")
        assert "This person is banned; lift the ban first." in owner.screen
    await owner.presses("person:101:new:0")
    assert "Appoint as admin" not in " ".join(owner.buttons)


async def test_many_admins_have_pages_and_back_leads_to_the_page_of_one(owner: Person, shop: Shop):
    for number in range(99):
        shop.has_customer(200 + number, f"{number} " + "a" * 60)
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id >= 200")
    await owner.presses("team:0")
    assert "👑 Olga" in owner.screen
    assert [each.split()[1] for each in owner.buttons if "aaa" in each] == [str(number) for number in range(8)]
    assert "‹ Previous" not in owner.buttons
    await owner.taps("Next ›")
    await owner.taps("Next ›")
    assert "👑 Olga" not in owner.screen
    assert [each.split()[1] for each in owner.buttons if "aaa" in each] == [str(number) for number in range(16, 24)]
    page = owner.screen
    await owner.taps("17 aaa")
    await owner.taps("As a customer")
    await owner.taps("Back")
    assert "Dismiss" in owner.buttons
    await owner.taps("Back")
    assert owner.screen == page
    await owner.presses("team:12")
    assert [each.split()[1] for each in owner.buttons if "aaa" in each] == ["96", "97", "98"]
    assert "Next ›" not in owner.buttons

    await owner.presses("team:13")

    assert "👑 Olga" in owner.screen


async def test_admins_neither_see_nor_reach_the_staff(customer: Person, shop: Shop):
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 101")
    shop.has_customer(102, "Boris")
    await customer.presses("person:102:new:0")
    assert "Appoint as admin" not in " ".join(customer.buttons)
    with unchanged(shop):
        for press in ("team:0", "hire", "hire?:102:new:0", "hire!:102", "member:101", "fire?:101", "fire!:101"):
            await customer.presses(press)
            assert customer.last.text == "This is for the people who run the shop."


async def test_the_staff_read_russian_too(owner: Person, customer: Person, shop: Shop):
    shop.db.call(people.choose_language, OWNER_ID, "ru", now=now())
    shop.staff(roles.appoint, 101, RoleName.ADMIN)
    await owner.sends("/admin")
    await owner.taps("Сотрудники")
    assert "👑 Olga @olga (1): владелец магазина" in owner.screen
    assert "назначил(а) test (командная строка)" in owner.screen
    await owner.taps("Назначить администратора")
    await owner.sends("101")
    assert "Этот человек уже администратор." in owner.screen

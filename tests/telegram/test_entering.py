from bot.sandbox import Person, Sandbox
from tests.shop import Shop


async def test_a_guest_is_asked_for_a_code_whatever_they_do(guest: Person, shop: Shop):
    await guest.sends("/start")
    assert "send your reference code" in guest.screen

    for attempt in ("/shop", "/cart", "/orders", "/help", "/privacy", "/mydata", "/deleteme", "/admin"):
        await guest.sends(attempt)
        assert "send your reference code" in guest.screen
        assert guest.buttons == []
    for attempt in ("home", "shop:0", "cart:0", "me", "admin", "out"):
        await guest.presses(attempt)
        assert "send your reference code" in guest.screen
    await guest.sends_sticker()

    assert "send your reference code" in guest.screen
    assert shop.scalar("SELECT COUNT(*) FROM users") == 0


async def test_a_typed_code_lets_a_guest_in(guest: Person, shop: Shop):
    code = shop.has_code(max_uses=1)
    await guest.sends("/start")
    await guest.sends(f" {code[:4].lower()}-{code[4:].lower()} ")

    assert "Hello, Greta" in guest.screen
    assert "Shop" in guest.screen
    assert shop.code(code).current_uses == 1


async def test_a_deep_link_with_a_code_lets_a_guest_in_at_once(guest: Person, shop: Shop):
    code = shop.has_code()
    await guest.opens(f"https://t.me/tea_shop_bot?start={code}")

    assert "Hello, Greta" in guest.screen


async def test_an_unknown_and_a_disabled_code_get_the_same_answer(guest: Person, shop: Shop):
    code = shop.has_code()
    shop.execute("UPDATE reference_codes SET is_active = 0")
    await guest.sends("/start NOSUCHXX")
    unknown = guest.screen
    await guest.sends(f"/start {code}")

    assert guest.screen == unknown
    assert "This code is not known" in unknown


async def test_five_wrong_codes_lock_the_entry_for_a_while(guest: Person, shop: Shop):
    code = shop.has_code()
    for number in range(5):
        await guest.sends(f"WRONG22{number}")
        assert "not known" in guest.screen

    await guest.sends(code)

    assert "Too many attempts" in guest.screen
    assert shop.scalar("SELECT COUNT(*) FROM users") == 0


async def test_the_owner_enters_without_a_code_and_finds_the_admin_panel(owner: Person, shop: Shop):
    assert "Admin panel" in owner.screen
    assert shop.user(owner.id).role == "OWNER"


async def test_with_codes_switched_off_start_registers(guest: Person, shop: Shop):
    shop.has_setting("reference_codes_enabled", "false")
    await guest.sends("/shop")
    assert "Press /start" in guest.screen

    await guest.sends("/start")

    assert "Hello, Greta" in guest.screen


async def test_ones_own_code_is_refused_by_name(customer: Person, shop: Shop):
    await customer.taps("Reference Codes")
    await customer.taps("Create a code")
    code = shop.scalar("SELECT code FROM reference_codes")

    await customer.sends(f"/start {code}")

    assert "your own code" in customer.screen
    assert shop.code(code).current_uses == 0


async def test_a_banned_person_is_refused_everywhere(customer: Person, shop: Shop):
    shop.execute("UPDATE users SET is_banned = 1 WHERE telegram_id = 101")
    for attempt in ("/start", "/shop", "hello"):
        await customer.sends(attempt)
        assert "You cannot use this shop" in customer.screen


async def test_groups_and_other_bots_get_nothing(customer: Person, sandbox: Sandbox):
    group = sandbox.group(-1001, "Friends", [customer])
    robot = sandbox.person(5, "Robot", is_bot=True)
    before = sandbox.count("sendMessage")

    await customer.sends("/start", chat=group)
    await robot.sends("/start")

    assert sandbox.count("sendMessage") == before


async def test_the_menu_lists_the_commands_in_both_languages(customer: Person, sandbox: Sandbox):
    russian = sandbox.person(303, "Rita", language_code="ru")

    assert customer.commands == ["start", "shop", "cart", "orders", "help", "privacy", "mydata", "deleteme"]
    assert customer.menu[1]["description"] == "Browse the goods"
    assert russian.menu[1]["description"] == "Посмотреть товары"

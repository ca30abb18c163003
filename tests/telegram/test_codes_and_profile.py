"""Reference codes and what friends bring; profile, rules, privacy and languages."""

import re

import pytest

from bot.main import BotProcess
from bot.models import OrderStatus, ReferenceCode
from bot.sandbox import Person, Sandbox
from tests.shop import ADDRESS, PHONE, Shop
from tests.telegram.steps import delivers, puts_in_cart, unchanged


async def test_a_code_for_a_friend_comes_with_its_link(customer: Person, shop: Shop):
    await customer.taps("Reference Codes")
    assert "You have no open codes." in customer.screen
    assert customer.buttons == ["Create a code", "⬅️ Back"]
    await customer.taps("Create a code")

    code = shop.scalar("SELECT code FROM reference_codes")
    until = shop.code(code).expires_at
    assert until is not None
    assert f"{code} until {until.strftime('%-d %b %Y, %H:%M (UTC)')}" in customer.screen
    assert f"https://t.me/tea_shop_bot?start={code}" in customer.screen
    assert (shop.code(code).max_uses, shop.code(code).creator_id) == (1, 101)


async def test_ten_open_codes_are_enough(customer: Person, shop: Shop):
    await customer.taps("Reference Codes")
    for _ in range(10):
        await customer.taps("Create a code")
    assert len(re.findall("t.me/tea_shop_bot", customer.screen)) == 10

    with unchanged(shop):
        await customer.taps("Create a code")

    assert "You have 10 open codes already." in customer.screen
    assert shop.count(ReferenceCode) == 10
    assert "🏠 Home" in customer.buttons


async def test_a_friend_enters_and_brings_a_bonus_when_an_order_is_delivered(
    customer: Person, guest: Person, process: BotProcess, shop: Shop
):
    shop.has_setting("reference_bonus_percent", "10")
    await customer.taps("Reference Codes")
    await customer.taps("Create a code")
    code = shop.scalar("SELECT code FROM reference_codes")
    await guest.opens(f"https://t.me/tea_shop_bot?start={code}")
    assert "You are in. Welcome!" in guest.screen
    await delivers(process)
    assert customer.last.text == f"👋 A friend has entered with your code {code}."
    shop.has_goods(price="45.50")
    shop.has_order(guest.id, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    await delivers(process)
    assert "$9.10 have been added to your bonus balance" in customer.screen
    await customer.taps("Reference Codes")

    assert "Friends you invited: 1\n· Greta: 1 order, $9.10 for you" in customer.screen
    assert "Earned so far: $9.10\nBonus balance: $9.10" in customer.screen
    assert "You have no open codes." in customer.screen


async def test_a_used_code_lets_nobody_else_in(customer: Person, guest: Person, sandbox: Sandbox, shop: Shop):
    await customer.presses("newcode")
    code = shop.scalar("SELECT code FROM reference_codes")
    await guest.sends(f"/start {code}")
    late = sandbox.person(505, "Lars", language_code="en")
    with unchanged(shop):
        await late.sends(f"/start {code}")

    assert "This code has been used already." in late.screen


async def test_an_expired_code_says_so(guest: Person, shop: Shop):
    code = shop.has_code(expires_hours=1)
    shop.execute("UPDATE reference_codes SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE")
    await guest.sends(code)

    assert "This code has expired." in guest.screen


async def test_the_profile_tells_what_the_shop_knows(customer: Person, shop: Shop):
    await customer.taps("Profile")
    assert "Orders delivered: 0\nSpent: $0.00\nBonus balance: $0.00" in customer.screen
    assert "No delivery details saved yet." in customer.screen

    shop.has_goods()
    shop.has_order(101, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    await customer.presses("me")

    assert customer.last.text == (
        "Anna\n\nTelegram ID: 101\nOrders delivered: 1\nSpent: $60.00\nBonus balance: $0.00\n\n"
        f"📍 {ADDRESS}\n📞 {PHONE}"
    )
    await customer.presses("lang:ru")
    await customer.presses("me")
    assert "ID в Telegram: 101" in customer.screen


@pytest.mark.parametrize("name", ["<b>Eve</b> & co", "🙂" * 64, "\u202eevil"])
async def test_any_name_can_be_greeted(guest: Person, shop: Shop, name: str):
    guest.account.first_name = name
    await guest.sends(f"/start {shop.has_code()}")

    assert f"Hello, {name.replace(chr(0x202E), '')}!" in guest.screen


async def test_rules_and_privacy(customer: Person):
    await customer.taps("Rules")
    assert customer.last.text == "Rules\n\nBe kind."
    await customer.taps("Back")
    await customer.sends("/privacy")
    assert "The delivery details are encrypted" in customer.screen

    await customer.taps("Back")

    assert "Hello, Anna" in customer.screen


async def test_the_language_can_be_changed_and_is_remembered(customer: Person, shop: Shop):
    await customer.taps("Language")
    assert customer.buttons == ["English", "Русский", "⬅️ Back"]
    await customer.taps("Русский")
    assert "Теперь говорим по-русски." in customer.screen
    assert customer.buttons[:2] == ["🛍 Магазин", "🛒 Корзина"]
    await customer.sends("/start")
    assert "Здравствуйте, Anna" in customer.screen

    await customer.presses("lang:en")

    assert "We speak English now." in customer.screen
    assert shop.user(101).language == "en"


async def test_an_unknown_language_changes_nothing(customer: Person, shop: Shop):
    with unchanged(shop):
        await customer.presses("lang:xx")

    assert customer.buttons


async def test_a_russian_newcomer_is_spoken_to_in_russian(process: BotProcess, sandbox: Sandbox, shop: Shop):
    rita = sandbox.person(303, "Rita", language_code="ru-RU")
    await rita.sends("/start")
    assert "код приглашения" in rita.screen
    await rita.sends("НЕВЕРНЫЙ")
    assert "Такого кода нет" in rita.screen
    await rita.sends(f"/start {shop.has_code()}")

    assert "Вы вошли" in rita.screen
    assert shop.user(303).language == "ru"


LATIN = re.compile(r"[A-Za-z]{3,}")


async def test_a_checkout_in_russian_has_no_english_word(process: BotProcess, sandbox: Sandbox, shop: Shop):
    rita = sandbox.person(303, "Рита", language_code="ru")
    await rita.sends(f"/start {shop.has_code()}")
    goods_id = shop.has_goods("Чай", category="Напитки")
    shop.has_addresses(1)
    seen = []

    async def does(action):
        await action
        seen.append(rita.screen)

    for label in ("Магазин", "Напитки", "Чай", "Другое", "⬅️ Назад", "В корзину", "Корзина", "Оформить заказ"):
        await does(rita.taps(label))
    await does(rita.sends("ул. Ленина, 5"))
    await does(rita.sends("12"))
    await does(rita.sends("+79123456789"))
    await does(rita.taps("Пропустить"))
    await does(rita.taps("Наличными"))
    await does(rita.taps("Подтвердить заказ"))
    await does(rita.taps("Отменить заказ"))
    await does(rita.taps("Да, отменить"))
    await puts_in_cart(rita, goods_id)
    for command in ("/cart", "/orders", "/shop", "/start"):
        await does(rita.sends(command))

    code = shop.orders()[0].order_code
    for screen in seen:
        found = [word for word in LATIN.findall(screen) if word not in (code, "UTC")]
        assert found == [], screen

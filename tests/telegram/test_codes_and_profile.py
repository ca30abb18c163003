"""Reference codes and what friends bring; profile, rules, privacy and languages."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.config import Config
from bot.main import BotProcess
from bot.models import OrderStatus, ReferenceCode
from bot.sandbox import Person, Sandbox
from bot.services import people, reference_codes
from bot.telegram import qr
from bot.telegram.wording import Words
from tests.shop import ADDRESS, PHONE, Shop, now
from tests.telegram.steps import delivers, puts_in_cart, unchanged


async def test_a_code_for_a_friend_comes_with_its_link(customer: Person, shop: Shop):
    await customer.taps("Reference Codes")
    assert "You have no open codes." in customer.screen
    assert customer.buttons == ["Create a code", "⬅️ Back", "🛒 Cart"]
    await customer.taps("Create a code")

    code = shop.scalar("SELECT code FROM reference_codes")
    until = shop.code(code).expires_at
    assert until is not None
    assert f"{code} until {until.strftime('%-d %b %Y, %H:%M (UTC)')}" in customer.screen
    assert f"https://t.me/tea_shop_bot?start={code}" in customer.screen
    assert (shop.code(code).max_uses, shop.code(code).creator_id) == (1, 101)


SHARED = {
    "en": (
        "🎟 An invitation to our shop\nPoint a phone's camera at the picture, or open {link}\nCode: {code}\n\n"
        "It lets one person in, until {until}.",
        ["📤 Share the link", "🎟 Reference Codes", "🏠 Home"],
    ),
    "ru": (
        "🎟 Приглашение в наш магазин\nНаведите камеру телефона на картинку или откройте {link}\nКод: {code}\n\n"
        "Впустит одного человека до {until}.",
        ["📤 Поделиться ссылкой", "🎟 Коды приглашений", "🏠 Главная"],
    ),
}


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_code_comes_with_a_picture_to_share(
    customer: Person, sandbox: Sandbox, shop: Shop, config: Config, language: str
):
    shop.db.call(people.choose_language, 101, language, now=now())
    await customer.presses("newcode")
    code = shop.scalar("SELECT code FROM reference_codes")
    link = f"https://t.me/tea_shop_bot?start={code}"
    list_of_codes = customer.last
    await customer.taps(f"🔳 {code}")

    text, labels = SHARED[language]
    expires_at = shop.code(code).expires_at
    assert expires_at is not None
    until = Words(language, "USD").time(expires_at, "UTC")
    assert customer.last.caption == text.format(link=link, code=code, until=until)
    assert customer.buttons == labels
    assert sandbox.world.files.find(customer.last.photo or "").data == qr.png(link)
    assert [path.name for path in config.data_dir.rglob("*.png")] == []
    await customer.taps(labels[0])
    shared = parse_qs(urlsplit(customer.opened[-1]).query)
    assert shared["url"] == [link]
    await customer.taps(labels[2])
    assert customer.last.id not in (list_of_codes.id, customer.bot_messages[0].id)
    assert [message for message in customer.bot_messages if message.photo]


@pytest.mark.parametrize("what", ["another's", "expired", "disabled", "unknown"])
async def test_only_a_code_of_ones_own_that_is_of_use_is_shared(customer: Person, shop: Shop, what: str):
    creator = shop.has_customer(404, "Fritz") if what == "another's" else 101
    code = shop.db.call(reference_codes.create_for_friend, creator, now=now())
    changes = {
        "expired": "expires_at = UTC_TIMESTAMP(6)",
        "disabled": "is_active = 0",
        "unknown": "id = id + 1000",
    }
    if what in changes:
        shop.execute(f"UPDATE reference_codes SET {changes[what]}")
    with unchanged(shop):
        await customer.presses(f"qr:{code.id}")

    assert "This is no longer here." in customer.screen


async def test_a_friend_of_somebody_banned_meets_an_unknown_code(customer: Person, guest: Person, shop: Shop):
    await customer.presses("newcode")
    code = shop.scalar("SELECT code FROM reference_codes")
    shop.staff(people.ban, 101, reason=None, notify=False)
    with unchanged(shop):
        await guest.sends("NOSUCH22")
        unknown = guest.screen
        await guest.opens(f"https://t.me/tea_shop_bot?start={code}")
    assert guest.screen == unknown
    assert "This code is not known." in guest.screen
    shop.staff(people.unban, 101, notify=False)
    await guest.sends(code)

    assert "You are in. Welcome!" in guest.screen


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
    assert "the delivery details are encrypted" in customer.screen

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

    for label in ("Магазин", "Напитки", "Чай", "Своё", "⬅️ Назад", "В корзину", "Корзина", "Оформить заказ"):
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

"""Customers in Russian: from the code of a friend to what comes with the next order, without an English word."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.config import Config
from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import orders
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, PHONE, Shop, now
from tests.telegram.russian import RU, english, enters
from tests.telegram.steps import delivers, unchanged


@pytest.fixture
def config(config: Config) -> Config:
    """Let the shop itself speak Russian, and have Russian rules."""
    return config.model_copy(update={"bot_locale": "ru", "rules": "Будьте добры."})


@pytest.fixture
async def anna(process: BotProcess, sandbox: Sandbox, shop: Shop) -> AsyncIterator[Person]:
    """Return a customer, who reads Russian. After the test, nobody has read an English word."""
    yield await enters(sandbox, shop, 101, "Анна")
    assert english(sandbox) == []


@pytest.fixture
def tea(shop: Shop) -> int:
    """Put tea on the shelf, and return its id."""
    return shop.has_goods("Чай", category="Напитки", stock=21)


async def test_a_friend_enters_and_the_bonus_is_spent_on_an_order_in_bitcoin(
    anna: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, tea: int
):
    shop.has_setting("reference_bonus_percent", "10")
    shop.has_addresses(1)
    await anna.taps("Коды приглашений")
    assert "У вас нет открытых кодов." in anna.screen
    await anna.taps("Создать код")
    code = str(shop.scalar("SELECT code FROM reference_codes"))
    assert f"{code} до " in anna.screen
    await anna.taps(f"🔳 {code}")
    assert "Впустит одного человека до " in (anna.last.caption or "")
    with unchanged(shop):
        await anna.sends(f"/start {code}")
    rita = sandbox.person(303, "Рита", language_code="ru")
    with unchanged(shop):
        await rita.sends("/start")
        assert "Этот магазин открыт для приглашённых. Пришлите, пожалуйста, код приглашения." in rita.screen
        await rita.sends("НЕТТАКОГО")
        assert "Такого кода нет. Проверьте его и пришлите ещё раз." in rita.screen
    await rita.sends(code)
    assert "✅ Вы вошли. Добро пожаловать!" in rita.screen
    shop.has_order(303, {"Чай": 5}, status=OrderStatus.DELIVERED)
    await delivers(process)
    assert f"👋 Друг вошёл с вашим кодом {code}." in [each.text for each in anna.bot_messages]
    told = "🎁 Спасибо за приглашённого друга: на ваш бонусный баланс зачислено 15,00\xa0$."
    assert told in [each.text for each in anna.bot_messages]
    await anna.sends("/start")
    await anna.taps("Коды приглашений")
    assert "Приглашённые друзья: 1\n· Рита: 1 заказ, вам 15,00\xa0$" in anna.screen

    await anna.sends("/shop")
    await anna.taps("Напитки")
    assert "Чай · 30,00\xa0$ · ещё 16" in anna.buttons
    await anna.taps("Чай")
    await anna.taps("Своё")
    with unchanged(shop):
        await anna.sends("пять")
        assert "Напишите, пожалуйста, целое число больше 0." in anna.screen
    await anna.sends("2")
    assert "✅ Добавлено. В вашей корзине: 2" in anna.screen
    await anna.taps("Корзина (2)")
    assert "Ваша корзина · 2 товара" in anna.screen
    assert "2 × Чай · 30,00\xa0$ = 60,00\xa0$" in anna.screen
    await anna.taps("Оформить заказ")
    with unchanged(shop):
        await anna.sends("тут")
        assert "Напишите, пожалуйста, полный адрес: от 5 до 500 символов." in anna.screen
    await anna.sends("ул. Мира, 1")
    with unchanged(shop):
        await anna.sends("12")
        assert "По такому номеру нельзя позвонить." in anna.screen
    await anna.sends(PHONE)
    await anna.sends("Код двери 12")
    assert "У вас есть бонус 15,00\xa0$. Сумма заказа 60,00\xa0$. Потратить бонус сейчас?" in anna.screen
    await anna.taps("Потратить 15,00\xa0$")
    assert "К оплате: 45,00\xa0$. Как вы хотите заплатить?" in anna.screen
    await anna.taps("Биткоин")
    assert "Итого: 60,00\xa0$\nБонус: −15,00\xa0$\nК оплате: 45,00\xa0$\nБиткоин" in anna.screen
    await anna.taps("Подтвердить заказ")
    order = shop.orders()[-1]
    assert f"✅ Заказ {order.order_code} отложен для вас." in anna.screen
    assert f"Отправьте, пожалуйста, биткоины на сумму 45,00\xa0$ на этот адрес:\n{BITCOIN_ADDRESSES[0]}" in anna.screen
    await anna.taps("Отменить заказ")
    assert f"Точно отменить заказ {order.order_code}?" in anna.screen
    await anna.taps("Нет, оставить")
    await anna.taps("Отменить заказ")
    await anna.taps("Да, отменить")
    await anna.sends("/start")
    await anna.taps("Профиль")
    assert "Доставлено заказов: 0\nПотрачено: 0,00\xa0$" in anna.screen
    assert shop.balance(101) == 15


async def test_an_order_is_changed_followed_and_ordered_again(anna: Person, process: BotProcess, shop: Shop, tea: int):
    shop.has_setting("timezone", "Europe/Moscow")
    code = shop.has_order(101, {"Чай": 5})
    await delivers(process)
    await anna.sends("/orders")
    assert f"{code} · не подтверждён · 150,00\xa0$" in anna.buttons
    await anna.taps(code)
    assert (
        f"Статус: ждёт подтверждения\nОформлен: {RU.time(shop.order(code).created_at, 'Europe/Moscow')}" in anna.screen
    )
    await anna.taps("📍 Адрес")
    assert "Куда его привезти вместо этого? Напишите полный адрес." in anna.screen
    with unchanged(shop):
        await anna.sends("тут")
        assert "Напишите, пожалуйста, полный адрес: от 5 до 500 символов." in anna.screen
    await anna.sends("ул. Мира, 1")
    assert "✅ Изменено. Магазин об этом узнает." in anna.screen
    await anna.taps("📝 Примечание")
    with unchanged(shop):
        await anna.sends("х" * 501)
        assert "Напишите, пожалуйста, не больше 500 символов." in anna.screen
    await anna.sends("Код двери 12")
    shop.db.call(orders.remind, code, now=now())
    await delivers(process)
    reminder = next(each for each in reversed(anna.bot_messages) if each.text.startswith("⏰ Мы держим заказ"))
    await anna.taps("Держать ещё 12 часов", message=reminder)
    assert "✅ Мы подержим ваш заказ дольше." in anna.screen
    shop.staff(orders.confirm, code, delivery_time=now() + timedelta(days=1))
    shop.staff(orders.deliver, code)
    await delivers(process)
    assert f"📦 Ваш заказ {code} доставлен. Спасибо!" in [each.text for each in anna.bot_messages]

    await anna.sends("/orders")
    await anna.taps(f"{code} · доставлен · 150,00\xa0$")
    await anna.taps("Заказать снова")
    assert "🔁 Снова в корзине, по сегодняшним ценам:\n✅ 5 × Чай" in anna.screen
    assert "Ваша корзина · 5 товаров" in anna.screen
    await anna.taps("Очистить")
    assert "Ваша корзина пуста." in anna.screen
    await anna.sends("/privacy")
    assert "Приватность" in anna.screen
    await anna.sends("/start")
    await anna.taps("Профиль")
    assert "Доставлено заказов: 1\nПотрачено: 150,00\xa0$\nБонусный баланс: 0,00\xa0$" in anna.screen
    assert f"📍 {ADDRESS}" in anna.screen
    await anna.taps("Без новостей")
    assert "🔕 Новостей магазина больше не будет." in anna.screen
    await anna.taps("Снова присылать новости")
    assert "🔔 Вы получаете новости магазина." in anna.screen
    await anna.sends("/start")
    await anna.taps("Правила")
    assert "Правила\n\nБудьте добры." in anna.screen

"""Those who run the shop, in Russian: one long conversation for each part of the panel, without an English word."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.config import Config
from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import sample_photo
from bot.sandbox.model import Chat
from bot.sandbox.screen import view
from bot.services import broadcast_run, staff_group
from bot.services import help as help_desk
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now
from tests.telegram.russian import RU, english, enters
from tests.telegram.steps import delivers, unchanged

GROUP = -1001


@pytest.fixture
def config(config: Config) -> Config:
    """Let the shop itself speak Russian, as in the staff's group."""
    return config.model_copy(update={"bot_locale": "ru"})


@pytest.fixture
async def olga(process: BotProcess, sandbox: Sandbox) -> AsyncIterator[Person]:
    """Return the owner, who reads Russian. After the test, nobody has read an English word."""
    person = sandbox.person(OWNER_ID, "Ольга", language_code="ru", username="olga")
    await person.sends("/start")
    yield person
    assert english(sandbox) == []


@pytest.fixture
async def anna(process: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return a customer, who reads Russian."""
    return await enters(sandbox, shop, 101, "Анна")


@pytest.fixture
def tea(shop: Shop) -> int:
    """Put tea on the shelf, and return its id."""
    return shop.has_goods("Чай", category="Напитки", stock=50)


async def test_an_order_goes_through_the_hands_of_the_staff(
    olga: Person, anna: Person, process: BotProcess, shop: Shop, tea: int
):
    shop.has_setting("timezone", "Europe/Moscow")
    code, other, late = (shop.has_order(101, {"Чай": 2}) for _ in range(3))
    shop.expires(late)
    await delivers(process)
    assert f"🆕 Новый заказ {code}\n\nСтатус: ждёт подтверждения\n" in " ".join(each.text for each in olga.bot_messages)
    await olga.sends("/admin")
    assert olga.keyboard[:3] == [
        ["Ждут подтверждения: 2"],
        ["Подтверждены: 0", "Доставлены: 0"],
        ["Отменены: 0", "Истекли: 1"],
    ]
    await olga.taps("Ждут подтверждения")
    assert "Управление › Ждут подтверждения" in olga.screen
    await olga.taps(code)
    assert "Покупатель: Анна @user101 (101)" in olga.screen
    assert "2 × Чай · 30,00\xa0$ = 60,00\xa0$\n\nИтого: 60,00\xa0$\nНаличными при получении" in olga.screen

    await olga.taps("Подтвердить")
    assert "Когда его доставят?" in olga.screen
    with unchanged(shop):
        await olga.sends("завтра")
    assert "Напишите время в будущем как ГГГГ-ММ-ДД ЧЧ:ММ, например 2026-12-20 14:30." in olga.screen
    await olga.taps("Завтра")
    assert "в какое время? Выберите или напишите, например 14:30." in olga.screen
    await olga.taps("Назад")
    await olga.taps("Завтра")
    await olga.sends("14:30")
    planned = shop.order(code).delivery_time
    assert planned is not None
    assert f"Доставка: {RU.time(planned, 'Europe/Moscow')}" in olga.screen
    assert ", 14:30 (Europe/Moscow)" in olga.screen
    await delivers(process)
    assert f"✅ Ваш заказ {code} подтверждён.\nДоставка: {RU.time(planned, 'Europe/Moscow')}" in anna.last.text

    await olga.taps("Изменить")
    assert "Что изменить? Покупатель узнает о каждом изменении." in olga.screen
    await olga.taps("Добавить товары")
    await olga.sends("кофе")
    assert "С названием кофе ничего нет. Напишите другое." in olga.screen
    await olga.sends("чай")
    await olga.taps("Чай")
    assert "по 30,00\xa0$\nСколько всего должно быть в заказе? Сейчас: 2. Ещё есть: 46." in olga.screen
    with unchanged(shop):
        await olga.sends("много")
        assert "Напишите, пожалуйста, целое число больше 0." in olga.screen
        await olga.sends("49")
        assert "Столько уже нет:\nЧай: осталось только 46" in olga.screen
    await olga.sends("3")
    assert "✅ Изменено. Покупатель об этом узнает." in olga.screen
    await delivers(process)
    assert f"Ваш заказ {code} изменился: добавлено 1 × Чай. Теперь итого: 90,00\xa0$" in anna.last.text
    await olga.taps("Время доставки")
    assert "Когда его доставят вместо этого? Покупатель об этом узнает." in olga.screen
    await olga.taps("Назад")
    assert "Что изменить?" in olga.screen
    await olga.taps("Время доставки")
    await olga.sends(f"{now() + timedelta(days=3):%Y-%m-%d} 10:00")
    assert "Что изменить?" in olga.screen
    await delivers(process)
    assert f"Ваш заказ {code} привезут в другое время: " in anna.last.text
    await olga.taps("Адрес")
    assert f"Пока указано:\n📍 {ADDRESS}" in olga.screen
    with unchanged(shop):
        await olga.sends("ул.")
    assert "Напишите, пожалуйста, полный адрес: от 5 до 500 символов." in olga.screen
    await olga.sends("ул. Мира, 1")
    await olga.taps("Примечание")
    await olga.sends("Код 12")
    assert "📍 ул. Мира, 1" in olga.screen
    await olga.taps("Назад")
    assert "Добавлено: 1 × Чай · Ольга" in olga.screen
    assert "Изменено примечание · Ольга" in olga.screen

    await olga.taps("Написать")
    assert f"Сообщение покупателю Анна о заказе {code}\nНапишите текст." in olga.screen
    await olga.sends("Скоро будем")
    assert "✅ Сообщение отправлено." in olga.screen
    await delivers(process)
    assert anna.last.text == "✉️ Сообщение от магазина\n\nСкоро будем"
    await olga.taps("Доставлен")
    assert f"Заказ {code} передан покупателю? Товары спишутся со склада, и отменить это нельзя." in olga.screen
    await olga.taps("Да, доставлен")
    assert "Статус: доставлен" in olga.screen
    await delivers(process)
    assert f"📦 Ваш заказ {code} доставлен. Спасибо!" in anna.last.text

    await olga.presses(f"job:{shop.order(other).id}")
    await olga.taps("Отменить заказ")
    assert f"Точно отменить заказ {other}?\nНапишите причину, её увидит покупатель." in olga.screen
    with unchanged(shop):
        await olga.sends("х" * 501)
    assert "Напишите причину, не длиннее 500 символов." in olga.screen
    await olga.sends("Нет курьера")
    assert "Отменён (Нет курьера) · Ольга" in olga.screen
    await delivers(process)
    assert f"Ваш заказ {other} отменён магазином.\n\nПричина: Нет курьера" in anna.last.text
    await olga.presses(f"job:{shop.order(late).id}")
    await olga.taps("Снова отложить товары")
    await olga.taps("Да, отложить")
    await delivers(process)
    assert f"Ваш заказ {late} снова отложен до " in anna.last.text
    await olga.sends("/admin")
    await olga.taps("Найти заказ")
    await olga.sends("ничего")
    assert "По запросу ничего заказов нет." in olga.screen
    await olga.taps("Искать ещё")
    await olga.sends(code)
    assert f"{code} 💵 90,00\xa0$ · доставлен" in olga.buttons


async def test_who_is_told_of_orders_is_chosen_and_a_group_that_is_lost_is_named(
    olga: Person, anna: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, tea: int
):
    await olga.sends("/admin")
    await olga.taps("Новые заказы")
    assert "🔔 Вам приходит сообщение о новом заказе" in olga.screen
    await olga.taps("Не сообщать мне")
    assert "🔕 Сообщения о новых заказах вам не приходят. Заказы есть в панели." in olga.screen
    assert "👥 Подключить группу" in olga.buttons
    group = sandbox.group(GROUP, "Сотрудники", [olga])
    await olga.sends("/start@tea_shop_bot orders", chat=group)
    assert "👥 О новых заказах теперь сообщается здесь." in written(group)
    code = shop.has_order(101, {"Чай": 1})
    await delivers(process)
    assert f"🆕 Новый заказ {code}" in written(group)
    await olga.presses("pushes")
    assert "Если группа пропадёт, сообщения о новых заказах вам приходить не будут." in olga.screen

    sandbox.becomes(group, None, "left")
    shop.has_order(101, {"Чай": 1})
    await delivers(process)
    lost = "⚠️ Больше не могу писать в группу сотрудников (бота там нет)."
    assert any(each.text.startswith(lost) for each in olga.bot_messages)
    assert shop.db.read(staff_group.chat) is None


def written(group: Chat) -> str:
    """Return what the bot has written into a group."""
    return " ".join(view(each).text for each in group.messages.values() if each.sender and each.sender.is_bot)


async def test_goods_are_added_changed_and_put_away(
    olga: Person, anna: Person, process: BotProcess, shop: Shop, tea: int
):
    await olga.sends("/admin")
    await olga.taps("Товары")
    await olga.taps("Напитки")
    assert "Чай · 30,00\xa0$ · 50 шт." in olga.buttons
    await olga.taps("Новый товар")
    with unchanged(shop):
        await olga.sends("Чай")
        assert "Чай уже есть. Выберите, пожалуйста, другое название.\n\nКак называется товар?" in olga.screen
    await olga.sends("Кофе")
    await olga.taps("✅ Напитки")
    with unchanged(shop):
        await olga.sends("дорого")
        assert "Напишите сумму, например 12.50." in olga.screen
    await olga.sends("12.50")
    with unchanged(shop):
        await olga.sends("много")
        assert "Напишите целое число, 0 или больше." in olga.screen
    await olga.sends("21")
    await olga.taps("Пропустить")
    await olga.shares_photo(sample_photo(41, 30))
    assert "Фото сейчас: 1" in olga.screen
    await olga.taps("Готово")
    assert "👁 Это увидят покупатели." in olga.screen
    assert "Цена: 12,50\xa0$\nВ наличии: 21" in olga.screen
    assert olga.buttons == ["✅ В продажу", "✖️ Отменить", "⬅️ Назад"]
    await olga.taps("В продажу")
    assert "✅ Теперь в продаже." in olga.screen

    await olga.taps("Название")
    with unchanged(shop):
        await olga.sends("х" * 101)
        assert "Напишите название не длиннее 100 символов." in olga.screen
    await olga.sends("Чёрный кофе")
    await olga.taps("Описание")
    await olga.sends("Крепкий")
    await olga.taps("Цена")
    await olga.sends("13")
    await olga.taps("Мало")
    with unchanged(shop):
        await olga.sends("чуть-чуть")
        assert "Напишите целое число, 0 или больше, или выберите ниже." in olga.screen
    await olga.sends("3")
    assert "✅ Изменено." in olga.screen
    assert "Мало на складе: сообщим при остатке 3\n\nКрепкий" in olga.screen
    await olga.taps("➖ Склад")
    assert "на складе 21, из них в заказах 0.\nСколько убыло?" in olga.screen
    with unchanged(shop):
        await olga.sends("0")
        assert "Напишите, пожалуйста, целое число больше 0." in olga.screen
    await olga.sends("19")
    assert "➖ 19: почему?" in olga.screen
    with unchanged(shop):
        await olga.sends("х" * 201)
        assert "Напишите причину не длиннее 200 символов." in olga.screen
    await olga.sends("Разбилось")
    assert "✅ Остаток изменён." in olga.screen
    assert "На складе: 2, в заказах 0, доступно 2" in olga.screen
    await delivers(process)
    assert any(each.text == "📉 Осталось мало: Чёрный кофе, 2 шт." for each in olga.bot_messages)

    goods_id = shop.goods("Чёрный кофе").id
    await olga.presses(f"gp:{goods_id}:0")
    assert "Фото 1 из 1" in olga.screen
    await olga.taps("Удалить")
    assert "✅ Удалено." in olga.screen
    assert "Фото пока нет." in olga.screen
    await olga.taps("Добавить фото")
    with unchanged(shop):
        await olga.sends_sticker()
        assert "Эту картинку показать нельзя. Пришлите фото или файл JPEG, PNG или WebP до 10 МБ." in olga.screen
    await olga.taps("Назад")
    await olga.taps("Ссылка")
    assert "Кто откроет эту ссылку, увидит этот товар:" in olga.screen
    await olga.taps("Назад")
    await olga.taps("В архив")
    assert "🗄 В архиве. В открытых заказах товар остаётся." in olga.screen
    await olga.taps("Снова продавать")
    assert "✅ Снова в продаже." in olga.screen
    await olga.presses("gfind")
    await olga.sends("сахар")
    assert "По запросу сахар товаров не нашлось." in olga.screen
    await olga.taps("Искать ещё")
    await olga.sends("кофе")
    assert "🔎 Товары: кофе" in olga.screen


async def test_categories_are_kept(olga: Person, shop: Shop, tea: int):
    await olga.sends("/admin")
    await olga.taps("Категории")
    await olga.taps("Новая категория здесь")
    with unchanged(shop):
        await olga.sends("Напитки")
        assert "Напитки уже есть." in olga.screen
    await olga.sends("Посуда")
    assert "✅ Добавлена." in olga.screen
    await olga.taps("Переименовать")
    assert "Как теперь назвать Посуда?" in olga.screen
    await olga.sends("Чашки")
    assert "Управление › Категории › Чашки" in olga.screen
    await olga.taps("Перенести")
    assert "Чашки: куда перенести?" in olga.screen
    await olga.taps("Напитки")
    await olga.taps("✅ Напитки")
    assert "✅ Перенесена." in olga.screen
    await olga.taps("В архив")
    assert "🗄 В архиве вместе со всем, что в ней." in olga.screen
    await olga.taps("Показать снова")
    assert "✅ Покупатели снова её видят." in olga.screen
    await olga.taps("Назад")
    await olga.taps("Удалить")
    with unchanged(shop):
        await olga.taps("Да, удалить")
    assert "⚠️ Категория Напитки не пуста: товаров в ней 1, категорий 1." in olga.screen
    await olga.taps("Чашки")
    await olga.taps("Удалить")
    assert "Удалить Чашки навсегда? Удалить можно только пустую категорию." in olga.screen
    await olga.taps("Да, удалить")
    assert "✅ Удалена." in olga.screen


async def test_a_customer_is_found_rewarded_written_to_and_shut_out(
    olga: Person, anna: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, tea: int
):
    shop.has_order(101, {"Чай": 1}, status=OrderStatus.DELIVERED)
    shop.db.call(help_desk.ask, 101, "Где заказ?", now=now())
    await delivers(process)
    await olga.sends("/admin")
    await olga.taps("👥 Покупатели")
    assert "Управление › Покупатели\n\nСначала новые." in olga.screen
    await olga.taps("По тратам")
    await olga.taps("Найти покупателя")
    await olga.sends("Борис")
    assert "Никто не найден: Борис." in olga.screen
    await olga.taps("Назад")
    assert "Сначала те, кто потратил больше." in olga.screen
    await olga.taps("Найти покупателя")
    await olga.sends("анна")
    assert "📦 1 заказ, открыто: 0\nДоставлено: 1, потрачено 30,00\xa0$" in olga.screen
    assert "💬 1 вопрос ждёт ответа" in olga.screen
    await olga.taps("Контакты")
    assert "Управление › Покупатели › Анна › Адрес и телефон" in olga.screen
    assert f"📍 {ADDRESS}\n📞 {PHONE}" in olga.screen
    await olga.taps("Назад")

    await olga.taps("Бонус")
    assert "Пока ничего не менялось." in olga.screen
    await olga.taps("Добавить")
    with unchanged(shop):
        await olga.sends("-5")
        assert "Напишите сумму больше нуля, например 5.00." in olga.screen
    await olga.sends("5")
    await olga.sends("За терпение")
    assert "Добавить 5,00\xa0$: на балансе станет 5,00\xa0$.\nПричина: За терпение" in olga.screen
    await olga.taps("Да, добавить 5,00\xa0$")
    assert "✅ Готово." in olga.screen
    await delivers(process)
    assert anna.last.text == "🎁 Магазин добавил 5,00\xa0$ на ваш бонусный баланс.\n\nПричина: За терпение"
    await olga.taps("Списать")
    with unchanged(shop):
        await olga.sends("6")
        assert "Это больше, чем есть на балансе." in olga.screen
    await olga.sends("2")
    await olga.sends("Ошибка")
    await olga.taps("Да, списать 2,00\xa0$")
    await delivers(process)
    assert "Магазин списал 2,00\xa0$ с вашего бонусного баланса.\n\nПричина: Ошибка" in anna.last.text
    await olga.taps("Назад")

    await olga.taps("Написать")
    with unchanged(shop):
        await olga.sends("х" * 2001)
        assert "Напишите, пожалуйста, не больше 2000 символов." in olga.screen
    await olga.sends("Спасибо!")
    assert "✅ Сообщение отправлено." in olga.screen
    await olga.taps("Закрыть доступ")
    with unchanged(shop):
        await olga.sends("х" * 501)
        assert "Напишите причину, не длиннее 500 символов." in olga.screen
        await olga.sends("Не платит")
        assert "🚫 Точно закрыть доступ?" in olga.screen
        await olga.taps("Назад")
        assert "Почему закрыть доступ? Напишите причину." in olga.screen
    await olga.sends("Грубит")
    await olga.taps("Закрыть и сообщить")
    assert "🚫 Доступ закрыт, сообщение отправлено." in olga.screen
    await delivers(process)
    assert anna.last.text == "Вы больше не можете пользоваться этим магазином.\n\nПричина: Грубит"
    await olga.taps("Открыть доступ")
    await olga.taps("Да, и сообщить")
    assert "✅ Доступ снова открыт, сообщение отправлено." in olga.screen
    await delivers(process)
    assert "Вы снова можете пользоваться этим магазином." in anna.last.text


async def test_a_question_is_answered_and_another_closed(
    olga: Person, anna: Person, process: BotProcess, shop: Shop, tea: int
):
    code = shop.has_order(101, {"Чай": 1})
    await delivers(process)
    await anna.sends("/orders")
    await anna.taps(code)
    await anna.taps("Спросить об этом заказе")
    await anna.sends("Где он?")
    await delivers(process)
    assert f"💬 Анна (101) пишет о заказе {code}:" in olga.last.text
    await olga.sends("/admin")
    await olga.taps("💬 Вопросы: 1")
    await olga.taps("Анна")
    assert "❗ Ждёт ответа с " in olga.screen
    await olga.taps("Ответить")
    assert "Напишите ответ или пришлите фото или файл." in olga.screen
    with unchanged(shop):
        await olga.sends_sticker()
        assert "Напишите это или пришлите фото, видео, голосовое сообщение или файл." in olga.screen
    await olga.sends("В пути")
    assert "✅ Ответ отправлен." in olga.screen
    await delivers(process)
    assert "💬 Ответ магазина" in anna.last.text
    await anna.taps("💬 Ответить")
    await anna.sends("Спасибо")
    await olga.taps("Назад")
    await olga.taps("❗ Анна")
    await olga.taps("Закрыть без ответа")
    assert "☑️ Закрыто без ответа." in olga.screen
    await olga.taps("Назад")
    assert "Ответа никто не ждёт." in olga.screen
    await olga.taps("Не сообщать о новых вопросах")
    await olga.taps("Все переписки")
    await olga.taps("Анна")
    assert "Закрыто без ответа: Ольга, " in olga.screen
    await olga.taps("Назад")
    assert "Только ждущие ответа" in olga.buttons


async def test_a_code_is_made_and_disabled(olga: Person, process: BotProcess, sandbox: Sandbox, shop: Shop):
    await olga.sends("/admin")
    await olga.taps("🎟 Коды")
    assert "Управление › Коды приглашений\n\nТаких кодов нет." in olga.screen
    await olga.taps("Новый код")
    assert olga.buttons == ["24 часа", "48 часов", "7 дней", "Без срока", "Своё", "⬅️ Назад"]
    await olga.taps("Своё")
    with unchanged(shop):
        await olga.sends("сутки")
        assert "Напишите целое число часов от 1 до 87 600." in olga.screen
    await olga.sends("21")
    assert olga.buttons == ["1 человек", "10 человек", "Сколько угодно", "Своё", "⬅️ Назад"]
    await olga.taps("Своё")
    with unchanged(shop):
        await olga.sends("0")
        assert "Напишите целое число от 1 до 1 000 000." in olga.screen
    await olga.sends("2")
    assert "21 час · 2 человека\n\nДля чего он?" in olga.screen
    await olga.sends("Ярмарка")
    code = str(shop.scalar("SELECT code FROM reference_codes"))
    card, picture = olga.bot_messages[-2:]
    assert "✅ Код создан. Картинку ниже можно передать дальше." in card.text
    assert "🎟 Открыт\n\nИспользован: 0/2\nДействует до: " in card.text
    assert "Принёс: 0 доставленных заказов, 0,00\xa0$" in card.text
    assert f"Код: {code}\n\nВпустит 2 человека.\nДействует до " in (picture.caption or "")
    rita = sandbox.person(303, "Рита", language_code="ru")
    await rita.sends(f"/start {code}")
    assert "✅ Вы вошли. Добро пожаловать!" in rita.screen

    await olga.presses("refs:all:0")
    await olga.taps(code)
    await olga.taps("Кто вошёл: 1")
    assert "Кто вошёл по коду и сколько потратил. Сначала новые." in olga.screen
    await olga.taps("Рита · 0,00\xa0$")
    assert f"Вход по коду {code}" in olga.screen
    await olga.taps("Назад")
    await olga.taps("Назад")
    await olga.taps("Отключить")
    with unchanged(shop):
        await olga.sends("х" * 501)
        assert "Напишите причину, не длиннее 500 символов." in olga.screen
    await olga.sends("Утёк")
    assert "⛔ Точно отключить этот код? Вернуть его будет нельзя.\n\nПричина: Утёк" in olga.screen
    await olga.taps("Да, отключить")
    assert "⛔ Код больше никого не впустит." in olga.screen
    await olga.taps("Назад")
    assert "Все коды, сначала новые." in olga.screen
    assert f"⛔ {code} · 1/2 · Ярмарка" in olga.buttons


async def test_somebody_joins_the_staff_and_leaves_it(olga: Person, anna: Person, process: BotProcess, shop: Shop):
    await olga.sends("/admin")
    await olga.taps("Сотрудники")
    assert "👑 Ольга @olga (1): владелец магазина" in olga.screen
    await olga.taps("Назначить администратора")
    assert olga.reply_buttons == ["👤 Выбрать человека", "⬅️ Назад"]
    with unchanged(shop):
        await olga.sends("@nobody")
        assert "Среди вошедших в магазин такого человека нет. Сначала нужно нажать /start." in olga.screen
    await olga.shares_contact(user_id=101)
    assert "Управление › Сотрудники › Анна\n@user101 · ID: 101\n\n🔑 Назначить администратором?" in olga.screen
    await olga.taps("Да, назначить")
    assert "✅ Анна @user101 теперь управляет магазином вместе с вами." in olga.screen
    assert ", назначил(а) Ольга" in olga.screen
    await delivers(process)
    assert "🔑 Теперь вы управляете магазином вместе с нами" in anna.last.text
    await olga.taps("🔑 Анна")
    await olga.taps("Как покупатель")
    assert "🔑 Администратор магазина" in olga.screen
    await olga.taps("Закрыть доступ")
    assert "Администратору нельзя закрыть доступ: сначала снимите с него роль." in olga.screen
    await olga.taps("Назад")
    await olga.taps("Назад")
    await olga.taps("Снять роль")
    assert "Точно снять роль? Панель закроется сразу, человек узнает об этом." in olga.screen
    await olga.taps("Да, снять")
    assert "✅ Анна @user101 больше не управляет магазином." in olga.screen
    await delivers(process)
    assert "Вы больше не управляете магазином" in anna.last.text


async def test_a_setting_is_changed_and_the_shop_closed_from_there(olga: Person, anna: Person, shop: Shop):
    await olga.sends("/admin")
    await olga.taps("Настройки")
    await olga.taps("Заказы")
    await olga.taps("Бронь: наличные: 24 часа")
    assert "Управление › Настройки › Заказы › Бронь: наличные" in olga.screen
    assert "Сейчас: 24 часа" in olga.screen
    with unchanged(shop):
        await olga.sends("долго")
        assert "Такое значение не подходит, ничего не изменилось." in olga.screen
    await olga.sends("21")
    assert "✅ Сохранено." in olga.screen
    assert "Сейчас: 21 час\nПо умолчанию: 24 часа" in olga.screen
    await olga.taps("По умолчанию: 24 часа")
    await olga.taps("Назад")
    await olga.taps("Назад")

    await olga.taps("Магазин")
    await olga.taps("Закрыто, потому что")
    assert (
        "Управление › Перерыв\n\nМагазин открыт.\nПока он закрыт, покупатели видят только вашу причину." in olga.screen
    )
    await olga.taps("Закрыть магазин")
    with unchanged(shop):
        await olga.sends("х" * 501)
        assert "Напишите понятную покупателям причину, не длиннее 500 символов." in olga.screen
    await olga.sends("Переезжаем до 14:00")
    assert "Магазин закрыт для покупателей. Вы можете работать дальше.\n\nС " in olga.screen
    await anna.sends("/shop")
    assert "🔧 Магазин ненадолго закрыт\n\nПереезжаем до 14:00\n\nНичего не пропадёт" in anna.screen
    await olga.taps("Другая причина")
    await olga.sends("Считаем товары")
    await olga.taps("Открыть магазин")
    assert "✅ Магазин снова открыт." in olga.screen
    await anna.taps("Попробовать снова")
    assert "Магазин снова открыт." in anna.screen
    await olga.taps("Назад")
    assert "Управление › Настройки › Магазин" in olga.screen


async def test_a_broadcast_is_written_planned_stopped_and_sent(
    olga: Person, anna: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    for number in range(19):
        shop.has_customer(200 + number, f"Гость {number}")
    shop.execute("UPDATE users SET language = 'ru'")
    await olga.sends("/admin")
    await olga.taps("Рассылки")
    assert "Пока ни одной. Рассылка — это одно сообщение многим покупателям." in olga.screen
    await olga.taps("Новая рассылка")
    sandbox.fail("copyMessage", status=400, description="Bad Request: message to copy not found")
    with unchanged(shop):
        await olga.sends_sticker()
        assert "Telegram не даёт это отправить: сообщение удалено." in olga.screen
    await olga.sends("Скидки!")
    assert "📣 Рассылка №" in olga.screen
    await olga.taps("Назад")
    await olga.taps("Новая рассылка")
    assert "Черновик бывает только один, поэтому новая рассылка займёт его место." in olga.screen
    await olga.taps("Написать новую вместо него")
    await olga.taps("Назад")
    await olga.taps("Продолжить черновик")
    assert "Получателей: 21 человек, займёт меньше минуты." in olga.screen
    assert "✅ все · 21" in olga.buttons
    await olga.taps("30 дней без заказов")
    await olga.taps("English")
    assert "Таких покупателей нет. Выберите других." in olga.screen
    await olga.taps("любой")
    await olga.taps("все · 21")
    await olga.taps("В другое время")
    with unchanged(shop):
        await olga.sends("вчера")
        assert "Напишите время в будущем как ГГГГ-ММ-ДД ЧЧ:ММ" in olga.screen
    await olga.sends(f"{now() + timedelta(days=2):%Y-%m-%d} 10:00")
    await olga.taps("Отправить: 21 человек")
    assert "Получателей примерно: 21 человек." in olga.screen
    await olga.taps("Да, отправить")
    assert "ждёт своего времени" in olga.screen
    await olga.taps("Пауза")
    assert "на паузе" in olga.screen
    assert "Осталось: 21" in olga.screen
    await olga.taps("Отменить")
    assert "21 человек её тогда не получит." in olga.screen
    await olga.taps("Назад")
    await olga.taps("Отменить")
    await olga.taps("Да, прекратить")
    assert "отменена" in olga.screen
    await olga.taps("Назад")

    shop.execute("UPDATE users SET blocked_bot_at = NOW() WHERE telegram_id >= 200")
    await olga.taps("Новая рассылка")
    await olga.sends("Распродажа!")
    await olga.taps("Отправить: 2 человека")
    assert "Отправить рассылку сейчас? Получателей: 2 человека. Отправленное не вернуть." in olga.screen
    await olga.taps("Да, отправить")
    number = int(shop.scalar("SELECT MAX(id) FROM broadcasts"))
    shop.db.call(broadcast_run.advance, number, now=now())
    await delivers(process)
    shop.db.call(broadcast_run.advance, number, now=now())
    await delivers(process)
    assert any("Распродажа!" in each.text for each in anna.bot_messages)
    assert f"✅ Рассылка №{number} завершена: её получили 2 человека." in olga.last.text


async def test_days_are_written_and_log_files_sent(olga: Person, anna: Person, shop: Shop, tea: int, config: Config):
    shop.has_order(101, {"Чай": 2}, status=OrderStatus.DELIVERED)
    config.log_dir.mkdir(exist_ok=True)
    (config.log_dir / "bot.log").write_text("Готово\n" * 300)
    await olga.sends("/admin")
    await olga.taps("Статистика")
    await olga.taps("Другие дни")
    with unchanged(shop):
        await olga.sends("на прошлой неделе")
        assert "Напишите один или два дня, не из будущего, например 01.11.2026 20.11.2026." in olga.screen
    await olga.sends(f"{now():%d.%m.%Y}")
    assert "💰 Выручка: 60,00\xa0$" in olga.screen
    assert "· Доставлены: 1" in olga.screen
    assert "🏆 Топ доставленных товаров\n· Чай: 2 × на 60,00\xa0$" in olga.screen
    await olga.taps("Назад")
    await olga.taps("Журналы")
    assert "Нажмите на файл, и он придёт документом." in olga.screen
    await olga.taps("bot.log · 3,9 КБ · ")
    assert olga.bot_messages[-1].caption == "bot.log"


COUNTS = {
    "cast-people": ("1 человек", "2 человека", "5 человек", "21 человек"),
    "code-hours": ("1 час", "2 часа", "5 часов", "21 час"),
    "setting-minutes": ("1 минута", "2 минуты", "5 минут", "21 минута"),
    "person-questions": (
        *("💬 1 вопрос ждёт ответа", "💬 2 вопроса ждут ответа"),
        *("💬 5 вопросов ждут ответа", "💬 21 вопрос ждёт ответа"),
    ),
    "home-cart": (
        *("🛒 1 товар ждёт в корзине.", "🛒 2 товара ждут в корзине."),
        *("🛒 5 товаров ждут в корзине.", "🛒 21 товар ждёт в корзине."),
    ),
    "extend-order": (
        *("⏳ Держать ещё 1 час", "⏳ Держать ещё 2 часа"),
        *("⏳ Держать ещё 5 часов", "⏳ Держать ещё 21 час"),
    ),
    "error-too-many-open-orders": (
        *("У вас уже 1 открытый заказ.", "У вас уже 2 открытых заказа."),
        *("У вас уже 5 открытых заказов.", "У вас уже 21 открытый заказ."),
    ),
}
"""What stands in Russian for 1, 2, 5 and 21."""


@pytest.mark.parametrize("key", COUNTS)
def test_russian_counts_as_russian_does(key: str):
    told = [RU(key, **dict.fromkeys(("count", "hours", "limit"), number)) for number in (1, 2, 5, 21)]

    assert [str(each).removesuffix(" Подождите, пока доставят хотя бы один.") for each in told] == list(COUNTS[key])

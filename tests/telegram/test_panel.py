"""The admin panel, and who may not use it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import logs
from bot.config import Config
from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import people
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now
from tests.telegram.steps import delivers, unchanged


@pytest.fixture
def log_dir(config: Config) -> Iterator[Path]:
    """Write the log files."""
    logs.setup(config)
    yield config.log_dir
    logs.close()


async def test_the_panel_counts_the_orders_and_lists_them(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods(stock=50)
    reserved = [shop.has_order(101, {"Green tea": 1}) for _ in range(2)]
    confirmed = shop.has_order(101, {"Green tea": 3}, status=OrderStatus.CONFIRMED)
    await delivers(process)
    await owner.sends("/admin")
    assert owner.keyboard[:3] == [
        ["Waiting for confirmation: 2"],
        ["Confirmed: 1", "Delivered: 0"],
        ["Cancelled: 0", "Expired: 0"],
    ]
    assert owner.buttons[-1] == "🏠 Home"
    await owner.taps("Waiting for confirmation: 2")
    ends = [shop.order(code).reserved_until.strftime("%-d %b, %H:%M") for code in reserved]
    rows = [f"{code} 💵 $30.00 · {end}" for code, end in zip(reserved, ends, strict=True)]
    assert owner.buttons == [*rows, "⬅️ Back"]
    await owner.taps("Back")
    await owner.taps("Confirmed: 1")
    await owner.taps(confirmed)

    assert f"Order {confirmed}\n\nStatus: confirmed\n" in owner.screen
    assert "Customer: Anna @anna (101)" in owner.screen
    assert "3 × Green tea · $30.00 = $90.00" in owner.screen
    assert f"📍 {ADDRESS}\n📞 {PHONE}" in owner.screen
    assert owner.buttons[:2] == ["📦 Delivered", "🕑 Another delivery time"]
    assert owner.buttons[-2:] == ["⬅️ Back", "🛠 Admin panel"]
    await owner.taps("Back")
    await owner.taps("Back")
    await owner.taps("Delivered: 0")
    assert "Admin › Delivered\n\nThere are no such orders." in owner.screen


async def test_an_order_is_confirmed_with_a_time_and_delivered(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.has_setting("timezone", "Europe/Berlin")
    shop.has_goods(stock=10)
    code = shop.has_order(101, {"Green tea": 4})
    await delivers(process)
    await owner.presses(f"job:{shop.order(code).id}")
    await owner.taps("Confirm")
    assert "write YYYY-MM-DD HH:MM in Europe/Berlin, where it is now" in owner.screen
    year = now().year + 1
    for typed in ("tomorrow", "2020-01-01 10:00", f"{year}-02-30 10:00", f"{year}-13-01 10:00", "9999-12-31 23:59:59"):
        with unchanged(shop):
            await owner.sends(typed)
        assert "Please write a time that is still to come as YYYY-MM-DD HH:MM" in owner.screen
    await owner.sends(f"{year}-06-01 14:30")

    order = shop.order(code)
    assert (order.order_status, order.delivery_time) == (
        OrderStatus.CONFIRMED,
        now().replace(year=year, month=6, day=1, hour=12, minute=30, second=0, microsecond=0),
    )
    assert f"Delivery: 1 Jun {year}, 14:30 (Europe/Berlin)" in owner.screen
    await delivers(process)
    assert f"Your order {code} is confirmed.\nDelivery: 1 Jun {year}, 14:30 (Europe/Berlin)" in customer.screen

    with unchanged(shop):
        await owner.taps("Delivered")
        assert f"Has order {code} been handed over?" in owner.screen
        await owner.taps("Back")
        assert "Status: confirmed" in owner.screen
        await owner.taps("Delivered")
    await owner.taps("Yes, delivered")
    await delivers(process)

    assert "Status: delivered" in owner.screen
    assert (shop.goods("Green tea").stock_quantity, shop.goods("Green tea").reserved_quantity) == (6, 0)
    assert f"Your order {code} has been delivered." in customer.screen
    assert [event.actor for event in shop.events("order.delivered")] == ["user:1"]


async def test_an_order_is_cancelled_after_a_question(owner: Person, customer: Person, process: BotProcess, shop: Shop):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 4})
    await delivers(process)
    await owner.presses(f"job:{shop.order(code).id}")
    await owner.taps("Cancel order")
    await owner.taps("Back")
    assert shop.order(code).order_status is OrderStatus.RESERVED
    await owner.taps("Cancel order")
    await owner.taps("Cancel without a reason")
    await delivers(process)

    assert "Status: cancelled" in owner.screen
    assert shop.goods("Green tea").reserved_quantity == 0
    assert f"Your order {code} was cancelled by the shop." in customer.screen


async def test_an_order_that_moved_on_while_the_time_was_typed_stays_as_it_is(
    owner: Person, customer: Person, shop: Shop
):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    await owner.presses(f"work:{shop.order(code).id}:confirm")
    await customer.presses(f"cancel!:{shop.order(code).id}")
    with unchanged(shop):
        await owner.sends((now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M"))

    assert f"Order {code} has moved on in the meantime" in owner.screen
    assert "🛠 Admin panel" in owner.buttons
    with unchanged(shop):
        await owner.sends("hello")
    assert "Nothing was found for hello" in owner.screen


async def test_a_press_on_an_old_card_does_nothing_twice(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    order_id = shop.order(shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)).id
    await delivers(process)
    for action in ("deliver", "cancel"):
        with unchanged(shop):
            await owner.presses(f"work:{order_id}:{action}")
        assert "has moved on in the meantime" in owner.screen


STAFF_PRESSES = [
    "admin",
    "queue:reserved:0",
    "ofind",
    "oday:{id}:confirm:20361224",
    "ohour:{id}:confirm:20361224:10",
    "job:{id}",
    "work:{id}:confirm",
    "work:{id}:deliver",
    "work:{id}:cancel?",
    "work:{id}:cancel",
]


async def test_nobody_but_staff_gets_anything_from_the_panel(customer: Person, guest: Person, shop: Shop):
    shop.has_goods("Secret tea")
    code = shop.has_order(shop.has_customer(404, "Fritz"), {"Secret tea": 1})
    presses = [press.format(id=shop.order(code).id) for press in STAFF_PRESSES]
    await guest.sends("/start")
    with unchanged(shop):
        for press in presses:
            await customer.presses(press)
            assert customer.last.text == "This is for the people who run the shop."
            await guest.presses(press)
            assert "Please send your reference code" in guest.screen
        await customer.sends("/admin")
        assert customer.last.text == "This is for the people who run the shop."
        await guest.sends("/admin")
        assert "Please send your reference code" in guest.screen
    shop.execute("UPDATE users SET is_banned = 1, role = 'ADMIN' WHERE telegram_id = 101")
    with unchanged(shop):
        for press in presses:
            await customer.presses(press)
            assert customer.last.text == "You cannot use this shop."
            assert customer.buttons == []


async def test_a_refused_customer_stands_in_the_audit_log(log_dir: Path, customer: Person):
    await customer.sends("/admin")

    assert "refused user:101: /admin: Forbidden" in (log_dir / "audit.log").read_text()


async def test_a_demoted_admin_is_refused_at_the_next_press(customer: Person, shop: Shop):
    shop.has_goods()
    code = shop.has_order(shop.has_customer(404, "Fritz"), {"Green tea": 1})
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 101")
    await customer.presses(f"job:{shop.order(code).id}")
    card = customer.last
    await customer.taps("Confirm")
    shop.execute("UPDATE users SET role = 'USER' WHERE telegram_id = 101")
    with unchanged(shop):
        await customer.sends((now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M"))
        assert "This is for the people who run the shop." in customer.screen
        await customer.taps("Cancel order", message=card)

    assert "This is for the people who run the shop." in customer.screen
    assert code not in customer.screen


async def test_a_banned_customer_is_stopped_in_the_middle_of_a_question(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await customer.presses(f"ask:{goods_id}")
    shop.staff(people.ban, 101, reason="rude", notify=False)
    with unchanged(shop):
        await customer.sends("2")

    assert customer.last.text == "You cannot use this shop."
    assert customer.buttons == []


async def test_a_former_owner_is_a_customer_like_any_other(customer: Person, shop: Shop):
    shop.execute("UPDATE users SET role = 'OWNER' WHERE telegram_id = 101")
    await customer.sends("/start")
    assert "Admin panel" not in customer.screen

    await customer.sends("/admin")

    assert "This is for the people who run the shop." in customer.screen


NOTICES = ("🆕 New order", "🆕 Новый заказ")


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_notice_stays_when_its_button_is_pressed(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, language: str
):
    shop.db.call(people.choose_language, OWNER_ID, language, now=now())
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    await delivers(process)
    notice = owner.last
    assert notice.text.startswith(NOTICES)
    for _ in range(2):
        await owner.uses(notice.rows[0][0], notice)
        assert code in owner.last.text
        assert owner.last.id != notice.id
    await owner.presses("admin")

    assert owner.bot_messages[0].text == notice.text
    assert owner.bot_messages[0].buttons == notice.buttons
    assert len(owner.bot_messages) == 2


async def test_a_question_stays_readable_while_it_is_answered(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    await customer.sends("/help")
    await customer.sends("Do you have oolong?")
    await delivers(process)
    notice = owner.last
    await owner.taps("Answer")
    await owner.sends("Yes")
    await delivers(process)
    answer = customer.last
    await customer.taps("Home", message=answer)

    assert "The answer is on its way." in owner.screen
    assert f"{notice.text}\n\n✅ Answered by Olga" in [shown.text for shown in owner.bot_messages]
    assert answer.text in [shown.text for shown in customer.bot_messages]
    assert "Hello, Anna" in customer.screen
    assert (len(owner.bot_messages), len(customer.bot_messages)) == (2, 2)


FOR_EVERYBODY = ["start", "shop", "cart", "orders", "help", "privacy", "mydata", "deleteme"]


async def test_staff_find_the_panel_in_the_menu_in_their_language(owner: Person, customer: Person):
    assert owner.commands == [*FOR_EVERYBODY, "admin"]
    assert owner.menu[-1]["description"] == "Orders to work on"
    assert customer.commands == FOR_EVERYBODY

    await owner.presses("lang:ru")

    assert owner.menu[-1]["description"] == "Заказы в работе"


async def test_who_becomes_staff_and_ceases_to_be_finds_it_in_the_menu_meanwhile(customer: Person, shop: Shop):
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 101")
    await customer.sends("/admin")
    assert customer.commands == [*FOR_EVERYBODY, "admin"]

    shop.execute("UPDATE users SET role = 'USER' WHERE telegram_id = 101")
    await customer.sends("/admin")

    assert "This is for the people who run the shop." in customer.screen
    assert customer.commands == FOR_EVERYBODY


async def test_a_menu_that_telegram_does_not_take_stops_nobody(owner: Person, sandbox: Sandbox):
    sandbox.fail("setMyCommands", status=500)
    await owner.sends("/start")

    assert "Hello, Olga" in owner.screen
    assert len(owner.bot_messages) == 1

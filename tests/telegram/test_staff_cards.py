"""The one card of each order in the chats of the staff and in their group, and who of them is told."""

import asyncio
from datetime import timedelta

import pytest

from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.model import Chat
from bot.sandbox.screen import MessageView, view
from bot.services import order_edits, orders, people, roles, staff_group
from tests import edits
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now
from tests.telegram.steps import checks_out, delivers, puts_in_cart, unchanged

TOMORROW = timedelta(days=1)
GROUP = -1001
CONNECT = "/start@tea_shop_bot orders"


@pytest.fixture
async def boris(process: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return Boris, an admin."""
    shop.has_customer(102, "Boris")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 102")
    person = sandbox.person(102, "Boris", language_code="en")
    await person.sends("/start")
    return person


@pytest.fixture
def group(sandbox: Sandbox, owner: Person, boris: Person) -> Chat:
    """Return a group of the staff, which nobody has connected yet."""
    return sandbox.group(GROUP, "Staff", [owner, boris])


def an_order(shop: Shop) -> str:
    if not shop.scalar("SELECT COUNT(*) FROM goods"):
        shop.has_goods(stock=50)
    return shop.has_order(101, {"Green tea": 2})


def now_shows(person: Person, card: MessageView) -> MessageView:
    """Return what a message shows now."""
    return next(message for message in person.bot_messages if message.id == card.id)


def in_group(group: Chat) -> list[MessageView]:
    """Return what the bot has written into a group."""
    written = [view(each) for each in group.messages.values() if each.sender and each.sender.username == "tea_shop_bot"]
    return [each for each in written if not each.message.deleted]


def sounds(sandbox: Sandbox, chat_id: int) -> list[bool]:
    """Return of every message to a chat whether it made a sound."""
    sent = [call.params for call in sandbox.calls("sendMessage") if str(call.params["chat_id"]) == str(chat_id)]
    return [params.get("disable_notification") is None for params in sent]


async def test_every_member_of_staff_has_one_card_that_follows_the_order_whoever_acts(
    owner: Person, boris: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    await puts_in_cart(customer, shop.has_goods(stock=50), 2)
    await checks_out(customer)
    [order] = shop.orders()
    await delivers(process)
    cards = {person: person.last for person in (owner, boris)}
    for card in cards.values():
        assert card.text.startswith(f"🆕 New order {order.order_code}\n\nStatus: waiting for confirmation\n")
        assert f"Customer: Anna @anna (101)\n📍 {ADDRESS}\n📞 {PHONE}\n\n2 × Green tea" in card.text
        assert card.keyboard == [["✅ Confirm", "Cancel order"], ["Open order"]]
    assert sounds(sandbox, 102)[-1]
    heard = len(sounds(sandbox, OWNER_ID)), len(sounds(sandbox, 102))

    async def all_read(*texts: str) -> None:
        await delivers(process)
        for person, card in cards.items():
            for text in texts:
                assert text in now_shows(person, card).text

    await boris.taps("Confirm")
    assert boris.last.id != cards[boris].id
    await boris.taps("Tomorrow")
    await boris.taps("12:00")
    confirmed = shop.events("order.confirmed")[0].created_at
    await all_read("Status: confirmed", f"Confirmed by Boris, {confirmed:%-d %b, %H:%M}", "Delivery: ")
    assert now_shows(owner, cards[owner]).keyboard == [["📦 Delivered", "Cancel order"], ["Open order"]]
    shop.staff(edits.add_item, order.order_code, "Green tea", 1)
    await all_read("3 × Green tea", "1 × Green tea added by test (shell), ")
    await owner.taps("Delivered", message=now_shows(owner, cards[owner]))
    await owner.taps("Yes, delivered")
    await all_read("Status: delivered", "Delivered by Olga, ")

    assert now_shows(boris, cards[boris]).buttons == ["Open order"]
    # What Olga and Boris have pressed opened below, once each; nobody else's doing made a sound.
    assert (len(sounds(sandbox, OWNER_ID)), len(sounds(sandbox, 102))) == (heard[0] + 1, heard[1] + 1)
    assert shop.scalar("SELECT COUNT(*) FROM staff_cards") == 2


async def test_what_the_customer_and_the_clock_do_is_on_the_card_too(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    first, second, third = (an_order(shop) for _ in range(3))
    await delivers(process)
    cards = dict(zip((first, second, third), owner.bot_messages[-3:], strict=True))
    shop.db.call(orders.cancel_own, shop.order(first).id, buyer_id=101, now=now())
    shop.expires(second)
    shop.db.call(order_edits.change_own, shop.order(third).id, buyer_id=101, address="7 Hill Road", now=now())
    await delivers(process)

    assert "Cancelled by the customer, " in now_shows(owner, cards[first]).text
    assert "Expired by the clock, " in now_shows(owner, cards[second]).text
    assert now_shows(owner, cards[second]).buttons == ["♻️ Hold the goods again", "Open order"]
    assert "Address changed by the customer, " in now_shows(owner, cards[third]).text
    assert "📍 7 Hill Road" in now_shows(owner, cards[third]).text
    notes = [message.text for message in owner.bot_messages[-2:]]
    assert notes == [
        f"❌ Order {first} was cancelled by the customer",
        f"✏️ Order {third}: the customer has changed the address or the note",
    ]


async def test_a_change_while_the_new_order_is_on_its_way_is_not_missed(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    code = an_order(shop)
    sandbox.delay("sendMessage", 0.5, times=1, after_delivery=True)
    sending = asyncio.create_task(process.courier.deliver_due())
    await owner.waits_for("New order")
    shop.staff(orders.confirm, code, delivery_time=now() + TOMORROW)
    await sending
    await delivers(process)

    assert "Status: confirmed" in owner.last.text


async def test_who_ceases_to_be_staff_gets_no_more_edits(
    owner: Person, boris: Person, customer: Person, process: BotProcess, shop: Shop
):
    code = an_order(shop)
    await delivers(process)
    card = boris.last
    shop.staff(orders.confirm, code, delivery_time=now() + TOMORROW)
    shop.staff(roles.dismiss, 102)
    await delivers(process)
    assert now_shows(boris, card).text == card.text
    assert "Status: confirmed" in owner.last.text
    with unchanged(shop):
        await boris.taps("Confirm", message=card)
    assert "This is for the people who run the shop." in boris.screen
    told = {(each.kind, each.status) for each in shop.messages(102)}
    assert told == {("order-new", "sent"), ("staff-card", "dropped"), ("staff-removed", "sent")}


async def test_a_card_that_was_deleted_comes_again_without_a_sound_while_the_order_is_open(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    code = an_order(shop)
    await delivers(process)
    sandbox.world.delete(owner.last.message)
    shop.staff(orders.confirm, code, delivery_time=now() + TOMORROW)
    await delivers(process)
    assert "Status: confirmed" in owner.last.text
    assert sounds(sandbox, OWNER_ID)[-1] is False
    before = len(owner.bot_messages)
    sandbox.world.delete(owner.last.message)
    shop.staff(orders.deliver, code)
    await delivers(process)

    assert len(owner.bot_messages) == before - 1


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_each_decides_whether_to_be_told(
    owner: Person, boris: Person, customer: Person, process: BotProcess, shop: Shop, language: str
):
    shop.db.call(people.choose_language, 102, language, now=now())
    words = {
        "en": ("New orders", "Do not tell me", "Tell me of orders"),
        "ru": ("Новые", "Не сообщать", "Сообщать мне"),
    }
    section, off, on = words[language]
    await boris.sends("/admin")
    await boris.taps(section)
    await boris.taps(off)
    assert on in boris.screen
    an_order(shop)
    await delivers(process)
    assert "New order" in owner.last.text
    assert on in boris.screen
    await boris.taps(on)
    assert off in boris.screen
    an_order(shop)
    await delivers(process)

    assert boris.last.text.startswith("🆕")
    assert [event.kind for event in shop.events() if event.kind.startswith("staff.")] == [
        "staff.orders_muted",
        "staff.orders_unmuted",
    ]


async def test_a_group_is_told_instead_of_each_without_the_customers_data(
    owner: Person, boris: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, group: Chat
):
    await owner.presses("pushes")
    link = next(button["url"] for row in owner.last.rows for button in row if "url" in button)
    assert link == "https://t.me/tea_shop_bot?startgroup=orders"
    await boris.opens(link)
    assert next(iter(group.messages.values())).body == CONNECT
    assert "New orders are announced here from now on." in in_group(group)[-1].text
    code = an_order(shop)
    await delivers(process)
    [_, card] = in_group(group)
    assert card.text.startswith(f"🆕 New order {code}\n\nStatus: waiting for confirmation\n")
    assert "2 × Green tea · $30.00 = $60.00\n\nTotal: $60.00\nCash on Delivery" in card.text
    assert not any(secret in card.text for secret in ("Anna", "anna", "101", ADDRESS, PHONE))
    assert card.rows == [[{"text": "Open order", "url": f"https://t.me/tea_shop_bot?start=o_{shop.order(code).id}"}]]
    assert all(each.kind != "order-new" for each in shop.messages(OWNER_ID) + shop.messages(102))

    shop.staff(orders.confirm, code, delivery_time=now() + TOMORROW, actor="user:102")
    await delivers(process)
    assert "Confirmed by Boris, " in in_group(group)[-1].text
    shop.staff(orders.cancel, code, reason="Broken")
    await delivers(process)
    assert [each.id for each in in_group(group)][-1] == card.id
    assert "Cancelled (Broken) by test (shell), " in in_group(group)[-1].text

    again = an_order(shop)
    shop.db.call(orders.cancel_own, shop.order(again).id, buyer_id=101, now=now())
    await delivers(process)
    assert in_group(group)[-1].text == f"❌ Order {again} was cancelled by the customer"

    await owner.presses("pushes")
    assert "Orders are announced in the staff's group" in owner.screen
    await owner.taps("Do without the group")
    third = an_order(shop)
    await delivers(process)
    assert f"New order {third}" in owner.last.text
    assert f"New order {third}" in boris.last.text
    assert third not in in_group(group)[-1].text


async def test_the_link_of_an_order_is_for_staff_only(
    boris: Person, customer: Person, guest: Person, process: BotProcess, shop: Shop
):
    code = an_order(shop)
    await delivers(process)
    link = f"/start o_{shop.order(code).id}"
    await boris.sends(link)
    assert boris.last.text.startswith(f"Order {code}\n\nStatus: waiting for confirmation")
    assert "✅ Confirm" in boris.buttons
    await boris.taps("Back")
    assert "Waiting for confirmation" in boris.screen
    await boris.sends("/start o_999999")
    assert "This is no longer here." in boris.screen
    await customer.sends(link)
    assert code not in customer.screen
    assert "Hello, Anna" in customer.screen
    await guest.sends(link)
    assert "This code is not known." in guest.screen


async def test_only_staff_connect_a_group_and_all_else_there_is_ignored(
    owner: Person, boris: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, group: Chat
):
    for text in ("/start@other_bot orders", "/start orders please", "/start@tea_shop_bot", "/admin", "orders", "hello"):
        await owner.sends(text, chat=group)
    await customer.sends(CONNECT, chat=group)
    await owner.sends(CONNECT, chat=group, anonymous=True)
    shop.staff(roles.dismiss, 102)
    await boris.sends(CONNECT, chat=group)
    assert in_group(group) == []
    assert shop.db.read(staff_group.chat) is None
    await owner.sends("/start@Tea_Shop_Bot orders", chat=group)
    await owner.sends(CONNECT, chat=group)
    assert shop.db.read(staff_group.chat) == GROUP
    assert len(shop.events("setting.changed")) == 1


@pytest.mark.parametrize(
    ("closed", "why"),
    [
        (None, "the bot is not a member there"),
        ("Bad Request: not enough rights to send text messages to the chat", "the bot lacks the rights there"),
    ],
)
async def test_a_group_that_is_lost_is_replaced_by_the_staff_and_the_owner_is_told_once(
    owner: Person,
    boris: Person,
    customer: Person,
    process: BotProcess,
    sandbox: Sandbox,
    shop: Shop,
    group: Chat,
    closed: str | None,
    why: str,
):
    await owner.sends(CONNECT, chat=group)
    first = an_order(shop)
    await delivers(process)
    if closed:
        sandbox.fail("*", status=400, description=closed, chat_id=GROUP, times=None)
    else:
        sandbox.becomes(group, None, "left")
    shop.staff(orders.confirm, first, delivery_time=now() + TOMORROW)
    second, third = an_order(shop), an_order(shop)
    await delivers(process)

    told = [message.text for message in owner.bot_messages]
    assert sum("I can no longer write into the staff's group" in text for text in told) == 1
    assert any(why in text for text in told)
    for person in (owner, boris):
        texts = [message.text for message in person.bot_messages]
        assert [sum(f"New order {code}" in text for text in texts) for code in (first, second, third)] == [0, 1, 1]
    assert not any("I can no longer write" in message.text for message in boris.bot_messages)
    assert shop.db.read(staff_group.chat) is None
    assert {each.status for each in shop.messages()} == {"sent", "dropped"}


async def test_a_group_that_becomes_a_supergroup_is_followed(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    small = sandbox.group(-77, "Staff", [owner], kind="group")
    await owner.sends(CONNECT, chat=small)
    first = an_order(shop)
    await delivers(process)
    large = sandbox.upgrades(small, GROUP)
    second = an_order(shop)
    shop.staff(orders.confirm, first, delivery_time=now() + TOMORROW)
    await delivers(process)

    assert shop.db.read(staff_group.chat) == GROUP
    assert [message.text[:17] for message in in_group(large)] == [f"🆕 New order {second}"[:17]]
    shop.staff(orders.confirm, second, delivery_time=now() + TOMORROW)
    await delivers(process)
    assert [message.text.partition("\n")[0] for message in in_group(large)] == [f"Order {second}"]
    assert not any("no longer write" in message.text for message in owner.bot_messages)


async def test_the_owner_who_buys_has_a_card_of_each_kind_and_both_are_true(
    owner: Person, boris: Person, process: BotProcess, shop: Shop
):
    await puts_in_cart(owner, shop.has_goods(stock=50), 2)
    await checks_out(owner)
    [order] = shop.orders()
    await delivers(process)
    own, desk = owner.bot_messages
    assert desk.text.startswith(f"🆕 New order {order.order_code}")
    shop.staff(orders.confirm, order.order_code, delivery_time=now() + TOMORROW)
    await delivers(process)

    assert "Status: confirmed" in now_shows(owner, own).text
    assert "Confirmed by test (shell)" in now_shows(owner, desk).text
    assert f"Your order {order.order_code} is confirmed." in owner.last.text
    assert "Status: confirmed" in boris.last.text
    assert [(each.kind, each.status) for each in shop.messages(OWNER_ID)] == [
        ("order-new", "sent"),
        ("order-confirmed", "sent"),
    ]


async def test_an_admin_who_buys_has_both_cards_too_and_only_the_own_one_follows_once_they_are_dismissed(
    boris: Person, process: BotProcess, shop: Shop
):
    await puts_in_cart(boris, shop.has_goods(stock=50), 2)
    await checks_out(boris)
    [order] = shop.orders()
    await delivers(process)
    own, desk = boris.bot_messages
    shop.staff(orders.confirm, order.order_code, delivery_time=now() + TOMORROW)
    await delivers(process)
    assert "Confirmed by test (shell)" in now_shows(boris, desk).text
    shop.execute("UPDATE users SET role = 'USER' WHERE telegram_id = 102")

    shop.staff(orders.deliver, order.order_code)
    await delivers(process)

    assert "Status: delivered" in now_shows(boris, own).text
    assert "elivered" not in now_shows(boris, desk).text

"""Staff change an open order: its goods, where it goes, whom to call; the customer is told of each change."""

import pytest

from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person
from bot.services import catalog, orders, people
from bot.services.queries import order_views
from tests.shop import ADDRESS, OWNER_ID, Shop, now
from tests.telegram.steps import delivers, unchanged


@pytest.fixture
async def code(owner: Person, customer: Person, process: BotProcess, shop: Shop) -> str:
    """Return an order of Anna's, of which the staff have been told."""
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    shop.has_goods("Green tea", stock=5)
    shop.has_goods("Black tea", stock=50, price="25.00")
    made = shop.has_order(101, {"Green tea": 2})
    await delivers(process)
    await owner.sends("/admin")
    await owner.presses(f"job:{shop.order(made).id}")
    return made


def contents(shop: Shop, code: str) -> dict[str, int]:
    return {item.item_name: item.quantity for item in shop.db.read(order_views.whole, code).items}


async def test_goods_are_added_by_browsing_and_by_name_and_taken_out(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, code: str
):
    await owner.taps("Edit")
    assert owner.keyboard == [
        ["2 × Green tea"],
        ["➕ Add goods"],
        ["📍 Address", "📞 Phone"],
        ["📝 Note"],
        ["⬅️ Back", "🛠 Admin panel"],
    ]
    await owner.taps("Add goods")
    await owner.taps("Drinks")
    await owner.taps("Tea")
    await owner.taps("Black tea")
    assert f"Order {code}: Black tea, $25.00 each" in owner.screen
    await owner.taps("Back")
    await owner.taps("Black tea")
    pressed = owner.last
    await owner.taps("2", message=pressed)
    assert "✅ Changed. The customer is told." in owner.screen
    assert owner.buttons[:2] == ["2 × Green tea", "2 × Black tea"]
    with unchanged(shop):
        await owner.taps("2", message=pressed)
    await delivers(process)
    assert f"Your order {code} has changed: 2 × Black tea added. New total: $110.00" in customer.last.text

    await owner.taps("Add goods")
    await owner.sends("gren")
    await owner.taps("Green tea")
    assert "So far: 2. Still available: 3." in owner.screen
    assert owner.buttons == ["1", "3", "4", "5", "❌ Take it out", "⬅️ Back"]
    with unchanged(shop):
        await owner.sends("6")
        assert "Only 3 of Green tea left" in owner.screen
        await owner.sends("many")
        assert "whole number" in owner.screen
    await owner.sends("5")
    assert contents(shop, code) == {"Green tea": 5, "Black tea": 2}
    await owner.taps("2 × Black tea")
    await owner.taps("Take it out")
    assert contents(shop, code) == {"Green tea": 5}
    await delivers(process)
    assert "2 × Black tea removed. New total: $150.00" in customer.last.text

    await owner.taps("5 × Green tea")
    with unchanged(shop):
        await owner.taps("Take it out")
    assert f"That would leave order {code} empty. Cancel the order instead." in owner.screen
    await owner.taps("Back")
    assert "1 × " not in owner.screen
    assert " added · Olga" in owner.screen


async def test_what_was_found_is_there_again_on_the_way_back(owner: Person, shop: Shop, code: str):
    await owner.taps("Edit")
    await owner.taps("Add goods")
    await owner.sends("<zzzz>")
    assert f"Order {code}\nNothing is called <zzzz>" in owner.screen
    await owner.sends("tea")
    assert f"Order {code}\n🔎 tea: choose" in owner.screen
    assert len(owner.buttons) == 3
    await owner.taps("Black tea")
    await owner.taps("Back")
    assert len(owner.buttons) == 3
    await owner.taps("Back")
    assert "What shall be added?" in owner.screen
    await owner.taps("Back")
    assert "What shall be different?" in owner.screen


ASKED = {
    "en": ("Edit", "Address", "Phone", "Note", "Write the new address", "✅ Changed"),
    "ru": ("Изменить", "Адрес", "Телефон", "Примечание", "Напишите новый адрес", "✅ Изменено"),
}


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_address_phone_and_note_are_changed_in_words(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, code: str, language: str
):
    shop.db.call(people.choose_language, OWNER_ID, language, now=now())
    edit, address, phone, note, question, done = ASKED[language]
    await owner.presses(f"job:{shop.order(code).id}")
    await owner.taps(edit)
    await owner.taps(address)
    assert question in owner.screen
    assert f"📍 {ADDRESS}" in owner.screen
    with unchanged(shop):
        await owner.sends("x")
        assert question in owner.screen
        assert ADDRESS not in owner.screen
    await owner.sends("7 Hill Road <b>")
    assert owner.last.text.startswith(done)
    await owner.taps(phone)
    with unchanged(shop):
        await owner.sends("12")
    await owner.sends("+1 202 555 0123")
    await owner.taps(note)
    await owner.sends("Ring twice")
    assert "📍 7 Hill Road <b>\n📞 +12025550123\n📝 Ring twice" in owner.last.text
    await owner.taps(note)
    await owner.uses(owner.last.rows[0][0], owner.last)
    assert "📝 Ring twice" not in owner.last.text
    await delivers(process)

    told = [each.text.splitlines()[0] for each in customer.bot_messages[-4:]]
    assert told == [
        f"The delivery address of your order {code} has changed.",
        f"The phone number of your order {code} has changed.",
        *[f"The note of your order {code} has changed."] * 2,
    ]
    kinds = [event.kind for event in shop.events() if event.actor == "user:1" and event.kind.startswith("order.")]
    assert kinds == ["order.address_changed", "order.phone_changed", "order.note_changed", "order.note_changed"]


async def test_what_moved_on_meanwhile_is_refused_with_a_sentence(owner: Person, shop: Shop, code: str):
    order_id, green = shop.order(code).id, shop.goods("Green tea").id
    await owner.taps("Edit")
    await owner.taps("Add goods")
    await owner.taps("Drinks")
    await owner.taps("Tea")
    await owner.taps("Black tea")
    shop.staff(catalog.archive_goods, "Black tea")
    with unchanged(shop):
        await owner.taps("3")
        assert "This cannot be ordered as it is:\n⚠️ Black tea is no longer sold" in owner.screen
    await owner.taps("Address")
    shop.staff(orders.cancel, code)
    moved_on = f"⚠️ Order {code} has moved on in the meantime: Cancelled by test (shell), "
    with unchanged(shop):
        await owner.sends("7 Hill Road")
        assert moved_on in owner.screen
        for press in (
            f"oedit:{order_id}:0",
            f"oadd:{order_id}:0:0",
            f"ohold:{order_id}:{green}:3",
            f"ofield:{order_id}:note",
            f"odrop:{order_id}",
            f"work:{order_id}:move",
        ):
            await owner.presses(press)
            assert moved_on in owner.screen, press
    assert shop.order(code).order_status is OrderStatus.CANCELLED

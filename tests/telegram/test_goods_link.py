"""A link to one goods card: for customers, for guests behind the code prompt, and where staff find it."""

import pytest

from bot.main import BotProcess
from bot.sandbox import Person
from bot.services import catalog, people
from tests.shop import Shop, now
from tests.telegram.steps import unchanged


def link(goods_id: int | str) -> str:
    return f"https://t.me/tea_shop_bot?start=g_{goods_id}"


@pytest.fixture
def goods_id(shop: Shop) -> int:
    return shop.has_goods("Green tea")


async def test_a_link_opens_the_card(customer: Person, goods_id: int):
    await customer.opens(link(goods_id))

    assert customer.last.text == "Shop › Tea\nGreen tea\n\nPrice: $30.00\nAvailable: 10"
    assert len(customer.bot_messages) == 1

    await customer.taps("Back")
    assert customer.last.text == "Shop › Tea"
    await customer.sends("/start")
    assert "Hello, Anna" in customer.screen


async def test_a_guest_enters_first_and_lands_on_the_card(guest: Person, shop: Shop, goods_id: int):
    code = shop.has_code()
    await guest.opens(link(goods_id))
    assert "send your reference code" in guest.screen
    assert "Green tea" not in guest.screen
    await guest.sends("WRONG222")
    assert "This code is not known" in guest.screen
    await guest.sends(code)

    assert guest.last.text == "✅ You are in. Welcome!\n\nShop › Tea\nGreen tea\n\nPrice: $30.00\nAvailable: 10"
    await guest.sends("/start")
    assert "Hello, Greta" in guest.screen


async def test_a_link_is_no_wrong_code(guest: Person, shop: Shop, goods_id: int):
    code = shop.has_code()
    for _ in range(6):
        await guest.opens(link(goods_id))
    await guest.sends(code)

    assert "Green tea" in guest.screen


async def test_where_no_code_is_needed_a_link_enters_and_opens_the_card(guest: Person, shop: Shop, goods_id: int):
    shop.has_setting("reference_codes_enabled", "false")
    await guest.opens(link(goods_id))

    assert guest.last.text.startswith("✅ You are in. Welcome!\n\nShop › Tea\nGreen tea")
    assert shop.user(guest.id).first_name == "Greta"


async def test_goods_that_are_no_longer_sold_lead_to_the_shop(
    customer: Person, guest: Person, shop: Shop, goods_id: int
):
    shop.has_goods("Espresso", category="Coffee")
    shop.staff(catalog.archive_goods, "Green tea")
    for wrong in (goods_id, 999, "0", "-1", "abc", "9" * 30, ""):
        await customer.opens(link(wrong))

        assert customer.last.text.startswith("These goods are no longer sold. Here is what else there is:\n\nShop")
        assert customer.buttons[:2] == ["Coffee", "Tea"]
    await guest.opens(link(goods_id))
    await guest.sends(shop.has_code())
    assert guest.last.text.startswith("✅ You are in. Welcome!\n\nThese goods are no longer sold.")


async def test_a_banned_customer_sees_no_card(customer: Person, shop: Shop, goods_id: int):
    shop.staff(people.ban, 101, reason=None, notify=False)
    await customer.opens(link(goods_id))

    assert "You cannot use this shop" in customer.screen


async def test_staff_find_the_link_on_the_card_and_customers_do_not(
    owner: Person, customer: Person, guest: Person, process: BotProcess, shop: Shop, goods_id: int
):
    await owner.presses(f"goods:{goods_id}")
    await owner.taps("Link")
    assert f"https://t.me/tea_shop_bot?start=g_{goods_id}" in (owner.last.text or "")
    await owner.taps("Back")
    assert "Price: $30.00" in owner.screen

    await customer.presses(f"goods:{goods_id}")
    assert "🔗 Link" not in customer.buttons
    with unchanged(shop):
        await customer.presses(f"link:{goods_id}")
        assert "This is for the people who run the shop." in customer.screen
        await guest.sends("/start")
        await guest.presses(f"link:{goods_id}")
    assert "send your reference code" in guest.screen


async def test_the_link_in_russian(owner: Person, shop: Shop, goods_id: int):
    shop.db.call(people.choose_language, owner.id, "ru", now=now())
    await owner.presses(f"goods:{goods_id}")
    await owner.taps("Ссылка")
    assert "Кто откроет эту ссылку" in owner.screen
    shop.staff(catalog.archive_goods, "Green tea")
    await owner.opens(link(goods_id))

    assert "Этот товар больше не продаётся" in owner.screen

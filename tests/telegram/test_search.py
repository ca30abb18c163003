"""Searching in a conversation: the button, a text while browsing, pages, and the way back from a card."""

from functools import partial

import pytest
from redis import Redis

from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.services import catalog, people
from bot.services.vault import Vault
from bot.telegram import dialogue_stores
from tests.conftest import VAULT_KEY
from tests.shop import ADDRESS, Shop, now
from tests.telegram.steps import unchanged
from tests.telegram.test_budgets import TRIES, cost


async def test_the_button_asks_and_the_answer_is_looked_for(customer: Person, shop: Shop):
    shop.has_goods("Green tea", stock=10)
    shop.has_goods("Black coffee", stock=0)
    await customer.taps("Shop")
    await customer.taps("Search")
    assert "What are you looking for?" in customer.screen
    assert customer.buttons == ["⬅️ Back"]

    await customer.sends("gren")

    assert customer.last.text == "🔎 gren"
    assert customer.keyboard == [
        ["Green tea · $30.00 · 10 left"],
        ["🔎 Search again"],
        ["🛍 Shop", "🛒 Cart"],
    ]
    await customer.taps("Search again")
    await customer.sends("coffee")
    assert customer.keyboard[0] == ["Black coffee · sold out"]
    assert len(customer.bot_messages) == 1


async def test_a_text_while_browsing_is_looked_for_at_once(customer: Person, shop: Shop):
    goods_id = shop.has_goods("Green tea")
    for press in ("home", "shop:0", f"goods:{goods_id}", "cart:0"):
        await customer.presses(press)
        with unchanged(shop):
            await customer.sends("green")

        assert customer.buttons[0] == "Green tea · $30.00 · 10 left"
        assert len(customer.bot_messages) == 1


async def test_back_from_a_card_leads_to_what_was_found_also_after_buying(customer: Person, shop: Shop):
    for number in range(20):
        shop.has_goods(f"Tea {number:02}", category="Drinks")
    await customer.sends("tea")
    await customer.taps("Tea 03")
    await customer.taps("Add to Cart")
    await customer.taps("Other")
    await customer.sends("2")
    assert "In your cart: 3" in customer.screen

    await customer.taps("Back")

    assert customer.last.text == "🔎 tea"
    assert customer.buttons[0].startswith("Tea 00")


async def test_back_from_a_card_leads_to_its_category_once_people_browse_again(customer: Person, shop: Shop):
    shop.has_goods("Green tea")
    await customer.sends("green")
    await customer.taps("Shop")
    await customer.taps("Tea")
    await customer.taps("Green tea")
    await customer.taps("Back")

    assert customer.last.text == "Shop › Tea"


async def test_results_have_pages(customer: Person, shop: Shop):
    for number in range(20):
        shop.has_goods(f"Tea {number:02}", category="Drinks")
    await customer.sends("tae")
    first = customer.buttons
    await customer.taps("Next")
    second = customer.buttons
    await customer.taps("Next")

    assert first[:8] == [f"Tea {number:02} · $30.00 · 10 left" for number in range(8)]
    assert second[:8] == [f"Tea {number:02} · $30.00 · 10 left" for number in range(8, 16)]
    assert customer.buttons[:5] == [f"Tea {number} · $30.00 · 10 left" for number in range(16, 20)] + ["‹ Previous"]

    await customer.taps("Previous")

    assert customer.buttons == second


async def test_a_page_of_a_search_that_is_forgotten_asks_anew(customer: Person, shop: Shop):
    shop.has_goods()
    await customer.presses("found:1")

    assert "What are you looking for?" in customer.screen


async def test_nothing_found_says_so_and_offers_what_is_close(customer: Person, shop: Shop):
    shop.has_goods("Rosé", category="Wine")
    await customer.sends("<b>xyzzy</b>")
    far = customer.screen
    await customer.sends("oser")

    assert far.startswith("Nothing was found for <b>xyzzy</b>. Perhaps one of these?\n[Wine ›]")
    assert customer.screen.startswith("Nothing was found for oser. Perhaps one of these?\n[Rosé · $30.00 · 10 left]")


async def test_nothing_that_can_be_read_is_asked_for_again(customer: Person, shop: Shop):
    shop.has_goods("Green tea")
    await customer.taps("Shop")
    await customer.taps("Search")
    await customer.sends("\u2060")
    assert "Please write a word or two" in customer.screen
    await customer.sends_sticker()
    assert "What are you looking for?" in customer.screen

    await customer.sends("green")

    assert customer.buttons[0].startswith("Green tea")


async def test_in_an_empty_shop_there_is_nothing_to_find(customer: Person):
    await customer.taps("Shop")
    assert "🔎 Search" not in customer.buttons

    await customer.sends("tea")

    assert customer.screen.startswith("Nothing was found for tea.\n")
    assert {"🛍 Shop", "🛒 Cart"} <= set(customer.buttons)


async def test_an_address_that_came_too_late_is_not_kept(
    customer: Person, process: BotProcess, shop: Shop, redis_url: str
):
    shop.has_goods("Harbour tea")
    await customer.sends(ADDRESS)
    kept = Redis.from_url(redis_url, decode_responses=True)
    vault = Vault(VAULT_KEY)
    held = " ".join(vault.open(str(kept.get(key)), dialogue_stores.PLACE) for key in kept.scan_iter("dialogue:*:data"))

    assert "Harbour tea" in customer.screen
    assert "harbour" in held
    assert "street" not in held.lower()


async def test_the_russian_shop_is_searched_in_russian(customer: Person, shop: Shop):
    shop.db.call(people.choose_language, 101, "ru", now=now())
    shop.has_goods("Зелёный чай", category="Чай")
    await customer.sends("/shop")
    await customer.taps("Поиск")
    assert "Что вы ищете?" in customer.screen
    await customer.sends("ЗЕЛЕНОГО ЧЯЯ")
    assert (
        customer.buttons
        == ["Чай ›", "Зелёный чай · 30,00\xa0$ · ещё 10", "🔎 Искать ещё", "🛍 Магазин", "🛒 Корзина"][1:]
    )
    await customer.taps("Зелёный чай")
    await customer.taps("Назад")
    await customer.sends("ghbdtn")

    assert "ничего не нашлось. Может быть, это?" in customer.screen


@pytest.mark.parametrize("data", ["find", "found:0", "found:1"])
async def test_a_search_press_costs_three_statements_and_two_calls_at_most(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, data: str
):
    for number in range(20):
        shop.has_goods(f"Tea {number:02}")
    await customer.sends("tae")
    shown = customer.last
    spent = []
    for _ in range(TRIES):
        await customer.presses("rules", message=shown)
        spent.append(await cost(process, sandbox, partial(customer.presses, data, message=shown)))
    seen, calls = min(spent, key=lambda each: len(each[0]))

    assert len(seen) <= 3, seen
    assert sorted(calls) == ["answerCallbackQuery", "editMessageText"]


async def test_a_typed_search_costs_three_statements_and_two_calls_at_most(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    shop.has_goods("Green tea")
    spent = []
    for text in ("gren", "chai", "xyzzy", "green tea"):
        spent.append(await cost(process, sandbox, partial(customer.sends, text)))

    assert min(len(seen) for seen, _ in spent) <= 3
    assert [calls for _, calls in spent] == [["sendMessage", "deleteMessage"]] * 4


async def test_goods_archived_after_they_were_found_are_gone(customer: Person, shop: Shop):
    shop.has_goods("Green tea")
    await customer.sends("green")
    shop.staff(catalog.archive_goods, "Green tea")
    await customer.taps("Green tea")

    assert "This is no longer here" in customer.screen

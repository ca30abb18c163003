"""Sold-out goods in a conversation: "tell me when it is back", the message, and what staff see."""

from functools import partial

import pytest

from bot.main import BotProcess
from bot.models import WaitingPerson
from bot.sandbox import Person, Sandbox
from bot.services import catalog, people, stock
from tests.shop import Shop, now
from tests.telegram.steps import delivers, unchanged
from tests.telegram.test_budgets import TRIES, cost


@pytest.fixture
def tea(shop: Shop) -> int:
    return shop.has_goods("Green tea", stock=0)


async def test_a_customer_is_told_once_when_goods_are_back(customer: Person, process: BotProcess, shop: Shop, tea: int):
    await customer.presses(f"goods:{tea}")
    assert customer.buttons == ["🔔 Tell me when it is back", "⬅️ Back", "🛒 Cart"]
    await customer.taps("Tell me when it is back")
    assert (
        customer.last.text
        == "Shop › Tea\nGreen tea\n\nPrice: $30.00\nSold out\n🔔 You will get a message when it is back."
    )
    assert customer.buttons == ["🔕 Do not tell me after all", "⬅️ Back", "🛒 Cart"]

    shop.staff(stock.add, "Green tea", 3)
    await delivers(process)
    shop.staff(stock.add, "Green tea", 3)
    await delivers(process)

    assert [message.text for message in customer.bot_messages[1:]] == ["🔔 Green tea is back."]
    await customer.taps("Have a look")
    assert "Available: 6" in customer.screen
    assert "🔔" not in customer.screen
    assert "🔔 Green tea is back." in [message.text for message in customer.bot_messages]


async def test_the_button_is_a_switch_and_pressed_twice_does_no_harm(
    customer: Person, process: BotProcess, shop: Shop, tea: int
):
    await customer.presses(f"goods:{tea}")
    card = customer.last
    for _ in range(2):
        await customer.presses(f"await:{tea}", message=card)
    assert shop.count(WaitingPerson) == 1
    for _ in range(2):
        await customer.presses(f"noawait:{tea}", message=card)
    shop.staff(stock.add, "Green tea", 3)
    await delivers(process)

    assert shop.count(WaitingPerson) == 0
    assert len(customer.bot_messages) == 1


async def test_goods_that_are_there_or_gone_are_not_waited_for(customer: Person, shop: Shop, tea: int):
    there = shop.has_goods("Black tea")
    await customer.presses(f"goods:{there}")
    assert "🔔 Tell me when it is back" not in customer.buttons
    with unchanged(shop):
        await customer.presses(f"await:{there}")
    assert "Available: 10" in customer.screen
    shop.staff(catalog.archive_goods, "Green tea")
    with unchanged(shop):
        await customer.presses(f"await:{tea}")
        assert "This is no longer here" in customer.screen
        await customer.presses("await:999")

    assert "This is no longer here" in customer.screen


async def test_a_notice_about_goods_that_are_gone_again_still_leads_on(
    customer: Person, process: BotProcess, shop: Shop, tea: int
):
    await customer.presses(f"await:{tea}", message=None)
    shop.staff(stock.add, "Green tea", 3)
    shop.staff(catalog.archive_goods, "Green tea")
    await delivers(process)
    await customer.taps("Have a look")

    assert "This is no longer here" in customer.screen
    assert "🛍 Shop" in customer.buttons


async def test_staff_see_how_many_wait(owner: Person, customer: Person, shop: Shop, tea: int):
    await customer.presses(f"await:{tea}")
    await owner.presses(f"goods:{tea}")
    assert "Waiting for it: 1 person" in owner.screen
    await owner.taps("Tell me when it is back")

    assert "Waiting for it: 2 people" in owner.screen
    await customer.presses(f"goods:{tea}")
    assert "Waiting for it" not in customer.screen


async def test_it_all_in_russian(customer: Person, process: BotProcess, shop: Shop, tea: int):
    shop.db.call(people.choose_language, 101, "ru", now=now())
    await customer.presses(f"goods:{tea}")
    await customer.taps("Сообщить, когда появится")
    assert "Мы напишем вам, когда товар появится." in customer.screen
    assert "🔕 Не сообщать" in customer.buttons
    shop.staff(stock.add, "Green tea", 3)
    await delivers(process)

    assert customer.last.text == "🔔 Green tea снова в наличии."
    assert customer.buttons == ["Посмотреть"]


async def test_a_press_costs_no_more_calls_than_any_other(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, tea: int
):
    await customer.presses(f"goods:{tea}")
    spent = []
    for _ in range(TRIES):
        await customer.presses(f"noawait:{tea}")
        spent.append(await cost(process, sandbox, partial(customer.presses, f"await:{tea}")))

    assert all(sorted(calls) == ["answerCallbackQuery", "editMessageText"] for _, calls in spent)
    assert min(len(seen) for seen, _ in spent) <= 9


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "🔔 Green tea was back, but is sold out again"), ("ru", "🔔 Green tea: товар появился, но его уже снова")],
)
async def test_goods_that_are_sold_out_again_when_the_message_is_sent_are_told_so(
    customer: Person, process: BotProcess, shop: Shop, tea: int, language: str, said: str
):
    shop.db.call(people.choose_language, 101, language, now=now())
    await customer.presses(f"goods:{tea}")
    await customer.presses(f"await:{tea}")
    async with process.courier._one_at_a_time:
        shop.staff(stock.add, "Green tea", 1)
        shop.staff(stock.remove, "Green tea", 1)
    await delivers(process)

    assert customer.last.text.startswith(said)
    await customer.presses(customer.last.rows[0][0]["callback_data"])
    assert customer.buttons[0].startswith("🔔")

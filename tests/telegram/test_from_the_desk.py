"""What the shell says to people reaches them, and what it makes of them counts at their next press."""

from decimal import Decimal

import pytest

from bot.main import BotProcess
from bot.models import RoleName
from bot.sandbox import Person
from bot.services import bonus, letters, outbox, people, roles
from tests.shop import Shop, now
from tests.telegram.steps import delivers


@pytest.mark.parametrize(
    ("language", "title"), [("en", "✉️ A message from the shop"), ("ru", "✉️ Сообщение от магазина")]
)
async def test_a_letter_arrives_as_it_was_written(
    customer: Person, process: BotProcess, shop: Shop, language: str, title: str
):
    shop.db.call(people.choose_language, 101, language, now=now())
    shop.staff(letters.write, 101, "Your <b>parcel</b> & tea\n\nwait at the door.")
    await delivers(process)

    assert customer.last.text == f"{title}\n\nYour <b>parcel</b> & tea\n\nwait at the door."
    assert len(customer.buttons) == 2


async def test_the_longest_letter_arrives(customer: Person, process: BotProcess, shop: Shop):
    shop.staff(letters.write, 101, "🫖" * letters.LONGEST)
    await delivers(process)

    assert customer.last.text.startswith("✉️ A message from the shop\n\n🫖🫖")
    assert [each.status for each in shop.messages(101)] == ["sent"]


async def test_a_letter_that_did_not_arrive_arrives_when_it_is_repeated(
    customer: Person, process: BotProcess, shop: Shop
):
    shop.staff(letters.write, 101, "Your parcel waits.")
    shop.execute("UPDATE outbox SET status = 'dead'")
    shop.staff(outbox.repeat, shop.messages(101)[-1].id)
    await delivers(process)

    assert "Your parcel waits." in customer.last.text
    assert [each.status for each in shop.messages(101)] == ["repeated", "sent"]


async def test_bonus_that_is_moved_by_hand_is_told_with_the_reason(customer: Person, process: BotProcess, shop: Shop):
    shop.staff(bonus.adjust, 101, Decimal("5.00"), reason="Broken <cup>", notify=True)
    await delivers(process)
    assert customer.last.text == "🎁 The shop has added $5.00 to your bonus balance.\n\nReason: Broken <cup>"

    shop.staff(bonus.adjust, 101, Decimal("-2.50"), reason="Credited twice", notify=True)
    await delivers(process)
    assert customer.last.text == "The shop has taken $2.50 off your bonus balance.\n\nReason: Credited twice"


async def test_an_admin_finds_the_panel_at_the_next_press_and_a_former_one_does_not(
    customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    shop.staff(roles.appoint, 101, RoleName.ADMIN)
    await delivers(process)
    assert "/admin" in customer.last.text

    await customer.sends("/admin")
    assert "Admin panel" in customer.screen

    shop.has_customer(102, "Boris")
    shop.has_order(102, {"Green tea": 1})
    shop.staff(roles.dismiss, 101)
    await delivers(process)
    await customer.sends("/admin")

    assert "This is for the people who run the shop." in customer.screen
    told = {each.kind: each.status for each in shop.messages(101)}
    assert told == {"staff-added": "sent", "order-new": "dropped", "staff-removed": "sent"}

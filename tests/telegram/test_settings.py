"""Settings in Telegram: in the reader's words, changed by a button or by writing, and only by those who may."""

import pytest

from bot.main import BotProcess
from bot.models import RoleName
from bot.sandbox import Person, Sandbox
from bot.services import people, settings
from bot.telegram.admin.running import settings as screens
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import unchanged


def test_every_setting_stands_in_one_group_and_no_group_names_what_is_none():
    named = [key for keys in screens.GROUPS.values() for key in keys]

    assert len(named) == len(set(named))
    assert set(named) <= set(settings.DEFINITIONS)


async def test_a_switch_is_pressed_and_counts_at_once(owner: Person, guest: Person, shop: Shop):
    await owner.sends("/admin")
    await owner.taps("Settings")
    assert owner.buttons == ["Orders", "Customers", "Personal data", "The shop", "⬅️ Back"]
    await owner.taps("Customers")
    assert owner.buttons[:2] == ["Reference codes: yes", "Referral bonus: 5%"]
    await owner.taps("Reference codes: yes")
    assert "Whether people need a reference code to enter the shop.\n\nNow: yes" in owner.screen
    await owner.taps("no")

    assert "✅ Saved.\n\nAdmin › Settings › Customers › Reference codes\n" in owner.screen
    assert "Now: no\nDefault: yes" in owner.screen
    assert owner.buttons == ["yes", "↩️ Default: yes", "⬅️ Back", "🛠 Admin panel"]
    assert shop.db.read(settings.get, "reference_codes_enabled") is False
    assert [(event.actor, event.facts) for event in shop.events("setting.changed")] == [
        ("user:1", {"old": "true", "new": "false"})
    ]
    await guest.sends("/start")
    assert "🛍 Shop" in guest.buttons

    card = owner.last
    await owner.taps("Default: yes")
    with unchanged(shop):
        await owner.taps("Default: yes", message=card)
    assert shop.db.read(settings.shown, "reference_codes_enabled").is_default
    assert "Now: yes" in owner.screen


async def test_a_number_is_pressed_or_written_with_the_shells_own_rules(owner: Person, shop: Shop):
    await owner.presses("set:cash_order_timeout_hours")
    assert "Now: 24 hours" in owner.screen
    assert "write a whole number from 1 to 720" in owner.screen
    assert owner.buttons == ["1 hour", "12 hours", "48 hours", "72 hours", "⬅️ Back"]
    await owner.taps("48 hours")
    assert shop.db.read(settings.get, "cash_order_timeout_hours") == 48
    for wrong in ("0", "721", "-5", "1.5", "two days", "٥", "<b>", "9" * 4000):
        with unchanged(shop):
            await owner.sends(wrong)
        assert "This value does not fit, so nothing has changed." in owner.screen
        assert "write a whole number from 1 to 720" in owner.screen
    await owner.shares_photo()
    assert "I need a text here." in owner.screen
    await owner.sends(" 36 ")

    assert "Now: 36 hours\nDefault: 24 hours" in owner.screen
    assert len(owner.bot_messages) == 1
    await owner.taps("Back")
    assert "Cash orders wait: 36 hours" in owner.buttons
    await owner.taps("Back")
    await owner.taps("Back")
    assert "Admin panel" in owner.screen


async def test_a_text_is_shown_as_it_was_written_and_taken_away_again(owner: Person, customer: Person, shop: Shop):
    await owner.presses("set:help_auto_message")
    assert "Now: nothing" in owner.screen
    with unchanged(shop):
        await owner.sends("x" * 1001)
    await owner.sends("We answer <soon> & gladly.\n" + "я" * 900)
    assert "Now: We answer <soon> & gladly." in owner.screen
    await customer.sends("/help")
    await customer.sends("Hello?")
    assert "We answer <soon> & gladly." in customer.screen
    await owner.taps("Default: nothing")

    assert shop.db.read(settings.get, "help_auto_message") == ""


async def test_every_setting_has_a_screen_in_both_languages(owner: Person, shop: Shop):
    for language in ("en", "ru"):
        shop.db.call(people.choose_language, OWNER_ID, language, now=now())
        for key in settings.DEFINITIONS:
            await owner.presses(f"set:{key}")
            assert key not in owner.screen
            assert {"⬅️ Back", "⬅️ Назад"} & set(owner.buttons)


async def test_russian_settings_have_russian_numbers(owner: Person, shop: Shop):
    shop.db.call(people.choose_language, OWNER_ID, "ru", now=now())
    shop.has_setting("reference_bonus_percent", "2.5")
    await owner.presses("set:cash_order_timeout_hours")
    assert owner.buttons[:4] == ["1 час", "12 часов", "48 часов", "72 часа"]
    await owner.presses("set:reference_bonus_percent")

    assert "Сейчас: 2,5 %" in owner.screen


async def test_a_setting_that_is_none_and_a_value_that_does_not_fit_change_nothing(owner: Person, shop: Shop):
    for press in ("set:nonsense", "setto:timezone:Mars", "setto:nonsense:1", "unset:nonsense", "sets:nonsense"):
        with unchanged(shop):
            await owner.presses(press)
        assert owner.buttons


async def test_admins_may_and_customers_may_not(customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop):
    presses = ("sets:", "set:timezone", "setto:reference_codes_enabled:false", "unset:timezone", "shut:0", "unshut:0")
    for press in presses:
        with unchanged(shop):
            await customer.presses(press)
        assert customer.last.text == "This is for the people who run the shop."
    shop.execute("UPDATE users SET role = :role WHERE telegram_id = 101", role=RoleName.ADMIN)
    await customer.presses("setto:reference_codes_enabled:false")
    await customer.presses("set:timezone")
    shop.execute("UPDATE users SET role = :role WHERE telegram_id = 101", role=RoleName.USER)
    with unchanged(shop):
        await customer.sends("Europe/Berlin")

    assert shop.db.read(settings.get, "reference_codes_enabled") is False
    assert "This is for the people who run the shop." in customer.screen


@pytest.mark.parametrize("zone", ["Europe/Berlin"])
async def test_the_shells_change_is_seen_and_the_other_way_round(owner: Person, shop: Shop, zone: str):
    shop.has_setting("timezone", zone)
    await owner.presses("sets:other")

    assert f"Time zone: {zone}" in owner.buttons

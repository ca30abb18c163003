"""Staff and reference codes in Telegram: making one, passing it on, who came by it, and disabling it."""

from datetime import timedelta

import pytest

from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import people, reference_codes
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import unchanged


def only_code(shop: Shop) -> str:
    """Return the code that was made."""
    return str(shop.scalar("SELECT code FROM reference_codes ORDER BY id DESC LIMIT 1"))


async def test_a_code_is_made_passed_on_and_lets_somebody_in(owner: Person, guest: Person, shop: Shop):
    await owner.sends("/admin")
    await owner.taps("🎟 Codes")
    assert "Admin › Reference codes\n\nThere are no such codes." in owner.screen
    await owner.taps("New code")
    assert owner.buttons == ["24 hours", "48 hours", "7 days", "For ever", "Other", "⬅️ Back"]
    await owner.taps("48 hours")
    assert owner.buttons == ["1 person", "10 people", "As many as come", "Other", "⬅️ Back"]
    await owner.taps("10 people")
    assert "48 hours · 10 people\n\nWhat is it for?" in owner.screen
    with unchanged(shop):
        await owner.sends("x" * 501)
        assert "Please write at most 500 characters." in owner.screen
    await owner.sends("Tea <fair>")

    code = shop.code(only_code(shop))
    assert (code.max_uses, code.note, code.is_admin_code, code.creator_id) == (10, "Tea <fair>", True, None)
    assert code.created_by == "user:1"
    assert code.expires_at is not None
    assert timedelta(hours=47) < code.expires_at - now() < timedelta(hours=49)
    link = f"https://t.me/tea_shop_bot?start={code.code}"
    card, picture = owner.bot_messages[-2:]
    assert f"Admin › Reference codes › {code.code}\n\n🎟 Open\n\nUsed: 0/10\nValid until: " in card.text
    assert "Made by Olga, " in card.text
    assert "Note: Tea <fair>" in card.text
    assert link in card.text
    assert picture.photo
    assert f"{link}\nCode: {code.code}\n\nIt lets 10 people in.\nValid until " in (picture.caption or "")

    await guest.sends(f"/start {code.code}")
    assert "✅ You are in. Welcome!" in guest.screen
    await owner.presses(f"ref:{code.id}", message=card)
    assert "Used: 1/10" in owner.bot_messages[-2].text


async def test_a_code_may_be_for_ever_for_everybody_or_for_any_number(owner: Person, shop: Shop):
    await owner.presses("refnew::")
    await owner.taps("Other")
    for text in ("0", "-1", "1.5", "87601", "soon", "٣", "9" * 40):
        await owner.sends(text)
        assert "Please write a whole number of hours from 1 to 87,600." in owner.screen, text
    await owner.taps("Back")
    assert "How long shall it let people in?" in owner.screen
    await owner.taps("Other")
    await owner.sends("3")
    await owner.taps("Other")
    for text in ("0", "1000001", "many"):
        await owner.sends(text)
        assert "Please write a whole number from 1 to 1,000,000." in owner.screen, text
    await owner.sends("7")
    assert "3 hours · 7 people" in owner.screen
    await owner.taps("Back")
    await owner.taps("Back")
    await owner.taps("For ever")
    await owner.taps("As many as come")
    asked = owner.last
    await owner.taps("Without a note")

    code = shop.code(only_code(shop))
    assert (code.max_uses, code.expires_at, code.note) == (None, None, None)
    assert "It lets in as many as come." in (owner.last.caption or "")
    with unchanged(shop):
        await owner.presses("refmake", message=asked)
    assert "How long shall it let people in?" in " ".join(each.text or "" for each in owner.bot_messages)


async def test_codes_are_listed_and_tell_who_came_by_them(owner: Person, sandbox: Sandbox, shop: Shop):
    shop.has_goods(stock=50)
    codes = [shop.has_code(max_uses=1 if number == 0 else 0) for number in range(9)]
    for number in range(9):
        newcomer = people.Newcomer(500 + number, f"Guest {number}")
        shop.db.call(reference_codes.enter, newcomer, codes[1], now=now())
    shop.db.call(reference_codes.enter, people.Newcomer(600, "Last"), codes[0], now=now())
    shop.has_order(500, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    shop.execute("UPDATE outbox SET status = 'sent'")
    shop.staff(reference_codes.disable, codes[8], reason="Leaked")
    await owner.presses("refs:open:0")
    assert owner.buttons[:7] == [f"🎟 {code} · 0/∞" for code in reversed(codes[2:8])] + [f"🎟 {codes[1]} · 9/∞"]
    await owner.taps("All codes")
    assert owner.buttons[0] == f"⛔ {codes[8]} · 0/∞"
    await owner.taps("Next ›")
    assert owner.buttons[0] == f"☑️ {codes[0]} · 1/1"
    await owner.taps(codes[0])
    assert "☑️ Used up" in owner.screen

    await owner.presses(f"ref:{shop.code(codes[1]).id}")
    assert "Brought so far: 1 delivered order, $60.00; $0.00 of bonus for the friend" in owner.screen
    assert "Made by test (shell), " in owner.screen
    await owner.taps("Who came: 9")
    assert owner.buttons[0] == "Guest 8 · $0.00"
    await owner.taps("Next ›")
    await owner.taps("Guest 0 · $60.00")
    assert f"Came by code {codes[1]}" in owner.screen
    await owner.taps("Back")
    assert "Who came by it and what they have spent" in owner.screen


async def test_a_code_is_disabled_for_a_reason_and_only_once(owner: Person, guest: Person, shop: Shop):
    code = shop.has_code()
    code_id = shop.code(code).id
    await owner.presses(f"ref:{code_id}")
    await owner.taps("Disable")
    await owner.sends("Leaked")
    with unchanged(shop):
        await owner.taps("Back")
        assert "Why shall it let nobody in any more?" in owner.screen
        await owner.taps("Back")
        await owner.taps("Disable")
        await owner.taps("Without a reason")
    await owner.sends("In a <forum>")
    asked = owner.last
    await owner.taps("Yes, disable it")
    assert "⛔ It lets nobody in any more." in owner.screen
    assert "⛔ Disabled\nReason: In a <forum>" in owner.screen
    assert "QR" not in " ".join(owner.buttons)
    assert [event.actor for event in shop.events("reference_code.disabled")] == ["user:1"]
    await guest.sends(code)
    assert "This code is not known." in guest.screen
    with unchanged(shop):
        await owner.presses(f"refdo:{code_id}:disable-now", message=asked)
        assert "This code is disabled already." in owner.screen
        await owner.taps("Back")
        assert "⛔ Disabled" in owner.screen
        await owner.presses(f"refdo:{code_id}:picture")
        assert "⛔ Disabled" in owner.screen


@pytest.mark.parametrize("uses", [1, 2, 5, 21])
async def test_russian_counts_as_russian_does(owner: Person, shop: Shop, uses: int):
    shop.db.call(people.choose_language, OWNER_ID, "ru", now=now())
    await owner.presses(f"refnew:168:{uses}")
    people_in = {1: "1 человек", 2: "2 человека", 5: "5 человек", 21: "21 человек"}[uses]
    assert f"7 дней · {people_in}" in owner.screen
    await owner.taps("Без заметки")
    let_in = {1: "1 человека", 2: "2 человека", 5: "5 человек", 21: "21 человека"}[uses]
    assert f"Впустит {let_in}." in (owner.last.caption or "")


async def test_a_code_of_a_customer_says_whose_it_is(owner: Person, customer: Person, process: BotProcess, shop: Shop):
    await customer.presses("newcode")
    await owner.presses("refs:open:0")
    await owner.taps(only_code(shop))

    assert "Made by Anna, " in owner.screen
    assert "Used: 0/1" in owner.screen

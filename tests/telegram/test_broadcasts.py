"""Broadcasts: written, looked at, sent to whom they are meant for, and stopped on the way."""

import pytest

from bot.main import BotProcess
from bot.models import Broadcast, BroadcastCard, BroadcastState, ContentKind, OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import broadcast_run, broadcasts, people
from bot.services.broadcasts import Content
from tests.shop import Shop, now
from tests.telegram.steps import delivers, unchanged

OFF = "🔕 No more of these"
LINK = 'http://a.b/?x=1&lt=2"'
SENDING = 60
"""In seconds: so long a broadcast may take in a test."""


async def enters(sandbox: Sandbox, shop: Shop, person_id: int, name: str, language: str = "en") -> Person:
    """Let somebody enter the shop."""
    shop.has_customer(person_id, name)
    shop.db.call(people.choose_language, person_id, language, now=now())
    person = sandbox.person(person_id, name, language_code=language)
    await person.sends("/start")
    return person


async def is_sent(process: BotProcess, shop: Shop) -> None:
    """Let everything that is under way get to its people."""
    for _ in range(SENDING):
        for broadcast_id in await process.db.fetch(broadcast_run.due, now=now()):
            await process.db.run(broadcast_run.advance, broadcast_id, now=now())
        await delivers(process)
        if not shop.scalar("SELECT COUNT(*) FROM broadcasts WHERE state = 'running'"):
            return
    raise AssertionError("the broadcast did not end")


def news(person: Person) -> list[str]:
    """Return what somebody has got by broadcasts."""
    shown = (each for each in person.bot_messages if OFF in each.buttons)
    return [each.text or each.caption or "?" for each in shown]


def broadcast(shop: Shop) -> Broadcast:
    """Return the newest broadcast."""
    number = shop.scalar("SELECT MAX(id) FROM broadcasts")
    return shop.db.read(lambda session: session.get_one(Broadcast, number))


async def writes(owner: Person, text: str = "Sale!") -> None:
    """Go up to the draft of a broadcast."""
    await owner.sends("/admin")
    await owner.taps("Broadcasts")
    await owner.taps("New broadcast")
    await owner.sends(text)


@pytest.mark.parametrize(
    ("language", "new", "has", "go_on", "anew"),
    [
        ("en", "New broadcast", "You have a draft: #", "Go on with the draft", "Write another"),
        ("ru", "Новая рассылка", "У вас есть черновик: №", "Продолжить черновик", "Написать новую"),
    ],
)
async def test_a_draft_is_replaced_only_by_who_wants_that(
    owner: Person, shop: Shop, language: str, new: str, has: str, go_on: str, anew: str
):
    shop.db.call(people.choose_language, 1, language, now=now())
    await owner.presses("cast+")
    await owner.sends("Sale <b>!")
    first = broadcast(shop).id
    with unchanged(shop):
        await owner.presses("casts:0")
        await owner.taps(new)
        assert f"{has}{first}\nSale <b>!" in owner.screen
        await owner.taps(go_on)
        assert f"{first} · " in owner.screen
        await owner.presses("cast+")
        await owner.taps(anew)
        await owner.presses("casts:0")
    await owner.presses("cast+")
    await owner.taps(anew)
    await owner.sends("Another sale")

    assert broadcast(shop).text == "Another sale"
    assert shop.scalar("SELECT COUNT(*) FROM broadcasts") == 1


async def test_a_text_goes_to_everyone_just_as_the_preview_shows_it(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    olga_news, boris = 1, await enters(sandbox, shop, 102, "Boris", "ru")
    await owner.sends("/admin")
    await owner.taps("Broadcasts")
    assert "There are none yet." in owner.screen
    await owner.taps("New broadcast")
    assert "Send me what people shall get" in owner.screen
    entities = [{"type": "bold", "offset": 0, "length": 4}]
    entities.append({"type": "text_link", "offset": 5, "length": 4, "url": LINK})
    await owner.says({"text": "Sale here <now> & then", "entities": entities})
    assert news(owner) == ["Sale here <now> & then"]
    preview = next(shown for shown in owner.bot_messages if shown.text == "Sale here <now> & then")
    assert "It goes to 3 people and takes less than a minute." in owner.screen
    assert owner.keyboard[0] == ["✅ everyone · 3"]
    await owner.taps("Send to 3 people")
    assert "Send this broadcast to 3 people now?" in owner.screen
    shown = owner.last
    await owner.presses(f"castgo:{broadcast(shop).id}:1:yes", message=shown, wait=False)
    await owner.presses(f"castgo:{broadcast(shop).id}:1:yes", message=shown)
    assert "is being sent" in owner.screen
    await is_sent(process, shop)

    assert shop.count(Broadcast) == 1
    assert (news(customer), len(news(owner))) == (["Sale here <now> & then"], olga_news + 1)
    got = next(each for each in customer.bot_messages if each.text == preview.text)
    assert got.content["entities"] == preview.content["entities"] == entities
    assert "🔕 Больше не присылать" in boris.buttons
    assert (broadcast(shop).state, broadcast(shop).queued_count) == (BroadcastState.DONE, 3)
    assert "Broadcast #" in owner.screen
    assert "is done: 3 people have got it." in owner.screen
    await owner.taps("Open the broadcast")
    assert "Sent: 3" in owner.screen


async def test_a_picture_is_kept_and_goes_out_with_its_text(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    await writes(owner)
    await owner.presses("cast+")
    await owner.taps("Write another")
    await owner.shares_photo(caption="Look & see")
    assert "Look & see\nTo: everyone" in owner.screen
    # Whatever the author does with their own message, the shop has the picture.
    for message in (each for each in owner.messages if not each.from_bot):
        message.message.deleted = True
    await owner.taps("Send to 2 people")
    await owner.taps("Yes, send it")
    await is_sent(process, shop)

    assert shop.count(Broadcast) == 1
    got = next(shown for shown in customer.bot_messages if OFF in shown.buttons)
    assert (got.caption, bool(got.photo)) == ("Look & see", True)
    assert (process.config.data_dir / "photos" / str(broadcast(shop).photo)).is_file()


async def test_any_other_message_is_copied_with_its_media_also_a_forwarded_one(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    await customer.shares_document(caption="Price list", wait=False)
    document = next(each for each in customer.messages if not each.from_bot and "document" in each.content)
    await owner.presses("casts:0")
    await owner.taps("New broadcast")
    album = {"document": document.content["document"], "media_group_id": "7"}
    await owner.says(album)
    assert "I cannot send albums." in owner.screen
    told = owner.last.message.id
    await owner.says(album)
    assert owner.last.message.id == told
    await owner.forwards(document)
    assert "a copied message\nTo: everyone" in owner.screen
    await owner.taps("Preview")
    assert "a copied message" in owner.screen
    assert news(owner) == ["Price list", "Price list"]
    await owner.taps("Send to 2 people")
    await owner.taps("Yes, send it")
    await is_sent(process, shop)

    got = next(shown for shown in customer.bot_messages if OFF in shown.buttons)
    assert got.content["document"] == document.content["document"]
    assert "forward_origin" not in got.message.json()


@pytest.mark.telegram_is_asked("message can't be copied", "text must be non-empty")
async def test_what_telegram_would_refuse_is_refused_before_anybody_is_meant(
    owner: Person, sandbox: Sandbox, shop: Shop
):
    await owner.presses("casts:0")
    await owner.taps("New broadcast")
    sandbox.fail("copyMessage", status=400, description="Bad Request: message can't be copied")
    await owner.sends_sticker()
    assert "Telegram does not let me send this: such a message cannot be copied." in owner.screen
    assert shop.count(Broadcast) == 0
    await owner.sends("\u2800")
    assert "Telegram does not let me send this: there is no text." in owner.screen
    assert shop.count(Broadcast) == 0
    await owner.sends("/nonsense")
    assert shop.count(Broadcast) == 0
    await owner.sends("Then a text")

    assert "Then a text\nTo: everyone" in owner.screen
    await owner.taps("Discard")
    assert "There are none yet." in owner.screen
    assert shop.count(Broadcast) == 0


async def test_people_and_the_time_are_chosen_with_the_numbers_in_sight(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    shop.has_setting("timezone", "Europe/Berlin")
    shop.has_goods()
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    boris = await enters(sandbox, shop, 102, "Boris", "ru")
    await delivers(process)
    await writes(owner)
    assert owner.keyboard[:6] == [
        ["✅ everyone · 3"],
        ["have bought · 1"],
        ["never bought · 2"],
        ["no order for 30 days · 0"],
        ["biggest spenders · 1"],
        ["✅ all · 3", "English · 2", "Русский · 1"],
    ]
    old = owner.last
    await owner.taps("no order for 30 days")
    assert "There is nobody in this selection." in owner.screen
    assert not [label for label in owner.buttons if label.startswith("📣")]
    await owner.taps("never bought")
    await owner.taps("Русский · 1")
    assert "To: never bought, Русский" in owner.screen
    await owner.taps("At a time")
    year = now().year + 1
    for typed in ("soon", "2020-01-01 10:00", f"{year}-02-30 10:00", "9" * 400):
        with unchanged(shop):
            await owner.sends(typed)
        assert "When shall it go out?" in owner.screen
    await owner.sends(f"{year}-06-01 14:30")
    assert f"When: 1 Jun {year}, 14:30 (Europe/Berlin)" in owner.screen

    with unchanged(shop):
        await owner.presses(f"castgo:{broadcast(shop).id}:1:yes", message=old)
    assert "The broadcast is no longer as you saw it." in owner.screen
    await owner.presses(f"cast:{broadcast(shop).id}")
    await owner.taps("Send to 1 person")
    assert f"Send this broadcast to about 1 person on 1 Jun {year}, 14:30" in owner.screen
    await owner.taps("Yes, send it")
    assert "waits for its time" in owner.screen
    assert broadcast(shop).state is BroadcastState.SCHEDULED
    await is_sent(process, shop)
    assert news(customer) == news(boris) == []

    shop.execute("UPDATE broadcasts SET scheduled_at = '2026-01-01'")
    for broadcast_id in await process.db.fetch(broadcast_run.due, now=now()):
        await process.db.run(broadcast_run.advance, broadcast_id, now=now())
    await is_sent(process, shop)
    assert "Sale!" in boris.screen
    assert news(customer) == []


async def test_a_broadcast_is_paused_goes_on_and_is_ended_from_its_screen(
    owner: Person, customer: Person, shop: Shop, process: BotProcess
):
    year = now().year + 1
    await writes(owner, "First")
    await owner.taps("At a time")
    await owner.sends(f"{year}-06-01 14:30")
    await owner.taps("Send to 2 people")
    await owner.taps("Yes, send it")
    await owner.taps("Pause")
    assert "paused" in owner.screen
    assert "Still to send: 2" in owner.screen
    number = broadcast(shop).id
    with unchanged(shop):
        await owner.presses(f"castdo:{number}:pause")
    await owner.taps("Go on")
    assert "waits for its time" in owner.screen
    with unchanged(shop):
        await owner.taps("Cancel")
        assert "2 people do not get it then." in owner.screen
        await owner.taps("Back")
    await owner.taps("Cancel")
    await owner.taps("Yes, end it")
    assert "cancelled" in owner.screen
    for action in ("pause", "resume"):
        with unchanged(shop):
            await owner.presses(f"castdo:{number}:{action}")
        assert "The broadcast is no longer as you saw it." in owner.screen
    await owner.presses("casts:0")

    assert f"❌ #{number} · First" in owner.buttons
    assert [event.actor for event in shop.events() if event.kind.startswith("broadcast.")] == ["user:1"] * 4


def card(owner: Person, message_id: int) -> str:
    """Return what a card shows now, "" where it is gone."""
    return next((each.screen for each in owner.bot_messages if each.id == message_id), "")


async def begins_next_year(owner: Person) -> int:
    """Confirm a broadcast for next year, and return which message is its card."""
    await writes(owner)
    await owner.taps("At a time")
    await owner.sends(f"{now().year + 1}-06-01 14:30")
    await owner.taps("Send to 2 people")
    await owner.taps("Yes, send it")
    assert "waits for its time" in owner.screen
    return owner.last.id


async def test_a_card_shows_by_itself_how_far_a_broadcast_has_got_until_it_is_over(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    shown = await begins_next_year(owner)
    await owner.sends("/admin")
    panel = owner.screen
    shop.staff(broadcasts.pause, broadcast(shop).id)
    await process.courier.show_broadcasts()
    assert "paused" in card(owner, shown)
    edits = sandbox.count("editMessageText")
    await process.courier.show_broadcasts()
    assert sandbox.count("editMessageText") == edits, "nothing has changed"
    await owner.taps("Go on", message=next(each for each in owner.bot_messages if each.id == shown))
    assert "waits for its time" in card(owner, shown)
    assert owner.screen == panel, "the card alone has changed"

    shop.execute("UPDATE broadcasts SET scheduled_at = '2026-01-01'")
    for broadcast_id in await process.db.fetch(broadcast_run.due, now=now()):
        await process.db.run(broadcast_run.advance, broadcast_id, now=now())
    await is_sent(process, shop)
    await process.courier.show_broadcasts()

    assert "· done" in card(owner, shown)
    assert "Sent: 2" in card(owner, shown)
    assert "Pause" not in card(owner, shown)
    assert shop.count(BroadcastCard) == 0, "nothing more is to come"
    assert panel in [each.screen for each in owner.bot_messages]


async def test_there_is_one_card_of_a_broadcast_and_one_that_is_gone_stays_so(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    first = await begins_next_year(owner)
    pressed = len(owner.bot_messages)
    await owner.taps("Broadcasts")
    listed = owner.last
    await owner.taps(f"#{broadcast(shop).id}", message=listed)
    second = owner.last
    assert len({first, listed.id, second.id}) == 3
    assert (card(owner, first), len(owner.bot_messages)) == ("", pressed)
    await owner.taps("Back", message=listed)
    assert "waits for its time" in card(owner, second.id), "a late press on the list leaves the card alone"
    sandbox.world.delete(second.message)
    shop.staff(broadcasts.pause, broadcast(shop).id)
    sent = sandbox.count("sendMessage")
    await process.courier.show_broadcasts()

    assert (shop.count(BroadcastCard), sandbox.count("sendMessage")) == (0, sent)


async def test_who_runs_the_shop_no_longer_is_shown_nothing_more_of_a_broadcast(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 101")
    shown = await begins_next_year(customer)
    shop.execute("UPDATE users SET role = 'USER' WHERE telegram_id = 101")
    shop.staff(broadcasts.pause, broadcast(shop).id)
    await process.courier.show_broadcasts()

    assert "waits for its time" in card(customer, shown)
    assert shop.count(BroadcastCard) == 0


async def test_a_card_waits_while_telegram_is_broken(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    shown = await begins_next_year(owner)
    shop.staff(broadcasts.cancel, broadcast(shop).id)
    fault = sandbox.fail("editMessageText", status=502, times=None)
    await process.courier.show_broadcasts()
    assert "waits for its time" in card(owner, shown)
    fault.cancel()
    await process.courier.show_broadcasts()

    assert "· cancelled" in card(owner, shown)


async def test_everybody_can_have_no_more_of_them_and_again(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    await writes(owner)
    await owner.taps("Send to 2 people")
    await owner.taps("Yes, send it")
    await is_sent(process, shop)
    await customer.taps("No more of these")
    assert "You get no more news from the shop." in customer.screen
    assert news(customer) == ["Sale!"]
    assert shop.user(101).broadcasts_off_at is not None
    await owner.presses("cast+")
    await owner.sends("Again")
    assert "It goes to 1 person" in owner.screen
    await customer.taps("Profile")
    with unchanged(shop):
        await customer.presses("news:off")
    await customer.taps("Profile")
    await customer.taps("Get news")

    assert "You get the shop’s news." in customer.screen
    assert shop.user(101).broadcasts_off_at is None
    assert [event.facts for event in shop.events("customer.news")] == [{"wanted": False}, {"wanted": True}]


async def test_a_broadcast_in_russian(process: BotProcess, sandbox: Sandbox, shop: Shop):
    shop.execute("INSERT IGNORE INTO roles (name, description) VALUES ('ADMIN', '')")
    there = [await enters(sandbox, shop, person_id, "Имя", "ru") for person_id in (301, 302)]
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 301")
    admin = there[0]
    await admin.sends("/admin")
    await admin.taps("Рассылки")
    await admin.taps("Новая рассылка")
    await admin.sends("Скидки!")
    assert "Получателей: 2 человека, займёт меньше минуты." in admin.screen
    await admin.taps("Отправить: 2 человека")
    await admin.taps("Да, отправить")
    await is_sent(process, shop)

    assert "завершена: её получили 2 человека." in admin.screen
    assert "Скидки!" in there[1].screen
    await there[1].taps("Больше не присылать")
    assert "Новостей магазина больше не будет." in there[1].screen


async def test_customers_cannot_write_broadcasts(customer: Person, shop: Shop):
    number = shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "Sale!")).id
    for data in ("casts:0", "cast+", f"cast:{number}", f"castgo:{number}:1:yes", f"castdo:{number}:cancel"):
        with unchanged(shop):
            await customer.presses(data)

        assert "This is for the people who run the shop." in customer.screen


async def test_what_comes_too_late_is_refused_and_leads_back_to_the_broadcast(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    await writes(owner)
    draft = owner.last
    await owner.taps("Send to 2 people")
    await owner.taps("Yes, send it")
    await is_sent(process, shop)
    number = broadcast(shop).id
    for late in (f"castdo:{number}:pause", f"castto:{number}:bought:en", f"castset:{number}:discard"):
        with unchanged(shop):
            await owner.presses(late, message=draft)
        refused = next(each for each in owner.bot_messages if "no longer as you saw it" in str(each.text))
        assert refused.buttons == ["⬅️ Back", "🛠 Admin panel"]
        await owner.taps("Back", message=refused)
        assert any(f"#{number}" in str(each.text) and "Sent: 2" in str(each.text) for each in owner.bot_messages)

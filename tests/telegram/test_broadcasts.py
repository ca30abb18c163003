"""Broadcasts: written, looked at, sent to whom they are meant for, and stopped on the way."""

from bot.main import BotProcess
from bot.models import Broadcast, BroadcastState
from bot.sandbox import Person, Sandbox
from bot.services import broadcast_run, people
from tests.shop import Shop, now
from tests.telegram.steps import delivers

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
    return [
        shown.text or shown.caption or "?" for shown in person.bot_messages if "🔕 No more of these" in shown.buttons
    ]


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

"""What people do in the shop with several taps, and what must stay as it was when the shop refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.main import BotProcess
from bot.models import Base
from bot.sandbox import Person, Sandbox
from tests.shop import ADDRESS, PHONE, Shop

APOLOGIES = ("something went wrong on our side", "у нас что-то пошло не так")
BY_ITSELF = {
    "leases": set[str](),
    "order_cards": set[str](),
    "staff_cards": set[str](),
    "broadcast_cards": set[str](),
    "sent_pictures": set[str](),
    "mistakes": set[str](),
    "tallies": set[str](),
    "outbox": {"id", "recipient", "kind", "facts"},
    "users": {"telegram_id", "first_name", "language", "role", "is_banned", "referrer_id"},
}
"""What the heartbeat and the courier change while nobody presses anything: only these columns count. Nor do the events
that jobs record."""


async def puts_in_cart(person: Person, goods_id: int, quantity: int = 1) -> None:
    """Put goods into the cart from their card."""
    await person.presses(f"goods:{goods_id}")
    await person.presses(f"add:{goods_id}:{quantity}")


async def goes_to_payment(person: Person, *, address: str = ADDRESS, phone: str = PHONE, note: str = "") -> None:
    """Go from anywhere through the questions of a first checkout, until the bonus or the payment is asked for."""
    await person.sends("/cart")
    await person.taps("Proceed to Checkout")
    await person.sends(address)
    await person.sends(phone)
    await (person.sends(note) if note else person.taps("Skip"))


async def reviews(person: Person, *, pay: str = "Cash on Delivery", **details: str) -> None:
    """Go from anywhere up to the review of a first checkout."""
    await goes_to_payment(person, **details)
    await person.taps(pay)
    assert "Please check your order" in person.screen


async def checks_out(person: Person, *, pay: str = "Cash on Delivery", **details: str) -> None:
    """Go through a whole first checkout."""
    await reviews(person, pay=pay, **details)
    await person.taps("Confirm order")


async def delivers(process: BotProcess) -> None:
    """Let the courier send everything that is due."""
    while await process.courier.deliver_due():
        pass


@contextmanager
def unchanged(shop: Shop) -> Iterator[None]:
    """Assert that not one row of the shop changes inside."""
    before = rows(shop)
    yield
    assert rows(shop) == before


def rows(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the shop, without what changes by itself."""
    found = shop.rows()
    for name, counted in BY_ITSELF.items():
        places = [place for place, column in enumerate(Base.metadata.tables[name].columns) if column.name in counted]
        found[name] = [tuple(row[place] for place in places) for row in found[name]] if places else []
    actor = [column.name for column in Base.metadata.tables["events"].columns].index("actor")
    found["events"] = [row for row in found["events"] if not row[actor].startswith("job:")]
    return found


def apologies(sandbox: Sandbox) -> list[str]:
    """Return every apology that the bot has sent."""
    texts = [str(call.params.get("text", "")) for call in sandbox.calls()]
    return [text for text in texts if any(words in text for words in APOLOGIES)]


def mistakes(sandbox: Sandbox, *asked: str) -> list[tuple[str, str | None]]:
    """Return the calls that Telegram refused because the bot made a mistake, but for refusals that it `asked` for."""
    harmless = (
        *asked,
        "message is not modified",
        "message to edit not found",
        "message to delete not found",
        "message to copy not found",
        "message can't be deleted for everyone",
        "there is no text in the message to edit",
        "query is too old",
        "chat not found",
        "message to copy not found",
        "member list is inaccessible",
        "wrong remote file identifier",
        "invalid file_id",
        "IMAGE_PROCESS_FAILED",
        "injected",
        "group chat was upgraded to a supergroup chat",
        "not enough rights to send text messages to the chat",
    )
    return [
        (call.method, call.error)
        for call in sandbox.calls()
        if call.status == 400 and not any(words in (call.error or "") for words in harmless)
    ]

"""What the screen behind a button will read, so that one way to the database brings it along with who has pressed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.filters.callback_data import CallbackData
from pydantic import ValidationError

from bot.recent import Recent
from bot.services import arrivals, cart
from bot.services.arrivals import Arrival, Outcome, Reading
from bot.services.queries import browse, order_views
from bot.telegram import callbacks
from bot.telegram.customer import orders
from bot.telegram.visit import Visit


@dataclass(frozen=True)
class Behind:
    """A kind of button, and what its screen reads for the person who presses it."""

    kind: type[CallbackData]
    reading: Callable[[Any, int], Reading]


def _place(pressed: callbacks.Along | orders.Past) -> dict[str, int]:
    return {"page": pressed.page, "at": pressed.at}


_ALL = (
    Behind(callbacks.Shop, lambda pressed, _: Reading(browse.shelves, (), {"page": pressed.page})),
    Behind(callbacks.Aisle, lambda pressed, _: Reading(browse.aisle, (pressed.id,), {"page": pressed.page})),
    Behind(callbacks.Along, lambda pressed, _: Reading(browse.aisle, (pressed.id,), _place(pressed))),
    Behind(callbacks.Goods, lambda pressed, person: Reading(browse.card, (pressed.id,), {"reader_id": person})),
    Behind(callbacks.ShowCart, lambda _, person: Reading(cart.of, (person,), {})),
    Behind(callbacks.Orders, lambda pressed, person: Reading(order_views.mine, (person,), {"page": pressed.page})),
    Behind(orders.Past, lambda pressed, person: Reading(order_views.mine, (person,), _place(pressed))),
)
_BEHIND = {each.kind.__prefix__: each for each in _ALL}
_SHOWN = frozenset({browse.shelves, browse.aisle, browse.card})
"""What reads nothing but tables that have a mark: whatever it has found in the last moment may be shown again."""


async def arrive(visit: Visit, person_id: int, reading: Reading | None) -> tuple[Arrival, Outcome | None]:
    """Return who comes to which door, and what a reading has found for them, from the last moment or afresh."""
    recent = visit.db.recent or Recent()
    known: Arrival | None = recent.known(person_id)
    if known is not None:
        if reading is None or known.identity is None or known.identity.is_banned:
            return known, None
        if (found := recent.known(reading.key)) is not None:
            return known, Outcome(reading, found)
    look = recent.look()
    arrival: Arrival
    outcome: Outcome | None
    if reading is None:
        arrival, outcome = await visit.fetch(arrivals.arrive, person_id), None
    else:
        arrival, outcome = await visit.fetch(arrivals.arrive_for, person_id, reading)
    shown = {outcome.reading.key: outcome.found} if outcome and outcome.reading.operation in _SHOWN else {}
    recent.learn(look, arrival.marks, {person_id: arrival, **shown})
    return arrival, outcome


def of(data: str | None, person_id: int) -> Reading | None:
    """Return what will be read when somebody presses a button, None where that only shows later.

    It is a guess that costs nothing when it is wrong: whoever asks for something else reads that.
    """
    behind = _BEHIND.get((data or "").partition(":")[0])
    if behind is None:
        return None
    try:
        return behind.reading(behind.kind.unpack(data or ""), person_id)
    except (ValueError, TypeError, ValidationError):
        return None  # no button of ours

"""Where staff stand, and the way out of there; and who did what.

The line at the top of a screen says where it stands: "Admin › Goods › Green tea". The last row leads out. There is one
rule for it, which tests/telegram/test_back.py holds:

- A screen that shows something ends with Back, one step back to where somebody came from, and beside it the panel,
  unless Back itself leads there.
- A screen that asks something, for a text or for a yes, ends with Back alone: what lies beside it would be pressed by
  mistake, and lose what was answered so far.
- The panel alone ends with Home. So does what the helper sees, who may see no panel.
"""

from contextlib import suppress
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from bot.telegram import callbacks, wording
from bot.telegram.admin.callbacks import Admin
from bot.telegram.screen import Row, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words

SHELL, JOB = "cli:", "job:"

Way = TypeVar("Way", bound=CallbackData)


def trail(t: Words, *places: Markup | str) -> Markup:
    """Return the title of a staff screen: the way from the panel to it, and its own name in bold."""
    return wording.trail(t.label("admin"), *places)


def ways_out(visit: Visit, back: CallbackData) -> Row:
    """Return the last row of a screen that shows something: Back, and the panel where that lies further back."""
    if back == Admin():
        return way_back(visit.t, back)
    return [*way_back(visit.t, back), way_home(visit)]


def way_back(t: Words, back: CallbackData) -> Row:
    """Return the last row of a screen that asks something."""
    return [button(t.label("back"), back)]


def way_home(visit: Visit) -> InlineKeyboardButton:
    """Return the way to where everything else is: the panel, or Home for whom it is closed."""
    if visit.identity and visit.identity.role.is_staff:
        return button(visit.t.label("admin-panel"), Admin())
    return button(visit.t.label("home"), callbacks.Home())


async def kept_way(visit: Visit, fact: str, default: Way, *others: type[Way]) -> Way:
    """Return where Back leads: to what was shown last, which it has kept as a fact, else to `default`.

    What an older version of the shop has kept may not fit any more.
    """
    kept = str(await visit.fact(fact) or "")
    kinds = {kind.__prefix__: kind for kind in (type(default), *others)}
    kind = kinds.get(kept.partition(":")[0])
    with suppress(TypeError, ValueError):
        return kind.unpack(kept) if kind else default
    return default


def named(t: Words, actor: str, name: str | None) -> str:
    """Return who did something, in a word or two; `name` is whom `services.actors` knows by it."""
    if actor.startswith(SHELL):
        return t.label("actor-shell", name=actor.removeprefix(SHELL))
    return t.label("actor-clock") if actor.startswith(JOB) else name or actor

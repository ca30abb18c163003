"""The admin panel: the orders that wait, and the way to everything else that the reader may do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from sqlalchemy.orm import Session

from bot.models import OrderStatus, Right
from bot.services.queries import help_views, order_views
from bot.telegram import callbacks, menu
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.goods.catalog_callbacks import Categories, Shelf
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, paragraphs

router = StaffRouter("panel", Right.SHOP)


@dataclass(frozen=True)
class Section:
    """One part of the panel: the key of its label, the way to it, and the right that it needs.

    What a section counts stands in its label as `$count`.
    """

    label: str
    way: Callable[[], CallbackData]
    needs: Right
    count: Callable[[Session], int] | None = None


SECTIONS: tuple[Section, ...] = (
    Section("pushes", staff.Pushes, Right.SHOP),
    Section("staff-goods", Shelf, Right.SHOP),
    Section("staff-categories", Categories, Right.SHOP),
    Section("customers", staff.People, Right.CUSTOMERS),
    Section("invitations", staff.Invitations, Right.SHOP),
    Section("questions-panel", staff.Questions, Right.CUSTOMERS, help_views.waiting),
    Section("broadcasts", staff.Broadcasts, Right.BROADCAST),
    Section("statistics", staff.Statistics, Right.SHOP),
    Section("team", staff.Team, Right.STAFF),
    Section("settings", staff.Settings, Right.SETTINGS),
    Section("maintenance", staff.Maintenance, Right.SETTINGS),
    Section("log-files", staff.LogFiles, Right.OWN),
)
"""In the order in which they stand there, two in a row."""


QUEUES = (
    (OrderStatus.RESERVED,),
    (OrderStatus.CONFIRMED, OrderStatus.DELIVERED),
    (OrderStatus.CANCELLED, OrderStatus.EXPIRED),
)
"""What waits for the staff stands first; a phone shows no more than two to a row in whole words."""


@router.message(Command("admin"))
async def admin_command(_message: Message, visit: Visit) -> None:
    """Show the panel, and keep the command in the menu."""
    await _show_panel(visit)
    await menu.offer_panel(visit.bot, visit.chat_id, visit.t)


@router.callback_query(staff.Admin.filter())
async def open_panel(_press: CallbackQuery, visit: Visit) -> None:
    """Show the panel."""
    await _show_panel(visit)


async def _show_panel(visit: Visit) -> None:
    t = visit.t
    counts = await visit.fetch(order_views.counts)
    rows: list[Row] = [
        *([_queue(t, status, counts) for status in queues] for queues in QUEUES),
        [button(t.label("find-order"), staff.FindOrder())],
    ]
    mine = [each for each in SECTIONS if visit.me.role.may(each.needs)]
    counted = await visit.fetch(_counted, mine)
    ways = [button(t.label(each.label, **counted.get(each.label, {})), each.way()) for each in mine]
    pairs = [ways[at : at + 2] for at in range(0, len(ways), 2)]
    title = paragraphs(t("panel-title"), visit.closed_note)
    await visit.show(Screen(title, [*rows, *pairs, [button(t.label("home"), callbacks.Home())]]))


def _queue(t: Words, status: OrderStatus, counts: dict[OrderStatus, int]) -> InlineKeyboardButton:
    label = t.label("queue-count", status=t.label(f"queue-{status}"), count=counts.get(status, 0))
    return button(label, staff.Queue(status=status))


def _counted(session: Session, sections: Sequence[Section]) -> dict[str, dict[str, int]]:
    return {each.label: {"count": each.count(session)} for each in sections if each.count}

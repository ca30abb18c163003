"""What staff change about an open order: where it goes, whom to call and what to mind; the way to its goods."""

from aiogram import F
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.models import Right
from bot.services import order_edits
from bot.services.details import Details
from bot.services.order_edits import Changes
from bot.services.queries import order_views
from bot.services.queries.browse import Page
from bot.services.queries.order_views import Whole
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_sheet import NOTHING, act, refuse_closed
from bot.telegram.admin.place import way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.callbacks import Id
from bot.telegram.customer.order_text import details_text
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn
from bot.telegram.visit import Visit
from bot.telegram.wording import cut, paragraphs

router = StaffRouter("order edits", Right.SHOP)

LINES = 6
"""Lines of an order on one screen."""
FIELDS = ("address", "phone", "note")


class EditField(CallbackData, prefix="ofield"):
    """Change "address", "phone" or "note" of an order."""

    id: Id
    field: str


class DropNote(CallbackData, prefix="odrop"):
    """No note for an order any more."""

    id: Id


class StaffEdit(StatesGroup):
    """What was asked about an order that is to be changed."""

    address = State()
    phone = State()
    note = State()


@router.callback_query(staff.EditOrder.filter())
async def open_edit(_press: CallbackQuery, callback_data: staff.EditOrder, visit: Visit) -> None:
    """Show what can be changed."""
    await _show(visit, callback_data.id, NOTHING, callback_data.page)


@router.callback_query(EditField.filter(F.field.in_(FIELDS)))
async def ask_field(_press: CallbackQuery, callback_data: EditField, visit: Visit) -> None:
    """Ask for another address, phone number or note, saying how it is now."""
    t, field = visit.t, callback_data.field
    whole = await visit.fetch(order_views.by_id, callback_data.id)
    if await refuse_closed(visit, whole.order):
        return
    ask = t(f"ask-order-{field}", code=whole.order.order_code)
    drop = (
        [button(t.label("remove-note"), DropNote(id=whole.order.id))] if field == "note" and whole.details.note else []
    )
    back = way_back(t, staff.EditOrder(id=whole.order.id))
    so_far = _so_far(visit, whole.details)
    # Where somebody lives is sealed in the database, so the dialogue does not keep it.
    await visit.ask(
        getattr(StaffEdit, field),
        Screen(paragraphs(ask, so_far), [drop, back]),
        order=whole.order.id,
        field=field,
        question=str(ask),
    )


@router.message(StateFilter(StaffEdit), F.text, ~F.text.startswith("/"))
async def take_field(message: Message, visit: Visit) -> None:
    """Change it to what was written."""
    field, text = await visit.fact("field"), message.text or ""
    given = {"address": Changes(address=text), "phone": Changes(phone=text), "note": Changes(note=text)}
    await _change(visit, int(await visit.fact("order")), given[str(field)])


@router.callback_query(DropNote.filter())
async def drop_note(_press: CallbackQuery, callback_data: DropNote, visit: Visit) -> None:
    """Deliver without a note."""
    await _change(visit, callback_data.id, Changes(note=""))


async def show_edit(visit: Visit, order_id: int, note: Markup = NOTHING) -> None:
    """Show what can be changed in an order, below a note where there is one."""
    await _show(visit, order_id, note, 0)


async def _change(visit: Visit, order_id: int, changes: Changes) -> None:
    await act(visit, order_id, order_edits.change, changes, notify=True, done="order-edited", then=show_edit)


async def _show(visit: Visit, order_id: int, note: Markup, page: int) -> None:
    t = visit.t
    whole = await visit.fetch(order_views.by_id, order_id)
    if await refuse_closed(visit, whole.order):
        return
    title = t("edit-order-title", code=whole.order.order_code)
    rows = [
        *_lines(visit, whole, page),
        [button(t.label("edit-add"), staff.AddGoods(id=order_id))],
        *_fields(visit, whole),
    ]
    text = paragraphs(note, title, details_text(t, whole.details))
    await visit.show(Screen(text, [*rows, ways_out(visit, staff.Job(id=order_id))]))


def _lines(visit: Visit, whole: Whole, page: int) -> list[Row]:
    t, order_id, start = visit.t, whole.order.id, page * LINES
    rows: list[Row] = [
        [
            button(
                t.label("edit-line", quantity=item.quantity, name=cut(item.item_name, 40)),
                staff.PickPieces(id=order_id, goods=item.goods_id),
            )
        ]
        for item in whole.items[start : start + LINES]
    ]
    turned = Page(page, len(whole.items) > start + LINES)
    return [*rows, turn(t, turned, lambda number: staff.EditOrder(id=order_id, page=number))]


def _fields(visit: Visit, whole: Whole) -> list[Row]:
    t, order = visit.t, whole.order
    ways = [button(t.label(f"edit-{field}"), EditField(id=order.id, field=field)) for field in FIELDS]
    if order.delivery_time:
        ways.append(button(t.label("edit-time"), staff.Work(id=order.id, action="amend")))
    return [ways[:2], ways[2:]]


def _so_far(visit: Visit, details: Details) -> Markup:
    return Markup("\n").join((visit.t("so-far"), details_text(visit.t, details)))

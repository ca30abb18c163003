"""What customers change about their own orders: a longer reservation, another address, another note."""

from aiogram import F, Router
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.errors import WrongState
from bot.services import order_edits, orders
from bot.services.queries import order_views
from bot.telegram import callbacks
from bot.telegram.customer.orders import show_order
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import lines, paragraphs

router = Router(name="order changes")


class Changing(StatesGroup):
    """What was asked about an order that is already made."""

    address = State()
    note = State()


@router.callback_query(callbacks.ExtendOrder.filter())
async def extend(_press: CallbackQuery, callback_data: callbacks.ExtendOrder, visit: Visit) -> None:
    """Hold the goods longer, once."""
    try:
        await visit.run(orders.extend_own, callback_data.id, buyer_id=visit.id, now=visit.now)
    except WrongState as refusal:
        if refusal.what != "extension":
            raise
        # A second tap: the order shows until when it is held.
        await show_order(visit, callback_data.id, note="order-extended-already")
    else:
        await show_order(visit, callback_data.id, note="order-extended")


@router.callback_query(callbacks.ChangeAddress.filter())
async def ask_address(_press: CallbackQuery, callback_data: callbacks.ChangeAddress, visit: Visit) -> None:
    """Ask for another address."""
    await _ask(visit, Changing.address, callback_data.id)


@router.message(Changing.address, F.text, ~F.text.startswith("/"))
async def take_address(message: Message, visit: Visit) -> None:
    """Deliver there."""
    await _change(visit, int(await visit.fact("order")), address=message.text or "")


@router.callback_query(callbacks.ChangeNote.filter())
async def ask_note(_press: CallbackQuery, callback_data: callbacks.ChangeNote, visit: Visit) -> None:
    """Ask for another note."""
    remove = button(visit.t.label("remove-note"), callbacks.RemoveNote(id=callback_data.id))
    await _ask(visit, Changing.note, callback_data.id, [remove])


@router.message(Changing.note, F.text, ~F.text.startswith("/"))
async def take_note(message: Message, visit: Visit) -> None:
    """Mind that on delivery."""
    await _change(visit, int(await visit.fact("order")), note=message.text or "")


@router.callback_query(callbacks.RemoveNote.filter())
async def remove_note(_press: CallbackQuery, callback_data: callbacks.RemoveNote, visit: Visit) -> None:
    """Deliver without a note."""
    await _change(visit, callback_data.id, note="")


async def _ask(visit: Visit, state: State, order_id: int, choice: Row = ()) -> None:
    """Ask for what is to be different, saying how it is now.

    Raises:
        WrongStatus: the order is closed.
    """
    content = await visit.fetch(order_views.own, order_id, buyer_id=visit.id)
    t, order, known = visit.t, content.order, content.details
    order.require_holding("edited")
    if state == Changing.address:
        ask, now = t("ask-new-address", code=order.order_code), t("details-address", address=known.address or "")
    else:
        ask, now = t("ask-new-note", code=order.order_code), t("details-note", note=known.note or "")
    so_far = lines([t("so-far"), now]) if state == Changing.address or known.note else ""
    back: Row = [button(t.label("back"), callbacks.ShowOrder(id=order_id))]
    # Where somebody lives is sealed in the database, so the dialogue does not keep it.
    await visit.ask(
        state, Screen(paragraphs(ask, so_far), [choice if known.note else (), back]), order=order_id, question=str(ask)
    )


async def _change(visit: Visit, order_id: int, *, address: str | None = None, note: str | None = None) -> None:
    await visit.run(order_edits.change_own, order_id, buyer_id=visit.id, address=address, note=note, now=visit.now)
    await show_order(visit, order_id, note="order-changed")

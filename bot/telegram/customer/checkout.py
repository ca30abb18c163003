"""The checkout: saved details or new ones, the bonus, the payment, the review, and the order."""

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, KeyboardButton, Message, ReplyKeyboardMarkup
from markupsafe import Markup

from bot.errors import BadValue, CheckoutOutdated
from bot.models import PaymentMethod
from bot.services import checkout
from bot.services.checkout import Progress, Review
from bot.services.details import Details
from bot.telegram import callbacks
from bot.telegram.customer import cart, order_card
from bot.telegram.customer.cart import line_text
from bot.telegram.customer.order_text import details_text, money_text
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, fitting, lines, paragraphs

router = Router(name="checkout")


class Asked(StatesGroup):
    """What the checkout has asked."""

    address = State()
    phone = State()
    note = State()


@router.callback_query(callbacks.Checkout.filter(), flags={"rate": "checkouts"})
async def begin(_press: CallbackQuery, visit: Visit) -> None:
    """Start from the cart."""
    await _begin(visit)


@router.callback_query(callbacks.UseSaved.filter())
async def use_saved(_press: CallbackQuery, visit: Visit) -> None:
    """Deliver as the last time."""
    await _go_on(visit, await visit.run(checkout.use_saved, visit.id, now=visit.now))


@router.callback_query(callbacks.Details.filter())
async def open_details(_press: CallbackQuery, visit: Visit) -> None:
    """Show where the last order went, if there was one, else the cart."""
    try:
        progress = await visit.fetch(checkout.progress, visit.id)
    except CheckoutOutdated:
        await cart.show(visit)
        return
    if _is_complete(progress.saved):
        await visit.show(_saved_screen(visit.t, progress))
    else:
        await cart.show(visit)


@router.callback_query(callbacks.KeepDetails.filter())
async def keep_details(_press: CallbackQuery, visit: Visit) -> None:
    """Deliver as it was written in this checkout."""
    await _go_on(visit, await visit.fetch(checkout.progress, visit.id))


@router.callback_query(callbacks.UpdateInfo.filter())
async def update_info(_press: CallbackQuery, callback_data: callbacks.UpdateInfo, visit: Visit) -> None:
    """Ask for everything anew."""
    await _ask_address(visit, reviewed=callback_data.reviewed)


@router.message(Asked.address, F.text, ~F.text.startswith("/"))
async def take_address(message: Message, visit: Visit) -> None:
    """Take the address and ask for the phone number."""
    await visit.run(checkout.set_address, visit.id, message.text or "", now=visit.now)
    await _ask_phone(visit)


@router.callback_query(callbacks.AskPhone.filter())
async def ask_phone_again(_press: CallbackQuery, visit: Visit) -> None:
    """Ask for the phone number once more."""
    await _ask_phone(visit)


@router.callback_query(callbacks.AskNote.filter())
async def ask_note_again(_press: CallbackQuery, visit: Visit) -> None:
    """Ask for the note once more."""
    await _ask_note(visit)


@router.message(Asked.phone, F.contact)
async def take_contact(message: Message, visit: Visit) -> None:
    """Take the phone number of a shared contact, if it is the person's own."""
    if message.contact is None or message.contact.user_id != visit.id:
        raise BadValue("contact", "", "share your own contact, or write the number")
    number = message.contact.phone_number
    await _take_phone(visit, number if number.startswith("+") else f"+{number}")


@router.message(Asked.phone, F.text, ~F.text.startswith("/"))
async def take_phone(message: Message, visit: Visit) -> None:
    """Take a typed phone number."""
    if message.text == visit.t.label("back"):
        await _ask_address(visit, reviewed=await _was_reviewed(visit))
    else:
        await _take_phone(visit, message.text or "")


@router.message(Asked.note, F.text, ~F.text.startswith("/"))
async def take_note(message: Message, visit: Visit) -> None:
    """Take the delivery note."""
    await _go_on(visit, await visit.run(checkout.set_note, visit.id, message.text, now=visit.now))


@router.callback_query(callbacks.SkipNote.filter())
async def skip_note(_press: CallbackQuery, visit: Visit) -> None:
    """Do without a note."""
    await _go_on(visit, await visit.run(checkout.set_note, visit.id, None, now=visit.now))


@router.callback_query(callbacks.ApplyBonus.filter())
async def apply_bonus(_press: CallbackQuery, visit: Visit) -> None:
    """Spend the bonus on this order."""
    await _ask_payment(visit, await visit.run(checkout.apply_bonus, visit.id, now=visit.now))


@router.callback_query(callbacks.KeepBonus.filter())
async def keep_bonus(_press: CallbackQuery, visit: Visit) -> None:
    """Keep the bonus."""
    await _ask_payment(visit, await visit.run(checkout.keep_bonus, visit.id, now=visit.now))


@router.callback_query(callbacks.AskPayment.filter())
async def ask_payment_again(_press: CallbackQuery, visit: Visit) -> None:
    """Ask once more how to pay."""
    await _ask_payment(visit, await visit.fetch(checkout.progress, visit.id))


@router.callback_query(callbacks.Pay.filter(F.method.in_(set(PaymentMethod))))
async def choose_payment(_press: CallbackQuery, callback_data: callbacks.Pay, visit: Visit) -> None:
    """Show the review."""
    method = PaymentMethod(callback_data.method)
    await _review(visit, await visit.run(checkout.choose_payment, visit.id, method, now=visit.now))


@router.callback_query(callbacks.ReviewAgain.filter(), flags={"rate": "checkouts"})
async def review_again(_press: CallbackQuery, visit: Visit) -> None:
    """Show the review as it is now; when its checkout is over, start from the cart."""
    try:
        review = await visit.run(checkout.review, visit.id, now=visit.now)
    except CheckoutOutdated:
        await _begin(visit)
    else:
        await _review(visit, review)


@router.callback_query(callbacks.Confirm.filter())
async def confirm(_press: CallbackQuery, callback_data: callbacks.Confirm, visit: Visit) -> None:
    """Make the order, or show the one that an earlier press has made."""
    placed = await visit.settle(checkout.confirm, visit.id, callback_data.token, now=visit.now)
    await order_card.show_placed(visit, placed)


async def _begin(visit: Visit) -> None:
    """Offer what was saved, or ask for the address."""
    progress = await visit.run(checkout.begin, visit.id, now=visit.now)
    if _is_complete(progress.saved):
        await visit.show(_saved_screen(visit.t, progress))
    else:
        await _ask_address(visit)


async def _ask_address(visit: Visit, *, reviewed: bool = False) -> None:
    t, known = visit.t, (await _written(visit)).address
    back = callbacks.ReviewAgain() if reviewed else callbacks.Details()
    keep: Row = [button(t.label("keep-it"), callbacks.AskPhone())] if known else []
    so_far = t("details-address", address=known) if known else ""
    await _ask(visit, Asked.address, t("ask-address"), so_far, [keep, _way_back(t, back)], reviewed=reviewed)


async def _ask_phone(visit: Visit) -> None:
    reviewed = await _was_reviewed(visit)
    shown = _phone_screen(visit.t, (await _written(visit)).phone, reviewed=reviewed)
    await visit.ask(Asked.phone, shown, reviewed=reviewed)


async def _take_phone(visit: Visit, number: str) -> None:
    await visit.run(checkout.set_phone, visit.id, number, now=visit.now)
    await _ask_note(visit)


async def _ask_note(visit: Visit) -> None:
    t, known = visit.t, (await _written(visit)).note
    keep: Row = [button(t.label("keep-it"), callbacks.KeepDetails())] if known else []
    so_far = t("details-note", note=known) if known else ""
    rows = [keep, [button(t.label("skip"), callbacks.SkipNote())], _way_back(t, callbacks.AskPhone())]
    await _ask(visit, Asked.note, t("ask-note"), so_far, rows, reviewed=await _was_reviewed(visit))


async def _ask(
    visit: Visit, state: State, question: Markup, so_far: Markup | str, rows: Sequence[Row], *, reviewed: bool
) -> None:
    """Ask for something, showing what was written before; the dialogue's storage does not hold that."""
    before = lines([visit.t("so-far"), so_far]) if so_far else ""
    await visit.ask(state, Screen(paragraphs(question, before), rows), reviewed=reviewed, question=str(question))


async def _written(visit: Visit) -> Details:
    """Return what was written in this checkout."""
    return (await visit.fetch(checkout.progress, visit.id)).details


async def _was_reviewed(visit: Visit) -> bool:
    return bool(await visit.fact("reviewed"))


async def _go_on(visit: Visit, progress: Progress) -> None:
    """Offer the bonus if there is one, else ask how to pay."""
    if progress.usable_bonus <= 0:
        await _ask_payment(visit, progress)
        return
    t = visit.t
    rows: list[Row] = [
        [button(t.label("apply-bonus", bonus=progress.usable_bonus), callbacks.ApplyBonus())],
        [button(t.label("keep-bonus"), callbacks.KeepBonus())],
        _way_back(t, _before_bonus(progress.details, progress.saved)),
    ]
    await visit.show(Screen(t("ask-bonus", balance=progress.balance, total=progress.total), rows))


async def _ask_payment(visit: Visit, progress: Progress) -> None:
    """Ask how to pay; where the bonus pays everything there is nothing to ask."""
    if progress.due <= 0:
        await _review(visit, await visit.run(checkout.choose_payment, visit.id, PaymentMethod.CASH, now=visit.now))
        return
    t = visit.t
    rows: list[Row] = [[button(t.label("pay-cash"), callbacks.Pay(method=PaymentMethod.CASH))]]
    if progress.bitcoin_is_possible:
        rows.append([button(t.label("pay-bitcoin"), callbacks.Pay(method=PaymentMethod.BITCOIN))])
    before = _before_bonus(progress.details, progress.saved)
    rows.append(_way_back(t, callbacks.KeepDetails() if progress.usable_bonus > 0 else before))
    await visit.show(Screen(t("ask-payment", due=progress.due), rows))


async def _review(visit: Visit, review: Review) -> None:
    t = visit.t
    title = t("review-title")
    rest = paragraphs(
        details_text(t, review.details),
        lines([money_text(t, review.total, review.bonus), t(f"method-{review.payment_method}")]),
        t("review-question"),
    )
    text = paragraphs(title, fitting(t, [line_text(t, line) for line in review.cart.lines], title, rest), rest)
    rows: list[Row] = [
        [button(t.label("confirm-order"), callbacks.Confirm(token=review.token))],
        [button(t.label("update-info"), callbacks.UpdateInfo(reviewed=True))],
        _way_back(t, _before(review)),
    ]
    await visit.show(Screen(text, rows))


def _before(review: Review) -> CallbackData:
    """Return the way to what was asked last before the review."""
    if review.due > 0:
        return callbacks.AskPayment()
    return callbacks.KeepDetails() if review.bonus else callbacks.AskNote()


def _before_bonus(written: Details, saved: Details) -> CallbackData:
    """Return the way to what was asked before the bonus and the payment: what was saved, or the last to be written."""
    return callbacks.Details() if written == saved else callbacks.AskNote()


def _saved_screen(t: Words, progress: Progress) -> Screen:
    rows: list[Row] = [
        [button(t.label("use-saved-info"), callbacks.UseSaved())],
        [button(t.label("update-info"), callbacks.UpdateInfo())],
        _way_back(t, callbacks.ShowCart()),
    ]
    return Screen(paragraphs(t("saved-title"), details_text(t, progress.saved)), rows)


def _is_complete(details: Details) -> bool:
    return bool(details.address and details.phone)


def _phone_screen(t: Words, known: str | None, *, reviewed: bool) -> Screen:
    share = KeyboardButton(text=t.label("share-contact"), request_contact=True)
    again = [KeyboardButton(text=known)] if known else []
    keyboard = ReplyKeyboardMarkup(
        keyboard=[[share], again, [KeyboardButton(text=t.label("back"))]], resize_keyboard=True, one_time_keyboard=True
    )
    return Screen(t("ask-phone"), [_way_back(t, callbacks.UpdateInfo(reviewed=reviewed))], keyboard=keyboard)


def _way_back(t: Words, to: CallbackData) -> Row:
    return [button(t.label("back"), to)]

"""Adding goods: one question after another, a preview, and then they are for sale. Until then nothing is kept of them.

What was answered so far lies in the dialogue, so leaving half way leaves nothing behind.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.errors import BadValue, Busy, NotFound, ShopError, TooManyPhotos
from bot.models import Right
from bot.models.goods_photos import MOST_PHOTOS
from bot.services import by_id, catalog, money, stock
from bot.services.queries import goods_desk
from bot.services.queries.browse import Card
from bot.telegram import downloads
from bot.telegram.admin.goods.catalog_callbacks import New, Pick, Picked, Sell, Shelf, Step
from bot.telegram.admin.goods.category_tree import tree_screen
from bot.telegram.admin.goods.goods_photos import ask_for_photos
from bot.telegram.admin.goods.goods_sheet import NOTHING, show_goods
from bot.telegram.admin.place import trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.customer.shop import card_screen, flips
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import lines, paragraphs

router = StaffRouter("new goods", Right.SHOP)

STEPS = ("name", "category", "price", "stock", "description", "photos", "preview")
SKIPPED = {"description", "photos"}
"""What may be left out."""


class NewGoods(StatesGroup):
    """What was asked about new goods."""

    name = State()
    category = State()
    price = State()
    stock = State()
    description = State()
    photos = State()
    preview = State()


STATES: Mapping[str, State] = {str(state.state).rpartition(":")[2]: state for state in NewGoods}


@dataclass(frozen=True)
class Draft:
    """What was answered so far; `at` is the category in which the search for theirs begins."""

    at: int = 0
    name: str = ""
    category_id: int = 0
    price: str = ""
    stock: int | None = None
    description: str = ""
    photos: Sequence[str] = ()


@router.callback_query(New.filter())
async def begin(_press: CallbackQuery, callback_data: New, visit: Visit) -> None:
    """Ask for the name."""
    await _ask(visit, "name", Draft(at=callback_data.at))


@router.callback_query(Step.filter(F.step.in_(set(STEPS))))
async def go_to(_press: CallbackQuery, callback_data: Step, visit: Visit) -> None:
    """Go to another step, back or on; when nothing is being added any more, to the goods.

    The button may be that of goods added earlier, so nobody gets past a question that these have not answered.
    """
    draft = await _draft(visit)
    if draft is None:
        await _leave(visit)
        return
    step = min(callback_data.step, _unanswered(draft), key=STEPS.index)
    await (_preview(visit, draft, callback_data.number) if step == "preview" else _ask(visit, step, draft))


@router.message(NewGoods.name, F.text, ~F.text.startswith("/"))
async def take_name(message: Message, visit: Visit) -> None:
    """Take the name, unless it is taken."""
    await _go_on(visit, "name", name=await visit.fetch(catalog.free_goods_name, message.text or ""))


@router.callback_query(Pick.filter(F.what == "new"))
async def open_branch(_press: CallbackQuery, callback_data: Pick, visit: Visit) -> None:
    """Walk through the tree of categories."""
    draft = await _draft(visit)
    await (_leave(visit) if draft is None else _ask_category(visit, draft, callback_data))


@router.callback_query(Picked.filter(F.what == "new"))
async def take_category(_press: CallbackQuery, callback_data: Picked, visit: Visit) -> None:
    """Take the category, unless it was removed meanwhile."""
    draft = await _draft(visit)
    if draft is None:
        await _leave(visit)
        return
    try:
        await visit.fetch(by_id.category_name, callback_data.at)
    except NotFound as error:
        await _ask_another_category(visit, draft, error)
    else:
        await _go_on(visit, "category", category_id=callback_data.at)


@router.message(NewGoods.price, F.text, ~F.text.startswith("/"))
async def take_price(message: Message, visit: Visit) -> None:
    """Take the price."""
    await _go_on(visit, "price", price=str(money.parse(message.text or "", visit.guide.currency)))


@router.message(NewGoods.stock, F.text, ~F.text.startswith("/"))
async def take_stock(message: Message, visit: Visit) -> None:
    """Take how many there are."""
    await _go_on(visit, "stock", stock=stock.read_quantity("stock", message.text or ""))


@router.message(NewGoods.description, F.text, ~F.text.startswith("/"))
async def take_description(message: Message, visit: Visit) -> None:
    """Take the description."""
    await _go_on(visit, "description", description=catalog.clean_description(message.text or ""))


@router.message(NewGoods.photos, ~F.text.startswith("/"))
async def take_photo(message: Message, visit: Visit) -> None:
    """Take a picture and ask for more; an album gets one answer."""
    draft = await _draft(visit) or Draft()
    refused = NOTHING
    try:
        async with visit.busy("upload_photo"):
            photo = await downloads.keep_photo(visit.bot, visit.guide, message)
        if len({*draft.photos, photo}) > MOST_PHOTOS:
            raise TooManyPhotos(MOST_PHOTOS)
        draft = replace(draft, photos=list(dict.fromkeys([*draft.photos, photo])))
    except (BadValue, TooManyPhotos) as error:
        refused = visit.t.refusal(error)
    await _ask_photos(visit, draft, refused)


@router.callback_query(Sell.filter())
async def sell(_press: CallbackQuery, visit: Visit) -> None:
    """Put the goods on sale as the preview shows them; what is refused now can be changed and tried again."""
    draft = await _draft(visit)
    if draft is None or visit.asked != NewGoods.preview.state:
        await _leave(visit)
        return
    try:
        goods = await visit.run(
            catalog.add_goods,
            draft.name,
            category=await visit.fetch(by_id.category_name, draft.category_id),
            price=draft.price,
            stock=draft.stock or 0,
            description=draft.description,
            photos=draft.photos,
            actor=visit.me.actor,
            now=visit.now,
        )
    except ShopError as error:
        if isinstance(error, Busy):
            raise
        await _preview(visit, draft, 0, visit.t("goods-refused", why=visit.t.refusal(error)))
        return
    await show_goods(visit, goods.id, visit.t("goods-added"))


async def _draft(visit: Visit) -> Draft | None:
    """Return what was answered so far, None while nothing is being added."""
    if visit.asked not in {state.state for state in STATES.values()}:
        return None
    kept = json.loads(str(await visit.fact("new") or "null"))
    return Draft(**kept) if isinstance(kept, dict) else None


def _unanswered(draft: Draft) -> str:
    """Return the first step that needs an answer and has none; with all answered, the preview."""
    answered = {
        "name": bool(draft.name),
        "category": bool(draft.category_id),
        "price": bool(draft.price),
        "stock": draft.stock is not None,
    }
    return next((step for step, is_answered in answered.items() if not is_answered), "preview")


async def _leave(visit: Visit) -> None:
    """Lead on from a button of something that is over."""
    await visit.show(Screen(visit.t("new-goods-over"), [ways_out(visit, Shelf())]))


async def _go_on(visit: Visit, step: str, **answer: Any) -> None:
    draft = replace(await _draft(visit) or Draft(), **answer)
    following = STEPS[STEPS.index(step) + 1]
    await (_preview(visit, draft, 0) if following == "preview" else _ask(visit, following, draft))


async def _ask(visit: Visit, step: str, draft: Draft) -> None:
    if step == "category":
        await _ask_category(visit, draft, Pick(what="new", id=0, at=draft.category_id or draft.at))
    elif step == "photos":
        await _ask_photos(visit, draft, NOTHING)
    else:
        facts = {"name": draft.name, "currency": visit.guide.currency}
        text = visit.t(f"ask-new-{step}", **facts)
        shown = Screen(lines([_title(visit), text]), _ways(visit, step, draft))
        await visit.ask(STATES[step], shown, question=str(text), new=_written(draft))


async def _ask_another_category(visit: Visit, draft: Draft, error: NotFound) -> None:
    """Ask for the category once more where it was removed meanwhile; whatever else was answered is kept."""
    note = visit.t("goods-refused", why=visit.t.refusal(error))
    await _ask_category(visit, replace(draft, category_id=0), Pick(what="new", id=0), note)


async def _ask_category(visit: Visit, draft: Draft, pick: Pick, note: Markup = NOTHING) -> None:
    try:
        place = await visit.fetch(goods_desk.place, pick.at, page=pick.page, with_goods=False)
    except NotFound:
        place = await visit.fetch(goods_desk.place, 0, with_goods=False)
    text = visit.t("ask-new-category" if place.inside or place.id else "ask-new-category-none", name=draft.name)
    shown = tree_screen(visit.t, place, pick, paragraphs(text, note), Step(step="name"))
    await visit.ask(NewGoods.category, shown, question=str(text), new=_written(draft))


async def _ask_photos(visit: Visit, draft: Draft, refused: Markup) -> None:
    t = visit.t
    count = t("photos-so-far", count=len(draft.photos))
    text = paragraphs(lines([_title(visit), t("ask-photos", name=draft.name, most=MOST_PHOTOS)]), count)
    rows = _ways(visit, "photos", draft)
    await ask_for_photos(visit, NewGoods.photos, Screen(text, rows), refused, new=_written(draft))


async def _preview(visit: Visit, draft: Draft, number: int, note: Markup = NOTHING) -> None:
    t = visit.t
    try:
        place = await visit.fetch(goods_desk.place, draft.category_id, with_goods=False)
    except NotFound as error:
        await _ask_another_category(visit, draft, error)
        return
    card = Card(
        id=0,
        name=draft.name,
        description=draft.description,
        price=Decimal(draft.price),
        available=draft.stock or 0,
        category_id=draft.category_id,
        photos=tuple(draft.photos),
        in_cart=0,
        is_awaited=False,
        waiting=0,
        way=place.way,
    )
    rows: list[Row] = [
        flips(card, number, lambda other: Step(step="preview", number=other)),
        [button(t.label("new-sell"), Sell())],
        [button(t.label("new-cancel"), Shelf(at=draft.at))],
        way_back(t, Step(step="photos")),
    ]
    shown = card_screen(visit, card, rows, number, note=note or t("new-preview"))
    await visit.ask(NewGoods.preview, shown, question=str(t("new-press")), new=_written(draft))


def _ways(visit: Visit, step: str, draft: Draft) -> list[Row]:
    """Return the way on from what may be left out, out of the whole, and one step back."""
    t, at = visit.t, STEPS.index(step)
    onward = "photos-done" if step in SKIPPED and getattr(draft, step) else "skip"
    skip: Row = [button(t.label(onward), Step(step=STEPS[at + 1]))] if step in SKIPPED else []
    whole = Shelf(at=draft.at)
    if not at:
        return [way_back(t, whole)]
    return [skip, [button(t.label("new-cancel"), whole)], way_back(t, Step(step=STEPS[at - 1]))]


def _title(visit: Visit) -> Markup:
    return trail(visit.t, visit.t.label("goods-place"), visit.t.label("new-place"))


def _written(draft: Draft) -> str:
    return json.dumps(asdict(draft))

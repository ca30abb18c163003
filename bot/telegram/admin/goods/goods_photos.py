"""The pictures of some goods: looking at them, sending more, their order, and removing one."""

from collections.abc import Callable
from typing import Any

from aiogram import F
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.errors import BadValue, NotFound, TooManyPhotos
from bot.models import Right
from bot.models.goods_photos import MOST_PHOTOS
from bot.services import by_id, goods_photos
from bot.telegram import downloads
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.goods.catalog_callbacks import AddPhotos, ChangePhoto, Photos
from bot.telegram.admin.goods.goods_sheet import NOTHING
from bot.telegram.admin.place import trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import GONE, Row, Screen, button, edit_text
from bot.telegram.visit import Visit
from bot.telegram.wording import lines, paragraphs

router = StaffRouter("goods photos", Right.SHOP)


CHANGES: dict[str, tuple[Callable[..., Any], tuple[int, ...], str]] = {
    "remove": (goods_photos.remove, (), "photo-removed"),
    "first": (goods_photos.move, (1,), "photo-first"),
}


class AskedPhotos(StatesGroup):
    """What was asked for goods that are there already."""

    more = State()


@router.callback_query(Photos.filter())
async def open_photos(_press: CallbackQuery, callback_data: Photos, visit: Visit) -> None:
    """Show one picture of some goods, with what can be done about it."""
    await _show(visit, callback_data.id, callback_data.number)


@router.callback_query(ChangePhoto.filter(F.action.in_(set(CHANGES))))
async def change_photo(_press: CallbackQuery, callback_data: ChangePhoto, visit: Visit) -> None:
    """Remove a picture, or make it the first; one that is gone already is gone."""
    goods_id, note = callback_data.id, NOTHING
    operation, args, done = CHANGES[callback_data.action]
    do: Callable[..., Any] = by_id.photo
    try:
        await visit.run(do, operation, goods_id, callback_data.photo, *args, actor=visit.me.actor, now=visit.now)
        note = visit.t(done)
    except NotFound as error:
        if error.what != "photo":
            raise
    await _show(visit, goods_id, 0, note)


@router.callback_query(AddPhotos.filter())
async def ask_photos(_press: CallbackQuery, callback_data: AddPhotos, visit: Visit) -> None:
    """Ask for pictures."""
    await _ask(visit, callback_data.id)


@router.message(AskedPhotos.more, ~F.text.startswith("/"))
async def take_photo(message: Message, visit: Visit) -> None:
    """Add the picture of a message; an album comes as several messages and gets one answer."""
    goods_id = int(await visit.fact("goods"))
    refused = NOTHING
    try:
        async with visit.busy("upload_photo"):
            photo = await downloads.keep_photo(visit.bot, visit.guide, message)
            do = by_id.goods
            await visit.run(do, goods_photos.add_all, goods_id, photos=[photo], actor=visit.me.actor, now=visit.now)
    except (BadValue, TooManyPhotos) as error:
        refused = visit.t.refusal(error)
    await _ask(visit, goods_id, refused)


async def _ask(visit: Visit, goods_id: int, refused: Markup = NOTHING) -> None:
    t = visit.t
    name = await visit.fetch(by_id.goods_name, goods_id)
    count = len(await visit.fetch(goods_photos.of, goods_id))
    rows: list[Row] = [[button(t.label("photos-done"), Photos(id=goods_id))], way_back(t, staff.EditGoods(id=goods_id))]
    title = t("ask-photos", name=name, most=MOST_PHOTOS)
    await ask_for_photos(
        visit,
        AskedPhotos.more,
        Screen(paragraphs(title, t("photos-so-far", count=count)), rows),
        refused,
        goods=goods_id,
    )


async def ask_for_photos(visit: Visit, state: State, shown: Screen, refused: Markup, **facts: Any) -> None:
    """Ask for pictures and say how many there are, in one message for all the pictures of an album.

    Telegram brings an album as one message for each picture, all of them sent before anything is answered. So what
    answers the first is only edited for the others, and what was refused of them stays there.
    """
    album = visit.event.media_group_id if isinstance(visit.event, Message) else None
    kept = await visit.state.get_data()
    is_same = bool(album) and kept.get("album") == album
    earlier = Markup(kept.get("refused", "")) if is_same else NOTHING  # noqa: S704 - a refusal of ours
    refused = refused or earlier
    screen = Screen(paragraphs(refused, shown.text), shown.rows)
    if is_same and kept.get("live") and await _is_edited(visit, int(kept["live"]), screen):
        await visit.state.update_data(refused=str(refused), **facts)
        return
    await visit.ask(state, screen, question=str(shown.text), album=album or "", refused=str(refused), **facts)


async def _is_edited(visit: Visit, message_id: int, screen: Screen) -> bool:
    """Let an earlier answer show something else, and tell whether it is still there."""
    try:
        await edit_text(visit.bot, visit.chat_id, message_id, screen)
    except TelegramBadRequest as error:
        if not any(words in error.message for words in GONE):
            raise
        return False
    return True


async def _show(visit: Visit, goods_id: int, number: int, note: Markup = NOTHING) -> None:
    t = visit.t
    name = await visit.fetch(by_id.goods_name, goods_id)
    photos = await visit.fetch(goods_photos.of, goods_id)
    title = trail(t, t.label("goods-place"), name, t.label("photos-place"))
    more: Row = [button(t.label("add-photos"), AddPhotos(id=goods_id))] if len(photos) < MOST_PHOTOS else []
    out = ways_out(visit, staff.EditGoods(id=goods_id))
    if not photos:
        await visit.show(Screen(paragraphs(note, lines([title, t("photos-none")])), [more, out]))
        return
    at = number % len(photos)
    shown, text = photos[at], lines([title, t("photo-number", number=at + 1, count=len(photos))])
    ways: Row = []
    if len(photos) > 1:
        ways = [
            button(label, Photos(id=goods_id, number=other % len(photos)))
            for label, other in (("‹", at - 1), (f"{at + 1}/{len(photos)}", at + 1), ("›", at + 1))
        ]
    changes = [button(t.label("photo-remove"), ChangePhoto(id=goods_id, photo=shown.id, action="remove"))]
    if at:
        changes.insert(0, button(t.label("photo-make-first"), ChangePhoto(id=goods_id, photo=shown.id, action="first")))
    rows = [ways, changes, more, out]
    picture = visit.guide.picture(shown.name)
    missing = NOTHING if picture else t("photo-missing")
    await visit.show(Screen(paragraphs(note, missing, text), rows, picture))

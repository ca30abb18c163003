"""Categories as staff keep them: adding, renaming, archiving, restoring and removing."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.errors import ShopError
from bot.models import Right
from bot.services import by_id, catalog
from bot.services import categories as tree
from bot.services.queries import goods_desk
from bot.telegram.admin.goods.catalog_callbacks import AddCategory, Categories, ChangeCategory
from bot.telegram.admin.goods.category_sheet import act, show_category, show_refusal
from bot.telegram.admin.place import way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit

router = StaffRouter("categories", Right.SHOP)

CHANGES = {
    "archive": (catalog.archive_category, "category-archived-now"),
    "restore": (catalog.restore_category, "category-restored-now"),
}


class AskedCategory(StatesGroup):
    """What was asked about a category."""

    new = State()
    name = State()


@router.callback_query(Categories.filter())
async def open_category(_press: CallbackQuery, callback_data: Categories, visit: Visit) -> None:
    """Show a category with what lies in it."""
    await show_category(visit, callback_data.at, callback_data.page)


@router.callback_query(AddCategory.filter())
async def ask_new(_press: CallbackQuery, callback_data: AddCategory, visit: Visit) -> None:
    """Ask what the new category is called."""
    t, at = visit.t, callback_data.at
    text = t("ask-category-in", name=await visit.fetch(by_id.category_name, at)) if at else t("ask-category")
    await visit.ask(AskedCategory.new, Screen(text, [way_back(t, Categories(at=at))]), category=at)


@router.message(AskedCategory.new, F.text, ~F.text.startswith("/"))
async def take_new(message: Message, visit: Visit) -> None:
    """Add the category and show it."""
    at = int(await visit.fact("category"))
    parent = await visit.fetch(by_id.category_name, at) if at else None
    who = visit.me.actor
    added = await visit.run(catalog.add_category, message.text or "", parent=parent, actor=who, now=visit.now)
    await show_category(visit, added.id, note=visit.t("category-added"))


@router.callback_query(ChangeCategory.filter(F.action == "rename"))
async def ask_name(_press: CallbackQuery, callback_data: ChangeCategory, visit: Visit) -> None:
    """Ask what the category is to be called."""
    t, category_id = visit.t, callback_data.id
    text = t("ask-category-name", name=await visit.fetch(by_id.category_name, category_id))
    back = way_back(t, Categories(at=category_id))
    await visit.ask(AskedCategory.name, Screen(text, [back]), category=category_id)


@router.message(AskedCategory.name, F.text, ~F.text.startswith("/"))
async def take_name(message: Message, visit: Visit) -> None:
    """Rename the category."""
    category_id = int(await visit.fact("category"))
    await act(visit, category_id, catalog.rename_category, message.text or "", done="category-renamed")


@router.callback_query(ChangeCategory.filter(F.action.in_(set(CHANGES))))
async def change(_press: CallbackQuery, callback_data: ChangeCategory, visit: Visit) -> None:
    """Hide a category, or show it again."""
    operation, done = CHANGES[callback_data.action]
    await act(visit, callback_data.id, operation, done=done)


@router.callback_query(ChangeCategory.filter(F.action == "remove?"))
async def ask_remove(_press: CallbackQuery, callback_data: ChangeCategory, visit: Visit) -> None:
    """Ask once more before a category is removed for good."""
    t, category_id = visit.t, callback_data.id
    text = t("ask-remove-category", name=await visit.fetch(by_id.category_name, category_id))
    rows: list[Row] = [
        [button(t.label("remove-category-yes"), ChangeCategory(id=category_id, action="remove"))],
        way_back(t, Categories(at=category_id)),
    ]
    await visit.show(Screen(text, rows))


@router.callback_query(ChangeCategory.filter(F.action == "remove"))
async def remove(_press: CallbackQuery, callback_data: ChangeCategory, visit: Visit) -> None:
    """Remove an empty category and show the one around it; else say what lies in it."""
    category_id = callback_data.id
    around = (await visit.fetch(goods_desk.place, category_id, with_goods=False)).parent_id
    try:
        await visit.run(by_id.category, tree.remove, category_id, actor=visit.me.actor, now=visit.now)
    except ShopError as error:
        await show_refusal(visit, category_id, error)
    else:
        await show_category(visit, around, note=visit.t("category-removed"))

"""What the buttons of the screens for goods and categories carry."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.telegram.callbacks import Beside, Id, Page
from bot.telegram.turned import Turned

At = Annotated[int, Field(ge=0, lt=2**63)]
"""A category, or 0 for the top of the shop."""


class Shelf(Turned, prefix="gs"):
    """To the goods in a category."""

    at: At = 0
    page: Page = 0
    beside: Beside = 0


class FindGoods(CallbackData, prefix="gfind"):
    """Which goods are you looking for?"""


class GoodsFound(CallbackData, prefix="gfound"):
    """Back to what the last search among the goods has found."""

    page: Page = 0


class ChangeField(CallbackData, prefix="ge"):
    """Change one field of some goods: which one is a word of `goods_fields.FIELDS`."""

    id: Id
    field: str


class Choice(CallbackData, prefix="gw"):
    """Instead of writing a value: "none" for a description, "off" or "default" for the threshold."""

    id: Id
    field: str
    word: str


class StockChange(CallbackData, prefix="gq"):
    """Change the stock: "set", "add" or "remove"; with a dash behind it, without a reason."""

    id: Id
    how: str


class Trade(CallbackData, prefix="gd"):
    """The word says what: "archive" some goods or "restore" them."""

    id: Id
    action: str


class Preview(CallbackData, prefix="gv"):
    """To the card of some goods as customers see it."""

    id: Id
    number: Page = 0


class Link(CallbackData, prefix="gl"):
    """To the link that opens the card of some goods."""

    id: Id


class Photos(CallbackData, prefix="gp"):
    """To one of the pictures of some goods."""

    id: Id
    number: Page = 0


class AddPhotos(CallbackData, prefix="gpa"):
    """Send pictures of some goods."""

    id: Id


class ChangePhoto(CallbackData, prefix="gpc"):
    """The word says what: "remove" a picture of some goods, or make it the "first"."""

    id: Id
    photo: Id
    action: str


class Pick(CallbackData, prefix="gt"):
    """Look for a category in the tree: for goods ("goods"), for new ones ("new"), or for a category ("move")."""

    what: str
    id: At
    at: At = 0
    page: Page = 0


class Picked(CallbackData, prefix="gtp"):
    """It is this category."""

    what: str
    id: At
    at: At


class New(CallbackData, prefix="gn"):
    """Add goods; the search for a category begins in this one."""

    at: At = 0


class Step(CallbackData, prefix="gns"):
    """To a step of adding goods; `number` is the picture of the preview."""

    step: str
    number: Page = 0


class Sell(CallbackData, prefix="gsell"):
    """Put the goods of the preview on sale."""


class Categories(CallbackData, prefix="c"):
    """To a category as staff see it, or to those at the top."""

    at: At = 0
    page: Page = 0


class AddCategory(CallbackData, prefix="ca"):
    """Add a category in this one, or at the top."""

    at: At = 0


class ChangeCategory(CallbackData, prefix="cd"):
    """The word says what: "rename", "archive", "restore" or "remove" a category; with a question mark, ask first."""

    id: Id
    action: str

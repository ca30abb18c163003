"""What the buttons of staff carry, where more than one screen family needs it."""

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.telegram.callbacks import Beside, Id, Page
from bot.telegram.turned import Turned

Number = Annotated[int, Field(ge=0, lt=2**53)]
"""A page, or an id; Telegram's own have up to 52 bits."""
Seen = Annotated[int, Field(ge=0, lt=2**63)]
"""A message by its number; 0 before the first."""


class Admin(CallbackData, prefix="admin"):
    """To the staff's panel."""


class Queue(Turned, prefix="queue"):
    """To the orders of a status."""

    status: str
    page: Page = 0
    beside: Beside = 0


class FindOrder(CallbackData, prefix="ofind"):
    """Which order are you looking for?"""


class EditOrder(CallbackData, prefix="oedit"):
    """To what can be changed in an order."""

    id: Id
    page: Page = 0


class AddGoods(CallbackData, prefix="oadd"):
    """Choose goods for an order, in a category or (0) among those at the top."""

    id: Id
    category: Annotated[int, Field(ge=0, lt=2**63)] = 0
    page: Page = 0


class PickPieces(CallbackData, prefix="oline"):
    """How many of some goods shall an order have?"""

    id: Id
    goods: Id


class Pushes(CallbackData, prefix="pushes"):
    """To who is told of orders."""


class LeaveGroup(CallbackData, prefix="nogroup"):
    """Announce orders in no group any more."""


class Job(CallbackData, prefix="job"):
    """To one order as staff see it."""

    id: Id


class Work(CallbackData, prefix="work"):
    """Do something with an order as staff, such as "confirm" or "deliver"; with a question mark, ask first."""

    id: Id
    action: str


class Settings(CallbackData, prefix="sets"):
    """To the settings, or to one group of them."""

    group: str = ""


LAST_GROUP = "other"
"""The group of the settings that stand in no other, such as why the shop is closed."""


class LogFiles(CallbackData, prefix="logs"):
    """To the log files."""


class Statistics(CallbackData, prefix="stats"):
    """To how the shop does in a period, as text or as a picture; a period of one's own has its first and last day."""

    period: str = "7"
    view: str = "figures"
    since: str = ""
    until: str = ""


class Maintenance(CallbackData, prefix="shut"):
    """To whether the shop is closed; Back leads to the settings where the press came from there."""

    is_from_settings: bool = False


class Broadcasts(CallbackData, prefix="casts"):
    """To the broadcasts."""

    page: Page = 0


class ShowBroadcast(CallbackData, prefix="cast"):
    """To one broadcast."""

    id: Id


class GoodsLink(CallbackData, prefix="link"):
    """To the link of some goods, for staff."""

    id: Id


class EditGoods(CallbackData, prefix="g"):
    """To some goods as staff see them; Back leads to their card where the press came from there."""

    id: Id
    is_from_card: bool = False


class People(Turned, prefix="people"):
    """To a list of customers: the newest, the big spenders, who is banned, or what was searched for."""

    which: Literal["new", "spent", "banned", "found"] = "new"
    page: Page = 0
    beside: Beside = 0


class Invitations(Turned, prefix="refs"):
    """To the reference codes: those that still let somebody in, or all."""

    which: Literal["open", "all"] = "open"
    page: Page = 0
    beside: Beside = 0


class InvitationUses(Turned, prefix="refuses"):
    """To who came by a reference code."""

    id: Id
    page: Page = 0
    beside: Beside = 0


class Team(CallbackData, prefix="team"):
    """To who runs the shop."""

    page: Page = 0


class Person(CallbackData, prefix="person"):
    """To one customer. `way` and `at` say where Back leads: into a list, to an order, a code, staff, or questions."""

    id: Id
    way: Literal["new", "spent", "banned", "found", "job", "ref", "team", "asks"] = "new"
    at: Number = 0


class AskAppoint(Person, prefix="hire?"):
    """Really appoint this customer as admin?"""


class PersonThread(Person, prefix="pthread"):
    """To the conversation with a customer, from their card, where Back leads."""


class Questions(Turned, prefix="asks"):
    """To the conversations with customers: those that wait, or `every` one."""

    page: Page = 0
    every: bool = False
    beside: Beside = 0


class Thread(Turned, prefix="thread"):
    """To the conversation with a customer; Back leads to where the last one was opened."""

    id: Id
    page: Page = 0
    beside: Beside = 0


class AnswerThread(CallbackData, prefix="reply"):
    """Write to a customer; `seen` is the last message that was read, and Back leads to that `page`."""

    id: Id
    seen: Seen
    page: Page = 0


class CloseThread(CallbackData, prefix="noreply"):
    """Close what a customer has asked without an answer; `seen` is the last message that was read."""

    id: Id
    seen: Id


class ThreadFile(CallbackData, prefix="file"):
    """Show what was attached to a message of a conversation."""

    id: Id


class Listen(CallbackData, prefix="listen"):
    """Tell me of every question, or of none."""

    wants: bool

"""What the buttons below a customer carry: who it is, and where Back leads from there."""

from typing import Literal

from bot.telegram.admin import callbacks as staff
from bot.telegram.callbacks import Beside, Page
from bot.telegram.turned import Turned


class FindPerson(staff.People, prefix="whom"):
    """Who is looked for? Back leads to the list from which that was asked."""


class PersonOrders(Turned, staff.Person, prefix="porders"):
    """To the orders of one customer."""

    page: Page = 0
    beside: Beside = 0


class PersonBonus(Turned, staff.Person, prefix="pbonus"):
    """To the bonus of one customer, and what has moved it."""

    page: Page = 0
    beside: Beside = 0


class PersonDo(staff.Person, prefix="pdo"):
    """Do something for one customer."""

    action: Literal[
        "details",
        "write",
        "add",
        "take",
        "adjust",
        "ban",
        "no-reason",
        "ban-tell",
        "ban-quiet",
        "unban",
        "un-tell",
        "un-quiet",
    ]


def person_of(data: staff.Person) -> staff.Person:
    """Return the way back to the customer whom a button is about."""
    return staff.Person(id=data.id, way=data.way, at=data.at)


def do(data: staff.Person, action: str) -> PersonDo:
    """Return the way to do something for the customer whom a button is about."""
    return PersonDo(id=data.id, way=data.way, at=data.at, action=action)

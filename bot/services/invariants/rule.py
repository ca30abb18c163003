"""What a rule is that must always hold, and what becomes of it where it does not."""

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What a rule is about, as the owner reads it."""

    STOCK = "stock"
    ADDRESSES = "addresses"
    BONUS = "bonus"
    ORDERS = "orders"
    MONEY = "money"
    MESSAGES = "messages"
    CODES = "codes"


@dataclass(frozen=True)
class Invariant:
    """A rule by its name in RELIABILITY, a sentence, and SQL that names what breaks it.

    `left` says what a person has to decide where nothing else can put it right, or is empty where `mending` can.
    """

    name: str
    topic: Topic
    meaning: str
    sql: str
    left: str = ""

"""Refusals about who somebody is: entering with a reference code, tries, questions, bans and roles."""

from dataclasses import dataclass

from bot.errors.general import LimitReached, ShopError


class CodeNeeded(ShopError):
    """Nobody enters without a reference code while reference codes are enabled."""

    sentence = "A reference code is needed to enter."


class CodeUnknown(ShopError):
    """The reference code does not exist or is disabled; both get the same answer, so that nobody can probe."""

    sentence = "This reference code is not known."


class CodeExpired(ShopError):
    """The reference code's time is over."""

    sentence = "This reference code has expired."


class CodeUsedUp(ShopError):
    """The reference code has been redeemed as often as it may be."""

    sentence = "This reference code has been used up."


class OwnCode(ShopError):
    """People cannot redeem their own reference code."""

    sentence = "This is your own reference code; it is for a friend."


@dataclass(eq=False)
class TooManyAttempts(ShopError):
    """Too many tries in a short time; `seconds` until the next is allowed."""

    seconds: int

    def __str__(self) -> str:
        return f"Too many attempts; try again in {self.seconds} seconds."


@dataclass(eq=False)
class TooFast(ShopError):
    """More presses or messages a minute than anybody needs; `seconds` until the next is answered."""

    seconds: int

    def __str__(self) -> str:
        return f"Too much at once; go on in {self.seconds} seconds."


class TooManyCodes(LimitReached):
    """The customer has as many unused reference codes as one person may have."""

    sentence = "A customer may have at most {limit} unused reference codes at a time."


class TooManyQuestions(LimitReached):
    """As many of the person's questions wait for an answer as may."""

    sentence = "{limit} earlier questions still wait for an answer."


@dataclass(eq=False)
class AnsweredMeanwhile(ShopError):
    """Somebody else has answered what the actor was about to answer."""

    by: str

    def __str__(self) -> str:
        return f"Somebody else, {self.by}, has answered meanwhile; read that first."


class WrittenMeanwhile(ShopError):
    """The customer has written again since the actor has read the conversation."""

    sentence = "The customer has written again meanwhile; read that first."


class Banned(ShopError):
    """The person is banned."""

    sentence = "This person is banned."


@dataclass(eq=False)
class StillOrdering(ShopError):
    """Who has open orders cannot be erased: somebody has to bring them what they ordered."""

    codes: str

    def __str__(self) -> str:
        return f"Orders are still open: {self.codes}. Cancel or deliver them first; then the customer can be erased."


@dataclass(eq=False)
class StaffStays(ShopError):
    """Who runs the shop cannot be erased; `role` is "owner", "admin" or "helper"."""

    role: str

    def __str__(self) -> str:
        ways = {
            "owner": "This is the owner; name another in OWNER_ID and restart the bot first.",
            "helper": "HELPER_ID names this person; name another and restart the bot first.",
        }
        return ways.get(self.role, "This is an admin; take the role away first: bot_cli.py staff remove ID")


class Erased(ShopError):
    """The person was erased, so there is nobody to do this for."""

    sentence = "This customer has been erased; there is nobody behind this number any more."


@dataclass(eq=False)
class Forbidden(ShopError):
    """The actor's role does not allow the action."""

    action: str

    def __str__(self) -> str:
        return f"Not allowed: {self.action}."

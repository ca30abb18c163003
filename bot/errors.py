"""Every way in which the shop says no, as data: the attributes are the facts, `str()` is one plain sentence."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


class ShopError(Exception):
    """The shop refuses, and nothing has changed. Telegram words it by class name, the shell prints `str(error)`."""

    sentence = "The shop refuses this."

    @property
    def facts(self) -> dict[str, Any]:
        """Return the attributes by name, ready to be worded."""
        return {name: getattr(self, name) for name in getattr(self, "__dataclass_fields__", ())}

    def __str__(self) -> str:
        return self.sentence


class Conflict(Exception):
    """Somebody else was faster; `Database.call` runs the whole unit of work again."""


@dataclass(eq=False)
class NotFound(ShopError):
    """What was named does not exist."""

    what: str
    name: str
    close: tuple[str, ...] = ()

    def __str__(self) -> str:
        hint = f" Did you mean {' or '.join(repr(name) for name in self.close)}?" if self.close else ""
        return f"There {'are' if self.what == 'goods' else 'is'} no {self.what} {self.name!r}.{hint}"


@dataclass(eq=False)
class AlreadyExists(ShopError):
    """The name is taken."""

    what: str
    name: str

    def __str__(self) -> str:
        return f"There is already a {self.what} {self.name!r}; choose another name."


@dataclass(eq=False)
class BadValue(ShopError):
    """A value does not fit; `expected` says what would."""

    what: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.value!r} is not a valid {self.what}: {self.expected}."


class WrongState(BadValue):
    """Something is so that what was asked makes no sense; `expected` says how it is."""

    def __str__(self) -> str:
        return f"{self.what.capitalize()} {self.value!r}: {self.expected}."


@dataclass(eq=False)
class WrongStatus(ShopError):
    """The order's status does not allow what was asked."""

    order_code: str
    status: str
    wanted: str

    def __str__(self) -> str:
        if self.status == self.wanted:
            return f"Order {self.order_code} is {self.status} already."
        return f"Order {self.order_code} is {self.status}, so it cannot be {self.wanted}."


@dataclass(frozen=True)
class ShortItem:
    """Goods of which more was wanted than is available; `is_sold` is False where they are no longer for sale."""

    name: str
    wanted: int
    available: int
    is_sold: bool = True

    def __str__(self) -> str:
        short = f"{self.available} of {self.name!r} available, {self.wanted} wanted"
        return short if self.is_sold else f"{self.name!r} is no longer sold"


@dataclass(eq=False)
class InsufficientStock(ShopError):
    """There is not enough of some goods; every short item is named."""

    items: tuple[ShortItem, ...]

    def __str__(self) -> str:
        return f"Not enough in stock: {'; '.join(map(str, self.items))}."


@dataclass(eq=False)
class StockBelowReserved(ShopError):
    """The shelf cannot hold less than what is promised to open orders."""

    name: str
    stock: int
    reserved: int

    def __str__(self) -> str:
        why = f"{self.reserved} of {self.name!r} are reserved by open orders, so the stock cannot become {self.stock}"
        return f"{why}; cancel orders first or choose {self.reserved} or more."


class EmptyCart(ShopError):
    """There is nothing to check out."""

    sentence = "The cart is empty."


@dataclass(eq=False)
class LimitReached(ShopError):
    """There are as many of something as there may be; `sentence` says of what."""

    limit: int

    def __str__(self) -> str:
        return self.sentence.format(limit=self.limit)


class CartFull(LimitReached):
    """The cart holds as many different goods as it may."""

    sentence = "A cart holds at most {limit} different goods."


@dataclass(eq=False)
class AmountTooSmall(ShopError):
    """The order's total is below MIN_AMOUNT."""

    total: Decimal
    minimum: Decimal
    currency: str

    def __str__(self) -> str:
        return f"An order must come to at least {self.minimum} {self.currency}; this one is {self.total}."


@dataclass(eq=False)
class AmountTooLarge(ShopError):
    """The order's total is above MAX_AMOUNT."""

    total: Decimal
    maximum: Decimal
    currency: str

    def __str__(self) -> str:
        return f"An order may come to at most {self.maximum} {self.currency}; this one is {self.total}."


class TooManyOpenOrders(LimitReached):
    """The customer has as many open orders as one person may have."""

    sentence = "A customer may have at most {limit} open orders."


class CheckoutOutdated(ShopError):
    """The cart, a price or the details changed after the review was shown."""

    sentence = "The order changed since it was shown; look at it once more before confirming."


class DetailsMissing(ShopError):
    """The checkout lacks the address or the phone number."""

    sentence = "The delivery address or the phone number is missing."


class NoBitcoinAddress(ShopError):
    """The pool of bitcoin addresses is empty; cash is still possible."""

    sentence = "There is no free bitcoin address; add some with: bot_cli.py btc add --file FILE"


@dataclass(eq=False)
class LastItem(ShopError):
    """Removing the item would leave an order without goods."""

    order_code: str

    def __str__(self) -> str:
        return f"That would leave order {self.order_code} empty; cancel the order instead."


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


class CodeNeeded(ShopError):
    """Nobody enters without a reference code while reference codes are enabled."""

    sentence = "A reference code is needed to enter."


@dataclass(eq=False)
class TooManyAttempts(ShopError):
    """Too many tries in a short time; `seconds` until the next is allowed."""

    seconds: int

    def __str__(self) -> str:
        return f"Too many attempts; try again in {self.seconds} seconds."


class TooManyCodes(LimitReached):
    """The customer has as many unused reference codes as one person may have."""

    sentence = "A customer may have at most {limit} unused reference codes at a time."


class TooManyQuestions(LimitReached):
    """As many of the person's questions wait for an answer as may."""

    sentence = "{limit} earlier questions still wait for an answer."


class Banned(ShopError):
    """The person is banned."""

    sentence = "This person is banned."


@dataclass(eq=False)
class Forbidden(ShopError):
    """The actor's role does not allow the action."""

    action: str

    def __str__(self) -> str:
        return f"Not allowed: {self.action}."


@dataclass(eq=False)
class Busy(ShopError):
    """The database could not do it now; nothing was changed, unless the connection was lost in the very last step."""

    may_be_done: bool = False

    def __str__(self) -> str:
        if self.may_be_done:
            return "The database went away at the last moment: this may or may not be done; look before you repeat it."
        return "The database is busy or away; nothing was changed, try again in a moment."


@dataclass(eq=False)
class SchemaMismatch(ShopError):
    """The database's schema is not the one this code was written for."""

    found: str
    expected: str

    def __str__(self) -> str:
        if self.found == "newer":
            return f"The database is newer than this program, which knows up to {self.expected}; install a newer one."
        return f"The database schema is {self.found}, this program needs {self.expected}; run: bot_cli.py db upgrade"


@dataclass(eq=False)
class AlreadyRunning(ShopError):
    """Another bot process holds the lease."""

    holder: str

    def __str__(self) -> str:
        return f"Another bot process is already running ({self.holder}); stop it first or wait 30 seconds."

"""Refusals about carts, checkouts and orders."""

from dataclasses import dataclass
from decimal import Decimal

from bot.errors.general import LimitReached, ShopError


class EmptyCart(ShopError):
    """There is nothing to check out."""

    sentence = "The cart is empty."


class CartFull(LimitReached):
    """The cart holds as many different goods as it may."""

    sentence = "A cart holds at most {limit} different goods."


class CheckoutOutdated(ShopError):
    """The cart, a price or the details changed after the review was shown."""

    sentence = "The order changed since it was shown; look at it once more before confirming."


class DetailsMissing(ShopError):
    """The checkout lacks the address or the phone number."""

    sentence = "The delivery address or the phone number is missing."


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


class TooManyOrders(LimitReached):
    """The customer has placed as many orders within a day as one person may."""

    sentence = "A customer may place at most {limit} orders within 24 hours."


class TooManyUnpaid(LimitReached):
    """The customer has left as many bitcoin orders unpaid within a day as one may; each has cost an address."""

    sentence = "A customer may leave at most {limit} bitcoin orders unpaid within 24 hours; cash is still possible."


class TooManyChanges(LimitReached):
    """The customer has changed an order as often as one may; staff go on."""

    sentence = "A customer may change an order at most {limit} times."


@dataclass(eq=False)
class TooManyPieces(ShopError):
    """The customer would have more of some goods in open orders than one person may."""

    name: str
    limit: int

    def __str__(self) -> str:
        return f"A customer may have at most {self.limit} of {self.name!r} in open orders."


class NoBitcoinAddress(ShopError):
    """The pool of bitcoin addresses is empty; cash is still possible."""

    sentence = "There is no free bitcoin address; add some with: bot_cli.py btc add --file FILE"


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


@dataclass(eq=False)
class LastItem(ShopError):
    """Removing the item would leave an order without goods."""

    order_code: str

    def __str__(self) -> str:
        return f"That would leave order {self.order_code} empty; cancel the order instead."

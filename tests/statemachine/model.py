"""What the shop must come to, said once more with plain dicts: no SQL, no locks, nothing of the shop's own code.

Every method does what a person does and returns the name of the refusal that the shop owes them, or None.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

LEAST, MOST = Decimal(20), Decimal(10000)
OPEN = ("reserved", "confirmed")


@dataclass
class Goods:
    """Goods on the shelf; `number` is their id."""

    number: int
    price: Decimal
    stock: int
    reserved: int = 0
    is_archived: bool = False

    @property
    def available(self) -> int:
        return 0 if self.is_archived else self.stock - self.reserved


@dataclass
class Line:
    """A line of a cart."""

    quantity: int
    added_at: datetime


@dataclass
class Draft:
    """A checkout that has begun; `shown` is what its review has shown."""

    bonus: Decimal = Decimal(0)
    method: str | None = None
    token: str | None = None
    shown: object = None


@dataclass
class Person:
    """A customer."""

    referrer: int | None
    is_banned: bool = False
    balance: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    completed: int = 0
    cart: dict[str, Line] = field(default_factory=dict)
    draft: Draft | None = None


@dataclass
class Order:
    """An order: its lines are goods name -> [quantity, price]."""

    buyer: int
    method: str
    lines: dict[str, tuple[int, Decimal]]
    bonus: Decimal
    until: datetime
    status: str = "reserved"
    is_extended: bool = False
    is_nobodys: bool = False
    """Whether its buyer has been erased."""
    paid: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return sum((quantity * price for quantity, price in self.lines.values()), Decimal(0))

    @property
    def due(self) -> Decimal:
        return self.total - self.bonus


class Model:
    """The whole shop, small enough to be believed."""

    def __init__(
        self, *, hours: dict[str, int], extension: int, percent: Decimal, most_open: int, most_pieces: int
    ) -> None:
        self.hours = hours
        self.extension = extension
        self.percent = percent
        self.most_open = most_open
        self.most_pieces = most_pieces
        self.goods: dict[str, Goods] = {}
        self.people: dict[int, Person] = {}
        self.orders: dict[str, Order] = {}
        self.tokens: dict[str, str] = {}
        self.free_addresses = 0

    # -- the cart and the checkout

    def fill(self, buyer: int, name: str, quantity: int, now: datetime) -> str | None:
        goods, cart = self.goods[name], self.people[buyer].cart
        held = cart[name].quantity if name in cart else 0
        if goods.is_archived:
            return "NotFound"
        if held + quantity > goods.available:
            return "InsufficientStock"
        if name in cart:
            cart[name].quantity += quantity
        else:
            cart[name] = Line(quantity, now)
        return None

    def begin(self, buyer: int) -> str | None:
        if refusal := self._not_orderable(buyer):
            return refusal
        self.people[buyer].draft = Draft()
        return None

    def apply_bonus(self, buyer: int) -> None:
        person = self.people[buyer]
        assert person.draft is not None
        person.draft.bonus = min(person.balance, self.cart_total(buyer))

    def review(self, buyer: int, method: str) -> str | None:
        """Everything but the token, which only the shop knows."""
        person = self.people[buyer]
        assert person.draft is not None
        if method == "bitcoin" and not self.free_addresses:
            return "NoBitcoinAddress"
        if refusal := self._not_orderable(buyer):
            return refusal
        person.draft.method = method
        person.draft.bonus = min(person.draft.bonus, self.cart_total(buyer), person.balance)
        person.draft.shown = self._seen(buyer)
        return None

    def order(self, buyer: int, token: str) -> str | None:
        """Everything but the order itself, whose code only the shop knows: `place` follows where nothing is refused."""
        person, draft = self.people[buyer], self.people[buyer].draft
        if token in self.tokens and self.orders[self.tokens[token]].buyer == buyer:
            return None
        if draft is None or draft.token != token or draft.shown != self._seen(buyer) or draft.bonus > person.balance:
            return "CheckoutOutdated"
        if refusal := self._not_orderable(buyer):
            return refusal
        if person.is_banned:
            return "Banned"
        if sum(order.buyer == buyer and order.status in OPEN for order in self.orders.values()) >= self.most_open:
            return "TooManyOpenOrders"
        if any(self._held(buyer, name) + line.quantity > self.most_pieces for name, line in person.cart.items()):
            return "TooManyPieces"
        return "NoBitcoinAddress" if draft.method == "bitcoin" and not self.free_addresses else None

    def place(self, buyer: int, token: str, code: str, now: datetime) -> None:
        person, draft = self.people[buyer], self.people[buyer].draft
        assert draft is not None
        assert draft.method is not None
        lines = {name: (line.quantity, self.goods[name].price) for name, line in person.cart.items()}
        until = now + timedelta(hours=self.hours[draft.method])
        self.orders[code] = Order(buyer, draft.method, lines, draft.bonus, until)
        self.tokens[token] = code
        self._reserve(lines)
        person.balance -= draft.bonus
        person.cart, person.draft = {}, None
        self.free_addresses -= draft.method == "bitcoin"

    # -- an order's life

    def confirm(self, code: str) -> str | None:
        order = self.orders[code]
        if order.status != "reserved":
            return "WrongStatus"
        order.status = "confirmed"
        if order.method == "bitcoin":
            order.paid = max(order.paid, order.due)
        return None

    def deliver(self, code: str) -> str | None:
        order = self.orders[code]
        if order.status != "confirmed":
            return "WrongStatus"
        order.status = "delivered"
        for name, (quantity, _) in order.lines.items():
            self.goods[name].stock -= quantity
            self.goods[name].reserved -= quantity
        buyer = self.people[order.buyer]
        buyer.spent += order.due
        buyer.completed += 1
        order.paid = max(order.paid, order.due)
        if buyer.referrer:
            share = (order.due * self.percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
            self.people[buyer.referrer].balance += share
        return None

    def cancel(self, code: str, *, by: int | None = None) -> str | None:
        order = self.orders[code]
        if by is not None and order.buyer != by:
            return "NotFound"
        if order.status not in (OPEN if by is None else ("reserved",)):
            return "WrongStatus"
        self._let_go(order, "cancelled")
        return None

    def sweep(self, now: datetime) -> set[str]:
        """Return which orders expire."""
        due = {code for code, order in self.orders.items() if order.status == "reserved" and order.until <= now}
        for code in due:
            self._let_go(self.orders[code], "expired")
        return due

    def extend(self, code: str, by: int, now: datetime) -> str | None:
        order = self.orders[code]
        if order.buyer != by:
            return "NotFound"
        if order.status != "reserved":
            return "WrongStatus"
        if order.until <= now or order.is_extended:
            return "WrongState"
        order.until += timedelta(hours=self.extension)
        order.is_extended = True
        return None

    def may_be_erased(self, user: int) -> str | None:
        is_ordering = any(order.buyer == user and order.status in OPEN for order in self.orders.values())
        return "StillOrdering" if is_ordering else None

    def erase(self, user: int, pseudonym: int) -> None:
        """Leave what is for the books to the pseudonym, and let the person begin anew."""
        before = self.people.pop(user)
        self.people[pseudonym] = Person(None, spent=before.spent, completed=before.completed)
        self.people[user] = Person(None)
        for friend in self.people.values():
            friend.referrer = None if friend.referrer == user else friend.referrer
        for order in self.orders.values():
            if order.buyer == user:
                order.buyer, order.is_nobodys = pseudonym, True

    def revive(self, code: str, now: datetime) -> str | None:
        order = self.orders[code]
        if order.is_nobodys:
            return "WrongState"
        if order.status != "expired":
            return "WrongStatus"
        if any(self.goods[name].available < quantity for name, (quantity, _) in order.lines.items()):
            return "InsufficientStock"
        self._reserve(order.lines)
        order.status, order.until = "reserved", now + timedelta(hours=self.hours[order.method])
        return None

    def add_item(self, code: str, name: str, quantity: int) -> str | None:
        order, goods = self.orders[code], self.goods[name]
        if order.status not in OPEN:
            return "WrongStatus"
        if goods.available < quantity:
            return "InsufficientStock"
        held, price = order.lines.get(name, (0, goods.price))
        if order.total + quantity * price > MOST:
            return "AmountTooLarge"
        order.lines[name] = (held + quantity, price)
        goods.reserved += quantity
        return None

    def remove_item(self, code: str, name: str, quantity: int) -> str | None:
        order = self.orders[code]
        if order.status not in OPEN:
            return "WrongStatus"
        if name not in order.lines:
            return "NotFound"
        held, price = order.lines[name]
        if quantity > held:
            return "BadValue"
        if quantity == held and len(order.lines) == 1:
            return "LastItem"
        if order.total - quantity * price < LEAST:
            return "AmountTooSmall"
        order.lines[name] = (held - quantity, price)
        if quantity == held:
            del order.lines[name]
        self.goods[name].reserved -= quantity
        trimmed = max(order.bonus - order.total, Decimal(0))
        order.bonus -= trimmed
        self.people[order.buyer].balance += trimmed
        return None

    # -- the shelf and the purse

    def set_stock(self, name: str, quantity: int) -> str | None:
        goods = self.goods[name]
        if quantity < 0:
            return "BadValue"
        if quantity < goods.reserved:
            return "StockBelowReserved"
        goods.stock = quantity
        return None

    def take_off(self, name: str, quantity: int) -> str | None:
        return (
            "BadValue" if quantity > self.goods[name].stock else self.set_stock(name, self.goods[name].stock - quantity)
        )

    def adjust_bonus(self, user: int, amount: Decimal) -> str | None:
        if not amount or self.people[user].balance + amount < 0:
            return "BadValue"
        self.people[user].balance += amount
        return None

    # -- what follows from the rest

    def cart_total(self, buyer: int) -> Decimal:
        lines = self.people[buyer].cart.items()
        sold = [(self.goods[name], line) for name, line in lines if not self.goods[name].is_archived]
        return sum((goods.price * line.quantity for goods, line in sold), Decimal(0))

    def _seen(self, buyer: int) -> object:
        person = self.people[buyer]
        assert person.draft is not None
        lines = sorted(person.cart.items(), key=lambda pair: (pair[1].added_at, self.goods[pair[0]].number))
        shown = [(name, line.quantity, self.goods[name].price) for name, line in lines]
        return shown, person.draft.bonus, person.draft.method

    def _held(self, buyer: int, name: str) -> int:
        mine = [order for order in self.orders.values() if order.buyer == buyer and order.status in OPEN]
        return sum(order.lines[name][0] for order in mine if name in order.lines)

    def _not_orderable(self, buyer: int) -> str | None:
        cart, total = self.people[buyer].cart, self.cart_total(buyer)
        if not cart:
            return "EmptyCart"
        if any(self.goods[name].available < line.quantity for name, line in cart.items()):
            return "InsufficientStock"
        if total < LEAST:
            return "AmountTooSmall"
        return "AmountTooLarge" if total > MOST else None

    def _reserve(self, lines: dict[str, tuple[int, Decimal]]) -> None:
        for name, (quantity, _) in lines.items():
            self.goods[name].reserved += quantity

    def _let_go(self, order: Order, status: str) -> None:
        order.status = status
        for name, (quantity, _) in order.lines.items():
            self.goods[name].reserved -= quantity
        self.people[order.buyer].balance += order.bonus
        order.bonus = Decimal(0)

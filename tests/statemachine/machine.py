"""The machine: people and staff do whatever comes to their mind, and the shop must come to what the model says."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from bot.errors import ShopError
from bot.models import OutboxStatus, PaymentMethod
from bot.services import bitcoin, bonus, cart, catalog, checkout, orders, outbox, people, stock
from bot.services.privacy import erasing
from tests import edits, rules
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, PHONE, STAFF, Shop, empty
from tests.statemachine.model import OPEN, Model, Person
from tests.statemachine.model import Goods as ModelGoods

ANNA, BORIS, CLARA = 101, 102, 103
BUYERS = st.sampled_from((ANNA, BORIS, CLARA))
NAMES = st.sampled_from(("Black tea", "Cup", "Pot"))
FEW = st.integers(1, 4)
METHODS = st.sampled_from(("cash", "bitcoin"))
OUTCOMES = (OutboxStatus.SENT, OutboxStatus.UNCERTAIN, OutboxStatus.BLOCKED, OutboxStatus.PENDING)
SELDOM = st.integers(0, 4)
"""What is done only for 0 leaves room for the rest."""
PICKS = 3
PICK = st.integers(0, PICKS)
"""Which of the orders or tokens that there are, counted from the newest."""


class ShopMachine(RuleBasedStateMachine):
    """A shop with three customers, three kinds of goods and one referrer, over simulated days."""

    shop: ClassVar[Shop]
    """Set by the test that runs the machine."""
    steps: ClassVar[int] = 0
    outcomes: ClassVar[Counter[tuple[str, str | None]]] = Counter()
    """How often each operation was done (None), or was refused and how."""

    @initialize()
    def open_the_shop(self) -> None:
        empty(self.shop.db)
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.addresses = list(BITCOIN_ADDRESSES)
        self.claims = 0
        for key, value in (
            ("reference_bonus_percent", "7.5"),
            ("max_open_orders", "3"),
            ("max_pieces_per_goods", "30"),
            ("cash_order_timeout_hours", "24"),
            ("bitcoin_order_timeout_hours", "4"),
            ("reservation_extension_hours", "2"),
        ):
            self.shop.has_setting(key, value)
        self.model = Model(
            hours={"cash": 24, "bitcoin": 4}, extension=2, percent=Decimal("7.5"), most_open=3, most_pieces=30
        )
        for user, name, referrer in ((ANNA, "Anna", None), (BORIS, "Boris", ANNA), (CLARA, "Clara", None)):
            self.shop.has_customer(user, name, referrer_id=referrer)
            self.model.people[user] = Person(referrer)
        for name, price, count in (("Black tea", "12.50", 6), ("Cup", "0.99", 40), ("Pot", "3999.99", 3)):
            number = self.shop.has_goods(name, price=price, stock=count)
            self.model.goods[name] = ModelGoods(number, Decimal(price), count)
        self.adds_addresses(2)
        self.adjusts_a_bonus(ANNA, 900)
        self.buys(ANNA, "Black tea", 2, "cash")
        self.buys(BORIS, "Cup", 25, "bitcoin")

    # -- customers

    @rule(buyer=BUYERS, name=NAMES, quantity=FEW)
    def fills_the_cart(self, buyer: int, name: str, quantity: int) -> None:
        number = self.model.goods[name].number
        self.expects(self.model.fill(buyer, name, quantity, self.now), cart.add, buyer, number, quantity)

    @rule(buyer=BUYERS, chance=SELDOM)
    def empties_the_cart(self, buyer: int, chance: int) -> None:
        if chance:
            return
        self.model.people[buyer].cart = {}
        self.expects(None, cart.clear, buyer)

    @rule(buyer=BUYERS, method=METHODS, wants_bonus=st.booleans())
    def reviews(self, buyer: int, method: str, wants_bonus: bool) -> None:
        refusal = self.model.begin(buyer)
        self.expects(refusal, checkout.begin, buyer)
        if refusal:
            return
        self.expects(None, checkout.set_address, buyer, ADDRESS)
        self.expects(None, checkout.set_phone, buyer, PHONE)
        if wants_bonus:
            self.model.apply_bonus(buyer)
            self.expects(None, checkout.apply_bonus, buyer)
        refusal = self.model.review(buyer, method)
        review = self.expects(refusal, checkout.choose_payment, buyer, PaymentMethod(method))
        draft = self.model.people[buyer].draft
        if review is not None and draft is not None:
            draft.token = review.token
            assert (review.total, review.bonus) == (self.model.cart_total(buyer), draft.bonus)

    @rule(buyer=BUYERS)
    def orders(self, buyer: int) -> None:
        draft = self.model.people[buyer].draft
        self.presses_confirm(buyer, (draft.token if draft else None) or "nothing shown")

    @rule(buyer=BUYERS, name=NAMES, quantity=st.integers(1, 30), method=METHODS)
    def buys(self, buyer: int, name: str, quantity: int, method: str) -> None:
        """Do what most people do, from the shelf to the order; pots are dear, and few."""
        quantity = min(quantity, 3) if name == "Pot" else quantity
        self.fills_the_cart(buyer, name, quantity)
        self.reviews(buyer, method, wants_bonus=True)
        self.orders(buyer)

    @precondition(lambda self: self.model.tokens)
    @rule(buyer=BUYERS, pick=PICK)
    def orders_once_more(self, buyer: int, pick: int) -> None:
        """Press a button again that has made an order, perhaps somebody else's."""
        self.presses_confirm(buyer, self.chosen_token(pick))

    @rule(buyer=BUYERS, other=BUYERS, name=NAMES, quantity=FEW, what=st.sampled_from(("banned", "sold", "counted")))
    def is_overtaken(self, buyer: int, other: int, name: str, quantity: int, what: str) -> None:
        """Press the last button after something has happened that the review could not know."""
        self.fills_the_cart(buyer, name, quantity)
        self.reviews(buyer, "cash", wants_bonus=False)
        if what == "banned" and not self.model.people[buyer].is_banned:
            self.bans_or_forgives(buyer, 0)
        elif what == "sold":
            self.buys(other, name, max(1, self.model.goods[name].available), "cash")
        elif what == "counted":
            self.counts_the_shelf(name, self.model.goods[name].reserved)
        self.orders(buyer)

    def presses_confirm(self, buyer: int, token: str) -> None:
        is_known = token in self.model.tokens
        placed = self.expects(self.model.order(buyer, token), checkout.confirm, buyer, token)
        if placed is None:
            return
        assert placed.is_new is not is_known
        if placed.is_new:
            self.model.place(buyer, token, placed.order.order_code, self.now)
        assert self.model.tokens[token] == placed.order.order_code

    @precondition(lambda self: self.model.orders)
    @rule(stranger=st.none() | BUYERS, pick=PICK)
    def calls_off(self, stranger: int | None, pick: int) -> None:
        code = self.chosen_order(pick)
        buyer = stranger or self.model.orders[code].buyer
        order_id = self.shop.order(code).id
        self.expects(self.model.cancel(code, by=buyer), orders.cancel_own, order_id, buyer_id=buyer)

    @precondition(lambda self: self.model.orders)
    @rule(stranger=st.none() | BUYERS, pick=PICK)
    def asks_for_more_time(self, stranger: int | None, pick: int) -> None:
        code = self.chosen_order(pick)
        buyer = stranger or self.model.orders[code].buyer
        order_id = self.shop.order(code).id
        self.expects(self.model.extend(code, buyer, self.now), orders.extend_own, order_id, buyer_id=buyer)

    # -- staff

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK)
    def confirms(self, pick: int) -> None:
        code, time = self.chosen_order(pick), self.now + timedelta(days=1)
        self.expects(self.model.confirm(code), orders.confirm, code, delivery_time=time, actor=STAFF)

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK)
    def delivers(self, pick: int) -> None:
        code = self.chosen_order(pick)
        self.expects(self.model.deliver(code), orders.deliver, code, actor=STAFF)

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK)
    def serves(self, pick: int) -> None:
        """Do what most orders come to."""
        self.confirms(pick)
        self.delivers(pick)

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK)
    def cancels(self, pick: int) -> None:
        code = self.chosen_order(pick)
        self.expects(self.model.cancel(code), orders.cancel, code, actor=STAFF)

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK)
    def revives(self, pick: int) -> None:
        expired = [code for code, order in self.model.orders.items() if order.status == "expired"]
        code = expired[0] if expired and pick else self.chosen_order(pick)
        self.expects(self.model.revive(code, self.now), orders.revive, code, actor=STAFF)

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK, name=NAMES, quantity=FEW)
    def adds_to_an_order(self, pick: int, name: str, quantity: int) -> None:
        code = self.chosen_order(pick)
        self.expects(self.model.add_item(code, name, quantity), edits.add_item, code, name, quantity, actor=STAFF)

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK, other=st.none() | NAMES, quantity=FEW)
    def takes_out_of_an_order(self, pick: int, other: str | None, quantity: int) -> None:
        code = self.chosen_order(pick)
        name = other or min(self.model.orders[code].lines)
        refusal = self.model.remove_item(code, name, quantity)
        self.expects(refusal, edits.remove_item, code, name, quantity, actor=STAFF)

    @rule(name=NAMES, quantity=st.integers(-1, 12))
    def counts_the_shelf(self, name: str, quantity: int) -> None:
        self.expects(self.model.set_stock(name, quantity), stock.set_to, name, quantity, actor=STAFF)

    @rule(name=NAMES, quantity=FEW)
    def takes_off_the_shelf(self, name: str, quantity: int) -> None:
        self.expects(self.model.take_off(name, quantity), stock.remove, name, quantity, actor=STAFF)

    @rule(name=NAMES, price=st.decimals("0.01", "5000", places=2))
    def changes_a_price(self, name: str, price: Decimal) -> None:
        self.model.goods[name].price = price
        self.expects(None, catalog.edit_goods, name, price=str(price), actor=STAFF)

    @rule(name=NAMES, chance=SELDOM)
    def archives_or_restores(self, name: str, chance: int) -> None:
        goods = self.model.goods[name]
        if chance and not goods.is_archived:
            return
        goods.is_archived = not goods.is_archived
        self.expects(None, catalog.archive_goods if goods.is_archived else catalog.restore_goods, name, actor=STAFF)

    @rule(user=BUYERS, cents=st.integers(-2000, 9000))
    def adjusts_a_bonus(self, user: int, cents: int) -> None:
        amount = Decimal(cents) / 100
        refusal = self.model.adjust_bonus(user, amount)
        self.expects(refusal, bonus.adjust, user, amount, reason="a cup broke", notify=False, actor=STAFF)

    @rule(user=BUYERS, chance=SELDOM)
    def bans_or_forgives(self, user: int, chance: int) -> None:
        person = self.model.people[user]
        if chance and not person.is_banned:
            return
        person.is_banned = not person.is_banned
        how: dict[str, Any] = {"reason": None} if person.is_banned else {}
        self.expects(None, people.ban if person.is_banned else people.unban, user, **how, notify=True, actor=STAFF)

    @rule(buyer=BUYERS, chance=SELDOM)
    def is_erased_and_comes_back(self, buyer: int, chance: int) -> None:
        if chance:
            return
        was_banned = self.model.people[buyer].is_banned
        gone = self.expects(self.model.may_be_erased(buyer), erasing.erase, buyer)
        if gone is None:
            return
        self.model.erase(buyer, gone.pseudonym)
        newcomer = people.Newcomer(buyer, "Back")
        if was_banned:
            self.expects("Banned", people.register, newcomer, referrer_id=None)
            self.expects(None, people.let_back, buyer, actor=STAFF)
        self.expects(None, people.register, newcomer, referrer_id=None)

    @precondition(lambda self: self.addresses)
    @rule(count=st.integers(1, 3), chance=SELDOM)
    def adds_addresses(self, count: int, chance: int = 0) -> None:
        if chance:
            return
        new, self.addresses = self.addresses[:count], self.addresses[count:]
        self.model.free_addresses += len(new)
        self.expects(None, bitcoin.add, new, actor=STAFF)

    # -- time and the courier

    @rule(hours=st.sampled_from((1, 3, 5, 26)))
    def time_passes(self, hours: int) -> None:
        while self.read(outbox.waiting):
            self.now += timedelta(minutes=5)
            self.courier_comes(OutboxStatus.SENT)
        self.now += timedelta(hours=hours)
        expired = {code for code in self.read(orders.due_for_expiry, now=self.now) if self.expires(code)}
        assert expired == self.model.sweep(self.now)

    @rule(
        outcome=st.sampled_from((OutboxStatus.SENT, OutboxStatus.UNCERTAIN, OutboxStatus.BLOCKED, OutboxStatus.PENDING))
    )
    def courier_comes(self, outcome: OutboxStatus) -> None:
        """Take what waits, once; nothing is handed out twice as long as nobody says that it is uncertain."""
        call, now = self.shop.db.call, self.now
        for message in call(outbox.claim, now=now, limit=1000):
            if outcome is OutboxStatus.SENT:
                call(outbox.mark_sent, message.id, now=now)
            elif outcome is OutboxStatus.UNCERTAIN:
                call(outbox.mark_uncertain, message.id, "time-out", now=now)
            elif outcome is OutboxStatus.BLOCKED:
                call(outbox.mark_blocked, message.id, "blocked", now=now)
            else:
                call(outbox.mark_refused, message.id, "busy", now=now, retry_after=30)

    # -- comparing

    @invariant()
    def the_shop_is_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        type(self).steps += 1
        seen = self.read(_everything)
        model = self.model
        assert seen["goods"] == {
            name: (each.price, each.stock, each.reserved, each.is_archived) for name, each in model.goods.items()
        }
        assert seen["people"] == {
            user: (each.balance, each.spent, each.completed, each.is_banned) for user, each in model.people.items()
        }
        assert seen["carts"] == {
            (user, name): line.quantity for user, each in model.people.items() for name, line in each.cart.items()
        }
        assert seen["orders"] == {
            code: (each.buyer, each.status, each.total, each.bonus, each.until, each.paid)
            for code, each in model.orders.items()
        }
        assert seen["lines"] == {
            (code, name): line for code, each in model.orders.items() for name, line in each.lines.items()
        }
        assert seen["free"] == model.free_addresses
        broken = rules.broken(self.shop.db, now=self.now)
        assert broken == [], broken

    def expects(self, refusal: str | None, operation: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Do something; return what it returned, or None where the shop has refused it as it had to."""
        result, name = None, None
        try:
            result = self.shop.db.call(operation, *args, **options, now=self.now)
        except ShopError as error:
            name = type(error).__name__
        type(self).outcomes[f"{operation.__module__.rpartition('.')[2]}.{operation.__name__}", name] += 1
        assert name == refusal, f"{operation.__name__}{args} was refused with {name}, and had to be with {refusal}"
        return result

    def expires(self, code: str) -> bool:
        return self.shop.db.call(orders.expire, code, now=self.now)

    def read(self, operation: Callable[..., Any], **options: Any) -> Any:
        return self.shop.db.read(operation, **options)

    def chosen_token(self, pick: int) -> str:
        newest_first = list(reversed(self.model.tokens))
        return newest_first[pick % len(newest_first)]

    def chosen_order(self, pick: int) -> str:
        """Return an order: the first picks are open ones, where there are some, the last a closed one."""
        all_of_them = self.model.orders
        open_first = sorted(all_of_them, key=lambda code: all_of_them[code].status not in OPEN)
        return open_first[pick if pick < min(PICKS, len(open_first)) else -1]


def _everything(session: Any) -> dict[str, Any]:
    def rows(sql: str) -> list[Any]:
        return list(session.execute(text(sql)))

    def time(naive: datetime) -> datetime:
        return naive.replace(tzinfo=UTC)

    goods = rows("SELECT name, price, stock_quantity, reserved_quantity, archived_at IS NOT NULL FROM goods")
    persons = rows(
        "SELECT telegram_id, bonus_balance, total_spendings, completed_orders_count, is_banned "
        "FROM customer_info JOIN users USING (telegram_id)"
    )
    carts = rows("SELECT user_id, name, quantity FROM shopping_cart JOIN goods ON goods.id = goods_id")
    found = rows(
        "SELECT order_code, buyer_id, order_status, total_price, bonus_applied, reserved_until, "
        "(SELECT COALESCE(SUM(amount), 0) FROM payments WHERE order_id = orders.id) FROM orders"
    )
    lines = rows(
        "SELECT order_code, item_name, quantity, price FROM order_items JOIN orders ON orders.id = order_items.order_id"
    )
    return {
        "goods": {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in goods},
        "people": {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in persons},
        "carts": {(row[0], row[1]): row[2] for row in carts},
        "orders": {row[0]: (*row[1:5], time(row[5]), row[6]) for row in found},
        "lines": {(row[0], row[1]): (row[2], row[3]) for row in lines},
        "free": rows("SELECT COUNT(*) FROM bitcoin_addresses WHERE is_used = 0")[0][0],
    }

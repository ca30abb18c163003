"""A process that dies at any moment of any operation: all of it has happened or nothing, and everything adds up."""

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DoneAlready
from bot.models import OrderStatus, PaymentMethod
from bot.services import (
    bitcoin,
    bonus,
    cart,
    catalog,
    checkout,
    invariants,
    mending,
    order_edits,
    orders,
    outbox,
    people,
    reference_codes,
    settings,
    stock,
)
from bot.services import help as help_desk
from bot.services.privacy import erasing
from tests import edits
from tests.crash.child import DIED, DONE, torn
from tests.shop import BITCOIN_ADDRESSES, STAFF, Shop, now

ROOT = Path(__file__).parents[2]
ANNA, FRITZ = 101, 404
FEWEST_POINTS = 4
"""Begin, write, record, commit: an operation with fewer points was not really met."""
KEY = "0123456789abcdef0123456789abcdef"
BY_STAFF = {"actor": STAFF}


@dataclass(frozen=True)
class Deed:
    """Something that is done in one transaction."""

    operation: Callable[..., Any]
    args: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)


class Dying:
    """A process that dies when it is told to, and is there again at once."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str) -> None:
        self._process = process
        self._url = url

    def does(self, deed: Deed, *, until: int) -> int:
        """Let it do a deed and die at a point; return how it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump((self._url, KEY, deed.operation, deed.args, deed.options, until), self._process.stdin)
        self._process.stdin.flush()
        return int(pickle.load(self._process.stdout))  # noqa: S301 - written by our own child


@pytest.fixture(scope="module")
def dying(database_url: str) -> Iterator[Dying]:
    """Return a process that dies."""
    command = [sys.executable, "-m", "tests.crash.child"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Dying(process, database_url)
        assert process.stdin is not None
        process.stdin.close()


def family(shop: Shop) -> None:
    """Let there be goods, Anna, and Fritz, whom she has invited and who has a bonus."""
    shop.has_setting("reference_bonus_percent", "10")
    shop.has_customer(ANNA, "Anna")
    shop.has_customer(FRITZ, "Fritz", referrer_id=ANNA)
    shop.has_goods("Green tea", stock=10)
    shop.has_goods("Cup", stock=10, price="5.00")
    shop.staff(bonus.adjust, FRITZ, Decimal("7.00"), reason="a present", notify=False)


def ordered(shop: Shop, status: OrderStatus = OrderStatus.RESERVED) -> str:
    """Let Fritz have an order with a bonus in it, and return its code."""
    family(shop)
    return shop.has_order(FRITZ, {"Green tea": 2, "Cup": 1}, bonus=True, status=status)


def by_code(operation: Callable[..., Any], status: OrderStatus, *args: Any, **options: Any) -> Callable[[Shop], Deed]:
    """Return what staff do with an order of a status."""
    return lambda shop: Deed(operation, (ordered(shop, status), *args), {**BY_STAFF, "now": now(), **options})


def overdue(shop: Shop) -> Deed:
    code = ordered(shop)
    return Deed(orders.expire, (code,), {"now": now() + timedelta(days=400)})


def own(operation: Callable[..., Any], **options: Any) -> Callable[[Shop], Deed]:
    """Return what Fritz does with his order."""
    return lambda shop: Deed(operation, (shop.order(ordered(shop)).id,), {"buyer_id": FRITZ, "now": now(), **options})


def reviewed(method: PaymentMethod) -> Callable[[Shop], Deed]:
    """Return the press on the last button of a checkout."""

    def deed(shop: Shop) -> Deed:
        family(shop)
        shop.has_addresses(3)
        token = shop.has_reviewed_checkout(FRITZ, {"Green tea": 2, "Cup": 1}, pay=method, bonus=True)
        return Deed(checkout.confirm, (FRITZ, token), {"now": now()})

    return deed


def with_family(operation: Callable[..., Any], *args: Any, **options: Any) -> Callable[[Shop], Deed]:
    def deed(shop: Shop) -> Deed:
        family(shop)
        return Deed(operation, args, {"now": now(), **options})

    return deed


def erased(shop: Shop) -> Deed:
    """Return the press of somebody who has lived here, has a bonus left, and goes for good."""
    ordered(shop, OrderStatus.DELIVERED)
    shop.db.call(help_desk.ask, FRITZ, "Where is it?", now=now())
    shop.staff(people.ban, FRITZ, reason="rude", notify=True)
    return Deed(erasing.erase, (FRITZ,), {"now": now()})


def filling(shop: Shop) -> Deed:
    family(shop)
    return Deed(cart.add, (ANNA, shop.goods("Cup").id, 2), {"now": now()})


def entering(shop: Shop) -> Deed:
    code = shop.has_code(max_uses=1)
    return Deed(reference_codes.enter, (people.Newcomer(FRITZ, "Fritz"), code), {"now": now()})


CONFIRMED, EXPIRED, RESERVED = OrderStatus.CONFIRMED, OrderStatus.EXPIRED, OrderStatus.RESERVED
DEEDS: dict[str, Callable[[Shop], Deed]] = {
    "order, cash": reviewed(PaymentMethod.CASH),
    "order, bitcoin": reviewed(PaymentMethod.BITCOIN),
    "confirm": by_code(orders.confirm, RESERVED, delivery_time=now() + timedelta(days=1)),
    "deliver": by_code(orders.deliver, CONFIRMED),
    "cancel": by_code(orders.cancel, CONFIRMED, reason="out of tea"),
    "expire": overdue,
    "revive": by_code(orders.revive, EXPIRED),
    "remind": lambda shop: Deed(orders.remind, (ordered(shop),), {"now": now()}),
    "cancel one's own": own(orders.cancel_own),
    "extend one's own": own(orders.extend_own),
    "change one's own": own(order_edits.change_own, note="Ring twice"),
    "add an item": by_code(edits.add_item, RESERVED, "Cup", 2, notify=True),
    "remove an item": by_code(edits.remove_item, RESERVED, "Green tea", 1, notify=True),
    "put into the cart": filling,
    "enter": entering,
    "put on the shelf": with_family(stock.add, "Cup", 5, **BY_STAFF),
    "change a price": with_family(catalog.edit_goods, "Cup", price="6.00", **BY_STAFF),
    "adjust a bonus": with_family(bonus.adjust, FRITZ, Decimal("1.50"), reason="broken", notify=True, **BY_STAFF),
    "ban": with_family(people.ban, FRITZ, reason="rude", notify=True, **BY_STAFF),
    "erase somebody": erased,
    "load addresses": with_family(bitcoin.add, BITCOIN_ADDRESSES[:5], **BY_STAFF),
    "change a setting": with_family(settings.change, "max_open_orders", "3", **BY_STAFF),
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_process_that_dies_has_done_all_or_nothing(
    shop: Shop, dying: Dying, name: str, record_property: Callable[[str, object], None]
):
    deed = DEEDS[name](shop)
    before = shop.rows()
    point = 1
    while dying.does(deed, until=point) == DIED and shop.rows() == before:
        assert shop.db.read(invariants.check, now=now()) == []
        point += 1

    record_property("trials", point)
    assert point >= FEWEST_POINTS
    after = shop.rows()
    assert after != before
    with shop.refuses(DoneAlready):
        shop.db.call_once(KEY, deed.operation, *deed.args, **deed.options)


DRIFT = {
    "reserved goods": "UPDATE goods SET reserved_quantity = 2, stock_quantity = 12 WHERE name = 'Cup'",
    "bonus balance": "UPDATE customer_info SET bonus_balance = 1 WHERE telegram_id = 404",
    "message on its way": "UPDATE outbox SET status = 'sending', created_at = '2026-01-01' ORDER BY id LIMIT 1",
}
"""What a hand does to the shop, by the repair for it."""


@pytest.mark.parametrize("kind", DRIFT)
def test_a_doctor_that_dies_has_put_right_all_or_nothing(
    shop: Shop, dying: Dying, kind: str, record_property: Callable[[str, object], None]
):
    ordered(shop)
    shop.execute(DRIFT[kind])
    [case] = shop.db.read(mending.plan, now=now())
    deed = Deed(mending.mend, (case.kind.name, case.wrong.key), {**BY_STAFF, "now": now()})
    before = shop.rows()
    point = 1
    while dying.does(deed, until=point) == DIED and shop.rows() == before:
        point += 1

    record_property("trials", point)
    assert point >= FEWEST_POINTS
    assert shop.db.read(mending.plan, now=now()) == []
    assert shop.db.read(invariants.check, now=now()) == []


@pytest.mark.broken_on_purpose
def test_what_is_done_in_two_halves_is_found(shop: Shop, dying: Dying):
    family(shop)
    deed = Deed(torn, (shop.goods("Cup").id,), {"now": now()})
    before = shop.rows()
    point = 1
    while dying.does(deed, until=point) == DIED and shop.rows() == before:
        point += 1

    assert shop.db.read(invariants.check, now=now()) != []


def test_a_courier_that_dies_while_it_sends_has_its_message_sent_once_more(shop: Shop, dying: Dying):
    shop.staff(people.ban, shop.has_customer(ANNA, "Anna"), reason="rude", notify=True)
    later = now() + timedelta(seconds=1)
    assert dying.does(Deed(outbox.claim, (), {"now": later, "limit": 1}), until=99) == DONE

    assert shop.db.call(outbox.claim, now=later) == []
    again = shop.db.call(outbox.claim, now=later + outbox.STALE_AFTER)
    assert [message.kind for message in again] == ["banned"]
    assert shop.db.call(outbox.claim, now=later + 2 * outbox.STALE_AFTER) == []

"""What the screens, the shell's lists, the dashboard and the jobs read of a large shop, each with real arguments.

A read that looks at much says why: it counts or searches everything there is, as it was asked to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.large import BUYER_ID, FIRST_ID, NOW, SHELF
from bot.models import (
    BonusEntry,
    BroadcastState,
    Category,
    Event,
    Goods,
    HelpMessage,
    Order,
    OrderStatus,
    OutboxStatus,
    ReferenceCode,
)
from bot.services import arrivals, bonus, cart, help_copies, locking, orders, outbox, reference_codes, segments, vitals
from bot.services.privacy import personal_data
from bot.services.queries import (
    bitcoin_lists,
    broadcast_lists,
    browse,
    catalog_search,
    completions,
    customer_pages,
    customer_profile,
    customers,
    event_lists,
    goods_desk,
    goods_lists,
    help_views,
    order_desk,
    order_lists,
    order_queue,
    order_timeline,
    order_views,
    outbox_lists,
    payments,
    picking,
    reference_code_lists,
)
from bot.services.queries.paging import Window
from bot.services.reports import event_counts, figures, funnel, periods, statistics

Operation = Callable[[Session], object]
PAGE = Window(51)
"""What the shell shows without being asked for more."""
OPEN = "takes all open orders"
COUNTS = "counts all of them"
SEARCHES = "looks for a part of a text in all of them"
BACK = "walks back until it has a page"
SORTS = "sorts all of them, in the shell alone"
DAY = NOW - timedelta(days=1)


@dataclass(frozen=True)
class Read:
    """Something that is read, and why it may look at much."""

    name: str
    operation: Operation
    why: str = ""


@dataclass(frozen=True)
class Known:
    """What is named in the shop that is read."""

    shelf: int
    goods: int
    code: str
    order: int
    reference_code: int
    event: int
    message: int
    entry: int
    """In the middle of a long conversation, and of a bonus that moved often."""


def known(session: Session) -> Known:
    """Return what can be asked for by its name: the newest of each."""
    order = session.execute(select(Order.id, Order.order_code).order_by(Order.id.desc()).limit(1)).one()
    return Known(
        shelf=session.scalars(select(Category.id).where(Category.name == SHELF)).one(),
        goods=session.scalars(select(Goods.id).order_by(Goods.id.desc()).limit(1)).one(),
        code=order.order_code,
        order=order.id,
        reference_code=session.scalars(select(ReferenceCode.id).order_by(ReferenceCode.id).limit(1)).one(),
        message=_middle(session, HelpMessage),
        entry=_middle(session, BonusEntry),
        event=session.scalars(select(Event.id).order_by(Event.id.desc()).limit(1)).one(),
    )


def _middle(session: Session, model: type[HelpMessage | BonusEntry]) -> int:
    theirs = model.user_id == BUYER_ID
    middle = select((func.min(model.id) + func.max(model.id)) / 2).where(theirs).scalar_subquery()
    return session.scalars(select(func.min(model.id)).where(theirs, model.id >= middle)).one() or 0


def every(names: Known) -> Iterator[Read]:
    """Yield everything that is read, room by room."""
    return chain(
        _of_customers(names),
        _of_orders(names),
        _of_people(),
        _of_deep_pages(names),
        _of_the_rest(names),
        _of_the_shell(names),
    )


def _of_customers(names: Known) -> Iterator[Read]:
    yield Read("who presses", partial(arrivals.arrive, telegram_id=BUYER_ID))
    yield Read("shop", browse.shelves)
    yield Read("category", partial(browse.aisle, category_id=names.shelf))
    middle = partial(browse.aisle, category_id=names.shelf, page=99, at=names.goods // 2)
    yield Read("category, a page in the middle", middle)
    yield Read("card", partial(browse.card, goods_id=names.goods, reader_id=BUYER_ID))
    yield Read("search of customers", partial(catalog_search.search, text="smokd"), "ranks all that fit")
    yield Read("cart", partial(cart.of, user_id=BUYER_ID))
    yield Read("my orders", partial(order_views.mine, buyer_id=BUYER_ID))
    yield Read("my order", partial(order_views.by_id, order_id=names.order))
    yield Read("my conversation", partial(help_views.latest, user_id=BUYER_ID))
    yield Read("my codes", partial(reference_codes.of_customer, creator_id=FIRST_ID + 1, now=NOW))
    yield Read("my referrals", partial(bonus.referrals, user_id=BUYER_ID))
    yield Read("what my referrals brought", partial(bonus.earned, user_id=BUYER_ID))
    yield Read(
        "to which conversation a reply belongs", partial(help_copies.find, recipient=BUYER_ID, bot_id=1, message_id=9)
    )
    yield Read("what is kept of a person", partial(personal_data.of, telegram_id=FIRST_ID + 1, now=NOW))


def _of_orders(names: Known) -> Iterator[Read]:
    for status in OrderStatus:
        yield Read(f"queue of {status}", partial(order_desk.queue, status=status))
    yield Read("order search, a code", partial(order_desk.search, text=names.code))
    yield Read("order search, a name", partial(order_desk.search, text="Anna 99"), SEARCHES)
    yield Read("order", partial(order_desk.sheet, order_id=names.order))
    yield Read("order watch", partial(order_queue.look, statuses=list(OrderStatus), after=0, limit=20), COUNTS)
    yield Read("picking", partial(picking.pick_list, statuses=[OrderStatus.CONFIRMED]), OPEN)
    yield Read("ending reservations", partial(orders.due_for_expiry, now=NOW))
    yield Read("reservations to remind of", partial(orders.due_for_reminder, now=NOW))


def _of_people() -> Iterator[Read]:
    new, spent = customers.Wanted(), customers.Wanted(has_bought=True)
    yield Read("newest customers", partial(customer_pages.sheet, wanted=new, number=0))
    yield Read("big spenders", partial(customer_pages.sheet, wanted=spent, number=0, sort=customers.Sort.SPENT))
    yield Read("banned customers", partial(customer_pages.sheet, wanted=customers.Wanted(is_banned=True), number=0))
    yield Read("customer search", partial(customer_pages.search, text="Anna 999"), SEARCHES)
    yield Read("customer", partial(customer_pages.glance, telegram_id=BUYER_ID), "counts their orders and messages")
    yield Read("bonus of a customer", partial(customer_pages.ledger, telegram_id=BUYER_ID, number=0))
    yield Read("waiting conversations", partial(help_views.heads, every=False, page=0))
    yield Read("all conversations", partial(help_views.heads, every=True, page=0))
    yield Read("conversation", partial(help_views.thread, user_id=BUYER_ID))


def _of_deep_pages(names: Known) -> Iterator[Read]:
    """Yield pages in the middle of long lists, as the buttons lead there."""
    for status in (OrderStatus.DELIVERED, OrderStatus.CANCELLED):
        yield Read(f"queue of {status}, deep", partial(order_desk.queue, status=status, page=999, at=names.order // 2))
    people = partial(customer_pages.sheet, number=999, at=FIRST_ID + 9)
    yield Read("newest customers, deep", partial(people, wanted=customers.Wanted()))
    spent = partial(people, wanted=customers.Wanted(has_bought=True), sort=customers.Sort.SPENT)
    yield Read("big spenders, deep", spent)
    codes = partial(reference_code_lists.sheet, wanted=reference_code_lists.Wanted(), number=999)
    yield Read("all codes, deep", partial(codes, at=names.reference_code + 999))
    uses = partial(reference_code_lists.uses, code_id=names.reference_code, number=99, at=FIRST_ID + 995)
    yield Read("who came by a code, deep", uses)
    yield Read("all conversations, deep", partial(help_views.heads, every=True, page=999, at=FIRST_ID + 999))
    yield Read("conversation, deep", partial(help_views.thread, user_id=BUYER_ID, page=99, at=names.message))
    yield Read("bonus, deep", partial(customer_pages.ledger, telegram_id=BUYER_ID, number=99, at=names.entry))
    yield Read("my orders, deep", partial(order_views.mine, buyer_id=BUYER_ID, page=99, at=names.order // 2))
    yield Read("goods of staff, deep", partial(goods_desk.place, category_id=names.shelf, page=99, at=names.goods // 2))
    far = Window(51, 50_000)
    keys = "counts the rows before it, by their keys"
    yield Read("order list --page 1000", partial(order_lists.listed, wanted=order_lists.Wanted(), window=far), keys)
    yield Read("event list --page 1000", partial(event_lists.listed, wanted=event_lists.Wanted(), window=far), keys)


def _of_the_rest(names: Known) -> Iterator[Read]:
    everybody, usable = reference_code_lists.Wanted(), reference_code_lists.Wanted(redeemable_at=NOW)
    yield Read("all codes", partial(reference_code_lists.sheet, wanted=everybody, number=0))
    yield Read("open codes", partial(reference_code_lists.sheet, wanted=usable, number=0))
    yield Read("code", partial(reference_code_lists.by_id, code_id=names.reference_code), "counts who came by it")
    yield Read("who came by a code", partial(reference_code_lists.uses, code_id=names.reference_code, number=0))
    yield Read("goods of staff", partial(goods_desk.place, category_id=names.shelf))
    yield Read("goods search of staff", partial(goods_desk.search, text="0099999 smok"), SEARCHES)
    yield Read("goods sheet", partial(goods_desk.sheet, goods_id=names.goods))
    yield Read("broadcasts", partial(broadcast_lists.page, window=Window(9)))
    yield Read("segments of a broadcast", partial(segments.sizes, now=NOW), COUNTS)
    yield Read("messages to send", partial(outbox.claim, now=NOW))
    yield Read("next free bitcoin address", locking.next_free_address)
    yield Read("vitals", partial(vitals.take, now=NOW))
    yield Read("figures of monitoring", partial(figures.take, now=NOW), COUNTS)
    yield Read("revenue of all time", figures.lasting, COUNTS)
    week = periods.week("UTC", now=NOW)
    yield Read(
        "statistics of a week", partial(statistics.report, compared=week, now=NOW), "counts the orders of two weeks"
    )
    yield Read(
        "dashboard, events", partial(event_counts.of, period=week.period, now=NOW), "counts the events of a week"
    )
    yield Read("dashboard, latest events", event_counts.latest)
    yield Read("dashboard, funnel", partial(funnel.of, period=week.period), "counts the orders of a week")


def _of_the_shell(names: Known) -> Iterator[Read]:
    orders_of = order_lists.Wanted
    yield Read("order list", partial(order_lists.listed, wanted=orders_of(), window=PAGE))
    yield Read("order list --since", partial(order_lists.listed, wanted=orders_of(since=DAY), window=PAGE))
    old = orders_of(since=NOW - timedelta(days=500), until=NOW - timedelta(days=499))
    yield Read("order list --since --until", partial(order_lists.listed, wanted=old, window=PAGE))
    yield Read("order list --customer", partial(order_lists.listed, wanted=orders_of(customer=BUYER_ID), window=PAGE))
    yield Read("order list --goods", partial(order_lists.listed, wanted=orders_of(goods_id=names.goods), window=PAGE))
    yield Read(
        "order list --refcode",
        partial(order_lists.listed, wanted=orders_of(reference_code="R0000001"), window=PAGE),
        "sorts the orders of all who came by it",
    )
    for sort in order_lists.Sort:
        why = "" if sort is order_lists.Sort.CREATED else SORTS
        yield Read(
            f"order list --sort {sort}", partial(order_lists.listed, wanted=orders_of(), window=PAGE, sort=sort), why
        )
    yield Read("order show", partial(order_timeline.story, code=names.code))
    for by in customers.Sort:
        why = "" if by is customers.Sort.REGISTERED else SORTS
        yield Read(
            f"customer list --sort {by}",
            partial(customers.listed, wanted=customers.Wanted(), window=PAGE, sort=by),
            why,
        )
    yield Read("customer show", partial(customer_profile.of, telegram_id=BUYER_ID), "counts their orders and messages")
    yield Read(
        "customer named", partial(customers.named, name="@nobody_is_called_so"), "looks at all usernames, in any case"
    )
    yield from _of_the_trail(names)
    yield Read(
        "goods list",
        partial(goods_lists.listed, wanted=goods_lists.Wanted(), window=PAGE),
        "counts the goods of each category",
    )
    yield Read(
        "goods list --low", partial(goods_lists.listed, wanted=goods_lists.Wanted(low=True), window=PAGE), COUNTS
    )
    yield Read("inventory log", partial(goods_lists.movements, window=PAGE))
    yield Read("inventory log --since", partial(goods_lists.movements, window=PAGE, since=DAY), BACK)
    yield Read("btc list", partial(bitcoin_lists.listed, window=PAGE, also_used=False))
    yield Read("payment list", partial(payments.listed, wanted=payments.Wanted(), window=PAGE))
    yield Read("payment list --since", partial(payments.listed, wanted=payments.Wanted(since=DAY), window=PAGE))
    yield Read("refcode list", partial(reference_code_lists.listed, wanted=reference_code_lists.Wanted(), window=PAGE))
    yield Read("question list", partial(help_views.listed, window=PAGE))
    yield Read("broadcast list", partial(broadcast_lists.listed, states=(BroadcastState.RUNNING,), window=PAGE))
    yield Read("completing an order code", partial(completions.orders, begin="A"))
    yield Read("completing goods", partial(completions.goods, begin="large"), SEARCHES)
    yield Read("completing a customer", partial(completions.customers, begin="10000"), SEARCHES)


def _of_the_trail(names: Known) -> Iterator[Read]:
    wanted: dict[str, Any] = {
        "": {},
        " --since": {"since": DAY},
        " --since --until": {"since": NOW - timedelta(days=500), "until": NOW - timedelta(days=499)},
        " --kind": {"kind": "order.delivered"},
        " --kind of nothing": {"kind": "shop.vanished"},
        " --kind with *": {"kind": "order.exp*"},
        " --subject": {"subject": f"order:{names.code}"},
        " --actor": {"actor": "cli:anna"},
        " --actor with *": {"actor": "cli:*"},
    }
    for options, facts in wanted.items():
        yield Read(f"event list{options}", partial(event_lists.listed, wanted=event_lists.Wanted(**facts), window=PAGE))
    yield Read("event show", partial(event_lists.whole, event_id=names.event))
    messages: dict[str, Any] = {
        "": {},
        " --since": {"since": DAY},
        " --status dead": {"statuses": (OutboxStatus.DEAD,)},
        " --status sent": {"statuses": (OutboxStatus.SENT,)},
        " --customer": {"recipient": BUYER_ID},
        " --since --until": {"since": NOW - timedelta(days=500), "until": NOW - timedelta(days=499)},
        " --kind of nothing": {"kind": "vanished"},
    }
    for options, facts in messages.items():
        operation = partial(outbox_lists.listed, wanted=outbox_lists.Wanted(**facts), window=PAGE)
        why = BACK if "nothing" in options or "since" in options else ""
        yield Read(f"outbox list{options}", operation, why)

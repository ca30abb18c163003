"""Orders as staff work on them in Telegram: the queue of a status, a search, and one order with its story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Event, Goods, Order, OrderItem, OrderStatus, Payment
from bot.services import actors, cleaning, settings
from bot.services.queries import order_lists, order_views, searching
from bot.services.queries.browse import Page
from bot.services.queries.order_lists import Listed, Wanted
from bot.services.queries.order_views import Whole
from bot.services.queries.paging import Spot, Window

PAGE = 8
LONGEST_TEXT = 100
"""In characters; whoever writes more is not looking for an order."""
LONGEST_ID = 18
"""In digits; no Telegram id is longer."""
SHOWN_EVENTS = 6


@dataclass(frozen=True)
class Listing:
    """One screen of orders; their times are read in `zone`."""

    rows: Sequence[Listed]
    page: Page
    zone: str


@dataclass(frozen=True)
class Happened:
    """What was done with an order, when, and by whom; `name` is what a person is called."""

    event: Event
    name: str | None

    @property
    def time(self) -> datetime:
        """Return when it was done."""
        return self.event.created_at


@dataclass(frozen=True)
class Sheet:
    """An order with everything: also the money that came in, and its last events, the oldest first."""

    whole: Whole
    received: Decimal
    happened: Sequence[Happened]
    zone: str

    @property
    def last_event(self) -> int:
        """Return the id of the last event that it tells of."""
        return self.happened[-1].event.id if self.happened else 0


@dataclass(frozen=True)
class Pieces:
    """How many of some goods an order holds, and how many more it could; `price` is what each costs in it."""

    order_code: str
    name: str
    category_id: int
    price: Decimal
    held: int
    available: int


def queue(session: Session, status: OrderStatus, *, page: int = 0, at: int = 0) -> Listing:
    """Return the orders of a status: what ends or is due first comes first, else the newest. Two statements.

    With `at`, the page begins behind that order, or below 0 ends before it.
    """
    found, has_next = order_lists.page(session, status, Spot(max(page, 0) * PAGE, at), PAGE)
    return Listing(found, Page(max(page, 0), has_next), str(settings.get(session, "timezone")))


def search(session: Session, text: str, *, page: int = 0) -> Listing:
    """Return the orders that a text finds, the newest first.

    A whole order code finds that order alone. Else it is looked for in codes, names of customers and goods; digits are
    a customer's id, or a part of a phone number, for which every order is opened.

    Raises:
        BadValue: nothing that can be read was written.
    """
    clean = cleaning.line("search text", text[:LONGEST_TEXT])
    start = max(page, 0) * PAGE
    found = _called(session, clean) or list(islice(_found(session, clean, start + PAGE + 1), start, None))
    return _listing(session, found, page)


def sheet(session: Session, order_id: int) -> Sheet:
    """Return an order with everything.

    Raises:
        NotFound: there is no such order.
    """
    whole = order_views.by_id(session, order_id)
    return _sheet(session, whole, _story(session, whole.order.order_code))


def sheet_of(session: Session, code: str) -> Sheet:
    """Return an order by its code with everything; it is at least as new as the last event that it tells of.

    Raises:
        NotFound: there is no such order.
    """
    story = _story(session, code)
    return _sheet(session, order_views.whole(session, code), story)


def pieces(session: Session, order_id: int, goods_id: int) -> Pieces:
    """Return how many of some goods an order holds. One statement.

    Raises:
        NotFound: there are no such goods, or no such order.
    """
    is_line = (OrderItem.goods_id == Goods.id) & (OrderItem.order_id == order_id)
    query = select(Order.order_code, Goods, OrderItem.price, OrderItem.quantity).select_from(Goods)
    query = query.join(Order, Order.id == order_id).outerjoin(OrderItem, is_line)
    row = session.execute(query.where(Goods.id == goods_id)).first()
    if row is None:
        raise NotFound("goods", str(goods_id))
    goods: Goods = row[1]
    left = 0 if goods.archived_at else goods.stock_quantity - goods.reserved_quantity
    return Pieces(row[0], goods.name, goods.category_id, row[2] or goods.price, row[3] or 0, left)


def _sheet(session: Session, whole: Whole, story: Sequence[Happened]) -> Sheet:
    paid = select(func.sum(Payment.amount)).where(Payment.order_id == whole.order.id)
    return Sheet(whole, session.scalar(paid) or Decimal(0), story, str(settings.get(session, "timezone")))


def _story(session: Session, code: str) -> Sequence[Happened]:
    latest = select(Event).where(Event.subject == f"order:{code}").order_by(Event.id.desc())
    events = session.scalars(latest.limit(SHOWN_EVENTS)).all()
    names = actors.names(session, {event.actor for event in events})
    return [Happened(event, names.get(event.actor)) for event in reversed(events)]


def _called(session: Session, text: str) -> Sequence[Listed]:
    """Return the order with this code, in any case, if there is one: to look through all for it would take seconds."""
    code = text.upper()
    return list(order_lists.listed(session, Wanted(code=code), Window())) if code.isascii() else ()


def _found(session: Session, text: str, most: int) -> Iterator[Listed]:
    """Yield each order once, at most `most` of them: those opened for their phone number come last."""
    seen: set[int] = set()
    for wanted in _ways(text):
        for row in order_lists.listed(session, wanted, Window(most)):
            if len(seen) == most:
                return
            if row.id not in seen:
                seen.add(row.id)
                yield row


def _ways(text: str) -> Iterator[Wanted]:
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
        yield Wanted(customer=int(text))
    yield Wanted(text=text)
    if digits := searching.digits(text):
        yield Wanted(phone=digits)


def _listing(session: Session, found: Sequence[Listed], page: int) -> Listing:
    turned = Page(max(page, 0), len(found) > PAGE)
    return Listing(found[:PAGE], turned, str(settings.get(session, "timezone")))

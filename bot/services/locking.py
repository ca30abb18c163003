"""Every row lock in the project.

The order is: setting, reference code, order, customers, categories, bitcoin address, goods, waiting list, broadcast,
conversation, outbox.

Locks carry `populate_existing`: without it SQLAlchemy hands back what the session saw before it waited.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import CompoundSelect, Select, bindparam, false, select
from sqlalchemy.orm import Session

from bot.errors import CodeUnknown, NotFound
from bot.models import (
    BitcoinAddress,
    Broadcast,
    BroadcastState,
    CartItem,
    Category,
    CheckoutDraft,
    Customer,
    Goods,
    HelpThread,
    Lease,
    Order,
    OrderStatus,
    OutboxMessage,
    ReferenceCode,
    Setting,
    User,
    WaitingPerson,
)
from bot.services import buyers, compiled, order_codes, outbox_due, reservations
from bot.services.compiled import numbered, one_of
from bot.services.reservations import Reservation

Row = TypeVar("Row")

_BATCH = 1000


def locked(query: Select[Row], **how: Any) -> Select[Row]:
    """Return the query as one that locks what it finds and reads it afresh."""
    return query.with_for_update(**how).execution_options(populate_existing=True)


def setting(session: Session, key: str) -> Setting | None:
    """Lock a setting that differs from its default."""
    return session.scalar(locked(select(Setting).where(Setting.setting_key == key)))


def reference_code(session: Session, code: str) -> ReferenceCode:
    """Lock a reference code.

    Raises:
        CodeUnknown: there is none.
    """
    query = locked(select(ReferenceCode).where(ReferenceCode.code == code))
    found = session.scalar(query) if code.isascii() else None
    if found is None:
        raise CodeUnknown
    return found


def order(session: Session, order_code: str) -> Order:
    """Lock an order by its code, in any case.

    Raises:
        NotFound: there is none.
    """
    code = order_code.strip().upper()
    found = session.scalar(_ORDER, {"code": code}) if code.isascii() else None
    if found is None:
        raise order_codes.missing(session, code)
    return found


# Statements of hot paths are built once: building costs as much as sending.
_ORDER = locked(select(Order).where(Order.order_code == bindparam("code")))


def reservation(session: Session, order_code: str) -> Reservation:
    """Lock an order and then what it contains, with one statement, and return of both what ends a reservation needs.

    Raises:
        NotFound: there is none.
    """
    found = compiled.rows(session, _RESERVATION, {"code": order_code})
    if not found:
        raise order_codes.missing(session, order_code)
    return reservations.of_rows(found)


_RESERVATION: Select[Any] = locked(reservations.WITH_GOODS)


def orders_by_id(session: Session, ids: Iterable[int]) -> Sequence[Order]:
    """Lock orders, in the order of their ids."""
    return session.scalars(locked(select(Order).where(Order.id.in_(sorted(set(ids)))).order_by(Order.id))).all()


def orders_of(session: Session, buyer_id: int) -> Sequence[Order]:
    """Lock everything that somebody has ordered, in the order of the ids."""
    return session.scalars(locked(select(Order).where(Order.buyer_id == buyer_id).order_by(Order.id))).all()


def codes_of(session: Session, user_id: int) -> Sequence[ReferenceCode]:
    """Lock the reference codes that somebody has made, in the order of their ids."""
    query = select(ReferenceCode).where(ReferenceCode.creator_id == user_id).order_by(ReferenceCode.id)
    return session.scalars(locked(query)).all()


def broadcasts_under_way(session: Session) -> Sequence[Broadcast]:
    """Lock the broadcasts that are being sent or wait for their time, so that none takes in anybody new."""
    states = (BroadcastState.RUNNING, BroadcastState.SCHEDULED, BroadcastState.PAUSED)
    return session.scalars(locked(select(Broadcast).where(Broadcast.state.in_(states)).order_by(Broadcast.id))).all()


def reserved_orders(session: Session) -> Sequence[Order]:
    """Lock every reserved order, in the order of their ids; for what changes all of them at once."""
    query = select(Order).where(Order.order_status == OrderStatus.RESERVED).order_by(Order.id)
    return session.scalars(locked(query)).all()


def users(session: Session, ids: Iterable[int]) -> dict[int, User]:
    """Lock users, in the order of their ids."""
    query = locked(select(User).where(User.telegram_id.in_(sorted(set(ids)))).order_by(User.telegram_id))
    return {user.telegram_id: user for user in session.scalars(query)}


def customers(session: Session, ids: Iterable[int]) -> dict[int, Customer]:
    """Lock customers, in the order of their ids; who has no row yet gets one."""
    wanted = sorted(set(ids))
    query = locked(select(Customer).where(Customer.telegram_id.in_(wanted)).order_by(Customer.telegram_id))
    found = {customer.telegram_id: customer for customer in session.scalars(query)}
    for missing in wanted:
        if missing not in found:
            found[missing] = Customer(telegram_id=missing, total_spendings=0, completed_orders_count=0, bonus_balance=0)
            session.add(found[missing])
    session.flush()
    return found


def buyer(session: Session, user_id: int) -> tuple[Customer | None, CheckoutDraft | None]:
    """Lock a customer and then their checkout, with one statement, and return copies of both to read.

    Who changes the customer then takes it from `customers`: the session does not know the copy.
    """
    found = compiled.rows(session, _BUYER, {"user_id": user_id})
    return buyers.of_row(found[0]) if found else (None, None)


_BUYER = locked(buyers.WITH_CHECKOUT)


def draft(session: Session, user_id: int) -> CheckoutDraft | None:
    """Lock a customer's checkout."""
    return session.scalar(_DRAFT, {"user_id": user_id})


_DRAFT = locked(select(CheckoutDraft).where(CheckoutDraft.user_id == bindparam("user_id")))


def cart_item(session: Session, user_id: int, goods_id: int) -> CartItem | None:
    """Lock one line of a cart."""
    return session.scalar(locked(select(CartItem).where(CartItem.user_id == user_id, CartItem.goods_id == goods_id)))


def cart(session: Session, user_id: int) -> dict[int, CartItem]:
    """Lock the lines of a cart, by goods."""
    query = locked(select(CartItem).where(CartItem.user_id == user_id).order_by(CartItem.goods_id))
    return {line.goods_id: line for line in session.scalars(query)}


def hold_categories(session: Session) -> None:
    """Lock the tree of categories, in the order of their ids, and read it afresh; for who moves one into another."""
    session.scalars(locked(select(Category).order_by(Category.id))).all()


def goods(session: Session, ids: Iterable[int]) -> dict[int, Goods]:
    """Lock goods, in the order of their ids."""
    query = locked(select(Goods).where(Goods.id.in_(sorted(set(ids)))).order_by(Goods.id))
    return {row.id: row for row in session.scalars(query)}


def hold_goods(session: Session, ids: Iterable[int]) -> None:
    """Lock goods, in the order of their ids, without reading them; for changes of the whole catalogue at once."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        session.execute(locked(select(Goods.id).where(Goods.id.in_(part)).order_by(Goods.id))).all()


def waiting(session: Session, goods_ids: Iterable[int]) -> set[int]:
    """Lock the people who wait for goods, of whom there may be thousands, and return the goods that are waited for."""
    wanted = numbered(goods_ids)
    return {goods_id for _, goods_id in compiled.rows(session, _waiting(len(wanted)), wanted)}


@lru_cache
def _waiting(count: int) -> Select[Any]:
    waits = WaitingPerson.__table__.c
    query = select(waits.user_id, waits.goods_id).where(one_of(waits.goods_id, count))
    return locked(query.order_by(waits.user_id))


def next_free_address(session: Session) -> BitcoinAddress | None:
    """Lock the oldest address of the pool that nobody else is just claiming."""
    # "IS false" would not be looked up in the index: all that were ever used would be walked through.
    free = select(BitcoinAddress).where(BitcoinAddress.is_used == false()).order_by(BitcoinAddress.id).limit(1)
    return session.scalar(locked(free, skip_locked=True))


def due_messages(
    session: Session, *, now: datetime, stale: datetime, limit: int, resting: Sequence[int] = ()
) -> Sequence[OutboxMessage]:
    """Lock the messages that are due longest, and those claimed before `stale` by a courier that died.

    Those to chats that are `resting` stay where they are.

    Messages of broadcasts are none of them: those wait until `due_broadcast_messages` is asked.
    """
    return _due(session, outbox_due.NOTICES, now=now, stale=stale, most=limit, resting=resting)


def due_broadcast_messages(
    session: Session, *, now: datetime, stale: datetime, limit: int, resting: Sequence[int] = ()
) -> Sequence[OutboxMessage]:
    """Lock what `due_messages` would lock of the broadcasts that are running, and what died on its way of any."""
    running = session.scalars(select(Broadcast.id).where(Broadcast.state == BroadcastState.RUNNING)).all()
    return _due(session, outbox_due.OF_BROADCASTS, now=now, stale=stale, most=limit, resting=resting, running=running)


def _due(session: Session, first: CompoundSelect[Any], **facts: Any) -> Sequence[OutboxMessage]:
    """Lock what is due in one lane, of which `first` finds the keys.

    They are found first, status by status along the index, and locked by their keys then: sorting under a lock would
    lock everything that waits, and asked for the smallest keys MariaDB walks through all that was ever sent (measured:
    0.1 s with 200,000 messages).
    """
    ids = [row.id for row in session.execute(first, facts)]
    times = {"now": facts["now"], "stale": facts["stale"]}
    return session.scalars(_MESSAGES, {"ids": ids, **times}).all() if ids else ()


_MESSAGES = locked(outbox_due.MESSAGES, skip_locked=True)


def claimed_address(session: Session, address_id: int) -> BitcoinAddress | None:
    """Lock an address that an order has; the order first."""
    code = select(Order.order_code).join(BitcoinAddress, BitcoinAddress.order_id == Order.id)
    found = session.scalar(code.where(BitcoinAddress.id == address_id))
    if found is not None:
        order(session, found)
    return session.scalar(locked(select(BitcoinAddress).where(BitcoinAddress.id == address_id)))


def broadcast(session: Session, broadcast_id: int) -> Broadcast:
    """Lock a broadcast.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(locked(select(Broadcast).where(Broadcast.id == broadcast_id)))
    if found is None:
        raise NotFound("broadcast", str(broadcast_id))
    return found


def message(session: Session, message_id: int) -> OutboxMessage:
    """Lock one message of the outbox.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(locked(select(OutboxMessage).where(OutboxMessage.id == message_id)))
    if found is None:
        raise NotFound("message", str(message_id))
    return found


def help_thread(session: Session, user_id: int) -> HelpThread | None:
    """Lock a customer's conversation with the shop."""
    return session.scalar(locked(select(HelpThread).where(HelpThread.user_id == user_id)))


def lease(session: Session, name: str) -> Lease | None:
    """Lock a lease."""
    return session.scalar(locked(select(Lease).where(Lease.name == name)))

"""Erasing a person: who they were goes, what the books need stays under a pseudonym, and a ban outlives it.

The locks come in the order of `locking.py`. Whoever writes something that belongs to the person holds one of them, or
waits at the foreign key for the row of the user, which is locked last and then gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.errors import Erased, NotFound, StaffStays, StillOrdering
from bot.models import (
    BroadcastCard,
    CartItem,
    CheckoutDraft,
    ErasedChat,
    HelpCopy,
    HelpMessage,
    HelpThread,
    Order,
    OrderCard,
    RoleName,
    StaffCard,
    User,
    WaitingPerson,
)
from bot.models.orders import HOLDING
from bot.services import bonus, context, details, events, locking, people
from bot.services.privacy import pseudonyms, shut_outs

NAME = "—"
"""What stands in place of the name."""
SHOWN = 10


@dataclass(frozen=True)
class Farewell:
    """What erasing somebody has done, or would do."""

    pseudonym: int
    orders: int
    letters: int
    bonus: Decimal
    stays_banned: bool


def erase(session: Session, telegram_id: int, *, actor: str | None = None, now: datetime) -> Farewell:
    """Erase somebody for good; without an `actor` they do it themselves.

    Raises:
        NotFound: nobody with this id has entered.
        Erased: it was done already.
        StaffStays: they run the shop.
        StillOrdering: they have open orders.
    """
    erasable(session, telegram_id)
    codes = locking.codes_of(session, telegram_id)
    orders = locking.orders_of(session, telegram_id)
    customer = locking.customers(session, [telegram_id])[telegram_id]
    user = locking.users(session, [telegram_id]).get(telegram_id)
    if user is None:
        raise NotFound("user", str(telegram_id))
    _require_erasable(session, user, [order for order in orders if order.holds_reservation])
    locking.broadcasts_under_way(session)
    locking.help_thread(session, telegram_id)

    pseudonym = _pseudonymous(session, user, now)
    lost = bonus.forfeit(session, customer, actor=people.actor(pseudonym), now=now)
    for order in orders:
        details.erase(order, now=now)
    for code in codes:
        code.is_active, code.note, code.disabled_reason = False, None, None
    customer.delivery_address = customer.phone_number = customer.delivery_note = None
    letters = _delete_what_is_not_for_the_books(session, telegram_id, [order.id for order in orders])
    is_banned = user.is_banned
    if is_banned:
        shut_outs.add(session, telegram_id, now=now)
    pseudonyms.replace(session, user, pseudonym, [order.order_code for order in orders])
    # Whoever has come back and goes again may still stand there.
    session.merge(ErasedChat(chat_id=telegram_id, erased_at=now))
    who = people.actor(pseudonym)
    facts = {"orders": len(orders), "letters": letters, "bonus": lost, "was_banned": is_banned}
    events.record(session, "customer.erased", actor=actor or who, subject=who, now=now, **facts)
    return Farewell(pseudonym, len(orders), letters, lost, is_banned)


def erasable(session: Session, telegram_id: int) -> Farewell:
    """Return what erasing somebody would do, changing nothing.

    Raises:
        NotFound, Erased, StaffStays, StillOrdering: as `erase` does.
    """
    user = people.find(session, telegram_id)
    mine = select(Order).where(Order.buyer_id == telegram_id)
    _require_erasable(session, user, session.scalars(mine.where(Order.order_status.in_(HOLDING))).all())
    orders = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    letters = select(func.count(HelpMessage.id)).where(HelpMessage.user_id == telegram_id)
    balance = bonus.balance(session, telegram_id)
    return Farewell(telegram_id, orders, session.scalar(letters) or 0, balance, user.is_banned)


def chats_to_forget(session: Session) -> list[int]:
    """Return the chats whose dialogues the bot has still to forget."""
    return list(session.scalars(select(ErasedChat.chat_id).order_by(ErasedChat.erased_at).limit(500)))


def chat_is_forgotten(session: Session, chat_id: int) -> None:
    """Note that nothing is left of somebody's dialogue; with that the last trace of the id is gone."""
    session.execute(delete(ErasedChat).where(ErasedChat.chat_id == chat_id))


def _require_erasable(session: Session, user: User, open_orders: Sequence[Order]) -> None:
    if user.erased_at is not None:
        raise Erased
    shop = context.of(session)
    if user.telegram_id == shop.owner_id:
        raise StaffStays("owner")
    if user.role is RoleName.ADMIN:
        raise StaffStays("admin")
    if user.telegram_id == shop.helper_id:
        raise StaffStays("helper")
    if open_orders:
        codes = [order.order_code for order in open_orders]
        more = f" and {len(codes) - SHOWN} more" if len(codes) > SHOWN else ""
        raise StillOrdering(", ".join(codes[:SHOWN]) + more)


def _pseudonymous(session: Session, user: User, now: datetime) -> int:
    """Make the row that stands for the person from now on, and return its number."""
    pseudonym = pseudonyms.new()
    session.add(
        User(
            telegram_id=pseudonym,
            first_name=NAME,
            language=context.of(session).default_language,
            role=RoleName.USER,
            is_banned=False,
            # Nothing is ever sent to it, by whatever way.
            blocked_bot_at=now,
            broadcasts_off_at=now,
            registered_at=user.registered_at,
            erased_at=now,
        )
    )
    session.flush()
    return pseudonym


def _delete_what_is_not_for_the_books(session: Session, telegram_id: int, order_ids: list[int]) -> int:
    """Delete cart, checkout, waiting list, conversation and cards; return how many letters there were."""
    letters = session.scalars(select(HelpMessage.id).where(HelpMessage.user_id == telegram_id)).all()
    gone = (
        delete(WaitingPerson).where(WaitingPerson.user_id == telegram_id),
        delete(CartItem).where(CartItem.user_id == telegram_id),
        delete(CheckoutDraft).where(CheckoutDraft.user_id == telegram_id),
        delete(OrderCard).where(OrderCard.order_id.in_(order_ids)),
        delete(StaffCard).where(StaffCard.order_id.in_(order_ids)),
        delete(HelpCopy).where(HelpCopy.recipient == telegram_id),
        delete(BroadcastCard).where(BroadcastCard.chat_id == telegram_id),
        delete(HelpCopy).where(HelpCopy.help_message_id.in_(letters)),
        delete(HelpMessage).where(HelpMessage.user_id == telegram_id),
        delete(HelpThread).where(HelpThread.user_id == telegram_id),
    )
    for statement in gone:
        session.execute(statement, execution_options={"synchronize_session": False})
    return len(letters)

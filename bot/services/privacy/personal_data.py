"""Everything that the shop knows of one person, in clear and for machines; `docs/personal-data.md` explains the keys.

Other people's data is none of it: who has invited somebody, whom they have invited and who of the staff has acted are
"a customer", "friend 1" and "the shop".
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.models import (
    BonusEntry,
    CartItem,
    CheckoutDraft,
    Goods,
    HelpMessage,
    Order,
    OrderItem,
    OrderStep,
    OutboxMessage,
    Payment,
    ReferenceCode,
    ReferenceCodeUsage,
    ReferralEarning,
    User,
    WaitingPerson,
)
from bot.services import bonus, context, details, help_messages, people, settings
from bot.services.privacy import personal_events

FORMAT = "telegram-shop-personal-data"
VERSION = 1
LIMITS = ("max_open_orders", "max_pieces_per_goods", "presses_per_minute", "messages_per_minute")
BATCH = 500

Row = TypeVar("Row")


def file_of(session: Session, telegram_id: int, *, now: datetime) -> bytes:
    """Return everything about somebody as a JSON file.

    Raises:
        NotFound: nobody with this id has entered.
    """
    return json.dumps(of(session, telegram_id, now=now), ensure_ascii=False, indent=1, default=_plain).encode()


def of(session: Session, telegram_id: int, *, now: datetime) -> dict[str, Any]:
    """Return everything about somebody, with the keys that `docs/personal-data.md` promises.

    Raises:
        NotFound: nobody with this id has entered.
    """
    user = people.find(session, telegram_id)
    orders = session.scalars(select(Order).where(Order.buyer_id == telegram_id).order_by(Order.id)).all()
    codes = {order.id: order.order_code for order in orders}
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now,
        "currency": context.of(session).currency,
        "profile": _profile(session, user),
        "saved_details": _details(session, people.customer(session, telegram_id)),
        "totals": _totals(session, telegram_id),
        "limits": {key: settings.get(session, key) for key in LIMITS},
        "cart": _cart(session, telegram_id),
        "checkout": _checkout(session, telegram_id),
        "orders": _orders(session, orders, telegram_id),
        "bonus_ledger": _ledger(session, telegram_id, codes),
        "referral_earnings": _earnings(session, telegram_id),
        "reference_codes": _codes(session, telegram_id),
        "conversation": _conversation(session, telegram_id, codes),
        "waiting_list": _waiting(session, telegram_id),
        "messages": _messages(session, telegram_id),
        "events": personal_events.of(session, telegram_id, frozenset(codes.values())),
    }


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON file")


def _profile(session: Session, user: User) -> dict[str, Any]:
    redeemed = (
        select(ReferenceCode.code, ReferenceCode.is_admin_code, ReferenceCodeUsage.used_at)
        .join(ReferenceCodeUsage, ReferenceCodeUsage.code_id == ReferenceCode.id)
        .where(ReferenceCodeUsage.user_id == user.telegram_id)
    )
    code = session.execute(redeemed).first()
    inviter = None if code is None else "the shop" if code.is_admin_code else "a customer"
    return {
        "telegram_id": user.telegram_id,
        "first_name": user.first_name,
        "username": user.username,
        "language": user.language,
        "role": people.role_of(session, user.telegram_id, user.role).value,
        "registered_at": user.registered_at,
        "entered_with_code": code.code if code else None,
        "entered_with_code_at": code.used_at if code else None,
        "invited_by": inviter,
        "is_banned": user.is_banned,
        "ban_reason": user.ban_reason,
        "blocked_bot_at": user.blocked_bot_at,
        "broadcasts_off_at": user.broadcasts_off_at,
        "orders_muted_at": user.orders_muted_at,
        "wants_questions": user.wants_questions,
    }


def _details(session: Session, row: Any) -> dict[str, Any]:
    known = details.reveal(session, row)
    return {"address": known.address, "phone": known.phone, "note": known.note}


def _totals(session: Session, telegram_id: int) -> dict[str, Any]:
    kept = people.customer(session, telegram_id)
    return {
        "spent": kept.total_spendings,
        "orders_delivered": kept.completed_orders_count,
        "bonus_balance": kept.bonus_balance,
        "referral_earned": bonus.earned(session, telegram_id),
    }


def _cart(session: Session, telegram_id: int) -> list[dict[str, Any]]:
    query = select(Goods.name, CartItem).join(Goods, Goods.id == CartItem.goods_id)
    found = session.execute(query.where(CartItem.user_id == telegram_id).order_by(CartItem.goods_id))
    return [
        {"goods": name, "quantity": item.quantity, "price": item.seen_price, "added_at": item.added_at}
        for name, item in found
    ]


def _checkout(session: Session, telegram_id: int) -> dict[str, Any] | None:
    draft = session.get(CheckoutDraft, telegram_id)
    if draft is None:
        return None
    facts = {"bonus": draft.bonus, "payment_method": draft.payment_method, "updated_at": draft.updated_at}
    return {**_details(session, draft), **facts}


def _orders(session: Session, orders: Sequence[Order], telegram_id: int) -> list[dict[str, Any]]:
    ids = [order.id for order in orders]
    items = _by_order(session, select(OrderItem).order_by(OrderItem.id), OrderItem.order_id, ids)
    steps = _by_order(session, select(OrderStep).order_by(OrderStep.id), OrderStep.order_id, ids)
    payments = _by_order(session, select(Payment).order_by(Payment.id), Payment.order_id, ids)
    return [
        {
            "code": order.order_code,
            "status": order.order_status,
            "payment_method": order.payment_method,
            "currency": order.currency,
            "items": [
                {"goods": item.item_name, "price": item.price, "quantity": item.quantity} for item in items[order.id]
            ],
            "discount": order.discount_amount,
            "fee": order.fee_amount,
            "total": order.total_price,
            "bonus_applied": order.bonus_applied,
            "due": order.due,
            "bitcoin_address": order.bitcoin_address,
            **_details(session, order),
            "details_erased_at": order.details_erased_at,
            "delivery_time": order.delivery_time,
            "reserved_until": order.reserved_until,
            "reminded_at": order.reminded_at,
            "extended_at": order.extended_at,
            "created_at": order.created_at,
            "completed_at": order.completed_at,
            "history": [
                {
                    "from": step.from_status,
                    "to": step.to_status,
                    "by": personal_events.by(step.actor, telegram_id),
                    "at": step.created_at,
                }
                for step in steps[order.id]
            ],
            "payments": [
                {"method": paid.method, "amount": paid.amount, "reference": paid.reference, "at": paid.created_at}
                for paid in payments[order.id]
            ],
        }
        for order in orders
    ]


def _by_order(session: Session, query: Select[Any], column: Any, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """Return the rows of many orders, by order, with one statement for each batch of them."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for start in range(0, len(ids), BATCH):
        for row in session.scalars(query.where(column.in_(ids[start : start + BATCH]))):
            found[row.order_id].append(row)
    return found


def _ledger(session: Session, telegram_id: int, codes: Mapping[int, str]) -> list[dict[str, Any]]:
    query = select(BonusEntry).where(BonusEntry.user_id == telegram_id).order_by(BonusEntry.id)
    return [
        {
            "kind": entry.kind,
            "amount": entry.amount,
            # What a friend's order has brought names no order: that is the friend's.
            "order": codes.get(entry.order_id) if entry.order_id else None,
            "reason": entry.reason,
            "by": personal_events.by(entry.actor, telegram_id),
            "at": entry.created_at,
        }
        for entry in session.scalars(query)
    ]


def _earnings(session: Session, telegram_id: int) -> list[dict[str, Any]]:
    query = select(ReferralEarning).where(ReferralEarning.referrer_id == telegram_id).order_by(ReferralEarning.id)
    found = session.scalars(query).all()
    friends = _friends(each.referral_id for each in found)
    return [
        {
            "friend": friends[each.referral_id],
            "amount": each.amount,
            "percent": each.percent,
            "at": each.created_at,
        }
        for each in found
    ]


def _friends(ids: Iterable[int]) -> dict[int, str]:
    return {each: f"friend {number}" for number, each in enumerate(dict.fromkeys(ids), start=1)}


def _codes(session: Session, telegram_id: int) -> list[dict[str, Any]]:
    query = select(ReferenceCode).where(ReferenceCode.creator_id == telegram_id).order_by(ReferenceCode.id)
    return [
        {
            "code": code.code,
            "created_at": code.created_at,
            "expires_at": code.expires_at,
            "max_uses": code.max_uses,
            "current_uses": code.current_uses,
            "is_active": code.is_active,
            "note": code.note,
            "disabled_reason": code.disabled_reason,
        }
        for code in session.scalars(query)
    ]


def _conversation(session: Session, telegram_id: int, codes: Mapping[int, str]) -> list[dict[str, Any]]:
    query = select(HelpMessage).where(HelpMessage.user_id == telegram_id).order_by(HelpMessage.id)
    return [
        {
            "from": "you" if message.by_customer else "the shop",
            "text": help_messages.text_of(session, message),
            "file": message.file,
            "order": codes.get(message.order_id) if message.order_id else None,
            "at": message.created_at,
            "settled_at": message.settled_at,
        }
        for message in session.scalars(query)
    ]


def _waiting(session: Session, telegram_id: int) -> list[dict[str, Any]]:
    query = select(Goods.name, WaitingPerson.since_at).join(Goods, Goods.id == WaitingPerson.goods_id)
    found = session.execute(query.where(WaitingPerson.user_id == telegram_id).order_by(WaitingPerson.since_at))
    return [{"goods": name, "since": since} for name, since in found]


def _messages(session: Session, telegram_id: int) -> list[dict[str, Any]]:
    columns = (
        OutboxMessage.kind,
        OutboxMessage.status,
        OutboxMessage.broadcast_id,
        OutboxMessage.created_at,
        OutboxMessage.sent_at,
    )
    query = select(*columns).where(OutboxMessage.recipient == telegram_id).order_by(OutboxMessage.id)
    return [row._asdict() for row in session.execute(query)]

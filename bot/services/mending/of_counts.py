"""Figures that are kept beside the rows they come from: balances, spendings, and the uses of codes."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.models import BonusEntry, Customer, Order, OrderStatus, ReferenceCode, ReferenceCodeUsage, User
from bot.services import context, locking
from bot.services.mending.kind import Kind, Wrong

_QUIETLY = {"synchronize_session": False}


def _wrong_balances(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    entered = select(BonusEntry.user_id, func.sum(BonusEntry.amount).label("sum")).group_by(BonusEntry.user_id)
    ledger = entered.subquery()
    kept, summed = func.coalesce(Customer.bonus_balance, 0), func.coalesce(ledger.c.sum, 0)
    query = (
        select(User.telegram_id, kept, summed)
        .outerjoin(Customer, Customer.telegram_id == User.telegram_id)
        .outerjoin(ledger, ledger.c.user_id == User.telegram_id)
        .where(kept != summed)
        .order_by(User.telegram_id)
    )
    currency = context.of(session).currency
    for user_id, old, new in session.execute(_only(query, User.telegram_id, key)).all():
        old, new = _amount(old), _amount(new)
        comes_to = f"the ledger comes to {new} {currency}"
        sentence = f"Customer {user_id}: the balance is {old} {currency}, but {comes_to}: it becomes that."
        left = f"Customer {user_id}: {comes_to}, which no balance can be; see bot_cli.py customer ledger {user_id}."
        facts = {"old": old, "new": new}
        yield Wrong(user_id, f"user:{user_id}", sentence, facts, left if new < 0 else "")


def _set_balance(session: Session, wrong: Wrong, _actor: str, _now: datetime) -> None:
    values = {"bonus_balance": wrong.facts["new"]}
    session.execute(_customer(wrong).values(values), execution_options=_QUIETLY)


def _wrong_spendings(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    delivered = (
        select(
            Order.buyer_id,
            func.sum(Order.total_price - Order.bonus_applied).label("amount"),
            func.count().label("orders"),
        )
        .where(Order.order_status == OrderStatus.DELIVERED)
        .group_by(Order.buyer_id)
        .subquery()
    )
    amount, orders = func.coalesce(delivered.c.amount, 0), func.coalesce(delivered.c.orders, 0)
    query = (
        select(Customer.telegram_id, Customer.total_spendings, Customer.completed_orders_count, amount, orders)
        .outerjoin(delivered, delivered.c.buyer_id == Customer.telegram_id)
        .where((Customer.total_spendings != amount) | (Customer.completed_orders_count != orders))
        .order_by(Customer.telegram_id)
    )
    for user_id, spent, count, new_spent, new_count in session.execute(_only(query, Customer.telegram_id, key)).all():
        facts = {"old": _amount(spent), "old_orders": count, "new": _amount(new_spent), "new_orders": int(new_count)}
        said = f"{facts['old']} in {count} orders is noted as spent"
        bought = f"what was delivered comes to {facts['new']} in {facts['new_orders']}"
        sentence = f"Customer {user_id}: {said}, but {bought}: that is noted instead."
        yield Wrong(user_id, f"user:{user_id}", sentence, facts)


def _set_spending(session: Session, wrong: Wrong, _actor: str, _now: datetime) -> None:
    values = {"total_spendings": wrong.facts["new"], "completed_orders_count": wrong.facts["new_orders"]}
    session.execute(_customer(wrong).values(values), execution_options=_QUIETLY)


def _wrong_codes(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    used = (
        select(ReferenceCodeUsage.code_id, func.count().label("uses")).group_by(ReferenceCodeUsage.code_id).subquery()
    )
    uses = func.coalesce(used.c.uses, 0)
    query = (
        select(ReferenceCode.id, ReferenceCode.code, ReferenceCode.current_uses, ReferenceCode.max_uses, uses)
        .outerjoin(used, used.c.code_id == ReferenceCode.id)
        .where((ReferenceCode.current_uses != uses) | (uses > func.coalesce(ReferenceCode.max_uses, uses)))
        .order_by(ReferenceCode.id)
    )
    for code_id, code, old, most, new in session.execute(_only(query, ReferenceCode.id, key)).all():
        sentence = f"Code {code}: {old} uses are noted, but {new} have redeemed it; that is noted instead."
        left = f"Code {code}: {new} have redeemed it, though it was for {most}. See bot_cli.py refcode show {code}."
        too_many = most is not None and new > most
        yield Wrong(
            code_id, f"reference_code:{code}", sentence, {"old": old, "new": int(new)}, left if too_many else ""
        )


def _set_uses(session: Session, wrong: Wrong, _actor: str, _now: datetime) -> None:
    statement = update(ReferenceCode).where(ReferenceCode.id == wrong.key).values(current_uses=wrong.facts["new"])
    session.execute(statement, execution_options=_QUIETLY)


def _lock_code(session: Session, key: int) -> None:
    code = session.scalar(select(ReferenceCode.code).where(ReferenceCode.id == key))
    if code is not None:
        locking.reference_code(session, code)


def _lock_customer(session: Session, key: int) -> None:
    locking.customers(session, [key])


def _customer(wrong: Wrong) -> Any:
    return update(Customer).where(Customer.telegram_id == wrong.key)


def _only(query: Any, column: Any, key: int | None) -> Any:
    return query if key is None else query.where(column == key)


def _amount(value: Any) -> Decimal:
    """Return an exact amount: SQLite sums to an integer or a float where there are no cents."""
    return Decimal(str(value)).quantize(Decimal("0.01"))


KINDS = (
    Kind("bonus balance", "I5", _wrong_balances, _lock_customer, _set_balance),
    Kind("spending", "I11", _wrong_spendings, _lock_customer, _set_spending),
    Kind("uses of a code", "I10", _wrong_codes, _lock_code, _set_uses),
)

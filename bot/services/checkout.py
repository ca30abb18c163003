"""The checkout: a draft that collects what the customer says, a review with a token, and one order per token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bot.errors import (
    AmountTooLarge,
    AmountTooSmall,
    CheckoutOutdated,
    DetailsMissing,
    EmptyCart,
    InsufficientStock,
    NoBitcoinAddress,
    TooManyOpenOrders,
)
from bot.models import (
    CartItem,
    CheckoutDraft,
    Customer,
    InventoryKind,
    Order,
    OrderItem,
    OrderStatus,
    OrderStep,
    PaymentMethod,
)
from bot.models.orders import HOLDING
from bot.services import bitcoin, bonus, cart, context, details, events, locking, outbox, people, settings, stock
from bot.services.details import Details

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Capital letters that people can say aloud; no I and O, which look like 1 and 0."""
CODE_LENGTH = 6


@dataclass(frozen=True)
class Progress:
    """How far a checkout is. `saved` are the details of the last order, `balance` the bonus that could be spent."""

    details: Details
    saved: Details
    total: Decimal
    balance: Decimal
    bonus: Decimal
    payment_method: PaymentMethod | None
    bitcoin_is_possible: bool

    @property
    def usable_bonus(self) -> Decimal:
        """Return how much bonus this order could take."""
        return min(self.balance, self.total)

    @property
    def due(self) -> Decimal:
        """Return what is left to pay in money."""
        return self.total - self.bonus


@dataclass(frozen=True)
class Review:
    """What the customer confirms: everything on the screen, and the token that stands for it."""

    cart: cart.Cart
    details: Details
    total: Decimal
    bonus: Decimal
    payment_method: PaymentMethod
    token: str

    @property
    def due(self) -> Decimal:
        """Return what is left to pay in money."""
        return self.total - self.bonus


@dataclass(frozen=True)
class Placed:
    """The order that a token made; `is_new` only for the press that made it."""

    order: Order
    is_new: bool


def begin(session: Session, user_id: int, *, now: datetime) -> Progress:
    """Start a checkout from the cart, forgetting an earlier one.

    Raises:
        EmptyCart, InsufficientStock, AmountTooSmall, AmountTooLarge: the cart cannot become an order.
    """
    filled = _require_orderable(session, cart.of(session, user_id))
    draft = locking.draft(session, user_id) or CheckoutDraft(user_id=user_id)
    details.seal(session, draft, Details())
    draft.bonus = Decimal(0)
    draft.payment_method = draft.token = draft.shown = None
    draft.updated_at = now
    session.add(draft)
    session.flush()
    actor = people.actor(user_id)
    events.record(session, "checkout.begun", actor=actor, subject=actor, now=now, total=filled.total)
    return _progress(session, draft, filled)


def progress(session: Session, user_id: int) -> Progress:
    """Return how far the checkout is.

    Raises:
        CheckoutOutdated: no checkout has begun.
    """
    draft = session.get(CheckoutDraft, user_id)
    if draft is None:
        raise CheckoutOutdated
    return _progress(session, draft, cart.of(session, user_id))


def use_saved(session: Session, user_id: int, *, now: datetime) -> Progress:
    """Take over the details of the last order.

    Raises:
        CheckoutOutdated: no checkout has begun.
        DetailsMissing: nothing is saved.
    """
    saved = saved_details(session, user_id)
    if not saved.address or not saved.phone:
        raise DetailsMissing
    return _write(session, user_id, saved, now)


def set_address(session: Session, user_id: int, text: str, *, now: datetime) -> Progress:
    """Deliver to this address.

    Raises:
        BadValue: it is too short or too long.
        CheckoutOutdated: no checkout has begun.
    """
    known = details.reveal(session, _draft(session, user_id))
    return _write(session, user_id, Details(details.clean_address(text), known.phone, known.note), now)


def set_phone(session: Session, user_id: int, text: str, *, now: datetime) -> Progress:
    """Call this number.

    Raises:
        BadValue: no such number can exist.
        CheckoutOutdated: no checkout has begun.
    """
    known = details.reveal(session, _draft(session, user_id))
    return _write(session, user_id, Details(known.address, details.clean_phone(session, text), known.note), now)


def set_note(session: Session, user_id: int, text: str | None, *, now: datetime) -> Progress:
    """Mind this on delivery, or nothing in particular.

    Raises:
        BadValue: it is too long.
        CheckoutOutdated: no checkout has begun.
    """
    known = details.reveal(session, _draft(session, user_id))
    note = details.clean_note(text) if text else None
    return _write(session, user_id, Details(known.address, known.phone, note), now)


def apply_bonus(session: Session, user_id: int, *, now: datetime) -> Progress:
    """Spend as much of the bonus balance as the order takes.

    Raises:
        CheckoutOutdated: no checkout has begun.
    """
    draft = _draft(session, user_id)
    total = cart.of(session, user_id).total
    draft.bonus = min(bonus.balance(session, user_id), total)
    draft.updated_at = now
    return progress(session, user_id)


def keep_bonus(session: Session, user_id: int, *, now: datetime) -> Progress:
    """Spend no bonus on this order.

    Raises:
        CheckoutOutdated: no checkout has begun.
    """
    draft = _draft(session, user_id)
    draft.bonus = Decimal(0)
    draft.updated_at = now
    return progress(session, user_id)


def choose_payment(session: Session, user_id: int, method: PaymentMethod, *, now: datetime) -> Review:
    """Pay this way, and return the review to confirm.

    Raises:
        NoBitcoinAddress: bitcoin is not possible now; cash is.
        DetailsMissing, CheckoutOutdated: the checkout is not so far.
        EmptyCart, InsufficientStock, AmountTooSmall, AmountTooLarge: the cart cannot become an order.
    """
    draft = _draft(session, user_id)
    if method is PaymentMethod.BITCOIN and not bitcoin.has_free(session):
        raise NoBitcoinAddress
    draft.payment_method = method
    draft.updated_at = now
    return _review(session, draft)


def review(session: Session, user_id: int, *, now: datetime) -> Review:
    """Return a fresh review of the checkout, with a new token.

    Raises:
        DetailsMissing, CheckoutOutdated: the checkout is not so far.
        EmptyCart, InsufficientStock, AmountTooSmall, AmountTooLarge: the cart cannot become an order.
    """
    draft = _draft(session, user_id)
    draft.updated_at = now
    return _review(session, draft)


def confirm(session: Session, user_id: int, token: str, *, now: datetime) -> Placed:
    """Make the order that the review with this token showed; however often it is pressed, there is one order.

    Raises:
        CheckoutOutdated: something changed since the review was shown, or a newer one was.
        EmptyCart, InsufficientStock, AmountTooSmall, AmountTooLarge: the cart cannot become an order.
        NoBitcoinAddress: the pool has become empty; nothing is reserved.
        TooManyOpenOrders: the customer has as many as one may have.
    """
    customer = locking.customers(session, [user_id])[user_id]
    placed = _placed(session, user_id, token)
    if placed is not None:
        return Placed(placed, is_new=False)
    draft = _draft(session, user_id)
    filled = cart.of(session, user_id)
    _require_as_shown(draft, token, filled, customer)
    _require_orderable(session, filled)
    limits = settings.every(session)
    _require_room_for_another(session, user_id, limits["max_open_orders"])

    stock.reserve(session, filled.quantities)
    order = _insert_order(session, draft, filled, limits, now)
    bonus.spend(session, customer, order, actor=people.actor(user_id), now=now)
    details.seal(session, customer, details.reveal(session, draft))
    session.execute(delete(CartItem).where(CartItem.user_id == user_id))
    session.delete(draft)
    event = events.record(
        session,
        "order.reserved",
        actor=people.actor(user_id),
        subject=f"order:{order.order_code}",
        now=now,
        total=order.total_price,
        bonus=order.bonus_applied,
        method=order.payment_method.value,
        lines=len(filled.lines),
    )
    outbox.tell(session, event, outbox.staff(session), "order-new", order_code=order.order_code)
    return Placed(order, is_new=True)


def saved_details(session: Session, user_id: int) -> Details:
    """Return the details of the last order, as far as there are any."""
    customer = session.get(Customer, user_id)
    return details.reveal(session, customer) if customer else Details()


def reservation_end(method: PaymentMethod, limits: dict[str, Any], now: datetime) -> datetime:
    """Return until when an order paid this way holds its goods."""
    return now + timedelta(hours=limits[f"{method.value}_order_timeout_hours"])


def _draft(session: Session, user_id: int) -> CheckoutDraft:
    draft = locking.draft(session, user_id)
    if draft is None:
        raise CheckoutOutdated
    return draft


def _write(session: Session, user_id: int, given: Details, now: datetime) -> Progress:
    draft = _draft(session, user_id)
    details.seal(session, draft, given)
    draft.token = draft.shown = None
    draft.updated_at = now
    return progress(session, user_id)


def _progress(session: Session, draft: CheckoutDraft, filled: cart.Cart) -> Progress:
    return Progress(
        details=details.reveal(session, draft),
        saved=saved_details(session, draft.user_id),
        total=filled.total,
        balance=bonus.balance(session, draft.user_id),
        bonus=min(draft.bonus, filled.total),
        payment_method=draft.payment_method,
        bitcoin_is_possible=bitcoin.has_free(session),
    )


def _review(session: Session, draft: CheckoutDraft) -> Review:
    known = details.reveal(session, draft)
    if not known.address or not known.phone or draft.payment_method is None:
        raise DetailsMissing
    filled = _require_orderable(session, cart.of(session, draft.user_id))
    draft.bonus = min(draft.bonus, filled.total, bonus.balance(session, draft.user_id))
    draft.token = secrets.token_urlsafe(16)
    draft.shown = _fingerprint(filled, draft)
    cart.accept_prices(session, draft.user_id)
    return Review(filled, known, filled.total, draft.bonus, draft.payment_method, draft.token)


def _fingerprint(filled: cart.Cart, draft: CheckoutDraft) -> str:
    """Return a hash of everything on the review that a change elsewhere could make untrue."""
    lines = [f"{line.goods_id}\x1f{line.name}\x1f{line.quantity}\x1f{line.price}" for line in filled.lines]
    return hashlib.sha256("\x1e".join([*lines, str(draft.bonus), str(draft.payment_method)]).encode()).hexdigest()


def _require_as_shown(draft: CheckoutDraft, token: str, filled: cart.Cart, customer: Customer) -> None:
    is_known = draft.token is not None and secrets.compare_digest(draft.token.encode(), token.encode())
    if not is_known or draft.shown != _fingerprint(filled, draft) or draft.bonus > customer.bonus_balance:
        raise CheckoutOutdated


def _require_orderable(session: Session, filled: cart.Cart) -> cart.Cart:
    if not filled.lines:
        raise EmptyCart
    if filled.short:
        raise InsufficientStock(filled.short)
    require_amount(session, filled.total)
    return filled


def require_amount(session: Session, total: Decimal) -> None:
    """Refuse a total that MIN_AMOUNT and MAX_AMOUNT do not allow.

    Raises:
        AmountTooSmall, AmountTooLarge: it is out of bounds.
    """
    shop = context.of(session)
    if total < shop.min_amount:
        raise AmountTooSmall(total, shop.min_amount, shop.currency)
    if total > shop.max_amount:
        raise AmountTooLarge(total, shop.max_amount, shop.currency)


def _require_room_for_another(session: Session, user_id: int, limit: int) -> None:
    query = select(func.count()).where(Order.buyer_id == user_id, Order.order_status.in_(HOLDING))
    if (session.scalar(query) or 0) >= limit:
        raise TooManyOpenOrders(limit)


def _placed(session: Session, user_id: int, token: str) -> Order | None:
    if not token.isascii():
        return None
    return session.scalar(select(Order).where(Order.checkout_token == token, Order.buyer_id == user_id))


def _insert_order(
    session: Session, draft: CheckoutDraft, filled: cart.Cart, limits: dict[str, Any], now: datetime
) -> Order:
    actor = people.actor(draft.user_id)
    method = draft.payment_method
    if method is None or draft.token is None:
        raise CheckoutOutdated
    address = bitcoin.claim(session, user_id=draft.user_id, now=now) if method is PaymentMethod.BITCOIN else None
    order = Order(
        order_code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        checkout_token=draft.token,
        buyer_id=draft.user_id,
        order_status=OrderStatus.PENDING,
        payment_method=method,
        currency=context.of(session).currency,
        discount_amount=Decimal(0),
        fee_amount=Decimal(0),
        total_price=filled.total,
        bonus_applied=draft.bonus,
        bitcoin_address=address.address if address else None,
        reserved_until=reservation_end(method, limits, now),
        created_at=now,
    )
    details.seal(session, order, details.reveal(session, draft))
    order.move_to(OrderStatus.RESERVED)
    session.add(order)
    session.flush()
    if address is not None:
        address.order_id = order.id
    _insert_lines(session, order, filled)
    _insert_first_steps(session, order, actor, now)
    stock.log(session, InventoryKind.RESERVED, filled.quantities, order_id=order.id, actor=actor, now=now)
    return order


def _insert_lines(session: Session, order: Order, filled: cart.Cart) -> None:
    rows = [
        {
            "order_id": order.id,
            "goods_id": line.goods_id,
            "item_name": line.name,
            "price": line.price,
            "quantity": line.quantity,
        }
        for line in filled.lines
    ]
    session.execute(insert(OrderItem), rows)


def _insert_first_steps(session: Session, order: Order, actor: str, now: datetime) -> None:
    steps = ((None, OrderStatus.PENDING), (OrderStatus.PENDING, OrderStatus.RESERVED))
    rows = [
        {"order_id": order.id, "from_status": before, "to_status": after, "actor": actor, "created_at": now}
        for before, after in steps
    ]
    session.execute(insert(OrderStep), rows)

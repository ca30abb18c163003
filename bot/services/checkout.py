"""The checkout: a draft that collects what the customer says, a review with a token, and one order per token."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from bot.errors import CheckoutOutdated, DetailsMissing, EmptyCart, InsufficientStock, NoBitcoinAddress
from bot.models import CheckoutDraft, Order, PaymentMethod
from bot.services import (
    bitcoin,
    bonus,
    cart,
    compiled,
    context,
    details,
    events,
    locking,
    order_pushes,
    people,
    placing,
    reviews,
    settings,
)
from bot.services.details import Details
from bot.services.queries import order_views


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
    """The order that a token made, and the settings of that moment; `is_new` only for the press that made it."""

    order: Order
    rules: dict[str, Any]
    is_new: bool


def begin(session: Session, user_id: int, *, now: datetime) -> Progress:
    """Start a checkout from the cart, forgetting an earlier one, but not an address that nobody should type twice.

    Raises:
        EmptyCart, InsufficientStock, AmountTooSmall, AmountTooLarge: the cart cannot become an order.
    """
    filled = _require_orderable(session, cart.of(session, user_id))
    customer = locking.customers(session, [user_id])[user_id]
    draft = locking.draft(session, user_id) or CheckoutDraft(user_id=user_id)
    typed = details.reveal(session, draft)
    if typed.address and typed.phone and customer.delivery_address is None:
        details.seal(session, customer, typed)
    details.seal(session, draft, Details())
    draft.bonus = Decimal(0)
    draft.payment_method = draft.token = draft.shown = None
    draft.updated_at = now
    session.add(draft)
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
    saved = details.saved(session, user_id)
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
    return _set_bonus(session, user_id, min(bonus.balance(session, user_id), cart.of(session, user_id).total), now)


def keep_bonus(session: Session, user_id: int, *, now: datetime) -> Progress:
    """Spend no bonus on this order; raises as `apply_bonus` does."""
    return _set_bonus(session, user_id, Decimal(0), now)


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
    draft.payment_method, draft.updated_at = method, now
    return _review(session, draft)


def review(session: Session, user_id: int, *, now: datetime) -> Review:
    """Return a fresh review of the checkout, with a new token; raises as `choose_payment` does."""
    draft = locking.draft(session, user_id)
    if draft is None:
        raise DetailsMissing
    draft.updated_at = now
    return _review(session, draft)


def confirm(session: Session, user_id: int, token: str, *, now: datetime) -> Placed:
    """Make the order that the review with this token showed; however often it is pressed, there is one order.

    Raises:
        CheckoutOutdated: something changed since the review was shown, or a newer one was.
        EmptyCart, InsufficientStock, AmountTooSmall, AmountTooLarge: the cart cannot become an order.
        NoBitcoinAddress: the pool has become empty; nothing is reserved.
        TooManyOpenOrders, TooManyPieces, TooManyOrders, TooManyUnpaid, Banned: the customer has as much as one may
            have, or may have nothing more.
    """
    customer, draft = locking.buyer(session, user_id)
    if customer is None or draft is None or not reviews.is_of(draft, token):
        return _placed_already(session, user_id, token)
    filled = cart.of(session, user_id)
    reviews.require_as_shown(draft, filled, customer)
    _require_orderable(session, filled)
    limits = settings.every(session)
    placing.require_room(session, user_id, limits, draft.payment_method, now=now)

    given = details.reveal(session, draft)
    details.keep(session, customer, given)
    cart.forget(session, user_id, filled)
    compiled.change(session, _FORGET_DRAFT, {"of_user": user_id})
    order = placing.insert_order(session, draft, given, filled, limits, now)
    bonus.spend(session, order, actor=people.actor(user_id), now=now)
    facts = {"total": order.total_price, "bonus": order.bonus_applied, "lines": len(filled.lines)}
    facts["method"] = order.payment_method.value
    subject = f"order:{order.order_code}"
    event = events.record(session, "order.reserved", actor=people.actor(user_id), subject=subject, now=now, **facts)
    order_pushes.announce_new(session, event, order, limits)
    placing.reserve(session, order, filled)
    return Placed(order, limits, is_new=True)


_FORGET_DRAFT = delete(CheckoutDraft.__table__).where(CheckoutDraft.__table__.c.user_id == bindparam("of_user"))


def _placed_already(session: Session, user_id: int, token: str) -> Placed:
    """Return the order that a token has made before; as long as its checkout is there it has made none."""
    placed = order_views.by_token(session, user_id, token)
    if placed is None:
        raise CheckoutOutdated
    return Placed(placed, settings.every(session), is_new=False)


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


def _set_bonus(session: Session, user_id: int, amount: Decimal, now: datetime) -> Progress:
    draft = _draft(session, user_id)
    draft.bonus, draft.updated_at = amount, now
    return _progress(session, draft, cart.of(session, user_id))


def _progress(session: Session, draft: CheckoutDraft, filled: cart.Cart) -> Progress:
    return Progress(
        details=details.reveal(session, draft),
        saved=details.saved(session, draft.user_id),
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
    draft.shown = reviews.fingerprint(filled, draft)
    cart.accept_prices(session, draft.user_id)
    return Review(filled, known, filled.total, draft.bonus, draft.payment_method, draft.token)


def _require_orderable(session: Session, filled: cart.Cart) -> cart.Cart:
    if not filled.lines:
        raise EmptyCart
    if filled.short:
        raise InsufficientStock(filled.short)
    context.of(session).require_amount(filled.total)
    return filled

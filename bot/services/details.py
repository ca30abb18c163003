"""Delivery details: where, whom to call, and what to mind; sealed in every table that holds them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from bot.models import CheckoutDraft, Customer, Order
from bot.services import cleaning, compiled, context, phones, settings

SHORTEST_ADDRESS = 5
LONGEST = 500


@dataclass(frozen=True)
class Details:
    """Delivery details in clear. `phone` is E.164."""

    address: str | None = None
    phone: str | None = None
    note: str | None = None


def clean_address(text: str) -> str:
    """Return an address as people wrote it, without what cannot be seen.

    Raises:
        BadValue: it is too short or too long.
    """
    return cleaning.paragraph("address", text, shortest=SHORTEST_ADDRESS, longest=LONGEST)


def clean_note(text: str) -> str:
    """Return a delivery note.

    Raises:
        BadValue: it is empty or too long.
    """
    return cleaning.paragraph("note", text, longest=LONGEST)


def clean_phone(session: Session, text: str) -> str:
    """Return a phone number as E.164.

    Raises:
        BadValue: no such number can exist.
    """
    return phones.parse(text, settings.get(session, "phone_region"))


def seal(session: Session, row: CheckoutDraft | Customer | Order, details: Details) -> None:
    """Write details into a row; each is sealed for its table, column and row."""
    for column, text in zip(COLUMNS, (details.address, details.phone, details.note), strict=True):
        sealed = None if text is None else context.of(session).vault.seal(text, place(row, column))
        setattr(row, column, sealed)


def keep(session: Session, customer: Customer, given: Details) -> None:
    """Save the details of an order for the (locked) customer's next one; nothing is written that is saved already."""
    if reveal(session, customer) != given:
        seal(session, customer, given)
        sealed = {f"new_{column}": getattr(customer, column) for column in COLUMNS}
        compiled.change(session, _KEEP, {"of_user": customer.telegram_id, **sealed})


def erase(order: Order, *, now: datetime) -> None:
    """Leave nothing of where a (locked) order went, whom to call, and what to mind."""
    order.delivery_address = order.phone_number = ""
    order.delivery_note = None
    order.details_erased_at = now


def reveal(session: Session, row: CheckoutDraft | Customer | Order) -> Details:
    """Return the details that a row holds."""
    vault = context.of(session).vault
    sealed = [(column, getattr(row, column)) for column in COLUMNS]
    # What was erased is an empty text in columns that are never NULL.
    return Details(*(None if not text else vault.open(text, place(row, column)) for column, text in sealed))


def phone_of(session: Session, order_code: str, sealed: str) -> str:
    """Return the phone number of an order from its column, without the other details; "" where it was erased."""
    return context.of(session).vault.open(sealed, f"orders.phone_number.{order_code}") if sealed else ""


def saved(session: Session, user_id: int) -> Details:
    """Return the details of a customer's last order, as far as there are any."""
    customer = session.get(Customer, user_id)
    return reveal(session, customer) if customer else Details()


COLUMNS = ("delivery_address", "phone_number", "delivery_note")
_OF_USER = Customer.__table__.c.telegram_id == bindparam("of_user")
_KEEP = update(Customer.__table__).where(_OF_USER).values({column: bindparam(f"new_{column}") for column in COLUMNS})


def place(row: CheckoutDraft | Customer | Order, column: str) -> str:
    """Return the place for which a detail of a row is sealed."""
    if isinstance(row, Order):
        return f"orders.{column}.{row.order_code}"
    if isinstance(row, Customer):
        return f"customer_info.{column}.{row.telegram_id}"
    return f"checkout_drafts.{column}.{row.user_id}"

"""Edits of an order that change one thing, as the shell and the screens ask for them."""

from typing import Any

from sqlalchemy.orm import Session

from bot.models import Order
from bot.services import order_edits
from bot.services.order_edits import Changes


def add_item(session: Session, /, code: str, name: str, quantity: int, **options: Any) -> Order:
    """Add goods to an order."""
    return order_edits.change(session, code, Changes(add={name: quantity}), **options)


def remove_item(session: Session, /, code: str, name: str, quantity: int, **options: Any) -> Order:
    """Take goods out of an order."""
    return order_edits.change(session, code, Changes(remove={name: quantity}), **options)


def change_address(session: Session, /, code: str, text: str, **options: Any) -> Order:
    """Deliver to another address."""
    return order_edits.change(session, code, Changes(address=text), **options)


def change_note(session: Session, /, code: str, text: str, **options: Any) -> Order:
    """Write another delivery note."""
    return order_edits.change(session, code, Changes(note=text), **options)

"""What the review of a checkout has shown: the token that stands for it, and a hash of everything on it."""

import hashlib
import secrets

from bot.errors import CheckoutOutdated
from bot.models import CheckoutDraft, Customer
from bot.services.cart import Cart


def is_of(draft: CheckoutDraft, token: str) -> bool:
    """Tell whether a token stands for the last review of a checkout."""
    return draft.token is not None and token.isascii() and secrets.compare_digest(draft.token, token)


def fingerprint(filled: Cart, draft: CheckoutDraft) -> str:
    """Return a hash of everything on the review that a change elsewhere could make untrue."""
    lines = [f"{line.goods_id}\x1f{line.name}\x1f{line.quantity}\x1f{line.price}" for line in filled.lines]
    return hashlib.sha256("\x1e".join([*lines, f"{draft.bonus:.2f}", f"{draft.payment_method}"]).encode()).hexdigest()


def require_as_shown(draft: CheckoutDraft, filled: Cart, customer: Customer) -> None:
    """Refuse what is no longer as its review has shown it.

    Raises:
        CheckoutOutdated: it is not.
    """
    if draft.shown != fingerprint(filled, draft) or draft.bonus > customer.bonus_balance:
        raise CheckoutOutdated

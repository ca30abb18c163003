"""What every operation may need to know about this shop; it travels in `session.info`."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.errors import AmountTooLarge, AmountTooSmall
from bot.services.vault import Vault


@dataclass(frozen=True)
class Shop:
    """The part of the configuration that services read. Amounts are in `currency` (ISO 4217)."""

    vault: Vault
    currency: str = "USD"
    min_amount: Decimal = Decimal(20)
    max_amount: Decimal = Decimal(10000)
    owner_id: int | None = None
    helper_id: int | None = None
    default_language: str = "en"

    @property
    def as_info(self) -> dict[str, "Shop"]:
        """Return what `Database(info=...)` takes."""
        return {"shop": self}

    def require_amount(self, total: Decimal) -> None:
        """Refuse an order's total that MIN_AMOUNT and MAX_AMOUNT do not allow.

        Raises:
            AmountTooSmall, AmountTooLarge: it is out of bounds.
        """
        if total < self.min_amount:
            raise AmountTooSmall(total, self.min_amount, self.currency)
        if total > self.max_amount:
            raise AmountTooLarge(total, self.max_amount, self.currency)


def of(session: Session) -> Shop:
    """Return the shop that the session works for."""
    shop: Shop = session.info["shop"]
    return shop

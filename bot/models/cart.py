"""The shopping cart."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, Money, UtcDateTime

MAX_LINES = 50
"""How many different goods one cart holds."""


class CartItem(Base):
    """Goods that a person wants. The key is (user, goods): a surrogate key deadlocks under load."""

    __tablename__ = "shopping_cart"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_shopping_cart_goods_id", "goods_id"),
        TABLE,
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.telegram_id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    goods_id: Mapped[int] = mapped_column(
        ForeignKey("goods.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    quantity: Mapped[int] = mapped_column(Integer)
    seen_price: Mapped[Decimal] = mapped_column(Money)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Orders, what they contain, which status may follow which, and the money received for them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.errors import WrongStatus
from bot.models.base import TABLE, Base, BigKey, Money, UtcDateTime, Word, ascii_text, exact_text, long_text


class OrderStatus(StrEnum):
    """Where an order is in its life."""

    PENDING = "pending"
    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.RESERVED}),
    OrderStatus.RESERVED: frozenset({OrderStatus.CONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELLED}),
    OrderStatus.CONFIRMED: frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED}),
    OrderStatus.EXPIRED: frozenset({OrderStatus.RESERVED}),
    OrderStatus.DELIVERED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}
"""Which status may follow which; anything else is refused."""

HOLDING = frozenset({OrderStatus.RESERVED, OrderStatus.CONFIRMED})
"""The statuses in which an order holds a reservation and may be edited."""


class PaymentMethod(StrEnum):
    """How the customer pays."""

    CASH = "cash"
    BITCOIN = "bitcoin"


class Order(Base):
    """What a customer ordered. Address, phone and note are sealed; total = items - discounts + fees."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total_price >= 0", name="total_not_negative"),
        CheckConstraint("bonus_applied >= 0 AND bonus_applied <= total_price", name="bonus_within_total"),
        CheckConstraint("discount_amount >= 0 AND fee_amount >= 0", name="discount_and_fee_not_negative"),
        Index("ix_orders_buyer_id_id", "buyer_id", "id"),
        Index("ix_orders_order_status_reserved_until", "order_status", "reserved_until"),
        Index("ix_orders_created_at", "created_at"),
        Index("ix_orders_completed_at", "completed_at"),
        Index("ix_orders_details_erased_at", "details_erased_at", "created_at"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    order_code: Mapped[str] = mapped_column(ascii_text(6), unique=True)
    checkout_token: Mapped[str] = mapped_column(ascii_text(22), unique=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    order_status: Mapped[OrderStatus] = mapped_column(Word(OrderStatus))
    payment_method: Mapped[PaymentMethod] = mapped_column(Word(PaymentMethod))
    currency: Mapped[str] = mapped_column(ascii_text(3))
    discount_amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    fee_amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    total_price: Mapped[Decimal] = mapped_column(Money)
    bonus_applied: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    bitcoin_address: Mapped[str | None] = mapped_column(ascii_text(90), unique=True)
    delivery_address: Mapped[str] = mapped_column(long_text())
    phone_number: Mapped[str] = mapped_column(long_text())
    delivery_note: Mapped[str | None] = mapped_column(long_text())
    delivery_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reserved_until: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    details_erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When address, phone number and note were erased; they are empty then."""

    @property
    def due(self) -> Decimal:
        """Return what the customer pays in money: the total less the bonus."""
        return self.total_price - self.bonus_applied

    @property
    def may_be_extended(self) -> bool:
        """Tell whether the customer, reminded of its end, may still make the reservation last longer: once."""
        is_ending = self.order_status is OrderStatus.RESERVED and self.reminded_at is not None
        return is_ending and self.extended_at is None

    @property
    def holds_reservation(self) -> bool:
        """Tell whether goods are promised to this order."""
        return self.order_status in HOLDING

    def require_holding(self, wanted: str) -> None:
        """Refuse what only open orders allow.

        Raises:
            WrongStatus: the order holds no reservation.
        """
        if not self.holds_reservation:
            raise WrongStatus(self.order_code, self.order_status, wanted)

    def move_to(self, status: OrderStatus) -> OrderStatus:
        """Become `status` and return the status before.

        Raises:
            WrongStatus: TRANSITIONS does not allow it.
        """
        before = self.order_status
        if status not in TRANSITIONS[before]:
            raise WrongStatus(self.order_code, before, status)
        self.order_status = status
        return before


class OrderItem(Base):
    """Goods in an order, with the name and the price of the moment of ordering."""

    __tablename__ = "order_items"
    __table_args__ = (
        UniqueConstraint("order_id", "goods_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_order_items_goods_id", "goods_id"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    goods_id: Mapped[int] = mapped_column(ForeignKey("goods.id", ondelete="RESTRICT"))
    item_name: Mapped[str] = mapped_column(exact_text(100))
    price: Mapped[Decimal] = mapped_column(Money)
    quantity: Mapped[int] = mapped_column(Integer)

    @property
    def amount(self) -> Decimal:
        """Return price times quantity."""
        return self.price * self.quantity


class OrderStep(Base):
    """One step of an order's life; the steps are a legal path and end in the order's status."""

    __tablename__ = "order_history"
    __table_args__ = (Index("ix_order_history_order_id", "order_id", "id"), TABLE)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    from_status: Mapped[OrderStatus | None] = mapped_column(Word(OrderStatus))
    to_status: Mapped[OrderStatus] = mapped_column(Word(OrderStatus))
    actor: Mapped[str] = mapped_column(ascii_text(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Payment(Base):
    """Money received for an order, as staff recorded it; never deleted."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        Index("ix_payments_order_id", "order_id"),
        Index("ix_payments_created_at", "created_at"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    method: Mapped[PaymentMethod] = mapped_column(Word(PaymentMethod))
    amount: Mapped[Decimal] = mapped_column(Money)
    reference: Mapped[str | None] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(ascii_text(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

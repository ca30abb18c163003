"""Where staff see orders: the one message of each order in each chat that is kept up to date."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime


class StaffCard(Base):
    """The message that shows an order in the chat of somebody who runs the shop, or in the staff's group."""

    __tablename__ = "staff_cards"
    __table_args__ = (TABLE,)

    order_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("orders.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)

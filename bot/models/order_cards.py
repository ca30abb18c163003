"""Where customers see their orders: the one message of each order that is kept up to date."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime


class OrderCard(Base):
    """The message that shows an order to its customer; its number counts only for the bot that has sent it."""

    __tablename__ = "order_cards"
    __table_args__ = (TABLE,)

    order_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("orders.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    bot_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)

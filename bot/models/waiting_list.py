"""Who wants to be told when sold-out goods are back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, UtcDateTime


class WaitingPerson(Base):
    """Somebody who waits for goods that are sold out; once they were told, they wait no more."""

    __tablename__ = "waiting_list"
    __table_args__ = (Index("ix_waiting_list_goods_id", "goods_id"), TABLE)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.telegram_id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    goods_id: Mapped[int] = mapped_column(
        ForeignKey("goods.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""The pictures of goods in the order in which cards show them, and how Telegram knows those that were sent."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime, ascii_text
from bot.models.catalog import Goods

MOST_PHOTOS = 10
"""A card is flipped through by hand, and an album of Telegram holds no more."""


class GoodsPhoto(Base):
    """One picture of some goods; `name` is that of its file. Positions have gaps where one was taken away."""

    __tablename__ = "goods_photos"
    __table_args__ = (UniqueConstraint("goods_id", "name"), Index("ix_goods_photos_name", "name"), TABLE)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    goods_id: Mapped[int] = mapped_column(ForeignKey("goods.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(ascii_text(200))
    position: Mapped[int] = mapped_column(Integer)


class SentPicture(Base):
    """A picture as Telegram knows it for one bot: its ids are worth nothing to another."""

    __tablename__ = "sent_pictures"
    __table_args__ = (TABLE,)

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(ascii_text(200), primary_key=True)
    file_id: Mapped[str] = mapped_column(ascii_text(250))
    file_unique_id: Mapped[str] = mapped_column(ascii_text(100))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


def photos_column() -> ColumnElement[str | None]:
    """Return the column of all pictures of goods in a query of them; `names_in` reads it."""
    photo = GoodsPhoto.__table__.c
    place = cast(photo.position, String(10)) + ":" + photo.name
    return select(func.group_concat(place)).where(photo.goods_id == Goods.__table__.c.id).scalar_subquery()


def names_in(column: str | None) -> tuple[str, ...]:
    """Return the names of the files that a `photos_column` holds, in their order."""
    places = [place.partition(":") for place in (column or "").split(",") if place]
    return tuple(name for _, _, name in sorted(places, key=lambda place: int(place[0])))

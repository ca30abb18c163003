"""By what a process sees that its copy of a table still holds."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, ascii_text


class CacheMark(Base):
    """A table that processes keep a copy of, and a number that is another one after every change of it."""

    __tablename__ = "cache_marks"
    __table_args__ = (TABLE,)

    name: Mapped[str] = mapped_column(ascii_text(40), primary_key=True)
    mark: Mapped[int] = mapped_column(BigInteger)

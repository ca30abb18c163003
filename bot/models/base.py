"""The declarative base and the column types that keep money exact, times in UTC and text comparable."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Numeric, String, Table, Text, TypeDecorator
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the shop. `Model.__table__` is what hot paths write their statements with: Core, not the ORM."""

    if TYPE_CHECKING:
        __table__: ClassVar[Table]

    metadata = MetaData(naming_convention=NAMES)
    __table_args__: Any = {  # noqa: RUF012 - SQLAlchemy's own way
        "mysql_engine": "InnoDB",
        "mysql_charset": "utf8mb4",
        "mysql_collate": "utf8mb4_unicode_ci",
    }


TABLE: dict[str, Any] = Base.__table_args__
"""The last member of a `__table_args__` tuple."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, to the microsecond; a naive one is refused, because PyMySQL would store it as it stands."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return DATETIME(6) on MariaDB."""
        return dialect.type_descriptor(mysql.DATETIME(fsp=6) if dialect.name in ("mysql", "mariadb") else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the time in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Money(TypeDecorator[Decimal]):
    """An exact amount: NUMERIC(12,2), and whole hundredths on SQLite, which would keep NUMERIC as a float."""

    impl = Numeric(12, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return INTEGER on SQLite."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Numeric(12, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Store the amount, refusing what is not exact."""
        if value is None:
            return None
        exact = Decimal(value)
        if exact != round(exact, 2):
            raise ValueError(f"money is a Decimal with two places, not {value!r}")
        return int(exact * 100) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the amount with two places."""
        if value is None:
            return None
        return (Decimal(value) / (100 if dialect.name == "sqlite" else 1)).quantize(Decimal("0.01"))


class Word(TypeDecorator[StrEnum]):
    """A StrEnum stored by value, compared byte by byte."""

    impl = String(20)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        """Remember which words are allowed."""
        super().__init__()
        self.words = words

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return an ASCII column on MariaDB."""
        return dialect.type_descriptor(ascii_text(20))

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Store the value, refusing unknown words."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Return the word."""
        return None if value is None else self.words(value)


def ascii_text(length: int) -> String:
    """Return a column type for codes and addresses: case matters, and only ASCII fits."""
    binary = mysql.VARCHAR(length, charset="ascii", collation="ascii_bin")
    return String(length).with_variant(binary, "mysql", "mariadb")


def exact_text(length: int) -> String:
    """Return a column type for names: what looks alike to a collation stays different ('café' is not 'CAFE')."""
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return String(length).with_variant(binary, "mysql", "mariadb")


def long_text() -> Text:
    """Return a column type for people's text and sealed data."""
    return Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")


BigKey = BigInteger().with_variant(Integer, "sqlite")
"""A surrogate key; SQLite counts only INTEGER keys up by itself."""

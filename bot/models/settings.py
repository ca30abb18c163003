"""What the owner has set; what the keys mean stands in services/settings.py."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, UtcDateTime, ascii_text, long_text


class Setting(Base):
    """One setting that differs from its default."""

    __tablename__ = "bot_settings"

    setting_key: Mapped[str] = mapped_column(ascii_text(64), primary_key=True)
    setting_value: Mapped[str] = mapped_column(long_text())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""What the Telegram room knows about this shop from the environment."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Channel:
    """A channel that customers have to join: how Telegram knows it ("@name" or "-100..."), and the way into it."""

    chat: str
    url: str

    @property
    def name(self) -> str:
        """Return its public name; a private channel has none."""
        return self.chat if self.chat.startswith("@") else ""


@dataclass(frozen=True)
class Guide:
    """The shop's currency (ISO 4217), its default language, its links and where its pictures are."""

    currency: str
    default_language: str
    bot_username: str
    data_dir: Path
    rules: str | None = None
    channels: tuple[Channel, ...] = ()
    log_files: tuple[Path, ...] = ()
    """Every log file that the shop may write, whether it is there or not; their order stays."""

    def link(self, code: str) -> str:
        """Return the deep link that enters the shop with a reference code."""
        return f"https://t.me/{self.bot_username}?start={code}"

    def picture(self, name: str | None) -> Path | None:
        """Return the file of a picture, if it is there."""
        path = self.data_dir / "photos" / name if name else None
        return path if path and path.is_file() else None

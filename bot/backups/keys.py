"""Which data keys are at hand: the one place where backups know how the shop keeps its keys."""

from bot.config import Config
from bot.services import vault


def fingerprints(config: Config) -> tuple[str, ...]:
    """Return the fingerprints of the keys at hand, the one that seals first; none is made where there is none."""
    if not config.data_key and not (config.data_dir / "data.key").exists():
        return ()
    return vault.open_vault(config.key_text, config.data_dir).key_ids


def place(config: Config) -> str:
    """Return where the key is, to be told to people."""
    return "DATA_KEY" if config.data_key else str(config.data_dir / "data.key")

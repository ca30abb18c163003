"""The environment of a bot process that is measured."""

import os
from pathlib import Path

from bench.names import OWNER_ID, TOKENS, VAULT_KEY
from tests.servers import free_port


def of_bot(database_url: str, telegram_url: str, folder: Path, redis_db: str) -> dict[str, str]:
    """Return the variables of a bot with a folder and a Redis database of its own."""
    return {
        "TOKEN": TOKENS["shop"],
        "OWNER_ID": str(OWNER_ID),
        "DATABASE_URL": database_url,
        "REDIS_HOST": os.environ["TEST_REDIS_HOST"],
        "REDIS_PORT": os.environ["TEST_REDIS_PORT"],
        "REDIS_DB": redis_db,
        "TELEGRAM_API_URL": telegram_url,
        "DATA_KEY": VAULT_KEY.hex(),
        "DATA_DIR": str(folder / "data"),
        "LOG_DIR": str(folder / "logs"),
        "BTC_ADDRESSES_FILE": str(folder / "btc_addresses.txt"),
        "MONITORING_PORT": str(free_port()),
        "LOG_TO_STDOUT": "false",
    }

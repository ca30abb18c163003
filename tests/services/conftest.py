"""The services on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import migrations
from bot.db import Database
from bot.services.context import Shop as Context
from bot.services.vault import Vault
from tests.conftest import VAULT_KEY


@pytest.fixture(params=["mariadb", "sqlite"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return the shop on MariaDB, and one on SQLite."""
    if request.param == "mariadb":
        yield request.getfixturevalue("db")
        return
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrations.upgrade(url)
    database = Database(url, threads=1, info=Context(Vault(VAULT_KEY)).as_info)
    yield database
    database.close()

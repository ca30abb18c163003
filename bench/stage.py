"""The shop that is measured: a database of its own on the private MariaDB, with a catalogue."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from bench.names import CATEGORIES, OWNER_ID, VAULT_KEY, goods_of
from bot import migrations
from bot.db import Database
from bot.recent import Recent
from bot.services import context, vault
from tests.shop import Shop

THREADS = 8
"""As many as the bot process has."""
PRICE = "30.00"
STOCK = 1_000_000
_NUMBERS = count(1)


@dataclass(frozen=True)
class Stage:
    """The shop, and where its database is."""

    url: str
    shop: Shop
    server_url: str


@contextmanager
def stage(server_url: str) -> Iterator[Stage]:
    """Have a filled shop as long as the block lasts."""
    name = f"bench_{os.getpid()}_{next(_NUMBERS)}"
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
    url = _url_of(server_url, name)
    try:
        migrations.upgrade(url)
        with _shop(url) as shop:
            _furnish(shop)
            yield Stage(url, shop, server_url)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
        server.dispose()


@contextmanager
def opened(server_url: str, name: str) -> Iterator[Stage]:
    """Have a shop that is there already, and stays."""
    url = _url_of(server_url, name)
    with _shop(url) as shop:
        yield Stage(url, shop, server_url)


def emptied(session: Session, *tables: str) -> None:
    """Empty tables by TRUNCATE rather than DELETE: what InnoDB purges later would disturb what is measured next."""
    session.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
    for table in tables:
        session.execute(text(f"TRUNCATE TABLE {table}"))
    session.execute(text("SET FOREIGN_KEY_CHECKS = 1"))


def _url_of(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name, query={"charset": "utf8mb4"}).render_as_string(hide_password=False)


@contextmanager
def _shop(url: str) -> Iterator[Shop]:
    facts = context.Shop(
        vault=vault.Vault(VAULT_KEY),
        currency="USD",
        min_amount=Decimal(20),
        max_amount=Decimal(10000),
        owner_id=OWNER_ID,
    )
    # As the bot's own is: other processes renew a mark besides, for which they would wait for one another.
    db = Database(url, threads=THREADS, info=facts.as_info, recent=Recent())
    try:
        yield Shop(db)
    finally:
        db.close()


def _furnish(shop: Shop) -> None:
    shop.has_customer(OWNER_ID, "Olga")
    for category in CATEGORIES:
        for name in goods_of(category):
            shop.has_goods(name, stock=STOCK, price=PRICE, category=category)

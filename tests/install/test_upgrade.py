"""deploy/upgrade.sh on a real MariaDB, with the real bot: forward, back by itself, and back by hand."""

import os
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.services import schema, settings
from tests.install.conftest import Server, next_schema
from tests.shop import Shop

pytestmark = pytest.mark.timeout(900)
IS_LONG = bool(int(os.environ.get("PROCESS_ROUNDS", "0")))
THAT_OPENS = '    parser = argparse.ArgumentParser(description="Run the shop. Without a TOKEN it is the demo.")\n'


def is_broken(checkout: Path) -> None:
    """Let the bot of a checkout end as soon as it has begun."""
    run = checkout / "run.py"
    text = run.read_text()
    assert THAT_OPENS in text
    run.write_text(text.replace(THAT_OPENS, f'    sys.exit("broken on purpose")\n{THAT_OPENS}'))


def has_newer_schema(shop: Shop) -> bool:
    """Tell whether the newer migration has been here."""
    is_newer = shop.scalar("SELECT version_num FROM alembic_version") > schema.newest()
    assert is_newer == bool(shop.scalar("SELECT COUNT(*) FROM goods WHERE description = 'newer'"))
    return bool(is_newer)


async def is_open_with_an_order(server: Server, shop: Shop) -> str:
    """Install a shop in which somebody has bought, and return the order's code."""
    anna = shop.has_customer(101, "Anna")
    shop.has_goods()
    code = shop.has_order(anna, {"Green tea": 2})
    server.is_installed(server.has_checkout("first"))
    assert await server.is_ready()
    return code


async def test_an_upgrade_that_fails_its_check_is_undone_with_its_schema_and_nothing_is_lost(
    server: Server, sandbox: Sandbox, installed_shop: Shop
):
    code = await is_open_with_an_order(server, installed_shop)
    old, bad = server.release, server.has_checkout("bad")
    next_schema(bad)
    is_broken(bad)

    undone = await server.does(bad / "deploy" / "upgrade.sh", "--patience", "5")

    assert undone.code == 1, undone.said
    assert "The new release is not well after 5 seconds." in undone.said, undone.said
    assert "Put the database back as it was" in undone.said, undone.said
    assert "The shop runs as before" in undone.said, undone.said
    assert server.release == old
    assert installed_shop.scalar("SELECT version_num FROM alembic_version") == schema.newest()
    assert not has_newer_schema(installed_shop)
    assert installed_shop.scalar("SELECT COUNT(*) FROM orders WHERE order_code = :code", code=code) == 1
    assert installed_shop.db.read(settings.get, "maintenance") == "", "customers may come in"
    assert await server.is_ready()


@pytest.mark.skipif(not IS_LONG, reason="two minutes: make chaos")
async def test_a_good_upgrade_is_kept_and_taken_back_by_hand(server: Server, sandbox: Sandbox, installed_shop: Shop):
    code = await is_open_with_an_order(server, installed_shop)
    old, good = server.release, server.has_checkout("good")
    next_schema(good)
    upgrade = good / "deploy" / "upgrade.sh"

    kept = await server.does(upgrade)
    assert kept.code == 0, kept.said
    assert server.release != old
    assert has_newer_schema(installed_shop)
    assert "reserved" in await server.shell("order", "show", code)
    assert installed_shop.db.read(settings.get, "maintenance") == ""
    assert await server.is_ready()
    again = await server.does(upgrade)
    assert (again.code, "Nothing to do" in again.said) == (0, True)

    refused = await server.does(upgrade, "--rollback")
    assert refused.code == 1
    assert "--with-database" in refused.said
    back = await server.does(upgrade, "--rollback", "--with-database")
    assert back.code == 0, back.said
    assert server.release == old
    assert not has_newer_schema(installed_shop)
    assert "reserved" in await server.shell("order", "show", code)
    assert installed_shop.db.read(settings.get, "maintenance") == ""
    assert await server.is_ready()

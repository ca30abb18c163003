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


async def test_an_upgrade_that_fails_its_check_is_undone_with_its_schema_and_a_good_one_is_kept(
    server: Server, sandbox: Sandbox, installed_shop: Shop
):
    first = server.has_checkout("first")
    anna = installed_shop.has_customer(101, "Anna")
    installed_shop.has_goods()
    code = installed_shop.has_order(anna, {"Green tea": 2})
    server.is_installed(first)
    old, newest = server.release, schema.newest()
    bad = server.has_checkout("bad")
    next_schema(bad)
    is_broken(bad)
    assert await server.is_ready()

    undone = await server.does(bad / "deploy" / "upgrade.sh", "--patience", "5")

    assert undone.code == 1, undone.said
    assert "The new release is not well after 5 seconds." in undone.said
    assert "Put the database back as it was" in undone.said
    assert "The shop runs as before" in undone.said
    assert server.release == old
    assert installed_shop.scalar("SELECT version_num FROM alembic_version") == newest
    assert not installed_shop.scalar("SHOW TABLES LIKE 'of_the_test'")
    assert installed_shop.scalar("SELECT COUNT(*) FROM orders WHERE order_code = :code", code=code) == 1
    assert installed_shop.db.read(settings.get, "maintenance") == "", "customers may come in"
    assert await server.is_ready()

    good = server.has_checkout("good")
    next_schema(good)
    kept = await server.does(good / "deploy" / "upgrade.sh")

    assert kept.code == 0, kept.said
    assert server.release != old
    assert installed_shop.scalar("SELECT COUNT(*) FROM of_the_test") == 0, "it has the new schema"
    assert "reserved" in await server.shell("order", "show", code)
    assert installed_shop.db.read(settings.get, "maintenance") == ""
    assert await server.is_ready()
    again = await server.does(good / "deploy" / "upgrade.sh")
    assert (again.code, "Nothing to do" in again.said) == (0, True)

    refused = await server.does(good / "deploy" / "upgrade.sh", "--rollback")
    assert refused.code == 1
    assert "--with-database" in refused.said
    if IS_LONG:
        back = await server.does(good / "deploy" / "upgrade.sh", "--rollback", "--with-database")
        assert back.code == 0, back.said
        assert server.release == old
        assert "reserved" in await server.shell("order", "show", code)
        assert await server.is_ready()

from pathlib import Path

import pytest

from tests.shop import Shop


@pytest.fixture
def fresh(home: Path) -> dict[str, str]:
    """Return the variables of a shop on SQLite that has no database yet."""
    return {"DATABASE_URL": f"sqlite:///{home}/data/shop.db"}


def test_upgrade_makes_a_fresh_database_ready(cli, fresh):
    before = cli("db", "status", **fresh)
    upgraded = cli("db", "upgrade", **fresh)
    after = cli("db", "status", **fresh)

    assert before.exit_code == 0, before.stderr
    assert before.stdout.startswith("The schema is empty, this program needs 0")
    assert before.stdout.endswith("; run: bot_cli.py db upgrade\n")
    assert upgraded.exit_code == 0, upgraded.stderr
    assert upgraded.stdout == after.stdout
    assert after.stdout.startswith("The schema is up to date (0")
    assert cli("order", "list", **fresh).stdout == "There are no such orders.\n"


def test_the_status_is_printed_as_json(cli_json, fresh):
    before, after = cli_json("db", "status", **fresh), cli_json("db", "upgrade", **fresh)

    assert before == {"current": None, "head": after["head"], "is_up_to_date": False}
    assert after == {"current": after["head"], "head": after["head"], "is_up_to_date": True}


def test_a_database_without_a_schema_is_refused_with_what_to_do(cli, fresh, home: Path):
    (home / "data").mkdir()

    result = cli("order", "list", **fresh)

    assert result.exit_code == 1
    assert result.stderr.startswith("The database schema is empty, this program needs 0")
    assert result.stderr.endswith("; run: bot_cli.py db upgrade\n")


@pytest.mark.parametrize(("version", "words"), [("0000", "schema is 0000"), ("9999", "newer than this program")])
def test_an_older_and_a_newer_schema_are_refused(cli, shop: Shop, version: str, words: str):
    head = shop.scalar("SELECT version_num FROM alembic_version")
    shop.execute("UPDATE alembic_version SET version_num = :version", version=version)
    try:
        result = cli("category", "add", "Tea")
        status = cli("db", "status")
    finally:
        shop.execute("UPDATE alembic_version SET version_num = :head", head=head)

    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert status.exit_code == 1
    assert shop.events("category.added") == []


def test_a_database_that_is_away_is_one_plain_line(cli):
    result = cli("db", "status", DATABASE_URL="mysql+pymysql://nobody@127.0.0.1:1/nowhere")

    assert result.exit_code == 1
    assert result.stderr.startswith("The database cannot be used: Can't connect to MySQL server on '127.0.0.1'")
    assert len(result.stderr.splitlines()) == 1

"""`python -m bot.migrations "What changes"`: draft the next migration from the difference to the models."""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script

from bot.migrations import HERE, _alembic, _connection, upgrade

TYPES = (
    (r"sa\.BigInteger\(\)\.with_variant\(sa\.Integer\(\), 'sqlite'\)", "BigKey"),
    (r"bot\.models\.base\.Money\(precision=12, scale=2\)", "Money()"),
    (r"bot\.models\.base\.UtcDateTime\(\)", "UtcDateTime()"),
    (r"bot\.models\.base\.Word\(length=\d+\)", "ascii_text(20)"),
    (r"sa\.String\(length=(\d+)\)\.with_variant\(mysql\.VARCHAR\(charset='ascii'.*?'mysql'\)", r"ascii_text(\1)"),
    (r"sa\.String\(length=(\d+)\)\.with_variant\(mysql\.VARCHAR\(charset='utf8mb4'.*?'mysql'\)", r"exact_text(\1)"),
    (r"sa\.Text\(\)\.with_variant\(mysql\.TEXT.*?'mysql'\)", "long_text()"),
    (r"from sqlalchemy\.dialects import mysql\n", ""),
    (r" *# ### .*\n", ""),
)
"""How Alembic spells our column types, and how we do."""


def draft(message: str) -> Path:
    """Write the next migration and return its file; read it before you commit it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        upgrade(url)
        number = f"{len(list((HERE / 'versions').glob('[0-9]*.py'))) + 1:04d}"
        with _connection(url) as connection:
            script = command.revision(_alembic(connection), message, autogenerate=True, rev_id=number)
    if not isinstance(script, Script):
        raise SystemExit("nothing to migrate")
    path = Path(script.path)
    text = path.read_text()
    for found, better in TYPES:
        text = re.sub(found, better, text)
    path.write_text(text)
    return path


def main() -> None:
    """Draft what the command line asks for."""
    parser = argparse.ArgumentParser(
        "python -m bot.migrations",
        description="Draft the next migration from the difference between the migrations so far and the models. "
        "Read it before you commit it: what becomes of rows that are there, only you know.",
    )
    parser.add_argument("message", metavar="WHAT_CHANGES", help='a few words, such as "Add the colour of goods"')
    message = parser.parse_args().message.strip()
    if not re.search(r"\w", message):
        parser.error("say in a few words what changes")
    sys.stdout.write(f"{draft(message)}\n")


if __name__ == "__main__":
    main()

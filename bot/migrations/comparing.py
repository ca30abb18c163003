"""How a database differs from the models: what hands have changed since the migrations made it."""

from collections.abc import Iterator
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, text

from bot.models import Base

WORDS = {
    "add_table": "the table is missing",
    "remove_table": "the table is none of the shop's",
    "add_column": "the column is missing",
    "remove_column": "the column is none of the shop's",
    "modify_type": "the type is another",
    "modify_nullable": "whether it may be empty is another",
    "modify_default": "the default is another",
    "add_index": "the index is missing",
    "remove_index": "the index is none of the shop's",
    "add_constraint": "the rule is missing",
    "remove_constraint": "the rule is none of the shop's",
    "add_fk": "the foreign key is missing",
    "remove_fk": "the foreign key is none of the shop's",
}


def differences(connection: Connection) -> list[str]:
    """Return a sentence for each difference; an empty list is what everybody wants to see."""
    options = {"compare_type": True, "compare_server_default": True}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    single = (each for group in found for each in (group if isinstance(group, list) else [group]))
    told = {_sentence(each) for each in single}
    return sorted({*told, *_missing_checks(connection), *_other_collations(connection)})


def _sentence(difference: tuple[Any, ...]) -> str:
    kind = difference[0]
    what = WORDS.get(kind, kind)
    if kind.startswith("modify"):
        return f"{difference[2]}.{difference[3]}: {what}"
    if kind.endswith("column"):
        return f"{difference[2]}.{difference[3].name}: {what}"
    thing = difference[1]
    table = getattr(getattr(thing, "table", None), "name", None)
    return f"{f'{table}.' if table else ''}{thing.name}: {what}"


def _missing_checks(connection: Connection) -> Iterator[str]:
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name not in there:
            continue
        found = {check["name"] for check in inspector.get_check_constraints(table.name)}
        for rule in table.constraints:
            if isinstance(rule, CheckConstraint) and rule.name and rule.name not in found:
                yield f"{table.name}.{rule.name}: {WORDS['add_constraint']}"


def _other_collations(connection: Connection) -> Iterator[str]:
    """Yield the columns in which other texts would be equal than the shop thinks."""
    if connection.dialect.name == "sqlite":
        return
    query = (
        "SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE table_schema = DATABASE()"
    )
    found = {(table, column): collation for table, column, collation in connection.execute(text(query))}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            wanted = getattr(column.type.dialect_impl(connection.dialect), "collation", None)
            is_now = found.get((table.name, column.name))
            if wanted and is_now and is_now != wanted:
                yield f"{table.name}.{column.name}: the collation is {is_now} instead of {wanted}"

"""Questions become conversations: one for each customer, with letters in it; their texts stay sealed as they are.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is. The old table
goes last, when everything stands in the new ones.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, UtcDateTime, ascii_text, long_text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE: dict[str, Any] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_ci",
    "mysql_engine": "InnoDB",
    "if_not_exists": True,
}

users = sa.table("users", sa.column("telegram_id"))
requests = sa.table(
    "help_requests",
    sa.column("id"),
    sa.column("key"),
    sa.column("user_id"),
    sa.column("question"),
    sa.column("answer"),
    sa.column("answered_by"),
    sa.column("asked_at", UtcDateTime()),
    sa.column("answered_at", UtcDateTime()),
)
threads = sa.table(
    "help_threads",
    sa.column("user_id"),
    sa.column("waiting_since", UtcDateTime()),
    sa.column("last_at", UtcDateTime()),
)
messages = sa.table(
    "help_messages",
    sa.column("id"),
    sa.column("user_id"),
    sa.column("by_customer"),
    sa.column("author"),
    sa.column("place"),
    sa.column("text"),
    sa.column("created_at", UtcDateTime()),
    sa.column("settled_at", UtcDateTime()),
    sa.column("settled_by"),
)
outbox = sa.table(
    "outbox",
    sa.column("id"),
    sa.column("event_id"),
    sa.column("recipient"),
    sa.column("kind"),
    sa.column("facts", sa.JSON()),
    sa.column("status"),
)
events = sa.table("events", sa.column("id"), sa.column("actor"), sa.column("created_at", UtcDateTime()))


def upgrade() -> None:
    inspector = sa.inspect(op.get_bind())
    if "wants_questions" not in {column["name"] for column in inspector.get_columns("users")}:
        op.add_column("users", sa.Column("wants_questions", sa.Boolean(), nullable=True))
    _make_tables()
    if inspector.has_table("help_requests"):
        _move_everything()
        op.drop_table("help_requests")


def downgrade() -> None:
    op.drop_table("help_copies")
    op.drop_table("help_messages")
    op.drop_table("help_threads")
    op.drop_column("users", "wants_questions")
    op.create_table(
        "help_requests",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("key", ascii_text(32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("question", long_text(), nullable=False),
        sa.Column("answer", long_text(), nullable=True),
        sa.Column("answered_by", ascii_text(80), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.telegram_id"], name=op.f("fk_help_requests_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_help_requests_key")),
        **TABLE,
    )


def _make_tables() -> None:
    op.create_table(
        "help_threads",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", ascii_text(80), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.telegram_id"], name=op.f("fk_help_threads_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_help_threads")),
        **TABLE,
    )
    for column in ("waiting_since", "last_at"):
        op.create_index(f"ix_help_threads_{column}", "help_threads", [column], if_not_exists=True)
    op.create_table(
        "help_messages",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_customer", sa.Boolean(), nullable=False),
        sa.Column("author", ascii_text(80), nullable=False),
        sa.Column("place", ascii_text(80), nullable=False),
        sa.Column("text", long_text(), nullable=True),
        sa.Column("file", ascii_text(20), nullable=True),
        sa.Column("order_id", BigKey, nullable=True),
        sa.Column("bot_id", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", ascii_text(80), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["help_threads.user_id"],
            name=op.f("fk_help_messages_user_id_help_threads"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_help_messages_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_messages")),
        sa.UniqueConstraint("place", name=op.f("uq_help_messages_place")),
        sa.UniqueConstraint("bot_id", "chat_id", "message_id", name=op.f("uq_help_messages_bot_id_chat_id_message_id")),
        **TABLE,
    )
    op.create_index("ix_help_messages_user_id", "help_messages", ["user_id", "id"], if_not_exists=True)
    op.create_table(
        "help_copies",
        sa.Column("help_message_id", BigKey, autoincrement=False, nullable=False),
        sa.Column("recipient", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["help_message_id"],
            ["help_messages.id"],
            name=op.f("fk_help_copies_help_message_id_help_messages"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("help_message_id", "recipient", name=op.f("pk_help_copies")),
        sa.UniqueConstraint(
            "bot_id", "recipient", "message_id", name=op.f("uq_help_copies_bot_id_recipient_message_id")
        ),
        **TABLE,
    )


def _move_everything() -> None:
    """Bring questions, answers and letters over, in the order in which they were written."""
    connection = op.get_bind()
    known = set(connection.scalars(sa.select(messages.c.place)))
    said = sorted([*_asked(connection), *_letters(connection)], key=lambda row: row["created_at"])
    begun = set(connection.scalars(sa.select(threads.c.user_id)))
    for row in said:
        if row["user_id"] not in begun:
            begun.add(row["user_id"])
            connection.execute(threads.insert().values(user_id=row["user_id"], last_at=row["created_at"]))
        if row["place"] not in known:
            known.add(row["place"])
            connection.execute(messages.insert().values(row))
    _sum_up(connection, said)
    _point_to_messages(connection)


def _asked(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    for row in connection.execute(sa.select(requests)):
        asked = {"user_id": row.user_id, "by_customer": True, "author": f"user:{row.user_id}", "text": row.question}
        settled = {"settled_at": row.answered_at, "settled_by": row.answered_by}
        yield {**asked, "place": f"help_requests.question.{row.key}", "created_at": row.asked_at, **settled}
        if row.answer is not None:
            said = {"user_id": row.user_id, "by_customer": False, "author": row.answered_by, "text": row.answer}
            yield {**said, "place": f"help_requests.answer.{row.key}", "created_at": row.answered_at, **NOT_SETTLED}


NOT_SETTLED = {"settled_at": None, "settled_by": None}


def _letters(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Letters lie in the outbox; one that was queued twice is one letter, and one to nobody known is none."""
    written = sa.select(outbox.c.recipient, outbox.c.facts, events.c.actor, events.c.created_at)
    joined = written.join(events, events.c.id == outbox.c.event_id).join(
        users, users.c.telegram_id == outbox.c.recipient
    )
    seen: set[str] = set()
    for row in connection.execute(joined.where(outbox.c.kind == "letter").order_by(outbox.c.id)):
        place = f"outbox.facts.{row.facts.get('key')}"
        if "sealed" in row.facts and place not in seen:
            seen.add(place)
            said = {"user_id": row.recipient, "by_customer": False, "author": row.actor, "text": row.facts["sealed"]}
            yield {**said, "place": place, "created_at": row.created_at, **NOT_SETTLED}


def _sum_up(connection: sa.Connection, said: list[dict[str, Any]]) -> None:
    """Note in each conversation when its last message came, and since when somebody waits."""
    waiting: dict[int, Any] = {}
    last: dict[int, Any] = {}
    for row in said:
        last[row["user_id"]] = row["created_at"]
        if row["by_customer"] and row["settled_at"] is None:
            waiting.setdefault(row["user_id"], row["created_at"])
    for user_id, time in last.items():
        change = threads.update().where(threads.c.user_id == user_id)
        connection.execute(change.values(last_at=time, waiting_since=waiting.get(user_id)))


def _point_to_messages(connection: sa.Connection) -> None:
    """Let what is not sent yet find its text."""
    ids = {row.place: row.id for row in connection.execute(sa.select(messages.c.place, messages.c.id))}
    keys = {row.id: row.key for row in connection.execute(sa.select(requests.c.id, requests.c.key))}
    unsent = sa.select(outbox).where(outbox.c.kind.in_(("help-question", "help-answer")), outbox.c.status != "sent")
    for row in connection.execute(unsent).all():
        key = keys.get(row.facts.get("request_id"))
        found = ids.get(f"help_requests.{row.kind.removeprefix('help-')}.{key}")
        if found is not None:
            change = outbox.update().where(outbox.c.id == row.id)
            connection.execute(change.values(facts={"help_message_id": found}))

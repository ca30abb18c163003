"""Statements that are compiled once: they say and bring what SQLAlchemy would, and fail as it lets them fail."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import CacheMark, CheckoutDraft, Event, Goods, OutboxMessage, PaymentMethod, Setting
from bot.services import compiled
from tests.shop import now

EVENT = insert(Event.__table__)
SETTING = insert(Setting.__table__)
DRAFT = insert(CheckoutDraft.__table__)
DRAFTS = CheckoutDraft.__table__.c
OF_USER = DRAFTS.user_id == bindparam("of_user")


def event_row(**facts: Any) -> dict[str, Any]:
    named = {"unit": "a" * 32, "kind": "test.noted", "actor": "cli:test", "subject": "test:1"}
    return {**named, "facts": facts, "created_at": now()}


def setting_row(value: str = "a 100 % 'quoted' %s :text") -> dict[str, Any]:
    return {"setting_key": "greeting", "setting_value": value, "updated_at": now()}


def test_a_row_is_written_in_the_types_of_its_columns_and_has_the_key_that_is_returned(either: Database):
    row = event_row(total="1.50", lines=[1, None], text="%s :text 100 %")

    keys = [either.call(compiled.insert, EVENT, row) for _ in range(2)]

    found = either.read(lambda session: session.scalars(select(Event).order_by(Event.id)).all())
    assert keys == [each.id for each in found]
    assert {column: getattr(found[0], column) for column in row} == row


@pytest.mark.parametrize("count", [1, 3])
def test_rows_are_written_together(either: Database, count: int):
    either.call(compiled.insert_all, EVENT, [event_row(number=number) for number in range(count)])

    query = select(Event.__table__.c.facts).order_by(Event.__table__.c.id)
    assert either.read(compiled.rows, query, {}) == [({"number": number},) for number in range(count)]


@pytest.mark.broken_on_purpose
def test_a_row_is_read_in_the_types_of_its_columns_and_changed_by_what_is_given(db: Database, either: Database):
    def write(session: Session) -> list[int]:
        off = "PRAGMA defer_foreign_keys = ON" if either is not db else "SET FOREIGN_KEY_CHECKS = 0"
        session.execute(text(off))
        begun = {"user_id": 7, "bonus": Decimal("12.30"), "payment_method": PaymentMethod.CASH, "updated_at": moment}
        compiled.insert_all(session, DRAFT, [begun])
        paid = update(CheckoutDraft.__table__).where(OF_USER).values(payment_method=PaymentMethod.BITCOIN)
        met = [compiled.change(session, paid, {"of_user": user_id}) for user_id in (7, 8)]
        query = select(DRAFTS.bonus, DRAFTS.payment_method, DRAFTS.token, DRAFTS.updated_at).where(OF_USER)
        found.extend(compiled.rows(session, query, {"of_user": 7}))
        gone = delete(CheckoutDraft.__table__).where(OF_USER)
        met.append(compiled.change(session, gone, {"of_user": 7}))
        return met

    moment = now()
    found: list[Any] = []

    assert either.call(write) == [1, 0, 1]
    assert found == [(Decimal("12.30"), PaymentMethod.BITCOIN, None, moment)]
    assert str(found[0][0]) == "12.30"


def test_what_is_one_of_some_ids_is_found_and_nothing_where_there_are_none(either: Database):
    first, second, third = (either.call(compiled.insert, EVENT, event_row()) for _ in range(3))

    def among(session: Session, ids: list[int]) -> list[Any]:
        column, wanted = Event.__table__.c.id, compiled.numbered(ids)
        query = select(column).where(compiled.one_of(column, len(wanted))).order_by(column)
        return compiled.rows(session, query, wanted)

    assert either.read(among, [third, first, third]) == [(first,), (third,)]
    assert either.read(among, [second]) == [(second,)]
    assert either.read(among, []) == []


def test_one_value_is_that_of_the_first_row_and_none_where_there_is_no_row(either: Database):
    key = either.call(compiled.insert, EVENT, event_row())
    query = select(Event.__table__.c.id).where(Event.__table__.c.id == bindparam("wanted"))

    assert [either.read(compiled.scalar, query, {"wanted": each}) for each in (key, key + 1)] == [key, None]


def test_whoever_writes_a_table_of_which_copies_are_kept_gives_it_another_mark(either: Database):
    def mark() -> Any:
        return either.read(
            lambda session: session.scalar(select(CacheMark.mark).where(CacheMark.name == "bot_settings"))
        )

    before = mark()
    either.call(compiled.insert_all, SETTING, [setting_row()])

    assert mark() != before


def test_a_key_that_is_there_already_is_refused_as_ever(either: Database):
    either.call(compiled.insert_all, SETTING, [setting_row()])

    with pytest.raises(IntegrityError):
        either.call(compiled.insert_all, SETTING, [setting_row()])


def test_a_connection_that_is_lost_has_the_unit_run_again_on_another(db: Database, database_url: str):
    killer = create_engine(database_url, isolation_level="AUTOCOMMIT")
    numbers: list[int] = []
    lost: list[bool] = []

    def note(session: Session) -> int:
        numbers.append(session.scalar(text("SELECT CONNECTION_ID()")) or 0)
        compiled.insert(session, EVENT, event_row(run=len(numbers)))
        if len(numbers) == 1:
            with killer.connect() as connection:
                connection.execute(text(f"KILL CONNECTION {numbers[0]}"))
        try:
            return compiled.insert(session, EVENT, event_row(run=len(numbers)))
        except DBAPIError as error:
            lost.append(error.connection_invalidated)
            raise

    db.call(note)
    killer.dispose()

    assert len(set(numbers)) == 2
    assert lost == [True]
    facts = db.read(lambda session: session.scalars(select(Event.facts)).all())
    assert facts == [{"run": 2}] * 2


def test_a_session_that_goes_on_after_its_end_sends_by_its_new_connection(db: Database):
    with Session(db.engines[0]) as session:
        first = compiled.of(session)
        assert compiled.of(session) is first

        session.commit()

        assert compiled.of(session) is session.connection() is not first


@pytest.mark.parametrize(
    ("act", "values"),
    [
        # The list would be another text each time.
        (select(Goods.__table__.c.id).where(Goods.__table__.c.id.in_(bindparam("ids", expanding=True))), {"ids": [1]}),
        # SQLAlchemy alone knows that a message has not been tried.
        (insert(OutboxMessage.__table__), {"recipient": 1}),
    ],
)
def test_what_has_to_be_compiled_each_time_is_refused(db: Database, act: Any, values: dict[str, Any]):
    send: Callable[..., Any] = compiled.insert if act.is_insert else compiled.rows

    with pytest.raises(ValueError, match="another one each time"):
        db.call(send, act, values)

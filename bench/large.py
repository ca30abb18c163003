"""A shop with a million people and orders and a hundred thousand goods: pages, search, long histories, figures, books.

The rows come from MariaDB's own counting (large.sql), so that filling takes a minute, not an hour. They obey the
schema, but have no stock movements behind them.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.child import ROOT
from bench.effort import Effort
from bench.figures import Figure, figure, interleave
from bench.stage import Stage
from bench.straight import beside_another, beside_sql, connect, recorded, send, timed
from bot.models import GoodsWord, WordVariant
from bot.models.goods_words import variant_rows
from bot.services.queries import browse, catalog_search, order_views
from bot.services.reports import exports, periods, statistics

FIRST_ID = 10_000_000
"""Far from the people and goods of the other figures."""
BUYER_ID = FIRST_ID + 7
"""Somebody with a long history."""
RARE = 500
"""One order in so many is theirs."""
SHELF = "Everything"
KINDS = ("green", "black", "white", "oolong", "herbal", "fruit", "smoked", "pressed", "iced", "spiced")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
BATCH = 5000
OFTEN = 3
"""So many times the rounds for a page, which takes a millisecond or two: whatever else happens is longer than that."""
DAYS = 45
"""Of the orders that are exported: a sixteenth of all, because a row takes as long as any other."""


def measure(stage: Stage, effort: Effort) -> list[Figure]:
    """Fill the shop and measure what grows with it."""
    fill(stage, people=effort.people, orders=effort.orders, goods=effort.goods)
    return [*_catalogue(stage, effort), *_history(stage, effort), *_figures(stage, effort), *_books(stage, effort)]


def fill(stage: Stage, *, people: int, orders: int, goods: int) -> None:
    """Insert so many people, orders with one line each, and goods, all in one category."""
    letters = [f"SUBSTRING('{LETTERS}', 1 + FLOOR(seq / {24**power}) % 24, 1)" for power in range(5, -1, -1)]
    send_script(
        stage,
        "large.sql",
        first=FIRST_ID,
        people=people,
        orders=orders,
        goods=goods,
        buyer=BUYER_ID,
        rare=RARE,
        shelf=SHELF,
        code=f"CONCAT({', '.join(letters)})",
        kinds=len(KINDS),
        names=", ".join(f"'{kind}'" for kind in KINDS),
    )
    stage.shop.db.call(_index_words)


def send_script(stage: Stage, name: str, **facts: object) -> None:
    """Send the statements of a file beside this one, with the numbers filled in."""
    script = (ROOT / "bench" / name).read_text(encoding="utf-8").format(**facts)
    # A connection that waits as long as it takes: ours give up after half a minute.
    connection = connect(stage.url)
    with connection.cursor() as cursor:
        for step in script.split(";\n"):
            if step.strip():
                cursor.execute(step)
                cursor.fetchall()
    connection.close()


def _index_words(session: Session) -> None:
    """Let goods be found by their kind; their numbers are left out, because nobody looks for those."""
    rows = session.execute(text("SELECT id, SUBSTRING_INDEX(name, ' ', -1) FROM goods WHERE name LIKE 'Large %'")).all()
    for start in range(0, len(rows), BATCH):
        found = [{"word": kind, "goods_id": number, "weight": 10} for number, kind in rows[start : start + BATCH]]
        session.execute(insert(GoodsWord), found)
    known = set(session.scalars(text("SELECT DISTINCT word FROM word_variants")))
    session.execute(insert(WordVariant), variant_rows(set(KINDS) - known))


def _catalogue(stage: Stage, effort: Effort) -> list[Figure]:
    shelf = int(stage.shop.scalar("SELECT id FROM categories WHERE name = :name", name=SHELF))
    ids = [
        int(stage.shop.scalar("SELECT id FROM goods WHERE name LIKE 'Large %' ORDER BY name LIMIT 1 OFFSET :at", at=at))
        for at in (effort.goods // 2, effort.goods - browse.PAGE - 1)
    ]
    first = partial(browse.aisle, category_id=shelf)
    middle, last = (partial(browse.aisle, category_id=shelf, page=1 + number, at=at) for number, at in enumerate(ids))
    search = partial(catalog_search.search, text="smokd")
    often, times = effort.rounds * OFTEN, max(effort.times // 2, 1)
    return [
        beside_sql(stage, "catalogue, first page", first, rounds=often, times=times),
        beside_another(stage, "catalogue, middle page", middle, first, rounds=often, times=times, target="<= 1.2"),
        beside_another(stage, "catalogue, last page", last, first, rounds=often, times=times, target="<= 1.2"),
        beside_sql(stage, "catalogue, search", search, rounds=effort.rounds, times=max(effort.times // 40, 1)),
    ]


def _history(stage: Stage, effort: Effort) -> list[Figure]:
    first = partial(order_views.mine, buyer_id=BUYER_ID)
    query = "SELECT id FROM orders WHERE buyer_id = :buyer ORDER BY id LIMIT 1 OFFSET :at"
    oldest = int(stage.shop.scalar(query, buyer=BUYER_ID, at=order_views.PAGE + 1))
    last = partial(order_views.mine, buyer_id=BUYER_ID, page=9, at=oldest)
    often, times = effort.rounds * OFTEN, max(effort.times // 2, 1)
    return [
        beside_sql(stage, "my orders, long history", first, rounds=often, times=times),
        beside_another(stage, "my orders, last page", last, first, rounds=often, times=times, target="<= 1.2"),
    ]


def _figures(stage: Stage, effort: Effort) -> list[Figure]:
    month = periods.month("UTC", now=NOW)
    operation = partial(statistics.report, compared=month, now=NOW)
    return [beside_sql(stage, "stats of a month", operation, rounds=min(effort.rounds, 3), times=1)]


def _books(stage: Stage, effort: Effort) -> list[Figure]:
    sheet = exports.ORDERS
    span = periods.Span(NOW - timedelta(days=DAYS), None)
    statements = recorded(stage, lambda session: session.execute(sheet.chosen(session, span).limit(0)))
    statements = [type(each)(each.sql.rpartition("LIMIT")[0], dict(each.parameters)) for each in statements]
    connection = connect(stage.url)

    def ours() -> None:
        with stage.shop.db.stream(exports.rows, sheet, span) as rows:
            for _ in rows:
                pass

    straight = partial(send, connection, statements, is_streamed=True)
    pairs = interleave(min(effort.rounds, 3), lambda: timed(ours, 1), lambda: timed(straight, 1))
    connection.close()
    return [figure(f"export of {DAYS} days", "ms, beside SQL", pairs, "ms")]

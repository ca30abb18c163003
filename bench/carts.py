"""Adding to the cart: `cart.add` through `db.call`, beside its statements sent straight in one transaction."""

from typing import Any

from sqlalchemy import event

from bench.effort import Effort
from bench.figures import Figure, figure, interleave
from bench.names import CATEGORIES, FIRST_BUYER_ID, goods_of
from bench.stage import Stage
from bench.straight import Sent, connect, timed
from bot.services import cart, clock

SHOPPER_ID = FIRST_BUYER_ID + 800_000


def measure(stage: Stage, effort: Effort) -> list[Figure]:
    """Measure one more piece of goods that are in the cart already."""
    shopper = stage.shop.has_customer(SHOPPER_ID)
    goods_id = stage.shop.goods(goods_of(CATEGORIES[0])[0]).id

    def ours() -> None:
        stage.shop.db.call(cart.add, shopper, goods_id, 1, now=clock.now())

    ours()
    statements = _recorded(stage, ours)
    connection = connect(stage.url)

    def straight() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            for each in statements:
                cursor.execute(each.sql, each.parameters)
                cursor.fetchall()
        connection.commit()

    pairs = interleave(effort.rounds, lambda: timed(ours, effort.times), lambda: timed(straight, effort.times))
    connection.close()
    stage.shop.db.call(cart.clear, shopper, now=clock.now())
    return [figure("add to cart", "ms, beside SQL", pairs, "ms"), figure("add to cart", "ms CPU", pairs, "cpu")]


def _recorded(stage: Stage, work: Any) -> list[Sent]:
    sent: list[Sent] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        sent.append(Sent(sql, parameters))

    writer = stage.shop.db.engines[0]
    event.listen(writer, "before_cursor_execute", note)
    work()
    event.remove(writer, "before_cursor_execute", note)
    return sent

"""The two drivers beside each other: what the same work costs in CPU by mysqlclient and by PyMySQL.

`python -m bench.drivers` beside the servers that TEST_DATABASE_URL and others name; mysqlclient has to be installed.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from itertools import count

from sqlalchemy import make_url
from sqlalchemy.orm import Session

from bench.figures import Figure, Pair, figure, interleave, table
from bench.names import CATEGORIES, goods_of
from bench.reservations import FIRST_ID
from bench.stage import Stage, opened, stage
from bench.straight import timed
from bot.services import arrivals, cart, checkout, clock
from bot.services.queries import browse, goods_lists, order_views
from bot.services.queries.paging import Window
from tests.shop import Shop

ROUNDS = 5
TIMES = 20
_PEOPLE = count(FIRST_ID)


def measure(place: Stage, rounds: int = ROUNDS, times: int = TIMES) -> list[Figure]:
    """Do the same by both drivers in turn."""
    url = make_url(place.server_url)
    other = url.set(drivername="mysql+mysqldb").render_as_string(hide_password=False)
    with opened(other, make_url(place.url).database or "") as by_c:
        work: dict[str, Callable[[Shop], Callable[[], object]]] = {
            "a press in a category": _press,
            "my orders": lambda shop: partial(shop.db.read, order_views.mine, FIRST_ID),
            "a list of 70 goods": lambda shop: partial(shop.db.read, _goods),
            "add to cart": _adding,
            "checkout": _checkout,
        }
        figures = []
        for name, prepared in work.items():
            sides = (prepared(by_c.shop), prepared(place.shop))
            for side in sides:
                side()
            pairs: list[Pair] = interleave(rounds, *(partial(timed, side, times) for side in sides))
            figures += [
                figure(name, "ms CPU, beside PyMySQL", pairs, "cpu"),
                figure(name, "ms, beside PyMySQL", pairs, "ms"),
            ]
        return figures


def _press(shop: Shop) -> Callable[[], object]:
    category_id = shop.goods(goods_of(CATEGORIES[0])[0]).category_id

    def look(session: Session) -> None:
        arrivals.arrive(session, FIRST_ID)
        browse.aisle(session, category_id)

    return partial(shop.db.read, look)


def _goods(session: Session) -> list[object]:
    return list(goods_lists.listed(session, goods_lists.Wanted(), Window()))


def _adding(shop: Shop) -> Callable[[], object]:
    goods_id = shop.goods(goods_of(CATEGORIES[0])[0]).id
    person = shop.has_customer(next(_PEOPLE))
    return lambda: shop.db.call(cart.add, person, goods_id, 1, now=clock.now())


def _checkout(shop: Shop) -> Callable[[], object]:
    """Return the confirmation of one of many checkouts that are reviewed already."""
    reviewed = [_reviewed(shop) for _ in range((ROUNDS + 1) * TIMES)]
    left = iter(reviewed)

    def confirm() -> None:
        person, token = next(left)
        shop.db.call(checkout.confirm, person, token, now=clock.now())

    return confirm


def _reviewed(shop: Shop) -> tuple[int, str]:
    person = shop.has_customer(next(_PEOPLE))
    goods = dict.fromkeys(goods_of(CATEGORIES[0])[:3], 1)
    return person, shop.has_reviewed_checkout(person, goods)


def main() -> int:
    """Measure and print the table."""
    server_url = os.environ.get("TEST_DATABASE_URL")
    if not server_url or find_spec("MySQLdb") is None:
        print("This needs MariaDB (python -m tests.servers ...) and mysqlclient.", file=sys.stderr)
        return 2
    with stage(server_url) as place:
        print(table(measure(place)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A process that dies in the middle: it does one operation and ends without a goodbye at the nth point of it.

Points are every statement before it is sent, the COMMIT before it is sent, and the moment after it was answered.
Nothing in the shop knows of them. One process waits for orders on its input and forks for each, because importing takes
longer than dying.
"""

import os
import pickle
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.db import Database
from bot.services import stock
from bot.services.context import Shop
from bot.services.vault import Vault
from tests.conftest import VAULT_KEY
from tests.shop import OWNER_ID

DIED = 9
DONE = 0
REFUSED = 3


class Deadline:
    """Counts points, and dies at one of them."""

    def __init__(self, point: int) -> None:
        self._left = point

    def passes(self, *_: Any, **__: Any) -> None:
        self._left -= 1
        if self._left == 0:
            os._exit(DIED)


def work(url: str, key: str, operation: Any, args: Any, options: Any, point: int) -> int:
    """Do an operation under a key, die at `point`, or return how it ended."""
    context = Shop(vault=Vault(VAULT_KEY), owner_id=OWNER_ID)
    database = Database(url, threads=1, info=context.as_info)
    deadline = Deadline(point)
    writer = database.engines[0]
    event.listen(writer, "before_cursor_execute", deadline.passes)
    event.listen(writer, "commit", deadline.passes)
    database.listeners.append(deadline.passes)
    try:
        database.call_once(key, operation, *args, **options)
    except Exception:
        return REFUSED
    return DONE


def torn(session: Session, goods_id: int, *, now: datetime) -> None:
    """Reserve goods in two transactions, as nothing in the shop may: the control of the tests."""
    stock.reserve(session, {goods_id: 1})
    session.commit()
    stock.release(session, {goods_id: 1}, order_id=1, actor="cli:test", now=now)


def main() -> None:
    """Fork for every order that comes in, and say how the child ended."""
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            order = pickle.load(orders)  # noqa: S301 - written by the test that started this process
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            os._exit(work(*order))
        pickle.dump(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), answers)
        answers.flush()


if __name__ == "__main__":
    main()

"""Doing one thing to one or many orders, after asking a person."""

from collections.abc import Sequence
from typing import Any

from bot.cli import Shell, asking, batch, options, order_words
from bot.cli.batch import Work
from bot.cli.order_actions import Deed

NAMED = 5
"""So many codes stand in a question."""
KEYS = ("order_code", "outcome", "sentence", "refusal", options.inner("order", *order_words.KEYS))


def ask(shell: Shell, verb: str, codes: Sequence[str], *, yes: bool) -> None:
    """Ask a person whether all these orders are meant.

    Raises:
        Exit: they are not.
    """
    if not codes:
        return
    named = ", ".join(codes[:NAMED]) + (", ..." if codes[NAMED:] else "")
    orders = f"order {codes[0]}" if len(codes) == 1 else f"{len(codes)} orders ({named})"
    asking.confirm(shell, f"{verb} {orders}?", yes=yes)


def run(shell: Shell, deed: Deed, codes: Sequence[str], *, is_rehearsed: bool, as_json: bool) -> None:
    """Do something to orders, one after the other, and tell what has become of each, as `batch.run` does."""
    do = deed.rehearse if is_rehearsed else deed.do

    def take(code: str) -> tuple[str, dict[str, Any]]:
        order = do(shell, code)
        return deed.say(order), order_words.facts(order)

    nothing = "No order was named, nothing was done."
    work = Work("order", "order_code", "order", take, nothing, tells=deed.tells, is_rehearsed=is_rehearsed)
    batch.run(shell, work, codes, as_json=as_json)

"""Doing one thing to one or many orders: each is a transaction of its own, and what becomes of each is a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from bot.cli import Shell, asking, ending, live, messages, options, order_words, output, refusals
from bot.cli.order_actions import Deed
from bot.errors import Busy, ShopError
from bot.models import Order

DONE, POSSIBLE, REFUSED, NOT_TRIED = "done", "possible", "refused", "not tried"
MOST_BUSY = 3
"""After so many orders in a row that the database had no time for, the others are not tried."""
NAMED = 5
"""So many codes stand in a question."""
KEYS = ("order_code", "outcome", "sentence", "refusal", options.inner("order", *order_words.KEYS))


@dataclass(frozen=True)
class Outcome:
    """What has become of one order; `refusal` is the name of the error."""

    order_code: str
    outcome: str
    sentence: str
    refusal: str | None = None
    order: Order | None = None


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
    """Do something to orders, one after the other, and tell what has become of each.

    Raises:
        ShopError: the only order was refused.
        Exit: one of several was refused, or a signal or a fault has ended it between two orders.
    """
    batch = _Batch(shell, deed, codes, is_rehearsed, as_json, [])
    try:
        batch.go()
    finally:
        batch.tell()
    if any(each.outcome == REFUSED for each in batch.outcomes):
        raise click.exceptions.Exit(ending.REFUSED)


@dataclass(frozen=True)
class _Batch:
    shell: Shell
    deed: Deed
    codes: Sequence[str]
    is_rehearsed: bool
    as_json: bool
    outcomes: list[Outcome]

    def go(self) -> None:
        """Take one order after the other, until all are through or something ends it."""
        try:
            with live.progress(len(self.codes), "Orders") as step:
                for code in self.codes:
                    self._take(code)
                    step()
        except KeyboardInterrupt:
            if len(self.codes) == 1:
                raise
            self._stop(ending.code_of_signal())
        except click.exceptions.Exit:
            raise
        except Exception as error:
            if not self.outcomes:
                raise
            output.remark(ending.line_of(click.get_current_context(), error))
            self._stop(ending.REFUSED)

    def tell(self) -> None:
        """Print what has become of all of them, and how many messages wait."""
        if self.as_json:
            rest = [Outcome(code, NOT_TRIED, "It was not tried.") for code in self.codes[len(self.outcomes) :]]
            output.json_of([_facts(each) for each in [*self.outcomes, *rest]])
        if not self.codes:
            output.remark("No order was named, nothing was done.")
        elif len(self.codes) > 1:
            output.remark(f"{output.counted(len(self.codes), 'order')}: {self._counts()}.")
        if self.is_rehearsed:
            output.remark("This was a dry run: nothing was changed.")
        elif self.deed.tells and self._count(DONE):
            messages.mention(self.shell)

    def _take(self, code: str) -> None:
        if len(self.outcomes) >= MOST_BUSY and all(_is_busy(each) for each in self.outcomes[-MOST_BUSY:]):
            self._stop(ending.REFUSED)
        self.outcomes.append(self._outcome(code))
        self._print(self.outcomes[-1])
        # What was being saved is saved; a signal that has come meanwhile counts now.
        self.shell.is_committing = False
        if ending.is_asked_for():
            raise KeyboardInterrupt

    def _outcome(self, code: str) -> Outcome:
        do = self.deed.rehearse if self.is_rehearsed else self.deed.do
        try:
            order = do(self.shell, code)
        except ShopError as error:
            if len(self.codes) == 1 and not self.as_json:
                raise
            return Outcome(code, REFUSED, refusals.line_for(error) or str(error), type(error).__name__)
        return Outcome(order.order_code, POSSIBLE if self.is_rehearsed else DONE, self.deed.say(order), None, order)

    def _print(self, outcome: Outcome) -> None:
        if self.as_json:
            return
        if outcome.outcome == REFUSED:
            output.remark(f"{outcome.order_code}: {outcome.sentence}")
        else:
            output.line(f"Dry run: {outcome.sentence}" if self.is_rehearsed else outcome.sentence)

    def _stop(self, code: int) -> None:
        """Say which order is the next, and end."""
        left = self.codes[len(self.outcomes) :]
        if not left:
            return
        doubt = "; it was just being saved, look whether it is done" if self.shell.is_committing else ""
        output.remark(f"Stopped. The next is {left[0]}{doubt}.")
        raise click.exceptions.Exit(code)

    def _counts(self) -> str:
        numbers = {word: self._count(word) for word in (DONE, POSSIBLE, REFUSED)}
        numbers[NOT_TRIED] = len(self.codes) - len(self.outcomes)
        return ", ".join(f"{number} {word}" for word, number in numbers.items() if number)

    def _count(self, outcome: str) -> int:
        return sum(each.outcome == outcome for each in self.outcomes)


def _is_busy(outcome: Outcome) -> bool:
    return outcome.refusal == Busy.__name__


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {
        "order_code": outcome.order_code,
        "outcome": outcome.outcome,
        "sentence": outcome.sentence,
        "refusal": outcome.refusal,
        "order": order_words.facts(outcome.order) if outcome.order else None,
    }

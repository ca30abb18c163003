"""Doing one thing to one or many messages: each is a transaction of its own, and what becomes of each is a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from bot.cli import Shell, ending, messages, output
from bot.errors import ShopError

DONE, REFUSED = "done", "refused"


@dataclass(frozen=True)
class Outcome:
    """What has become of one message; `refusal` is the name of the error."""

    id: int
    outcome: str
    sentence: str
    refusal: str | None = None
    new_id: int | None = None


def run(shell: Shell, numbers: Sequence[int], do: Callable[[int], tuple[str, int | None]], *, as_json: bool) -> None:
    """Do something to messages, one after the other, and tell what has become of each; then how many wait.

    Raises:
        ShopError: the only message was refused.
        Exit: one of several was refused.
    """
    outcomes = []
    try:
        for number in numbers:
            outcomes.append(_outcome(number, do, is_only=len(numbers) == 1 and not as_json))
            _print(outcomes[-1], as_json)
    finally:
        if as_json and (outcomes or not numbers):
            output.json_rows(vars(each) for each in outcomes)
    if not numbers:
        output.remark("There is no such message, nothing was done.")
    if any(each.outcome == DONE for each in outcomes):
        messages.mention(shell)
    if any(each.outcome == REFUSED for each in outcomes):
        raise click.exceptions.Exit(ending.REFUSED)


def _outcome(number: int, do: Callable[[int], tuple[str, int | None]], *, is_only: bool) -> Outcome:
    try:
        sentence, new_id = do(number)
    except ShopError as error:
        if is_only:
            raise
        return Outcome(number, REFUSED, str(error), type(error).__name__)
    return Outcome(number, DONE, sentence, None, new_id)


def _print(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        return
    say: Callable[[str], Any] = output.line if outcome.outcome == DONE else output.remark
    say(outcome.sentence)

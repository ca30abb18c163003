"""Doing one thing to each of many: each is a transaction of its own, and what becomes of each is a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from bot.cli import Shell, ending, live, messages, output, refusals
from bot.errors import Busy, ShopError

DONE, POSSIBLE, REFUSED, NOT_TRIED = "done", "possible", "refused", "not tried"
MOST_BUSY = 3
"""After so many in a row that the database had no time for, the others are not tried."""

Name = str | int


@dataclass(frozen=True)
class Work:
    """What is done to each `thing`: `do` takes its name, and returns the sentence about it and what scripts get of it.

    Scripts find the name under `key` and the rest under `result`. `nothing` is said where there is nothing to do it
    to; `tells` whether somebody gets a message about it.
    """

    thing: str
    key: str
    result: str
    do: Callable[[Any], tuple[str, Any]]
    nothing: str
    tells: bool = True
    is_rehearsed: bool = False


@dataclass(frozen=True)
class Outcome:
    """What has become of one; `refusal` is the name of the error."""

    name: Name
    outcome: str
    sentence: str
    refusal: str | None = None
    result: Any = None


def run(shell: Shell, work: Work, names: Sequence[Name], *, as_json: bool) -> None:
    """Do the work, one after the other, and tell what has become of each.

    Raises:
        ShopError: the only one was refused.
        Exit: one of several was refused, or a signal or a fault has ended it between two.
    """
    batch = _Batch(shell, work, names, as_json)
    try:
        batch.go()
    finally:
        batch.tell()
    if any(each.outcome == REFUSED for each in batch.outcomes):
        raise click.exceptions.Exit(ending.REFUSED)


@dataclass(frozen=True)
class _Batch:
    shell: Shell
    work: Work
    names: Sequence[Name]
    as_json: bool
    outcomes: list[Outcome] = field(default_factory=list)

    def go(self) -> None:
        """Take one after the other, until all are through or something ends it."""
        try:
            with live.progress(len(self.names), f"{self.work.thing.capitalize()}s") as step:
                for name in self.names:
                    self._take(name)
                    step()
        except KeyboardInterrupt:
            if len(self.names) == 1:
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
            rest = [Outcome(name, NOT_TRIED, "It was not tried.") for name in self.names[len(self.outcomes) :]]
            output.json_of([self._facts(each) for each in [*self.outcomes, *rest]])
        if not self.names:
            output.remark(self.work.nothing)
        elif len(self.names) > 1:
            output.remark(f"{output.counted(len(self.names), self.work.thing)}: {self._counts()}.")
        if self.work.is_rehearsed:
            output.remark("This was a dry run: nothing was changed.")
        elif self.work.tells and self._count(DONE):
            messages.mention(self.shell)

    def _take(self, name: Name) -> None:
        if len(self.outcomes) >= MOST_BUSY and all(_is_busy(each) for each in self.outcomes[-MOST_BUSY:]):
            self._stop(ending.REFUSED)
        self.outcomes.append(self._outcome(name))
        self._print(self.outcomes[-1])
        # What was being saved is saved; a signal that has come meanwhile counts now.
        self.shell.is_committing = False
        if ending.is_asked_for():
            raise KeyboardInterrupt

    def _outcome(self, name: Name) -> Outcome:
        try:
            sentence, result = self.work.do(name)
        except ShopError as error:
            if len(self.names) == 1 and not self.as_json:
                raise
            return Outcome(name, REFUSED, refusals.line_for(error) or str(error), type(error).__name__)
        return Outcome(name, POSSIBLE if self.work.is_rehearsed else DONE, sentence, None, result)

    def _print(self, outcome: Outcome) -> None:
        if self.as_json:
            return
        if outcome.outcome == REFUSED:
            output.remark(f"{outcome.name}: {outcome.sentence}")
        else:
            output.line(f"Dry run: {outcome.sentence}" if self.work.is_rehearsed else outcome.sentence)

    def _stop(self, code: int) -> None:
        """Say which is the next, and end."""
        left = self.names[len(self.outcomes) :]
        if not left:
            return
        doubt = "; it was just being saved, look whether it is done" if self.shell.is_committing else ""
        output.remark(f"Stopped. The next is {left[0]}{doubt}.")
        raise click.exceptions.Exit(code)

    def _counts(self) -> str:
        numbers = {word: self._count(word) for word in (DONE, POSSIBLE, REFUSED)}
        numbers[NOT_TRIED] = len(self.names) - len(self.outcomes)
        return ", ".join(f"{number} {word}" for word, number in numbers.items() if number)

    def _count(self, outcome: str) -> int:
        return sum(each.outcome == outcome for each in self.outcomes)

    def _facts(self, each: Outcome) -> dict[str, Any]:
        about = {"outcome": each.outcome, "sentence": each.sentence, "refusal": each.refusal}
        return {self.work.key: each.name, **about, self.work.result: each.result}


def _is_busy(outcome: Outcome) -> bool:
    return outcome.refusal == Busy.__name__

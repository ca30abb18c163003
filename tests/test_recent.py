"""What presses have read in the last moment: never used longer than it is certain to hold."""

import pytest

from bot import recent
from bot.recent import Recent

MARKS = (1, 2, 3)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(recent, "monotonic", clock)
    return clock


@pytest.fixture
def memory(clock: Clock) -> Recent:
    return Recent()


def test_what_was_read_is_used_for_a_moment_after_the_reading_began(memory: Recent, clock: Clock):
    look = memory.look()
    clock.seconds += recent.LEASE_SECONDS * 0.8
    memory.learn(look, MARKS, {"tea": 7})
    assert (memory.known("tea"), memory.known("coffee")) == (7, None)

    clock.seconds += recent.LEASE_SECONDS * 0.3
    assert memory.known("tea") is None


def test_it_is_used_again_once_the_marks_are_seen_to_be_the_same(memory: Recent, clock: Clock):
    memory.learn(memory.look(), MARKS, {"tea": 7})
    clock.seconds += 1
    memory.learn(memory.look(), MARKS, {"coffee": 8})

    assert (memory.known("tea"), memory.known("coffee")) == (7, 8)


@pytest.mark.parametrize("marks", [(9, 2, 3), (1, 2, None)])
def test_another_mark_makes_everything_unknown_that_was_read_before(memory: Recent, marks: recent.Marks):
    memory.learn(memory.look(), MARKS, {"tea": 7})
    memory.learn(memory.look(), marks, {"coffee": 8})

    assert (memory.known("tea"), memory.known("coffee")) == (None, 8)


def test_what_is_just_being_read_while_something_changes_is_not_remembered(memory: Recent):
    memory.learn(memory.look(), MARKS, {"tea": 7})
    look = memory.look()
    memory.forget()
    memory.learn(look, MARKS, {"coffee": 8})

    assert (memory.known("tea"), memory.known("coffee")) == (None, None)


def test_a_late_reading_under_an_old_mark_does_not_make_it_last(memory: Recent, clock: Clock):
    late = memory.look()
    clock.seconds += recent.LEASE_SECONDS * 0.9
    memory.learn(memory.look(), (9, 2, 3), {"tea": 8})
    memory.learn(late, MARKS, {"tea": 7})
    clock.seconds += recent.LEASE_SECONDS * 0.2

    assert memory.known("tea") is None


def test_nothing_is_used_for_long_whatever_the_marks_say(memory: Recent, clock: Clock):
    memory.learn(memory.look(), MARKS, {"tea": 7})
    clock.seconds += recent.LONGEST_SECONDS
    memory.learn(memory.look(), MARKS, {"coffee": 8})

    assert (memory.known("tea"), memory.known("coffee")) == (None, 8)


def test_so_much_is_remembered_and_no_more(memory: Recent, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recent, "MOST", 3)
    for number in range(4):
        memory.learn(memory.look(), MARKS, {number: "read"})

    assert [memory.known(number) for number in range(4)] == [None, None, None, "read"]

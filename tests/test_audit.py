"""What is refused is written down, and a flood of it only so far that it cannot drive out what was written before."""

import logging

import pytest

from bot.audit import LONGEST, MINUTE, MOST, MOST_OF_ONE, Audit


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def audit(clock: Clock, caplog: pytest.LogCaptureFixture) -> Audit:
    caplog.set_level(logging.INFO, "shop.audit")
    return Audit(clock)


def test_a_refusal_is_one_line(audit: Audit, caplog: pytest.LogCaptureFixture):
    audit.refused(7, "button order:5", "NotFound")
    audit.refused("web", "figures", "no token")
    audit.refused("x" * 500, "y" * 500, "z" * 500)

    first, second, third = caplog.messages
    assert first == "refused user:7: button order:5: NotFound"
    assert second == "refused web: figures: no token"
    assert len(third) < 3 * LONGEST + 20


def test_a_flood_of_one_person_is_counted_and_hides_nobody_else(
    audit: Audit, clock: Clock, caplog: pytest.LogCaptureFixture
):
    for _ in range(1000):
        audit.refused(7, "/cart", "TooFast")
    audit.refused(8, "/admin", "Forbidden")
    assert len(caplog.messages) == MOST_OF_ONE + 1

    clock.seconds = MINUTE
    audit.refused(7, "/cart", "TooFast")

    assert caplog.messages[MOST_OF_ONE:] == [
        "refused user:8: /admin: Forbidden",
        f"refused user:7: {1000 - MOST_OF_ONE} times more in that minute",
        "refused user:7: /cart: TooFast",
    ]


def test_a_flood_of_very_many_people_is_bounded_too(audit: Audit, clock: Clock, caplog: pytest.LogCaptureFixture):
    for person in range(10_000):
        audit.refused(person, "a text", "CodeUnknown")
    assert len(caplog.messages) == MOST

    clock.seconds = MINUTE
    caplog.clear()
    audit.refused(1, "a text", "CodeUnknown")

    assert len(caplog.messages) == 12
    assert caplog.messages[-2] == f"refused {10_000 - MOST - 10} others: {10_000 - MOST - 10} times more in that minute"

"""Whatever people and staff do, in any order: the shop comes to what a model says, and every invariant holds."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.services import bonus, stock
from tests.shop import Shop
from tests.statemachine.machine import ShopMachine

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "25"))
STEPS = int(os.environ.get("MACHINE_STEPS", "50"))
OFTEN = {
    *((f"cart.{name}", None) for name in ("add", "clear")),
    *((f"checkout.{name}", None) for name in ("begin", "apply_bonus", "choose_payment", "confirm")),
    *((f"orders.{name}", None) for name in ("confirm", "deliver", "cancel")),
    *((f"orders.{name}", "WrongStatus") for name in ("confirm", "deliver", "cancel", "revive")),
    ("cart.add", "InsufficientStock"),
    ("checkout.begin", "AmountTooSmall"),
    ("checkout.begin", "AmountTooLarge"),
    ("checkout.confirm", "CheckoutOutdated"),
}
"""A machine in which these never happen proves little."""
SELDOM = {
    *((f"orders.{name}", None) for name in ("cancel_own", "revive", "extend_own")),
    *((f"edits.{name}", None) for name in ("add_item", "remove_item")),
    *(("checkout.confirm", name) for name in ("Banned", "TooManyPieces", "InsufficientStock")),
    ("checkout.choose_payment", "NoBitcoinAddress"),
    ("orders.cancel_own", "NotFound"),
    ("edits.add_item", "InsufficientStock"),
    ("edits.add_item", "AmountTooLarge"),
    ("edits.remove_item", "AmountTooSmall"),
    ("edits.remove_item", "LastItem"),
    ("stock.set_to", "StockBelowReserved"),
    ("erasing.erase", None),
    ("erasing.erase", "StillOrdering"),
    ("orders.revive", "WrongState"),
}
"""What a long run must see besides."""
RARE = {("checkout.confirm", name) for name in ("TooManyOpenOrders", "NoBitcoinAddress")}
"""What a very long run must see besides."""
LONG, VERY_LONG = 500, 2000
PARTS = 2 if EXAMPLES >= 2 * LONG else 1
"""A long run is made in parts, one for each core."""
IN_PARTS = [pytest.param(part, marks=pytest.mark.xdist_group(f"part {part}")) for part in range(PARTS)]
EACH = EXAMPLES // PARTS


def runs(shop: Shop, *, examples: int = EACH) -> None:
    """Let the machine run on a shop."""
    ShopMachine.shop = shop
    how = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize="MACHINE_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        print_blob=True,
    )
    run_state_machine_as_test(ShopMachine, settings=how)


@pytest.mark.timeout(0 if EACH >= LONG else 3600)
@pytest.mark.parametrize("part", IN_PARTS)
def test_whatever_people_do_the_shop_adds_up(shop: Shop, part: int, record_property: Callable[[str, object], None]):
    ShopMachine.steps = 0
    ShopMachine.outcomes.clear()
    runs(shop)
    record_property("trials", ShopMachine.steps)

    counted = sorted(f"{count:6} {name} {refusal or 'done'}" for (name, refusal), count in ShopMachine.outcomes.items())
    figures = "\n".join([f"{ShopMachine.steps} steps", *counted])
    wanted = OFTEN | (SELDOM if EACH >= LONG else set()) | (RARE if EACH >= VERY_LONG else set())
    assert wanted - set(ShopMachine.outcomes) == set(), figures


@pytest.mark.broken_on_purpose
@pytest.mark.parametrize(
    "lost", [(stock, "release"), (bonus, "spend"), (stock, "log")], ids=["release", "bonus", "log"]
)
def test_the_machine_sees_what_is_broken(shop: Shop, monkeypatch: pytest.MonkeyPatch, lost: tuple[object, str]):
    monkeypatch.setattr(*lost, lambda *args, **options: None)

    with pytest.raises(AssertionError):
        runs(shop)

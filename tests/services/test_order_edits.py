from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.errors import (
    AmountTooLarge,
    AmountTooSmall,
    BadValue,
    InsufficientStock,
    LastItem,
    NotFound,
    ShopError,
    ShortItem,
    TooManyChanges,
    WrongStatus,
)
from bot.models import BonusEntry, InventoryEntry, OrderStatus
from bot.services import catalog, details, order_cards, order_edits, orders, staff_cards
from bot.services.details import Details
from bot.services.order_edits import Changes
from bot.services.queries import order_views
from tests import edits
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, amounts, now

RESERVED, CONFIRMED = OrderStatus.RESERVED, OrderStatus.CONFIRMED


@pytest.fixture
def anna(shop: Shop) -> int:
    shop.has_goods("Green tea", stock=5, price="30.00")
    shop.has_goods("Black tea", stock=5, price="10.50")
    return shop.has_customer(101)


def lines(shop: Shop, code: str) -> dict[str, tuple[int, Decimal]]:
    items = shop.db.read(order_views.whole, code).items
    return {item.item_name: (item.quantity, item.price) for item in items}


def reserved(shop: Shop, *names: str) -> list[int]:
    return [shop.goods(name).reserved_quantity for name in names]


def movements(shop: Shop) -> list[int]:
    query = (
        select(InventoryEntry.reserved_delta).where(InventoryEntry.order_id.is_not(None)).order_by(InventoryEntry.id)
    )
    return shop.db.read(lambda session: list(session.scalars(query)))


# -- adding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [RESERVED, CONFIRMED])
def test_goods_are_added_at_todays_price_and_reserved(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 1}, status=status)

    shop.staff(edits.add_item, code.lower(), "Black tea", 2)

    assert lines(shop, code) == {"Green tea": (1, Decimal("30.00")), "Black tea": (2, Decimal("10.50"))}
    assert (shop.order(code).total_price, shop.order(code).order_status) == (Decimal("51.00"), status)
    assert reserved(shop, "Green tea", "Black tea") == [1, 2]
    assert movements(shop) == [1, 2]


def test_goods_that_the_order_has_keep_the_agreed_price(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    shop.staff(catalog.edit_goods, "Green tea", price="99.00")

    shop.staff(edits.add_item, code, "Green tea", 2)

    assert lines(shop, code) == {"Green tea": (3, Decimal("30.00"))}
    assert shop.order(code).total_price == Decimal("90.00")
    assert movements(shop) == [1, 2]


def test_goods_that_were_renamed_are_still_the_same_line(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    shop.staff(catalog.edit_goods, "Green tea", new_name="Sencha")

    shop.staff(edits.add_item, code, "Sencha", 1)

    assert lines(shop, code) == {"Green tea": (2, Decimal("30.00"))}


def test_goods_are_added_to_the_order_that_was_meant(shop: Shop, anna: int):
    other, code = shop.has_order(anna, {"Green tea": 1, "Black tea": 1}), shop.has_order(anna, {"Green tea": 1})
    shop.staff(edits.add_item, code, "Black tea", 2)

    assert lines(shop, other) == {"Green tea": (1, Decimal("30.00")), "Black tea": (1, Decimal("10.50"))}
    assert lines(shop, code) == {"Green tea": (1, Decimal("30.00")), "Black tea": (2, Decimal("10.50"))}


def test_more_than_is_available_cannot_be_added(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    shop.has_order(shop.has_customer(102), {"Green tea": 2})

    with shop.refuses(InsufficientStock) as refused:
        shop.staff(edits.add_item, code, "Green tea", 2)

    assert refused.value.items == (ShortItem("Green tea", 2, 1),)


def test_archived_or_unknown_goods_cannot_be_added(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    shop.staff(catalog.archive_goods, "Black tea")

    with shop.refuses(InsufficientStock):
        shop.staff(edits.add_item, code, "Black tea", 1)
    with shop.refuses(NotFound, match="Did you mean 'Green tea'"):
        shop.staff(edits.add_item, code, "Gren tea", 1)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_001])
@pytest.mark.parametrize("edit", [edits.add_item, edits.remove_item])
def test_quantities_are_positive(shop: Shop, anna: int, edit, quantity: int):
    code = shop.has_order(anna, {"Green tea": 2})

    with shop.refuses(BadValue, match="use a whole number above 0"):
        shop.staff(edit, code, "Green tea", quantity)


# -- removing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [RESERVED, CONFIRMED])
def test_goods_are_removed_and_released(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 3, "Black tea": 1}, status=status)

    shop.staff(edits.remove_item, code, "Green tea", 2)
    shop.staff(edits.remove_item, code, "Black tea", 1)

    assert lines(shop, code) == {"Green tea": (1, Decimal("30.00"))}
    assert (shop.order(code).total_price, shop.order(code).order_status) == (Decimal("30.00"), status)
    assert reserved(shop, "Green tea", "Black tea") == [1, 0]
    assert movements(shop) == [3, 1, -2, -1]


def test_what_was_removed_can_be_added_again_at_todays_price(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1, "Black tea": 1})
    shop.staff(edits.remove_item, code, "Black tea", 1)
    shop.staff(catalog.edit_goods, "Black tea", price="11.00")
    shop.staff(edits.add_item, code, "Black tea", 1)

    assert lines(shop, code)["Black tea"] == (1, Decimal("11.00"))
    assert shop.order(code).total_price == Decimal("41.00")


def test_goods_are_removed_by_the_name_that_was_ordered(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    shop.staff(catalog.edit_goods, "Green tea", new_name="Sencha")
    shop.staff(catalog.archive_goods, "Sencha")

    shop.staff(edits.remove_item, code, "Green tea", 1)

    assert reserved(shop, "Sencha") == [1]


@pytest.mark.parametrize("quantity", [2, 1])
def test_the_last_item_stays(shop: Shop, anna: int, quantity: int):
    code = shop.has_order(anna, {"Green tea": quantity})

    with shop.refuses(LastItem, match=f"leave order {code} empty; cancel the order instead"):
        shop.staff(edits.remove_item, code, "Green tea", quantity)


def test_only_what_the_order_has_can_be_removed(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})

    with shop.refuses(BadValue, match="the order has 2 of 'Green tea'"):
        shop.staff(edits.remove_item, code, "Green tea", 3)
    with shop.refuses(NotFound, match="Did you mean 'Green tea'"):
        shop.staff(edits.remove_item, code, "Black tea", 1)
    for names in ({" ": 1}, {"Green tea": 1, " ": 1}):
        with shop.refuses(BadValue, match="a valid goods name"):
            shop.staff(order_edits.change, code, Changes({}, names))
    for name in ("Red tea", "White tea", "Cup"):
        shop.has_goods(name)
        shop.staff(edits.add_item, code, name, 1)
    with shop.refuses(NotFound) as refused:
        shop.staff(edits.remove_item, code, "Black tea", 1)
    assert refused.value.close == ("Green tea", "Red tea", "White tea")


# -- bounds and bonus ---------------------------------------------------------------------------------------------


def test_min_and_max_amount_bound_an_edited_order(shop: Shop, anna: int):
    shop.has_goods("Gold tea", stock=5, price="9960.00")
    code = shop.has_order(anna, {"Green tea": 1, "Black tea": 1})

    with shop.refuses(AmountTooLarge):
        shop.staff(edits.add_item, code, "Gold tea", 1)
    with shop.refuses(AmountTooSmall):
        shop.staff(edits.remove_item, code, "Green tea", 1)


def test_bounds_that_were_moved_after_the_order_do_not_forbid_the_way_back(shop: Shop, anna: int, monkeypatch):
    code = shop.has_order(anna, {"Green tea": 2})
    usual = shop.db._info["shop"]

    monkeypatch.setitem(shop.db._info, "shop", replace(usual, min_amount=Decimal(200)))
    shop.staff(edits.add_item, code, "Black tea", 1)
    with shop.refuses(AmountTooSmall):
        shop.staff(edits.remove_item, code, "Black tea", 1)
    monkeypatch.setitem(shop.db._info, "shop", replace(usual, max_amount=Decimal(35)))
    shop.staff(edits.remove_item, code, "Green tea", 1)
    with shop.refuses(AmountTooLarge):
        shop.staff(edits.add_item, code, "Green tea", 1)

    assert shop.order(code).total_price == Decimal("40.50")


@pytest.fixture
def with_bonus(shop: Shop, anna: int) -> str:
    """Return the code of an order of 81.00 on which 60.00 of bonus were spent."""
    shop.has_setting("reference_bonus_percent", "100")
    shop.has_goods("Gift", stock=1, price="60.00")
    shop.has_order(shop.has_customer(102, referrer_id=anna), {"Gift": 1}, status=OrderStatus.DELIVERED)
    return shop.has_order(anna, {"Green tea": 2, "Black tea": 2}, bonus=True)


def test_a_bonus_that_still_fits_stays(shop: Shop, anna: int, with_bonus: str):
    shop.staff(edits.remove_item, with_bonus, "Black tea", 2)

    assert (shop.order(with_bonus).bonus_applied, shop.balance(anna)) == amounts("60", "0")


def test_a_bonus_that_no_longer_fits_is_given_back_each_time(shop: Shop, anna: int, with_bonus: str):
    shop.staff(edits.remove_item, with_bonus, "Green tea", 1)
    assert (shop.order(with_bonus).bonus_applied, shop.balance(anna)) == amounts("51", "9")
    shop.staff(edits.remove_item, with_bonus, "Black tea", 1)
    assert (shop.order(with_bonus).bonus_applied, shop.order(with_bonus).due) == amounts("40.50", "0")

    entries = shop.db.read(lambda session: list(session.scalars(select(BonusEntry).order_by(BonusEntry.id))))
    assert [(entry.kind.value, entry.amount, entry.part) for entry in entries] == [
        ("credited", Decimal("60.00"), 0),
        ("spent", Decimal("-60.00"), 0),
        ("trimmed", Decimal("9.00"), 1),
        ("trimmed", Decimal("10.50"), 2),
    ]
    shop.staff(orders.cancel, with_bonus)
    assert shop.balance(anna) == Decimal("60.00")


def test_adding_after_a_trim_takes_no_bonus_again(shop: Shop, anna: int, with_bonus: str):
    shop.staff(edits.remove_item, with_bonus, "Green tea", 1)
    shop.staff(edits.add_item, with_bonus, "Green tea", 1)

    assert (shop.order(with_bonus).bonus_applied, shop.order(with_bonus).due, shop.balance(anna)) == amounts(
        "51", "30", "9"
    )


def test_an_edited_order_is_delivered_and_counted_as_edited(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2}, status=CONFIRMED)
    shop.staff(edits.add_item, code, "Black tea", 1)
    shop.staff(edits.remove_item, code, "Green tea", 1)
    shop.staff(orders.deliver, code)

    assert shop.customer(anna).total_spendings == Decimal("40.50")
    assert (shop.goods("Green tea").stock_quantity, shop.goods("Black tea").stock_quantity) == (4, 4)


# -- several changes at once --------------------------------------------------------------------------------------


def test_several_changes_are_made_at_once(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2}, status=CONFIRMED)
    time = now() + timedelta(days=3)
    changes = Changes({"Black tea": 3}, {"Green tea": 1}, time, "Main St; apt 5 & co", "Ring <twice>")

    order = shop.staff(order_edits.change, code, changes, notify=True)

    assert lines(shop, code) == {"Green tea": (1, Decimal("30.00")), "Black tea": (3, Decimal("10.50"))}
    assert order.total_price == shop.order(code).total_price == Decimal("61.50")
    assert shop.order(code).delivery_time == time
    assert shop.db.read(order_views.whole, code).details == Details("Main St; apt 5 & co", PHONE, "Ring <twice>")
    assert [event.kind for event in shop.events()][-5:] == [
        *("order.item_added", "order.item_removed", "order.delivery_time"),
        *("order.address_changed", "order.note_changed"),
    ]
    assert [message.kind for message in shop.messages(anna)[1:]] == [
        *("order-item-added", "order-item-removed", "order-delivery-time", "order-details-changed"),
    ]


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (Changes({"Black tea": 1}, {"Green tea": 9}), BadValue),
        (Changes({"Black tea": 6}, {"Green tea": 1}), InsufficientStock),
        (Changes({"Black tea": 1, "Gren tea": 1}), NotFound),
        (Changes({"Black tea": 1}, address="abc"), BadValue),
        (Changes({"Black tea": 1}, {"Green tea": 1, " ": 1}), BadValue),
        (Changes({"Black tea": 1}, note="x" * 501), BadValue),
        (Changes({"Black tea": 1}, delivery_time=now() - timedelta(days=1)), BadValue),
    ],
)
def test_one_change_that_is_refused_refuses_them_all(shop: Shop, anna: int, last: Changes, error: type[Exception]):
    code = shop.has_order(anna, {"Green tea": 2})

    with shop.refuses(error):
        shop.staff(order_edits.change, code, last, notify=True)


def test_all_goods_can_be_exchanged_for_others(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})

    shop.staff(order_edits.change, code, Changes({" Black tea ": 2}, {"Green tea ": 2}))

    assert lines(shop, code) == {"Black tea": (2, Decimal("10.50"))}
    assert reserved(shop, "Green tea", "Black tea") == [0, 2]


def test_only_the_total_in_the_end_must_be_within_the_bounds(shop: Shop, anna: int):
    shop.has_goods("Gold tea", stock=5, price="9960.00")
    code = shop.has_order(anna, {"Green tea": 1, "Black tea": 1})

    shop.staff(order_edits.change, code, Changes({"Gold tea": 1}, {"Green tea": 1}))
    assert shop.order(code).total_price == Decimal("9970.50")
    with shop.refuses(AmountTooLarge):
        shop.staff(order_edits.change, code, Changes({"Green tea": 2}, {"Black tea": 1}))
    with shop.refuses(AmountTooSmall):
        shop.staff(order_edits.change, code, Changes({"Black tea": 1}, {"Gold tea": 1, "Black tea": 1}))


def test_goods_of_the_same_price_are_exchanged_although_the_bounds_have_moved(shop: Shop, anna: int, monkeypatch):
    shop.has_goods("White tea", price="30.00")
    code = shop.has_order(anna, {"Green tea": 1})
    usual = shop.db._info["shop"]
    for bound in ({"min_amount": Decimal(200)}, {"max_amount": Decimal(25)}):
        monkeypatch.setitem(shop.db._info, "shop", replace(usual, **bound))
        before, after = ("Green tea", "White tea") if "min_amount" in bound else ("White tea", "Green tea")
        shop.staff(order_edits.change, code, Changes({after: 1}, {before: 1}))

    assert lines(shop, code) == {"Green tea": (1, Decimal("30.00"))}


@pytest.mark.parametrize(
    ("changes", "locked"),
    [
        (Changes({"Black tea": 1}, {"Green tea": 1}), 2),
        (Changes({}, {"Green tea": 1, " White  tea ": 1}), 2),
        (Changes({"Black tea": 1, "Green tea": 1}, {"White tea": 1}), 3),
        (Changes({"Black tea": 1}), 0),
        (Changes({}, {"White tea": 1}), 0),
    ],
)
def test_all_goods_of_an_edit_are_locked_at_once(shop: Shop, anna: int, statements, changes: Changes, locked: int):
    shop.has_goods("White tea", price="30.00")
    code = shop.has_order(anna, {"Green tea": 2, "White tea": 2})

    with statements() as seen:
        shop.staff(order_edits.change, code, changes)

    first = next(place for place, each in enumerate(seen) if each.startswith("UPDATE goods"))
    locks = [each for each in seen[:first] if "FROM goods" in each and "FOR UPDATE" in each]
    assert [each.partition("IN (")[2].count("%(") for each in locks] == ([locked] if locked else [])


def test_an_exchange_gives_back_the_bonus_that_no_longer_fits_once(shop: Shop, anna: int, with_bonus: str):
    shop.staff(order_edits.change, with_bonus, Changes({"Black tea": 1}, {"Green tea": 2}))

    assert (shop.order(with_bonus).total_price, shop.order(with_bonus).bonus_applied) == amounts("31.50", "31.50")
    assert shop.balance(anna) == Decimal("28.50")


# -- the rest of an order -----------------------------------------------------------------------------------------


def test_time_address_and_note_can_be_changed(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1}, status=CONFIRMED)
    time = now() + timedelta(days=3)

    shop.staff(order_edits.change_delivery_time, code, time)
    shop.staff(edits.change_address, code, "Main St; apt 5 & co")
    shop.staff(edits.change_note, code, "Ring <twice>")

    whole = shop.db.read(order_views.whole, code)
    assert whole.order.delivery_time == time
    assert whole.details == Details("Main St; apt 5 & co", PHONE, "Ring <twice>")
    shop.staff(edits.change_note, code, " ")
    assert shop.db.read(order_views.whole, code).details.note is None


def test_a_changed_order_leaves_the_saved_details_alone(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    shop.staff(edits.change_address, code, "Somewhere else")

    assert shop.db.read(details.saved, anna).address == ADDRESS


def test_bad_values_change_nothing(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    time = now()

    with shop.refuses(BadValue, match="it is over already"):
        shop.staff(order_edits.change_delivery_time, code, time, now=time)
    with shop.refuses(BadValue):
        shop.staff(edits.change_address, code, "abc")
    with shop.refuses(BadValue):
        shop.staff(edits.change_note, code, "x" * 501)


EDITS: dict[str, Callable[[Shop, str, bool], object]] = {
    "order-item-added": lambda shop, code, notify: shop.staff(edits.add_item, code, "Black tea", 1, notify=notify),
    "order-item-removed": lambda shop, code, notify: shop.staff(edits.remove_item, code, "Green tea", 1, notify=notify),
    "order-delivery-time": lambda shop, code, notify: shop.staff(
        order_edits.change_delivery_time, code, now() + timedelta(days=2), notify=notify
    ),
    "order-details-changed": lambda shop, code, notify: shop.staff(
        edits.change_address, code, "Somewhere else", notify=notify
    ),
}


@pytest.mark.parametrize("kind", EDITS)
def test_the_customer_is_told_only_when_asked(shop: Shop, anna: int, kind: str):
    code = shop.has_order(anna, {"Green tea": 2})

    EDITS[kind](shop, code, False)
    assert shop.messages(anna) == []
    shop.staff(edits.add_item, code, "Green tea", 1)
    EDITS[kind](shop, code, True)
    assert [(each.kind, each.facts["order_code"]) for each in shop.messages(anna)] == [(kind, code)]


@pytest.mark.parametrize("status", [OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.EXPIRED])
@pytest.mark.parametrize("kind", [*EDITS, "note"])
def test_a_closed_order_cannot_be_edited(shop: Shop, anna: int, status: OrderStatus, kind: str):
    code = shop.has_order(anna, {"Green tea": 2}, status=status)

    with shop.refuses(WrongStatus, match=f"Order {code} is {status}, so it cannot be edited"):
        if kind == "note":
            shop.staff(edits.change_note, code, "Ring")
        else:
            EDITS[kind](shop, code, True)


@pytest.mark.parametrize("kind", EDITS)
def test_an_order_that_does_not_exist_cannot_be_edited(shop: Shop, anna: int, kind: str):
    with shop.refuses(NotFound):
        EDITS[kind](shop, "NOSUCH", True)


def test_an_edit_stands_in_the_audit_trail_without_personal_data(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    shop.staff(edits.add_item, code, "Black tea", 1)
    shop.staff(edits.change_address, code, "Somewhere else")

    added, changed = shop.events()[-2:]
    assert (added.kind, added.actor, added.subject) == ("order.item_added", "cli:test", f"order:{code}")
    assert added.facts == {"name": "Black tea", "quantity": 1, "total": "70.50"}
    assert (changed.kind, changed.facts) == ("order.address_changed", {})
    shop.staff(edits.remove_item, code, "Green tea", 1)
    facts = {"name": "Green tea", "quantity": 1, "total": "40.50", "bonus_returned": "0"}
    assert shop.events("order.item_removed")[0].facts == facts


# -- by the customer ------------------------------------------------------------------------------------------------


def own(shop: Shop, code: str, **what: str) -> None:
    """Let the buyer change an order."""
    order = shop.order(code)
    shop.db.call(order_edits.change_own, order.id, buyer_id=order.buyer_id, now=now(), **what)


@pytest.mark.parametrize("status", [OrderStatus.RESERVED, OrderStatus.CONFIRMED])
def test_customers_change_address_and_note_of_an_open_order_and_the_staff_are_told(
    shop: Shop, anna: int, status: OrderStatus
):
    code = shop.has_order(anna, {"Green tea": 1}, status=status)
    told = len(shop.messages(OWNER_ID))
    own(shop, code, address="  7 Hill Road ")
    own(shop, code, note="Ring twice")
    own(shop, code, note="")

    details = shop.db.read(order_views.whole, code).details
    assert (details.address, details.phone, details.note) == ("7 Hill Road", PHONE, None)
    assert [event.actor for event in shop.events("order.address_changed")] == [f"user:{anna}"]
    assert len(shop.events("order.note_changed")) == 2
    assert [each.kind for each in shop.messages(OWNER_ID)[told:]] == ["order-changed-by-customer"] * 3
    assert "order-details-changed" not in [each.kind for each in shop.messages(anna)]
    assert not any("Hill" in str(event.facts) for event in shop.events())


def test_what_customers_leave_as_it_was_is_no_change_and_nobody_is_told(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    own(shop, code, address="7 Hill Road", note="Ring twice")
    told, events = len(shop.messages()), len(shop.events())
    own(shop, code, address=" 7 Hill Road", note="Ring twice ")
    assert (len(shop.messages()), len(shop.events())) == (told, events)
    for _ in range(2):
        own(shop, code, note="")

    assert len(shop.messages()) == told + 1
    assert len(shop.events("order.note_changed")) == 2


@pytest.mark.parametrize("status", [OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_customers_change_nothing_about_a_closed_order(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 1}, status=status)

    with shop.refuses(WrongStatus):
        own(shop, code, address="7 Hill Road")


@pytest.mark.parametrize("what", [{"address": "x"}, {"address": "a" * 501}, {"note": "n" * 501}, {"address": ""}])
def test_what_the_checkout_would_refuse_is_refused_later_too(shop: Shop, anna: int, what: dict[str, str]):
    code = shop.has_order(anna, {"Green tea": 1})

    with shop.refuses(BadValue):
        own(shop, code, **what)


def test_nobody_changes_somebody_elses_order(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    fritz = shop.has_customer(404, "Fritz")

    with shop.refuses(NotFound):
        shop.db.call(order_edits.change_own, shop.order(code).id, buyer_id=fritz, address="7 Hill Road", now=now())


def test_who_orders_from_their_own_shop_is_not_told_as_staff(shop: Shop, anna: int):
    code = shop.has_order(shop.has_customer(OWNER_ID, "Olga"), {"Green tea": 1})
    own(shop, code, note="Ring twice")
    shop.db.call(orders.cancel_own, shop.order(code).id, buyer_id=OWNER_ID, now=now())

    assert [each.kind for each in shop.messages(OWNER_ID)] == ["order-new"]


def test_who_has_changed_an_order_ten_times_asks_the_staff(shop: Shop, anna: int):
    code, other = shop.has_order(anna, {"Green tea": 1}), shop.has_order(anna, {"Green tea": 1})
    own(shop, other, note="Ring")
    shop.staff(edits.change_note, code, "Ask for Anna")
    for number in range(10):
        own(shop, code, **{"address" if number % 2 else "note": f"Harbour Street {number}"})

    with shop.refuses(TooManyChanges) as refused:
        own(shop, code, note="Ring twice")
    with shop.refuses(TooManyChanges):
        own(shop, code, address="7 Hill Road")

    assert refused.value.limit == 10
    own(shop, code, note="Harbour Street 8")
    own(shop, other, note="Ring twice")
    shop.staff(edits.change_note, code, "Ring twice")
    assert [shop.db.read(order_views.whole, each).details.note for each in (code, other)] == ["Ring twice"] * 2


def test_an_edit_returns_the_order_as_it_has_become(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    tomorrow = now() + timedelta(days=1)

    assert shop.staff(order_edits.change_delivery_time, code, tomorrow).delivery_time == tomorrow
    changed = shop.db.call(order_edits.change_own, shop.order(code).id, buyer_id=anna, address="7 Hill Road", now=now())
    assert changed.order_code == code


def test_what_has_changed_is_named_to_the_customer(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    for changes in (
        Changes(address="7 Hill Road"),
        Changes(note="Ring"),
        Changes(phone="+12025550123"),
        Changes(note="", phone="+12025550124"),
    ):
        shop.staff(order_edits.change, code, changes, notify=True)

    assert [each.facts["what"] for each in shop.messages(anna)] == ["address", "note", "phone", "details"]


def test_every_change_refreshes_the_card_of_an_order_that_has_one(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    order_id = shop.order(code).id
    shop.db.call(order_cards.remember, order_id, bot_id=42, chat_id=anna, message_id=7, now=now())
    shop.db.call(order_cards.remember, order_id, bot_id=42, chat_id=anna, message_id=8, now=now())
    assert shop.scalar("SELECT message_id FROM order_cards") == 8
    shop.staff(edits.change_note, code, "Ring")
    shop.staff(edits.add_item, code, "Black tea", 1)
    own(shop, code, address="7 Hill Road")
    shop.db.call(orders.extend_own, order_id, buyer_id=anna, now=now())
    shop.db.call(orders.cancel_own, order_id, buyer_id=anna, now=now())

    assert [(each.kind, each.facts) for each in shop.messages(anna)] == [("order-card", {"order_code": code})] * 5


def test_several_changes_bring_the_cards_of_the_staff_up_to_date_once(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    card = {"bot_id": 42, "chat_id": OWNER_ID, "message_id": 7, "shown_event": 2**62}
    shop.db.call(staff_cards.remember, code, **card, now=now())

    shop.staff(order_edits.change, code, Changes({"Black tea": 1}, address="7 Hill Road", note="Ring"))
    shop.staff(order_edits.change, code, Changes())

    told = [each.event_id for each in shop.messages(OWNER_ID) if each.kind == "staff-card"]
    assert told == [shop.events("order.note_changed")[0].id]


def test_goods_are_added_although_the_data_key_is_another(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    shop.execute("UPDATE orders SET delivery_address = 'sealed with another key'")

    shop.staff(edits.add_item, code, "Green tea", 1)

    assert shop.goods("Green tea").reserved_quantity == 2


def test_an_order_has_so_many_in_all_however_often_it_is_said(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    green, black = shop.goods("Green tea").id, shop.goods("Black tea").id
    for _ in range(2):
        shop.staff(order_edits.change, code, Changes(hold={green: 3, black: 1}), notify=True)
    assert contents(shop, code) == {"Green tea": 3, "Black tea": 1}
    assert (shop.goods("Green tea").reserved_quantity, shop.goods("Black tea").reserved_quantity) == (3, 1)
    shop.staff(order_edits.change, code, Changes(hold={green: 2, black: 0}))
    before = shop.rows()
    shop.staff(order_edits.change, code, Changes(hold={green: 2, black: 0}))

    assert shop.rows() == before
    assert contents(shop, code) == {"Green tea": 2}
    assert [event.kind for event in shop.events() if "item" in event.kind] == [
        "order.item_added",
        "order.item_added",
        "order.item_removed",
        "order.item_removed",
    ]
    refused: list[tuple[dict[int, int], type[ShopError]]] = [
        ({green: 0}, LastItem),
        ({green: -1}, BadValue),
        ({shop.has_goods("Cup"): -1}, BadValue),
        ({green: 10**10}, BadValue),
        ({green: 1000}, InsufficientStock),
        ({2**40: 1}, NotFound),
    ]
    for hold, error in refused:
        with shop.refuses(error):
            shop.staff(order_edits.change, code, Changes(hold=hold))


def test_another_phone_number_is_sealed_and_told(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    shop.staff(order_edits.change, code, Changes(phone="+1 202 555 0123"), notify=True)

    whole = shop.db.read(order_views.whole, code)
    assert (whole.details.phone, whole.details.address) == ("+12025550123", ADDRESS)
    assert "2025550123" not in str(shop.rows())
    assert [event.kind for event in shop.events()][-1] == "order.phone_changed"
    assert shop.messages(anna)[-1].kind == "order-details-changed"
    with shop.refuses(BadValue):
        shop.staff(order_edits.change, code, Changes(phone="12"))


def contents(shop: Shop, code: str) -> dict[str, int]:
    """Return what an order holds."""
    return {item.item_name: item.quantity for item in shop.db.read(order_views.whole, code).items}

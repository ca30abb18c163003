"""What monitoring reads of the shop: by the hour, by kind, and without anybody's name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from bot.db import Database
from bot.models import OrderStatus
from bot.services import mistakes, tallies
from bot.services.mistakes import Met
from bot.services.reports import event_counts, figures, funnel, periods
from bot.services.reports.funnel import Step
from bot.services.reports.periods import Period
from tests.shop import STAFF, Shop, now

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def day(zone: str = "UTC") -> Period:
    return periods.today(zone, now=NOON).period


def week() -> Period:
    return periods.days(7, "UTC", now=now()).period


def test_counts_of_an_hour_add_up_and_stay_in_their_hour(either: Database):
    either.call(tallies.add, {"view.shop": 2, "view.goods": 1}, now=NOON)
    either.call(tallies.add, {"view.shop": 3}, now=NOON + timedelta(minutes=59))
    either.call(tallies.add, {"view.shop": 10}, now=NOON + timedelta(hours=1))
    either.call(tallies.add, {}, now=NOON)

    later = NOON + timedelta(hours=2)
    assert either.read(tallies.totals, ["view.shop", "view.goods", "other"], day()) == {
        "view.shop": 15,
        "view.goods": 1,
    }
    parts = either.read(tallies.by_part, ["view.shop"], day(), now=later)["view.shop"]
    assert len(parts) == 15
    assert {when: count for when, count in parts.items() if count} == {"2026-03-10 12:00": 5, "2026-03-10 13:00": 10}


def test_two_who_count_at_once_both_count(db: Database):
    def adds(_number: int) -> None:
        db.call(tallies.add, {"view.goods": 1, "view.shop": 2}, now=NOON)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(adds, range(40)))

    assert db.read(tallies.totals, ["view.shop", "view.goods"], day()) == {"view.shop": 80, "view.goods": 40}


def test_the_hours_are_those_of_the_shops_time_zone(either: Database):
    either.call(tallies.add, {"view.shop": 2}, now=NOON)

    parts = either.read(tallies.by_part, ["view.shop"], day("Europe/Berlin"), now=NOON)["view.shop"]

    assert {when: count for when, count in parts.items() if count} == {"2026-03-10 13:00": 2}


def test_mistakes_are_kept_for_ninety_days_the_latest_first(either: Database):
    for days, error_id in ((91, "aaaaaaaa"), (60, "bbbbbbbb"), (0, "cccccccc")):
        when = NOON - timedelta(days=days)
        either.call(mistakes.note, [Met(error_id, when, "KeyError", "telegram/ход.py:1" + "x" * 200)], now=when)

    found = either.read(mistakes.latest)

    assert [each.error_id for each in found] == ["cccccccc", "bbbbbbbb"]
    assert len(found[0].place) == 120
    assert either.read(mistakes.by_part, day(), now=NOON)["2026-03-10 12:00"] == 1


def test_the_funnel_leads_from_looks_to_delivery(shop: Shop):
    shop.has_goods("Green tea", stock=50)
    buyer = shop.has_customer()
    shop.has_order(buyer, {"Green tea": 2})
    shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus.CANCELLED)
    shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    shop.db.call(tallies.add, {"view.shop": 9, "view.category": 7, "view.goods": 5}, now=now())

    found = shop.db.read(funnel.of, week())

    assert list(found.orders) == [
        Step("Shop opened", 9),
        Step("Category opened", 7),
        Step("Goods looked at", 5),
        Step("Put into the cart", 3),
        Step("Checkout begun", 3),
        Step("Ordered", 3),
        Step("Not cancelled or expired", 2),
        Step("Delivered", 1),
    ]


def test_events_are_counted_by_kind_and_told_without_people(shop: Shop):
    shop.has_goods("Green tea", stock=50)
    buyer = shop.has_customer(101, "Anna")
    code = shop.has_order(buyer, {"Green tea": 2})
    invitation = shop.has_code()

    counts = shop.db.read(event_counts.of, week(), now=now())
    latest = shop.db.read(event_counts.latest)
    made = shop.db.read(event_counts.latest, kind="order.reserved")

    assert counts.kinds["order.reserved"] == 1
    assert sum(counts.parts.values()) == sum(counts.kinds.values()) == len(shop.events())
    assert [(each.subject, each.by) for each in made] == [(f"order:{code}", "user")]
    told = str(latest)
    assert [secret for secret in ("101", "Anna", invitation, STAFF) if secret in told] == []


def test_figures_cost_the_same_few_statements_however_much_there_is(shop: Shop, statements):
    shop.has_goods("Green tea", stock=50)
    buyer = shop.has_customer()
    shop.has_order(buyer, {"Green tea": 2})

    with statements() as seen:
        found = shop.db.read(figures.take, now=now())

    assert found.orders[OrderStatus.RESERVED] == 1
    assert len(seen) == 7

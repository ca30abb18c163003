import pytest

from bot.errors import BadValue, NoBitcoinAddress
from bot.models import BitcoinAddress, OrderStatus, PaymentMethod
from bot.services import bitcoin, orders
from bot.services.bitcoin import BadLine, Pool
from bot.services.queries import bitcoin_lists
from bot.services.queries.bitcoin_lists import Listed
from bot.services.queries.paging import Window
from tests.shop import BITCOIN_ADDRESSES, OWNER_ID, STAFF, Shop, now

FIRST, SECOND, THIRD = BITCOIN_ADDRESSES[:3]


def add(shop: Shop, *addresses: str) -> int:
    return shop.staff(bitcoin.add, addresses)


def warns(shop: Shop) -> bool:
    return shop.db.call(bitcoin.warn_when_low, now=now())


def warnings(shop: Shop) -> list[tuple[str, int]]:
    told = [(each.kind, each.facts["count"]) for each in shop.messages(OWNER_ID) if each.kind.startswith("bitcoin")]
    assert all(each.recipient == OWNER_ID for each in shop.messages() if each.kind.startswith("bitcoin"))
    return told


def pay_in_bitcoin(shop: Shop, times: int) -> list[str]:
    """Make orders of one customer whose addresses stay unpaid."""
    return [shop.has_order(101, {"Green tea": 1}, pay=PaymentMethod.BITCOIN) for _ in range(times)]


def pool(shop: Shop, *, also_used: bool = False) -> list[Listed]:
    """Return the addresses in the order of the pool."""
    return shop.db.read(lambda session: list(bitcoin_lists.listed(session, Window(), also_used=also_used)))


@pytest.fixture
def customer(shop: Shop) -> int:
    shop.has_goods(stock=1000)
    shop.has_setting("max_open_orders", "1000")
    return shop.has_customer(101)


# -- the pool -----------------------------------------------------------------------------------------------------


def test_new_addresses_are_added_in_their_order_and_known_ones_ignored(shop: Shop):
    assert add(shop, SECOND, FIRST, SECOND) == 2
    assert add(shop, FIRST, THIRD) == 1
    assert add(shop, FIRST, THIRD) == 0

    assert [row.address for row in pool(shop)] == [SECOND, FIRST, THIRD]
    assert [event.facts for event in shop.events("bitcoin.added")] == [{"count": 2}, {"count": 1}]
    assert shop.db.read(bitcoin.pool) == Pool(free=3, used=0)


def test_adding_nothing_is_nothing(shop: Shop):
    assert add(shop) == 0
    assert shop.events() == []


def test_many_addresses_are_added_in_batches(shop: Shop):
    count = bitcoin.BATCH * 2 + 1

    assert add(shop, *(f"address{number}" for number in range(count))) == count
    assert shop.count(BitcoinAddress) == count


def test_addresses_that_differ_only_in_case_are_two(shop: Shop):
    assert add(shop, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "1BVBMSEYstWetqTFn5Au4m4GFg7xJaNVN2") == 2


def test_a_used_address_never_comes_back(shop: Shop, customer: int):
    add(shop, FIRST)
    code = shop.has_order(customer, {"Green tea": 1}, pay=PaymentMethod.BITCOIN, status=OrderStatus.EXPIRED)

    assert add(shop, FIRST) == 0
    assert shop.db.read(bitcoin.pool) == Pool(free=0, used=1)
    assert not shop.db.read(bitcoin.has_free)
    with shop.refuses(NoBitcoinAddress):
        shop.db.call(bitcoin.claim, user_id=customer, now=now())
    assert pool(shop) == []
    assert [(row.address, row.order_code) for row in pool(shop, also_used=True)] == [(FIRST, code)]


def test_lines_are_checked_one_by_one(shop: Shop):
    reading = bitcoin.read_lines([f"\ufeff{FIRST}  # savings", "# comment", "", f" {SECOND}\n", SECOND[:-1] + "x"])

    assert reading.addresses == [FIRST, SECOND]
    ends_with_x = "1Fn5cvkx3efqDygGr78tYx4HMfHqGaW3PX"
    assert bitcoin.read_lines([f"\ufeff{ends_with_x}\n"]).addresses == [ends_with_x]
    assert reading.bad == [BadLine(5, SECOND[:-1] + "x", "its checksum is wrong; copy it again")]


def test_a_file_of_anything_else_is_refused(shop: Shop):
    with pytest.raises(BadValue, match="too many lines are no addresses"):
        bitcoin.read_lines("x" for _ in range(bitcoin.MOST_BAD_LINES + 1))


def test_the_longest_line_and_the_most_bad_lines_are_still_read(shop: Shop):
    reading = bitcoin.read_lines([FIRST.ljust(200), SECOND.ljust(201), *["x" * 101] * (bitcoin.MOST_BAD_LINES - 1)])

    assert reading.addresses == [FIRST]
    assert reading.bad[0] == BadLine(2, SECOND, "it is longer than 200 characters")
    assert (len(reading.bad), reading.bad[-1].text) == (bitcoin.MOST_BAD_LINES, "x" * 100)


# -- the file -----------------------------------------------------------------------------------------------------


def test_bad_lines_are_told_until_they_are_known(shop: Shop):
    bad = [BadLine(2, "x", "it is no address"), BadLine(5, "y", "it is no address")]
    assert not shop.db.call(bitcoin.report_bad_lines, [], now=now())
    assert shop.events() == []

    news = [shop.db.call(bitcoin.report_bad_lines, lines, now=now()) for lines in (bad, bad, bad[1:], [], [], bad, bad)]

    assert news == [True, False, True, False, False, True, False]
    events = [(each.kind, each.actor, each.subject, each.facts["count"], each.facts["first"]) for each in shop.events()]
    assert events == [
        ("bitcoin.bad_lines", "job:bitcoin", "bitcoin:file", count, first)
        for count, first in ((2, 2), (1, 5), (0, None), (2, 2))
    ]
    assert [(each.recipient, each.kind, each.facts) for each in shop.messages()] == [
        (OWNER_ID, "btc-bad-lines", {"count": count, "first": first}) for count, first in ((2, 2), (1, 5), (2, 2))
    ]


def test_a_file_that_cannot_be_read_is_told_once_and_so_is_its_return(shop: Shop):
    news = [
        shop.db.call(bitcoin.report_file, why, now=now())
        for why in (None, "it is gone", "it is UTF-16", None, None, "it is gone")
    ]

    assert news == [False, True, False, True, False, True]
    assert [(each.kind, each.actor, each.subject, each.facts) for each in shop.events()] == [
        ("bitcoin.file", "job:bitcoin", "bitcoin:file", {"bad": bool(why), "why": why})
        for why in ("it is gone", "", "it is gone")
    ]
    assert [(each.recipient, each.kind, each.facts) for each in shop.messages()] == [
        (OWNER_ID, "btc-file-unread", {"why": "it is gone"}),
        (OWNER_ID, "btc-file-read", {}),
        (OWNER_ID, "btc-file-unread", {"why": "it is gone"}),
    ]


# -- warnings -----------------------------------------------------------------------------------------------------


def test_a_shop_without_bitcoin_is_not_warned(shop: Shop):
    assert not warns(shop)
    assert shop.events() == []


def test_the_owner_is_warned_once_when_few_are_left_and_again_after_a_refill(shop: Shop):
    shop.has_setting("btc_low_addresses", "3")
    add(shop, FIRST, SECOND)

    assert [warns(shop) for _ in range(3)] == [True, False, False]
    add(shop, *BITCOIN_ADDRESSES[:5])
    assert not warns(shop)
    shop.has_setting("btc_low_addresses", "6")
    assert [warns(shop), warns(shop)] == [True, False]

    assert warnings(shop) == [("bitcoin-low", 2), ("bitcoin-low", 5)]
    assert [(each.actor, each.subject, each.facts) for each in shop.events("bitcoin.low")] == [
        ("job:bitcoin", "bitcoin:pool", {"bad": bad, "count": count})
        for bad, count in ((True, 2), (False, 5), (True, 5))
    ]
    assert [(each.actor, each.subject) for each in shop.events("bitcoin.added")] == [(STAFF, "bitcoin:pool")] * 2


def test_a_single_address_is_few(shop: Shop):
    add(shop, FIRST)

    assert [warns(shop), warns(shop)] == [True, False]


def test_exactly_as_many_as_wanted_is_enough(shop: Shop):
    shop.has_setting("btc_low_addresses", "2")
    add(shop, FIRST, SECOND)

    assert not warns(shop)


def test_an_empty_pool_is_told_once_more(shop: Shop, customer: int):
    shop.has_setting("btc_low_addresses", "3")
    add(shop, FIRST, SECOND)
    warns(shop)
    pay_in_bitcoin(shop, 1)
    assert not warns(shop)
    pay_in_bitcoin(shop, 1)

    assert [warns(shop), warns(shop)] == [True, False]
    assert warnings(shop) == [("bitcoin-low", 2), ("bitcoin-low", 0)]


def test_fifteen_unpaid_addresses_in_a_row_are_told_once(shop: Shop, customer: int):
    shop.has_setting("btc_low_addresses", "0")
    add(shop, *(f"address{number}" for number in range(40)))
    codes = pay_in_bitcoin(shop, 14)
    assert not warns(shop)
    codes += pay_in_bitcoin(shop, 1)
    assert [warns(shop), warns(shop)] == [True, False]
    pay_in_bitcoin(shop, 3)
    assert not warns(shop)

    shop.db.call(orders.confirm, codes[-1], delivery_time=now().replace(year=2100), actor=STAFF, now=now())
    assert not warns(shop)
    pay_in_bitcoin(shop, 12)
    assert warns(shop)

    assert warnings(shop) == [("bitcoin-streak", 15), ("bitcoin-streak", 15)]


def test_expired_and_cancelled_orders_count_as_unpaid(shop: Shop, customer: int):
    shop.has_setting("btc_low_addresses", "0")
    add(shop, *(f"address{number}" for number in range(21)))
    for number, code in enumerate(pay_in_bitcoin(shop, 21)):
        if number % 2:
            shop.staff(orders.cancel, code)
        else:
            shop.expires(code)

    assert warns(shop)
    # Nobody counts further than a wallet looks.
    assert warnings(shop) == [("bitcoin-streak", 20)]

from datetime import timedelta

import pytest

from bot.errors import (
    BadValue,
    CodeExpired,
    CodeNeeded,
    CodeUnknown,
    CodeUsedUp,
    NotFound,
    OwnCode,
    TooManyCodes,
)
from bot.models import ReferenceCodeUsage, RoleName, User
from bot.services import people, reference_codes
from bot.services.people import Newcomer
from bot.services.queries.paging import Window
from bot.services.queries.reference_code_lists import Wanted, listed
from bot.services.reference_codes import Entered
from tests.shop import OWNER_ID, Shop, now

ANNA = Newcomer(101, "Anna", "anna", "de")


def enters(
    shop: Shop, code: str | None = None, newcomer: Newcomer = ANNA, *, after: timedelta = timedelta()
) -> Entered:
    return shop.db.call(reference_codes.enter, newcomer, code, now=now() + after)


# -- entering -----------------------------------------------------------------------------------------------------


def test_a_code_lets_somebody_in(shop: Shop):
    code = shop.has_code(max_uses=2)

    entered = enters(shop, code)

    user = shop.user(101)
    assert entered.is_new
    assert (user.first_name, user.username, user.language, user.role) == ("Anna", "anna", "en", RoleName.USER)
    assert (user.referrer_id, user.is_banned) == (None, False)
    assert shop.balance(101) == 0
    assert shop.code(code).current_uses == 1
    assert [event.kind for event in shop.events()][-2:] == ["customer.registered", "reference_code.redeemed"]


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{lower}", "{dashed}"])
def test_people_type_a_code_as_they_like(shop: Shop, typed: str):
    code = shop.has_code()

    enters(shop, typed.format(code=code, lower=code.lower(), dashed=f"{code[:4]}-{code[4:]}"))

    assert shop.code(code).current_uses == 1


def test_a_friends_code_names_the_referrer_and_tells_them(shop: Shop):
    boris = shop.has_customer(102, "Boris")
    code = shop.db.call(reference_codes.create_for_friend, boris, now=now()).code

    enters(shop, code)

    assert shop.user(101).referrer_id == boris
    message = shop.messages(boris)[0]
    assert (message.kind, message.facts) == ("friend-joined", {"code": code})


def test_a_code_made_by_an_admin_names_them_as_referrer_without_a_message(shop: Shop):
    admin = shop.has_customer(102, "Boris")
    row = shop.staff(reference_codes.create_for_staff, expires_hours=0, max_uses=0, note=None, creator_id=admin)

    enters(shop, row.code)

    assert shop.user(101).referrer_id == admin
    assert shop.messages() == []


def test_without_a_code_nobody_enters(shop: Shop):
    with shop.refuses(CodeNeeded):
        enters(shop)
    with shop.refuses(CodeNeeded):
        enters(shop, "")


@pytest.mark.parametrize(
    "code", ["NOSUCH22", "x", "<script>", "АБВГДЕЖЗ", "\x00", "\ud800", "'; DROP TABLE users", "9" * 10_000]
)
def test_an_unknown_code_is_refused(shop: Shop, code: str):
    with shop.refuses(CodeUnknown):
        enters(shop, code)


def test_a_disabled_code_gets_the_same_answer_as_an_unknown_one(shop: Shop):
    code = shop.has_code()
    shop.staff(reference_codes.disable, code, reason="leaked")

    with shop.refuses(CodeUnknown) as disabled:
        enters(shop, code)
    with shop.refuses(CodeUnknown) as unknown:
        enters(shop, "NOSUCH22")

    assert (str(disabled.value), disabled.value.facts) == (str(unknown.value), unknown.value.facts)


def test_a_disabled_code_does_not_even_say_that_it_is_used_up_or_expired(shop: Shop):
    code = shop.has_code(max_uses=1, expires_hours=1)
    enters(shop, code)
    shop.staff(reference_codes.disable, code, reason=None)

    with shop.refuses(CodeUnknown):
        enters(shop, code, Newcomer(102), after=timedelta(hours=2))


def test_a_code_ends_to_the_second(shop: Shop):
    code = shop.has_code(expires_hours=1)
    ends = shop.code(code).expires_at
    assert ends is not None

    with shop.refuses(CodeExpired):
        shop.db.call(reference_codes.enter, ANNA, code, now=ends)
    shop.db.call(reference_codes.enter, ANNA, code, now=ends - timedelta(microseconds=1))


def test_a_code_that_is_used_up_says_so(shop: Shop):
    code = shop.has_code(max_uses=1)
    enters(shop, code)

    with shop.refuses(CodeUsedUp):
        enters(shop, code, Newcomer(102, "Boris"))


def test_a_code_without_limits_lets_everybody_in(shop: Shop):
    code = shop.has_code()

    for telegram_id in range(101, 111):
        enters(shop, code, Newcomer(telegram_id), after=timedelta(days=3000))

    assert shop.code(code).current_uses == 10


def test_the_owner_enters_without_a_code(shop: Shop):
    assert enters(shop, None, Newcomer(OWNER_ID, "Olga")).is_new
    assert shop.user(OWNER_ID).role is RoleName.OWNER


def test_the_owner_enters_with_any_code_and_uses_none_up(shop: Shop):
    code = shop.has_code(max_uses=1)

    enters(shop, code, Newcomer(OWNER_ID, "Olga"))

    assert shop.code(code).current_uses == 0


def test_with_codes_switched_off_everybody_enters(shop: Shop):
    shop.has_setting("reference_codes_enabled", "false")

    assert enters(shop).is_new
    assert shop.user(101).referrer_id is None


@pytest.mark.parametrize("bad", ["unknown", "used up", "expired", "disabled"])
def test_with_codes_switched_off_a_bad_code_keeps_nobody_out(shop: Shop, bad: str):
    code = "NOSUCH22" if bad == "unknown" else shop.has_code(max_uses=1, expires_hours=1)
    if bad == "used up":
        enters(shop, code, Newcomer(102))
    if bad == "disabled":
        shop.staff(reference_codes.disable, code, reason=None)
    shop.has_setting("reference_codes_enabled", "false")

    entered = enters(shop, code, after=timedelta(hours=2 if bad == "expired" else 0))

    assert entered.is_new
    assert shop.count(ReferenceCodeUsage) == (1 if bad == "used up" else 0)


def test_with_codes_switched_off_a_good_code_still_names_the_referrer(shop: Shop):
    boris = shop.has_customer(102, "Boris")
    code = shop.db.call(reference_codes.create_for_friend, boris, now=now()).code
    shop.has_setting("reference_codes_enabled", "false")

    enters(shop, code)

    assert (shop.user(101).referrer_id, shop.code(code).current_uses) == (boris, 1)


def test_who_is_in_redeems_no_second_code(shop: Shop):
    first, second = shop.has_code(), shop.has_code()
    enters(shop, first)

    again = enters(shop, second, Newcomer(101, "Anna-Maria", None, "ru"))

    assert not again.is_new
    assert (shop.code(first).current_uses, shop.code(second).current_uses) == (1, 0)
    assert shop.count(ReferenceCodeUsage) == 1
    assert (shop.user(101).first_name, shop.user(101).username) == ("Anna-Maria", None)


def test_coming_again_ends_being_unreachable(shop: Shop):
    enters(shop, shop.has_code())
    shop.execute("UPDATE users SET blocked_bot_at = NOW()")

    enters(shop)

    assert shop.user(101).blocked_bot_at is None


def test_ones_own_code_is_for_a_friend(shop: Shop):
    anna = shop.has_customer(101)
    code = shop.db.call(reference_codes.create_for_friend, anna, now=now()).code

    with shop.refuses(OwnCode):
        enters(shop, code.lower())


def test_a_banned_person_stays_banned_when_they_come_again(shop: Shop):
    enters(shop, shop.has_code())
    shop.staff(people.ban, 101, reason="fraud", notify=False)

    enters(shop)

    assert shop.user(101).is_banned


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (Newcomer(101, "A" * 500, "u" * 500, "ru-RU"), ("A" * 128, "u" * 64, "ru")),
        (Newcomer(101, "\u202e\x00", "", "xx"), ("", None, "en")),
        (Newcomer(101, "<b>O'Neill & co</b>", "anna", None), ("<b>O'Neill & co</b>", "anna", "en")),
        (Newcomer(2**52 - 1, "Анна 🍵", None, "RU"), ("Анна 🍵", None, "ru")),
    ],
)
def test_whatever_somebody_is_called_they_can_enter(shop: Shop, given: Newcomer, stored: tuple[str, str | None, str]):
    enters(shop, shop.has_code(), given)

    user = shop.user(given.telegram_id)
    assert (user.first_name, user.username, user.language) == stored


def test_registering_twice_changes_nothing(shop: Shop):
    shop.has_customer(101, "Anna")
    shop.has_customer(101, "Somebody else")

    assert shop.user(101).first_name == "Anna"
    assert shop.count(User) == 1


# -- creating, disabling, listing ---------------------------------------------------------------------------------


def test_a_code_has_eight_letters_that_nobody_confuses(shop: Shop):
    codes = {shop.has_code() for _ in range(20)}

    assert len(codes) == 20
    assert all(len(code) == 8 and set(code) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for code in codes)


def test_staff_choose_how_long_and_how_often(shop: Shop):
    time = now()

    row = shop.staff(reference_codes.create_for_staff, expires_hours=48, max_uses=10, note=" Market \n day ", now=time)

    stored = shop.code(row.code)
    assert (stored.expires_at, stored.max_uses, stored.note) == (time + timedelta(hours=48), 10, "Market day")
    assert (stored.is_admin_code, stored.created_by, stored.creator_id) == (True, "cli:test", None)


@pytest.mark.parametrize(
    ("hours", "uses", "note"),
    [(-1, 0, None), (87_601, 0, None), (0, -1, None), (0, 1_000_001, None), (0, 0, "x" * 501)],
)
def test_a_code_out_of_range_is_refused(shop: Shop, hours: int, uses: int, note: str | None):
    with shop.refuses(BadValue):
        shop.staff(reference_codes.create_for_staff, expires_hours=hours, max_uses=uses, note=note)


def test_a_friends_code_has_one_use_and_a_day(shop: Shop):
    anna, time = shop.has_customer(101), now()

    row = shop.db.call(reference_codes.create_for_friend, anna, now=time)

    assert (row.max_uses, row.expires_at, row.is_admin_code) == (1, time + timedelta(hours=24), False)
    assert (row.creator_id, row.created_by) == (anna, "user:101")


def test_a_customer_has_at_most_ten_unused_codes(shop: Shop):
    anna = shop.has_customer(101)
    codes = [shop.db.call(reference_codes.create_for_friend, anna, now=now()).code for _ in range(10)]

    with shop.refuses(TooManyCodes) as refused:
        shop.db.call(reference_codes.create_for_friend, anna, now=now())
    enters(shop, codes[0], Newcomer(102))
    shop.db.call(reference_codes.create_for_friend, anna, now=now())
    shop.db.call(reference_codes.create_for_friend, anna, now=now() + timedelta(days=2))

    assert refused.value.limit == 10


def test_a_code_is_disabled_once_with_a_reason(shop: Shop):
    code = shop.has_code()
    shop.staff(reference_codes.disable, code.lower(), reason="leaked")

    assert (shop.code(code).is_active, shop.code(code).disabled_reason) == (False, "leaked")
    with shop.refuses(BadValue, match="it is disabled already"):
        shop.staff(reference_codes.disable, code, reason=None)
    with shop.refuses(NotFound):
        shop.staff(reference_codes.disable, "NOSUCH22", reason=None)


@pytest.mark.parametrize("code", ["АБВГДЕЖЗ", "\ud800"])
def test_disabling_nonsense_is_refused_as_not_found(shop: Shop, code: str):
    with shop.refuses(NotFound):
        shop.staff(reference_codes.disable, code, reason=None)


def test_lists_are_newest_first_and_can_leave_out_what_lets_nobody_in(shop: Shop):
    good, disabled, used_up, expired = (shop.has_code(max_uses=1, expires_hours=hours) for hours in (9, 9, 9, 1))
    shop.staff(reference_codes.disable, disabled, reason=None)
    enters(shop, used_up)
    later = now() + timedelta(hours=2)

    def codes(wanted: Wanted) -> list[str]:
        return [row.code for row in shop.db.read(lambda session: list(listed(session, wanted, Window())))]

    assert codes(Wanted()) == [expired, used_up, disabled, good]
    assert codes(Wanted(redeemable_at=later)) == [good]


def test_customers_see_their_own_codes_that_still_work(shop: Shop):
    anna, boris = shop.has_customer(101), shop.has_customer(102)
    mine = [shop.db.call(reference_codes.create_for_friend, anna, now=now()).code for _ in range(2)]
    shop.db.call(reference_codes.create_for_friend, boris, now=now())
    enters(shop, mine[0], Newcomer(103))

    assert [row.code for row in shop.db.read(reference_codes.of_customer, anna, now=now())] == [mine[1]]


def test_a_banned_customers_codes_let_nobody_in_but_those_of_the_shop_do(shop: Shop):
    anna = shop.has_customer(101)
    friends = shop.db.call(reference_codes.create_for_friend, anna, now=now()).code
    official = shop.staff(
        reference_codes.create_for_staff, expires_hours=0, max_uses=0, note=None, creator_id=anna
    ).code
    shop.staff(people.ban, anna, reason=None, notify=False)

    with shop.refuses(CodeUnknown):
        shop.db.call(reference_codes.enter, people.Newcomer(202, "Greta"), friends, now=now())
    assert shop.db.call(reference_codes.enter, people.Newcomer(202, "Greta"), official, now=now()).is_new


def test_where_no_code_is_needed_a_banned_customer_becomes_nobodys_referrer(shop: Shop):
    shop.has_setting("reference_codes_enabled", "false")
    anna = shop.has_customer(101)
    code = shop.db.call(reference_codes.create_for_friend, anna, now=now()).code
    shop.staff(people.ban, anna, reason=None, notify=False)
    shop.db.call(reference_codes.enter, people.Newcomer(202, "Greta"), code, now=now())

    assert shop.user(202).referrer_id is None
    assert shop.code(code).current_uses == 0

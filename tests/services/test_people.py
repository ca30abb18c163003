from bot.errors import BadValue, NotFound
from bot.models import RoleName
from bot.services import arrivals, people
from bot.services.people import Identity
from tests.shop import OWNER_ID, Shop, now


def identity(shop: Shop) -> Identity:
    found = shop.db.read(arrivals.identify, 101)
    assert found is not None
    return found


def test_who_has_not_entered_is_nobody(shop: Shop):
    assert shop.db.read(arrivals.identify, 101) is None
    assert shop.db.read(arrivals.identify, 2**63) is None


def test_who_has_entered_is_known(shop: Shop):
    shop.has_customer(101, "Anna")
    anna = identity(shop)

    assert anna == Identity(101, "Anna", "en", RoleName.USER, is_banned=False, cart_count=0)
    assert anna.actor == "user:101"


def test_a_ban_and_its_end_count_at_once(shop: Shop):
    shop.has_customer(101)

    shop.staff(people.ban, 101, reason=" chargebacks\n again ", notify=True)
    assert identity(shop).is_banned
    assert shop.user(101).ban_reason == "chargebacks again"
    shop.staff(people.unban, 101, notify=True)
    assert not identity(shop).is_banned
    assert shop.user(101).ban_reason is None

    assert [(message.kind, message.facts) for message in shop.messages(101)] == [
        ("banned", {"reason": "chargebacks again"}),
        ("unbanned", {}),
    ]
    assert [event.kind for event in shop.events()][-2:] == ["customer.banned", "customer.unbanned"]


def test_a_ban_is_silent_unless_asked(shop: Shop):
    shop.has_customer(101)
    shop.staff(people.ban, 101, reason=None, notify=False)
    shop.staff(people.unban, 101, notify=False)

    assert shop.messages() == []


def test_the_owner_cannot_be_banned(shop: Shop):
    shop.has_customer(OWNER_ID)

    with shop.refuses(BadValue, match="the owner cannot be banned"):
        shop.staff(people.ban, OWNER_ID, reason=None, notify=False)


def test_who_is_not_there_cannot_be_banned_and_who_is_not_banned_cannot_be_unbanned(shop: Shop):
    shop.has_customer(101)

    with shop.refuses(NotFound):
        shop.staff(people.ban, 999, reason=None, notify=False)
    with shop.refuses(NotFound):
        shop.staff(people.unban, 2**63, notify=False)
    with shop.refuses(BadValue, match="this user is not banned"):
        shop.staff(people.unban, 101, notify=False)


def test_a_language_is_chosen_among_those_the_shop_speaks(shop: Shop):
    shop.has_customer(101)

    shop.db.call(people.choose_language, 101, "ru", now=now())
    with shop.refuses(BadValue, match="use one of en, ru"):
        shop.db.call(people.choose_language, 101, "de", now=now())

    assert shop.user(101).language == "ru"


def test_a_customer_without_a_row_reads_as_an_empty_one(shop: Shop):
    shop.has_customer(101)
    shop.execute("DELETE FROM customer_info")

    found = shop.db.call(people.customer, 101)

    assert found.bonus_balance == 0
    assert found.completed_orders_count == 0
    assert shop.scalar("SELECT COUNT(*) FROM customer_info") == 0


def test_banning_somebody_again_keeps_the_reason_that_is_known(shop: Shop):
    shop.has_customer(101)
    for reason in ("Never pays", None):
        shop.db.call(people.ban, 101, reason=reason, notify=False, actor="cli:test", now=now())

    assert shop.user(101).ban_reason == "Never pays"

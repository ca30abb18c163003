"""Erasing a person: nothing leads back, and every sum still holds."""

import json
from decimal import Decimal
from typing import Any

import pytest

from bot.errors import Banned, Erased, NotFound, StaffStays, StillOrdering, WrongState
from bot.models import FIRST_PSEUDONYM, Base, ContentKind, FileKind, OrderStatus, OutboxStatus, PaymentMethod, RoleName
from bot.services import (
    bonus,
    broadcasts,
    cart,
    checkout,
    letters,
    order_cards,
    orders,
    outbox,
    people,
    reference_codes,
    roles,
    staff_cards,
    waiting_list,
)
from bot.services import help as help_desk
from bot.services.broadcasts import Content
from bot.services.help_messages import Origin
from bot.services.privacy import erasing, personal_data
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now

ANNA = 7700112233
NAME = "Annabella Zorn"
USERNAME = "annabella_z"
LETTER = "My cat has eaten the tea"


def lived(shop: Shop) -> None:
    """Let Anna do everything that a customer can do, and the staff everything that can be done to one."""
    shop.has_addresses()
    shop.has_goods(stock=100)
    shop.has_goods("Cup", stock=0)
    newcomer = people.Newcomer(ANNA, NAME, USERNAME, "ru")
    shop.db.call(reference_codes.enter, newcomer, shop.has_code(), now=now())
    friend = shop.db.call(reference_codes.create_for_friend, ANNA, now=now()).code
    shop.db.call(reference_codes.enter, people.Newcomer(102, "Fritz"), friend, now=now())
    shop.db.call(reference_codes.create_for_friend, ANNA, now=now())
    shop.has_order(102, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    shop.staff(bonus.adjust, ANNA, Decimal("5.00"), reason=f"{NAME} was kind", notify=True)
    shop.has_order(ANNA, {"Green tea": 2}, status=OrderStatus.DELIVERED, bonus=True)
    shop.has_order(ANNA, {"Green tea": 1}, status=OrderStatus.EXPIRED, pay=PaymentMethod.BITCOIN)
    code = shop.has_order(ANNA, {"Green tea": 1})
    shop.staff(orders.cancel, code, reason=f"{NAME} has moved")
    order = shop.order(code)
    shop.db.call(order_cards.remember, order.id, bot_id=42, chat_id=ANNA, message_id=5, now=now())
    place: dict[str, Any] = {"bot_id": 42, "chat_id": OWNER_ID, "message_id": 6, "shown_event": 10**6}
    shop.db.call(staff_cards.remember, code, **place, now=now())
    shop.db.call(help_desk.ask, ANNA, LETTER, file=FileKind.PHOTO, origin=Origin(42, ANNA, 9), now=now())
    shop.staff(letters.write, ANNA, f"Dear {NAME}")
    shop.db.call(waiting_list.join, ANNA, shop.goods("Cup").id, now=now())
    shop.db.call(cart.add, ANNA, shop.goods("Green tea").id, 3, now=now())
    shop.db.call(checkout.begin, ANNA, now=now())
    shop.db.call(checkout.set_address, ANNA, ADDRESS, now=now())
    number = shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "A sale")).id
    shop.staff(broadcasts.confirm, number, 1)


def everything(shop: Shop) -> str:
    return json.dumps(shop.rows(), default=str, ensure_ascii=False)


def test_nothing_leads_back_to_somebody_who_was_erased(shop: Shop):
    lived(shop)
    assert str(ANNA) in everything(shop)

    done = shop.db.call(erasing.erase, ANNA, now=now())
    shop.db.call(erasing.chat_is_forgotten, ANNA)

    left = everything(shop)
    assert [word for word in (str(ANNA), NAME, USERNAME, "Annabella") if word in left] == []
    assert done.pseudonym >= FIRST_PSEUDONYM
    assert (done.orders, done.letters) == (3, 2)
    shadow = shop.user(done.pseudonym)
    assert (shadow.first_name, shadow.username, shadow.role, shadow.is_banned) == ("—", None, RoleName.USER, False)
    assert shadow.erased_at
    assert shadow.broadcasts_off_at


def test_the_books_are_what_they_were(shop: Shop):
    lived(shop)
    sums = (
        "SELECT SUM(total_price) FROM orders",
        "SELECT COUNT(*) FROM orders",
        "SELECT SUM(amount) FROM payments",
        "SELECT COUNT(*) FROM order_history",
        "SELECT COUNT(*) FROM inventory_log",
        "SELECT SUM(amount) FROM referral_earnings",
        "SELECT SUM(total_spendings) FROM customer_info",
        "SELECT SUM(current_uses) FROM reference_codes",
        "SELECT COUNT(*) FROM bitcoin_addresses WHERE is_used",
        "SELECT COUNT(*) FROM outbox",
    )
    before = [shop.scalar(sql) for sql in sums]
    events = len(shop.events())

    done = shop.db.call(erasing.erase, ANNA, now=now())

    assert [shop.scalar(sql) for sql in sums] == before
    assert len(shop.events()) == events + 1
    assert {order.buyer_id for order in shop.orders()} == {done.pseudonym, 102}
    assert all(not order.delivery_address for order in shop.orders() if order.buyer_id == done.pseudonym)
    assert shop.balance(done.pseudonym) == 0
    event = shop.events("customer.erased")[0]
    assert (event.actor, event.subject) == (f"user:{done.pseudonym}",) * 2


def test_nothing_more_is_sent_to_somebody_who_was_erased(shop: Shop):
    lived(shop)

    done = shop.db.call(erasing.erase, ANNA, now=now())

    mine = shop.messages(done.pseudonym)
    assert mine
    assert {(message.status, str(message.facts)) for message in mine} == {(OutboxStatus.DROPPED, str(outbox.ERASED))}
    with shop.refuses(WrongState, match="erased"):
        shop.staff(outbox.repeat, mine[0].id)
    with shop.refuses(WrongState):
        shop.staff(letters.write, done.pseudonym, "Hello?")
    with shop.refuses(Erased):
        shop.staff(people.ban, done.pseudonym, reason=None, notify=False)


def test_a_friends_next_order_credits_nobody(shop: Shop):
    lived(shop)
    earned = shop.scalar("SELECT COUNT(*) FROM referral_earnings")

    shop.db.call(erasing.erase, ANNA, now=now())
    shop.has_order(102, {"Green tea": 1}, status=OrderStatus.DELIVERED)

    assert shop.scalar("SELECT COUNT(*) FROM referral_earnings") == earned


def test_an_expired_order_of_somebody_who_was_erased_is_not_revived(shop: Shop):
    lived(shop)
    expired = next(order.order_code for order in shop.orders() if order.order_status is OrderStatus.EXPIRED)
    shop.db.call(erasing.erase, ANNA, now=now())

    with shop.refuses(WrongState, match="order again"):
        shop.staff(orders.revive, expired)


def test_who_has_open_orders_is_not_erased(shop: Shop):
    shop.has_goods()
    shop.has_customer()
    code = shop.has_order(101, {"Green tea": 1})

    with shop.refuses(StillOrdering, match=code):
        shop.db.call(erasing.erase, 101, now=now())
    shop.staff(orders.cancel, code)
    shop.db.call(erasing.erase, 101, now=now())

    with pytest.raises(NotFound):
        shop.db.call(erasing.erase, 101, now=now())


def test_whoever_runs_the_shop_is_not_erased(shop: Shop):
    shop.has_customer(OWNER_ID, "Olga")
    shop.has_customer()
    shop.staff(roles.appoint, 101, RoleName.ADMIN)

    with shop.refuses(StaffStays, match="OWNER_ID"):
        shop.db.call(erasing.erase, OWNER_ID, now=now())
    with shop.refuses(StaffStays, match="staff remove"):
        shop.db.call(erasing.erase, 101, now=now())
    with shop.refuses(NotFound):
        shop.db.call(erasing.erase, 999, now=now())


def test_an_admin_of_earlier_days_stands_nowhere_after_erasing(shop: Shop):
    lived(shop)
    shop.staff(roles.appoint, ANNA, RoleName.ADMIN)
    me: dict[str, Any] = {"actor": people.actor(ANNA), "now": now()}
    shop.db.call(help_desk.ask, 102, "Where is it?", now=now())
    shop.db.call(help_desk.answer, 102, "Here", **me, origin=Origin(42, ANNA, 70))
    code = shop.has_order(102, {"Green tea": 1})
    shop.db.call(orders.cancel, code, **me)
    shop.db.call(people.ban, 102, reason="rude", notify=False, **me)
    content = Content(ContentKind.COPY, source=(ANNA, 4))
    shop.db.call(broadcasts.draft, content, author_id=ANNA, **me)
    place: dict[str, Any] = {"bot_id": 42, "chat_id": ANNA, "message_id": 8, "shown_event": 10**6}
    shop.db.call(staff_cards.remember, code, **place, now=now())
    shop.staff(roles.dismiss, ANNA)

    shop.db.call(erasing.erase, ANNA, now=now())
    shop.db.call(erasing.chat_is_forgotten, ANNA)

    assert str(ANNA) not in everything(shop)


PLACES = {
    "broadcast_cards.chat_id",
    "broadcasts.author_id",
    "broadcasts.last_user_id",
    "broadcasts.source_chat_id",
    "erased_chats.chat_id",
    "help_copies.recipient",
    "help_messages.chat_id",
    "order_cards.chat_id",
    "outbox.recipient",
    "staff_cards.chat_id",
}


def test_every_place_that_may_hold_an_id_is_known_to_erasing():
    """Columns that point to users, and actors, are found by themselves; any other has to be thought of."""
    names = ("chat_id", "recipient", "author_id", "user_id", "telegram_id")
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(names)
        and not column.foreign_keys
        and not (table.name == "users" and column.primary_key)
    }

    assert found == PLACES, "say in services/pseudonyms.py what becomes of it, and here that you did"


def test_who_comes_back_is_new(shop: Shop):
    lived(shop)
    shop.db.call(erasing.erase, ANNA, now=now())

    back = shop.db.call(reference_codes.enter, people.Newcomer(ANNA, NAME), shop.has_code(), now=now())

    assert back.is_new
    assert shop.customer(ANNA).completed_orders_count == 0
    known = shop.db.read(personal_data.of, ANNA, now=now())
    assert (known["orders"], known["conversation"], known["cart"]) == ([], [], [])


def test_who_comes_back_at_once_can_go_again(shop: Shop):
    for _ in range(2):
        shop.has_customer(ANNA, NAME)
        shop.db.call(erasing.erase, ANNA, now=now())

    assert shop.db.read(erasing.chats_to_forget) == [ANNA]


def test_a_ban_outlives_erasing_until_it_is_lifted(shop: Shop):
    shop.has_customer()
    shop.has_customer(102, "Fritz")
    shop.staff(people.ban, 101, reason="rude", notify=False)
    shop.db.call(erasing.erase, 101, now=now())
    shop.db.call(erasing.erase, 102, now=now())
    code = shop.has_code()

    shop.db.call(reference_codes.enter, people.Newcomer(102, "Fritz"), code, now=now())
    with shop.refuses(Banned):
        shop.db.call(reference_codes.enter, people.Newcomer(101, "Anna"), code, now=now())
    assert "101" not in [each[0] for each in shop.rows()["shut_outs"]]
    shop.staff(people.let_back, 101)
    shop.db.call(reference_codes.enter, people.Newcomer(101, "Anna"), code, now=now())

    with shop.refuses(NotFound):
        shop.staff(people.let_back, 101)
    assert PHONE not in everything(shop)

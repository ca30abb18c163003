"""`customer`: lists, one with everything, bonus by hand, and letters."""

from datetime import datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner

from bot.cli import root
from bot.models import OrderStatus, RoleName
from bot.services import cart, people, reference_codes
from bot.services import help as help_desk
from tests.cli.orders import has_buyer
from tests.shop import ADDRESS, PHONE, Shop, amounts, now

REGISTERED = datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001 - the column is in UTC


@pytest.fixture
def anna(shop: Shop) -> int:
    """Let Anna in, with two delivered orders of 60 and a reserved one."""
    buyer = has_buyer(shop)
    shop.execute("UPDATE users SET username = 'anna_k' WHERE telegram_id = 101")
    for status in (OrderStatus.DELIVERED, OrderStatus.DELIVERED, OrderStatus.RESERVED):
        shop.has_order(buyer, {"Green tea": 2}, status=status)
    return buyer


@pytest.fixture
def boris(shop: Shop) -> int:
    shop.has_customer(102, "Борис")
    shop.execute("UPDATE users SET username = 'boris' WHERE telegram_id = 102")
    return 102


@pytest.fixture
def everybody(shop: Shop, anna: int, boris: int) -> None:
    """Let Carol in besides, who is banned, and Dora, who is an admin and has blocked the bot."""
    shop.has_customer(103, "Carol")
    shop.staff(people.ban, 103, reason=None, notify=False)
    shop.has_customer(104, "Dora the explorer", referrer_id=anna)
    shop.execute("UPDATE users SET role = 'ADMIN', blocked_bot_at = '2026-03-02 08:00:00' WHERE telegram_id = 104")
    shop.execute("UPDATE users SET registered_at = :at + INTERVAL telegram_id DAY", at=REGISTERED)


def ids(rows) -> list[int]:
    return [row["telegram_id"] for row in rows]


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_everybody_the_newest_first(cli, everybody):
    result = cli("customer", "list")

    assert result.exit_code == 0, result.stderr
    assert result.stdout == (
        " Id  Name                Spent  Orders  Bonus  Registered        State\n"
        "104  Dora the explorer    0.00       0   0.00  2026-06-13 09:30  admin, away\n"
        "103  Carol                0.00       0   0.00  2026-06-12 09:30  banned\n"
        "102  Борис @boris         0.00       0   0.00  2026-06-11 09:30\n"
        "101  Anna @anna_k       120.00       2   0.00  2026-06-10 09:30\n"
    )
    assert result.stderr == "Times are in UTC.\n"


def test_the_list_is_readable_at_40_columns(cli, everybody):
    assert cli("customer", "list", "--limit", 2, COLUMNS="40").stdout == (
        "104  Dora the explorer  0.00  admin,\n"
        "away\n"
        "  Orders 0, Bonus 0.00, Registered\n"
        "  2026-06-13 09:30\n"
        "103  Carol  0.00  banned\n"
        "  Orders 0, Bonus 0.00, Registered\n"
        "  2026-06-12 09:30\n"
    )


def test_the_list_is_printed_as_json(cli_json, everybody):
    assert cli_json("customer", "list", "--role", "admin") == [
        {
            "telegram_id": 104,
            "first_name": "Dora the explorer",
            "username": None,
            "role": "ADMIN",
            "language": "en",
            "is_banned": False,
            "blocked_bot_at": "2026-03-02T08:00:00Z",
            "registered_at": "2026-06-13T09:30:00Z",
            "total_spendings": "0.00",
            "completed_orders_count": 0,
            "bonus_balance": "0.00",
        }
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--search", "ANNA"], [101]),
        (["--search", "борис"], [102]),
        (["--search", "@Boris"], [102]),
        (["--search", "103"], [103]),
        (["--search", "10"], []),
        (["--search", "%"], []),
        (["--search", "9" * 30], []),
        (["--banned"], [103]),
        (["--role", "user"], [103, 102, 101]),
        (["--role", "owner"], []),
        (["--since", "2026-06-12"], [104, 103]),
        (["--until", "2026-06-11"], [102, 101]),
        (["--bought"], [101]),
        (["--never-bought"], [104, 103, 102]),
        (["--invited-by", "@anna_k"], [104]),
        (["--sort", "spent"], [101, 104, 103, 102]),
        (["--sort", "orders", "--limit", 1], [101]),
        (["--sort", "name"], [101, 103, 104, 102]),
        (["--sort", "name", "--limit", 2, "--page", 2], [104, 102]),
    ],
)
def test_customers_are_chosen_searched_sorted_and_paged(cli_json, everybody, words, expected: list[int]):
    assert ids(cli_json("customer", "list", *words)) == expected


def test_a_reference_code_finds_who_made_it_and_who_redeemed_it(cli_json, shop: Shop, everybody):
    code = shop.db.call(reference_codes.create_for_friend, 102, now=now()).code
    shop.db.call(reference_codes.enter, people.Newcomer(105, "Emil"), code, now=now())

    assert ids(cli_json("customer", "list", "--search", f"{code[:4]}-{code[4:].lower()}")) == [105, 102]


@pytest.mark.parametrize("digits", ["0151 1234", "+49151", "5678"])
def test_encrypted_phone_numbers_are_searched_by_a_part(cli_json, everybody, digits: str):
    assert ids(cli_json("customer", "list", "--phone", digits)) == [101]
    assert ids(cli_json("customer", "list", "--phone", digits, "--page", 2)) == []
    assert cli_json("customer", "list", "--phone", "999") == []


@pytest.mark.parametrize("digits", ["", "12", "00", "anna"])
def test_too_small_a_part_of_a_phone_number_is_refused(cli, shop: Shop, digits: str):
    result = cli("customer", "list", "--phone", digits)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{digits!r} is not a valid part of a phone number: write 3 digits or more.\n"


def test_who_was_the_owner_before_is_listed_as_a_customer(cli_json, shop: Shop, anna: int):
    shop.execute("UPDATE users SET role = 'OWNER' WHERE telegram_id = 101")

    assert [(row["telegram_id"], row["role"]) for row in cli_json("customer", "list", "--role", "user")] == [
        (101, "USER")
    ]


def test_an_empty_list_says_so(cli):
    result = cli("customer", "list", "--banned")

    assert (result.stdout, result.stderr) == ("There are no such customers.\n", "")


# -- one customer -----------------------------------------------------------------------------------------------------


@pytest.fixture
def story(cli, shop: Shop, boris: int) -> int:
    """Let Anna have come by Boris's code, bought, invited Emil, got bonus, asked, and filled a cart."""
    has_goods = shop.has_goods("Green tea", stock=50, price="30.00")
    code = shop.db.call(reference_codes.create_for_friend, boris, now=now()).code
    shop.execute("UPDATE reference_codes SET code = 'AAAA2222' WHERE code = :code", code=code)
    shop.db.call(reference_codes.enter, people.Newcomer(101, "Anna", "anna_k"), "AAAA2222", now=now())
    shop.has_customer(105, "Emil", referrer_id=101)
    shop.has_order(105, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    shop.has_order(101, {"Green tea": 1}, bonus=True)
    for each in range(11):
        shop.has_order(101, {"Green tea": 1}, status=OrderStatus.CANCELLED if each else OrderStatus.DELIVERED)
    cli("customer", "bonus", 101, "--add", "5", "--reason", "Broken cup")
    shop.db.call(help_desk.ask, 101, "Where is it?", now=now())
    shop.db.call(cart.add, 101, has_goods, 3, now=now())
    codes = shop.scalar("SELECT GROUP_CONCAT(order_code ORDER BY id) FROM orders").split(",")
    for number, each in enumerate(codes):
        new = "ORDER" + chr(65 + number)
        shop.execute("UPDATE orders SET order_code = :new WHERE order_code = :code", new=new, code=each)
    for table, column in (
        ("orders", "created_at"),
        ("users", "registered_at"),
        ("bonus_ledger", "created_at"),
    ):
        shop.execute(f"UPDATE {table} SET {column} = :at", at=REGISTERED)
    return 101


def test_a_customer_is_shown_with_everything(cli, story: int):
    result = cli("customer", "show", "@Anna_K")

    assert result.exit_code == 0, result.stderr
    cancelled = "".join(f"ORDER{letter}  cancelled  30.00 USD  2026-03-01 09:30\n" for letter in "MLKJIHGFED")
    assert result.stdout == (
        "Anna @anna_k (101)\n"
        "  Role        user\n"
        "  Language    en\n"
        "  Registered  2026-03-01 09:30\n"
        "  Came by     code AAAA2222 of Борис (102)\n"
        f"  Address     {ADDRESS}\n"
        f"  Phone       {PHONE}\n"
        "  Questions   1 unanswered\n"
        "Money\n"
        "  Spent   30.00 USD in 1 delivered order\n"
        "  Bonus   5.00 USD\n"
        "  Earned  3.00 USD by 1 friend\n"
        "Orders: 1 reserved, 1 delivered, 10 cancelled\n"
        "Code    Status         Total  Created\n"
        f"{cancelled}"
        "Bonus ledger\n"
        "  2026-03-01 09:30  +5.00 USD adjusted by cli:anna: Broken cup\n"
        "  2026-03-01 09:30  -3.00 USD spent, order ORDERB by user:101\n"
        "  2026-03-01 09:30  +3.00 USD credited, order ORDERA by cli:test\n"
        "Invited\n"
        " Id  Name    Earned  Orders  Entered\n"
        "105  Emil  3.00 USD       1  2026-03-01 09:30\n"
        "Cart: 90.00 USD\n"
        "  3 ×  Green tea\n"
    )
    assert result.stderr == "There are 2 more: bot_cli.py order list --customer 101\nTimes are in UTC.\n"


def test_a_customer_is_readable_at_40_columns(cli, shop: Shop, boris: int):
    shop.staff(people.ban, boris, reason="Never pays", notify=False)
    shop.execute("UPDATE users SET registered_at = :at, blocked_bot_at = :at", at=REGISTERED)

    assert cli("customer", "show", 102, COLUMNS="40").stdout == (
        "Борис @boris (102)\n"
        "  Role        user\n"
        "  Banned      Never pays\n"
        "  Away        has blocked the bot, seen\n"
        "              2026-03-01 09:30\n"
        "  Language    en\n"
        "  Registered  2026-03-01 09:30\n"
        "Money\n"
        "  Spent  0.00 USD in 0 delivered orders\n"
        "  Bonus  0.00 USD\n"
    )


def test_a_customer_is_printed_as_json(cli_json, story: int):
    facts = cli_json("customer", "show", 101)

    assert (facts["phone_number"], facts["delivery_address"], facts["currency"]) == (PHONE, ADDRESS, "USD")
    assert (facts["total_spendings"], facts["bonus_balance"], facts["earned"]) == ("30.00", "5.00", "3.00")
    assert facts["order_counts"] == {"reserved": 1, "delivered": 1, "cancelled": 10}
    assert len(facts["orders"]) == 10
    assert facts["ledger"][0] == {
        "kind": "adjusted",
        "amount": "5.00",
        "reason": "Broken cup",
        "actor": "cli:anna",
        "created_at": "2026-03-01T09:30:00Z",
        "order_code": None,
    }
    assert facts["inviter"] == {
        "telegram_id": 102,
        "first_name": "Борис",
        "code": "AAAA2222",
        "created_by": "user:102",
    }
    assert facts["friends"] == [
        {
            "telegram_id": 105,
            "first_name": "Emil",
            "registered_at": "2026-03-01T09:30:00Z",
            "orders": 1,
            "earned": "3.00",
        }
    ]
    assert facts["cart"] == [{"name": "Green tea", "quantity": 3, "price": "30.00", "available": 46}]
    assert (facts["friends_count"], facts["ledger_count"], facts["open_questions"]) == (1, 3, 1)


def test_a_customer_without_anything_is_shown(cli, shop: Shop):
    shop.has_customer(101, "")

    result = cli("customer", "show", 101)

    assert result.stdout.startswith("(101)\n  Role        user\n")
    assert "Orders" not in result.stdout


@pytest.mark.parametrize("command", [["show"], ["ledger"], ["message", "-"], ["bonus", "--add", 1, "--reason", "x"]])
@pytest.mark.parametrize("name", ["999", "@nobody", "Anna", "", "9" * 40])
def test_somebody_unknown_is_refused(cli, shop: Shop, anna: int, command: list[str], name: str):
    before = shop.rows()

    verb, *rest = command
    result = cli("customer", verb, name, *rest)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("There is no customer '")
    assert shop.rows() == before


def test_a_username_that_several_have_had_is_refused(cli, shop: Shop, anna: int, boris: int):
    shop.execute("UPDATE users SET username = 'Anna_K' WHERE telegram_id = 102")

    result = cli("customer", "show", "@anna_k")

    assert result.exit_code == 1
    assert result.stderr == ("'@anna_k' is not a valid username: several had it, name one by the id: 101, 102.\n")


def test_the_bonus_ledger_is_listed_in_pages(cli, cli_json, story: int):
    result = cli("customer", "ledger", "@anna_k", "--limit", 2)

    assert result.stdout == (
        "Time                 Amount  Kind      Order   By        Reason\n"
        "2026-03-01 09:30   5.00 USD  adjusted          cli:anna  Broken cup\n"
        "2026-03-01 09:30  -3.00 USD  spent     ORDERB  user:101\n"
    )
    assert "There are more: --page 2 shows the next" in result.stderr
    assert [
        (row["kind"], row["order_code"]) for row in cli_json("customer", "ledger", 101, "--page", 2, "--limit", 2)
    ] == [("credited", "ORDERA")]
    assert cli("customer", "ledger", 105).stdout == "Nothing has moved this bonus yet.\n"


# -- bonus ------------------------------------------------------------------------------------------------------------


def test_bonus_is_added_by_hand_with_a_reason(cli, shop: Shop, anna: int):
    result = cli("customer", "bonus", 101, "--add", "5.00", "--reason", "Broken cup", "--notify")

    assert (result.exit_code, result.stdout) == (0, "Anna (101) has 5.00 USD more of bonus: 5.00 USD.\n")
    assert "wait to be sent" in result.stderr
    assert shop.balance(101) == 5
    assert [(each.kind, each.facts) for each in shop.messages(101)][-1:] == [
        ("bonus-adjusted", {"amount": "5.00", "reason": "Broken cup"})
    ]
    event = shop.events("bonus.adjusted")[0]
    assert (event.actor, event.subject) == ("cli:anna", "user:101")
    assert event.facts == {"amount": "5.00", "balance": "5.00", "reason": "Broken cup"}


def test_bonus_is_taken_away_and_nobody_is_told_unasked(cli, cli_json, shop: Shop, boris: int):
    cli("customer", "bonus", "@boris", "--add", "5", "--reason", "x")

    assert cli_json("customer", "bonus", "@boris", "--remove", "2.5", "--reason", " Twice \n credited ") == {
        "telegram_id": 102,
        "amount": "-2.50",
        "bonus_balance": "2.50",
        "currency": "USD",
        "reason": "Twice credited",
    }
    assert shop.messages() == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--remove", "5.01"], "'5.01' is not a valid amount to remove: the balance is 5.00 USD."),
        (["--add", "0"], "'0.00' is not a valid amount: write more than nothing."),
        (["--add", "-1"], "'-1' is not a valid amount: write a number from 0 to 9999999999.99."),
        (["--add", "many"], "'many' is not a valid amount: write a number such as 12.50."),
        (["--add", "1.005"], "'1.005' is not a valid amount: the smallest unit of USD is 0.01."),
        (
            ["--add", "9999999999.99"],
            "'9999999999.99' is not a valid amount to add: a balance holds 9999999999.99 USD at most.",
        ),
        (["--add", "1", "--reason", " "], "'' is not a valid reason: write at least 1 character."),
    ],
)
def test_a_bonus_that_cannot_be_is_refused(cli, shop: Shop, boris: int, words, sentence: str):
    cli("customer", "bonus", 102, "--add", "5", "--reason", "x")
    before = shop.rows()

    result = cli("customer", "bonus", 102, "--reason", "Because", *words)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")
    assert shop.rows() == before


@pytest.mark.parametrize("words", [[], ["--add", "1", "--remove", "1"]])
def test_bonus_is_added_or_removed(cli, boris: int, words):
    result = cli("customer", "bonus", 102, "--reason", "x", *words)

    assert result.exit_code == 2
    assert "Choose one of --add and --remove." in result.stderr


def test_a_reason_is_needed(cli, boris: int):
    assert cli("customer", "bonus", 102, "--add", "1").exit_code == 2


def test_bonus_by_hand_can_be_spent(cli, shop: Shop, anna: int):
    cli("customer", "bonus", 101, "--add", "5", "--reason", "x")
    code = shop.has_order(101, {"Oolong": 1}, bonus=True)

    assert (shop.order(code).bonus_applied, shop.balance(101)) == amounts("5", "0")


# -- letters ----------------------------------------------------------------------------------------------------------


def test_a_message_is_queued_and_sealed(cli, shop: Shop, boris: int):
    result = cli("customer", "message", "@boris", "Your secret parcel is here.")

    assert (result.exit_code, result.stdout) == (0, "The message to Борис (102) is queued.\n")
    assert result.stderr.startswith("1 message waits to be sent.\n")
    assert [each.kind for each in shop.messages(102)] == ["letter"]
    assert "secret" not in str(list(shop.rows().values()))
    event = shop.events("customer.written_to")[0]
    assert (event.actor, event.subject, event.facts) == ("cli:anna", "user:102", {})


def test_a_message_comes_from_standard_input(environment, shop: Shop, boris: int):
    runner = CliRunner(env=environment)

    result = runner.invoke(root.cli, ["customer", "message", "102", "-", "--json"], input="Line one\n\nLine two\n")

    assert result.exit_code == 0, result.stderr
    assert result.stdout == '{\n  "telegram_id": 102,\n  "first_name": "Борис",\n  "username": "boris"\n}\n'
    assert len(shop.messages(102)) == 1


def test_who_has_blocked_the_bot_cannot_be_written_to(cli, shop: Shop, boris: int):
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6) WHERE telegram_id = 102")
    before = shop.rows()

    result = cli("customer", "message", 102, "Hello")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "User '102': they have blocked the bot; nothing reaches them until they are back.\n"
    assert shop.rows() == before


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_a_message_without_bounds_is_refused(cli, shop: Shop, boris: int, text: str):
    result = cli("customer", "message", 102, text)

    assert result.exit_code == 1
    assert "is not a valid message: write at " in result.stderr
    assert shop.messages() == []


def test_an_admin_is_not_banned_but_asked_for_first(cli, shop: Shop, everybody):
    result = cli("ban", 104)

    assert result.exit_code == 1
    assert result.stderr == "User '104': admins cannot be banned; take their role away first.\n"
    assert (shop.user(104).is_banned, shop.user(104).role) == (False, RoleName.ADMIN)
    assert shop.balance(104) == Decimal(0)

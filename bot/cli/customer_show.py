"""`customer show`: one customer with everything."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from bot.cli import Shell, customer_words, known, options, order_words, output, pass_shell
from bot.cli.output import Column
from bot.services.queries import customer_profile
from bot.services.queries.customer_profile import Friend, Inviter, Movement, Profile
from bot.services.queries.order_lists import Listed

ORDERS = (
    Column("Code", main=True),
    Column("Status", main=True),
    Column("Total", main=True, right=True),
    Column("Created"),
)
FRIENDS = (
    Column("Id", main=True, right=True),
    Column("Name", main=True),
    Column("Earned", main=True, right=True),
    Column("Orders", right=True),
    Column("Entered"),
)
LEDGER_KEYS = ("kind", "amount", "reason", "actor", "created_at", "order_code")
CART_KEYS = ("name", "quantity", "price", "available")


@options.examples(
    "customer show 123456789",
    "customer show @anna",
    "customer show 123456789 --json",
)
@click.command("show")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@options.json_of(
    "telegram_id",
    "first_name",
    "username",
    "role",
    "language",
    "is_banned",
    "ban_reason",
    "blocked_bot_at",
    "registered_at",
    "delivery_address",
    "phone_number",
    "delivery_note",
    "total_spendings",
    "completed_orders_count",
    "bonus_balance",
    "currency",
    "order_counts",
    options.inner("orders", *order_words.KEYS),
    options.inner("ledger", *LEDGER_KEYS),
    "ledger_count",
    options.inner("inviter", *(field.name for field in fields(Inviter))),
    options.inner("friends", *(field.name for field in fields(Friend))),
    "friends_count",
    "earned",
    options.inner("cart", *CART_KEYS),
    "open_questions",
)
@pass_shell
def show(shell: Shell, name: str, as_json: bool) -> None:
    """Show a customer with saved details, orders, bonus, invitations and cart.

    ID is the Telegram id or @username. Address and phone number stand here in clear: mind who looks over your shoulder.
    """
    profile = shell.db.read(customer_profile.of, customer_words.named(shell, name))
    currency = shell.config.pay_currency
    if as_json:
        output.json_of(_facts(profile, currency))
    else:
        _Page(profile, currency, shell.zone).print()


class _Page:
    """A customer on the screen."""

    def __init__(self, profile: Profile, currency: str, zone: str) -> None:
        self.profile, self.currency, self.zone = profile, currency, zone

    def print(self) -> None:
        """Print everything that there is."""
        user = self.profile.user
        output.heading(f"{customer_words.name(user.first_name, user.username)} ({user.telegram_id})".strip())
        output.facts(self._about())
        output.heading("Money")
        output.facts(self._money())
        self._print_orders()
        self._print_ledger()
        self._print_friends()
        self._print_cart()
        output.remark(f"Times are in {self.zone}.")

    def _about(self) -> list[tuple[str, Any]]:
        user, kept, questions = self.profile.user, self.profile.details, self.profile.open_questions
        return [
            ("Role", self.profile.role.value.lower()),
            ("Banned", (user.ban_reason or "yes, without a reason") if user.is_banned else ""),
            ("Away", f"has blocked the bot, seen {self._time(user.blocked_bot_at)}" if user.blocked_bot_at else ""),
            ("Language", user.language),
            ("Registered", self._time(user.registered_at)),
            ("Came by", self._inviter()),
            ("Address", kept.address),
            ("Phone", kept.phone),
            ("Note", kept.note),
            ("Questions", f"{questions} unanswered" if questions else ""),
        ]

    def _inviter(self) -> str:
        inviter = self.profile.inviter
        name = f"{inviter.first_name or ''} ({inviter.telegram_id})".strip()
        by = name if inviter.telegram_id else inviter.created_by or ""
        return f"code {inviter.code} of {by}" if inviter.code else by

    def _money(self) -> list[tuple[str, Any]]:
        kept, friends = self.profile.kept, output.counted(self.profile.friends_count, "friend")
        orders = output.counted(kept.completed_orders_count, "delivered order")
        return [
            ("Spent", f"{self._amount(kept.total_spendings)} in {orders}"),
            ("Bonus", self._amount(kept.bonus_balance)),
            ("Earned", f"{self._amount(self.profile.earned)} by {friends}" if self.profile.friends_count else ""),
        ]

    def _print_orders(self) -> None:
        counts = self.profile.order_counts
        if counts:
            output.heading(f"Orders: {', '.join(f'{count} {status}' for status, count in counts.items())}")
            output.table(ORDERS, [self._order(row) for row in self.profile.orders], nothing="")
            self._say_more(sum(counts.values()), self.profile.orders, "order list --customer")

    def _order(self, row: Listed) -> tuple[Any, ...]:
        total = output.amount(row.total_price, row.currency)
        return row.order_code, row.order_status, total, self._time(row.created_at)

    def _print_ledger(self) -> None:
        ledger = self.profile.ledger
        if ledger:
            output.heading("Bonus ledger")
            output.facts((self._time(each.entry.created_at), moved(each, self.currency)) for each in ledger)
            self._say_more(self.profile.ledger_count, ledger, "customer ledger")

    def _print_friends(self) -> None:
        friends = self.profile.friends
        if friends:
            output.heading("Invited")
            output.table(FRIENDS, [self._friend(each) for each in friends], nothing="")
            self._say_more(self.profile.friends_count, friends, "customer list --invited-by")

    def _friend(self, each: Friend) -> tuple[Any, ...]:
        entered = self._time(each.registered_at)
        return each.telegram_id, each.first_name, self._amount(each.earned), each.orders, entered

    def _print_cart(self) -> None:
        cart = self.profile.cart
        if cart.lines:
            output.heading(f"Cart: {self._amount(cart.total)}")
            output.facts((f"{line.quantity} ×", line.name) for line in cart.lines)

    def _say_more(self, there_are: int, shown: Sequence[Any], command: str) -> None:
        if there_are > len(shown):
            more = f"bot_cli.py {command} {self.profile.user.telegram_id}"
            output.remark(f"There are {there_are - len(shown)} more: {more}")

    def _amount(self, value: Decimal) -> str:
        return output.amount(value, self.currency)

    def _time(self, time: datetime | None) -> str:
        return output.moment(time, self.zone)


def moved(each: Movement, currency: str) -> str:
    """Return a change of a balance as a sentence."""
    entry = each.entry
    sign, order = "+" if entry.amount > 0 else "", f", order {each.order_code}" if each.order_code else ""
    reason = f": {entry.reason}" if entry.reason else ""
    return f"{sign}{output.amount(entry.amount, currency)} {entry.kind}{order} by {entry.actor}{reason}"


def ledger_facts(each: Movement) -> dict[str, Any]:
    """Return what scripts read of a change of a balance."""
    return {**output.picked(each.entry, LEDGER_KEYS[:-1]), "order_code": each.order_code}


def _facts(profile: Profile, currency: str) -> dict[str, Any]:
    user, kept = profile.user, profile.kept
    return {
        **output.picked(user, ("telegram_id", "first_name", "username")),
        "role": profile.role,
        **output.picked(user, ("language", "is_banned", "ban_reason", "blocked_bot_at", "registered_at")),
        "delivery_address": profile.details.address,
        "phone_number": profile.details.phone,
        "delivery_note": profile.details.note,
        **output.picked(kept, ("total_spendings", "completed_orders_count", "bonus_balance")),
        "currency": currency,
        "order_counts": profile.order_counts,
        "orders": [order_words.facts(order) for order in profile.orders],
        "ledger": [ledger_facts(each) for each in profile.ledger],
        "ledger_count": profile.ledger_count,
        "inviter": vars(profile.inviter),
        "friends": [vars(friend) for friend in profile.friends],
        "friends_count": profile.friends_count,
        "earned": profile.earned,
        "cart": [output.picked(each, CART_KEYS) for each in profile.cart.lines],
        "open_questions": profile.open_questions,
    }

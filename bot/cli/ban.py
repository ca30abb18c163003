"""`ban` and `unban`: who is shut out of the shop."""

from typing import Any

import click

from bot.cli import Shell, customer_words, known, messages, options, output, pass_shell
from bot.errors import NotFound
from bot.models import User
from bot.services import clock, people
from bot.services.queries.customers import LONGEST_ID

KEYS = ("telegram_id", "first_name", "username", "role", "is_banned", "ban_reason")


@options.examples(
    'ban 123456789 --reason "Never pays" --notify',
    "ban @anna --json",
)
@click.command("ban")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@click.option("--reason", metavar="TEXT", help="Why; with --notify the person reads it.")
@options.notify
@options.json_of(*KEYS)
@pass_shell
def ban(shell: Shell, name: str, reason: str | None, notify: bool, as_json: bool) -> None:
    """Shut somebody out of the shop.

    ID is the Telegram id or @username.
    """
    telegram_id = customer_words.named(shell, name)
    user = shell.db.call(people.ban, telegram_id, reason=reason, notify=notify, actor=shell.actor, now=clock.now())
    _print(shell, user, f"{customer_words.called(user)} is banned.", notify, as_json)


@options.examples(
    "unban 123456789 --notify",
    "unban @anna --json",
)
@click.command("unban")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@options.notify
@options.json_of(*KEYS)
@pass_shell
def unban(shell: Shell, name: str, notify: bool, as_json: bool) -> None:
    """Let somebody in again, also somebody who was erased.

    ID is the Telegram id or @username; of somebody who was erased only the id is known, in a form that nobody can read.
    """
    try:
        telegram_id = customer_words.named(shell, name)
    except NotFound:
        _let_back(shell, name, as_json)
        return
    user = shell.db.call(people.unban, telegram_id, notify=notify, actor=shell.actor, now=clock.now())
    _print(shell, user, f"{customer_words.called(user)} may use the shop again.", notify, as_json)


def _let_back(shell: Shell, name: str, as_json: bool) -> None:
    """Lift the ban of somebody who was erased; where there is none, nobody with this name is known.

    Raises:
        NotFound: there is none.
    """
    if not (name.isascii() and name.isdecimal() and len(name) < LONGEST_ID):
        raise NotFound("customer", name.strip())
    try:
        shell.db.call(people.let_back, int(name), actor=shell.actor, now=clock.now())
    except NotFound:
        raise NotFound("customer", name.strip()) from None
    if as_json:
        output.json_of({**dict.fromkeys(KEYS), "telegram_id": int(name), "is_banned": False})
    else:
        output.line(f"Whoever was {name} and was erased may enter again.")


def _print(shell: Shell, user: User, sentence: str, is_told: bool, as_json: bool) -> None:
    if as_json:
        output.json_of(_facts(user))
    else:
        output.line(sentence)
    if is_told:
        messages.mention(shell)


def _facts(user: User) -> dict[str, Any]:
    return {
        "telegram_id": user.telegram_id,
        "first_name": user.first_name,
        "username": user.username,
        "role": user.role,
        "is_banned": user.is_banned,
        "ban_reason": user.ban_reason,
    }

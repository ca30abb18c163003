"""`staff`: who runs the shop beside the owner."""

from typing import Any

import click

from bot.cli import Shell, customer_words, known, messages, options, output, pass_shell
from bot.cli.output import Column
from bot.models import RoleName, User
from bot.services import clock, roles
from bot.services.roles import Member

COLUMNS = (
    Column("Id", main=True, right=True),
    Column("Name", main=True),
    Column("Role", main=True),
    Column("State", main=True),
    Column("Since"),
    Column("By"),
)


@options.examples(
    "staff add @anna",
    "staff remove 123456789",
    "staff list",
)
@click.group("staff")
def staff() -> None:
    """Name admins, take their role away, and list who runs the shop."""


@options.examples(
    "staff add 123456789",
    "staff add @anna --role admin --json",
)
@staff.command("add")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@click.option(
    "--role",
    type=click.Choice(customer_words.ROLES, case_sensitive=False),
    default=RoleName.ADMIN.value.lower(),
    show_default=True,
    help="What they become. The owner is whom OWNER_ID names, and nobody else.",
)
@options.json_of("telegram_id", "first_name", "username", "role")
@pass_shell
def add(shell: Shell, name: str, role: str, as_json: bool) -> None:
    """Make somebody an admin, from their next press on; they are told.

    ID is the Telegram id or @username of somebody who has pressed /start in the shop. Admins get every new order and
    work in /admin: they read the addresses and phone numbers of all customers.
    """
    telegram_id = shell.db.read(roles.candidate, name)
    user = shell.db.call(roles.appoint, telegram_id, RoleName(role.upper()), actor=shell.actor, now=clock.now())
    _print(shell, user, f"{customer_words.called(user)} is an admin now.", as_json)


@options.examples(
    "staff remove 123456789",
    "staff remove @anna --json",
)
@staff.command("remove")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@options.json_of("telegram_id", "first_name", "username", "role")
@pass_shell
def remove(shell: Shell, name: str, as_json: bool) -> None:
    """Make an admin a customer like any other, from their next press on; they are told.

    ID is the Telegram id or @username. Orders and questions that are queued for them are not sent any more. The owner
    stays: OWNER_ID names another.
    """
    telegram_id = shell.db.read(roles.candidate, name)
    user = shell.db.call(roles.dismiss, telegram_id, actor=shell.actor, now=clock.now())
    _print(shell, user, f"{customer_words.called(user)} no longer runs the shop.", as_json)


@options.examples(
    "staff list",
    "staff list --json",
)
@staff.command("list")
@options.json_of("telegram_id", "role", "first_name", "username", "is_banned", "blocked_bot_at", "since", "named_by")
@pass_shell
def list_staff(shell: Shell, as_json: bool) -> None:
    """List who runs the shop, the owner first."""
    members, zone = shell.db.read(roles.staff), shell.zone
    if as_json:
        output.json_rows(_facts(member) for member in members)
        return
    output.table(COLUMNS, [_cells(member, zone) for member in members], nothing="Nobody: OWNER_ID is not set.")
    output.zone_remark(zone, [member for member in members if member.since])
    if shell.config.helper_id:
        output.remark(f"Questions go to {shell.config.helper_id}, whom HELPER_ID names, and to staff who want them.")


def _print(shell: Shell, user: User, sentence: str, as_json: bool) -> None:
    if as_json:
        output.json_of(
            {
                "telegram_id": user.telegram_id,
                "first_name": user.first_name,
                "username": user.username,
                "role": user.role,
            }
        )
    else:
        output.line(sentence)
    if user.blocked_bot_at:
        output.remark("They have blocked the bot, so they read nothing of it until they are back.")
    messages.mention(shell)


def _cells(member: Member, zone: str) -> list[Any]:
    user, role = member.user, member.role.value.lower()
    if user is None:
        return [member.telegram_id, "", role, "has not pressed /start yet", "", ""]
    state = customer_words.state(RoleName.USER, is_banned=user.is_banned, blocked_bot_at=user.blocked_bot_at)
    name = customer_words.name(user.first_name, user.username)
    return [member.telegram_id, name, role, state, output.moment(member.since, zone), member.named_by]


def _facts(member: Member) -> dict[str, Any]:
    user = member.user
    return {
        "telegram_id": member.telegram_id,
        "role": member.role,
        "first_name": user.first_name if user else None,
        "username": user.username if user else None,
        "is_banned": user.is_banned if user else False,
        "blocked_bot_at": user.blocked_bot_at if user else None,
        "since": member.since,
        "named_by": member.named_by,
    }

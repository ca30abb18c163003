"""`refcode`: the invitations that let people into the shop."""

from datetime import datetime
from typing import Any

import click

from bot.cli import Shell, customer_words, known, listing, options, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import ReferenceCode
from bot.services import clock, reference_codes
from bot.services.queries import reference_code_lists
from bot.services.queries.reference_code_lists import Use, Wanted, Whole

COLUMNS = (
    Column("Code", main=True),
    Column("State", main=True),
    Column("Uses", main=True, right=True),
    Column("Expires"),
    Column("By"),
    Column("Note"),
)
USES = (
    Column("Id", main=True, right=True),
    Column("Name", main=True),
    Column("Spent", main=True, right=True),
    Column("Orders", right=True),
    Column("Redeemed"),
)
USE_KEYS = ("telegram_id", "first_name", "used_at", "orders", "spent")
KEYS = (
    "code",
    "state",
    "expires_at",
    "max_uses",
    "current_uses",
    "is_admin_code",
    "created_by",
    "created_at",
    "note",
    "disabled_reason",
)


@options.examples(
    'refcode create --expires-hours 48 --max-uses 10 --note "Fair"',
    'refcode disable K7QM2XRT --reason "Leaked"',
    "refcode list --active-only",
    "refcode show K7QM2XRT",
)
@click.group("refcode")
def refcode() -> None:
    """Create, disable, list and show reference codes."""


@options.examples(
    'refcode create --expires-hours 48 --max-uses 10 --note "Fair"',
    "refcode create --max-uses 0 --json",
)
@refcode.command("create")
@click.option("--expires-hours", type=int, default=24, show_default=True, metavar="N", help="0 means for ever.")
@click.option("--max-uses", type=int, default=1, show_default=True, metavar="N", help="0 means without limit.")
@click.option("--note", metavar="TEXT", help="What it is for; only staff read it.")
@options.json_of(*KEYS)
@pass_shell
def create(shell: Shell, expires_hours: int, max_uses: int, note: str | None, as_json: bool) -> None:
    """Create a reference code."""
    zone = shell.zone
    code = shell.db.call(
        reference_codes.create_for_staff,
        expires_hours=expires_hours,
        max_uses=max_uses,
        note=note,
        actor=shell.actor,
        now=clock.now(),
    )
    if as_json:
        output.json_of(_facts(code, clock.now()))
        return
    until = f"until {output.zoned(code.expires_at, zone)}" if code.expires_at else "for ever"
    uses = f"for {output.counted(code.max_uses, 'use')}" if code.max_uses else "without a limit of uses"
    output.line(f"Reference code {code.code} is valid {until}, {uses}.")


@options.examples(
    'refcode disable K7QM2XRT --reason "Leaked"',
    "refcode disable K7QM2XRT --json",
)
@refcode.command("disable")
@click.argument("code", type=known.REFERENCE_CODE)
@click.option("--reason", metavar="TEXT", help="Why; only staff read it.")
@options.json_of(*KEYS)
@pass_shell
def disable(shell: Shell, code: str, reason: str | None, as_json: bool) -> None:
    """Take a reference code out of use."""
    row = shell.db.call(reference_codes.disable, code, reason=reason, actor=shell.actor, now=clock.now())
    if as_json:
        output.json_of(_facts(row, clock.now()))
    else:
        output.line(f"Reference code {row.code} is disabled.")


@options.examples(
    "refcode list --active-only",
    "refcode list --search fair --limit 20 --page 2",
    "refcode list --creator @anna --all --json",
)
@refcode.command("list")
@click.option("--active-only", is_flag=True, help="Only those that still let somebody in.")
@click.option("--search", "text", metavar="TEXT", help="Part of a code, a note, or the name of who made it.")
@click.option("--creator", metavar="ID", type=known.CUSTOMER, help="Only this person's: the id, or @username.")
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_codes(
    shell: Shell, /, active_only: bool, text: str | None, creator: str | None, page: Page, as_json: bool
) -> None:
    """List reference codes, newest first."""
    now, zone = clock.now(), shell.zone
    maker = customer_words.chosen(shell, creator)
    wanted = Wanted(text=text, creator_id=maker, redeemable_at=now if active_only else None)
    with shell.db.stream(reference_code_lists.listed, wanted, page.window) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: _cells(row, now, zone),
            facts=lambda row: _facts(row, now),
            as_json=as_json,
            nothing="There are no such codes.",
            zone=zone,
        )


@options.examples(
    "refcode show K7QM2XRT",
    "refcode show K7QM2XRT --json",
)
@refcode.command("show")
@click.argument("code", type=known.REFERENCE_CODE)
@options.json_of(
    *KEYS,
    "creator_id",
    "creator_name",
    "orders",
    "spent",
    "earned",
    "currency",
    options.inner("uses", *USE_KEYS),
)
@pass_shell
def show(shell: Shell, code: str, as_json: bool) -> None:
    """Show a reference code: who made it, who redeemed it, and what they have bought since.

    Orders are those that were delivered to the people who came by the code; what they spent is money, without bonus.
    """
    whole, now, currency = shell.db.read(reference_code_lists.whole, code), clock.now(), shell.config.pay_currency
    if as_json:
        output.json_of(_whole_facts(whole, now, currency))
        return
    output.heading(f"Reference code {whole.code.code} is {whole.code.state(now)}")
    output.facts(_about(whole, currency, shell.zone))
    if whole.uses:
        output.heading("Redeemed by")
        output.table(USES, [_use(each, currency, shell.zone) for each in whole.uses], nothing="")
    if whole.code.current_uses > len(whole.uses):
        more = f"bot_cli.py customer list --search {whole.code.code}"
        output.remark(f"There are {whole.code.current_uses - len(whole.uses)} more: {more}")
    output.remark(f"Times are in {shell.zone}.")


def _about(whole: Whole, currency: str, zone: str) -> list[tuple[str, Any]]:
    code = whole.code
    maker = f"{whole.creator_name or ''} ({code.creator_id})".strip() if code.creator_id else code.created_by
    orders = output.counted(whole.orders, "delivered order")
    return [
        ("Uses", _used(code)),
        ("Expires", output.moment(code.expires_at, zone) or "never"),
        ("Made by", maker),
        ("Made", output.moment(code.created_at, zone)),
        ("Note", code.note),
        ("Disabled", "" if code.is_active else code.disabled_reason or "yes, without a reason"),
        ("Brought", f"{output.amount(whole.spent, currency)} in {orders}"),
        ("Earned", f"{output.amount(whole.earned, currency)} of bonus" if whole.earned else ""),
    ]


def _use(use: Use, currency: str, zone: str) -> list[Any]:
    spent = output.amount(use.spent, currency)
    return [use.telegram_id, use.first_name, spent, use.orders, output.moment(use.used_at, zone)]


def _whole_facts(whole: Whole, now: datetime, currency: str) -> dict[str, Any]:
    return {
        **_facts(whole.code, now),
        "creator_id": whole.code.creator_id,
        "creator_name": whole.creator_name,
        "orders": whole.orders,
        "spent": whole.spent,
        "earned": whole.earned,
        "currency": currency,
        "uses": [vars(each) for each in whole.uses],
    }


def _used(code: ReferenceCode) -> str:
    return f"{code.current_uses} of {code.max_uses or 'unlimited'}"


def _cells(code: ReferenceCode, now: datetime, zone: str) -> list[Any]:
    expires = output.moment(code.expires_at, zone) or "never"
    return [code.code, code.state(now), _used(code), expires, code.created_by, code.note]


def _facts(code: ReferenceCode, now: datetime) -> dict[str, Any]:
    return {
        "code": code.code,
        "state": code.state(now),
        "expires_at": code.expires_at,
        "max_uses": code.max_uses,
        "current_uses": code.current_uses,
        "is_admin_code": code.is_admin_code,
        "created_by": code.created_by,
        "created_at": code.created_at,
        "note": code.note,
        "disabled_reason": code.disabled_reason,
    }

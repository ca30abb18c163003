"""`refcode`: the invitations that let people into the shop."""

from datetime import datetime
from typing import Any

import click

from bot.cli import Shell, options, output, pass_shell
from bot.cli.output import Column
from bot.models import ReferenceCode
from bot.services import clock, reference_codes

COLUMNS = (
    Column("Code", main=True),
    Column("State", main=True),
    Column("Uses", main=True, right=True),
    Column("Expires"),
    Column("By"),
    Column("Note"),
)


@options.examples(
    'refcode create --expires-hours 48 --max-uses 10 --note "Fair"',
    'refcode disable K7QM2XRT --reason "Leaked"',
    "refcode list --active-only",
)
@click.group("refcode")
def refcode() -> None:
    """Create, disable and list reference codes."""


@options.examples(
    'refcode create --expires-hours 48 --max-uses 10 --note "Fair"',
)
@refcode.command("create")
@click.option("--expires-hours", type=int, default=24, show_default=True, metavar="N", help="0 means for ever.")
@click.option("--max-uses", type=int, default=1, show_default=True, metavar="N", help="0 means without limit.")
@click.option("--note", metavar="TEXT", help="What it is for; only staff read it.")
@options.as_json
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
)
@refcode.command("disable")
@click.argument("code")
@click.option("--reason", metavar="TEXT", help="Why; only staff read it.")
@options.as_json
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
)
@refcode.command("list")
@click.option("--active-only", is_flag=True, help="Only those that still let somebody in.")
@options.as_json
@pass_shell
def list_codes(shell: Shell, active_only: bool, as_json: bool) -> None:
    """List reference codes, newest first."""
    now = clock.now()
    codes = shell.db.read(reference_codes.listed, only_redeemable=active_only, now=now)
    if as_json:
        output.json_of([_facts(code, now) for code in codes])
        return
    output.table(COLUMNS, [_cells(code, now, shell.zone) for code in codes], nothing="There are no such codes.")
    output.zone_remark(shell.zone, codes)


def _cells(code: ReferenceCode, now: datetime, zone: str) -> list[Any]:
    uses = f"{code.current_uses} of {code.max_uses}" if code.max_uses else str(code.current_uses)
    expires = output.moment(code.expires_at, zone) or "never"
    return [code.code, _state(code, now), uses, expires, code.created_by, code.note]


def _facts(code: ReferenceCode, now: datetime) -> dict[str, Any]:
    return {
        "code": code.code,
        "state": _state(code, now),
        "expires_at": code.expires_at,
        "max_uses": code.max_uses,
        "current_uses": code.current_uses,
        "is_admin_code": code.is_admin_code,
        "created_by": code.created_by,
        "created_at": code.created_at,
        "note": code.note,
        "disabled_reason": code.disabled_reason,
    }


def _state(code: ReferenceCode, now: datetime) -> str:
    if not code.is_active:
        return "disabled"
    if code.is_used_up:
        return "used up"
    return "expired" if code.is_expired(now) else "active"

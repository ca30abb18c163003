"""`settings`: what the shop's owner decides while it runs."""

from typing import Any

import click

from bot.cli import Shell, known, options, output, pass_shell
from bot.services import clock
from bot.services import settings as shop_settings
from bot.services.settings import Value

KEYS = ("key", "value", "default", "is_default", "kind", "meaning")

setting = click.argument("key", type=known.SETTING)


@options.examples(
    "settings list",
    "settings get timezone",
    "settings set timezone Europe/Berlin",
    "settings reset timezone",
)
@click.group("settings")
def settings() -> None:
    """Read, change and reset what the shop's owner decides."""


@options.examples(
    "settings set cash_order_timeout_hours 48",
    'settings set help_auto_message "We answer within a day."',
    'settings set maintenance "We move house until 14:00"',
    "settings set max_open_orders 5 --json",
)
@settings.command("set")
@setting
@click.argument("value")
@options.json_of(*KEYS)
@pass_shell
def set_(shell: Shell, key: str, value: str, as_json: bool) -> None:
    """Change a setting; it counts at once, in every process.

    With `maintenance` set, customers read its text at every press and nothing else, while staff go on; the value off
    opens the shop. No reservation ends meanwhile, and each gets the time back when the shop opens.
    """
    before = shell.db.read(shop_settings.shown, key)
    changed = shell.db.call(shop_settings.change, key, value, actor=shell.actor, now=clock.now())
    if as_json:
        output.json_of(_facts(changed))
        return
    output.line(f"{changed.definition.key} is {changed.text!r} now.")
    output.remark(f"It was {before.text!r}; the default is {changed.definition.default!r}.")


@options.examples(
    "settings reset cash_order_timeout_hours",
    "settings reset timezone --json",
)
@settings.command("reset")
@setting
@options.json_of(*KEYS)
@pass_shell
def reset(shell: Shell, key: str, as_json: bool) -> None:
    """Give a setting its default back; it counts at once, in every process."""
    before = shell.db.read(shop_settings.shown, key)
    changed = shell.db.call(shop_settings.reset, key, actor=shell.actor, now=clock.now())
    if as_json:
        output.json_of(_facts(changed))
        return
    output.line(f"{changed.definition.key} has its default again, {changed.text!r}.")
    output.remark(f"It was {before.text!r}.")


@options.examples(
    "settings get timezone",
    "settings get timezone --json",
)
@settings.command("get")
@setting
@options.json_of(*KEYS)
@pass_shell
def get(shell: Shell, key: str, as_json: bool) -> None:
    """Print the value of a setting; what it means and its default stand on stderr, beside it."""
    found = shell.db.read(shop_settings.shown, key)
    if as_json:
        output.json_of(_facts(found))
        return
    output.line(found.text)
    definition = found.definition
    output.remark(f"{definition.meaning} Kind: {definition.kind}. Default: {definition.default or 'nothing'}.")


@options.examples(
    "settings list",
    "settings list --changed --json",
)
@settings.command("list")
@click.option("--changed", is_flag=True, help="Only those that have another value than their default.")
@options.json_of(*KEYS)
@pass_shell
def list_settings(shell: Shell, changed: bool, as_json: bool) -> None:
    """List the settings with their values, their defaults and what they mean."""
    found = [value for value in shell.db.read(shop_settings.listed) if not (changed and value.is_default)]
    if as_json:
        output.json_rows(_facts(value) for value in found)
        return
    for value in found:
        output.heading(value.definition.key)
        output.facts(_about(value))
    if not found:
        output.line("Every setting has its default.")


def _about(value: Value) -> list[tuple[str, str]]:
    default = value.definition.default or "nothing"
    return [
        ("Value", f"{default}, the default" if value.is_default else value.text or "nothing"),
        ("Default", "" if value.is_default else default),
        ("Kind", value.definition.kind),
        ("Meaning", value.definition.meaning),
    ]


def _facts(value: Value) -> dict[str, Any]:
    return {
        "key": value.definition.key,
        "value": value.text,
        "default": value.definition.default,
        "is_default": value.is_default,
        "kind": value.definition.kind,
        "meaning": value.definition.meaning,
    }

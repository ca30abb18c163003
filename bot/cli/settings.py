"""`settings`: what the shop's owner decides while it runs."""

from typing import Any

import click

from bot.cli import Shell, known, options, output, pass_shell
from bot.services import clock
from bot.services import settings as shop_settings
from bot.services.settings import Value


@options.examples(
    "settings list",
    "settings get timezone",
    "settings set timezone Europe/Berlin",
)
@click.group("settings")
def settings() -> None:
    """Read and change what the shop's owner decides."""


@options.examples(
    "settings set cash_order_timeout_hours 48",
    'settings set help_auto_message "We answer within a day."',
)
@settings.command("set")
@click.argument("key", type=known.SETTING)
@click.argument("value")
@options.as_json
@pass_shell
def set_(shell: Shell, key: str, value: str, as_json: bool) -> None:
    """Change a setting; it counts at once, in every process."""
    changed = shell.db.call(shop_settings.change, key, value, actor=shell.actor, now=clock.now())
    if as_json:
        output.json_of(_facts(changed))
    else:
        output.line(f"{changed.definition.key} is {changed.text!r} now.")


@options.examples(
    "settings get timezone",
)
@settings.command("get")
@click.argument("key", type=known.SETTING)
@options.as_json
@pass_shell
def get(shell: Shell, key: str, as_json: bool) -> None:
    """Print the value of a setting."""
    found = shell.db.read(shop_settings.shown, key)
    if as_json:
        output.json_of(_facts(found))
    else:
        output.line(found.text)


@options.examples(
    "settings list",
)
@settings.command("list")
@options.as_json
@pass_shell
def list_settings(shell: Shell, as_json: bool) -> None:
    """List every setting with its value, its default and its meaning."""
    found = shell.db.read(shop_settings.listed)
    if as_json:
        output.json_of([_facts(value) for value in found])
        return
    for value in found:
        changed = "" if value.is_default else f" (default: {value.definition.default or 'nothing'})"
        output.heading(f"{value.definition.key} = {value.text}{changed}")
        output.facts([(value.definition.kind, value.definition.meaning)])


def _facts(value: Value) -> dict[str, Any]:
    return {
        "key": value.definition.key,
        "value": value.text,
        "default": value.definition.default,
        "is_default": value.is_default,
        "kind": value.definition.kind,
        "meaning": value.definition.meaning,
    }

"""`event`: the audit trail. Who did what, when, and what came of it."""

from typing import Any

import click

from bot.cli import Shell, event_words, listing, options, output, pass_shell
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import Event
from bot.services.queries import event_lists
from bot.services.queries.event_lists import Wanted, Whole
from bot.services.reports import periods

COLUMNS = (
    Column("Id", main=True, right=True),
    Column("Time", main=True),
    Column("Kind", main=True),
    Column("Subject"),
    Column("By"),
    Column("Facts"),
)
KEYS = ("id", "kind", "subject", "actor", "facts", "created_at")


@options.examples(
    "event list --subject order:ABCDEF",
    'event list --kind "order.*" --actor cli:anna',
    "event show 4711",
)
@click.group("event")
def event() -> None:
    """List and show who did what when."""


@options.examples(
    "event list --subject order:ABCDEF",
    'event list --kind "order.*" --actor cli:anna --since 2026-12-01 --until 2026-12-24',
    "event list --subject user:123456789 --limit 20 --page 2",
    "event list --kind setting.changed --all --json",
)
@event.command("list")
@click.option("--kind", metavar="KIND", help='Only these, such as order.confirmed; * stands for anything: "order.*".')
@click.option(
    "--subject",
    metavar="SUBJECT",
    help='Only what happened to it, such as order:ABCDEF, user:7 or setting:timezone; also with *: "goods:*".',
)
@click.option("--actor", metavar="WHO", help="Only what they did, such as cli:anna, user:7 or job:expiry; also with *.")
@options.dates("")
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_events(shell: Shell, /, page: Page, since: str | None, until: str | None, as_json: bool, **said: Any) -> None:
    """List what has happened, the newest first.

    Events hold no personal data, and are never changed or deleted.
    """
    zone = shell.zone
    wanted = Wanted(
        **said,
        **vars(periods.span(since, until, zone)),
    )
    with shell.db.stream(event_lists.listed, wanted, page.window) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: _cells(row, zone),
            facts=_facts,
            as_json=as_json,
            nothing="There are no such events.",
            zone=zone,
        )


@options.examples(
    "event show 4711",
    "event show 4711 --json",
)
@event.command("show")
@click.argument("number", metavar="ID", type=options.Whole(1, 2**62))
@options.json_of(
    *KEYS, "unit", options.inner("others", *KEYS), options.inner("messages", "id", "kind", "recipient", "status")
)
@pass_shell
def show(shell: Shell, number: int, as_json: bool) -> None:
    """Show an event with what happened in the same moment, and whom it told."""
    whole, zone = shell.db.read(event_lists.whole, number), shell.zone
    if as_json:
        output.json_of(_whole_facts(whole))
        return
    found = whole.event
    output.heading(f"Event {found.id}: {found.kind}")
    output.facts([("Time", output.moment(found.created_at, zone)), ("Subject", found.subject), ("By", found.actor)])
    if found.facts:
        output.heading("Facts")
        output.facts((name.replace("_", " "), event_words.shown(value, zone)) for name, value in found.facts.items())
    _print_linked("With it", ((each.id, f"{each.kind} {each.subject}") for each in whole.others))
    _print_linked("Messages", ((each.id, f"{each.kind} to {each.recipient}: {each.status}") for each in whole.messages))
    output.remark(f"Times are in {zone}.")


def _print_linked(title: str, rows: Any) -> None:
    lines = [(str(number), sentence) for number, sentence in rows]
    if lines:
        output.heading(title)
        output.facts(lines)


def _cells(row: Event, zone: str) -> list[Any]:
    told = event_words.told(row.facts, zone)
    return [row.id, output.moment(row.created_at, zone), row.kind, row.subject, row.actor, told]


def _facts(row: Event) -> dict[str, Any]:
    return output.picked(row, KEYS)


def _whole_facts(whole: Whole) -> dict[str, Any]:
    told = [output.picked(each, ("id", "kind", "recipient", "status")) for each in whole.messages]
    others = [_facts(each) for each in whole.others]
    return {**_facts(whole.event), "unit": whole.event.unit, "others": others, "messages": told}

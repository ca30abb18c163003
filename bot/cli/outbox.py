"""`outbox`: the messages that people must get. What waits, what did not arrive, and what to do about it."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from bot.cli import (
    Shell,
    asking,
    batch,
    customer_words,
    event_words,
    known,
    listing,
    options,
    output,
    pass_shell,
)
from bot.cli.batch import Work
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.models import OutboxStatus
from bot.services import clock
from bot.services import outbox as outbox_service
from bot.services.queries import outbox_lists
from bot.services.queries.outbox_lists import Listed, Wanted, Whole
from bot.services.reports import periods

STATUSES = tuple(status.value for status in OutboxStatus)
COLUMNS = (
    Column("Id", main=True, right=True),
    Column("Kind", main=True),
    Column("Status", main=True),
    Column("To"),
    Column("Created"),
    Column("Tries", right=True),
    Column("Error", most=60),
)
KEYS = (
    "id",
    "kind",
    "recipient",
    "first_name",
    "status",
    "attempts",
    "created_at",
    "next_attempt_at",
    "sent_at",
    "error",
)

ids = click.argument("ids", metavar="ID...", nargs=-1, type=options.Whole(1, 2**62))


@options.examples(
    "outbox list --status dead",
    "outbox show 4711",
    "outbox retry 4711",
    'outbox drop 4711 --reason "Told on the phone"',
)
@click.group("outbox")
def outbox() -> None:
    """List and show the messages to people, send them again, or drop them."""


@options.examples(
    "outbox list --status dead --status uncertain",
    'outbox list --recipient @anna --kind "order-*" --since 2026-12-01 --until 2026-12-24',
    "outbox list --limit 20 --page 2",
    "outbox list --status pending --all --json",
)
@outbox.command("list")
@click.option(
    "--status",
    "statuses",
    metavar="STATUS",
    type=click.Choice(STATUSES, case_sensitive=False),
    multiple=True,
    help=f"Only these; several may be named: {', '.join(STATUSES)}.",
)
@click.option("--recipient", metavar="ID", type=known.CUSTOMER, help="Only those to this person: the id, or @username.")
@click.option("--kind", metavar="KIND", help='Only these, such as order-confirmed; * stands for anything: "order-*".')
@options.dates("Queued")
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_messages(shell: Shell, /, page: Page, as_json: bool, **said: Any) -> None:
    """List messages, the newest first.

    A message is pending until its turn comes, sending while the bot waits for Telegram, and sent when Telegram has it.
    It is uncertain when the connection broke: it may have arrived, and is sent once more at most. It is blocked when
    the person has blocked the bot, dead when Telegram refuses it for good, dropped when it shall not be sent, parked
    when it waited in a backup that was restored, and repeated when it was queued again as another message.
    """
    zone, wanted = shell.zone, _wanted(shell, said)
    with shell.db.stream(outbox_lists.listed, wanted, page.window) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: _cells(row, zone),
            facts=_facts,
            as_json=as_json,
            nothing="There are no such messages.",
            zone=zone,
        )


@options.examples(
    "outbox show 4711",
    "outbox show 4711 --json",
)
@outbox.command("show")
@click.argument("number", metavar="ID", type=options.Whole(1, 2**62))
@options.json_of(*KEYS, "facts", "text", "event_id", "event_kind", "subject", "actor")
@pass_shell
def show(shell: Shell, number: int, as_json: bool) -> None:
    """Show a message: to whom, about what, and what has become of it.

    Most texts are made when they are sent, in the person's language, of the facts that stand here. A message that was
    written by hand is shown in clear.
    """
    whole, zone = shell.db.read(outbox_lists.whole, number), shell.zone
    if as_json:
        output.json_of(_whole_facts(whole))
        return
    output.heading(f"Message {whole.message.id} ({whole.message.kind}) is {whole.message.status}")
    output.facts(_about(whole, zone))
    output.remark(f"Times are in {zone}.")


@options.examples(
    "outbox retry 4711",
    "outbox retry 4711 4712 --yes",
    "outbox retry --all-dead --json",
    "outbox retry --all-parked",
)
@outbox.command("retry")
@ids
@click.option("--all-dead", is_flag=True, help="All that are dead, instead of single ones.")
@click.option("--all-parked", is_flag=True, help="All that are parked, instead of single ones.")
@options.yes
@options.json_of("id", "outcome", "sentence", "refusal", "new_id")
@pass_shell
def retry(shell: Shell, /, ids: Sequence[int], all_dead: bool, all_parked: bool, yes: bool, as_json: bool) -> None:
    """Queue messages once more that did not arrive; each becomes a new message.

    ID is the number of a message that is dead, blocked, dropped, parked or uncertain. An uncertain or parked one may
    have arrived, so the person may read it twice: that is asked first. A blocked one can be sent once the person is
    back.
    """
    if bool(ids) + all_dead + all_parked != 1:
        raise click.UsageError("Name messages by their ids, or choose --all-dead or --all-parked.")
    status = OutboxStatus.DEAD if all_dead else OutboxStatus.PARKED
    numbers = list(dict.fromkeys(ids)) if ids else shell.db.read(outbox_lists.with_status, status)
    _ask(shell, numbers, is_all=all_dead or all_parked, yes=yes)

    def repeat(number: int) -> tuple[str, int]:
        new = shell.db.call(outbox_service.repeat, number, actor=shell.actor, now=clock.now())
        return f"Message {number} is queued again as {new.id}.", new.id

    _do(shell, numbers, repeat, as_json)


@options.examples(
    'outbox drop 4711 4712 --reason "Told on the phone"',
    'outbox drop 4711 --reason "Out of date" --yes --json',
)
@outbox.command("drop")
@ids
@click.option("--reason", metavar="TEXT", required=True, help="Why they shall not be sent; it stands in the message.")
@options.yes
@options.json_of("id", "outcome", "sentence", "refusal", "new_id")
@pass_shell
def drop(shell: Shell, /, ids: Sequence[int], reason: str, yes: bool, as_json: bool) -> None:
    """Take messages out of the outbox, so that nobody sends them.

    ID is the number of a message that waits or did not arrive. What is dropped can still be sent by outbox retry.
    """
    if not ids:
        raise click.UsageError("Name messages by their ids.")
    numbers = list(dict.fromkeys(ids))
    asking.confirm(shell, f"Drop {output.counted(len(numbers), 'message')}?", yes=yes)

    def take_out(number: int) -> tuple[str, None]:
        shell.db.call(outbox_service.drop, number, reason=reason, actor=shell.actor, now=clock.now())
        return f"Message {number} is dropped.", None

    _do(shell, numbers, take_out, as_json)


def _do(shell: Shell, numbers: Sequence[int], do: Callable[[int], tuple[str, int | None]], as_json: bool) -> None:
    work = Work("message", "id", "new_id", do, "There is no such message, nothing was done.")
    batch.run(shell, work, numbers, as_json=as_json)


def _ask(shell: Shell, numbers: Sequence[int], *, is_all: bool, yes: bool) -> None:
    uncertain = shell.db.read(outbox_lists.uncertain_among, numbers)
    if uncertain:
        output.remark(f"{output.counted(uncertain, 'message')} may have arrived, so people may read them twice.")
    if numbers and (uncertain or is_all):
        asking.confirm(shell, f"Send {output.counted(len(numbers), 'message')} again?", yes=yes)


def _wanted(shell: Shell, said: dict[str, Any]) -> Wanted:
    recipient = said["recipient"]
    return Wanted(
        statuses=tuple(OutboxStatus(status) for status in said["statuses"]),
        recipient=customer_words.chosen(shell, recipient),
        kind=said["kind"],
        **vars(periods.span(said["since"], said["until"], shell.zone)),
    )


def _cells(row: Listed, zone: str) -> list[Any]:
    message = row.message
    return [
        message.id,
        message.kind,
        message.status,
        row.first_name or message.recipient,
        output.moment(message.created_at, zone),
        message.attempts or "",
        message.error,
    ]


def _facts(row: Listed | Whole) -> dict[str, Any]:
    message = row.message
    kept = {name: getattr(message, name) for name in KEYS if name != "first_name"}
    return {name: row.first_name if name == "first_name" else kept[name] for name in KEYS}


def _whole_facts(whole: Whole) -> dict[str, Any]:
    event = whole.event
    shown = {} if whole.text is not None else whole.message.facts
    about = {"event_id": event.id, "event_kind": event.kind, "subject": event.subject, "actor": event.actor}
    return {**_facts(whole), "facts": shown, "text": whole.text, **about}


def _about(whole: Whole, zone: str) -> list[tuple[str, Any]]:
    message, event = whole.message, whole.event
    asked_by = event.subject.removeprefix("help:") if event.subject.startswith("help:") else ""
    next_try = output.moment(message.next_attempt_at, zone) if outbox_service.waits(message) else ""
    return [
        ("To", f"{whole.first_name} ({message.recipient})" if whole.first_name else message.recipient),
        ("Because of", f"{event.kind} {event.subject} by {event.actor}, event {event.id}"),
        ("Facts", "" if whole.text is not None else event_words.told(message.facts, zone)),
        ("Text", whole.text),
        ("See", f"bot_cli.py question show {asked_by}" if asked_by else ""),
        ("Created", output.moment(message.created_at, zone)),
        ("Tries", message.attempts or ""),
        ("Next try", next_try),
        ("Sent", output.moment(message.sent_at, zone)),
        ("Error", message.error),
    ]

"""`broadcast`: one message to many customers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, asking, broadcast_words, known, listing, options, output, pass_shell
from bot.cli.broadcast_words import FIGURES, KEYS
from bot.cli.listing import Page
from bot.models import Broadcast, BroadcastState, ContentKind, Segment
from bot.services import broadcasts, clock, people, photos, telegram_html
from bot.services.broadcasts import Content
from bot.services.queries import broadcast_lists

SEGMENTS = tuple(segment.value for segment in Segment)
STATES = tuple(state.value for state in BroadcastState)

which = click.argument("which", metavar="ID", type=known.BROADCAST)


@options.examples(
    'broadcast new --text "Sale until <b>Sunday</b>!" --segment everyone --dry-run',
    "broadcast list",
    "broadcast show 12",
    "broadcast pause 12",
    "broadcast resume 12",
    "broadcast cancel 12",
)
@click.group("broadcast")
def broadcast() -> None:
    """Write to many customers at once, and see how far it has got."""


@options.examples(
    'broadcast new --text "Sale until <b>Sunday</b>!" --segment everyone --dry-run',
    'broadcast new --text news.html --photo tea.jpg --segment bought --at "2026-12-20 14:30"',
    "broadcast new --text - --segment inactive --language ru --yes --json < news.html",
)
@broadcast.command("new")
@click.option("--text", metavar="TEXT", help="The text; the name of a .txt or .html file; or - for standard input.")
@click.option("--photo", metavar="FILE", type=options.FILE, help="A JPEG, PNG or WebP picture of at most 10 MB.")
@click.option(
    "--segment",
    type=click.Choice(SEGMENTS, case_sensitive=False),
    required=True,
    help="Who gets it.",
)
@click.option(
    "--language",
    type=click.Choice(people.LANGUAGES, case_sensitive=False),
    help="Only those of them who read this language.",
)
@click.option("--at", metavar="TIME", help='When, as "YYYY-MM-DD HH:MM" in the shop\'s time zone; else at once.')
@options.dry_run
@options.yes
@options.json_of(*KEYS, *FIGURES)
@pass_shell
def new(shell: Shell, /, dry_run: bool, yes: bool, as_json: bool, **said: Any) -> None:
    """Write to many customers, at once or at a time.

    The text may have Telegram's HTML tags: b, i, u, s, code, pre, blockquote, tg-spoiler and a href="..."; &lt; stands
    for < and &amp; for &. It has 4096 characters at most, 1024 below a photo.

    In "bought" is whoever has an order that was delivered, in "inactive" whoever has ordered nothing for 30 days, in
    "big-spenders" the tenth of the buyers that has spent most. Nobody gets it who is banned, has blocked the bot or has
    switched broadcasts off. The bot sends about 25 a second, and messages about orders go first.
    """
    wanted, photo = _wanted(shell, **said), said["photo"]
    tried = shell.db.rehearse(broadcasts.write, **wanted, actor=shell.actor, now=clock.now())
    count = f"{output.counted(tried.people_count, 'customer')} ({broadcast_words.who(tried)})"
    when = f"at {output.zoned(tried.scheduled_at, shell.zone)}" if tried.scheduled_at else "at once"
    if dry_run:
        _tell_rehearsed(tried, f"Dry run: it would go to {count} {when}.", as_json=as_json)
        return
    asking.confirm(shell, f"Send {broadcast_words.what(tried)[:60]!r} to {count} {when}?", yes=yes)
    if photo is not None:
        photos.keep(photo, shell.config.data_dir)
    made = shell.db.call(broadcasts.write, **wanted, actor=shell.actor, now=clock.now())
    told = f"Broadcast {made.id} goes to {output.counted(made.people_count, 'customer')} {when}."
    broadcast_words.tell(shell, made.id, told, as_json=as_json)


@options.examples(
    "broadcast list",
    "broadcast list --state running --state paused",
    "broadcast list --limit 20 --page 2",
    "broadcast list --all --json",
)
@broadcast.command("list")
@click.option(
    "--state",
    "states",
    metavar="STATE",
    type=click.Choice(STATES, case_sensitive=False),
    multiple=True,
    help=f"Only these; several may be named: {', '.join(STATES)}.",
)
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_broadcasts(shell: Shell, /, states: tuple[str, ...], page: Page, as_json: bool) -> None:
    """List broadcasts, the newest first."""
    zone, wanted = shell.zone, tuple(BroadcastState(state) for state in states)
    with shell.db.stream(broadcast_lists.listed, wanted, page.window) as rows:
        listing.show(
            rows,
            page,
            columns=broadcast_words.COLUMNS,
            cells=lambda row: broadcast_words.cells(row, zone),
            facts=broadcast_words.facts,
            as_json=as_json,
            nothing="There are no such broadcasts.",
            zone=zone,
        )


@options.examples(
    "broadcast show 12",
    "broadcast show 12 --json",
)
@broadcast.command("show")
@which
@options.json_of(*KEYS, *FIGURES)
@pass_shell
def show(shell: Shell, which: str, as_json: bool) -> None:
    """Show a broadcast and how far it has got."""
    found = shell.db.read(broadcast_lists.progress, broadcast_words.number(which))
    if as_json:
        output.json_of(broadcast_words.whole_facts(found))
        return
    zone = shell.zone
    output.heading(f"Broadcast {found.broadcast.id} is {found.broadcast.state}")
    output.facts(broadcast_words.about(found, zone, shell.config.pay_currency))
    output.remark(f"Times are in {zone}.")


@options.examples(
    "broadcast pause 12",
    "broadcast pause 12 --json",
)
@broadcast.command("pause")
@which
@options.json_of(*KEYS, *FIGURES)
@pass_shell
def pause(shell: Shell, which: str, as_json: bool) -> None:
    """Let a broadcast stand still, from the next message on."""
    _steer(shell, which, broadcasts.pause, "is paused", as_json=as_json)


@options.examples(
    "broadcast resume 12",
    "broadcast resume 12 --json",
)
@broadcast.command("resume")
@which
@options.json_of(*KEYS, *FIGURES)
@pass_shell
def resume(shell: Shell, which: str, as_json: bool) -> None:
    """Let a paused broadcast go on where it stopped."""
    _steer(shell, which, broadcasts.resume, "goes on", as_json=as_json)


@options.examples(
    "broadcast cancel 12",
    "broadcast cancel 12 --yes --json",
)
@broadcast.command("cancel")
@which
@options.yes
@options.json_of(*KEYS, *FIGURES)
@pass_shell
def cancel(shell: Shell, which: str, yes: bool, as_json: bool) -> None:
    """End a broadcast for good: whoever has not got it by now never does."""
    left = shell.db.read(broadcast_lists.progress, broadcast_words.number(which)).left
    asking.confirm(shell, f"End it, although {output.counted(left, 'customer')} would still get it?", yes=yes)
    _steer(shell, which, broadcasts.cancel, "is cancelled", as_json=as_json)


def _steer(shell: Shell, which: str, operation: Callable[..., Broadcast], told: str, *, as_json: bool) -> None:
    done = shell.db.call(operation, broadcast_words.number(which), actor=shell.actor, now=clock.now())
    broadcast_words.tell(shell, done.id, f"Broadcast {done.id} {told}.", as_json=as_json)


def _wanted(
    shell: Shell, *, text: str | None, photo: Path | None, segment: str, language: str | None, at: str | None
) -> dict[str, Any]:
    """Return what is to be written to whom and when, in the words of the service."""
    if text is None and photo is None:
        raise click.UsageError("Say what to send: --text, --photo or both.")
    html = None
    if text is not None:
        longest = telegram_html.LONGEST_CAPTION if photo else telegram_html.LONGEST_TEXT
        html = telegram_html.checked(broadcast_words.text(text), longest=longest)
    when = clock.parse_future(at, shell.zone, now=clock.now()) if at is not None else None
    kind = ContentKind.TEXT if photo is None else ContentKind.PHOTO
    content = Content(kind, html, photos.name_of(photo) if photo is not None else None)
    return {"content": content, "segment": Segment(segment), "language": language, "at": when}


def _tell_rehearsed(tried: Broadcast, sentence: str, *, as_json: bool) -> None:
    if as_json:
        left = {"left": tried.people_count, "seconds": -(-tried.people_count // broadcasts.PER_SECOND)}
        output.json_of({**broadcast_words.facts(tried), "id": None, **dict.fromkeys(FIGURES, 0), **left})
    else:
        output.line(sentence)

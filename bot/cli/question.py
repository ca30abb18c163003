"""`question`: the conversations with customers, answering and closing."""

from typing import Any

import click

from bot.cli import Shell, customer_words, known, listing, messages, options, output, pass_shell, typed
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.services import clock
from bot.services import help as help_desk
from bot.services.queries import help_views
from bot.services.queries.help_views import Head, Line, Thread

COLUMNS = (
    Column("Id", main=True, right=True),
    Column("Customer", main=True, most=20),
    Column("State", main=True),
    Column("Last"),
    Column("Text", most=30),
)
KEYS = ("user_id", "first_name", "username", "state", "waiting_since", "last_at", "last_text", "last_file")
WHOLE = (*KEYS, "messages")

who = click.argument("name", metavar="CUSTOMER", type=known.CUSTOMER)


@options.examples(
    "question list --open",
    "question show @anna",
    'question answer @anna "We deliver on Saturdays too."',
)
@click.group("question")
def question() -> None:
    """List and show what customers ask, and answer it."""


@options.examples(
    "question list --open",
    "question list --customer @anna --limit 20 --page 2",
    "question list --all --json",
)
@question.command("list")
@click.option("--open", "is_open", is_flag=True, help="Only who waits for an answer, the longest waiting first.")
@click.option("--customer", metavar="ID", type=known.CUSTOMER, help="Only this customer's: the id, or @username.")
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_questions(shell: Shell, /, is_open: bool, customer: str | None, page: Page, as_json: bool) -> None:
    """List conversations with customers, the newest first: one for each who has written or was written to.

    They are stored encrypted and opened while they are listed.
    """
    zone, user_id = shell.zone, customer_words.chosen(shell, customer)
    with shell.db.stream(help_views.listed, page.window, is_open=is_open, user_id=user_id) as rows:
        listing.show(
            rows,
            page,
            columns=COLUMNS,
            cells=lambda row: _cells(row, zone),
            facts=_facts,
            as_json=as_json,
            nothing="There are no such questions.",
            zone=zone,
        )


@options.examples(
    "question show 123456789",
    "question show @anna --json",
)
@question.command("show")
@who
@options.json_of(*WHOLE)
@pass_shell
def show(shell: Shell, name: str, as_json: bool) -> None:
    """Show the conversation with a customer, the oldest message first.

    CUSTOMER is the Telegram id or @username. Photos and other files lie in Telegram and are named here.
    """
    thread = shell.db.read(help_views.thread, customer_words.named(shell, name), size=None)
    if as_json:
        output.json_of(_whole(thread))
        return
    output.heading(f"{_called(thread.head)} is {thread.head.state}" if thread.lines else "Nothing has been written yet")
    output.facts(
        [
            ("Waits since", output.moment(thread.head.waiting_since, thread.zone)),
            ("Closed by", thread.head.closed_by),
            ("Away", "has blocked the bot, so nothing reaches them now" if thread.head.is_away else ""),
            ("Banned", "can read an answer, but not write" if thread.head.is_banned else ""),
        ]
    )
    for line in thread.lines:
        output.heading(_title(line, thread))
        output.facts([("Order", line.order_code), ("File", line.file), ("Text", line.text)])
    output.zone_remark(thread.zone, thread.lines)


@options.examples(
    'question answer @anna "We deliver on Saturdays too."',
    "question answer 123456789 - --json < answer.txt",
)
@question.command("answer")
@who
@click.argument("text")
@options.json_of(*WHOLE)
@pass_shell
def answer(shell: Shell, name: str, text: str, as_json: bool) -> None:
    """Answer a customer who waits; they get the text.

    CUSTOMER is the Telegram id or @username. TEXT is the answer, 2000 characters at most; - reads it from standard
    input. What is answered is answered once: to write more, use customer message.
    """
    user_id = customer_words.named(shell, name)
    shell.db.call(help_desk.answer, user_id, typed.text(text), actor=shell.actor, now=clock.now())
    _print(shell, user_id, "The question of {} is answered.", as_json)
    messages.mention(shell)


@options.examples(
    "question close @anna",
    "question close 123456789 --json",
)
@question.command("close")
@who
@options.json_of(*WHOLE)
@pass_shell
def close(shell: Shell, name: str, as_json: bool) -> None:
    """Close what a customer has asked without an answer; they are not told.

    CUSTOMER is the Telegram id or @username. When they write again, they wait again.
    """
    user_id = customer_words.named(shell, name)
    shell.db.call(help_desk.close, user_id, actor=shell.actor, now=clock.now())
    _print(shell, user_id, "The question of {} is closed without an answer.", as_json)


def _print(shell: Shell, user_id: int, sentence: str, as_json: bool) -> None:
    thread = shell.db.read(help_views.thread, user_id, size=None)
    if as_json:
        output.json_of(_whole(thread))
    else:
        output.line(sentence.format(_called(thread.head)))


def _called(head: Head) -> str:
    return f"{head.first_name} ({head.user_id})".strip()


def _title(line: Line, thread: Thread) -> str:
    who = thread.head.first_name or str(thread.head.user_id) if line.by_customer else line.author
    return f"{output.moment(line.created_at, thread.zone)} {who}"


def _cells(head: Head, zone: str) -> list[Any]:
    text = " ".join(head.last_text.split()) or (f"[{head.last_file}]" if head.last_file else "")
    name = customer_words.name(head.first_name, head.username)
    return [head.user_id, name, head.state, output.moment(head.last_at, zone), text]


def _facts(head: Head) -> dict[str, Any]:
    return output.picked(head, KEYS)


def _whole(thread: Thread) -> dict[str, Any]:
    names = ("id", "by_customer", "author", "text", "file", "order_code", "created_at", "settled_at", "settled_by")
    return {**_facts(thread.head), "messages": [output.picked(line, names) for line in thread.lines]}

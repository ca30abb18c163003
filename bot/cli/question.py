"""`question`: what customers ask, and the answers."""

from typing import Any

import click

from bot.cli import Shell, customer_words, known, listing, messages, options, output, pass_shell, typed
from bot.cli.listing import Page
from bot.cli.output import Column
from bot.services import clock
from bot.services import help as help_desk
from bot.services.help import Request

COLUMNS = (
    Column("Id", main=True, right=True),
    Column("Customer", main=True, most=14),
    Column("State", main=True),
    Column("Asked"),
    Column("Question", most=30),
)
KEYS = ("id", "user_id", "first_name", "question", "asked_at", "answer", "answered_by", "answered_at")

number = click.argument("number", metavar="ID", type=options.Whole(1, 2**62))


@options.examples(
    "question list --open",
    "question show 12",
    'question answer 12 "We deliver on Saturdays too."',
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
@click.option("--open", "is_open", is_flag=True, help="Only those without an answer, the longest waiting first.")
@click.option("--customer", metavar="ID", type=known.CUSTOMER, help="Only this customer's: the id, or @username.")
@listing.paged
@options.json_of(*KEYS)
@pass_shell
def list_questions(shell: Shell, /, is_open: bool, customer: str | None, page: Page, as_json: bool) -> None:
    """List questions, the newest first.

    They are stored encrypted and opened while they are listed.
    """
    zone, user_id = shell.zone, customer_words.chosen(shell, customer)
    with shell.db.stream(help_desk.listed, page.window, is_open=is_open, user_id=user_id) as rows:
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
    "question show 12",
    "question show 12 --json",
)
@question.command("show")
@number
@options.json_of(*KEYS)
@pass_shell
def show(shell: Shell, number: int, as_json: bool) -> None:
    """Show a question with its answer."""
    request, zone = shell.db.read(help_desk.request, number), shell.zone
    if as_json:
        output.json_of(_facts(request))
        return
    asked = request.conversation
    output.heading(f"Question {asked.id} is {_state(request)}")
    output.facts(
        [
            ("Customer", f"{asked.first_name} ({asked.user_id})".strip()),
            ("Away", "has blocked the bot, so an answer does not reach them" if request.is_away else ""),
            ("Asked", output.moment(request.asked_at, zone)),
            ("Question", asked.question),
            ("Answered", output.moment(request.answered_at, zone)),
            ("By", request.answered_by),
            ("Answer", asked.answer),
        ]
    )
    output.remark(f"Times are in {zone}.")


@options.examples(
    'question answer 12 "We deliver on Saturdays too."',
    "question answer 12 - --json < answer.txt",
)
@question.command("answer")
@number
@click.argument("text")
@options.json_of(*KEYS)
@pass_shell
def answer(shell: Shell, number: int, text: str, as_json: bool) -> None:
    """Answer a question; the customer gets the text.

    TEXT is the answer, 2000 characters at most; - reads it from standard input. A question is answered once: to write
    more, use customer message.
    """
    shell.db.call(help_desk.answer, number, typed.text(text), actor=shell.actor, now=clock.now())
    request = shell.db.read(help_desk.request, number)
    if as_json:
        output.json_of(_facts(request))
    else:
        name = f"{request.conversation.first_name} ({request.conversation.user_id})".strip()
        output.line(f"Question {number} of {name} is answered.")
    if request.is_away:
        output.remark("They have blocked the bot, so the answer does not reach them.")
    messages.mention(shell)


def _state(request: Request) -> str:
    return "answered" if request.answered_at else "open"


def _cells(request: Request, zone: str) -> list[Any]:
    asked = request.conversation
    return [
        asked.id,
        asked.first_name or asked.user_id,
        _state(request),
        output.moment(request.asked_at, zone),
        " ".join(asked.question.split()),
    ]


def _facts(request: Request) -> dict[str, Any]:
    asked = request.conversation
    return {
        "id": asked.id,
        "user_id": asked.user_id,
        "first_name": asked.first_name,
        "question": asked.question,
        "asked_at": request.asked_at,
        "answer": asked.answer,
        "answered_by": request.answered_by,
        "answered_at": request.answered_at,
    }

"""Support: a customer's question to the owner, and the answer from whoever may give it."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.errors import BadValue, Forbidden
from bot.services import help as help_desk
from bot.telegram import callbacks
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import cut, paragraphs

router = Router(name="support")


class Asked(StatesGroup):
    """What support has asked."""

    question = State()
    answer = State()


@router.message(Command("help"))
async def help_command(_message: Message, visit: Visit) -> None:
    """Ask what the question is."""
    await _ask_question(visit)


@router.callback_query(callbacks.Support.filter())
async def open_support(_press: CallbackQuery, visit: Visit) -> None:
    """Ask what the question is."""
    await _ask_question(visit)


@router.message(Asked.question, F.text, ~F.text.startswith("/"))
async def take_question(message: Message, visit: Visit) -> None:
    """Hand the question to the owner."""
    automatic = await visit.run(help_desk.ask, visit.id, message.text or "", now=visit.now)
    text = paragraphs(visit.t("question-sent"), visit.t("automatic-answer", text=automatic) if automatic else "")
    await visit.show(Screen(text, [[button(visit.t.label("home"), callbacks.Home())]]))


@router.callback_query(callbacks.AnswerHelp.filter())
async def ask_answer(_press: CallbackQuery, callback_data: callbacks.AnswerHelp, visit: Visit) -> None:
    """Ask whoever may answer for the answer.

    Raises:
        Forbidden: the person is neither staff nor the helper.
        BadValue: somebody has answered already.
    """
    await _require_helper(visit)
    request = await visit.fetch(help_desk.conversation, callback_data.id)
    if request.answer is not None:
        raise BadValue("help request", str(request.id), "it has been answered already")
    asked = visit.t("ask-answer", name=request.first_name, question=cut(request.question, 3500))
    write = visit.t("write-answer")
    rows: list[Row] = [[button(visit.t.label("back"), callbacks.Home())]]
    # What customers ask is sealed in the database, so the dialogue does not keep it.
    await visit.ask(Asked.answer, Screen(paragraphs(asked, write), rows), request=request.id, question=str(write))


@router.message(Asked.answer, F.text, ~F.text.startswith("/"))
async def take_answer(message: Message, visit: Visit) -> None:
    """Send the answer to the customer.

    Raises:
        Forbidden: the person is neither staff nor the helper.
    """
    await _require_helper(visit)
    request = int(await visit.fact("request"))
    await visit.run(help_desk.answer, request, message.text or "", actor=visit.me.actor, now=visit.now)
    await visit.show(Screen(visit.t("answer-sent"), [[button(visit.t.label("home"), callbacks.Home())]]))


async def _ask_question(visit: Visit) -> None:
    rows: list[Row] = [[button(visit.t.label("back"), callbacks.Home())]]
    await visit.ask(Asked.question, Screen(visit.t("ask-question"), rows))


async def _require_helper(visit: Visit) -> None:
    if not await visit.fetch(help_desk.may_answer, visit.me):
        raise Forbidden("answering help requests")

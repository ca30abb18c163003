"""What customers ask: who waits for an answer, the conversation with one of them, answering and closing."""

from collections.abc import Sequence

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from markupsafe import Markup

from bot.errors import AnsweredMeanwhile, WrittenMeanwhile
from bot.models import Right
from bot.services import help as help_desk
from bot.services.help_copies import Shown
from bot.services.queries import help_views
from bot.services.queries.browse import Page
from bot.services.queries.help_views import Head, Line, Thread
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.people.customer_callbacks import person_of
from bot.telegram.admin.place import kept_way, trail, way_back, way_home, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.conversation import NOTHING, WRITTEN, body, send_line, thread_text, written
from bot.telegram.screen import Row, Screen, button, notice_button
from bot.telegram.turning import LAST, turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, lines, paragraphs

router = StaffRouter("questions", Right.CUSTOMERS, is_for_helper=True)

AT = "asks_at"
"""Kept in the dialogue: where Back leads from a conversation, to a list of them or to the customer."""
BEGINNING = 40
"""So much of the last message stands in the list."""


class Asked(StatesGroup):
    """What the conversation with a customer has asked."""

    answer = State()


@router.callback_query(staff.Questions.filter())
async def open_list(_press: CallbackQuery, callback_data: staff.Questions, visit: Visit) -> None:
    """Show who waits for an answer, or everybody."""
    await _show_list(visit, callback_data)


@router.callback_query(staff.Listen.filter())
async def listen(_press: CallbackQuery, callback_data: staff.Listen, visit: Visit) -> None:
    """Tell whoever presses of every question from now on, or of none."""
    await visit.run(help_desk.listen, visit.id, callback_data.wants, now=visit.now)
    await _show_list(visit, staff.Questions())


@router.callback_query(staff.Thread.filter())
async def open_thread(_press: CallbackQuery, callback_data: staff.Thread, visit: Visit) -> None:
    """Show a page of a conversation; from a notice no list leads back."""
    if visit.is_on_notice:
        await visit.forget(AT)
    await show_thread(visit, callback_data.id, page=callback_data.page, at=callback_data.beside)


@router.callback_query(staff.PersonThread.filter())
async def open_thread_of(_press: CallbackQuery, callback_data: staff.PersonThread, visit: Visit) -> None:
    """Show the conversation with somebody whose card was shown; Back leads there."""
    await visit.keep(AT, person_of(callback_data).pack())
    await show_thread(visit, callback_data.id)


@router.callback_query(staff.ThreadFile.filter())
async def show_file(_press: CallbackQuery, callback_data: staff.ThreadFile, visit: Visit) -> None:
    """Bring what was attached to a message; it stays in the chat, and leads back to the conversation."""
    t = visit.t
    told = await visit.fetch(help_views.told, callback_data.id)
    text = lines([t("file-of", name=told.line.author_name), body(t, told.line.text, told.line.file, longest=700)])
    rows: list[Row] = [[notice_button(t.label("open-thread"), staff.Thread(id=told.head.user_id))]]
    await send_line(visit.bot, visit.chat_id, told.line, Screen(text, rows))


@router.callback_query(staff.AnswerThread.filter())
async def ask_answer(_press: CallbackQuery, callback_data: staff.AnswerThread, visit: Visit) -> None:
    """Show the conversation, and ask for what to write."""
    await _ask_answer(visit, callback_data.id, page=callback_data.page)


@router.message(Asked.answer, WRITTEN)
async def take_answer(message: Message, visit: Visit) -> None:
    """Send it to the customer."""
    user_id, seen = int(await visit.fact("thread")), int(await visit.fact("seen"))
    await _answer(message, visit, user_id, seen, read=seen)


@router.message(Asked.answer, ~F.text)
async def refuse_other(_message: Message, visit: Visit) -> None:
    """Say what can be sent."""
    await visit.insist(visit.t("file-expected"))


@router.callback_query(staff.CloseThread.filter())
async def close(_press: CallbackQuery, callback_data: staff.CloseThread, visit: Visit) -> None:
    """Close what waits without an answer, unless the customer has written again."""
    user_id, seen = callback_data.id, callback_data.seen
    try:
        await visit.run(help_desk.close, user_id, seen=seen, actor=visit.me.actor, now=visit.now)
    except WrittenMeanwhile:
        await show_thread(visit, user_id, note=visit.t("error-written-meanwhile"))
    else:
        await show_thread(visit, user_id, note=visit.t("thread-closed"))


async def take_reply(message: Message, visit: Visit, shown: Shown) -> None:
    """Take a reply to the notice of a question for the answer."""
    await _answer(message, visit, shown.user_id, shown.help_message_id)


async def show_thread(visit: Visit, user_id: int, *, page: int = 0, at: int = 0, note: Markup = NOTHING) -> None:
    """Show a page of the conversation with a customer, below a note where there is one."""
    thread = await visit.fetch(help_views.thread, user_id, page=page, at=at)
    back = await kept_way(visit, AT, staff.Questions(), staff.Person)
    if isinstance(back, staff.Person) and back.id != user_id:
        back = staff.Questions()
    await visit.show(Screen(_text(visit.t, thread, note), [*_rows(visit, thread, back), ways_out(visit, back)]))


async def _answer(message: Message, visit: Visit, user_id: int, seen: int, *, read: int | None = None) -> None:
    """Send what was written, unless somebody else was faster: who answers reads that first, and writes again."""
    text, about = written(message, visit.bot)
    about |= {"seen": seen, "read": read, "actor": visit.me.actor, "now": visit.now}
    try:
        await visit.run(help_desk.answer, user_id, text, **about)
    except AnsweredMeanwhile:
        await _ask_answer(visit, user_id, note="answered-meanwhile")
    else:
        await _after(visit, user_id, album=message.media_group_id or "")


async def _after(visit: Visit, user_id: int, *, album: str) -> None:
    """Show the conversation; whoever has replied in the middle of something else is asked for that again.

    What follows in an album is sent too, and said once.
    """
    if album and album == await visit.fact("album"):
        return
    if visit.asked and visit.asked != Asked.answer.state:
        await visit.insist(visit.t("answer-sent"))
        if album:
            await visit.keep("album", album)
    elif album:
        await _ask_answer(visit, user_id, note="answer-sent", album=album)
    else:
        await show_thread(visit, user_id, note=visit.t("answer-sent"))


async def _ask_answer(visit: Visit, user_id: int, *, page: int = 0, note: str | None = None, album: str = "") -> None:
    t = visit.t
    thread = await visit.fetch(help_views.thread, user_id)
    ask = t("write-answer")
    below = paragraphs(t(note) if note else "", ask)
    rows = [way_back(t, staff.Thread(id=user_id, page=page))]
    # What customers write is sealed in the database, so the dialogue does not keep it.
    shown = Screen(_text(t, thread, below=below), rows)
    await visit.ask(Asked.answer, shown, thread=user_id, seen=thread.last_id, album=album, question=str(ask))


async def _show_list(visit: Visit, of: staff.Questions) -> None:
    t, every = visit.t, of.every
    found = await visit.fetch(help_views.heads, every=every, page=of.page, at=of.beside)
    listens = await visit.fetch(help_desk.listens, visit.id)
    rows: list[Row] = [[button(_label(t, head, found.zone), staff.Thread(id=head.user_id))] for head in found.rows]
    keys, turned = [head.user_id for head in found.rows], Page(found.page, found.has_next)
    rows.append(turn_beside(t, turned, keys, lambda number, at: staff.Questions(page=number, every=every, beside=at)))
    rows.append([button(t.label("questions-waiting" if every else "questions-all"), staff.Questions(every=not every))])
    if visit.me.role.is_staff:
        rows.append([button(t.label("listen-off" if listens else "listen-on"), staff.Listen(wants=not listens))])
    rows.append(ways_out(visit, staff.Admin()) if visit.me.role.is_staff else [way_home(visit)])
    title = trail(t, t.label("questions"))
    empty = "" if found.rows else t("questions-none" if every else "questions-none-waiting")
    await visit.show(Screen(paragraphs(title, empty), rows))
    await visit.keep(AT, of.pack())


def _label(t: Words, head: Head, zone: str) -> str:
    name = cut(head.first_name or str(head.user_id), 20)
    said = " ".join(head.last_text.split()) or (t.label(f"file-{head.last_file}") if head.last_file else "")
    key = "question-row-waiting" if head.waiting_since else "question-row"
    return t.label(key, name=name, text=cut(said, BEGINNING), time=t.moment(head.last_at, zone) if head.last_at else "")


def _text(t: Words, thread: Thread, note: Markup = NOTHING, *, below: Markup = NOTHING) -> Markup:
    head = thread.head
    username = f" @{head.username}" if head.username else ""
    top = lines(
        [
            trail(t, t.label("questions"), head.first_name or str(head.user_id)),
            t("buyer", name=f"{head.first_name}{username}", id=str(head.user_id)),
            *_standing(t, thread),
        ]
    )
    said = thread_text(t, thread.lines, _who, thread.zone, top, note, below)
    return paragraphs(note, top, said or t("thread-empty"), below)


def _standing(t: Words, thread: Thread) -> list[Markup]:
    """Return how the conversation stands, and whether the customer can read and write."""
    head = thread.head
    texts = []
    if head.waiting_since:
        texts.append(t("thread-waits", time=t.moment(head.waiting_since, thread.zone)))
    elif head.closed_at:
        texts.append(t("thread-was-closed", name=thread.closed_name or "", time=t.moment(head.closed_at, thread.zone)))
    if head.is_away:
        texts.append(t("thread-away"))
    if head.is_banned:
        texts.append(t("thread-banned"))
    return texts


def _who(line: Line) -> str:
    return f"{'🙋' if line.by_customer else '💬'} {line.author_name}"


def _rows(visit: Visit, thread: Thread, back: CallbackData) -> list[Row]:
    t, head = visit.t, thread.head
    answer = staff.AnswerThread(id=head.user_id, seen=thread.last_id, page=thread.page)
    rows: list[Row] = [[button(t.label("answer"), answer)]]
    # A page that has become empty shows nothing that could be closed.
    if head.waiting_since and thread.lines:
        rows.append([button(t.label("close-thread"), staff.CloseThread(id=head.user_id, seen=thread.last_id))])
    rows += [[button(_file_label(t, line, thread.zone), staff.ThreadFile(id=line.id))] for line in _files(thread)]
    if visit.me.role.may(Right.SHOP):
        orders = {line.order_id: line.order_code for line in thread.lines if line.order_id}
        rows += [[button(t.label("open-order-named", code=code), staff.Job(id=id))] for id, code in orders.items()]
    rows.append(_turn(t, thread))
    if visit.me.role.is_staff and not isinstance(back, staff.Person):
        rows.append([button(t.label("open-customer"), staff.Person(id=head.user_id, way="asks"))])
    return rows


def _turn(t: Words, thread: Thread) -> Row:
    """Return the ways to older messages and to newer ones."""

    def to(label: str, page: int, at: int) -> InlineKeyboardButton:
        return button(t.label(label), staff.Thread(id=thread.head.user_id, page=page, beside=at if page else 0))

    ends = [line.id for line in thread.lines] or [0]
    row = [to("older", thread.page + 1, ends[0])] if thread.has_older and thread.page < LAST else []
    return [*row, to("newer", thread.page - 1, -ends[-1])] if thread.page else row


def _files(thread: Thread) -> Sequence[Line]:
    return [line for line in thread.lines if line.file is not None]


def _file_label(t: Words, line: Line, zone: str) -> str:
    return t.label("show-file", file=t.label(f"file-{line.file}"), time=t.moment(line.created_at, zone))

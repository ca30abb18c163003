"""Writing a broadcast: what people get, a preview, who gets it and when, and one confirmation."""

from datetime import datetime

from aiogram import F
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from markupsafe import Markup

from bot.models import Broadcast, BroadcastState, Right, Segment
from bot.services import broadcasts, clock, segments
from bot.services.segments import Audience, Sizes
from bot.telegram import posts, reasons
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.broadcasts import broadcast_content, broadcast_text
from bot.telegram.admin.broadcasts.broadcasts import NewBroadcast, show_list, show_progress, way_to_list
from bot.telegram.admin.place import way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.callbacks import Id
from bot.telegram.posts import PostGone
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import LANGUAGES, paragraphs

router = StaffRouter("broadcast writing", Right.BROADCAST)

EVERY_LANGUAGE = "all"


class Asked(StatesGroup):
    """What was asked about a broadcast."""

    content = State()
    time = State()


class Aim(CallbackData, prefix="castto"):
    """Who gets a draft: a segment, in a language or in "all"."""

    id: Id
    segment: str
    language: str


class Write(CallbackData, prefix="castset"):
    """Do with a draft: "time", "now", "preview", "discard", or "anew" to write another in its place."""

    id: Id
    action: str


class Send(CallbackData, prefix="castgo"):
    """Send a draft as it was shown, which its revision tells; "ask" first, then "yes"."""

    id: Id
    revision: Id
    action: str


@router.callback_query(NewBroadcast.filter())
async def begin(_press: CallbackQuery, visit: Visit) -> None:
    """Ask what people shall get; whoever has a draft is asked first what shall become of that."""
    draft = await visit.fetch(broadcasts.draft_of, visit.id)
    await (_ask_content(visit, await way_to_list(visit)) if draft is None else _ask_what_of(visit, draft))


@router.callback_query(Write.filter(F.action == "anew"))
async def begin_anew(_press: CallbackQuery, visit: Visit) -> None:
    """Ask what people shall get; the draft stays until there is another."""
    await _ask_content(visit, NewBroadcast())


@router.message(Asked.content, ~F.text.startswith("/"))
async def take_content(message: Message, visit: Visit) -> None:
    """Keep what people shall get, and show it as they will see it."""
    album = message.media_group_id
    if album:
        if album != await visit.fact("album"):
            await visit.insist(visit.t("cast-no-album"))
            await visit.keep("album", album)
        return
    content = await broadcast_content.of(message, visit.bot, visit.guide.data_dir)
    me = visit.me
    draft = await visit.run(broadcasts.draft, content, author_id=me.telegram_id, actor=me.actor, now=visit.now)
    refusal = await _preview(visit, draft)
    if refusal:
        await visit.run(broadcasts.discard, draft.id)
        await visit.insist(refusal)
    else:
        await _show_draft(visit, draft)


@router.callback_query(staff.ShowBroadcast.filter())
async def open_broadcast(_press: CallbackQuery, callback_data: staff.ShowBroadcast, visit: Visit) -> None:
    """Show a draft with everything that can be chosen, any other broadcast with how far it has got."""
    visit.refuge = staff.Broadcasts()
    broadcast = await visit.fetch(broadcasts.find, callback_data.id)
    if broadcast.state is BroadcastState.DRAFT:
        await _show_draft(visit, broadcast)
    else:
        await show_progress(visit, callback_data.id)


@router.callback_query(Aim.filter(F.segment.in_(set(Segment)) & F.language.in_({EVERY_LANGUAGE, *LANGUAGES})))
async def aim(_press: CallbackQuery, callback_data: Aim, visit: Visit) -> None:
    """Choose who gets it."""
    visit.refuge = staff.ShowBroadcast(id=callback_data.id)
    segment = Segment(callback_data.segment)
    language = None if callback_data.language == EVERY_LANGUAGE else callback_data.language
    await _show_draft(visit, await visit.run(broadcasts.aim, callback_data.id, segment, language))


@router.callback_query(Write.filter(F.action == "time"))
async def ask_time(_press: CallbackQuery, callback_data: Write, visit: Visit) -> None:
    """Ask when it shall be sent."""
    zone = await visit.zone()
    back = way_back(visit.t, staff.ShowBroadcast(id=callback_data.id))
    text = visit.t("cast-ask-time", zone=zone, now=clock.local(visit.now, zone))
    await visit.ask(Asked.time, Screen(text, [back]), broadcast=callback_data.id)


@router.message(Asked.time, F.text, ~F.text.startswith("/"))
async def take_time(message: Message, visit: Visit) -> None:
    """Keep when it shall be sent."""
    at = clock.parse_future(message.text or "", await visit.zone(), now=visit.now)
    await _plan(visit, int(await visit.fact("broadcast")), at)


@router.callback_query(Write.filter(F.action == "now"))
async def choose_now(_press: CallbackQuery, callback_data: Write, visit: Visit) -> None:
    """Send it at once after all."""
    visit.refuge = staff.ShowBroadcast(id=callback_data.id)
    await _plan(visit, callback_data.id, None)


@router.callback_query(Write.filter(F.action == "preview"))
async def preview(_press: CallbackQuery, callback_data: Write, visit: Visit) -> None:
    """Show once more what people get; the draft opens below."""
    visit.refuge = staff.Broadcasts()
    draft = await visit.fetch(broadcasts.find, callback_data.id)
    refusal = await _preview(visit, draft)
    visit.is_on_notice = True
    if refusal:
        await visit.show(Screen(refusal, [ways_out(visit, await way_to_list(visit))]))
    else:
        await _show_draft(visit, draft)


@router.callback_query(Write.filter(F.action == "discard"))
async def discard(_press: CallbackQuery, callback_data: Write, visit: Visit) -> None:
    """Throw a draft away."""
    visit.refuge = staff.ShowBroadcast(id=callback_data.id)
    await visit.run(broadcasts.discard, callback_data.id)
    await show_list(visit)


@router.callback_query(Send.filter(F.action == "ask"))
async def ask_send(_press: CallbackQuery, callback_data: Send, visit: Visit) -> None:
    """Ask once before many people are written to."""
    t = visit.t
    visit.refuge = staff.Broadcasts()
    draft = await visit.fetch(broadcasts.find, callback_data.id)
    if draft.state is not BroadcastState.DRAFT:
        await show_progress(visit, draft.id)
        return
    sizes = await visit.fetch(segments.sizes, now=visit.now)
    meant, at = broadcast_text.people(t, sizes.of(draft.segment, draft.language)), draft.scheduled_at
    if at is None:
        text = t("cast-ask-send", people=meant)
    else:
        text = t("cast-ask-send-at", people=meant, time=t.time(at, await visit.zone()))
    yes = Send(id=draft.id, revision=callback_data.revision, action="yes")
    rows: list[Row] = [
        [button(t.label("cast-send-yes"), yes)],
        way_back(t, staff.ShowBroadcast(id=draft.id)),
    ]
    await visit.show(Screen(text, rows))


@router.callback_query(Send.filter(F.action == "yes"))
async def send(_press: CallbackQuery, callback_data: Send, visit: Visit) -> None:
    """Send it, once however often this is pressed."""
    visit.refuge = staff.ShowBroadcast(id=callback_data.id)
    who = visit.me.actor
    await visit.run(broadcasts.confirm, callback_data.id, callback_data.revision, actor=who, now=visit.now)
    await show_progress(visit, callback_data.id)


async def _ask_content(visit: Visit, back: CallbackData) -> None:
    await visit.ask(Asked.content, Screen(visit.t("cast-ask-content"), [way_back(visit.t, back)]))


async def _ask_what_of(visit: Visit, draft: Broadcast) -> None:
    """Ask whether to go on with a draft or to begin another in its place."""
    t = visit.t
    rows: list[Row] = [
        [button(t.label("cast-go-on"), staff.ShowBroadcast(id=draft.id))],
        [button(t.label("cast-anew"), Write(id=draft.id, action="anew"))],
        way_back(t, await way_to_list(visit)),
    ]
    what = broadcast_text.what(t, draft)
    await visit.show(Screen(t("cast-has-draft", id=str(draft.id), what=what), rows))


async def _plan(visit: Visit, broadcast_id: int, at: datetime | None) -> None:
    await _show_draft(visit, await visit.run(broadcasts.plan, broadcast_id, at))


async def _preview(visit: Visit, draft: Broadcast) -> Markup | None:
    """Send what people get, and return why that is not possible where it is not."""
    try:
        await posts.post(draft, visit.t, visit.guide.data_dir).send(visit.bot, visit.chat_id)
    except (PostGone, TelegramBadRequest) as error:
        return visit.t("cast-refused", why=reasons.worded(visit.t, str(getattr(error, "message", error))))
    return None


async def _show_draft(visit: Visit, draft: Broadcast) -> None:
    t = visit.t
    sizes = await visit.fetch(segments.sizes, now=visit.now)
    count = sizes.of(draft.segment, draft.language)
    audience = Audience(draft.segment, draft.language, sizes.least_amount)
    goes_to = t("cast-goes-to", people=broadcast_text.people(t, count), span=broadcast_text.span(t, count))
    when = t("cast-at", time=t.time(draft.scheduled_at, await visit.zone())) if draft.scheduled_at else t("cast-now")
    text = paragraphs(
        broadcast_text.title(t, draft),
        broadcast_text.about(t, draft, audience),
        when,
        goes_to if count else t("cast-goes-to-nobody"),
    )
    rows = [*_draft_rows(visit, draft, sizes), ways_out(visit, await way_to_list(visit))]
    await visit.show(Screen(text, rows))


def _draft_rows(visit: Visit, draft: Broadcast, sizes: Sizes) -> list[Row]:
    t, count = visit.t, sizes.of(draft.segment, draft.language)
    timing = Write(id=draft.id, action="now" if draft.scheduled_at else "time")
    send = Send(id=draft.id, revision=draft.revision, action="ask")
    return [
        *([_segment(visit, draft, sizes, segment)] for segment in Segment),
        [_language(visit, draft, sizes, language) for language in (None, *LANGUAGES)],
        [
            button(t.label("cast-set-now" if draft.scheduled_at else "cast-set-time"), timing),
            button(t.label("cast-preview"), Write(id=draft.id, action="preview")),
        ],
        [button(t.label("cast-send", people=broadcast_text.people(t, count)), send)] if count else [],
        [button(t.label("cast-discard"), Write(id=draft.id, action="discard"))],
    ]


def _segment(visit: Visit, draft: Broadcast, sizes: Sizes, segment: Segment) -> InlineKeyboardButton:
    key = "cast-chosen" if segment is draft.segment else "cast-choice"
    name, count = visit.t.label(f"segment-{segment}"), sizes.of(segment, draft.language)
    language = draft.language or EVERY_LANGUAGE
    return button(visit.t.label(key, name=name, count=count), Aim(id=draft.id, segment=segment, language=language))


def _language(visit: Visit, draft: Broadcast, sizes: Sizes, language: str | None) -> InlineKeyboardButton:
    key = "cast-chosen" if language == draft.language else "cast-choice"
    name = LANGUAGES[language] if language else visit.t.label("cast-all-languages")
    way = Aim(id=draft.id, segment=draft.segment, language=language or EVERY_LANGUAGE)
    return button(visit.t.label(key, name=name, count=sizes.of(draft.segment, language)), way)

"""The order in which an update passes the middlewares and meets the handlers."""

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageCaption, SendMessage
from aiogram.methods.base import Response
from aiogram.types import LinkPreviewOptions
from redis.asyncio import Redis

from bot.db import Database
from bot.telegram import dialogue_stores, dialogues, readable, replies, wire
from bot.telegram.admin import panel
from bot.telegram.admin.broadcasts import broadcast_writing, broadcasts
from bot.telegram.admin.goods import (
    categories,
    category_tree,
    goods,
    goods_fields,
    goods_new,
    goods_photos,
    shelves,
)
from bot.telegram.admin.orders import (
    order_edit,
    order_goods,
    order_link,
    order_pushes,
    order_steps,
    order_time,
    staff_group,
)
from bot.telegram.admin.orders import orders as staff_orders
from bot.telegram.admin.people import codes as staff_codes
from bot.telegram.admin.people import (
    customer_bans,
    customer_bonus,
    customer_card,
    customer_letters,
    customers,
    new_code,
    questions,
    team,
)
from bot.telegram.admin.running import closing, log_files
from bot.telegram.admin.running import settings as staff_settings
from bot.telegram.admin.running import statistics as staff_statistics
from bot.telegram.artist import Artist
from bot.telegram.channels import Channels
from bot.telegram.customer import (
    cart,
    checkout,
    closed,
    codes,
    entering,
    fallback,
    order_changes,
    orders,
    privacy,
    profile,
    search,
    shop,
    support,
)
from bot.telegram.desk import Desk
from bot.telegram.dialogues import forget as forget
from bot.telegram.file_ids import ShopBot
from bot.telegram.guide import Guide
from bot.telegram.intake import RawUpdates
from bot.telegram.limits import Limits
from bot.telegram.menu import announce as announce
from bot.telegram.metering import Calls, Handling, Updates
from bot.telegram.middlewares.answers import AnswerFirst
from bot.telegram.middlewares.errors import Errors
from bot.telegram.middlewares.gate import Gate
from bot.telegram.middlewares.groups import Groups
from bot.telegram.middlewares.pace import Throttle
from bot.telegram.middlewares.rates import Rates
from bot.telegram.middlewares.visits import Identify, Visits
from bot.telegram.outage import Outage
from bot.telegram.screen import EditText

SECONDS_TO_ANSWER = 20
"""How long Telegram may take; well below the 45 seconds after which another courier takes a message over."""

_KEPT = tuple(
    Response[method.__returning__]  # type: ignore[name-defined]
    for method in (RawUpdates, AnswerCallbackQuery, EditText, EditMessageCaption, SendMessage, DeleteMessage)
)
"""The models of Telegram's answers: pydantic forgets a generic model that nobody holds and builds it anew each time."""

ROUTERS = (
    # The most pressed first; guests before everything that takes a text, then replies to what was
    # said in a conversation; the fallback last.
    entering.guests,
    replies.router,
    shop.router,
    search.router,
    cart.router,
    checkout.router,
    orders.router,
    order_changes.router,
    order_link.router,
    entering.router,
    profile.router,
    privacy.router,
    codes.router,
    support.router,
    closed.router,
    panel.router,
    staff_orders.router,
    order_steps.router,
    order_time.router,
    order_edit.router,
    order_goods.router,
    order_pushes.router,
    staff_group.router,
    shelves.router,
    goods.router,
    staff_settings.router,
    staff_statistics.router,
    log_files.router,
    closing.router,
    broadcasts.router,
    broadcast_writing.router,
    customers.router,
    customer_card.router,
    customer_bonus.router,
    customer_bans.router,
    customer_letters.router,
    goods_fields.router,
    goods_photos.router,
    goods_new.router,
    category_tree.router,
    categories.router,
    staff_codes.router,
    new_code.router,
    questions.router,
    team.router,
    fallback.router,
)


def connect(token: str, api_url: str, db: Database | None = None) -> Bot:
    """Return the bot that talks to a Bot API server, and remembers in `db` how Telegram knows its pictures."""
    server = TelegramAPIServer.from_base(api_url)
    session = wire.Session(api=server, timeout=SECONDS_TO_ANSWER, json_loads=readable.loads)
    session.middleware(Calls())
    form = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True))
    return ShopBot(token, session, form, db)


def dispatcher(db: Database, guide: Guide, redis: Redis | None, outage: Outage) -> Dispatcher:
    """Return the dispatcher with everything that a handler may ask for; `outage` is what updates wait for."""
    storage = dialogue_stores.storage(redis, db.info["shop"].vault)
    made = Dispatcher(
        storage=storage,
        dialogues=storage,
        disable_fsm=True,
        db=db,
        guide=guide,
        outage=outage,
        limits=Limits(redis),
        artist=Artist(guide.data_dir / "statistics"),
        channels=Channels(guide.channels, db),
    )
    made.update.outer_middleware(dialogues.Dialogues(storage, DisabledEventIsolation()))
    made.update.outer_middleware(Updates())
    made.callback_query.outer_middleware(AnswerFirst())
    made.message.outer_middleware(Groups())
    for observer in (made.message, made.edited_message, made.callback_query):
        observer.outer_middleware(Visits())
        observer.outer_middleware(Errors(outage))
        observer.outer_middleware(Identify())
        observer.outer_middleware(Throttle())
        observer.middleware(Handling())
        observer.middleware(Gate())
        observer.middleware(Rates())
    made.include_router(Desk(ROUTERS))
    return made

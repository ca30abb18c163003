"""What the outbox says: each kind of message in the recipient's language, with today's facts."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import HelpCopy, User
from bot.services import help as help_desk
from bot.services import help_copies, letters, order_cards, outbox, settings, staff_cards, staff_group
from bot.services.outbox import Claimed
from bot.services.queries import browse, help_views, order_views
from bot.services.queries.help_views import Told
from bot.services.queries.order_views import Followed
from bot.services.staff_cards import Desk
from bot.telegram import callbacks, checkup_notices, help_notices, job_notices, live_cards, reasons
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders import order_card as desk_card
from bot.telegram.customer import order_card
from bot.telegram.guide import Guide
from bot.telegram.live_cards import LiveCard
from bot.telegram.screen import Row, Screen, notice_button
from bot.telegram.wording import Words, cut, lines, paragraphs

FOR_STAFF = (
    *staff_cards.ABOUT_ORDERS,
    "help-question",
    "goods-low",
    "broadcast-done",
    "broadcast-stopped",
    "broadcast-gone",
    help_desk.SETTLED,
)
SILENT = (order_cards.REFRESH, staff_cards.REFRESH, staff_cards.NEW, help_desk.SETTLED)
"""What only brings up to date what was sent before."""
ENDED = ("order-expired", "order-cancelled")
"""What tells customers that they do not get what they ordered, so that they may want to order it again."""


@dataclass(frozen=True)
class Notice:
    """A message with everything that its text may need; personal data is read only now."""

    kind: str
    facts: dict[str, Any]
    language: str | None
    rules: dict[str, Any]
    """The settings."""
    followed: Followed | None
    """The order as its customer follows it, for what is told to customers: its card has to be true."""
    desk: Desk | None
    """The order as staff see it, for what is told to them."""
    told: Told | None
    """The message of a conversation that it brings."""
    settled: Sequence[tuple[HelpCopy, Told]]
    """The recipient's notices of what somebody has settled."""
    letter: str | None
    is_there: bool
    """Whether the goods that it is about can be had now."""
    is_blocked: bool
    """Whether the recipient has blocked the bot and not come back since."""
    is_gone: bool
    """Whether what it brings has been erased since it was queued."""
    is_for_them: bool
    """Whether the recipient may still read it: customers' data is for those who run the shop now."""

    @property
    def zone(self) -> str:
        """Return the shop's time zone."""
        return str(self.rules["timezone"])


def prepare(session: Session, message: Claimed) -> Notice:
    """Read what a message needs."""
    person = select(User.language, User.blocked_bot_at, outbox.IS_ADMIN).where(User.telegram_id == message.recipient)
    language, blocked_at, is_admin = session.execute(person).first() or (None, None, False)
    is_staff = is_admin or message.recipient in outbox.owners(session)
    said = message.facts.get("help_message_id")
    told = _told(session, said) if said else None
    return Notice(
        kind=message.kind,
        facts=message.facts,
        language=language,
        rules=settings.every(session),
        followed=_followed(session, message),
        desk=staff_cards.desk(session, message, is_staff=is_staff),
        told=told,
        settled=_settled(session, message) if message.kind == help_desk.SETTLED else (),
        letter=letters.opened(session, message.kind, message.facts),
        is_there=message.kind == "goods-back" and browse.is_there(session, message.facts["goods_id"]),
        is_blocked=blocked_at is not None,
        is_gone=bool(said) and told is None,
        is_for_them=_may_read(session, message),
    )


def _told(session: Session, said: int) -> Told | None:
    with contextlib.suppress(NotFound):
        return help_views.told(session, said)
    return None


def _followed(session: Session, message: Claimed) -> Followed | None:
    if message.kind != order_cards.REFRESH and WORDED.get(message.kind) is not _to_customer:
        return None
    if "order_code" not in message.facts:
        raise ValueError(f"a message of kind {message.kind} names no order")
    return order_views.followed(session, message.facts["order_code"])


def _may_read(session: Session, message: Claimed) -> bool:
    if message.kind not in FOR_STAFF:
        return True
    if message.is_for_group:
        return staff_group.chat(session) == message.recipient
    return message.recipient in help_desk.answerers(session)


def screen(notice: Notice, guide: Guide) -> Screen | None:
    """Return the message as it is sent, None where only the order's card becomes true."""
    if notice.kind in SILENT:
        return None
    t = words(notice, guide)
    if notice.desk is None or notice.kind not in staff_cards.ABOUT_ORDERS:
        return WORDED.get(notice.kind, _plain)(t, notice)
    key, sheet = f"notice-{notice.kind}", notice.desk.sheet
    if notice.desk.is_group:
        return desk_card.group_notice(t, key, sheet, notice.facts, guide)
    return desk_card.notice(t, key, sheet, notice.facts)


def cards(notice: Notice, guide: Guide) -> Sequence[LiveCard]:
    """Return the cards in the recipient's chat that a message brings up to date, as they are now."""
    t, found = words(notice, guide), []
    if notice.followed is not None:
        found.append(live_cards.of_customer(t, notice.followed, notice.rules))
    if notice.desk is not None:
        found.append(live_cards.of_staff(t, notice.desk, guide))
    return found


def words(notice: Notice, guide: Guide) -> Words:
    """Return the language of the recipient."""
    return Words(notice.language or guide.default_language, guide.currency)


def _plain(t: Words, notice: Notice) -> Screen:
    # The number of a message is a name, not an amount: it is not grouped as 1,234.
    facts = {name: str(fact) if name == "message_id" else fact for name, fact in notice.facts.items()}
    return Screen(t(f"notice-{notice.kind}", **{**facts, **_why(t, notice)}))


def _why(t: Words, notice: Notice) -> dict[str, Markup]:
    """Return the reason that somebody else has given, as a fact in the reader's language."""
    return {"why": reasons.worded(t, notice.facts["why"])} if "why" in notice.facts else {}


def _to_customer(t: Words, notice: Notice) -> Screen:
    assert notice.followed is not None  # noqa: S101 - whatever is told to customers names an order
    order = notice.followed.content.order
    times = {
        "until": t.time(order.reserved_until, notice.zone),
        "delivery": t.time(order.delivery_time, notice.zone) if order.delivery_time else "",
    }
    text = t(f"notice-{notice.kind}", **{**notice.facts, **times, "due": order.due, "total": order.total_price})
    reason, refunded = notice.facts.get("reason"), Decimal(notice.facts.get("refunded", 0))
    rows: list[Row] = [[notice_button(t.label("view-order"), callbacks.ShowOrder(id=order.id))]]
    if notice.kind == "order-expiring":
        rows += order_card.extension(t, order, notice.rules, notice_button)
    if notice.kind in ENDED and not order.holds_reservation:
        rows.append(order_card.again(t, order, notice_button))
    address = order.bitcoin_address if notice.kind == "order-revived" else None
    more = [
        t("pay-to-address", address=address) if address else "",
        t("notice-reason", reason=reason) if reason else "",
        t("bonus-refunded", amount=refunded) if refunded else "",
    ]
    return Screen(paragraphs(text, *more), rows)


def _goods_back(t: Words, notice: Notice) -> Screen:
    text = t("notice-goods-back" if notice.is_there else "notice-goods-gone-again", name=notice.facts["name"])
    return Screen(text, [[notice_button(t.label("open-goods"), callbacks.Goods(id=notice.facts["goods_id"]))]])


def _goods_low(t: Words, notice: Notice) -> Screen:
    """Tell of one or several goods, each with the way to it; of very many only the first are named."""
    goods = notice.facts["goods"]
    text = lines(t("notice-goods-low", name=cut(each["name"], 60), available=each["available"]) for each in goods)
    more = notice.facts["count"] - len(goods)
    rows: list[Row] = [
        [notice_button(t.label("edit-named", name=cut(each["name"], 40)), staff.EditGoods(id=each["id"]))]
        for each in goods
    ]
    return Screen(lines([text, t("and-more", count=more)]) if more else text, rows)


def _broadcast(t: Words, notice: Notice) -> Screen:
    number = int(notice.facts["broadcast_id"])
    text = t(f"notice-{notice.kind}", **{**notice.facts, **_why(t, notice), "broadcast_id": str(number)})
    return Screen(text, [[notice_button(t.label("open-broadcast"), staff.ShowBroadcast(id=number))]])


def _banned(t: Words, notice: Notice) -> Screen:
    reason = notice.facts.get("reason")
    return Screen(paragraphs(t("notice-banned"), t("notice-reason", reason=reason) if reason else ""))


def _unbanned(t: Words, _notice: Notice) -> Screen:
    return Screen(t("notice-unbanned"), [[notice_button(t.label("home"), callbacks.Home())]])


def _bonus(t: Words, notice: Notice) -> Screen:
    text = t("notice-bonus-credited", amount=Decimal(notice.facts["amount"]))
    return Screen(text, [[notice_button(t.label("reference-codes"), callbacks.Codes())]])


def _adjusted(t: Words, notice: Notice) -> Screen:
    amount = Decimal(notice.facts["amount"])
    key = "notice-bonus-adjusted" if amount > 0 else "bonus-taken"
    told = paragraphs(t(key, amount=abs(amount)), t("notice-reason", reason=notice.facts["reason"]))
    return Screen(told, [[notice_button(t.label("home"), callbacks.Home())]])


WORDED: dict[str, Callable[[Words, Notice], Screen]] = {
    "order-confirmed": _to_customer,
    "order-delivered": _to_customer,
    "order-cancelled": _to_customer,
    "order-expired": _to_customer,
    "order-expiring": _to_customer,
    "order-revived": _to_customer,
    "order-item-added": _to_customer,
    "order-item-removed": _to_customer,
    "order-delivery-time": _to_customer,
    "order-details-changed": _to_customer,
    "bonus-credited": _bonus,
    "bonus-adjusted": _adjusted,
    "goods-back": _goods_back,
    "goods-low": _goods_low,
    "letter": help_notices.letter,
    "help-question": help_notices.question,
    "help-answer": help_notices.answer,
    "btc-bad-lines": job_notices.bad_lines,
    "broadcast-done": _broadcast,
    "broadcast-stopped": _broadcast,
    "broadcast-gone": _broadcast,
    "checkup-broken": checkup_notices.broken,
    "checkup-well": checkup_notices.well,
    "job-failed": job_notices.of_job,
    "job-recovered": job_notices.of_job,
    "backup-restored": job_notices.restored,
    "banned": _banned,
    "unbanned": _unbanned,
}
"""The kinds that need more than their facts; every other kind is the text `notice-KIND`."""


def _settled(session: Session, message: Claimed) -> list[tuple[HelpCopy, Told]]:
    facts = message.facts
    copies = help_copies.of_settled(session, facts["user_id"], facts["first"], facts["last"], message.recipient)
    return [(copy, help_views.told(session, copy.help_message_id)) for copy in copies]

"""What staff read about an order: how it stands, who bought what, what it costs, and what was done with it."""

from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.models import Event, OrderStatus
from bot.services import people
from bot.services.queries.order_desk import Happened, Sheet
from bot.services.queries.order_views import Content, Whole
from bot.telegram.admin.place import named
from bot.telegram.customer.order_text import details_text, money_text
from bot.telegram.wording import Words, fitting, lines, paragraphs


def sheet_text(t: Words, sheet: Sheet) -> Markup:
    """Return an order with everything."""
    whole, order = sheet.whole, sheet.whole.order
    top = paragraphs(
        t("order-title", code=order.order_code),
        lines(_standing(t, sheet)),
        lines([buyer_text(t, whole), details_text(t, whole.details)]),
    )
    rest = paragraphs(_money(t, sheet), story_text(t, sheet))
    return paragraphs(top, goods_text(t, whole, top, rest), rest)


def story_text(t: Words, sheet: Sheet) -> Markup:
    """Return what was done with an order, the oldest first."""
    buyer_id = sheet.whole.order.buyer_id
    told = [
        t(
            "story-line",
            time=t.moment(each.time, sheet.zone),
            what=did(t, each.event, sheet.zone),
            actor=actor_text(t, each, buyer_id),
        )
        for each in sheet.happened
    ]
    return lines(told)


def last_text(t: Words, sheet: Sheet) -> Markup:
    """Return what was done last, such as "Confirmed by Anna, 21 Nov, 14:02"."""
    if not sheet.happened:
        return Markup("")
    last = sheet.happened[-1]
    actor = actor_text(t, last, sheet.whole.order.buyer_id)
    return t("story-last", what=did(t, last.event, sheet.zone), actor=actor, time=t.moment(last.time, sheet.zone))


def did(t: Words, event: Event, zone: str) -> Markup:
    """Return what an event says was done."""
    facts: dict[str, Any] = {name: event.facts.get(name) or "" for name in ("reason", "quantity", "name")}
    if planned := event.facts.get("delivery_time"):
        facts["delivery_time"] = t.moment(datetime.fromisoformat(planned), zone)
    key = f"did-{event.kind.replace('.', '-').replace('_', '-')}" + ("-because" if facts["reason"] else "")
    return t(key if t.has(key) else "did-other", **facts)


def actor_text(t: Words, happened: Happened, buyer_id: int) -> str:
    """Return who did it, in a word or two."""
    actor = happened.event.actor
    return t.label("actor-customer") if actor == people.actor(buyer_id) else named(t, actor, happened.name)


def buyer_text(t: Words, whole: Whole) -> Markup:
    """Return who ordered."""
    username = f" @{whole.buyer_username}" if whole.buyer_username else ""
    return t("buyer", name=f"{whole.buyer_name}{username}", id=str(whole.order.buyer_id))


def goods_text(t: Words, whole: Content, *beside: Markup) -> Markup:
    """Return the lines of an order, as many as leave room for what stands beside them."""
    items = [
        t("cart-line", name=item.item_name, quantity=item.quantity, price=item.price, amount=item.amount)
        for item in whole.items
    ]
    return fitting(t, items, *beside)


def _standing(t: Words, sheet: Sheet) -> list[Markup]:
    order = sheet.whole.order
    texts = [t("order-status", status=t.label(f"status-{order.order_status}"))]
    texts.append(t("order-created", time=t.time(order.created_at, sheet.zone)))
    if order.order_status is OrderStatus.RESERVED:
        texts.append(t("order-until", time=t.time(order.reserved_until, sheet.zone)))
    if order.delivery_time:
        texts.append(t("order-delivery", time=t.time(order.delivery_time, sheet.zone)))
    return texts


def _money(t: Words, sheet: Sheet) -> Markup:
    order = sheet.whole.order
    texts = [money_text(t, order.total_price, order.bonus_applied), t(f"method-{order.payment_method}")]
    if order.bitcoin_address:
        texts.append(t("sheet-address", address=order.bitcoin_address))
    if sheet.received:
        texts.append(t("order-received", amount=sheet.received))
    return lines(texts)

"""What there is to read about an order: how it stands, what is in it, what it costs and where it goes."""

from decimal import Decimal

from markupsafe import Markup

from bot.models import Order, OrderStatus
from bot.services.details import Details
from bot.services.queries.order_views import Content
from bot.telegram.wording import Words, fitting, lines, paragraphs


def details_text(t: Words, details: Details) -> Markup:
    """Return where to, whom to call and what to mind."""
    if not details.address and not details.phone:
        return t("details-erased")
    texts = [t("details-address", address=details.address or ""), t("details-phone", phone=details.phone or "")]
    if details.note:
        texts.append(t("details-note", note=details.note))
    return lines(texts)


def money_text(t: Words, total: Decimal, bonus: Decimal) -> Markup:
    """Return the total, and what is left to pay when a bonus is spent."""
    if not bonus:
        return t("money-total", total=total)
    return lines([t("money-total", total=total), t("money-bonus", bonus=bonus), t("money-due", due=total - bonus)])


def whole_text(t: Words, content: Content, top: Markup) -> Markup:
    """Return `top`, the lines of an order, what it costs, and where it goes."""
    order = content.order
    rest = paragraphs(
        lines([money_text(t, order.total_price, order.bonus_applied), t(f"method-{order.payment_method}")]),
        details_text(t, content.details),
    )
    items = [
        t("cart-line", name=item.item_name, quantity=item.quantity, price=item.price, amount=item.amount)
        for item in content.items
    ]
    return paragraphs(top, fitting(t, items, top, rest), rest)


def standing_text(t: Words, order: Order, zone: str) -> Markup:
    """Return which order this is, and how it stands."""
    status = t("order-status", status=t.label(f"status-{order.order_status}"))
    return paragraphs(t("order-title", code=order.order_code), lines([status, *_times(t, order, zone)]))


def placed_text(t: Words, order: Order, zone: str) -> Markup:
    """Return that an order is reserved, until when, and how it is paid."""
    until = t.time(order.reserved_until, zone)
    if order.bitcoin_address:
        payment = t("placed-bitcoin", address=order.bitcoin_address, due=order.due, until=until)
    else:
        payment = t("placed-cash", due=order.due, until=until)
    return paragraphs(t("placed-title", code=order.order_code), payment)


def _times(t: Words, order: Order, zone: str) -> list[Markup]:
    texts = [t("order-created", time=t.time(order.created_at, zone))]
    if order.order_status is OrderStatus.RESERVED:
        texts.append(t("order-until", time=t.time(order.reserved_until, zone)))
        if order.bitcoin_address:
            texts.append(t("order-bitcoin", address=order.bitcoin_address, due=order.due))
    if order.delivery_time and order.order_status in (OrderStatus.CONFIRMED, OrderStatus.DELIVERED):
        texts.append(t("order-delivery", time=t.time(order.delivery_time, zone)))
    return texts

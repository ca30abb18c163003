"""Invoices and the bot's last word before a payment."""

from typing import Any

from bot.sandbox.markup import checked_markup
from bot.sandbox.methods import content
from bot.sandbox.methods.registry import method
from bot.sandbox.methods.sending import target
from bot.sandbox.model import Json
from bot.sandbox.params import Params
from bot.sandbox.refusals import QUERY_TOO_OLD, bad_request
from bot.sandbox.text import checked, units
from bot.sandbox.world import World

CHECKOUT_SECONDS = 10  # core.telegram.org/bots/api#answerprecheckoutquery
STARS = "XTR"


@method("sendInvoice")
async def send_invoice(world: World, params: Params) -> Json:
    """Send a bill with a Pay button."""
    chat = target(world, params)
    currency = params.text("currency")
    total = _total(params.json("prices"), currency)
    title = _within(params, "title", 32, "INVOICE_TITLE_INVALID")
    description = _within(params, "description", 255, "INVOICE_DESCRIPTION_INVALID")
    if not 1 <= len(params.text("payload").encode()) <= 128:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if currency != STARS and not params.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    shown = {"title": title, "description": description, "currency": currency, "total_amount": total}
    invoice = {**shown, "start_parameter": params.text("start_parameter")}
    markup = _with_pay_button(checked_markup(params.json("reply_markup"), inline_only=True), total, currency)
    context = content.reply_context(chat, params)
    message = world.post(chat, world.bot, {"invoice": invoice}, markup=markup, context=context)
    world.payloads[message.id] = params.text("payload")
    return message.json()


def _within(params: Params, name: str, limit: int, refusal: str) -> str:
    text = checked(params.text(name)).strip()
    if not 1 <= units(text) <= limit:
        raise bad_request(refusal)
    return text


def _total(prices: Any, currency: str) -> int:
    if len(currency) != 3 or not currency.isupper():
        raise bad_request("CURRENCY_INVALID")
    if not isinstance(prices, list) or not prices:
        raise bad_request("there must be at least one price")
    try:
        total = sum(int(price["amount"]) for price in prices if price["label"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse labeled price") from None
    if total <= 0:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return total


def _with_pay_button(markup: Json | None, total: int, currency: str) -> Json:
    """Return the keyboard; Telegram puts a Pay button above everything when the bot named none."""
    rows = (markup or {}).get("inline_keyboard", [])
    if rows:
        if "pay" not in rows[0][0]:
            raise bad_request("PAY_BUTTON_MUST_BE_FIRST: the first button of an invoice must be a Pay button")
        return {"inline_keyboard": rows}
    return {"inline_keyboard": [[{"text": f"Pay {total / 100:.2f} {currency}", "pay": True}]]}


@method("answerPreCheckoutQuery")
async def answer_pre_checkout_query(world: World, params: Params) -> bool:
    """Agree to a payment or say why not, within ten seconds."""
    query = world.checkouts.get(params.text("pre_checkout_query_id"))
    if query is None or query.answer is not None or world.now() - query.at > CHECKOUT_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    ok = params.flag("ok")
    if not ok and not params.text("error_message"):
        raise bad_request("error message must be non-empty")
    text = "" if ok else checked(params.text("error_message"))
    world.answer(query, {"ok": ok, "error_message": text}, text, alert=True)
    return True

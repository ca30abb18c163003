"""Answers to presses of inline buttons."""

from bot.sandbox.methods.registry import method
from bot.sandbox.params import Params
from bot.sandbox.refusals import QUERY_TOO_OLD, bad_request
from bot.sandbox.text import checked, units
from bot.sandbox.world import CALLBACK_SECONDS, World

TOAST_LIMIT = 200


@method("answerCallbackQuery")
async def answer_callback_query(world: World, params: Params) -> bool:
    """Stop the waiting sign on a button and show a toast, once."""
    query = world.callbacks.get(params.text("callback_query_id"))
    if query is None or query.answer is not None or world.now() - query.at > CALLBACK_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    text = checked(params.text("text"))
    if units(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    alert = params.flag("show_alert")
    world.answer(query, {"text": text, "show_alert": alert, "url": params.text("url")}, text, alert=alert)
    return True

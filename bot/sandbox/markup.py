"""Keyboards: what Telegram accepts as a reply markup."""

import re
from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.refusals import Refusal, bad_request
from bot.sandbox.text import units

CALLBACK_DATA_LIMIT = 64  # bytes, Bot API InlineKeyboardButton
BUTTONS_LIMIT = 100
URL = re.compile(r"^(https?://[^\s/.]+(\.[^\s/.]+)*(:\d+)?(/\S*)?|tg://\S+|ton://\S+)$")
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
INLINE_FIELDS = {*ACTIONS, "text", "style", "icon_custom_emoji_id"}


def checked_markup(markup: Any, *, inline_only: bool = False) -> Json | None:
    """Return the reply markup in Telegram's own form, None when there is none.

    Raises:
        Refusal: It is no keyboard that Telegram would show.
    """
    if markup in (None, "", {}):
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": _inline_rows(markup["inline_keyboard"])} if markup["inline_keyboard"] else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        return {**markup, "keyboard": _reply_rows(markup["keyboard"])}
    if markup.get("remove_keyboard"):
        return {"remove_keyboard": True}
    return {**markup, "force_reply": True} if markup.get("force_reply") else None


def _rows(rows: Any, field: str) -> list[list[Any]]:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" of the reply markup must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" of the reply markup must be an Array of Arrays')
    if sum(map(len, rows)) > BUTTONS_LIMIT:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _inline_rows(rows: Any) -> list[list[Json]]:
    return [[_inline_button(button) for button in row] for row in _rows(rows, "inline_keyboard")]


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise _unreadable("inline keyboard", 'Can\'t find field "text"')
    if not button["text"].strip():
        raise _unreadable("inline keyboard", "Button text must be non-empty")
    shown: Json = {name: value for name, value in button.items() if value not in (None, "") and name in INLINE_FIELDS}
    actions = [name for name in ACTIONS if name in shown]
    if not actions:
        raise _unreadable("inline keyboard", "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _unreadable("inline keyboard", f"exactly one action is expected, found {' and '.join(actions)}")
    _check_action(actions[0], shown)
    return shown


def _check_action(action: str, button: Json) -> None:
    value = button[action]
    if action == "callback_data":
        if not isinstance(value, str) or len(value.encode()) > CALLBACK_DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        if not URL.match(str(value)):
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    elif action == "copy_text" and not (isinstance(value, dict) and 1 <= units(str(value.get("text", ""))) <= 256):
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _reply_rows(rows: Any) -> list[list[Json]]:
    return [[_reply_button(button) for button in row] for row in _rows(rows, "keyboard")]


def _reply_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise _unreadable("keyboard", 'Can\'t find field "text"')
    if not button["text"].strip():
        raise _unreadable("keyboard", "Button text must be non-empty")
    return {name: value for name, value in button.items() if value not in (None, False)}


def _unreadable(keyboard: str, reason: str) -> Refusal:
    return bad_request(f"can't parse {keyboard} button: {reason}")

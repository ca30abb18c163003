"""What the bot says about itself: who it is, commands, descriptions, menu button."""

import re
from typing import Any

from bot.sandbox.methods.registry import Method, method
from bot.sandbox.model import Json
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request
from bot.sandbox.text import checked, units
from bot.sandbox.world import World

COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
COMMANDS_LIMIT = 100
TEXTS = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}
MENU_BUTTONS = ("commands", "web_app", "default")


@method("getMe")
async def get_me(world: World, _params: Params) -> Json:
    """Return who the bot is."""
    about = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
    more = ("can_connect_to_business", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics")
    return {**world.bot.json(), **about, **dict.fromkeys(more, False)}


@method("setMyCommands")
async def set_my_commands(world: World, params: Params) -> bool:
    """Replace the commands in the menu of one scope and language."""
    commands = params.json("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: Array of BotCommand expected")
    if len(commands) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    scope, language = _scope(world, params)
    world.profile.set_commands(scope, language, [_command(command) for command in commands])
    world.changes.publish("commands", 0)
    return True


def _command(command: Any) -> Json:
    name = str(command.get("command", "")) if isinstance(command, dict) else ""
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    description = checked(str(command.get("description", ""))).strip()
    if not 1 <= units(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def _scope(world: World, params: Params) -> tuple[Json | None, str]:
    scope = params.json("scope")
    if isinstance(scope, dict) and "chat_id" in scope:
        world.find_chat(str(scope["chat_id"]))
    language = params.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return scope, language


@method("getMyCommands")
async def get_my_commands(world: World, params: Params) -> list[Json]:
    """Return the commands of one scope and language."""
    return world.profile.commands(*_scope(world, params))


@method("deleteMyCommands")
async def delete_my_commands(world: World, params: Params) -> bool:
    """Forget the commands of one scope and language."""
    world.profile.delete_commands(*_scope(world, params))
    world.changes.publish("commands", 0)
    return True


def _setter(kind: str) -> Method:
    field, limit = TEXTS[kind]

    async def set_text(world: World, params: Params) -> bool:
        text = checked(params.text(field)).strip()
        if units(text) > limit:
            raise bad_request(f"BOT_{field.upper()}_TOO_LONG" if kind != "Name" else "BOT_TITLE_INVALID")
        world.profile.texts[kind, params.text("language_code")] = text
        return True

    return set_text


def _getter(kind: str) -> Method:
    field, _ = TEXTS[kind]

    async def get_text(world: World, params: Params) -> Json:
        texts = world.profile.texts
        everybody = texts.get((kind, ""), world.bot.first_name if kind == "Name" else "")
        return {field: texts.get((kind, params.text("language_code"))) or everybody}

    return get_text


for _kind in TEXTS:
    method(f"setMy{_kind}")(_setter(_kind))
    method(f"getMy{_kind}")(_getter(_kind))


@method("setChatMenuButton")
async def set_chat_menu_button(world: World, params: Params) -> bool:
    """Choose what the button beside the text field does, in one chat or everywhere."""
    button = params.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in MENU_BUTTONS:
        raise bad_request("MenuButton has unsupported type")
    world.profile.menu_buttons[params.text("chat_id")] = button
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(world: World, params: Params) -> Json:
    """Return what the button beside the text field does."""
    buttons = world.profile.menu_buttons
    return buttons.get(params.text("chat_id")) or buttons.get("") or {"type": "commands"}

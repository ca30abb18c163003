"""Questions about chats and the people in them."""

from bot.sandbox.methods.registry import method
from bot.sandbox.model import Account, Chat, Json
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request, forbidden
from bot.sandbox.world import World, member


@method("getChat")
async def get_chat(world: World, params: Params) -> Json:
    """Return what is known about a chat."""
    chat = world.find_chat(params.text("chat_id"))
    if chat.account is not None and not chat.account.started:
        raise bad_request("chat not found")
    about = {**chat.json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _no_gifts()}
    pinned = chat.messages.get(chat.pinned or 0)
    return {**about, "pinned_message": pinned.json()} if pinned else about


def _no_gifts() -> Json:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(kinds, False)


@method("getChatMember")
async def get_chat_member(world: World, params: Params) -> Json:
    """Return what a person is in a chat."""
    chat = world.find_chat(params.text("chat_id"))
    person = _account(world, params)
    if chat.account is not None:
        if person not in (chat.account, world.bot):
            raise bad_request("PARTICIPANT_ID_INVALID")
        return member(person, "member")
    _require_sight(world, chat)
    return member(person, chat.members.get(person.id, "left"))


def _require_sight(world: World, chat: Chat) -> None:
    """Refuse a bot that may not look at the members: a channel shows them to its administrators only."""
    status = chat.members.get(world.bot.id, "left")
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if status == "left" and not chat.username:
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    if chat.type == "channel" and status not in ("administrator", "creator"):
        raise bad_request("member list is inaccessible")


@method("getUserProfilePhotos")
async def get_user_profile_photos(world: World, params: Params) -> Json:
    """Return the photos of a person: nobody has any."""
    _account(world, params)
    return {"total_count": 0, "photos": []}


def _account(world: World, params: Params) -> Account:
    user_id = params.integer("user_id")
    person = world.bot if user_id == world.bot.id else world.accounts.get(user_id)
    if person is None:
        raise bad_request("user not found")
    return person

"""What the chat page shows, as JSON."""

from typing import TYPE_CHECKING, Any

from bot.sandbox.changes import Change
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.person import Person
from bot.sandbox.screen import invoice_text
from bot.sandbox.world import Query, Toast

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

MESSAGES_SHOWN = 300


def state(sandbox: "Sandbox") -> Json:
    """Return everything that the page shows."""
    bot = sandbox.world.bot
    people = [person(sandbox, somebody) | {"messages": _messages(somebody.chat)} for somebody in sandbox.people]
    groups = [group(sandbox, chat) | {"messages": _messages(chat)} for chat in sandbox.groups]
    about = {"id": bot.id, "name": bot.first_name, "username": bot.username}
    return {"bot": about, "people": people, "groups": groups}


def group(sandbox: "Sandbox", chat: Chat) -> Json:
    """Return a group without its messages."""
    has_bot = chat.members.get(sandbox.world.bot.id) in ("member", "administrator", "creator")
    return {"id": chat.id, "name": chat.title, "has_bot": has_bot}


def _messages(chat: Chat) -> list[Json]:
    visible = [message for message in chat.messages.values() if not message.deleted]
    return [shown_message(message) for message in visible[-MESSAGES_SHOWN:]]


def person(sandbox: "Sandbox", somebody: Person) -> Json:
    """Return a person without their messages."""
    account = somebody.account
    return {
        "id": account.id,
        "name": account.first_name,
        "language": account.language_code,
        "role": sandbox.roles.get(account.id, "customer"),
        "started": account.started,
        "blocked": account.blocked,
        "commands": somebody.menu,
        "reply_keyboard": somebody.chat.reply_keyboard,
    }


def shown_message(message: Message) -> Json:
    """Return a message; callback data stays on the server, a press names the row and column of its button."""
    return {
        "id": message.id,
        "from_bot": message.sender is not None and message.sender.is_bot,
        "sender": message.sender.first_name if message.sender and message.chat.account is None else None,
        "date": message.date,
        "edited": message.edit_date is not None,
        "kind": message.kind,
        "text": message.body or invoice_text(message.content),
        "entities": message.entities,
        "rows": [[_button(button) for button in row] for row in message.inline_keyboard],
        "forwarded": "forward_origin" in message.context,
        **_attachment(message),
    }


def _button(button: Json) -> Json:
    kind = next((name for name in ("url", "pay", "copy_text") if name in button), "callback")
    copied = button.get("copy_text", {}).get("text")
    return {"text": button["text"], "kind": kind, "url": button.get("url"), "copy": copied}


def _attachment(message: Message) -> Json:
    content = message.content
    if "photo" in content:
        size = content["photo"][-1]
        return {"photo": {"url": _url(size), "width": size["width"], "height": size["height"]}}
    if "document" in content:
        document = content["document"]
        return {"document": {"url": _url(document), "name": document["file_name"], "size": document["file_size"]}}
    if "sticker" in content:
        return {"sticker": content["sticker"]["emoji"]}
    if "successful_payment" in content:
        return {"payment": content["successful_payment"]["total_amount"] / 100}
    return {name: content[name] for name in ("contact", "users_shared", "location") if name in content}


def _url(stored: dict[str, Any]) -> str:
    return f"/sandbox/files/{stored['file_id']}"


def events(sandbox: "Sandbox", change: Change) -> list[Json]:
    """Return what a change means for the page."""
    if change.kind == "commands":
        return [_person_event(sandbox, somebody) for somebody in sandbox.people]
    chat = next((each for each in sandbox.groups if each.id == change.chat_id), None)
    if chat is not None:
        return [_group_event(sandbox, chat, change)]
    somebody = sandbox.find_person(change.chat_id)
    if somebody is None:
        return []
    return [_event(sandbox, somebody, change)]


def _group_event(sandbox: "Sandbox", chat: Chat, change: Change) -> Json:
    if isinstance(change.subject, Message):
        return _message_event(change, change.subject)
    return {"type": "group", "group": group(sandbox, chat)}


def _message_event(change: Change, message: Message) -> Json:
    what = {"id": message.id} if change.kind == "deleted" else {"message": shown_message(message)}
    return {"type": change.kind, "chat": change.chat_id, **what}


def _person_event(sandbox: "Sandbox", somebody: Person) -> Json:
    return {"type": "person", "chat": somebody.id, "person": person(sandbox, somebody)}


def _event(sandbox: "Sandbox", somebody: Person, change: Change) -> Json:
    subject = change.subject
    event: Json = {"type": change.kind, "chat": somebody.id}
    if isinstance(subject, Message):
        return _message_event(change, subject)
    if isinstance(subject, Toast):
        return event | {"text": subject.text, "alert": subject.alert}
    if isinstance(subject, Query):
        pressed = subject.payload.get("message", {})
        return event | {"chat": pressed.get("chat", {}).get("id", somebody.id), "id": pressed.get("message_id")}
    if change.kind == "action":
        return event
    return _person_event(sandbox, somebody)

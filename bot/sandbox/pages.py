"""The chat page: what it shows, as JSON and as a stream of events, and what people do on it."""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox import shown
from bot.sandbox.changes import Change
from bot.sandbox.guard import HEADERS
from bot.sandbox.messages import PHONE
from bot.sandbox.model import Chat, Json
from bot.sandbox.person import BERLIN, Person
from bot.sandbox.refusals import Refusal
from bot.sandbox.screen import Impossible, view

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

FOLDER = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEARTBEAT = 15  # seconds between signs of life on a quiet stream
IDS = range(1, 2**52)  # Telegram's user ids have up to 52 bits

Verb = Callable[[Person, Json], Awaitable[Any]]


class ChatPage:
    """Serves the page of one sandbox."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox

    def add_to(self, application: web.Application) -> None:
        """Enter the routes of the page."""
        application.router.add_get("/", self.index)
        application.router.add_get("/sandbox/page/{name}", self.asset)
        application.router.add_get("/sandbox/state", self.state)
        application.router.add_get("/sandbox/events", self.events)
        application.router.add_get("/sandbox/files/{file_id}", self.file)
        application.router.add_get("/sandbox/transcript", self.transcript)
        application.router.add_post("/sandbox/people", self.add_person)
        application.router.add_post("/sandbox/people/{id:\\d+}/{verb}", self.act)
        application.router.add_post("/sandbox/groups", self.add_group)

    async def index(self, _request: web.Request) -> web.Response:
        """Serve the page itself."""
        return _asset("index.html")

    async def asset(self, request: web.Request) -> web.Response:
        """Serve a part of the page."""
        return _asset(request.match_info["name"])

    async def state(self, _request: web.Request) -> web.Response:
        """Return the bot, the people and their messages."""
        return web.json_response(shown.state(self.sandbox), headers=HEADERS)

    async def transcript(self, _request: web.Request) -> web.Response:
        """Return every call and every update so far."""
        calls = [call.json() for call in self.sandbox.transcript.calls]
        return web.json_response({"calls": calls, "updates": self.sandbox.updates}, headers=HEADERS)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what changes, as server-sent events; the first event is the whole state."""
        headers = {**HEADERS, "Content-Type": "text/event-stream"}
        response = web.StreamResponse(headers=headers)
        with self.sandbox.world.changes.listening() as changes:
            await response.prepare(request)
            await _send(response, {"type": "state", **shown.state(self.sandbox)})
            while True:
                try:
                    change = await asyncio.wait_for(changes.get(), HEARTBEAT)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                else:
                    await self._tell(response, change)

    async def _tell(self, response: web.StreamResponse, change: Change) -> None:
        for event in shown.events(self.sandbox, change):
            await _send(response, event)

    async def file(self, request: web.Request) -> web.Response:
        """Serve a picture to look at, or another file to save."""
        try:
            stored = self.sandbox.world.files.find(request.match_info["file_id"])
        except Refusal:
            raise web.HTTPNotFound from None
        if stored.kind == "photo":
            return web.Response(body=stored.data, content_type="image/png", headers=HEADERS)
        headers = {**HEADERS, "Content-Disposition": "attachment"}
        return web.Response(body=stored.data, content_type="application/octet-stream", headers=headers)

    async def add_person(self, request: web.Request) -> web.Response:
        """Let somebody appear; `started` is who has written to the bot before, in an earlier sandbox."""
        about = await request.json()
        try:
            person_id = int(about.get("id") or self._free_id())
        except ValueError:
            return _refusal("The id must be a number.")
        if person_id not in IDS:
            return _refusal("Telegram's ids are positive numbers of up to 52 bits.")
        if person_id == self.sandbox.world.bot.id:
            return _refusal("That is the bot's own id.")
        name = str(about.get("name") or "").strip()[:64] or f"Person {person_id}"
        language = str(about.get("language") or "en").strip()[:8]
        username = str(about.get("username") or "")[:32] or None
        person = self.sandbox.person(person_id, name, language_code=language, username=username)
        person.account.started = person.account.started or about.get("started") is True
        return web.json_response(shown.person(self.sandbox, person), headers=HEADERS)

    async def add_group(self, request: web.Request) -> web.Response:
        """Let a group appear with the bot in it, or without; one that is there is changed."""
        about = await request.json()
        try:
            group_id = int(about["id"])
        except (KeyError, TypeError, ValueError):
            return _refusal("The id must be a number.")
        if -group_id not in IDS:
            return _refusal("Groups have negative ids.")
        group = self.sandbox.group(group_id, str(about.get("name") or "Group")[:64])
        self.sandbox.becomes(group, None, "member" if about.get("has_bot", True) else "left")
        return web.json_response(shown.group(self.sandbox, group), headers=HEADERS)

    def _free_id(self) -> int:
        return max([100, *(person.id for person in self.sandbox.people)]) + 1

    async def act(self, request: web.Request) -> web.Response:
        """Do what a person does on the page."""
        verb = VERBS.get(request.match_info["verb"])
        person = self.sandbox.find_person(int(request.match_info["id"]))
        if verb is None or person is None:
            raise web.HTTPNotFound
        try:
            await verb(person, await request.json())
        except (Impossible, Refusal, AssertionError) as reason:
            return _refusal(str(reason))
        except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
            return _refusal("The page asked for something that is not there.")
        return web.json_response({"ok": True}, headers=HEADERS)


def _refusal(reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=409, headers=HEADERS)


def _asset(name: str) -> web.Response:
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in KINDS or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8", headers=HEADERS)


async def _send(response: web.StreamResponse, event: Json) -> None:
    await response.write(f"data: {json.dumps(event)}\n\n".encode())


def _place(person: Person, about: Json) -> Chat:
    """Return where somebody does something: in their own chat, or in a group, which they are in from then on."""
    if "chat" not in about:
        return person.chat
    [chat] = (each for each in person.sandbox.groups if each.id == int(about["chat"]))
    chat.members.setdefault(person.id, "member")
    return chat


async def _write(person: Person, about: Json) -> None:
    await person.sends(str(about["text"]), chat=_place(person, about), wait=False)


async def _tap(person: Person, about: Json) -> None:
    message = view(_place(person, about).messages[int(about["message_id"])])
    button = message.rows[int(about["row"])][int(about["column"])]
    await person.uses(button, message, wait=False)


async def _forward(person: Person, about: Json) -> None:
    await person.forwards(view(_place(person, about).messages[int(about["message_id"])]), wait=False)


async def _tap_reply(person: Person, about: Json) -> None:
    await person.taps(str(about["label"]), wait=False)


async def _open(person: Person, about: Json) -> None:
    await person.opens(str(about["url"]), wait=False)


async def _share_contact(person: Person, about: Json) -> None:
    await person.shares_contact(str(about.get("phone") or PHONE), wait=False)


async def _share_location(person: Person, about: Json) -> None:
    latitude, longitude = about.get("latitude", BERLIN[0]), about.get("longitude", BERLIN[1])
    await person.shares_location(float(latitude), float(longitude), wait=False)


async def _share_photo(person: Person, about: Json) -> None:
    data = base64.b64decode(about["data"], validate=True) if about.get("data") else None
    await person.shares_photo(data, about.get("caption") or None, wait=False)


async def _block(person: Person, _about: Json) -> None:
    person.blocks()


async def _unblock(person: Person, _about: Json) -> None:
    person.unblocks()


VERBS: dict[str, Verb] = {
    "send": _write,
    "tap": _tap,
    "tap-reply": _tap_reply,
    "forward": _forward,
    "open": _open,
    "contact": _share_contact,
    "location": _share_location,
    "photo": _share_photo,
    "block": _block,
    "unblock": _unblock,
}

"""The parameters of a request, whichever of Telegram's three encodings it came in."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web

from bot.sandbox.files import Upload
from bot.sandbox.refusals import bad_request

FALSE = {"", "false", "0", "no"}


@dataclass
class Params:
    """Named values and uploads; forms carry everything as text, JSON bodies carry types, and both read alike."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None or name in self.files

    def text(self, name: str, default: str = "") -> str:
        """Return a string."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number.

        Raises:
            Refusal: It is something else.
        """
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f'parameter "{name}" must be a number') from None

    def number(self, name: str, default: float = 0.0) -> float:
        """Return a number.

        Raises:
            Refusal: It is something else.
        """
        try:
            return float(self.text(name) or default)
        except ValueError:
            raise bad_request(f'parameter "{name}" must be a number') from None

    def flag(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.text(name).lower() not in FALSE

    def json(self, name: str) -> Any:
        """Return a JSON value.

        Raises:
            Refusal: The text is not JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str) or value == "":
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def plain(self) -> dict[str, Any]:
        """Return the values for the transcript, alike in whichever encoding they came.

        Nested JSON is unfolded, numbers and flags are text as in a form, and uploads are their names and sizes.
        """
        shown = {name: _as_in_a_form(unfolded(value)) for name, value in self.values.items() if value is not None}
        return shown | {name: f"<{file.filename}, {len(file.data)} bytes>" for name, file in self.files.items()}


def unfolded(value: Any) -> Any:
    """Return what a form field means: nested JSON as such, everything else as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _as_in_a_form(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, int | float) else value


async def of_request(request: web.Request) -> Params:
    """Read the parameters of a Bot API request: the query, then the body over it.

    Raises:
        Refusal: The body is not what its content type says.
    """
    query = dict(request.query)
    if not request.can_read_body:
        return Params(query)
    if request.content_type == "application/json":
        body = _object(await request.text())
    elif request.content_type == "application/x-www-form-urlencoded":
        body = Params({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    elif request.content_type == "multipart/form-data":
        body = await _of_parts(await request.multipart())
    else:
        body = Params()
    return Params({**query, **body.values}, body.files)


async def of_response(response: ClientResponse) -> Params:
    """Read the method call that a webhook may answer with."""
    if response.content_type == "application/json":
        body = await response.text()
        return _object(body) if body.startswith("{") else Params()
    if response.content_type == "multipart/form-data":
        return await _of_parts(MultipartReader.from_response(response))
    return Params()


def _object(body: str) -> Params:
    try:
        values = json.loads(body or "{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("JSON object expected")
    return Params(values)


async def _of_parts(reader: Any) -> Params:
    params = Params()
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.filename is None:
            params.values[part.name] = (await part.read(decode=True)).decode(errors="surrogateescape")
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            params.files[part.name] = Upload(part.filename, kind, bytes(await part.read(decode=True)))
    return params

"""Who may look: a token for machines, a login with a cookie for people, and what browsers are told to forbid."""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDict

from bot import audit

COOKIE = "shop_monitor"
SESSION_SECONDS = 12 * 3600
MOST_SESSIONS = 50
WINDOW_SECONDS = 60.0
MOST_WRONG_HERE, MOST_WRONG = 5, 30
"""Wrong tokens a minute, from one address and from all together."""
OPEN = ("/health", "/ready", "/login")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "shop",
}


class TooManyWrong(Exception):
    """Too many wrong tokens were tried within a minute."""


class Guard:
    """Knows the token and who has logged in; without a token only this machine may look."""

    def __init__(self, token: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = None if token is None else _digest(token)
        self._clock = clock
        self._sessions: OrderedDict[bytes, float] = OrderedDict()
        self._wrong: deque[tuple[float, str]] = deque(maxlen=1000)
        self._friends: deque[str] = deque(maxlen=MOST_SESSIONS)

    @property
    def is_open(self) -> bool:
        """Tell whether there is no token, so that nobody has to log in."""
        return self._token is None

    def admits(self, request: web.Request) -> bool:
        """Tell whether a request may see figures.

        Raises:
            TooManyWrong: this place has tried too many tokens.
        """
        if self._token is None:
            return _is_from_here(request)
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self.accepts(given.strip(), place_of(request))
        return self.knows(request)

    def accepts(self, token: str, place: str) -> bool:
        """Tell whether this is the token, and count it against the place if not.

        Raises:
            TooManyWrong: this place, or all together, have tried too many.
        """
        now = self._clock()
        while self._wrong and now - self._wrong[0][0] >= WINDOW_SECONDS:
            self._wrong.popleft()
        here = sum(1 for _, each in self._wrong if each == place)
        # Whoever guesses from many places must not shut out those who have shown that they know the token.
        if here >= MOST_WRONG_HERE or (len(self._wrong) >= MOST_WRONG and place not in self._friends):
            raise TooManyWrong
        # Digests are of one length, so the comparison tells nothing about the token.
        if self._token is not None and hmac.compare_digest(_digest(token), self._token):
            if place not in self._friends:
                self._friends.append(place)
            return True
        self._wrong.append((now, place))
        return False

    def open_session(self) -> str:
        """Return the secret of a new session."""
        secret = secrets.token_urlsafe(32)
        self._sessions[_digest(secret)] = self._clock() + SESSION_SECONDS
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return secret

    def close_session(self, secret: str) -> None:
        """End a session, also for whoever has copied its cookie."""
        self._sessions.pop(_digest(secret), None)

    def knows(self, request: web.Request) -> bool:
        """Tell whether somebody has logged in."""
        ends_at = self._sessions.get(_digest(request.cookies.get(COOKIE, "")))
        return ends_at is not None and self._clock() < ends_at


def middleware(guard: Guard) -> Middleware:
    """Return the middleware that lets nobody see figures who may not."""

    @web.middleware
    async def stand(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in OPEN or request.path.startswith("/static/"):
            return await handler(request)
        try:
            is_admitted = guard.admits(request)
        except TooManyWrong:
            audit.refused("web", "figures", "too many wrong tokens")
            return too_many()
        if is_admitted:
            return await handler(request)
        audit.refused("web", "figures", "no token")
        return _refusal(guard, request)

    return stand


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser what the pages never need; nothing is kept but what says so itself."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def too_many() -> web.Response:
    """Return the answer to somebody who guesses."""
    text = "Too many wrong tokens. Wait a minute.\n"
    return web.Response(status=429, text=text, headers={"Retry-After": str(int(WINDOW_SECONDS))})


def is_from_elsewhere(request: web.Request) -> bool:
    """Tell whether another site has sent a form here; SameSite=Strict forbids it already, this is the second lock."""
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host


def place_of(request: web.Request) -> str:
    """Return the address that asks; nginx on this machine may say for whom it asks."""
    remote = request.remote or ""
    if remote in LOOPBACK_NAMES:
        return request.headers.get("X-Real-IP", remote)[:64]
    return remote


def came_by_tls(request: web.Request) -> bool:
    """Tell whether the browser speaks TLS with us or with nginx before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"


def _refusal(guard: Guard, request: web.Request) -> web.Response:
    if guard.is_open:
        text = "Set MONITORING_TOKEN to look from another machine. See .env.example.\n"
        return web.Response(status=403, text=text)
    wants_page = "text/html" in request.headers.get("Accept", "") and request.method == "GET"
    if wants_page and not request.path.startswith("/metrics"):
        return web.Response(status=303, headers={"Location": f"/login?next={request.rel_url.raw_path}"})
    headers = CIMultiDict({"WWW-Authenticate": "Bearer"})
    return web.Response(status=401, text="Send the token: Authorization: Bearer MONITORING_TOKEN\n", headers=headers)


def _is_from_here(request: web.Request) -> bool:
    """Tell whether the request is for this machine by name, so that no foreign page and no proxy can reach in."""
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK_NAMES and not any(header in request.headers for header in FORWARDED)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()

"""The dashboard: pages rendered here, kept fresh by a small script, behind the login."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from bot.errors import Busy
from bot.services import clock
from bot.web import guard
from bot.web.guard import COOKIE, SESSION_SECONDS, Guard, TooManyWrong
from bot.web.views import PAGES, Board

HERE = Path(__file__).parent
STATIC = HERE / "static"
REFRESH_SECONDS = 5


class Pages:
    """Renders the pages and lets people in and out."""

    def __init__(self, board: Board, guard: Guard) -> None:
        self._board = board
        self._guard = guard
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(FILTERS)
        self._templates.globals.update(version=_version(), refresh=REFRESH_SECONDS, pages=PAGES)

    def routes(self) -> web.RouteTableDef:
        """Return every page."""
        table = web.RouteTableDef()
        table.get("/")(self.home)
        table.get("/login")(self.show_login)
        table.post("/login")(self.login)
        table.post("/logout")(self.logout)
        for name in PAGES:
            table.get(f"/{name}", name=name)(self.page)
        table.get("/static/{file}")(self.static)
        return table

    async def home(self, _request: web.Request) -> web.Response:
        """Lead to the overview."""
        return _to("/dashboard")

    async def page(self, request: web.Request) -> web.Response:
        """Show one page."""
        name = request.path.strip("/")
        title, view = PAGES[name]
        try:
            context = await view(self._board, request)
            zone = await self._board.zone()
        except Busy:
            return self._render(request, "away.html", 503, name=name, title=title, zone="UTC")
        return self._render(request, f"{name}.html", 200, name=name, title=title, zone=zone, **context)

    async def show_login(self, request: web.Request) -> web.Response:
        """Ask for the token."""
        if self._guard.is_open or self._guard.knows(request):
            return _to(_next(request.query.get("next")))
        return self._ask(_next(request.query.get("next")))

    async def login(self, request: web.Request) -> web.Response:
        """Let somebody in who knows the token."""
        if guard.is_from_elsewhere(request):
            return web.Response(status=403, text="Log in on the page itself.\n")
        form = await request.post()
        token, wanted = form.get("token"), form.get("next")
        back = _next(wanted if isinstance(wanted, str) else None)
        try:
            if not isinstance(token, str) or not self._guard.accepts(token.strip(), guard.place_of(request)):
                return self._ask(back, "That is not the token. It is MONITORING_TOKEN in .env.", 403)
        except TooManyWrong:
            return self._ask(back, "Too many wrong tokens. Wait a minute.", 429)
        answer = _to(back)
        secure = guard.came_by_tls(request)
        answer.set_cookie(
            COOKIE,
            self._guard.open_session(),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=secure,
        )
        return answer

    async def logout(self, request: web.Request) -> web.Response:
        """End the session."""
        if guard.is_from_elsewhere(request):
            return web.Response(status=403, text="Log out on the page itself.\n")
        self._guard.close_session(request.cookies.get(COOKIE, ""))
        answer = _to("/login")
        answer.del_cookie(COOKIE, httponly=True, samesite="Strict")
        return answer

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Hand out a script, a style sheet or the licence of the charts."""
        name = request.match_info["file"]
        if name not in FILES:
            raise web.HTTPNotFound
        return web.FileResponse(STATIC / name, headers={"Cache-Control": "max-age=31536000, immutable"})

    def _ask(self, back: str, problem: str = "", status: int = 200) -> web.Response:
        text = self._templates.get_template("login.html").render(back=back, problem=problem)
        return web.Response(status=status, text=text, content_type="text/html")

    def _render(self, request: web.Request, template: str, status: int, **context: Any) -> web.Response:
        zone = context["zone"]

        def at(moment: datetime) -> str:
            return clock.local(moment, zone)

        context |= {"at": at, "is_open": self._guard.is_open, "query": request.query, "moment": at(clock.now())}
        text = self._templates.get_template(template).render(context)
        return web.Response(status=status, text=text, content_type="text/html")


FILES = frozenset(path.name for path in STATIC.iterdir())


def _to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _next(path: str | None) -> str:
    """Return where to go after the login: one of our pages, never anywhere else."""
    name = (path or "").strip("/")
    return f"/{name}" if name in PAGES else "/dashboard"


def _version() -> str:
    """Return a word that changes with the scripts and styles, so that browsers may keep them for ever."""
    content = b"".join((STATIC / name).read_bytes() for name in sorted(FILES))
    return hashlib.sha256(content).hexdigest()[:12]


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _seconds(value: float | None) -> str:
    """Return seconds as people read them: "3.2 ms", "1.5 s", "4 min"."""
    if value is None:
        return "–"
    for limit, divisor, unit in ((1, 0.001, "ms"), (120, 1, "s"), (7200, 60, "min"), (172800, 3600, "h")):
        if value < limit:
            amount = value / divisor
            return f"{amount:.1f} {unit}" if amount < 10 and unit in ("ms", "s") else f"{amount:.0f} {unit}"
    return f"{value / 86400:.0f} days"


def _bytes(value: float) -> str:
    return f"{value / 1e9:.1f} GB" if value >= 1e9 else f"{value / 1e6:.0f} MB"


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


FILTERS = {"number": _number, "seconds": _seconds, "bytes": _bytes, "share": _share}

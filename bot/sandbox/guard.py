"""Keeps other websites out: a page open in the same browser must not act in the sandbox."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK = ("127.0.0.1", "::1", "localhost")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests under a foreign host name (DNS rebinding), from a foreign page, or with a form's content type."""
    if not _is_ours(request):
        return web.json_response({"error": "The sandbox answers pages and programs of this machine only."}, status=403)
    acts = request.method == "POST" and request.path.startswith("/sandbox/")
    if acts and request.content_type != "application/json":
        return web.json_response({"error": "The sandbox takes JSON here."}, status=415)
    return await handler(request)


def _is_ours(request: web.Request) -> bool:
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    if request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return True
    # A link on another site may lead to the page; it must not frame it, fetch from it or act on it.
    return (request.method, request.path, request.headers.get("Sec-Fetch-Dest")) == ("GET", "/", "document")

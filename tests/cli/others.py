"""Other people's servers, as the doctor meets them: a Bot API, and whatever may sit on a port."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Server:
    """What answers: by path a status and a body; a path that it does not know is not found."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    date: str | None = None
    """What it says that the time is, where its clock is wrong."""
    silent: Event | None = None
    """Until this is set, it takes every question and answers none."""
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """The paths, each with its Authorization."""


Telegram = Server


@contextmanager
def a_server(**facts: Any) -> Iterator[Server]:
    """Run a server on a free port."""
    server = Server(**facts)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("Authorization", "")))
            if server.silent is not None:
                server.silent.wait()
            status, body = server.answers.get(self.path, (404, {"ok": False, "description": "Not Found"}))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response_only(status)
            self.send_header("Date", server.date or self.date_time_string())
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.block_on_close = False
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        server.url = f"http://127.0.0.1:{running.server_port}"
        try:
            yield server
        finally:
            if server.silent is not None:
                server.silent.set()
            running.shutdown()
            thread.join()


def a_telegram(**facts: Any) -> Any:
    """Run a Bot API that knows the token 1:abc."""
    answers = {
        "/bot1:abc/getMe": (200, {"ok": True, "result": {"id": 1, "is_bot": True, "username": "tea_bot"}}),
        "/bot1:abc/getWebhookInfo": (200, {"ok": True, "result": {"url": "", "pending_update_count": 3}}),
    }
    return a_server(answers=answers, **facts)

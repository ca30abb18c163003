"""The way to Telegram, step by step: the name, the connection with its certificate, the token, the updates."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.cli.checks.finding import Finding, Patient

SECONDS = 5.0
MANY_WAITING = 100


def name(patient: Patient) -> Iterator[Finding]:
    """Look whether the Bot API's name leads to an address."""
    if patient.config.token is None:
        yield Finding("dns", "pass", "TOKEN is not set; Telegram is not needed")
        return
    host = _api(patient).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        text = f"{host} is not found ({error.strerror or error})"
        yield Finding("dns", "fail", text, "See whether this machine has a resolver: getent hosts " + host)
    else:
        yield Finding("dns", "pass", f"{host} is {found[0][4][0]}")


def connection(patient: Patient) -> Iterator[Finding]:
    """Look whether the Bot API can be reached, with a certificate that can be trusted."""
    if patient.config.token is None:
        yield Finding("connection", "pass", "TOKEN is not set; Telegram is not needed")
        return
    api = _api(patient)
    place = f"{api.hostname}:{_port(api)}"
    try:
        with socket.create_connection((api.hostname, _port(api)), SECONDS) as line:
            version = _tls(line, api.hostname or "") if api.scheme == "https" else None
    except ssl.SSLCertVerificationError as error:
        text = f"the certificate of {place} cannot be trusted ({error.verify_message})"
        yield Finding("connection", "fail", text, "See whether the clock is right and ca-certificates is installed.")
    except OSError as error:
        text = f"{place} does not answer ({error.strerror or error})"
        yield Finding("connection", "fail", text, "See whether a firewall stands between, or Telegram is blocked here.")
    else:
        yield _reached(place, version, api)


def _tls(line: socket.socket, host: str) -> str | None:
    with ssl.create_default_context().wrap_socket(line, server_hostname=host) as secure:
        return secure.version()


def _reached(place: str, version: str | None, api: SplitResult) -> Finding:
    if version is None and not _is_here(api.hostname or ""):
        text = f"{place} is reached without TLS: the token travels in clear"
        return Finding("connection", "warn", text, "Let TELEGRAM_API_URL begin with https://")
    return Finding("connection", "pass", f"{place} answers{f' by {version}' if version else ''}")


def token(patient: Patient) -> Iterator[Finding]:
    """Look whether Telegram knows the token, and whether updates come the way in which the bot fetches them."""
    if patient.config.token is None:
        yield Finding("token", "pass", "TOKEN is not set; there is nothing to ask Telegram")
        return
    status, me = _ask(patient, "getMe")
    if status in (401, 404):
        yield Finding("token", "fail", f"Telegram does not know it ({status})", "Copy it again from @BotFather.")
        return
    if status != 200:
        why = f"Telegram does not say who the bot is ({status})"
        yield Finding("token", "fail", why, "Try again; https://t.me/BotNews tells of troubles.")
        return
    yield Finding("token", "pass", f"the bot is @{me.get('username')}")
    _, hook = _ask(patient, "getWebhookInfo")
    if hook.get("url"):
        text = "a webhook takes the updates away from the bot"
        yield Finding(
            "token", "fail", text, "Another program uses this token: end it, or ask @BotFather for a new one."
        )
    elif hook.get("pending_update_count", 0) > MANY_WAITING:
        text = f"{hook['pending_update_count']} updates wait to be fetched"
        yield Finding("token", "warn", text, "See whether the bot runs, and only once.")


def _ask(patient: Patient, method: str) -> tuple[int, dict[str, Any]]:
    """Ask the Bot API; the token stands in the path, so no error is passed on as it comes."""
    api, secret = _api(patient), patient.config.token
    assert secret is not None  # noqa: S101 - asked for before
    kind = http.client.HTTPSConnection if api.scheme == "https" else http.client.HTTPConnection
    link = kind(api.hostname or "", _port(api), timeout=SECONDS)
    try:
        link.request("GET", f"{api.path.rstrip('/')}/bot{secret.get_secret_value()}/{method}")
        answer = link.getresponse()
        body = json.loads(answer.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        return 0, {"error": type(error).__name__}
    finally:
        link.close()
    _note_time(patient, answer.headers.get("Date"))
    result = body.get("result") if isinstance(body, dict) else None
    return answer.status, result if isinstance(result, dict) else {}


def _note_time(patient: Patient, date: str | None) -> None:
    try:
        told = parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return
    patient.telegram_ahead = told - time.time()


def _api(patient: Patient) -> SplitResult:
    return urlsplit(patient.config.telegram_api_url)


def _port(api: SplitResult) -> int:
    return api.port or (443 if api.scheme == "https" else 80)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback or ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host

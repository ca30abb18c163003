"""The web port of the running bot: whether it is ours, what it says, and whether it knows the token."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

from bot.cli.checks.finding import Finding, Patient

SECONDS = 5.0
ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to
RESTART = "systemctl restart telegram-shop-bot"


def look(patient: Patient) -> Iterator[Finding]:
    """Look what /ready says, and whether the bot that runs has the token of .env."""
    place = f"{patient.config.monitoring_host}:{patient.config.monitoring_port}"
    try:
        _, report = _get(patient, "/ready")
    except ConnectionRefusedError:
        yield Finding("monitoring", "pass", f"nobody listens on {place}, as long as the bot does not run")
        return
    except (OSError, ValueError, http.client.HTTPException) as error:
        text = f"{place} does not answer as the bot does ({type(error).__name__})"
        yield Finding("monitoring", "warn", text, "Another program has this port: set MONITORING_PORT.")
        return
    parts = report.get("parts", {})
    ill = sorted(name for name, part in parts.items() if not part.get("ok"))
    for name in ill:
        yield Finding("monitoring", "fail", f"the bot says that its part {name} is not well", "See logs/bot.log.")
    if patient.config.monitoring_token and not _knows_token(patient):
        yield Finding("monitoring", "warn", "the bot that runs has another MONITORING_TOKEN", RESTART)
    elif not ill:
        yield Finding("monitoring", "pass", f"{place} says that the shop is ready ({', '.join(sorted(parts))})")


def _knows_token(patient: Patient) -> bool:
    try:
        return _get(patient, "/metrics", token=True)[0] not in (401, 403)
    except (OSError, ValueError, http.client.HTTPException):
        return True


def _get(patient: Patient, path: str, *, token: bool = False) -> tuple[int, dict[str, Any]]:
    config = patient.config
    host = "localhost" if config.monitoring_host in ANYWHERE else config.monitoring_host
    secret = config.monitoring_token.get_secret_value() if config.monitoring_token and token else None
    link = http.client.HTTPConnection(host, config.monitoring_port, timeout=SECONDS)
    try:
        link.request("GET", path, headers={"Authorization": f"Bearer {secret}"} if secret else {})
        answer = link.getresponse()
        body = answer.read()
        if token:
            return answer.status, {}
        report = json.loads(body)
        if not isinstance(report, dict) or "parts" not in report:
            raise ValueError
        return answer.status, report
    finally:
        link.close()

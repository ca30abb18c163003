"""The refusals of the Bot API, worded as Telegram words them, so that a bot meets the same answers as in production."""

from typing import Any

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
PREFIXES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class Refusal(Exception):
    """The Bot API declines a request."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        self.code = code
        self.description = description
        self.parameters = parameters
        super().__init__(description)

    def json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> Refusal:
    """Return the 400 that means a mistake in the bot."""
    return Refusal(400, f"{PREFIXES[400]}: {reason}")


def upgraded(chat_id: int) -> Refusal:
    """Return the 400 that names the supergroup which a group has become."""
    return Refusal(400, f"{PREFIXES[400]}: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)


def forbidden(reason: str) -> Refusal:
    """Return the 403 that means this person does not want the bot's messages."""
    return Refusal(403, f"{PREFIXES[403]}: {reason}")


def conflict(reason: str) -> Refusal:
    """Return the 409 of two ways of receiving updates at once."""
    return Refusal(409, f"{PREFIXES[409]}: {reason}")


def unauthorized() -> Refusal:
    """Return the 401 of a wrong token."""
    return Refusal(401, "Unauthorized")


def no_such_method() -> Refusal:
    """Return the 404 of a method that does not exist here."""
    return Refusal(404, "Not Found: method not found")


def too_many_requests(retry_after: int) -> Refusal:
    """Return the 429 that asks the bot to wait; `retry_after` in seconds."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)

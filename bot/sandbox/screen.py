"""What a person sees: messages as they look at this moment, and the buttons under them."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.formatting import to_html
from bot.sandbox.model import Json, Message

Rows = list[list[Json]]

LEADING_SIGNS = re.compile(r"^[^\w(]+")
A_COUNT = re.compile(r" \(\d+\)$")


class Impossible(AssertionError):
    """A person cannot do this: they do not see it, or Telegram's apps do not let them."""


@dataclass(frozen=True)
class MessageView:
    """A message as it looked when it was read; a later edit does not change it, like a screen not yet redrawn."""

    message: Message = field(repr=False)
    id: int
    text: str
    caption: str | None
    html: str
    from_bot: bool
    rows: Rows
    photo: str | None
    document: str | None
    content: dict[str, Any]
    date: int
    edited: bool

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline keyboard, row after row."""
        return [button["text"] for row in self.rows for button in row]

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the inline keyboard, by rows."""
        return [[button["text"] for button in row] for row in self.rows]

    @property
    def body(self) -> str:
        """The text or the caption."""
        return self.caption if self.caption is not None else self.text

    @property
    def screen(self) -> str:
        """The text with a line of [labels] for each row of buttons."""
        return "\n".join([self.body, *(" ".join(f"[{label}]" for label in row) for row in self.keyboard)])

    def data(self, label: str) -> str:
        """Return the callback data behind a label."""
        button = match([button for row in self.rows for button in row], label)
        if button is None:
            raise Impossible(f"no button {label!r} among {self.buttons}")
        return str(button.get("callback_data", ""))


def view(message: Message) -> MessageView:
    """Return what a message looks like now."""
    content = message.content
    photo = content["photo"][-1]["file_id"] if "photo" in content else None
    document = content["document"]["file_id"] if "document" in content else None
    return MessageView(
        message=message,
        id=message.id,
        text=content.get("text", "") or invoice_text(content),
        caption=content.get("caption"),
        html=to_html(message.body, message.entities),
        from_bot=message.sender is not None and message.sender.is_bot,
        rows=[list(row) for row in message.inline_keyboard],
        photo=photo,
        document=document,
        content=dict(content),
        date=message.date,
        edited=message.edit_date is not None,
    )


def invoice_text(content: Json) -> str:
    """Return the words of an invoice, "" for any other content."""
    invoice = content.get("invoice")
    if invoice is None:
        return ""
    return f"{invoice['title']}\n{invoice['description']}\n{invoice['total_amount'] / 100:.2f} {invoice['currency']}"


def match(buttons: list[Json], label: str, *, whole: bool = False) -> Json | None:
    """Return the button that a person means by a label.

    The exact label first, then the label without leading signs such as emoji and without a count such as "(3)" at its
    end, then (unless `whole`) the only label that contains it.

    Raises:
        Impossible: Several labels contain it.
    """
    for button in buttons:
        if button["text"] == label:
            return button
    for button in buttons:
        if label in (named := LEADING_SIGNS.sub("", button["text"]), A_COUNT.sub("", named)):
            return button
    if whole:
        return None
    containing = [button for button in buttons if label in button["text"]]
    if len({button["text"] for button in containing}) > 1:
        labels = ", ".join(button["text"] for button in containing)
        raise Impossible(f"{label!r} could mean any of these buttons: {labels}")
    return containing[0] if containing else None

"""What staff read about a broadcast: what it is, who gets it, and how far it has got."""

from markupsafe import Markup

from bot.models import Broadcast, BroadcastState, ContentKind, Segment
from bot.services.broadcasts import PER_SECOND
from bot.services.queries.broadcast_lists import Progress
from bot.services.segments import Audience
from bot.telegram import reasons
from bot.telegram.wording import LANGUAGES, TAG, Words, cut, lines, paragraphs

SNIPPET = 200
"""UTF-16 units of a text that tell which one it is."""


def what(t: Words, broadcast: Broadcast, units: int = SNIPPET) -> str:
    """Return the beginning of what people get, plain."""
    text = " ".join(Markup(TAG.sub("", broadcast.text or "")).unescape().split())  # noqa: S704 - on its way to plain text
    if text:
        return cut(text, units)
    return t.label("cast-what-photo" if broadcast.content is ContentKind.PHOTO else "cast-what-copy")


def who(t: Words, audience: Audience) -> str:
    """Return for whom it is, plain."""
    least = audience.least_amount
    if audience.segment is Segment.BIG_SPENDERS and least is not None:
        segment = t.label("segment-big-spenders-from", amount=least)
    else:
        segment = t.label(f"segment-{audience.segment}")
    language = LANGUAGES.get(audience.language or "")
    return t.label("cast-in-language", segment=segment, language=language) if language else segment


def people(t: Words, count: int) -> str:
    """Return "1 person", "2 people"."""
    return t.label("cast-people", count=count)


def span(t: Words, count: int) -> str:
    """Return about how long so many messages take, in minutes."""
    return t.label("cast-span", minutes=round(count / PER_SECOND / 60))


def title(t: Words, broadcast: Broadcast) -> Markup:
    """Return which broadcast it is, and where it stands."""
    return t("cast-title", id=str(broadcast.id), state=t.label(f"cast-state-{broadcast.state}"))


def about(t: Words, broadcast: Broadcast, audience: Audience) -> Markup:
    """Return what people get, and who they are."""
    return t("cast-about", what=what(t, broadcast), who=who(t, audience))


def progress(t: Words, found: Progress, audience: Audience, zone: str) -> Markup:
    """Return how far a broadcast has got."""
    broadcast = found.broadcast
    begun, ended, planned = broadcast.started_at, broadcast.finished_at, broadcast.scheduled_at
    times = [
        t("cast-at", time=t.time(planned, zone)) if planned and not begun else "",
        t("cast-started", time=t.time(begun, zone)) if begun else "",
        t("cast-finished", time=t.time(ended, zone)) if ended else "",
    ]
    rare = {"blocked": found.blocked, "failed": found.failed, "unclear": found.unclear, "skipped": found.skipped}
    figures = [
        t("cast-sent", count=found.sent),
        *(t(f"cast-{key}", count=count) for key, count in rare.items() if count),
    ]
    if broadcast.state is BroadcastState.RUNNING:
        figures.append(t("cast-left", count=found.left, span=span(t, found.left)))
    elif not broadcast.state.is_over:
        figures.append(t("cast-still", count=found.left))
    why = t("cast-why", why=reasons.worded(t, broadcast.why)) if broadcast.why else ""
    return paragraphs(
        title(t, broadcast), about(t, broadcast, audience), lines(filter(None, times)), lines(figures), why
    )

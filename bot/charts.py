"""Drawing one chart: `python -m bot.charts` reads it as JSON on standard input and writes a PNG on standard output.

A process of its own, because matplotlib is large and slow: it ends afterwards, and the bot never imports it. Whatever
stands in the picture comes ready-made, in the reader's language; here is only how it looks on a phone.
"""

import io
import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

SECONDS = 15
"""Of the processor; whoever has asked waits no longer either."""
BYTES = 1 << 30
WIDTH, HEIGHT, DPI = 5.4, 4.3, 200
"""In inches: 1080 by 860 pixels, where 13 points are as high as a phone's own letters."""
INK, FAINT, COLOUR, BEST = "#24323d", "#d9e0e5", "#7fb2d9", "#2f7fbf"
MOST_NAMES = 5
LONGEST_NAME = 27
"""In letters; more do not fit above a bar."""


def main() -> None:
    """Draw what stands on standard input."""
    _stand_back()
    sys.stdout.buffer.write(png(json.load(sys.stdin.buffer)))


def _stand_back() -> None:
    """Let the bot go first, and take no more of the machine than a picture needs; where that may not be said, go on."""
    with suppress(OSError, ValueError):
        os.nice(10)
    for kind, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, BYTES)):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def png(chart: dict[str, Any]) -> bytes:
    """Return a chart as PNG.

    It has a `title`, a `kind` ("columns" or "bars"), the name of the axis `across`, and `items`, each with its `name`,
    its `share` of the longest (0 to 1) and how that is `told`. Columns also have the axis `up`, and its `ticks`, each
    with its `share` and its `name`.
    """
    # Without pyplot, which would ask for a screen and keep every figure.
    from matplotlib import rcParams
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rcParams.update({"text.parse_math": False, "font.family": "DejaVu Sans", "font.size": 12, "text.color": INK})
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white", layout="constrained")
    axes = figure.subplots()
    axes.set_title(_drawable(chart["title"]), fontsize=15, fontweight="bold", loc="left", pad=12)
    axes.tick_params(colors=INK, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    (_columns if chart["kind"] == "columns" else _bars)(axes, chart)
    written = io.BytesIO()
    figure.set_canvas(FigureCanvasAgg(figure))
    figure.savefig(written, format="png")
    return written.getvalue()


def _columns(axes: Any, chart: dict[str, Any]) -> None:
    """Draw what happened over time; the highest column says how high it is."""
    items = chart["items"]
    shares = [item["share"] for item in items]
    best = shares.index(max(shares))
    axes.bar(range(len(items)), shares, width=0.75, color=[BEST if at == best else COLOUR for at in range(len(items))])
    axes.annotate(
        _drawable(items[best]["told"]),
        (best, shares[best]),
        xytext=(0, 3),
        textcoords="offset points",
        ha=_side(best, len(items)),
        fontweight="bold",
    )
    apart = -(-len(items) // MOST_NAMES)
    places = range(0, len(items), apart)
    axes.set_xticks(places, [_drawable(items[at]["name"]) for at in places])
    axes.set_yticks([tick["share"] for tick in chart["ticks"]], [_drawable(tick["name"]) for tick in chart["ticks"]])
    axes.set_ylim(0, max(*shares, chart["ticks"][-1]["share"]) * 1.08)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_xlabel(_drawable(chart["across"]), color=INK)
    axes.set_ylabel(_drawable(chart["up"]), color=INK)


def _side(place: int, count: int) -> str:
    """Return on which side of its column a number begins, so that it stays in the picture."""
    return "left" if place < count * 0.1 else "right" if place > count * 0.9 else "center"


def _bars(axes: Any, chart: dict[str, Any]) -> None:
    """Draw what was sold most, the best on top, each name above its bar: names are long and phones are narrow."""
    items = chart["items"]
    places = [-at for at in range(len(items))]
    axes.barh(places, [item["share"] for item in items], height=0.34, color=[BEST, *[COLOUR] * (len(items) - 1)])
    for place, item in zip(places, items, strict=True):
        name, told = _drawable(_short(item["name"])), _drawable(item["told"])
        axes.text(0, place + 0.26, name, ha="left", va="bottom")
        axes.text(1, place + 0.26, told, ha="right", va="bottom", fontweight="bold")
    axes.set_xlim(0, 1)
    axes.set_ylim(min(places) - 0.4, 0.85)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(_drawable(chart["across"]), color=INK)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _drawable(text: str) -> str:
    """Return a text without what the font cannot draw, such as emoji, which would stand there as boxes."""
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    lines = ("".join(each for each in line if font.get_char_index(ord(each))) for line in text.splitlines())
    return "\n".join(" ".join(line.split()) for line in lines).strip() or "?"


if __name__ == "__main__":
    main()

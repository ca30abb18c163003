"""How the shell shows what a catalogue file changes: a row for each change, or JSON."""

from typing import Any

from bot.cli import output
from bot.cli.output import Column
from bot.services import money
from bot.services.catalog_file.plan import Change, Field, Kind, Plan

SHOWN = 500
"""Changes that a person may read; scripts get all as JSON."""
COLUMNS = (Column("Change", main=True), Column("Name", main=True), Column("Details"))
LONGEST = 30
"""Characters that are shown of a description."""
DONE = {
    Kind.ADD: "added",
    Kind.CHANGE: "changed",
    Kind.MOVE: "moved",
    Kind.ARCHIVE: "archived",
    Kind.RESTORE: "restored",
}


def show(plan: Plan, currency: str) -> None:
    """Print a plan, a row for each change."""
    rows = ((f"{each.kind} {each.what}", each.name, _details(each, currency)) for each in plan.changes[:SHOWN])
    output.table(COLUMNS, rows, nothing="")
    if len(plan.changes) > SHOWN:
        output.line(f"... and {len(plan.changes) - SHOWN} more; --json shows all.")


def summary(plan: Plan) -> str:
    """Return how often what happens, such as "2 categories added, 1 goods changed"."""
    return ", ".join(
        f"{count} {_plural(what) if count > 1 else what} {DONE[Kind(kind)]}"
        for (kind, what), count in plan.counts.items()
    )


def facts(plan: Plan) -> dict[str, Any]:
    """Return a plan for scripts."""
    return {
        "unchanged": plan.same,
        "stock_left": plan.stock_left,
        "changes": [
            {
                "change": change.kind,
                "what": change.what,
                "name": change.name,
                "line": change.line,
                "fields": {each.name: {"old": each.old, "new": each.new} for each in change.fields},
            }
            for change in plan.changes
        ],
    }


def _details(change: Change, currency: str) -> str:
    if change.kind is Kind.ADD:
        return _as_new(change, currency)
    return ", ".join(_change(each, currency) for each in change.fields)


def _as_new(change: Change, currency: str) -> str:
    place = change.new("category") or change.new("parent")
    told = [f"in {place}" if place else "", "archived" if change.new("archived") else ""]
    if change.what == "goods":
        price = output.amount(change.new("price"), currency)
        told[1:1] = [price, f"{change.new('stock')} in stock", _photos(change.new("photo"))]
    return ", ".join(filter(None, told))


def _change(field: Field, currency: str) -> str:
    if field.name == "photo":
        return _photo_change(*(len(str(names or "").split()) for names in (field.old, field.new)))
    if field.name in ("category", "parent"):
        return f"{_place(field.old)} -> {_place(field.new)}"
    if field.name == "price":
        old, new = (money.rounded(value, currency) for value in (field.old, field.new))  # type: ignore[arg-type]
        return f"price {old} -> {new}"
    return f"{field.name} {_shortened(field.old)} -> {_shortened(field.new)}"


def _photos(names: str) -> str:
    count = len(names.split())
    return f"with {count} photos" if count > 1 else "with a photo" if count else ""


def _photo_change(old: int, new: int) -> str:
    """Return what happens to so many pictures, of which so many are there then."""
    if old > 1 or new > 1:
        return f"photos {old} -> {new}" if old != new else "other photos"
    return "photo removed" if not new else "another photo" if old else "photo added"


def _place(name: Any) -> Any:
    return name or "the top"


def _shortened(value: Any) -> str:
    if not isinstance(value, str):
        return str(value)
    return repr(value if len(value) <= LONGEST else f"{value[:LONGEST]}…")


def _plural(what: str) -> str:
    return "categories" if what == "category" else what

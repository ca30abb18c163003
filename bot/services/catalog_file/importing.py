"""Doing what a plan says: all of it in one transaction, with the events and movements that single commands write."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import case, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from bot.errors import Conflict
from bot.models import Category, Goods, GoodsPhoto
from bot.services import catalog_words, events, goods_news, locking, photos, stock, waiting_list
from bot.services.catalog_file.entries import Entries, Follow, unwatched
from bot.services.catalog_file.plan import Change, Kind, Options, Plan, compare
from bot.services.events import Draft
from bot.services.files.file_errors import ChangedMeanwhile

BATCH = 500
Step = Callable[[Sequence[Change]], None]
_COLUMNS = {"price": "price", "description": "description", "photo": "photo", "stock": "stock_quantity"}


def keep_pictures(entries: Entries, data_dir: Path) -> None:
    """Copy the pictures of a file into the shop's folder; one that nothing names in the end does no harm.

    Raises:
        BadValue: a picture cannot be read any more.
        ChangedMeanwhile: it is another one by now.
    """
    for entry in entries.goods.values():
        names = entry.photo.split("\n") if entry.photo else []
        if all(photos.renew(name, data_dir) for name in names):
            continue
        if list(dict.fromkeys(photos.keep(source, data_dir) for source in entry.photo_files)) != names:
            raise ChangedMeanwhile


def carry_out(
    session: Session,
    entries: Entries,
    options: Options,
    *,
    expected: Plan | None = None,
    reason: str,
    actor: str,
    now: datetime,
    follow: Follow = unwatched,
) -> Plan:
    """Change the catalogue as the file says, and return what was changed. `reason` stands at movements of stock.

    Raises:
        BadRows: the file does not fit to the shop.
        ChangedMeanwhile: something else would be done than what was `expected`.
    """
    seen = compare(session, entries, options)
    if any(change.what == "category" for change in seen.changes):
        locking.hold_categories(session)
    locking.hold_goods(session, (change.id for change in seen.changes if change.what == "goods" and change.id))
    plan = compare(session, entries, options)
    if expected is not None and plan.changes != expected.changes:
        raise ChangedMeanwhile
    if plan.changes != seen.changes:
        raise Conflict
    if plan.changes:
        _Work(session, plan, reason, actor, now, follow).do()
    return plan


@dataclass
class _Work:
    session: Session
    plan: Plan
    reason: str
    actor: str
    now: datetime
    follow: Follow
    drafts: list[Draft] = field(default_factory=list)

    def do(self) -> None:
        """Write everything that the plan says, and at last the events, which say it once more."""
        self.categories = {row.name: row.id for row in self.session.execute(select(Category.name, Category.id))}
        self._each("category", self._add_categories, self._change_categories)
        self._each("goods", self._add_goods, self._change_goods)
        counts = {f"{what}_{kind}": count for (kind, what), count in self.plan.counts.items()}
        self.drafts.append(Draft("catalog.imported", "catalog", {"reason": self.reason, **counts}))
        events.record_all(self.session, self.drafts, actor=self.actor, now=self.now)
        waiting_list.tell_all(self.session, actor=self.actor, now=self.now)

    def _each(self, what: str, add: Step, change: Step) -> None:
        """Take the new ones first, because others may be moved into them."""
        ours = [each for each in self.plan.changes if each.what == what]
        for step, wanted in ((add, True), (change, False)):
            chosen = [each for each in ours if (each.kind is Kind.ADD) is wanted]
            batches = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]
            for batch in self.follow(batches, f"Writing {what}", len(batches)) if batches else ():
                step(batch)

    # -- categories -----------------------------------------------------------------------------------------------

    def _add_categories(self, changes: Sequence[Change]) -> None:
        for change in changes:
            category = Category(
                name=change.name,
                parent_id=self.categories.get(change.new("parent")),
                archived_at=self.now if change.new("archived") else None,
            )
            self.session.add(category)
            self.session.flush()
            self.categories[category.name] = category.id
            self._note("category.added", "category", category.id, change)
            if change.new("archived"):
                self._note("category.archived", "category", category.id, change)

    def _change_categories(self, changes: Sequence[Change]) -> None:
        for change in changes:
            values: dict[str, Any] = {"archived_at": self.now if change.kind is Kind.ARCHIVE else None}
            facts: dict[str, Any] = {}
            if change.kind is Kind.MOVE:
                values = {"parent_id": self.categories.get(change.new("parent"))}
                facts = {"old": change.fields[0].old, "new": change.new("parent")}
            self.session.execute(update(Category).where(Category.id == change.id).values(values))
            self._note(f"category.{_DONE[change.kind]}", "category", change.id, change, **facts)

    # -- goods ----------------------------------------------------------------------------------------------------

    def _add_goods(self, changes: Sequence[Change]) -> None:
        self.session.execute(insert(Goods), [self._row(change) for change in changes])
        named = select(Goods.name, Goods.id).where(Goods.name.in_([change.name for change in changes]))
        ids = {row.name: row.id for row in self.session.execute(named)}
        catalog_words.index(self.session, list(ids.values()))
        self._show_photos({ids[change.name]: change.new("photo") for change in changes if change.new("photo")})
        self._move_stock({ids[change.name]: change.new("stock") for change in changes})
        for change in changes:
            facts = {"price": change.new("price"), "stock": change.new("stock")}
            self._note("goods.added", "goods", ids[change.name], change, **facts)
            if change.new("archived"):
                self._note("goods.archived", "goods", ids[change.name], change)

    def _row(self, change: Change) -> dict[str, Any]:
        return {
            "name": change.name,
            "category_id": self.categories[change.new("category")],
            "price": change.new("price"),
            "description": change.new("description"),
            "stock_quantity": change.new("stock"),
            "reserved_quantity": 0,
            "archived_at": self.now if change.new("archived") else None,
            "created_at": self.now,
        }

    def _change_goods(self, changes: Sequence[Change]) -> None:
        values: defaultdict[str, dict[int, Any]] = defaultdict(dict)
        for change in changes:
            for column, value in self._values(change):
                values[column][change.id or 0] = value
        self._show_photos(values.pop("photo", {}))
        for column, by_id in values.items():
            self._set(column, by_id)
        catalog_words.index(self.session, list(values["description"]))
        self._move_stock(
            {
                change.id or 0: int(each.new or 0) - int(each.old or 0)
                for change in changes
                for each in change.fields
                if each.name == "stock"
            }
        )
        restored = [change.id for change in changes if change.kind is Kind.RESTORE and change.id]
        if restored:
            goods_news.tell(self.session, restored, actor=self.actor, now=self.now)
        for _, of_one in groupby(changes, lambda change: change.id):
            self._note_edits(list(of_one))

    def _values(self, change: Change) -> Iterator[tuple[str, Any]]:
        if change.kind in (Kind.ARCHIVE, Kind.RESTORE):
            yield "archived_at", self.now if change.kind is Kind.ARCHIVE else None
        for each in change.fields:
            if each.name == "category":
                yield "category_id", self.categories[str(each.new)]
            else:
                yield _COLUMNS[each.name], each.new

    def _set(self, column: str, by_id: Mapping[int, Any]) -> None:
        """Give a column of many rows their values in one statement, the rows in the order of their ids."""
        kind = Goods.__table__.c[column].type
        values = case({goods_id: literal(value, kind) for goods_id, value in sorted(by_id.items())}, value=Goods.id)
        statement = update(Goods).where(Goods.id.in_(sorted(by_id))).values({column: values})
        self.session.execute(statement, execution_options={"synchronize_session": False})

    def _show_photos(self, by_id: Mapping[int, str]) -> None:
        """Show the pictures whose names stand below each other, and no others."""
        self.session.execute(delete(GoodsPhoto).where(GoodsPhoto.goods_id.in_(sorted(by_id))))
        rows = [
            {"goods_id": goods_id, "name": name, "position": position}
            for goods_id, names in sorted(by_id.items())
            for position, name in enumerate(names.split("\n") if names else (), 1)
        ]
        if rows:
            self.session.execute(insert(GoodsPhoto), rows)

    def _move_stock(self, deltas: Mapping[int, int]) -> None:
        stock.log_adjustments(self.session, deltas, reason=self.reason, actor=self.actor, now=self.now)

    def _note_edits(self, changes: Sequence[Change]) -> None:
        edited = {column: value for change in changes for column, value in self._values(change) if change.fields}
        counted = edited.pop("stock_quantity", None)
        is_edited = bool(edited)
        edited.pop("description", None)
        if "photo" in edited:
            edited["photos"] = len(edited.pop("photo").split())
        first = changes[0]
        if is_edited:
            self._note("goods.edited", "goods", first.id, first, **edited)
        for change in changes:
            if change.kind in (Kind.ARCHIVE, Kind.RESTORE):
                self._note(f"goods.{_DONE[change.kind]}", "goods", first.id, first)
            for each in change.fields:
                if each.name == "stock":
                    facts = {"old": each.old, "new": counted, "reason": self.reason}
                    self.drafts.append(Draft("stock.adjusted", f"goods:{first.id}", facts))

    def _note(self, kind: str, what: str, row_id: int | None, change: Change, **facts: Any) -> None:
        self.drafts.append(Draft(kind, f"{what}:{row_id}", {"name": change.name, **facts}))


_DONE = {Kind.MOVE: "moved", Kind.ARCHIVE: "archived", Kind.RESTORE: "restored"}

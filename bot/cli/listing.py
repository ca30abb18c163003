"""Lists: --limit, --page and --all, and printing rows while they come, as a table or as JSON."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar

import click

from bot.cli import options, output
from bot.cli.output import Column
from bot.services.queries.paging import Window

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Page:
    """The part of a list that was asked for: page `number`, from 1, of `size` rows; without a size, all rows."""

    number: int
    size: int | None

    @property
    def window(self) -> Window:
        """Return what the services are asked for: one row more than is shown tells whether there is another page."""
        if self.size is None:
            return Window()
        return Window(self.size + 1, (self.number - 1) * self.size)


def paged(command: F) -> F:
    """Add --limit, --page and --all; the command gets them as `page`."""
    every = click.option("--all", "everything", is_flag=True, help="All of them, instead of one page.")
    number = click.option(
        "--page", "number", metavar="N", type=options.Whole(1, 10**6), default=1, help="The page to show, from 1."
    )
    size = click.option(
        "--limit",
        "size",
        metavar="N",
        type=options.Whole(1, 10**6),
        default=50,
        show_default=True,
        help="Rows on a page.",
    )
    return size(number(every(_with_page(command))))


def show(
    rows: Iterable[T],
    page: Page,
    *,
    columns: Sequence[Column],
    cells: Callable[[T], Sequence[Any]],
    facts: Callable[[T], dict[str, Any]],
    as_json: bool,
    nothing: str,
    zone: str | None = None,
) -> None:
    """Print the rows of a page; then, on stderr, the zone of its times and whether there are more.

    `cells` are what people read of a row, `facts` what scripts do; `nothing` is the sentence for an empty list.
    """
    shown = _Shown(rows, page.size)
    if as_json:
        output.json_rows(facts(row) for row in shown)
    else:
        empty = nothing if page.number == 1 else f"The list ends before page {page.number}."
        output.table(columns, (cells(row) for row in shown), nothing=empty)
    if zone and shown.count and not as_json:
        output.remark(f"Times are in {zone}.")
    if shown.has_more:
        output.remark(f"There are more: --page {page.number + 1} shows the next, --all shows all.")


@dataclass
class _Shown(Generic[T]):
    """The rows of one page, counted while they are printed."""

    rows: Iterable[T]
    most: int | None
    count: int = field(default=0, init=False)
    has_more: bool = field(default=False, init=False)

    def __iter__(self) -> Iterator[T]:
        for row in self.rows:
            if self.count == self.most:
                self.has_more = True
                return
            self.count += 1
            yield row


def _with_page(command: F) -> F:
    @wraps(command)
    def run(*args: Any, number: int, size: int, everything: bool, **given: Any) -> Any:
        source = click.get_current_context().get_parameter_source
        if everything and (number != 1 or source("size") is not click.core.ParameterSource.DEFAULT):
            raise click.UsageError("--all shows everything; leave out --page and --limit.")
        return command(*args, page=Page(number, None if everything else size), **given)

    return run  # type: ignore[return-value]

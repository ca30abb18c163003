"""`goods photo`: the pictures on a card, in the order in which customers see them."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from bot.cli import Shell, known, options, output, pass_shell
from bot.cli.output import Column
from bot.models import Goods
from bot.services import catalog, clock, goods_photos, photos

COLUMNS = (Column("Photo", right=True), Column("File", main=True))
KEYS = ("name", "photos", "photo_files")
"""What scripts read of the pictures of goods."""


@options.examples(
    'goods photo add "Green tea" tea.jpg cup.jpg',
    'goods photo list "Green tea"',
    'goods photo move "Green tea" 2 1',
    'goods photo remove "Green tea" 3',
)
@click.group("photo")
def photo() -> None:
    """Add, remove, move and list the photos of goods; the first is the one that their card begins with."""


@options.examples(
    'goods photo add "Green tea" tea.jpg cup.jpg',
    'goods photo add "Green tea" tea.jpg --json',
)
@photo.command("add")
@click.argument("name", type=known.GOODS)
@click.argument("pictures", type=options.FILE, nargs=-1, required=True, metavar="FILE...")
@options.json_of(*KEYS)
@pass_shell
def add(shell: Shell, name: str, pictures: tuple[Path, ...], as_json: bool) -> None:
    """Show more pictures, behind those that are there: JPEG, PNG or WebP, each of at most 10 MB."""
    goods = shell.db.call(goods_photos.add_all, name, kept(shell, pictures), actor=shell.actor, now=clock.now())
    _print(shell, goods, as_json)


@options.examples(
    'goods photo remove "Green tea" 2',
    'goods photo remove "Green tea" 2 --json',
)
@photo.command("remove")
@click.argument("name", type=known.GOODS)
@click.argument("number", type=options.Whole(1))
@options.json_of(*KEYS)
@pass_shell
def remove(shell: Shell, name: str, number: int, as_json: bool) -> None:
    """Show a picture no longer, named by its number in the list.

    The bot deletes its file a day later, unless other goods show it too.
    """
    _print(shell, shell.db.call(goods_photos.remove, name, number, actor=shell.actor, now=clock.now()), as_json)


@options.examples(
    'goods photo move "Green tea" 3 1',
    'goods photo move "Green tea" 1 2 --json',
)
@photo.command("move")
@click.argument("name", type=known.GOODS)
@click.argument("number", type=options.Whole(1))
@click.argument("place", type=options.Whole(1))
@options.json_of(*KEYS)
@pass_shell
def move(shell: Shell, name: str, number: int, place: int, as_json: bool) -> None:
    """Show the picture with this number as the first, the second, or whichever PLACE says."""
    _print(shell, shell.db.call(goods_photos.move, name, number, place, actor=shell.actor, now=clock.now()), as_json)


@options.examples(
    'goods photo list "Green tea"',
    'goods photo list "Green tea" --json',
)
@photo.command("list")
@click.argument("name", type=known.GOODS)
@options.json_of(*KEYS)
@pass_shell
def list_photos(shell: Shell, name: str, as_json: bool) -> None:
    """List the pictures of goods with their numbers."""
    _print(shell, shell.db.read(catalog.goods_named, name), as_json)


def several(help_text: str) -> Callable[[Any], Any]:
    """Add --photo, which may be given several times."""
    about: dict[str, Any] = {"type": options.FILE, "metavar": "FILE", "multiple": True, "help": help_text}
    return click.option("--photo", "files", **about)


def kept(shell: Shell, pictures: Iterable[Path]) -> list[str]:
    """Copy pictures into the shop's folder and return the names of their files."""
    return [photos.keep(picture, shell.config.data_dir) for picture in pictures]


def files(shell: Shell, names: Iterable[str]) -> list[str]:
    """Return where kept pictures lie."""
    return [str(photos.path_of(name, shell.config.data_dir)) for name in names]


def _print(shell: Shell, goods: Goods, as_json: bool) -> None:
    names = [each.name for each in shell.db.read(goods_photos.of, goods.id)]
    if as_json:
        output.json_of({"name": goods.name, "photos": names, "photo_files": files(shell, names)})
    else:
        output.table(COLUMNS, enumerate(files(shell, names), 1), nothing=f"{goods.name!r} has no photos.")

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from bot.errors import BadValue, NotFound, TooManyPhotos
from bot.jobs import discard_photos
from bot.models import GoodsPhoto
from bot.services import catalog, goods_photos, photos
from tests.shop import Shop, now

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def tea(shop: Shop) -> Shop:
    shop.has_goods("Green tea")
    shop.staff(goods_photos.add_all, "Green tea", ["a.jpg", "b.jpg", "c.jpg"])
    return shop


def test_pictures_are_added_behind_the_others_and_each_once(tea: Shop):
    tea.staff(goods_photos.add_all, "Green tea", ["d.jpg", "b.jpg", "d.jpg"])

    assert tea.photos("Green tea") == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    assert tea.events("goods.photos_changed")[-1].facts == {"name": "Green tea", "added": ["d.jpg"]}
    before = tea.rows()
    tea.staff(goods_photos.add_all, "Green tea", ["a.jpg"])
    assert tea.rows() == before


@pytest.mark.parametrize(
    ("number", "place", "order"),
    [(3, 1, "cab"), (1, 3, "bca"), (1, 99, "bca"), (2, -5, "bac"), (2, 2, "abc")],
)
def test_a_picture_is_moved(tea: Shop, number: int, place: int, order: str):
    tea.staff(goods_photos.move, "Green tea", number, place)

    assert tea.photos("Green tea") == [f"{letter}.jpg" for letter in order]


def test_a_picture_is_removed_and_the_next_one_comes_behind_the_last(tea: Shop):
    tea.staff(goods_photos.remove, "Green tea", 2)
    tea.staff(goods_photos.add_all, "Green tea", ["d.jpg"])

    assert tea.photos("Green tea") == ["a.jpg", "c.jpg", "d.jpg"]


@pytest.mark.parametrize("number", [0, -1, 4, 10**30])
def test_a_picture_that_is_not_there_is_neither_moved_nor_removed(tea: Shop, number: int):
    with tea.refuses(NotFound, match="There is no photo"):
        tea.staff(goods_photos.remove, "Green tea", number)
    with tea.refuses(NotFound):
        tea.staff(goods_photos.move, "Green tea", number, 1)


def test_goods_have_ten_photos_at_most(tea: Shop):
    many = [f"{number}.jpg" for number in range(8)]
    with tea.refuses(TooManyPhotos, match="at most 10 photos"):
        tea.staff(goods_photos.add_all, "Green tea", many)
    with tea.refuses(TooManyPhotos):
        tea.staff(catalog.edit_goods, "Green tea", price="31", photos=[*many, "x.jpg", "y.jpg", "z.jpg"])

    tea.staff(goods_photos.add_all, "Green tea", many[:7])
    assert len(tea.photos("Green tea")) == 10


def test_other_pictures_replace_those_that_are_there(tea: Shop):
    tea.staff(catalog.edit_goods, "Green tea", photos=["c.jpg", "new.jpg", "c.jpg"])
    assert tea.photos("Green tea") == ["c.jpg", "new.jpg"]
    tea.staff(catalog.edit_goods, "Green tea", photos=[])

    assert tea.photos("Green tea") == []


# -- files --------------------------------------------------------------------------------------------------------


def test_what_comes_in_a_message_is_checked_by_its_content(tmp_path: Path):
    name = photos.keep_content(PNG, tmp_path)

    assert photos.path_of(name, tmp_path).read_bytes() == PNG
    for content in (b"", b"GIF89a" + bytes(100), b"<svg>", PNG + bytes(photos.LARGEST)):
        with pytest.raises(BadValue):
            photos.keep_content(content, tmp_path)
    assert [path.name for path in (tmp_path / "photos").iterdir()] == [name]


def an_old_file(folder: Path, content: bytes) -> str:
    name = photos.keep_content(content, folder)
    yesterday = (now() - timedelta(days=1, hours=1)).timestamp()
    os.utime(photos.path_of(name, folder), (yesterday, yesterday))
    return name


def test_a_file_that_no_goods_use_is_deleted_after_a_day(shop: Shop, tmp_path: Path):
    shop.has_goods("Green tea")
    used, unused = an_old_file(tmp_path, PNG), an_old_file(tmp_path, PNG + b"x")
    young = photos.keep_content(PNG + b"y", tmp_path)
    shop.staff(goods_photos.add_all, "Green tea", [used])
    for name in (used, unused):
        shop.execute(
            "INSERT INTO sent_pictures (bot_id, name, file_id, file_unique_id, sent_at) "
            "VALUES (42, :name, 'id', 'unique', '2026-11-21 09:00:00')",
            name=name,
        )

    assert shop.db.read(photos.unused, tmp_path, now=now()) == [unused]
    for name in (used, unused, young):
        assert shop.db.call(photos.discard, name, tmp_path, now=now()) is (name == unused)
    assert {path.name for path in (tmp_path / "photos").iterdir()} == {used, young}
    assert shop.scalar("SELECT COUNT(*) FROM sent_pictures") == 1


async def test_the_bot_deletes_what_is_unused_and_leaves_other_files_alone(shop: Shop, tmp_path: Path):
    unused = an_old_file(tmp_path, PNG)
    other = photos.path_of("notes.txt", tmp_path)
    other.write_text("mine")
    os.utime(other, (1, 1))

    await discard_photos.run(shop.db, tmp_path, now)

    assert not photos.path_of(unused, tmp_path).exists()
    assert other.exists()


def test_a_picture_of_a_broadcast_is_used(shop: Shop, tmp_path: Path):
    name = an_old_file(tmp_path, PNG)
    assert shop.db.read(photos.unused, tmp_path, now=now()) == [name]
    shop.execute(
        "INSERT INTO broadcasts (state, content, photo, segment, revision, created_by, people_count, queued_count, "
        "last_user_id, is_queued, created_at) "
        "VALUES ('draft', 'photo', :name, 'everyone', 1, 'cli:test', 0, 0, 0, 0, '2026-11-21 09:00:00')",
        name=name,
    )

    assert shop.db.read(photos.unused, tmp_path, now=now()) == []
    assert not shop.db.call(photos.discard, name, tmp_path, now=now())


def test_a_file_that_is_taken_up_again_is_young_again(shop: Shop, tmp_path: Path):
    name = an_old_file(tmp_path, PNG)
    assert shop.db.read(photos.unused, tmp_path, now=now()) == [name]
    photos.keep_content(PNG, tmp_path)

    assert not shop.db.call(photos.discard, name, tmp_path, now=now())
    assert photos.path_of(name, tmp_path).exists()


def test_a_file_that_is_taken_up_again_while_it_is_being_deleted_stays(shop: Shop, tmp_path: Path):
    name = an_old_file(tmp_path, PNG)

    def takes_it_up(state: ORMExecuteState) -> None:
        if state.is_delete:
            photos.keep_content(PNG, tmp_path)

    def discard(session: Session) -> bool:
        event.listen(session, "do_orm_execute", takes_it_up)
        return photos.discard(session, name, tmp_path, now=now())

    assert not shop.db.call(discard)
    assert photos.path_of(name, tmp_path).exists()


def test_a_shop_without_pictures_has_no_unused_ones(shop: Shop, tmp_path: Path):
    assert shop.db.read(photos.unused, tmp_path, now=now()) == []
    assert shop.count(GoodsPhoto) == 0

"""How Telegram knows the shop's pictures: for each bot, across restarts, and where it has forgotten one."""

from pathlib import Path

import pytest

from bot.config import Config
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import sample_photo
from bot.services import goods_photos, photos
from bot.telegram import file_ids
from bot.telegram.file_ids import FileIds
from tests.shop import Shop


@pytest.fixture
def goods_id(shop: Shop, config: Config, tmp_path: Path) -> int:
    """Return goods with a picture."""
    goods_id = shop.has_goods()
    kept = photos.keep_content(sample_photo(41, 30), config.data_dir)
    shop.staff(goods_photos.add_all, "Green tea", [kept])
    return goods_id


def uploads(sandbox: Sandbox) -> int:
    calls = (*sandbox.calls("sendPhoto"), *sandbox.calls("editMessageMedia"))
    return len([call for call in calls if "attach" in str(call)])


def forget_what_the_process_knows(process: BotProcess) -> None:
    """Know no picture any more, as after a restart."""
    file_ids.of(process.bot)._known.clear()


async def test_a_restart_uploads_nothing_again_and_another_bot_begins_anew(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, goods_id: int
):
    await customer.presses(f"goods:{goods_id}")
    assert uploads(sandbox) == 1
    forget_what_the_process_knows(process)
    await customer.sends("/shop")
    await customer.presses(f"goods:{goods_id}")
    assert uploads(sandbox) == 1

    [name] = shop.photos("Green tea")
    assert await FileIds(42, shop.db).find(name) is not None
    assert await FileIds(43, shop.db).find(name) is None


async def test_a_picture_that_telegram_has_forgotten_is_uploaded_anew(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, goods_id: int
):
    await customer.presses(f"goods:{goods_id}")
    shop.execute("UPDATE sent_pictures SET file_id = 'gone'")
    forget_what_the_process_knows(process)
    await customer.sends("/shop")
    await customer.presses(f"goods:{goods_id}")

    assert customer.last.photo
    assert uploads(sandbox) == 2
    assert shop.scalar("SELECT COUNT(*) FROM sent_pictures WHERE file_id = 'gone'") == 0


async def test_what_telegram_cannot_show_gives_way_to_the_shops_picture(customer: Person, shop: Shop, config: Config):
    goods_id = shop.has_goods()
    broken = photos.keep_content(b"\xff\xd8\xff and no picture", config.data_dir)
    shop.staff(goods_photos.add_all, "Green tea", [broken])
    await customer.presses(f"goods:{goods_id}")

    assert "Price: $30.00" in customer.screen
    assert customer.last.content["photo"][-1]["width"] == 1280

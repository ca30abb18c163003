import json
from pathlib import Path

import pytest

from bot.config import Config
from bot.db import Database
from bot.web import server
from bot.web.health import Surroundings
from tests.shop import Shop


async def test_the_figures_of_a_run_are_kept_when_it_ends(config: Config, db: Database, shop: Shop, tmp_path: Path):
    shop.has_goods("Green tea", stock=5)

    for _ in range(2):
        stop = await server.start(config, db, Surroundings())
        await stop()

    path = tmp_path / "final_metrics.json"
    kept = json.loads(path.read_text())
    assert kept["metrics"]["shop_goods"]["samples"][0]["value"] == 1
    assert kept["written_at"].endswith("+00:00")
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.with_suffix(".new").exists()


async def test_a_folder_that_cannot_be_written_is_one_line_in_the_log(
    config: Config, db: Database, caplog: pytest.LogCaptureFixture
):
    nowhere = config.model_copy(update={"data_dir": Path("/nowhere/at/all")})
    stop = await server.start(nowhere, db, Surroundings())

    await stop()

    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("The figures of this run are not kept: final_metrics.json cannot be written (No such")

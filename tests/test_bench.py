import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from bench.__main__ import SCENARIOS
from bench.figures import Figure, interleave, table

ROOT = Path(__file__).parent.parent


@pytest.mark.timeout(600)
def test_the_quick_suite_measures_everything_and_writes_it_down(tmp_path: Path, server_url: str):
    output = tmp_path / "results.json"

    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--output", str(output)], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(output.read_text())["figures"]
    assert len({each["name"] for each in figures}) > 20
    assert all(f"measuring {name} ..." in done.stderr for name in SCENARIOS)
    assert all(value > 0 for each in figures for value in (*each["shop"], *each["limit"], each["ratio"]))
    assert all(each["name"] in done.stdout for each in figures)


def test_a_crowd_fills_a_shop_that_the_shell_can_read(tmp_path: Path):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/crowd.db", "DATA_DIR": str(tmp_path)}

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    run("-m", "bench.crowd", "--orders", "60", "--users", "20", "--goods", "5")

    assert len(json.loads(run("bot_cli.py", "order", "list", "--all", "--json"))) == 60


def test_no_list_looks_at_all_the_rows_there_are_unless_it_says_why():
    done = subprocess.run([sys.executable, "-m", "bench.explain", "--quick"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "| order list | 1 | 51 |" in done.stdout
    assert "Without a reason, 0 look at more than" in done.stdout


def test_without_servers_the_suite_says_what_to_do():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}

    done = subprocess.run([sys.executable, "-m", "bench"], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert done.returncode == 2
    assert done.stderr == "The benchmarks need MariaDB and Redis: run them with `make bench`.\n"


def test_a_ratio_is_the_median_of_the_ratios_of_neighbouring_rounds():
    figure = Figure("browsing", "presses/s", ours=[10.0, 30.0, 8.0], limit=[20.0, 40.0, 8.0])

    assert figure.ratios == [0.5, 0.75, 1.0]
    assert figure.ratio == median([0.5, 0.75, 1.0])
    assert "| 0.75  | 0.50..1.00" in table([figure])


def test_rounds_are_interleaved_and_each_side_begins_every_other_round():
    order: list[str] = []

    def measured(side: str) -> dict[str, float]:
        order.append(side)
        return {"round": float(len(order))}

    pairs = interleave(3, lambda: measured("shop"), lambda: measured("limit"))

    assert order == ["shop", "limit", "limit", "shop", "shop", "limit"]
    assert [(ours["round"], limit["round"]) for ours, limit in pairs] == [(1, 2), (4, 3), (5, 6)]

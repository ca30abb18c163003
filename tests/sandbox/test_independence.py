"""The sandbox stands alone: it must not share a mistake with the shop that it tests."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "bot" / "sandbox").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_neither_the_shop_nor_its_telegram_client(path):
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")

    assert not {name for name in modules if name.split(".")[0] == "aiogram"}
    assert not {name for name in modules if name.split(".")[0] == "bot" and not name.startswith("bot.sandbox")}


def test_the_sandbox_was_found():
    assert len(FILES) > 20

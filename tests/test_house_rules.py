"""The rules of the house (CONTRIBUTING.md) as tests, so that nobody has to remember them."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, serialize
from fluent.syntax import ast as fluent
from sqlalchemy import Float, Numeric

from bot import errors
from bot.config import ROOT, VARIABLES
from bot.models import Base
from bot.models.base import Money, UtcDateTime
from bot.services.settings import DEFINITIONS

BOT = ROOT / "bot"
TEXTS = BOT / "telegram" / "texts"
FILES = sorted(BOT.rglob("*.py"))

LOWER = {"errors", "models", "services", "db", "config", "logs", "migrations", "backups"}
MAY_IMPORT: dict[str, set[str]] = {
    "config.py": {"drivers"},
    "drivers.py": set(),
    "errors": {"errors"},
    "db.py": {"errors", "engines", "marks", "precedence", "recent", "retries"},
    "engines.py": {"marks"},
    "marks.py": set(),
    "precedence.py": set(),
    "recent.py": set(),
    "retries.py": {"errors"},
    "audit.py": set(),
    "charts.py": set(),
    "liveness.py": {"db", "engines", "metrics", "services", "systemd"},
    "logs.py": {"config", "scrubbing"},
    "scrubbing.py": {"config"},
    "systemd.py": set(),
    "metrics.py": set(),
    "one_core.py": set(),
    "models": {"models", "errors"},
    "services": {"services", "models", "errors"},
    "migrations": {"migrations", "models", "errors"},
    "backups": {"backups", "migrations", "services", "models", "errors", "db", "config"},
    "telegram": {"telegram", "services", "models", "errors", "db", "metrics", "audit", "one_core", "recent"},
    "cli": {"cli", *LOWER},
    "jobs": {"jobs", "backups", "services", "models", "errors", "db", "config", "metrics"},
    "web": {"web", "services", "models", "errors", "db", "config", "metrics", "audit"},
    "sandbox": {"sandbox"},
}
"""The arrow of imports: a room, and what of ours it may import. Who is not named here composes, and may import all."""
COMPOSERS = {"__init__.py", "main.py", "demo.py"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it: "bot.services.cart" also for "from bot.services import cart"."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(BOT).parts[0]


# -- imports ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_follow_the_arrow(path: Path):
    room = room_of(path)
    assert room in MAY_IMPORT or room in COMPOSERS, f"{room} is a new room: say above what it may import"
    if room in COMPOSERS:
        return

    ours = {module.split(".")[1] for module in imports_of(path) if module.startswith("bot.")}

    assert ours <= MAY_IMPORT[room]


@pytest.mark.parametrize(
    ("library", "where"),
    [
        ("aiogram", ("bot/telegram/", "bot/main.py")),
        ("rich", ("bot/cli/output.py", "bot/cli/live.py", "bot/cli/charts.py")),
        ("apscheduler", ("bot/jobs/", "bot/main.py")),
        ("alembic", ("bot/migrations/",)),
        ("watchdog", ("bot/jobs/",)),
        ("matplotlib", ("bot/charts.py",)),
        ("jinja2", ("bot/web/",)),
        ("prometheus_client", ("bot/metrics.py", "bot/web/")),
        ("segno", ("bot/telegram/qr.py",)),
        ("xlsxwriter", ("bot/services/files/xlsx_file.py",)),
    ],
)
def test_a_library_is_used_in_one_room(library: str, where: tuple[str, ...]):
    users = {name_of(path) for path in FILES if any(module.split(".")[0] == library for module in imports_of(path))}

    assert {user for user in users if not user.startswith(where)} == set()


def test_the_shell_never_reaches_aiogram():
    """Only directly; that `bot_cli.py` starts without it is measured in tests/cli."""
    rooms = {"cli", "services", "models", "db.py", "config.py", "errors", "logs.py", "migrations"}

    for path in FILES:
        if room_of(path) in rooms:
            assert not any(module.startswith(("aiogram", "bot.telegram")) for module in imports_of(path)), path


def test_every_refusal_is_at_hand_in_one_place():
    defined = {
        node.name for path in BOT.glob("errors/*.py") for node in tree_of(path).body if isinstance(node, ast.ClassDef)
    }

    assert set(errors.__all__) == defined


# -- transactions and locks ---------------------------------------------------------------------------------------


def calls_of(path: Path, method: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


@pytest.mark.parametrize(
    ("method", "home"),
    [
        # Alembic works on a connection of its own, outside of any unit of work.
        ("commit", {"bot/db.py", "bot/migrations/__init__.py"}),
        ("with_for_update", {"bot/services/locking.py"}),
        ("rollback", set()),
    ],
)
def test_transactions_and_locks_have_one_home(method: str, home: set[str]):
    assert {name_of(path) for path in FILES if calls_of(path, method)} == home


def test_every_write_passes_the_engine_that_renews_marks():
    """`bot/marks.py` hears what the writing engine does; whoever went around it would leave old copies elsewhere.

    What `bot/services/compiled.py` sends is heard: tests/services/test_compiled.py.
    """
    around = re.compile(r"\b(create_engine|raw_connection|exec_driver_sql|dbapi_connection)\b|\.cursor\(")
    found = {name_of(path) for path in FILES if around.search(path.read_text(encoding="utf-8"))}

    assert {name for name in found if not name.startswith(("bot/migrations/", "bot/backups/"))} == {
        "bot/engines.py",
        "bot/services/compiled.py",
    }


def writes_in(path: Path) -> Iterator[int]:
    """Yield the lines on which a file changes what a session holds, or tells of it."""
    writing = {"session.add", "session.add_all", "session.delete", "session.flush", "events.record", "outbox.tell"}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node).removesuffix("_many") in writing:
            yield node.lineno


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in {"queries", "reports"}], ids=name_of)
def test_what_only_reads_neither_locks_nor_writes(path: Path):
    assert not [name for name in imports_of(path) if name.startswith("bot.services.locking")]
    assert list(writes_in(path)) == []


def test_files_know_nothing_of_the_shop():
    for path in FILES:
        if path.parent.name == "files" and room_of(path) == "services":
            ours = [module for module in imports_of(path) if module.startswith("bot.")]
            assert not [module for module in ours if not module.startswith(("bot.errors", "bot.services.files"))], path


def test_services_are_synchronous_and_never_wait():
    forbidden = ("asyncio", "requests", "aiohttp", "httpx", "urllib.request", "socket", "time.sleep")
    for path in FILES:
        if room_of(path) == "services":
            assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree_of(path))), path
            assert not [module for module in imports_of(path) if module.startswith(forbidden)], path


# -- shape --------------------------------------------------------------------------------------------------------


# A migration is as long as what it changes.
@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "versions"], ids=name_of)
def test_a_file_has_three_hundred_lines_at_most(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", [path for path in FILES if room_of(path) in {"services", "models"}], ids=name_of)
def test_what_services_and_models_offer_says_what_becomes_true(path: Path):
    tree = tree_of(path)
    assert ast.get_docstring(tree)

    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    offered = [node for body in (tree.body, *(each.body for each in classes)) for node in body]
    named = [node for node in offered if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"]
    assert [node.name for node in named if not ast.get_docstring(node)] == []


def test_no_file_is_named_after_nothing():
    nothing = {"utils.py", "helpers.py", "manager.py", "common.py", "misc.py", "base_utils.py"}

    assert {name_of(path) for path in FILES if path.name in nothing} == set()


# -- data ---------------------------------------------------------------------------------------------------------


def test_money_is_exact_and_times_have_a_zone():
    money = re.compile(r"price|amount|bonus|balance|spendings|percent|total")
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert not isinstance(column.type, Float), column
            if isinstance(column.type, Numeric) or money.search(column.name.removesuffix("_count")):
                assert isinstance(column.type, Money), column
            if column.name.endswith(("_at", "_until", "_time")):
                assert isinstance(column.type, UtcDateTime), column


def test_no_float_literal_stands_where_money_is_counted():
    rooms = ("bonus.py", "money.py", "cart.py", "checkout.py", "placing.py", "orders.py", "order_edits.py", "stock.py")
    for path in FILES:
        if path.parent.name == "services" and path.name in rooms:
            floats = [node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant)]
            assert not [value for value in floats if isinstance(value, float)], path


def test_every_foreign_key_restricts():
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            assert key.ondelete == "RESTRICT", key.parent


KEPT = {"Payment", "BonusEntry", "ReferralEarning", "InventoryEntry", "OrderStep", "Event"}
"""What was paid, credited, moved and done: rows that nobody takes back."""
AGES = ("retention.py", {"Event"})
"""The one file that deletes some of it: events of mere presses, which are personal data and nothing else, once old."""


def test_what_happened_is_never_deleted():
    tables = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.__name__ in KEPT}
    assert len(tables) == len(KEPT)
    for path in FILES:
        if room_of(path) == "migrations":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "delete":
                kept = KEPT - AGES[1] if path.name == AGES[0] else KEPT
                assert kept.isdisjoint(getattr(each, "id", "") for each in node.args), (path, node.lineno)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                gone = re.findall(r"(?i)\bdelete\s+from\s+(\w+)", node.value)
                assert tables.isdisjoint(gone), (path, node.lineno)


def test_defaults_of_amounts_are_decimals():
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Money) and column.default is not None:
                assert isinstance(getattr(column.default, "arg", None), Decimal), column


# -- documentation ------------------------------------------------------------------------------------------------


def test_every_variable_stands_in_the_example_in_its_order_and_is_explained():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = [match[1] for line in lines if (match := re.match(r"#?([A-Z][A-Z0-9_]*)=", line))]
    active = [line for line in lines if re.match(r"[A-Z]", line)]

    assert tuple(found) == VARIABLES
    assert active == [], "the example must not change the demo"
    for name in found:
        above = lines.index(next(line for line in lines if line.lstrip("#").startswith(f"{name}=")))
        explanation: list[str] = []
        while lines[above - 1].startswith("# "):
            above -= 1
            explanation.insert(0, lines[above])
        text = " ".join(explanation)
        assert "Default: " in text or "Needed with " in text, name


def test_the_readme_leads_to_the_example_and_names_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert ".env.example" in readme
    assert [key for key in DEFINITIONS if key not in readme] == []


def test_every_setting_has_a_default_that_it_accepts_and_a_sentence():
    for key, definition in DEFINITIONS.items():
        definition.read(definition.default)
        assert definition.meaning.endswith("."), key


# -- languages ----------------------------------------------------------------------------------------------------


def messages_of(path: Path) -> dict[str, set[str]]:
    """Return the keys of a Fluent file, each with the variables that its text uses."""
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
        assert not isinstance(entry, fluent.Junk), f"{name_of(path)}: {entry.content}"
        if isinstance(entry, fluent.Message | fluent.Term):
            key = entry.id.name
            assert key not in found, f"{name_of(path)}: {key} stands there twice"
            found[key] = set(re.findall(r"\$([a-zA-Z][\w-]*)", _source(entry)))
    return found


def _source(entry: fluent.Message | fluent.Term) -> str:
    return serialize(fluent.Resource([entry]))


@pytest.mark.parametrize("file", sorted(path.name for path in (TEXTS / "en").glob("*.ftl")))
def test_both_languages_say_the_same_things_with_the_same_facts(file: str):
    english, russian = (messages_of(TEXTS / language / file) for language in ("en", "ru"))

    assert english.keys() == russian.keys()
    assert {key: facts for key, facts in english.items() if facts != russian[key]} == {}


def test_both_languages_have_the_same_files():
    assert [path.name for path in sorted((TEXTS / "en").iterdir())] == [
        path.name for path in sorted((TEXTS / "ru").iterdir())
    ]


def test_no_key_stands_in_two_files():
    keys = [key for path in sorted((TEXTS / "en").glob("*.ftl")) for key in messages_of(path)]

    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("key", DEFINITIONS)
def test_every_setting_is_called_and_explained_in_both_languages(key: str):
    for language in ("en", "ru"):
        said = {name for path in (TEXTS / language).glob("*.ftl") for name in messages_of(path)}
        assert {f"setting-{key.replace('_', '-')}", f"setting-{key.replace('_', '-')}-about"} <= said


def test_every_job_has_a_name_in_both_languages():
    """The owner reads it when the job fails."""
    jobs = re.findall(r'Job\("([^"]+)"', (BOT / "jobs" / "schedule.py").read_text(encoding="utf-8"))
    assert jobs
    for language in ("en", "ru"):
        said = {name for path in (TEXTS / language).glob("*.ftl") for name in messages_of(path)}
        assert {f"job-{job.replace(' ', '-')}" for job in jobs} <= said

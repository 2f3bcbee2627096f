"""The import contract: rooms import leftwards only, and inside a room a layer imports what CONTRIBUTING allows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from council import app

ROOT = Path(__file__).parents[1] / "council"
ROOMS = [
    *("kernel", "documents", "storage", "web", "audit", "registry", "accounts", "files", "bylaws", "deliberation"),
    *("pathways", "proposals", "funds", "elections", "voting", "bodies", "ledger", "exports", "progress", "search"),
]
TOP = {"app", "asgi", "cli", "demo", "settings", "piccolo_conf", "piccolo_app", "__main__", "__init__"}
BASE = {"kernel", "settings"}
"""What everything may import: `settings` reads the environment and nothing else."""

PURE_NEVER = ("piccolo", "litestar", "asyncpg", "sqlite3", "council.storage", "council.web")
CONTROLLERS_NEVER = ("piccolo",)
MODULES = sorted(ROOT.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, relative imports resolved, those inside functions too."""
    package = path.relative_to(ROOT.parent).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module or "")))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "council" and len(parts) > 1 else None


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)


def starts(module: str, prefixes: tuple[str, ...]) -> bool:
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


def test_every_room_is_there_and_those_with_pages_are_opened() -> None:
    """An empty folder is no room: it would be missing from a fresh clone."""
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == {*ROOMS, "cli", "demo"}
    assert {path.parent.name for path in ROOT.glob("*/controllers.py")} == set(app.ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rooms_import_only_leftwards(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if room in TOP:
        return
    assert room in ROOMS, f"{room} is no room: add it to the order in CONTRIBUTING.md and here"
    allowed = {*ROOMS[: ROOMS.index(room) + 1], *BASE}
    found = {other for module in imports(path) if (other := room_of(module)) is not None}
    assert found <= allowed, f"{name_of(path)} reaches to the right: {sorted(found - allowed)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rooms_show_only_their_own_pages_and_those_to_the_left(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if room in TOP:
        return
    found = set(re.findall(r'"([a-z_]+)/[a-z_]+\.html"', path.read_text(encoding="utf-8")))
    assert found <= {*ROOMS[: ROOMS.index(room) + 1], "components"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_layers(path: Path) -> None:
    layer = path.stem
    found = set(imports(path))
    if layer in {"model", "rules", "permissions"}:
        assert not [module for module in found if starts(module, PURE_NEVER)], "a pure file touches the world"
    if layer == "controllers" or layer.endswith("_pages"):
        assert not [module for module in found if starts(module, CONTROLLERS_NEVER) or module.endswith(".tables")]
    if layer == "tables":
        assert not [module for module in found if module.endswith((".service", ".queries", ".controllers"))]


def test_counting_is_closed() -> None:
    """The counting core reads no clock, no database, no network."""
    for name in ("model", "tally", "judge", "rulesets", "grouping", "gap", "risk", "bundle"):
        found = set(imports(ROOT / "voting" / f"{name}.py"))
        assert not [module for module in found if starts(module, (*PURE_NEVER, "asyncio", "time", "os", "random"))], (
            name
        )

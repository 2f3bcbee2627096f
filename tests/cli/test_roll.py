"""`council roll` as a clerk runs it: every sample through the real entry, and exit statuses that scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from council.cli import main
from council.registry import queries
from council.registry.tables import Community
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.people import NOW
from tests.registry.rolls import HEADINGS, SAMPLES, csv_bytes, row

ROOT = Path(__file__).parents[2]


def council(*words: object, settings: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "council", *map(str, words)],
        cwd=ROOT,
        env={**inherited, "COUNCIL_ENV": "test", "PYTHONUTF8": "1", **(settings or {})},
        capture_output=True,
        text=True,
        check=False,
    )


Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """`council roll check …` without the half second in which a process starts: (status, output, errors)."""

    def run(*words: object) -> tuple[int, str, str]:
        status = main(["roll", "check", *map(str, words)])
        return status, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("name", "status", "errors", "warnings"),
    [
        ("courtyard-24.csv", 0, 0, 0),
        ("garden-432.csv", 0, 0, 9),
        ("garden-432-gbk.csv", 0, 0, 6),
        ("roomcode-132.xlsx", 0, 0, 1),
        ("titled-96.xlsx", 0, 0, 0),
        ("messy-48.csv", 1, 6, 5),
    ],
)
def test_check_every_sample(check: Check, name: str, status: int, errors: int, warnings: int) -> None:
    code, said, complaint = check(SAMPLES / name, "--json")
    assert (code, complaint) == (status, "")
    told = json.loads(said)
    assert (len(told["errors"]), len(told["warnings"])) == (errors, warnings)
    assert all(set(one) == {"row", "column", "code", "read"} for one in told["errors"] + told["warnings"])
    code, said, _ = check(SAMPLES / name, "--locale", "zh_CN")
    assert code == status
    assert len(said.splitlines()) == errors + warnings + 1


def test_check_names_the_rows_of_the_messy_one() -> None:
    told = json.loads(council("roll", "check", SAMPLES / "messy-48.csv", "--json").stdout)
    assert [(one["row"], one["code"], one["read"]) for one in told["errors"]] == [
        (10, "roll.area_blank", ""),
        (13, "roll.area_not_number", "八十九"),
        (16, "roll.area_negative", "-56.32"),
        (19, "roll.unit_twice", "1-2-301"),
        (25, "roll.owner_blank", ""),
        (37, "roll.area_decimals", "89.535"),
    ]


def test_check_says_which_columns_are_missing() -> None:
    said = council("roll", "check", SAMPLES / "wrong-heading.csv")
    assert (said.returncode, said.stdout) == (2, "")
    assert len(said.stderr.splitlines()) == 1
    assert "专有部分面积" in said.stderr


@pytest.mark.parametrize(
    ("name", "data"), [("roll.csv", b""), ("roll.xlsx", b"not a workbook"), ("roll.pdf", b"%PDF-1.4")]
)
def test_check_of_what_is_no_roll(check: Check, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    status, said, complaint = check(tmp_path / name)
    assert (status, said) == (2, "")
    assert complaint.startswith("council: ")
    assert "Traceback" not in complaint


def test_check_of_no_file(tmp_path: Path) -> None:
    assert council("roll", "check", tmp_path / "none.csv").returncode == 2
    assert council("roll", "check").returncode == 2
    assert council("roll").returncode == 2


@pytest.fixture
async def elm(db: AnyEngine, database_url: str) -> Mapping[str, str]:
    """Settings of a database with one empty community, `elm`."""
    await Community.insert(Community(slug="elm", name="榆园", phone="", address="", created_at=NOW))
    return {"DATABASE_URL": database_url}


def write(folder: Path, *rows: list[str]) -> Path:
    path = folder / "roll.csv"
    path.write_bytes(csv_bytes([HEADINGS, *rows]))
    return path


async def test_import_twice(elm: Mapping[str, str]) -> None:
    first = council("roll", "import", SAMPLES / "courtyard-24.csv", "--community", "elm", settings=elm)
    assert (first.returncode, first.stderr) == (0, "")
    assert "added: 24, changed: 0, unchanged: 0, absent from the file: 0" in first.stdout
    again = council(
        "roll", "import", SAMPLES / "courtyard-24.csv", "--community", "elm", "--locale", "zh_CN", settings=elm
    )
    assert "新增 0，有变化 0，没有变化 24，表格里没有 0" in again.stdout
    community = await queries.community_by_slug("elm")
    assert community is not None
    assert len(await queries.owners(community.id)) == len(
        {o.identity_number for o in await queries.owners(community.id)}
    )


async def test_import_is_all_or_nothing(elm: Mapping[str, str]) -> None:
    said = council("roll", "import", SAMPLES / "messy-48.csv", "--community", "elm", settings=elm)
    assert said.returncode == 1
    assert "row 37" in said.stdout
    assert await fetch("SELECT id FROM unit") == []
    assert await fetch("SELECT seq FROM log_record") == []


async def test_import_of_what_cannot_be(elm: Mapping[str, str], tmp_path: Path) -> None:
    good = write(tmp_path, row())
    for words in (
        (good, "--community", "nowhere"),
        (SAMPLES / "messy-48.csv", "--community", "nowhere"),
        (SAMPLES / "wrong-heading.csv", "--community", "elm"),
        (tmp_path / "none.csv", "--community", "elm"),
    ):
        said = council("roll", "import", *words, settings=elm)
        assert said.returncode == 2
        assert len(said.stderr.splitlines()) == 1
    assert await fetch("SELECT id FROM unit") == []


async def test_absent_units_are_named_and_leave_when_told(elm: Mapping[str, str], tmp_path: Path) -> None:
    both = write(tmp_path, row(), row(room="102", owner="林文", identity="990105194510049707"))
    assert council("roll", "import", both, "--community", "elm", settings=elm).returncode == 0
    one = write(tmp_path, row())
    said = council("roll", "import", one, "--community", "elm", settings=elm)
    assert "left as they are: 1-1-102" in said.stdout
    assert await fetch("SELECT id FROM unit WHERE retired_at IS NOT NULL") == []
    said = council("roll", "import", one, "--community", "elm", "--remove-absent", settings=elm)
    assert "taken out of the register: 1-1-102" in said.stdout
    assert [unit["code"] for unit in await fetch("SELECT code FROM unit WHERE retired_at IS NOT NULL")] == ["1-1-102"]


async def test_the_area_heading_is_told(elm: Mapping[str, str], tmp_path: Path) -> None:
    path = tmp_path / "roll.csv"
    path.write_bytes(
        csv_bytes([["楼栋", "单元", "房号", "建筑面积", "业主姓名"], ["1", "1", "101", "89.53", "吴博敏"]])
    )
    refused = council("roll", "import", path, "--community", "elm", settings=elm)
    assert refused.returncode == 2
    assert "建筑面积" in refused.stderr
    taken = council("roll", "import", path, "--community", "elm", "--area-heading", "建筑面积", settings=elm)
    assert taken.returncode == 0
    assert [unit["area_dm2"] for unit in await fetch("SELECT area_dm2 FROM unit")] == [8953]


async def test_nothing_personal_is_printed(elm: Mapping[str, str]) -> None:
    said = council("roll", "import", SAMPLES / "courtyard-24.csv", "--community", "elm", settings=elm)
    for personal in ("990101195006190591", "17000066510", "吴博敏"):
        assert personal not in said.stdout + said.stderr

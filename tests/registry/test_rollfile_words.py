"""Every problem has words in both languages, and `roll check` says them."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

import council
from council.cli import roll_check
from council.web.catalogues import load
from tests.registry.rolls import SAMPLES

ROOM = Path(council.__file__).parent / "registry"
LOCALES = ROOM.parent.parent / "locales"
CODES = sorted(
    {
        code
        for path in [*ROOM.rglob("rollfile/*.py"), ROOM.parent / "cli" / "roll_check.py"]
        for code in re.findall(r'"(roll\.[a-z_]+)"', path.read_text("utf-8"))
    }
)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_code_has_words(locale: str) -> None:
    catalogue = load(LOCALES, locale, strict=True)
    assert len(CODES) > 50
    for code in CODES:
        assert catalogue.gettext(code)


def test_both_languages_fill_the_same_blanks() -> None:
    chinese, english = (load(LOCALES, locale, strict=True) for locale in ("zh_CN", "en"))
    for code in CODES:
        blanks = [set(re.findall(r"%\((\w+)\)s", catalogue.gettext(code))) for catalogue in (chinese, english)]
        assert blanks[0] == blanks[1], code


def check(*words: str) -> int:
    parser = argparse.ArgumentParser()
    roll_check.add_parser_to(parser.add_subparsers())
    arguments = parser.parse_args(["check", *words])
    return int(arguments.run(arguments))


def path(name: str) -> str:
    return str(SAMPLES / name)


@pytest.mark.parametrize(
    "name", ["courtyard-24.csv", "garden-432.csv", "garden-432-gbk.csv", "roomcode-132.xlsx", "titled-96.xlsx"]
)
def test_a_good_roll_is_0(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(path(name), "--json") == 0
    assert json.loads(capsys.readouterr().out)["errors"] == []


def test_errors_are_1_and_tell_row_column_and_what_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(path("messy-48.csv"), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"errors", "warnings"}
    assert told["errors"][1] == {"row": 13, "column": "专有部分面积", "code": "roll.area_not_number", "read": "八十九"}
    assert [problem["row"] for problem in told["warnings"]] == [7, 22, 22, 28, 34]
    assert check(path("messy-48.csv"), "--locale", "zh_CN") == 1
    lines = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert "第 13 行，专有部分面积：错误：专有部分面积不是数字（读到：八十九）" in lines
    assert check(path("messy-48.csv"), "--locale", "en") == 1
    assert "row 10, 专有部分面积: error: the exclusive area is blank (blank)" in capsys.readouterr().out


def test_what_is_no_roll_is_2_and_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    for name in (path("wrong-heading.csv"), str(tmp_path / "empty.csv"), str(tmp_path / "absent.csv"), str(tmp_path)):
        assert check(name, "--json", "--locale", "en") == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1
    assert check(path("wrong-heading.csv"), "--locale", "en") == 2
    assert "专有部分面积" in capsys.readouterr().err


def test_being_told_the_area_column(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "built.csv"
    file.write_text("房间号,建筑面积,姓名\n1-1-101,100.00,甲\n", "utf-8")
    assert check(str(file)) == 2
    assert check(str(file), "--area-heading", "建筑面积") == 0

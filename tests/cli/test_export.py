"""`council export`: in the language that was asked for, Chinese when none was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import council


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((), ("记录类别", "小区建立")),
        (("--locale", "zh-CN"), ("记录类别", "小区建立")),
        (("--locale", "en"), ("Record", "Community founded")),
    ],
)
def test_the_sheet_is_in_words(tmp_path: Path, asked: tuple[str, ...], said: tuple[str, ...]) -> None:
    data = {"COUNCIL_DATA": str(tmp_path)}
    for words in (("migrate",), ("community", "add", "trial", "试用小区")):
        done = council(*words, **data)
        assert (done.returncode, done.stderr) == (0, "")
    out = tmp_path / "log.csv"
    done = council("export", "audit-log", "--community", "trial", "--format", "csv", "--out", str(out), *asked, **data)
    assert (done.returncode, done.stderr) == (0, "")
    text = out.read_text(encoding="utf-8-sig")
    for each in said:
        assert each in text

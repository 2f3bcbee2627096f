"""A clause longer than a page goes on overleaf, in lines: nothing is printed below the sheet, nothing twice."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime

import pytest

from council.documents.notice_paper import NoticePaper, Row, printed
from council.documents.pdf import HEIGHT

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLAUSE = "".join(f"第{number}款业主大会决定。" for number in range(700))


def words(pdf: bytes) -> list[tuple[float, str]]:
    """Where each word ends, in points from the top of its page, and the word."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    found = re.findall(r'yMax="([\d.]+)">(.*?)</word>', done.stdout.decode())
    return [(float(bottom), word) for bottom, word in found]


def paper(clauses: str, title: str) -> NoticePaper:
    return NoticePaper(
        title=title,
        addressee="全体业主：",
        opening="现公告如下。",
        rows=(Row("议事规则", "按小区议事规则办理", clauses), Row("联系", "社区")),
        text=(),
        grids=(),
        conclusion=(),
        closing=(),
        address="https://example.org/c/garden",
        beside_qr=("扫码",),
        seal="盖章处",
        signed=("居委会", "3月1日"),
    )


@pytest.mark.parametrize("clauses", [CLAUSE, f"短的一条。\n{CLAUSE}\n最后一条。"])
@pytest.mark.parametrize("title", ["表决公告", "很长的题目" * 40])
def test_every_line_is_on_a_page_and_none_twice(clauses: str, title: str) -> None:
    found = words(printed(paper(clauses, title), NOW))
    height = HEIGHT * 72 / 25.4
    assert max(bottom for bottom, _ in found) < height
    said = re.sub(r"议事规则|[ /]", "", "".join(word for _, word in found))
    assert said.count("款") == 700
    assert len(found) > 100

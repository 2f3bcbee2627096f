"""PDF: pages, words that can be searched and copied, the same bytes, and what happens without a font."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from council.documents import faces, fonts
from council.documents.notices import Ending, Heading, Table, Text, document
from council.documents.pdf import Paper
from council.documents.slips import Slip, SlipText, grouped, slips_pdf
from tests.pdf import read

NOW = datetime(2026, 3, 1, 1, tzinfo=UTC)
RESIDENT = SlipText(
    heading="花园小区 · 邻里议事厅",
    kind="住户码",
    code_label="或者打开网址，输入短码",
    steps=("用手机扫右边的二维码，设手机号和密码。", "进去后可以提建议、参加讨论。"),
    footer="2026年3月31日前有效　社区工作站 010-5555 0132",
)
COMPANY = "某某置业发展有限责任公司第三分公司清算组（管理人：某某律师事务所）" * 2


def slip(number: int = 1, name: str = "") -> Slip:
    return Slip(RESIDENT, f"2号楼1单元 {number}室", f"https://council.example/join/{number}", "H4RT9K2M", name)


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", data))


def words(data: bytes, folder: Path) -> str:
    """What a reader can search and copy, without its spaces."""
    if shutil.which("pdftotext") is None:
        pytest.fail("these tests read PDF with pdftotext: install the package poppler-utils")
    path = folder / "read.pdf"
    path.write_bytes(data)
    run = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    assert not run.stderr
    return "".join(run.stdout.decode().split())


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (8, 1), (9, 2), (24, 3)])
def test_eight_slips_a_page(count: int, expected: int) -> None:
    assert pages(slips_pdf([slip(number) for number in range(count)], title="x", now=NOW)) == expected


def test_a_slip_says_everything_in_text(tmp_path: Path) -> None:
    text = words(slips_pdf([slip(502, "郑海燕")], title="x", now=NOW), tmp_path)
    for said in ("花园小区·邻里议事厅", "住户码", "2号楼1单元502室", "郑海燕", "H4RT9K2M", "设手机号和密码。", "有效"):
        assert said in text


def test_a_long_company_keeps_its_beginning_and_pushes_nothing_away(tmp_path: Path) -> None:
    text = words(slips_pdf([slip(502, COMPANY)], title="x", now=NOW), tmp_path)
    assert COMPANY[:30] in text
    assert "…" in text
    assert "H4RT9K2M" in text


def test_a_rare_character_is_lent_by_another_font(tmp_path: Path) -> None:
    assert "𠮷" in words(slips_pdf([slip(1, "𠮷田")], title="x", now=NOW), tmp_path)


def test_432_slips_take_seconds() -> None:
    start = time.process_time()
    data = slips_pdf([slip(number) for number in range(432)], title="x", now=NOW)
    assert time.process_time() - start < 10  # of this process: others on the machine are not its fault
    assert pages(data) == 54
    assert len(data) < 2_000_000


def test_the_same_slips_are_the_same_bytes() -> None:
    assert slips_pdf([slip()], title="x", now=NOW) == slips_pdf([slip()], title="x", now=NOW)


def test_codes_are_read_aloud_in_fours() -> None:
    assert grouped("H4RT9K2M") == "H4RT 9K2M"


TABLE = Table(
    [["同意", "8", "716.56"], ["反对", "1", "71.40"]], header=["", "人数", "面积"], align="LRR", bold_first=True
)
NOTICE = [
    Text("2号楼1单元全体业主：", indent=False),
    Text("加装电梯一事已按规定表决完毕，现将结果公示如下。"),
    Heading("表决结果"),
    TABLE,
    Ending("https://council.example/c/garden", ["扫码看网页原件。"], "盖章处", ["花园小区业主委员会", "2026年3月16日"]),
]


def test_a_notice_is_one_page_with_its_words(tmp_path: Path) -> None:
    data = document("关于加装电梯表决结果的公示", NOTICE, now=NOW)
    assert pages(data) == 1
    text = words(data, tmp_path)
    for said in ("关于加装电梯表决结果的公示", "全体业主：", "716.56", "盖章处", "花园小区业主委员会", "2026年3月16日"):
        assert said in text


def test_a_notice_shrinks_to_one_page_before_it_takes_two(tmp_path: Path) -> None:
    longer = [*NOTICE[:2], *[Text("说明。" * 40)] * 7, *NOTICE[2:]]
    assert pages(document("公示", longer, now=NOW)) == 1
    much = document("公示", [*[Text("说明。" * 40)] * 60, TABLE], now=NOW, page_words="第 %d 页，共 %d 页")
    assert pages(much) > 1
    assert f"第1页，共{pages(much)}页" in words(much, tmp_path)


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    fonts.prefer(None)
    yield
    monkeypatch.undo()
    fonts.prefer(None)


@pytest.mark.usefixtures("no_fonts")
def test_without_a_font_one_line_names_the_packages() -> None:
    with pytest.raises(fonts.FontMissing) as missing:
        slips_pdf([slip()], title="x", now=NOW)
    assert missing.value.code == "documents.font_missing"
    assert str(missing.value) == (
        "no Chinese font for PDF: install one of the packages fonts-noto-cjk, fonts-wqy-microhei,"
        " or name a font file in COUNCIL_FONT"
    )


@pytest.mark.usefixtures("no_fonts")
def test_a_chosen_font_goes_first_and_must_be_one(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"no font")
    with pytest.raises(fonts.FontMissing):
        fonts.prefer(bad)
    assert fonts.installed() == ()


def test_every_font_found_here_embeds_and_reads_back(tmp_path: Path) -> None:
    found = fonts.installed()
    assert found, f"install one of {fonts.PACKAGES}"
    try:
        for font in found:
            fonts._preferred[:] = [font]
            fonts.installed.cache_clear()
            assert "邻里议事厅" in words(slips_pdf([slip()], title="x", now=NOW), tmp_path)
    finally:
        fonts.prefer(None)


def test_the_verdict_is_never_cut_between_two_pages() -> None:
    """However much stands above it."""
    verdict = "经统计，参与表决及同意的业主人数、专有部分面积均达到《民法典》第二百七十八条规定的比例，表决通过。"
    for before in range(25, 75):
        sheet = document("公示", [Text("一行") for _ in range(before)] + [Text(verdict, bold=True)], now=NOW)
        found = [page for page in ("".join(each.split()) for each in read(sheet).split("\f")) if "经统计" in page]
        assert len(found) == 1
        assert "表决通过。" in found[0], before


def test_a_document_that_is_composed_and_thrown_away_keeps_nothing() -> None:
    """A notice is composed in size after size until it fits: the font is not read for each, nor kept by each."""
    Paper("x", now=NOW)
    tracemalloc.start()
    try:
        for _ in range(5):
            Paper("x", now=NOW)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 2_000_000


def test_a_font_that_cannot_be_shared_is_read_for_each_document(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = slips_pdf([slip()], title="x", now=NOW)
    monkeypatch.setattr(faces, "_read", lambda font: None)
    assert slips_pdf([slip()], title="x", now=NOW) == shared


CLAUSE = "第十六条：无法当面送达的，由两名工作人员在单元门口张贴公告，张贴满七日视为送达，并拍照存证。"
END = Ending(
    "https://council.example/v/1", ["本告示是存证记录第 9 条"], "盖章处", ["花园小区业主委员会", "2026年4月2日"]
)


def long_notice(clauses: int) -> list[Text | Table | Ending]:
    said = "\n".join(["业主大会议事规则", *(f"（{number}）{CLAUSE}" for number in range(1, clauses + 1))])
    return [
        *(Text(CLAUSE) for _ in range(4)),
        Table([["规约约定", said]], widths=(18, 82), bold_first=True),
        Text("对结果有异议的，请在公示期内书面提出。" * 2),
        END,
    ]


@pytest.mark.parametrize(("clauses", "most"), [(4, 1), (16, 1), (30, 2), (60, 3)])
def test_a_notice_with_long_bylaws_takes_as_few_pages_as_it_can(clauses: int, most: int) -> None:
    assert pages(document("结果公示", long_notice(clauses), now=NOW)) <= most


@pytest.mark.parametrize("clauses", [30, 60])
def test_no_clause_is_cut_between_pages_and_no_seal_stands_alone(clauses: int) -> None:
    sheets = ["".join(each.split()) for each in read(document("结果公示", long_notice(clauses), now=NOW)).split("\f")]
    sheets = [each for each in sheets if each]
    for number in range(1, clauses + 1):
        assert sum(f"（{number}）第十六条" in each for each in sheets) == 1, number
    assert len(sheets) > 1
    for number, each in enumerate(sheets):
        assert each.count("第十六条") == each.count("并拍照存证。"), number
    assert "书面提出。" in sheets[-1]

"""The committee's files: right figures, opened by independent readers, never run by a spreadsheet."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from council.audit import queries as audit
from council.exports import service
from council.exports.model import Format, What
from council.kernel.errors import NotFound, Refused
from council.pathways.model import Kind
from council.proposals import filing
from council.proposals.model import ProposalDraft
from council.registry.rollfile.reading import read_roll
from council.storage.database import AnyEngine
from council.web.catalogues import LOCALES, Catalogue, load
from council.web.i18n import Words
from tests.people import NOW, Garden, garden

KIND = re.compile(r"[a-z]+\.[a-z_]+")
CODES = Words(Catalogue("en", strict=False))
"""Of every word its code."""


async def _file(people: Garden, title: str = "给2号楼北侧加一盏路灯") -> int:
    draft = ProposalDraft(
        key="K" * 20 + str(len(title)),
        kind=Kind.FUND_USE,
        answers={},
        title=title,
        body="晚上看不清台阶。",
        scope=people.building_scope,
        cost_fen=123456,
        unit_id=people.units["1-1-101"],
    )
    return await filing.file_proposal(actor=people.alice, draft=draft, now=NOW)


async def test_proposals_open_in_a_spreadsheet_with_exact_money(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await _file(people)
    made = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.XLSX, words=CODES, now=NOW)
    sheet = load_workbook(io.BytesIO(made.data)).active
    assert sheet is not None
    head, row = list(sheet.iter_rows(values_only=True))
    found = dict(zip(head, row, strict=True))
    assert found["column.proposal"] == proposal_id
    assert found["column.title"] == "给2号楼北侧加一盏路灯"
    assert found["column.cost"] == 1234.56
    assert found["column.endorsing_households"] == 1
    assert made.name == "garden-proposals-2026-03-02.xlsx"


async def test_csv_has_a_bom_and_json_has_integers(db: AnyEngine) -> None:
    people = await garden()
    await _file(people)
    made = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.CSV, words=CODES, now=NOW)
    assert made.data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in made.data
    rows = list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))
    assert rows[0]["column.cost"] == "1234.56"
    plain = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.JSON, words=CODES, now=NOW)
    assert json.loads(plain.data)["rows"][0]["cost_fen"] == 123456


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://x")大家看', "+1+1 加一盏灯吧", "@SUM(A1) 换门禁", "-2+3 修台阶吧"]
)
async def test_no_title_is_run_by_a_spreadsheet(db: AnyEngine, title: str) -> None:
    people = await garden()
    await _file(people, title)
    made = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.CSV, words=CODES, now=NOW)
    cell = list(csv.reader(io.StringIO(made.data.decode("utf-8-sig"))))[1][1]
    assert cell[0] not in "=+-@\t"
    book = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.XLSX, words=CODES, now=NOW)
    sheet = load_workbook(io.BytesIO(book.data)).active
    assert sheet is not None
    assert sheet["B2"].data_type == "s"
    with zipfile.ZipFile(io.BytesIO(book.data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


async def test_the_register_can_be_read_back_by_the_import(db: AnyEngine) -> None:
    people = await garden()
    titles = {
        "column.building": "栋编号",
        "column.entrance": "单元",
        "column.room": "房号",
        "column.area": "专有部分面积",
        "column.use": "房屋用途",
        "column.unit_status": "房屋状态",
        "column.owners": "业主姓名",
        "column.identity_numbers": "业主证件号",
        "column.telephones": "业主电话",
    }
    uses = {"use.dwelling": "住宅", "use.shop": "商铺", "status.occupied": "自住"}
    chinese = Words(Catalogue("zh_CN", strict=False, singular={**titles, **uses}))
    made = await service.export(actor=people.dana, what=What.ROLL, form=Format.XLSX, words=chinese, now=NOW)
    roll = read_roll(made.name, made.data)
    assert not roll.errors
    assert {row.code: row.area_dm2 for row in roll.rows}["1-1-101"] == 7000
    assert len(roll.rows) == 25


async def test_participation_says_nothing_while_a_vote_is_open_and_knows_no_choice(db: AnyEngine) -> None:
    people = await garden()
    made = await service.export(actor=people.erin, what=What.PARTICIPATION, form=Format.JSON, words=CODES, now=NOW)
    assert json.loads(made.data)["rows"] == []
    with pytest.raises(NotFound):
        await service.export(
            actor=people.erin, what=What.PARTICIPATION, form=Format.CSV, words=CODES, now=NOW, motion_id=77
        )


async def test_every_export_is_recorded(db: AnyEngine) -> None:
    people = await garden()
    await service.export(actor=people.gina, what=What.PROJECTS, form=Format.CSV, words=CODES, now=NOW)
    later = NOW + timedelta(minutes=1)
    made = await service.export(actor=people.gina, what=What.AUDIT_LOG, form=Format.JSON, words=CODES, now=later)
    assert [row["kind_of_record"] for row in json.loads(made.data)["rows"]] == ["export.made"]
    assert (await audit.latest(people.community_id, limit=1))[0].data["what"] == "audit-log"


@pytest.mark.parametrize("who", ["alice", "ken", "frank"])
async def test_residents_and_grid_workers_take_nothing_out(db: AnyEngine, who: str) -> None:
    people = await garden()
    with pytest.raises(Refused, match=r"export\.office_only"):
        await service.export(actor=people.actors[who], what=What.PROPOSALS, form=Format.CSV, words=CODES, now=NOW)


async def test_the_committee_does_not_take_the_register(db: AnyEngine) -> None:
    people = await garden()
    with pytest.raises(Refused, match=r"export\.roll_secretary"):
        await service.export(actor=people.erin, what=What.ROLL, form=Format.CSV, words=CODES, now=NOW)


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("locale", LOCALES)
async def test_sheets_speak_in_words_and_json_in_codes(db: AnyEngine, locale: str) -> None:
    people = await garden()
    await _file(people)
    words = Words(load(ROOT / "locales", locale, strict=True))
    asked = {"actor": people.gina, "words": words, "now": NOW}
    sheet = await service.export(**asked, what=What.PROPOSALS, form=Format.CSV)
    (row,) = csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig")))
    assert row[words.label("column", "scope")] == ("1号楼" if locale == "zh_CN" else "Building 1")
    plain = await service.export(**asked, what=What.PROPOSALS, form=Format.JSON)
    assert json.loads(plain.data)["rows"][0]["scope"] == "1"
    log = await service.export(**asked, what=What.AUDIT_LOG, form=Format.CSV)
    kinds = [
        each[words.label("column", "kind_of_record")]
        for each in csv.DictReader(io.StringIO(log.data.decode("utf-8-sig")))
    ]
    assert kinds[0] == words.label("record", "proposal.filed")
    assert not [each for each in kinds if "." in each]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_record_has_words(locale: str) -> None:
    catalogue = load(ROOT / "locales", locale, strict=True)
    found = set()
    for path in (ROOT / "council").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "_record"}:
                found |= {
                    part.value
                    for argument in node.args[:3]
                    for part in ast.walk(argument)
                    if isinstance(part, ast.Constant) and KIND.fullmatch(str(part.value))
                }
    assert len(found) > 100
    assert sorted(each for each in found if not catalogue.has(f"record.{each}")) == []

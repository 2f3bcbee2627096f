"""The committee's files: right figures, opened by independent readers, never run by a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

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
from tests.people import NOW, Garden, garden


def label(kind: str, value: object) -> str:
    return f"{kind}.{value}"


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
    made = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.XLSX, label=label, now=NOW)
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
    made = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.CSV, label=label, now=NOW)
    assert made.data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in made.data
    rows = list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))
    assert rows[0]["column.cost"] == "1234.56"
    plain = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.JSON, label=label, now=NOW)
    assert json.loads(plain.data)["rows"][0]["cost_fen"] == 123456


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://x")大家看', "+1+1 加一盏灯吧", "@SUM(A1) 换门禁", "-2+3 修台阶吧"]
)
async def test_no_title_is_run_by_a_spreadsheet(db: AnyEngine, title: str) -> None:
    people = await garden()
    await _file(people, title)
    made = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.CSV, label=label, now=NOW)
    cell = list(csv.reader(io.StringIO(made.data.decode("utf-8-sig"))))[1][1]
    assert cell[0] not in "=+-@\t"
    book = await service.export(actor=people.erin, what=What.PROPOSALS, form=Format.XLSX, label=label, now=NOW)
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
    words = {"use.dwelling": "住宅", "use.shop": "商铺", "status.occupied": "自住"}

    def chinese(kind: str, value: object) -> str:
        name = f"{kind}.{value}"
        return titles.get(name) or words.get(name) or name

    made = await service.export(actor=people.dana, what=What.ROLL, form=Format.XLSX, label=chinese, now=NOW)
    roll = read_roll(made.name, made.data)
    assert not roll.errors
    assert {row.code: row.area_dm2 for row in roll.rows}["1-1-101"] == 7000
    assert len(roll.rows) == 25


async def test_participation_says_nothing_while_a_vote_is_open_and_knows_no_choice(db: AnyEngine) -> None:
    people = await garden()
    made = await service.export(actor=people.erin, what=What.PARTICIPATION, form=Format.JSON, label=label, now=NOW)
    assert json.loads(made.data)["rows"] == []
    with pytest.raises(NotFound):
        await service.export(
            actor=people.erin, what=What.PARTICIPATION, form=Format.CSV, label=label, now=NOW, motion_id=77
        )


async def test_every_export_is_recorded(db: AnyEngine) -> None:
    people = await garden()
    await service.export(actor=people.gina, what=What.PROJECTS, form=Format.CSV, label=label, now=NOW)
    later = NOW + timedelta(minutes=1)
    made = await service.export(actor=people.gina, what=What.AUDIT_LOG, form=Format.JSON, label=label, now=later)
    assert [row["kind_of_record"] for row in json.loads(made.data)["rows"]] == ["export.made"]
    assert (await audit.latest(people.community_id, limit=1))[0].data["what"] == "audit-log"


@pytest.mark.parametrize("who", ["alice", "ken", "frank"])
async def test_residents_and_grid_workers_take_nothing_out(db: AnyEngine, who: str) -> None:
    people = await garden()
    with pytest.raises(Refused, match=r"export\.office_only"):
        await service.export(actor=people.actors[who], what=What.PROPOSALS, form=Format.CSV, label=label, now=NOW)


async def test_the_committee_does_not_take_the_register(db: AnyEngine) -> None:
    people = await garden()
    with pytest.raises(Refused, match=r"export\.roll_secretary"):
        await service.export(actor=people.erin, what=What.ROLL, form=Format.CSV, label=label, now=NOW)

"""What page, notice, workbook and bundle say of the vote of 432 homes, compared with a count on one's fingers."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import openpyxl
import pytest

from council.cli.audit import run
from council.kernel.area import format_area
from council.voting.model import Choice
from tests import pdf
from tests.voting.four_hundred import World
from tests.voting.test_two_thousand_bundles import second

Figures = dict[str, tuple[int, int]]
"""Persons and dm² of each choice, and of all who take part."""
Get = Callable[[str], Awaitable[bytes]]
"""What stands at an address of the house, as one of its people gets it."""

RULES = {"not_participating": "rejected", "follow_majority": "passed", "abstain": "rejected"}
"""What comes out: silence that joins the majority carries this matter over three quarters."""


def by_hand(world: World, silence: str) -> Figures:
    """Persons and dm² of each choice and of all who take part, from what every home did."""
    figures = {choice.value: [0, 0] for choice in Choice}
    for number, choice in world.chosen.items():
        figures[choice.value][0] += 1
        figures[choice.value][1] += world.area[number]
    if silence != "not_participating":
        joined = "abstain" if silence == "abstain" else "agree"
        for number in world.silent:
            figures[joined][0] += 1
            figures[joined][1] += world.area[number]
    found = {name: (persons, area) for name, (persons, area) in figures.items()}
    return found | {
        "participants": (sum(each[0] for each in figures.values()), sum(each[1] for each in figures.values()))
    }


def outcome_of(world: World, figures: Figures) -> str:
    """Two thirds of all take part and three quarters of those agree, in persons and in area (Civil Code art. 278)."""
    whole = (len(world.area), sum(world.area.values()))
    quorum = all(3 * figures["participants"][at] >= 2 * whole[at] for at in (0, 1))
    agreed = all(4 * figures["agree"][at] >= 3 * figures["participants"][at] for at in (0, 1))
    return "passed" if quorum and agreed else "rejected"


async def every_paper_says(
    world: World,
    wanted: Figures,
    outcome: str,
    *,
    public: Get,
    officer: Get,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Asserts it of each; `public` is anybody without an account, `officer` one who counted."""
    here = f"/c/garden/motions/{world.motion.id}"
    on_the_page((await public(here)).decode(), wanted)
    await on_the_notice(public, here, wanted)
    in_the_workbook(await officer("/c/garden/committee/motions.xlsx"), wanted, outcome)
    in_the_bundle(await officer(f"{here}/bundle.json"), wanted, tmp_path, capsys)
    part = io.BytesIO(await officer("/c/garden/committee/participation.xlsx"))
    rows = list(openpyxl.load_workbook(part).active.iter_rows(values_only=True))
    assert sum("是" in [str(cell) for cell in row] for row in rows) == len(world.chosen)


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page).replace("\xa0", " ").replace(",", "")


def on_the_page(page: str, wanted: Figures) -> None:
    """The table below the bars, row by row."""
    table = page.partition('id="tab"')[2].partition("</table>")[0]
    names = {"agree": "同意", "oppose": "反对", "abstain": "弃权", "participants": "参与合计"}
    rows = {row.split()[0]: row.split()[1:3] for row in map(plain, table.split("<tr>")[2:]) if row.split()}
    for name, (persons, area) in wanted.items():
        key = next(each for each in rows if each.startswith(names[name][:2]))
        assert rows[key] == [str(persons), format_area(area).replace(",", "")], (name, rows)


async def on_the_notice(public: Get, here: str, wanted: Figures) -> None:
    """The sheet that is posted, as a PDF, and the text for chats."""
    shown = pdf.read(await public(f"{here}/notice?format=pdf"))
    text = (await public(f"{here}/notice?format=text")).decode()
    for paper in (plain(shown), plain(text)):
        for persons, area in wanted.values():
            assert re.search(rf"\b{persons}\b", paper), persons
            assert format_area(area).replace(",", "") in paper


def in_the_workbook(data: bytes, wanted: Figures, outcome: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    rows = [row for row in sheet.iter_rows(values_only=True) if "1号楼2单元加装电梯" in row]
    (row,) = rows
    numbers = [round(cell * 100) for cell in row if isinstance(cell, int | float) and not isinstance(cell, bool)]
    for persons, area in wanted.values():
        assert {100 * persons, area} <= set(numbers), (persons, area)
    assert {"passed": "通过", "rejected": "没有通过"}[outcome] in row


def in_the_bundle(data: bytes, wanted: Figures, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "decision.json"
    path.write_bytes(data)
    assert run(str(path)) == 0
    recounted = json.loads(capsys.readouterr().out)
    assert recounted["matches"]
    for found in (recounted, second(json.loads(data))):
        counted = found["tally"]["counted"]
        assert {name: (counted[name]["persons"], counted[name]["area_dm2"]) for name in wanted} == wanted

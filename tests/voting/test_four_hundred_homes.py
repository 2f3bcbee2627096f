"""432 homes, every way of voting at once, under each rule about silence: page, notice, workbook and bundle say what a
count on one's fingers says."""

from __future__ import annotations

import asyncio
import io
import json
import re
from pathlib import Path

import httpx
import openpyxl
import pytest

from council.cli.audit import run
from council.files import store
from council.kernel.area import format_area
from council.kernel.errors import Refused
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import counting
from council.voting.model import Choice
from council.voting.paper import Mark
from council.voting.paper_keying import decide_paper
from tests.voting.four_hundred import HOMES, World, announced, read, reload, voted
from tests.voting.motions import AFTER, certified
from tests.voting.papers import mark
from tests.voting.test_two_thousand_bundles import second

RULES = {"not_participating": "rejected", "follow_majority": "passed", "abstain": "rejected"}
"""What comes out: silence that joins the majority carries this matter over three quarters."""


def by_hand(world: World, silence: str) -> dict[str, tuple[int, int]]:
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


def outcome_of(world: World, figures: dict[str, tuple[int, int]]) -> str:
    """Two thirds of all take part and three quarters of those agree, in persons and in area (Civil Code art. 278)."""
    whole = (len(world.area), sum(world.area.values()))
    quorum = all(3 * figures["participants"][at] >= 2 * whole[at] for at in (0, 1))
    agreed = all(4 * figures["agree"][at] >= 3 * figures["participants"][at] for at in (0, 1))
    return "passed" if quorum and agreed else "rejected"


@pytest.mark.parametrize("silence", RULES)
async def test_every_paper_says_the_same(
    db: AnyEngine,
    enter,
    clock,
    client: httpx.AsyncClient,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    silence: str,
) -> None:
    store.use(tmp_path / "files")
    world = await announced(unreturned_major=silence)
    people = world.people
    await voted(world)
    assert sorted(world.refused) == sorted(["ballot.already_cast", *["late"] * 7])
    await read(world)
    motion = await reload(world)
    with pytest.raises(Refused, match=r"motion\.papers_undecided"):
        await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    await _decided(world)
    motion = await certified(people, motion)
    wanted = by_hand(world, silence)
    assert len(world.area) == motion.roll_persons == HOMES
    assert outcome_of(world, wanted) == RULES[silence]

    counted = await counting.count(motion, AFTER)
    sums = counted.tally.counted
    told = {name: (getattr(sums, name).persons, getattr(sums, name).area_dm2) for name in wanted}
    assert told == wanted
    assert counted.verdict.outcome == RULES[silence]
    assert counted.tally.deemed.participants.persons == (0 if silence == "not_participating" else len(world.silent))

    clock(AFTER)
    _on_the_page((await client.get(f"/c/garden/motions/{motion.id}")).text, wanted)
    await _on_the_notice(client, motion.id, wanted, tmp_path)
    erin = await enter(people.erin)
    _in_the_workbook((await erin.get("/c/garden/committee/motions.xlsx")).content, wanted, RULES[silence])
    _in_the_bundle((await erin.get(f"/c/garden/motions/{motion.id}/bundle.json")).content, wanted, tmp_path, capsys)
    part = (await erin.get("/c/garden/committee/participation.xlsx")).content
    rows = list(openpyxl.load_workbook(io.BytesIO(part)).active.iter_rows(values_only=True))
    assert sum("是" in [str(cell) for cell in row] for row in rows) == len(world.chosen)


async def _decided(world: World) -> None:
    """The one paper that the counters read differently, by the scrutineer."""
    (row,) = await fetch(
        "SELECT k.return_id FROM paper_keying k JOIN paper_return r ON r.id = k.return_id"
        " WHERE r.ballot_id IS NULL AND r.state = 'sealed' GROUP BY k.return_id HAVING COUNT(*) = 2"
    )
    typed = next(what for paper, what in world.returned if paper.id == row["return_id"])
    decided: Mark = mark(typed)
    await decide_paper(
        actor=world.people.ken,
        motion_id=world.motion.id,
        return_id=row["return_id"],
        mark=decided,
        words="勾在第一格里，另一处是笔划带过",
        now=AFTER,
    )


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page).replace("\xa0", " ").replace(",", "")


def _on_the_page(page: str, wanted: dict[str, tuple[int, int]]) -> None:
    """The table below the bars, row by row."""
    table = page.partition('id="tab"')[2].partition("</table>")[0]
    names = {"agree": "同意", "oppose": "反对", "abstain": "弃权", "participants": "参与合计"}
    rows = {row.split()[0]: row.split()[1:3] for row in map(plain, table.split("<tr>")[2:]) if row.split()}
    for name, (persons, area) in wanted.items():
        key = next(each for each in rows if each.startswith(names[name][:2]))
        assert rows[key] == [str(persons), format_area(area).replace(",", "")], (name, rows)


async def _on_the_notice(
    client: httpx.AsyncClient, motion_id: int, wanted: dict[str, tuple[int, int]], tmp_path: Path
) -> None:
    """The sheet that is posted, as a PDF, and the text for chats."""
    pdf = tmp_path / "notice.pdf"
    pdf.write_bytes((await client.get(f"/c/garden/motions/{motion_id}/notice?format=pdf")).content)
    read_ = await asyncio.create_subprocess_exec("pdftotext", "-layout", str(pdf), "-", stdout=asyncio.subprocess.PIPE)
    shown = (await read_.communicate())[0].decode()
    text = (await client.get(f"/c/garden/motions/{motion_id}/notice?format=text")).text
    for paper in (plain(shown), plain(text)):
        for persons, area in wanted.values():
            assert re.search(rf"\b{persons}\b", paper), persons
            assert format_area(area).replace(",", "") in paper


def _in_the_workbook(data: bytes, wanted: dict[str, tuple[int, int]], outcome: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    rows = [row for row in sheet.iter_rows(values_only=True) if "1号楼2单元加装电梯" in row]
    (row,) = rows
    numbers = [round(cell * 100) for cell in row if isinstance(cell, int | float) and not isinstance(cell, bool)]
    for persons, area in wanted.values():
        assert {100 * persons, area} <= set(numbers), (persons, area)
    assert {"passed": "通过", "rejected": "没有通过"}[outcome] in row


def _in_the_bundle(
    data: bytes, wanted: dict[str, tuple[int, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "decision.json"
    path.write_bytes(data)
    assert run(str(path)) == 0
    recounted = json.loads(capsys.readouterr().out)
    assert recounted["matches"]
    for found in (recounted, second(json.loads(data))):
        counted = found["tally"]["counted"]
        assert {name: (counted[name]["persons"], counted[name]["area_dm2"]) for name in wanted} == wanted

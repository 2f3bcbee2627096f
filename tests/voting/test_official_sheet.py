"""The posted official result of an election: page, PDF, text and export name the elected, and measure no wish."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from council.files import store
from council.storage.database import AnyEngine
from council.voting import official_results
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.official import Placed
from tests import pdf
from tests.people import Garden, garden
from tests.voting.elections import election, voted
from tests.voting.motions import AFTER, certified
from tests.voting.official import drafted

NINE = {f"v{number}": (1, 2, 3) for number in range(1, 10)}
"""The wishes: 陈芳, 李国强, 王秀英. The document names others."""
TOLD = (Placed(5, 10, 90000), Placed(4, 9, 80050), Placed(1, 8, 70000), Placed(3, 7, 60000))
NAMED = tuple(Placed(each.number) for each in TOLD)


async def posted(
    people: Garden, motion: Motion, elected: tuple[Placed, ...], outcome: Outcome = Outcome.PASSED, at: datetime = AFTER
) -> None:
    draft = await drafted(people, motion, at, outcome=outcome)
    draft = replace(draft, figures=None, elected=elected)
    official_id = await official_results.record(actor=people.dana, motion_id=motion.id, draft=draft, now=at)
    await official_results.confirm(actor=people.erin, official_id=official_id, now=at)


async def asked(tmp_path: Path) -> tuple[Garden, Motion]:
    store.use(tmp_path)
    people = await garden(online_counts=False)
    motion = await voted(people, await election(people), NINE)
    return people, motion


async def sheets(reader, motion: Motion) -> dict[str, str]:
    """What page, text and PDF say, without blanks."""
    here = f"/c/garden/motions/{motion.id}/notice"
    page = (await reader.get(here)).text
    told = {
        "page": re.sub(r"<[^>]+>", " ", page[page.index('<article class="a4">') : page.index("</article>")]),
        "text": (await reader.get(f"{here}?format=text")).text,
        "pdf": pdf.read((await reader.get(f"{here}?format=pdf")).content),
    }
    return {name: "".join(text.split()) for name, text in told.items()}


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("is_signed", [True, False])
async def test_the_elected_stand_before_the_wishes(
    db: AnyEngine, enter, clock, tmp_path: Path, is_told: bool, is_signed: bool
) -> None:
    people, motion = await asked(tmp_path)
    if is_signed:
        await certified(people, motion)
    await posted(people, motion, TOLD if is_told else NAMED)
    clock(AFTER)
    for name, said in (await sheets(await enter(people.grace), motion)).items():
        official, wishes = said.index("正式表决"), said.index("意愿征询（不作为法定表决）")
        decided = said[said.index("正式表决", said.index("表决规则")) : wishes]
        assert official < wishes, name
        assert [decided.index(f"{number}号") for number in (5, 4, 1, 3)] == sorted(
            decided.index(f"{number}号") for number in (5, 4, 1, 3)
        ), name
        assert decided.count("当选") == 3, name
        assert decided.count("候补") == 1, name
        assert ("800.50" in decided, "要求" in decided) == (is_told, False), name
        assert "按正式表决结果，周建国、赵敏、陈芳共3人当选（应选3人）。候补：王秀英。" in said, name
        asked_only = said[wishes:]
        assert "李国强" in asked_only, name
        for measured in ("与门槛比较", "每人至少要", "过半", "达到"):
            assert measured not in said[wishes : said.index("本次网上投票为意愿征询", wishes)], name


async def test_an_empty_seat_and_nobody_at_all(db: AnyEngine, enter, clock, tmp_path: Path) -> None:
    people, motion = await asked(tmp_path)
    await posted(people, motion, TOLD[:2])
    clock(AFTER)
    for name, said in (await sheets(await enter(people.grace), motion)).items():
        assert "按正式表决结果，周建国、赵敏共2人当选（应选3人）。空缺1人，另行补选。" in said, name
        assert "候补" not in said, name


async def test_one_that_did_not_pass_elects_nobody(db: AnyEngine, enter, clock, tmp_path: Path) -> None:
    people, motion = await asked(tmp_path)
    await posted(people, motion, (), Outcome.REJECTED)
    clock(AFTER)
    for name, said in (await sheets(await enter(people.grace), motion)).items():
        assert "正式表决没有通过" in said, name
        assert not re.search("当选|候补|过半|与门槛比较", said[said.index("意愿征询（不作为法定表决）") :]), name


async def rows(people: Garden, enter) -> dict[str, dict[str, str]]:
    erin = await enter(people.erin)
    read = csv.DictReader(io.StringIO((await erin.get("/c/garden/committee/candidates.csv")).text.lstrip("\ufeff")))
    return {each["候选人"]: each for each in read}


@pytest.mark.parametrize("is_signed", [True, False])
async def test_the_export_has_the_document_beside_the_wishes(
    db: AnyEngine, enter, clock, tmp_path: Path, is_signed: bool
) -> None:
    """Also where nobody signed the count of the wishes: the official result is there, so they stand in the list."""
    people, motion = await asked(tmp_path)
    if is_signed:
        await certified(people, motion)
    clock(AFTER)
    before = await rows(people, enter)
    assert {each["正式结果"] for each in before.values()} == ({""} if is_signed else set())
    await posted(people, motion, TOLD)
    after = await rows(people, enter)
    assert {
        name: (each["正式结果"], each["正式结果人数"], each["正式结果面积（㎡）"]) for name, each in after.items()
    } == {
        "周建国": ("当选", "10", "900.00"),
        "赵敏": ("当选", "9", "800.50"),
        "陈芳": ("当选", "8", "700.00"),
        "王秀英": ("候补", "7", "600.00"),
        "李国强": ("", "", ""),
    }
    assert {name: each["结果"] for name, each in after.items()}["李国强"] == ("过半" if is_signed else "")

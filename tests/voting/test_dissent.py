"""Where a province lets the fund be used unless a third objects, and the bylaws say so: page, notice, bundle."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from council.bylaws import profiles
from council.bylaws.model import Limit
from council.cli.audit import run
from council.kernel.actor import Actor
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.voting import queries
from council.voting.motion import Motion
from tests.people import Garden, garden
from tests.voting.crowd import crowd
from tests.voting.four_hundred_told import plain
from tests.voting.motions import AFTER, DURING, cast, certified, opened, setting
from tests.voting.test_two_thousand_bundles import second

RULE = Limit(
    "dissent", "某省物业管理条例第四十条", "A province's rule, art. 40", is_to_confirm=False, allows=("no", "yes")
)
A_THIRD = 7
"""Of the 21 owners of entrance 2; the homes of the crowd are small, so that it is less in area."""


@dataclass
class Vote:
    people: Garden
    motion: Motion
    owners: list[Actor]

    async def oppose(self, many: int) -> None:
        for owner in self.owners[:many]:
            await cast(owner, self.motion, "oppose")
        await certified(self.people, self.motion)


@pytest.fixture
async def vote(db: AnyEngine, monkeypatch: pytest.MonkeyPatch) -> Vote:
    nation = profiles.load(profiles.NATIONAL)
    province = replace(nation, limits={**nation.limits, "dissent": RULE})
    monkeypatch.setattr(profiles, "load", lambda _: province)
    people = await garden()
    await setting(people, "dissent", "yes")
    owners = await crowd(people, 9)
    scope = Scope(ScopeKind.ENTRANCE, "1-2", people.building_id, people.entrances["2"])
    return Vote(people, await opened(people, kind=Kind.FUND_USE, scope=scope, title="屋面防水动用维修资金"), owners)


def words(page: httpx.Response) -> str:
    return "".join(plain(page.text.partition("<main")[2].partition("</main>")[0]).split())


async def test_no_turnout_is_asked_for_and_the_sources_are_quoted(vote: Vote, client: httpx.AsyncClient, clock) -> None:
    clock(DURING)
    here = f"/c/garden/motions/{vote.motion.id}"
    page = words(await client.get(here))
    assert "这次没有参与门槛：只看反对的有多少" in page
    assert "达到参与门槛" not in page
    notice = (await client.get(f"{here}/notice?format=text")).text
    for text in (page, notice):
        assert "反对的业主人数和面积都不能超过全体的三分之一" in text
        assert "业主大会议事规则第13条" in text
        assert RULE.zh in text


@pytest.mark.parametrize(("opposing", "outcome"), [(A_THIRD, "passed"), (A_THIRD + 1, "rejected")])
async def test_a_third_exactly_does_not_stop_it(
    vote: Vote, client: httpx.AsyncClient, clock, enter, tmp_path: Path, capsys, opposing: int, outcome: str
) -> None:
    await vote.oppose(opposing)
    clock(AFTER)
    here = f"/c/garden/motions/{vote.motion.id}"
    page = words(await client.get(here))
    assert f"21人中{opposing}人参与，{opposing}人反对" in page
    notice = (await client.get(f"{here}/notice?format=text")).text
    assert "要求 至多 7 人" in notice
    passed = f"均未超过全体的三分之一，按业主大会议事规则第13条（依据{RULE.zh}），表决通过"
    assert (passed in notice) == (outcome == "passed")
    assert "参与表决及同意的业主人数" not in notice, "that is the sentence of art. 278, which is not the rule here"
    assert ("反对的业主人数超出 1 人" in notice) == (outcome == "rejected")

    erin = await enter(vote.people.erin)
    path = tmp_path / "decision.json"
    path.write_bytes((await erin.get(f"{here}/bundle.json")).content)
    assert run(str(path)) == 0
    recounted = json.loads(capsys.readouterr().out)
    assert recounted["matches"]
    assert recounted["verdict"]["outcome"] == second(json.loads(path.read_text()))["verdict"]["outcome"] == outcome
    kept = await queries.motion(vote.people.community_id, vote.motion.id)
    assert kept.certified_at == AFTER

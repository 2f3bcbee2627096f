"""Where the bylaws show: in a new matter's days, on a vote's page and on its notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.bylaws import profiles
from council.bylaws.model import Value
from council.bylaws.resolving import resolve
from council.pathways.bylaws_days import with_bylaws_days
from council.pathways.model import Days, Kind
from council.pathways.presets import load
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from tests.bylaws.drafts import confirmed, said
from tests.bylaws.test_resolving import version
from tests.people import NOW, Garden, garden, sign_in
from tests.progress import life
from tests.registry.desk import words
from tests.voting.motions import DURING, opened

At = Callable[[datetime], None]


@pytest.fixture
async def people(db: AnyEngine, app: Litestar, at: At) -> Garden:
    at(NOW)
    return await garden(online_counts=False)


def days(kind: Kind, **values: Value) -> Days:
    return with_bylaws_days(load(kind), resolve(profiles.load("national"), version(**values))).days


def test_days_of_a_new_matter() -> None:
    shipped = load(Kind.ELEVATOR).days
    assert days(Kind.ELEVATOR) == shipped
    assert days(Kind.ELEVATOR, notice_days=20, result_days=10) == replace(shipped, notice=20, result=10)
    assert days(Kind.ELEVATOR, notice_days=10) == shipped  # the law's fifteen
    assert days(Kind.RESIDENT_MATTER, notice_days=20) == load(Kind.RESIDENT_MATTER).days
    assert days(Kind.OPINION_POLL, result_days=9) == load(Kind.OPINION_POLL).days
    preset = with_bylaws_days(
        load(Kind.ELEVATOR), resolve(profiles.load("national"), version(change="once", result_days=20))
    )
    assert preset.sources.result is not None
    assert preset.sources.result.zh == "议事规则：第2条（第 2 页）"


async def test_a_matter_under_way_keeps_its_days(people: Garden) -> None:
    before = await life.file(people, people.alice, title="1号楼1单元加装电梯之一")
    await confirmed(people, *said(notice_days=20, result_days=21))
    after = await life.file(people, people.alice, title="1号楼1单元加装电梯之二")
    found = [
        (each.preset.days.notice, each.preset.days.result)
        for each in [await proposals.proposal(people.community_id, one) for one in (before, after)]
    ]
    assert found == [(15, 15), (20, 21)]


async def test_page_notice_and_ballot_quote_the_clause(people: Garden, client: httpx.AsyncClient, at: At) -> None:
    plain = await opened(people, title="1号楼1单元加装电梯之一")
    await confirmed(people, *said(online_counts="yes", unreturned_major="abstain", change="once", extension_days=15))
    motion = await opened(people, title="1号楼1单元加装电梯之二")
    for address in (f"/c/garden/motions/{motion.id}", f"/c/garden/motions/{motion.id}/notice"):
        text = words(await client.get(address))
        assert "投票后能不能改：网上的票可以改一次（第5条 原文如此 第 5 页）" in text
        assert "投票时间最多延长：15 天（第6条 原文如此 第 6 页）" in text
        assert "送达了而没有投的票：算弃权（第4条 原文如此 第 4 页）" in text
    await sign_in(client, people.grace)
    at(DURING)
    ballot = words(await client.get(f"/c/garden/motions/{motion.id}/ballot"))
    assert "送达了而没有投的票：算弃权（第4条 原文如此 第 4 页）" in ballot
    english = await client.get(f"/c/garden/motions/{motion.id}/notice", headers={"Accept-Language": "en"})
    assert "Changing a cast vote: an online vote may be changed once (第5条 原文如此, page 5)" in words(english)
    assert "议事规则" not in words(await client.get(f"/c/garden/motions/{plain.id}/notice"))

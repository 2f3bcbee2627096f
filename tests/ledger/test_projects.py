"""Projects: opened once, public in totals, stepped through in order."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.exports import service as exports
from council.exports.model import Format, What
from council.kernel.clock import Clock
from council.kernel.errors import Refused
from council.ledger import queries, service
from council.ledger.model import BudgetLine, MilestoneCode, milestones_of
from council.pathways.model import Kind
from council.pathways.presets import load, to_json
from council.progress import service as progress
from council.progress.desk import JobKind
from council.progress.desk_jobs import jobs
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.web.catalogues import Catalogue
from council.web.i18n import Words
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden, sign_in
from tests.progress import life
from tests.voting.changing import called_off
from tests.voting.court import said_by_court
from tests.voting.motions import opened

CODES = Words(Catalogue("en", strict=False))
"""Of every word its code."""


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


@pytest.fixture
def now(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(Clock, "now", lambda self: life.STARTABLE)
    return life.STARTABLE


async def started(people: Garden) -> int:
    proposal_id, _ = await life.certified(people)
    project_id = await progress.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)
    assert project_id is not None
    return project_id


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text.replace("\xa0", " ")))


def test_a_bench_needs_no_permit() -> None:
    assert milestones_of(Kind.ELEVATOR) == tuple(MilestoneCode)
    assert milestones_of(Kind.RESIDENT_MATTER) == (
        MilestoneCode.START,
        MilestoneCode.COMPLETION,
        MilestoneCode.ACCEPTANCE,
    )


async def test_a_project_opens_once_with_its_lines(people: Garden) -> None:
    proposal_id, motion_id = await life.certified(people)

    async def open_project() -> int:
        return await service.open_project(
            actor=people.dana,
            proposal_id=proposal_id,
            motion_id=motion_id,
            title="1号楼1单元加装电梯",
            scope_code="1-1",
            budget_fen=62_846_000,
            lines=[BudgetLine("市、区补贴", 24_000_000), BudgetLine("住户出资", 38_846_000)],
            now=life.STARTABLE,
        )

    first = await open_project()
    assert await open_project() == first
    lines = await queries.budget_lines(people.community_id, first)
    assert sum(line.amount_fen for line in lines) == 62_846_000
    assert len(await queries.milestones(people.community_id, first)) == len(MilestoneCode)


async def test_anybody_reads_totals_and_no_names(people: Garden, client: httpx.AsyncClient, now: datetime) -> None:
    assert "还没有项目" in (await client.get("/c/garden/projects")).text
    project_id = await started(people)
    listed = words(await client.get("/c/garden/projects"))
    assert "1号楼1单元加装电梯" in listed
    assert "￥628,460.00" in listed
    page = await client.get(f"/c/garden/projects/{project_id}")
    assert page.status_code == 200
    assert "正在定设计、签合同。" in page.text
    assert "/notice" in page.text
    assert "Dana" not in page.text
    assert "/proposals/" not in page.text
    assert "milestones" not in page.text
    await sign_in(client, people.alice, now)
    page = await client.get(f"/c/garden/projects/{project_id}")
    assert "Dana" in page.text
    assert "milestones" not in page.text


async def test_where_it_stands_what_comes_next_and_who_is_late(
    people: Garden, client: httpx.AsyncClient, now: datetime
) -> None:
    project_id = await started(people)
    path = f"/c/garden/projects/{project_id}"
    page = words(await client.get(path))
    assert "7 步走完 0 步" in page
    assert "正在定设计、签合同。下一步：规划许可、报批。" in page
    assert "已支出 还没有登记" in page.replace("已支出还", "已支出 还")
    assert "超期" not in page
    late = now - timedelta(days=3)
    await execute("UPDATE milestone SET due_at = {} WHERE project_id = {} AND code = 'design'", late, project_id)
    page = words(await client.get(path))
    assert "前办完，已经超期。" in page
    assert "已超期" in page
    await execute("UPDATE milestone SET done_at = {} WHERE project_id = {} AND code = 'design'", now, project_id)
    page = words(await client.get(path))
    assert "7 步走完 1 步" in page
    assert "比计划晚（原定" in page
    assert "超期" not in page


async def test_households_sign_for_their_money_only_where_they_pay(
    people: Garden, client: httpx.AsyncClient, now: datetime
) -> None:
    project_id = await started(people)
    path = f"/c/garden/projects/{project_id}"
    steps = {"later": "design", "now": "permit"}
    own_money = {"later": "出资的每户都要签字", "now": "每户都签了出资协议"}
    plain = {"later": "准备好了，施工队进场", "now": "施工前的准备都做好，施工队进场"}
    for kind, said, unsaid in ((Kind.ELEVATOR, own_money, plain), (Kind.FUND_USE, plain, own_money)):
        preset = to_json(load(kind))
        await execute("UPDATE motion SET preset = {}", preset)
        await execute("UPDATE milestone SET done_at = NULL WHERE project_id = {}", project_id)
        for state, code in steps.items():
            await execute(
                "UPDATE milestone SET done_at = {} WHERE project_id = {} AND code = {}", now, project_id, code
            )
            page = words(await client.get(path))
            assert said[state] in page
            assert unsaid[state] not in page


@pytest.mark.parametrize("path", ["/c/garden/projects/99999", "/c/nowhere/projects", "/c/orchard/projects/{id}"])
async def test_not_here(people: Garden, client: httpx.AsyncClient, now: datetime, path: str) -> None:
    project_id = await started(people)
    assert (await client.get(path.format(id=project_id))).status_code == 404


async def test_the_committee_records_steps(people: Garden, client: httpx.AsyncClient, now: datetime) -> None:
    project_id = await started(people)
    path = f"/c/garden/projects/{project_id}"
    await sign_in(client, people.erin, now)
    page = await client.get(path)
    done = await submit(client, page, "/milestones")
    assert done.headers["location"] == f"{path}?said=milestone.done"
    assert (await submit(client, page, "/milestones")).status_code == 303
    steps = await queries.milestones(people.community_id, project_id)
    assert [step.done_by_name for step in steps[:2]] == ["Erin", None]
    token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
    later = {"_csrf": token, "milestone": str(steps[3].id)}
    assert (await client.post(path + "/milestones", data=later)).status_code == 409
    assert (await client.post(path + "/milestones", data={"_csrf": token, "milestone": "x"})).status_code == 422
    assert (await client.post(path + "/milestones", data={"_csrf": token, "milestone": "99999"})).status_code == 404
    assert (await client.get(path + "/milestones")).status_code == 405


async def test_others_do_not(people: Garden, client: httpx.AsyncClient, now: datetime) -> None:
    project_id = await started(people)
    step = (await queries.milestones(people.community_id, project_id))[0]
    path = f"/c/garden/projects/{project_id}/milestones"
    for who, status in (("alice", 403), ("gina", 403), ("frank", 403), ("charlie", 404)):
        client.cookies.clear()
        await sign_in(client, people.actors[who], now)
        page = await client.get("/me")
        token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
        answer = await client.post(path, data={"_csrf": token, "milestone": str(step.id)})
        assert answer.status_code == status
    assert (await queries.milestones(people.community_id, project_id))[0].done_at is None


async def test_nothing_of_a_decision_is_carried_on_that_a_court_revoked(
    people: Garden, client: httpx.AsyncClient, now: datetime
) -> None:
    project_id = await started(people)
    project = await queries.project(people.community_id, project_id)
    (design, *_) = await queries.milestones(people.community_id, project_id)
    assert JobKind.MILESTONE in [job.kind for job in await jobs(people.erin, now)]
    await said_by_court(people, project.motion_id, now, number="（2026）民初12号")
    with pytest.raises(Refused, match=r"^project\.revoked$"):
        await progress.complete_milestone(actor=people.erin, project_id=project_id, milestone_id=design.id, now=now)
    assert (await queries.milestones(people.community_id, project_id))[0].done_at is None
    assert JobKind.MILESTONE not in [job.kind for job in await jobs(people.erin, now)]
    path = f"/c/garden/projects/{project_id}"
    for address in ("/c/garden/projects", path):
        page = words(await client.get(address))
        assert "人民法院已撤销该决定，这个项目不再往下做。" in page
        assert "下一步：" not in page
    await sign_in(client, people.erin, now)
    assert "milestones" not in (await client.get(path)).text
    assert "（2026）民初12号" in words(await client.get(path))
    # Neither the list of votes nor the matter says any more that it passed and may go on.
    listed = words(await client.get("/c/garden/motions"))
    assert "人民法院已撤销该决定" in listed
    assert "通过；" not in listed
    motion = words(await client.get(f"/c/garden/motions/{project.motion_id}"))
    assert "不能照它往下办" in motion
    assert "已经具备开工条件" not in motion
    matter = words(await client.get(f"/c/garden/proposals/{project.proposal_id}"))
    assert "表决没有通过" not in matter
    assert "人民法院已撤销该决定。" in matter


async def test_a_vote_that_was_called_off_is_not_one_that_was_lost(
    people: Garden, client: httpx.AsyncClient, now: datetime
) -> None:
    motion = await opened(people)
    await called_off(people, motion.id, reason="报价单有误，重新公告。", now=NOW)
    await sign_in(client, people.alice, now)
    for address in (f"/c/garden/proposals/{motion.proposal_id}", "/c/garden/proposals"):
        assert "没有通过" not in words(await client.get(address))
    assert "这次投票取消了，可以重新发布公告。" in words(await client.get(f"/c/garden/proposals/{motion.proposal_id}"))


async def test_a_revoked_project_is_found_and_stops_where_it_stood(
    people: Garden, client: httpx.AsyncClient, now: datetime, tmp_path: Path
) -> None:
    project_id = await started(people)
    motion_id = (await queries.project(people.community_id, project_id)).motion_id
    await said_by_court(people, motion_id, now, folder=tmp_path)
    listed = words(await client.get("/c/garden/projects?show=revoked", headers={"accept-language": "zh-CN"}))
    assert ("法院撤销" in listed, "加装电梯" in listed) == (True, True)
    assert "加装电梯" not in words(await client.get("/c/garden/projects?show=under_way"))
    shown = (await client.get(f"/c/garden/projects/{project_id}")).text
    assert (shown.count('<li class="failed"'), 'class="later"' in shown, 'class="now"' in shown) == (1, False, False)
    made = await exports.export(actor=people.erin, what=What.PROPOSALS, form=Format.JSON, words=CODES, now=now)
    rows = json.loads(made.data)["rows"]
    assert [row["revoked_at"] is not None for row in rows] == [True]

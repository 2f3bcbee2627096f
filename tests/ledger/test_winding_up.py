"""What is still told of a project whose decision a court has revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from council.kernel.clock import Clock, local_date, local_midnight
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.ledger import queries, winding_up
from council.ledger.model import WindingUpDraft, WindingUpKind
from council.progress import service as progress
from council.storage.database import AnyEngine
from tests.fixtures.client import submit
from tests.people import Garden, garden, sign_in
from tests.progress import life
from tests.voting.court import said_by_court

NOW = life.STARTABLE
STOPPED = WindingUpDraft(
    "k" * 32, WindingUpKind.STOPPED, local_midnight(local_date(NOW)), "施工队已经离场，现场封好。", None
)
BACK = replace(STOPPED, key="b" * 32, kind=WindingUpKind.RETURNED, words="维修资金已退回专户。", amount_fen=21_360_000)


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


@pytest.fixture
def now(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(Clock, "now", lambda self: NOW)
    return NOW


async def started(people: Garden) -> int:
    proposal_id, _ = await life.certified(people)
    project_id = await progress.approve_start(actor=people.dana, proposal_id=proposal_id, now=NOW)
    assert project_id is not None
    return project_id


async def revoked(people: Garden) -> int:
    project_id = await started(people)
    project = await queries.project(people.community_id, project_id)
    await said_by_court(people, project.motion_id, NOW)
    return project_id


async def kinds(people: Garden, project_id: int) -> list[WindingUpKind]:
    return [each.kind for each in await queries.winding_up(people.community_id, project_id)]


async def test_only_of_a_revoked_project(people: Garden) -> None:
    project_id = await started(people)
    with pytest.raises(Refused, match=r"^project\.not_revoked$"):
        await winding_up.record(actor=people.erin, project_id=project_id, draft=STOPPED, now=NOW)
    assert await kinds(people, project_id) == []


async def test_the_same_form_is_told_once(people: Garden, app: Litestar) -> None:
    project_id = await revoked(people)
    first = await winding_up.record(actor=people.erin, project_id=project_id, draft=STOPPED, now=NOW)
    assert await winding_up.record(actor=people.erin, project_id=project_id, draft=STOPPED, now=NOW) == first
    with pytest.raises(Refused, match=r"^form\.used_before$"):
        other = replace(STOPPED, words="施工队还没有离场。")
        await winding_up.record(actor=people.erin, project_id=project_id, draft=other, now=NOW)
    await winding_up.record(actor=people.dana, project_id=project_id, draft=BACK, now=NOW)
    told = await queries.winding_up(people.community_id, project_id)
    assert [(each.kind, each.amount_fen, each.recorded_by_name) for each in told] == [
        (WindingUpKind.STOPPED, None, "Erin"),
        (WindingUpKind.RETURNED, 21_360_000, "Dana"),
    ]
    assert told[0].words == STOPPED.words


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (
            replace(STOPPED, happened_on=STOPPED.happened_on + timedelta(days=1)),
            "happened_on",
            "project.winding_up_ahead",
        ),
        (replace(BACK, amount_fen=None), "amount", "project.winding_up_amount"),
        (replace(BACK, amount_fen=0), "amount", "project.winding_up_amount"),
        (replace(STOPPED, amount_fen=100), "amount", "project.winding_up_no_amount"),
    ],
)
async def test_what_does_not_fit_is_sent_back(
    people: Garden, app: Litestar, draft: WindingUpDraft, field: str, code: str
) -> None:
    project_id = await revoked(people)
    with pytest.raises(Invalid) as caught:
        await winding_up.record(actor=people.erin, project_id=project_id, draft=draft, now=NOW)
    assert caught.value.errors == {field: code}
    assert await kinds(people, project_id) == []


async def test_nobody_else_tells(people: Garden, app: Litestar) -> None:
    project_id = await revoked(people)
    for who in (people.alice, people.frank):
        with pytest.raises(Refused, match=r"^project\.only_committee$"):
            await winding_up.record(actor=who, project_id=project_id, draft=STOPPED, now=NOW)
    with pytest.raises(NotFound):
        await winding_up.record(actor=people.erin, project_id=project_id + 999, draft=STOPPED, now=NOW)
    assert await kinds(people, project_id) == []


async def test_the_committee_tells_and_everybody_reads(
    people: Garden, client: httpx.AsyncClient, now: datetime
) -> None:
    project_id = await started(people)
    path = f"/c/garden/projects/{project_id}"
    await sign_in(client, people.erin, now)
    assert "/winding-up" not in (await client.get(path)).text
    project = await queries.project(people.community_id, project_id)
    await said_by_court(people, project.motion_id, now)
    page = await client.get(path)
    day = local_date(now).isoformat()
    filled = {"kind": "returned", "happened_on": day, "words": BACK.words}
    refused = await submit(client, page, "/winding-up", **filled)
    assert refused.status_code == 422
    assert "请写退了多少钱" in refused.text
    assert BACK.words in refused.text
    assert await kinds(people, project_id) == []
    sent = await submit(client, refused, "/winding-up", **filled, amount="213600")
    assert sent.headers["location"] == f"{path}?said=project.wound_up#told"
    other = await submit(client, refused, "/winding-up", **{**filled, "words": "别的话，别的话。"}, amount="213600")
    assert other.status_code == 409
    assert "别的话，别的话。" in other.text
    assert await kinds(people, project_id) == [WindingUpKind.RETURNED]
    client.cookies.clear()
    public = (await client.get(path)).text
    assert BACK.words in public
    assert "￥213,600.00" in public
    assert "Erin" not in public
    assert "/winding-up" not in public
    await sign_in(client, people.frank, now)
    page = await client.get("/me")
    token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
    answer = await client.post(f"{path}/winding-up", data={"_csrf": token, "key": new_id(), **filled, "amount": "1"})
    assert answer.status_code == 403
    assert await kinds(people, project_id) == [WindingUpKind.RETURNED]

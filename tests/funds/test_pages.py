"""The pages of a plan: at the desk, and as the annex of the vote."""

from __future__ import annotations

import io

import httpx
import pytest
from openpyxl import load_workbook

from council.funds import queries
from council.storage.database import AnyEngine
from tests.fixtures.client import submit
from tests.funds.plans import COST, confirmed_plan, fund_matter, hand_in
from tests.people import Garden, garden, sign_in
from tests.voting.motions import draft, open_filed

TABLE = "楼栋,单元,房号,余额\n1,1,101,9000\n1,1,102,***\n1,1,201,未建账\n1,7,301,5\n".encode()


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


async def opened(people: Garden) -> int:
    proposal_id = await fund_matter(people)
    await hand_in(people, "1-1-101,90000.01,100\n1-1-102,10.00,\n")
    await confirmed_plan(people, proposal_id)
    return (await open_filed(people, proposal_id, draft(people))).id


async def test_from_the_table_to_a_confirmed_plan(people: Garden, client: httpx.AsyncClient) -> None:
    proposal_id = await fund_matter(people)
    desk = f"/c/garden/desk/proposals/{proposal_id}/plan"
    await sign_in(client, people.erin)
    page = await client.get(desk)
    sent = await submit(client, page, "/balances", files={"file": ("余额.csv", TABLE, "text/csv")})
    assert sent.status_code == 303, sent.text
    page = await client.get(sent.headers["location"])
    assert "余额表收下了" in page.text
    assert "第5行" in page.text
    assert "名册里没有这套房" in page.text
    wrong = await submit(client, page, "/plan", total="628460", subsidy="700000", basis="exclusive")
    assert (wrong.status_code, "用不着维修资金" in wrong.text) == (422, True)
    made = await submit(client, wrong, "/plan", total="628460", subsidy="28460", basis="exclusive")
    assert made.status_code == 303, made.text
    page = await client.get(desk)
    assert "不能自己确认自己编制的方案" in page.text
    plan = await queries.plan_of(people.community_id, proposal_id)
    assert plan is not None
    assert (plan.total_fen, plan.draw_fen, plan.is_confirmed) == (COST, 60_000_000, False)
    await sign_in(client, people.dana)
    page = await client.get(desk)
    answer = await submit(client, page, "#act", button="act=confirm")
    assert answer.headers["location"].endswith("said=fund.confirmed")
    plan = await queries.plan_of(people.community_id, proposal_id)
    assert plan is not None
    assert plan.is_confirmed
    book = load_workbook(io.BytesIO((await client.get(f"{desk}?format=xlsx")).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [rows[1][3], rows[2][3], rows[3][3]] == ["有余额", "余额被遮挡", "没有分户账"]
    assert sum(round(row[2] * 100) for row in rows[1:]) == plan.draw_fen


async def test_who_sees_what_of_the_annex(people: Garden, client: httpx.AsyncClient, enter) -> None:
    annex = f"/c/garden/motions/{await opened(people)}/plan"
    stranger = await client.get(annex)
    assert "￥628,460.00" in stranger.text
    assert "各户分摊额只给表决范围内已核实的业主看" in stranger.text
    assert "101室" not in stranger.text
    assert (await client.get(f"{annex}?format=xlsx")).status_code in {303, 403}
    alice, grace, ken = await enter(people.alice), await enter(people.grace), await enter(people.ken)
    mine, hers = (await alice.get(annex)).text, (await grace.get(annex)).text
    assert "￥90,000.01" in mine
    assert "￥90,000.01" not in hers
    assert "分户账不够，还差" in hers
    assert "101室" in hers
    assert "102室" not in (await ken.get(annex)).text  # a tenant of the other entrance
    book = load_workbook(io.BytesIO((await grace.get(f"{annex}?format=xlsx")).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("房间号", "分摊面积（㎡）", "分摊额（元）")
    assert sum(round(row[2] * 100) for row in rows[1:]) == COST
    paper = await grace.get(f"{annex}?format=pdf")
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert (await ken.get(f"{annex}?format=pdf")).status_code == 403
    page = await alice.get(annex.removesuffix("/plan"))
    assert "您家分摊" in page.text


async def test_where_there_is_no_plan_there_is_no_page(people: Garden, client: httpx.AsyncClient, enter) -> None:
    motion = await open_filed(people, await fund_matter(people), draft(people))
    assert (await client.get(f"/c/garden/motions/{motion.id}/plan")).status_code == 404
    alice, dana = await enter(people.alice), await enter(people.dana)
    assert (await alice.get(f"/c/garden/desk/proposals/{motion.proposal_id}/plan")).status_code == 403
    locked = await dana.get(f"/c/garden/desk/proposals/{motion.proposal_id}/plan")
    assert "这次表决没有使用方案" in locked.text

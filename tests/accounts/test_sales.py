"""A unit changes hands: the tie and the code end with it, and the history stays."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from council.accounts import queries as accounts
from council.accounts import sales, slips
from council.accounts.slipcodes import CodeKind
from council.kernel.actor import system_actor
from council.kernel.errors import Refused
from council.registry import queries
from council.registry.editing import fingerprint
from council.registry.rollfile.model import OwnerKind, RollOwner
from council.settings import Settings
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.accounts import world as worlds
from tests.accounts.world import NOW, SECRET, World
from tests.fixtures.client import house_app, submit
from tests.people import Garden, garden
from tests.registry.desk import DESK, at_desk

NUMBER = "990101195006190591"


@pytest.fixture
def app(settings: Settings, db: AnyEngine) -> Litestar:
    return house_app(settings)


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    made = await garden()
    await execute("UPDATE owner SET identity_number = {} WHERE id = {}", NUMBER, made.owners["1-1-101"])
    return made


async def sell(world: World, room: str, *buyers: str) -> int:
    unit = await queries.unit(world.community_id, world.units[room])
    held = (await queries.holdings_of(world.community_id, [unit.id]))[unit.id]
    owners = [await queries.owner(world.community_id, one.owner_id) for one in held]
    return await sales.sell_unit(
        actor=system_actor(world.community_id),
        unit_id=unit.id,
        buyers=[RollOwner(name, None, (), OwnerKind.NATURAL) for name in buyers],
        reason="过户",
        seen=fingerprint(unit, *owners),
        now=NOW,
    )


async def test_the_last_sale_ends_claim_and_code_and_keeps_the_history(world: World) -> None:
    person_id, owner_id = await worlds.verified(world, "陈建国", "13800000001"), world.owners["陈建国"]
    assert await sell(world, "101", "钱新") == 0
    seller = await accounts.actor(person_id, world.community_id, NOW)
    assert seller is not None
    assert (seller.owner_ids, seller.unit_ids) == ({owner_id}, {world.units["502"]})
    assert await slips.find(world.code(CodeKind.OWNER, owner_id), secret=SECRET, now=NOW) is not None

    assert await sell(world, "502", "钱新", "孙立") == 1
    seller = await accounts.actor(person_id, world.community_id, NOW)
    assert seller is not None
    assert not seller.is_member
    assert await slips.find(world.code(CodeKind.OWNER, owner_id), secret=SECRET, now=NOW) is None
    (claim,) = await fetch("SELECT ended_at, end_reason, verified_how FROM owner_claim")
    assert claim == {"ended_at": NOW, "end_reason": "过户", "verified_how": "deed"}
    (code,) = await fetch("SELECT ended_at, end_reason FROM access_code WHERE owner_id = {}", owner_id)
    assert code == {"ended_at": NOW, "end_reason": "sold"}
    past = await fetch("SELECT end_reason FROM ownership WHERE owner_id = {}", owner_id)
    assert [row["end_reason"] for row in past] == ["过户", "过户"]
    kinds = [row["kind"] for row in await fetch("SELECT kind FROM log_record ORDER BY id")]
    assert kinds[-2:] == ["unit.sold", "owner.ties_ended"]


async def test_who_lives_there_stays_until_they_move_out(world: World) -> None:
    unit_id = world.units["502"]
    tenant = await worlds.member("小林", "13800000003", await world.target(CodeKind.RESIDENT, unit_id))
    await sell(world, "502", "钱新")
    seen = await accounts.actor(tenant, world.community_id, NOW)
    assert seen is not None
    assert seen.unit_ids == {unit_id}


async def test_without_a_number_a_buyer_of_the_same_name_is_somebody_else(world: World) -> None:
    wife = await worlds.verified(world, "罗晓燕", "13800000001")
    husband = await worlds.verified(world, "王强", "13800000002")
    bought = await sell(world, "501", "罗晓燕")
    # nothing says that she is the same person: the desk prints her a new slip, or types her number
    assert bought == 2
    for person_id in (wife, husband):
        seen = await accounts.actor(person_id, world.community_id, NOW)
        assert seen is not None
        assert seen.owner_ids == frozenset()


async def test_a_sale_that_is_refused_ends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person_id = await worlds.verified(world, "李静", "13800000001")

    async def refuse(**_: object) -> int:
        raise Refused("test")

    monkeypatch.setattr(sales.ties, "end_owner_ties", refuse)
    with pytest.raises(Refused):
        await sell(world, "601", "钱新")
    seller = await accounts.actor(person_id, world.community_id, NOW)
    assert seller is not None
    assert seller.unit_ids == {world.units["601"]}
    assert not await fetch("SELECT id FROM log_record WHERE kind = 'unit.sold'")


async def test_a_sale(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    unit_id = people.units["1-1-102"]
    page = await client.get(f"{DESK}/register/{unit_id}/sale")
    nobody = await submit(client, page, "#sale", reason="卖了")
    assert nobody.status_code == 422
    same = await submit(client, page, "#sale", owners="甲一、乙二", identities=NUMBER, reason="卖了")
    assert same.status_code == 422  # two owners, one number
    done = await submit(client, page, "#sale", owners="乙二，甲一", phones="17000000002", reason="二手房过户")
    assert done.headers["location"] == f"{DESK}/register/{unit_id}?said=register.sold"
    holdings = (await queries.holdings_of(people.community_id, [unit_id]))[unit_id]
    assert [(held.name, held.is_representative) for held in holdings] == [("乙二", True), ("甲一", False)]
    page = await client.get(f"{DESK}/register/{unit_id}")
    assert "二手房过户" in page.text
    assert "业主1-1-102" in page.text  # the history
    # Grace was verified as the seller: her account opens nothing here by it any more.
    grace = await people.refreshed("grace")
    assert (grace.owner_ids, grace.claimed_owner_ids) == (frozenset(), frozenset())
    (claim,) = await fetch(
        "SELECT ended_by_name, end_reason, verified_how FROM owner_claim WHERE person_id = {}", grace.person_id
    )
    assert claim == {"ended_by_name": "Dana", "end_reason": "二手房过户", "verified_how": "identity"}
    stale = await client.get(f"{DESK}/register/{unit_id}/sale")
    await submit(client, stale, "#sale", owners="丙三", reason="再过户")
    assert (await submit(client, stale, "#sale", owners="丁四", reason="再过户")).status_code == 409


async def test_a_sale_to_somebody_the_register_knows(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    unit_id = people.units["1-1-201"]
    page = await client.get(f"{DESK}/register/{unit_id}/sale")
    await submit(client, page, "#sale", owners="业主1-1-101", identities=NUMBER, reason="买下隔壁")
    holdings = (await queries.holdings_of(people.community_id, [unit_id]))[unit_id]
    assert [held.owner_id for held in holdings] == [people.owners["1-1-101"]]
    assert people.units["1-1-201"] in (await people.refreshed("alice")).unit_ids
    page = await client.get(f"{DESK}/register/{unit_id}/sale")
    nothing = await submit(client, page, "#sale", owners="业主1-1-101", identities=NUMBER, reason="又一次")
    assert nothing.status_code == 409


async def test_a_namesake_buys(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    unit_id = people.units["1-1-202"]
    page = await client.get(f"{DESK}/register/{unit_id}/sale")
    await submit(client, page, "#sale", owners="业主1-1-202", phones="17000000009", reason="卖给同名的人")
    holdings = (await queries.holdings_of(people.community_id, [unit_id]))[unit_id]
    assert [held.owner_id for held in holdings] != [people.owners["1-1-202"]]
    assert (await people.refreshed("ivan")).owner_ids == frozenset()

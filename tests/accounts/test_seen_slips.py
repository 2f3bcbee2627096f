"""Whoever has seen a slip's code could join with it themselves: they verify no claim that comes from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from litestar import Litestar

from council.accounts import issuing, people, queries, slips, staff, tie_queries, ties, verifying
from council.accounts.model import HowVerified
from council.accounts.slipcodes import CodeKind
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import NotFound, Refused
from council.kernel.scope import Scope, ScopeKind
from council.storage.sql import execute, fetch
from tests.accounts import world as worlds
from tests.accounts.test_desk import as_
from tests.accounts.world import DOOR, NOW, PASSWORD, SECRET, World
from tests.fixtures.client import submit

ALL = Scope(ScopeKind.COMMUNITY)
SAID = "上面的码您看过"


async def office(world: World) -> tuple[Actor, Actor]:
    """Dana, the secretary, and Frank, who goes from door to door."""
    return (
        await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY),
        await worlds.staff_member(world, "Frank", "13900000002", Role.GRID_WORKER),
    )


async def slip_of(world: World, owner: str) -> int:
    held = await tie_queries.slips_of(world.community_id, CodeKind.OWNER, [world.owners[owner]])
    return held[world.owners[owner]].id


async def joined(world: World, code: str, name: str = "李静", phone: str = "13800000077") -> tuple[int, int]:
    """A new account by the door, as anybody with the code makes one: (person, claim)."""
    given = {"is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": NOW}
    await people.join_as_new(typed=code, name=name, phone=phone, password=PASSWORD, **given)
    (row,) = await fetch(
        "SELECT o.id, o.person_id FROM owner_claim o JOIN person p ON p.id = o.person_id WHERE p.name = {}", name
    )
    return row["person_id"], row["id"]


async def verify(actor: Actor, claim_id: int) -> None:
    await ties.verify_owner(actor=actor, claim_id=claim_id, how=HowVerified.DEED, now=NOW)


async def test_a_grid_worker_makes_no_owner_alone(world: World) -> None:
    """The slip issued anew, the account, the claim, the check: all by one hand. The check is another's."""
    dana, frank = await office(world)
    owner_id = world.owners["李静"]
    made = await slips.reissue(
        actor=frank, kind=CodeKind.OWNER, target_id=owner_id, reason="丢了", secret=SECRET, now=NOW
    )
    shown = await slips.reveal(actor=frank, slip_id=made.id, secret=SECRET, now=NOW)
    person_id, claim_id = await joined(world, shown.code)
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip") as refused:
        await verify(frank, claim_id)
    assert refused.value.forbidden
    assert not (await tie_queries.claim(world.community_id, claim_id)).is_verified
    found = await queries.actor(person_id, world.community_id, NOW)
    assert found is not None
    assert (found.owner_ids, found.claimed_owner_ids) == (frozenset(), {owner_id})
    await verify(dana, claim_id)
    assert (await tie_queries.claim(world.community_id, claim_id)).verified_by_name == "Dana"
    (row,) = await fetch("SELECT issued_by, issued_by_name FROM access_code WHERE id = {}", made.id)
    assert (row["issued_by"], row["issued_by_name"]) == (frank.person_id, "Frank")


async def test_so_for_whoever_only_issued_or_only_looked(world: World) -> None:
    dana, frank = await office(world)
    made = await slips.reissue(
        actor=frank, kind=CodeKind.OWNER, target_id=world.owners["李静"], reason="丢了", secret=SECRET, now=NOW
    )
    shown = await slips.reveal(actor=dana, slip_id=made.id, secret=SECRET, now=NOW)
    _, claim_id = await joined(world, shown.code)
    for each in (dana, frank):
        with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
            await verify(each, claim_id)
    assert await verifying.who_may(world.community_id, await tie_queries.claim(world.community_id, claim_id)) == ()
    rita = await worlds.staff_member(world, "Rita", "13900000003", Role.GRID_WORKER)
    claim = await tie_queries.claim(world.community_id, claim_id)
    assert [each.name for each in await verifying.who_may(world.community_id, claim)] == ["Rita"]
    await verify(rita, claim_id)


async def test_a_pile_is_seen_whole_by_whoever_prints_it_and_again_when_printed_again(world: World) -> None:
    dana, frank = await office(world)
    assert await fetch("SELECT id FROM access_code_seen") == [], "the command line is nobody of the office"
    for _ in range(2):
        pile = await slips.codes_for_print(actor=dana, scope=ALL, secret=SECRET, now=NOW)
    seen = await fetch("SELECT person_id, seen_at FROM access_code_seen")
    assert len(seen) == len(pile) == 7
    assert {(row["person_id"], row["seen_at"]) for row in seen} == {(dana.person_id, NOW)}
    _, claim_id = await joined(world, world.code(CodeKind.OWNER, world.owners["李静"]))
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await verify(dana, claim_id)
    await verify(frank, claim_id)


async def test_an_entrance_printed_is_not_the_others(world: World) -> None:
    """What was not in the pile was not seen."""
    dana, _ = await office(world)
    await execute("UPDATE unit SET status = 'unsold' WHERE id = {}", world.units["601"])
    await slips.codes_for_print(actor=dana, scope=ALL, secret=SECRET, now=NOW)
    await execute("UPDATE unit SET status = 'occupied' WHERE id = {}", world.units["601"])
    _, claim_id = await joined(world, world.code(CodeKind.OWNER, world.owners["李静"]))
    await verify(dana, claim_id)


async def test_everybody_who_joins_by_that_code_and_none_by_the_next(world: World) -> None:
    """A second account by the same code waits for a colleague too; the code that comes after is another slip."""
    dana, frank = await office(world)
    await slips.reveal(actor=frank, slip_id=await slip_of(world, "李静"), secret=SECRET, now=NOW)
    old = world.code(CodeKind.OWNER, world.owners["李静"])
    _, first = await joined(world, old)
    _, second = await joined(world, old, "李静二", "13800000078")
    await slips.reissue(
        actor=dana, kind=CodeKind.OWNER, target_id=world.owners["李静"], reason="丢了", secret=SECRET, now=NOW
    )
    _, third = await joined(world, world.code(CodeKind.OWNER, world.owners["李静"], 2), "李静三", "13800000079")
    for claim_id, who in ((first, frank), (second, frank), (third, dana)):
        with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
            await verify(who, claim_id)
    await verify(frank, third)


async def test_a_slip_that_nobody_may_read_is_seen_by_nobody(world: World) -> None:
    """Another community's, and one that the actor's role does not open, leave no trace."""
    _, frank = await office(world)
    other = await worlds.community("orchard")
    one = await slip_of(world, "李静")
    with pytest.raises(NotFound):
        await slips.reveal(actor=replace(frank, community_id=other.community_id), slip_id=one, secret=SECRET, now=NOW)
    with pytest.raises(Refused, match="desk_only"):
        await slips.reveal(actor=replace(frank, roles=frozenset({Role.AUDITOR})), slip_id=one, secret=SECRET, now=NOW)
    assert await fetch("SELECT id FROM access_code_seen") == []


async def test_printing_costs_as_many_queries_for_one_home_as_for_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana, _ = await office(world)
    written: list[str] = []
    execute_ = issuing.execute

    async def counting(sql: str, *values: object) -> None:
        written.append(sql)
        await execute_(sql, *values)

    monkeypatch.setattr(issuing, "execute", counting)
    await slips.codes_for_print(actor=dana, scope=ALL, secret=SECRET, now=NOW)
    assert len(written) == 1


async def test_the_page_offers_no_button_and_says_who_can(app: Litestar, town: World) -> None:
    dana, _ = await office(town)
    await staff.grant_role(
        actor=system_actor(town.community_id), person_id=dana.person_id, role=Role.GRID_WORKER, now=NOW
    )
    claims = "/c/garden/desk/people"
    async with as_(app, "Frank") as one:
        page = await one.get(f"/c/garden/desk/slips/{await slip_of(town, '李静')}")
        code = town.code(CodeKind.OWNER, town.owners["李静"])
        assert code[:4] in page.text
        await worlds.member("李静", "13800000001", await town.target(CodeKind.OWNER, town.owners["李静"]))
        (row,) = await fetch("SELECT id FROM owner_claim")
        address = f"{claims}/claims/{row['id']}"
        shown = await one.get(address)
        assert (SAID in shown.text, 'id="verify"' in shown.text, "可以核实的同事：Dana" in shown.text) == (
            True,
            False,
            True,
        )
        assert "由同事核实" in (await one.get(claims)).text
        # a page that lay open before, or a form by hand
        token = shown.text.split('name="_csrf" value="')[1].split('"')[0]
        refused = await one.post(address + "/verify", data={"_csrf": token, "how": "deed"})
        assert (refused.status_code, SAID in refused.text) == (403, True)
        one.headers["Accept-Language"] = "en"
        assert "so a colleague verifies it" in (await one.get(address)).text
    async with as_(app, "Dana") as other:
        page = await other.get(address)
        assert (SAID in page.text, "由同事核实" in (await other.get(claims)).text) == (False, False)
        assert (await submit(other, page, "#verify", how="deed")).status_code == 303
    assert (await fetch("SELECT verified_by FROM owner_claim"))[0]["verified_by"] == dana.person_id


async def test_where_nobody_else_is_there_it_says_so(app: Litestar, town: World) -> None:
    await worlds.staff_member(town, "Frank", "13900000002", Role.GRID_WORKER)
    async with as_(app, "Frank") as one:
        pile = await submit(one, await one.get("/c/garden/desk/slips"), "#pile", scope="community")
        assert pile.status_code == 200
        await worlds.member("李静", "13800000001", await town.target(CodeKind.OWNER, town.owners["李静"]))
        (row,) = await fetch("SELECT id FROM owner_claim")
        page = await one.get(f"/c/garden/desk/people/claims/{row['id']}")
        assert ("现在没有别的工作人员可以核实" in page.text, "请系统管理员再安排一位" in page.text) == (True, True)


async def test_ones_own_household_is_not_offered_either(app: Litestar, town: World) -> None:
    """The button that was refused on sending is not there any more."""
    await office(town)
    await worlds.member(
        "李静", "13900000002", await town.target(CodeKind.OWNER, town.owners["李静"]), password="another-plum-42"
    )
    (row,) = await fetch("SELECT id FROM owner_claim")
    async with as_(app, "Frank") as one:
        page = await one.get(f"/c/garden/desk/people/claims/{row['id']}")
        assert ("自己家的业主身份要由同事来核实" in page.text, 'id="verify"' in page.text) == (True, False)
        assert "可以核实的同事：Dana" in page.text

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from council.accounts import credentials, people, queries, slips, staff, tie_queries, ties
from council.accounts.model import HowVerified
from council.accounts.slipcodes import CodeKind
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.storage.sql import execute, fetch
from tests.accounts import world as worlds
from tests.accounts.world import DOOR, NOW, SECRET, World


async def claim_of(world: World, name: str, phone: str, owner: str) -> tuple[int, int]:
    """An account with an unverified claim: (person id, claim id)."""
    person_id = await worlds.member(name, phone, await world.target(CodeKind.OWNER, world.owners[owner]))
    rows = await fetch("SELECT id FROM owner_claim WHERE person_id = {}", person_id)
    return person_id, rows[0]["id"]


async def actor(world: World, person_id: int) -> Actor:
    found = await queries.actor(person_id, world.community_id, NOW)
    assert found is not None
    return found


async def test_what_each_tie_opens(world: World) -> None:
    tenant = await worlds.member("小林", "13800000001", await world.target(CodeKind.RESIDENT, world.units["502"]))
    owner, claim_id = await claim_of(world, "陈建国", "13800000002", "陈建国")
    seen = await actor(world, tenant)
    assert (seen.unit_ids, seen.owner_ids, seen.is_member) == ({world.units["502"]}, frozenset(), True)
    seen = await actor(world, owner)
    assert (seen.unit_ids, seen.owner_ids) == (frozenset(), frozenset())
    assert seen.claimed_owner_ids == {world.owners["陈建国"]}
    assert seen.is_member

    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    await ties.verify_owner(actor=dana, claim_id=claim_id, how=HowVerified.DEED, now=NOW)
    seen = await actor(world, owner)
    assert seen.owner_ids == {world.owners["陈建国"]}
    assert seen.unit_ids == {world.units["502"], world.units["101"]}
    claim = await tie_queries.claim(world.community_id, claim_id)
    assert (claim.verified_by_name, claim.verified_how, claim.verified_at) == ("Dana", HowVerified.DEED, NOW)


async def test_two_accounts_for_one_owner_at_once_and_one_is_verified(world: World) -> None:
    claims = [(await claim_of(world, f"李静{n}", f"1380000000{n}", "李静"))[1] for n in range(2)]
    desk = system_actor(world.community_id)
    answers = await asyncio.gather(
        *(ties.verify_owner(actor=desk, claim_id=claim, how=HowVerified.IDENTITY, now=NOW) for claim in claims),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [each.code for each in refused] == ["claim.owner_taken"]
    verified = await fetch("SELECT id FROM owner_claim WHERE verified_at IS NOT NULL")
    assert len(verified) == 1
    records = await fetch("SELECT id FROM log_record WHERE kind = 'owner.verified'")
    assert len(records) == 1


async def test_verifying_twice_changes_nothing(world: World) -> None:
    _, claim_id = await claim_of(world, "李静", "13800000001", "李静")
    desk = system_actor(world.community_id)
    await ties.verify_owner(actor=desk, claim_id=claim_id, how=HowVerified.DEED, now=NOW)
    await ties.verify_owner(actor=desk, claim_id=claim_id, how=HowVerified.IDENTITY, now=NOW + timedelta(1))
    claim = await tie_queries.claim(world.community_id, claim_id)
    assert (claim.verified_how, claim.verified_at) == (HowVerified.DEED, NOW)


async def test_nobody_verifies_themselves_and_the_schema_agrees(world: World) -> None:
    person_id, claim_id = await claim_of(world, "李静", "13800000001", "李静")
    await staff.grant_role(actor=system_actor(world.community_id), person_id=person_id, role=Role.SECRETARY, now=NOW)
    with pytest.raises(Refused, match="not_oneself"):
        await ties.verify_owner(actor=await actor(world, person_id), claim_id=claim_id, how=HowVerified.DEED, now=NOW)
    with pytest.raises(Exception, match=r"(?i)check"):
        await execute(
            "UPDATE owner_claim SET verified_at = {}, verified_by = person_id, verified_by_name = 'x',"
            " verified_how = 'deed' WHERE id = {}",
            *(NOW, claim_id),
        )


async def test_nobody_verifies_their_own_household(world: World) -> None:
    """A second account of one's own, or a spouse's: of the same telephone, the same home, the same owner."""
    frank = await worlds.staff_member(world, "Frank", "13900000002", Role.GRID_WORKER)
    _, same_phone = await claim_of(world, "陈建国", "13900000002", "陈建国")
    _, same_home = await claim_of(world, "李静", "13800000003", "李静")
    _, same_owner = await claim_of(world, "王强", "13800000004", "王强")
    lives = replace(await actor(world, frank.person_id), unit_ids=frozenset({world.units["601"]}))
    claims = replace(lives, claimed_owner_ids=frozenset({world.owners["王强"]}))
    for who, claim_id in ((frank, same_phone), (lives, same_home), (claims, same_owner)):
        with pytest.raises(Refused, match=r"accounts\.not_own_household"):
            await ties.verify_owner(actor=who, claim_id=claim_id, how=HowVerified.DEED, now=NOW)
    await ties.verify_owner(actor=frank, claim_id=same_home, how=HowVerified.DEED, now=NOW)


async def test_co_owners_have_their_own_accounts(world: World) -> None:
    wife = await worlds.verified(world, "罗晓燕", "13800000001")
    husband = await worlds.verified(world, "王强", "13800000002")
    assert (await actor(world, wife)).owner_ids == {world.owners["罗晓燕"]}
    assert (await actor(world, husband)).owner_ids == {world.owners["王强"]}
    assert (await actor(world, wife)).unit_ids == (await actor(world, husband)).unit_ids == {world.units["501"]}


async def test_a_wrong_claim_is_undone_and_remembered(world: World) -> None:
    person_id, claim_id = await claim_of(world, "骗子", "13800000001", "李静")
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    await ties.undo_claim(actor=dana, claim_id=claim_id, reason="不是本人", now=NOW)
    assert not (await actor(world, person_id)).is_member
    with pytest.raises(NotFound):
        await ties.undo_claim(actor=dana, claim_id=claim_id, reason="again", now=NOW)
    row = (await fetch("SELECT ended_at, ended_by_name, end_reason FROM owner_claim"))[0]
    assert (row["ended_at"], row["ended_by_name"], row["end_reason"]) == (NOW, "Dana", "不是本人")
    public = "".join(each["body"] for each in await fetch("SELECT body FROM log_record"))
    assert "不是本人" not in public
    assert "骗子" not in public
    # the right person can still be verified
    _, right = await claim_of(world, "李静", "13800000002", "李静")
    await ties.verify_owner(actor=dana, claim_id=right, how=HowVerified.IDENTITY, now=NOW)


async def test_moving_out_ends_ties_and_code_and_keeps_the_history(world: World) -> None:
    unit_id = world.units["502"]
    residents = [
        await worlds.member(name, phone, await world.target(CodeKind.RESIDENT, unit_id))
        for name, phone in (("小林", "13800000001"), ("小张", "13800000002"))
    ]
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    ended = await ties.end_household(actor=dana, unit_id=unit_id, reason="退租", secret=SECRET, now=NOW)
    assert ended == 2
    assert [(await actor(world, each)).is_member for each in residents] == [False, False]
    assert await slips.find(world.code(CodeKind.RESIDENT, unit_id), secret=SECRET, now=NOW) is None
    assert (await world.target(CodeKind.RESIDENT, unit_id, 2)).unit_id == unit_id
    assert len(await fetch("SELECT id FROM residency")) == 2
    assert [row["end_reason"] for row in await fetch("SELECT end_reason FROM access_code WHERE ended_at IS NOT NULL")]


async def test_one_of_a_household_moves_out(world: World) -> None:
    target = await world.target(CodeKind.RESIDENT, world.units["502"])
    one, other = [await worlds.member(f"人{n}", f"1380000000{n}", target) for n in range(2)]
    home = (await tie_queries.homes_of_units(world.community_id, [world.units["502"]]))[0]
    desk = system_actor(world.community_id)
    await ties.end_residency(actor=desk, residency_id=home.id, reason="搬走", now=NOW)
    assert not (await actor(world, one)).is_member
    assert (await actor(world, other)).is_member
    with pytest.raises(NotFound):
        await ties.end_residency(actor=desk, residency_id=home.id, reason="搬走", now=NOW)


async def test_a_sale_ends_the_owners_account_here_when_nothing_is_left(world: World) -> None:
    person_id = await worlds.verified(world, "陈建国", "13800000001")
    owner_id = world.owners["陈建国"]
    desk = system_actor(world.community_id)
    sell = "UPDATE ownership SET ended_at = {}, end_reason = 'sold' WHERE owner_id = {} AND unit_id = {}"
    await execute(sell, NOW, owner_id, world.units["101"])
    assert await ties.end_owner_ties(actor=desk, owner_id=owner_id, reason="卖了", now=NOW) == 0
    assert (await actor(world, person_id)).unit_ids == {world.units["502"]}

    await execute(sell, NOW, owner_id, world.units["502"])
    # already before the desk has tidied up nothing is open any more
    assert not (await actor(world, person_id)).is_member
    assert await slips.find(world.code(CodeKind.OWNER, owner_id), secret=SECRET, now=NOW) is None
    assert await ties.end_owner_ties(actor=desk, owner_id=owner_id, reason="卖了", now=NOW) == 1
    rows = await fetch("SELECT end_reason, verified_how FROM owner_claim")
    assert [(row["end_reason"], row["verified_how"]) for row in rows] == [("卖了", "deed")]


async def test_another_community_sees_nothing(world: World) -> None:
    other = await worlds.community("orchard")
    person_id, claim_id = await claim_of(world, "李静", "13800000001", "李静")
    stranger = Actor(99, "X", other.community_id, frozenset({Role.SECRETARY}))
    for attempt in (
        ties.verify_owner(actor=stranger, claim_id=claim_id, how=HowVerified.DEED, now=NOW),
        ties.undo_claim(actor=stranger, claim_id=claim_id, reason="x", now=NOW),
        ties.end_household(actor=stranger, unit_id=world.units["502"], reason="x", secret=SECRET, now=NOW),
        slips.issue_reset(actor=stranger, person_id=person_id, reason="x", secret=SECRET, now=NOW),
    ):
        with pytest.raises(NotFound):
            await attempt
    found = await queries.actor(person_id, other.community_id, NOW)
    assert found is not None
    assert not found.is_member
    assert await queries.actor(12345, world.community_id, NOW) is None


async def test_staff_of_a_street_are_staff_of_its_communities(world: World) -> None:
    inside = await worlds.community("inside", "haidian/xueyuan")
    beside = await worlds.community("beside", "haidian/xueyuan-east")
    await execute("INSERT INTO area (path, name) VALUES ('haidian', 'x')")
    person_id = await worlds.member("高明", "13900000001")
    for path in ("haidian/xueyuan", "haidian/xueyuan"):
        await staff.grant_area_role(
            person_id=person_id, role=Role.AUDITOR, area_path=path, by_name="command line", now=NOW
        )
    assert (await actor(inside, person_id)).roles == {Role.AUDITOR}
    assert (await actor(beside, person_id)).roles == frozenset()
    assert (await actor(world, person_id)).roles == frozenset()
    assert [each.slug for each in await queries.memberships(person_id)] == ["inside"]
    await staff.grant_area_role(
        person_id=person_id, role=Role.OPERATOR, area_path="haidian", by_name="command line", now=NOW
    )
    assert [each.slug for each in await queries.memberships(person_id)] == ["inside", "beside"]
    assert [(each.name, each.role, each.is_of_area) for each in await staff.staff_of(inside.community_id)] == [
        ("高明", Role.AUDITOR, True),
        ("高明", Role.OPERATOR, True),
    ]


async def test_roles_are_given_once_and_end(world: World) -> None:
    desk = system_actor(world.community_id)
    person_id = await worlds.member("Frank", "13900000001")
    for _ in range(2):
        await staff.grant_role(actor=desk, person_id=person_id, role=Role.GRID_WORKER, now=NOW)
    held = await staff.staff_of(world.community_id)
    assert [each.role for each in held] == [Role.GRID_WORKER]
    await staff.end_role(actor=desk, role_id=held[0].role_id, now=NOW)
    assert not (await actor(world, person_id)).is_member
    with pytest.raises(NotFound):
        await staff.end_role(actor=desk, role_id=held[0].role_id, now=NOW)
    kinds = [row["kind"] for row in await fetch("SELECT kind FROM log_record WHERE kind LIKE 'role.%' ORDER BY id")]
    assert kinds == ["role.granted", "role.ended"]


async def test_a_reset_slip_dies_with_use_with_time_and_with_the_next(world: World) -> None:
    person_id = await worlds.member("小林", "13800000001", await world.target(CodeKind.RESIDENT, world.units["502"]))
    desk = system_actor(world.community_id)
    for serial in (1, 2):
        await slips.issue_reset(actor=desk, person_id=person_id, reason="忘了", secret=SECRET, now=NOW)
        assert (await world.target(CodeKind.RESET, person_id, serial)).person_id == person_id
    first, second = (world.code(CodeKind.RESET, person_id, serial) for serial in (1, 2))
    assert await slips.find(first, secret=SECRET, now=NOW) is None
    assert await slips.find(second, secret=SECRET, now=NOW + slips.RESET_TERM) is None
    tries = await asyncio.gather(
        *(
            credentials.set_password_with_slip(
                typed=second, password=f"a quite new one {n}", is_own_phone=True, visitor=DOOR, secret=SECRET, now=NOW
            )
            for n in range(3)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Invalid) for each in tries) == 2
    # a household's slip sets nobody's password
    with pytest.raises(Invalid):
        await credentials.set_password_with_slip(
            typed=world.code(CodeKind.RESIDENT, world.units["502"]),
            **{"password": "a quite new one", "is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": NOW},
        )


async def test_memberships_tell_homes_owners_and_roles(world: World) -> None:
    person_id = await worlds.verified(world, "陈建国", "13800000001")
    await people.join_as(
        person_id=person_id,
        **{"typed": world.code(CodeKind.RESIDENT, world.units["601"]), "visitor": DOOR, "secret": SECRET, "now": NOW},
    )
    mine = await queries.memberships(person_id)
    assert [each.slug for each in mine] == ["garden"]
    assert [unit.room for unit in mine[0].homes] == ["601"]
    standing = mine[0].claims[0]
    assert (standing.owner_name, standing.is_verified, standing.area_dm2) == ("陈建国", True, 12953)
    assert [unit.room for unit in standing.units] == ["502", "101"]


@pytest.mark.parametrize(
    ("typed", "rooms"),
    [
        ("502", ["502"]),
        ("2-1-502", ["502"]),
        ("2号楼1单元502室", ["502"]),
        ("２－１－５０２", ["502"]),
        ("2-601", ["601"]),
        ("999", []),
        ("", []),
        ("'; DROP TABLE unit; --", []),
        ("1-2-3-4", []),
    ],
)
async def test_finding_a_room(world: World, typed: str, rooms: list[str]) -> None:
    assert [unit.room for unit in await tie_queries.units_matching(world.community_id, typed)] == rooms

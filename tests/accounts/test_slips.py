from __future__ import annotations

import asyncio

import pytest

from council.accounts import people, sessions, slips, tie_queries
from council.accounts.model import Device, SessionEnd, Slip
from council.accounts.slipcodes import CodeKey, CodeKind, derive, read_code
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.accounts import world as worlds
from tests.accounts.world import DOOR, NOW, SECRET, World


def test_codes_are_derived_and_read_as_printed() -> None:
    key = CodeKey(1, CodeKind.RESIDENT, 7, 1)
    code = derive(SECRET, key)
    assert code == derive(SECRET, key)
    assert len({derive(SECRET, CodeKey(1, CodeKind.RESIDENT, 7, serial)) for serial in range(50)}) == 50
    assert derive(b"another secret", key) != code
    assert read_code(f"{code[:4]} {code[4:]}".lower()) == code
    assert read_code(f" {code[:4]}-{code[4:]} ") == code


@pytest.mark.parametrize("typed", ["", "H4RT9K2", "H4RT9K2MX", "H4RT 9K2O", "H4RT9K21", "汉字汉字汉字汉字", "A" * 4000])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


async def test_a_pile_has_every_home_and_every_owner_but_the_developer(world: World) -> None:
    pile = await slips.codes_for_print(
        actor=system_actor(world.community_id), scope=Scope(ScopeKind.COMMUNITY), secret=SECRET, now=NOW
    )
    assert [(slip.unit.room if slip.unit else "", slip.kind.value, slip.name, slip.units) for slip in pile] == [
        ("501", "resident", None, 1),
        ("501", "owner", "王强", 1),
        ("501", "owner", "罗晓燕", 1),
        ("502", "resident", None, 1),
        ("502", "owner", "陈建国", 2),
        ("601", "resident", None, 1),
        ("601", "owner", "李静", 1),
    ]
    assert len({slip.code for slip in pile}) == 7


async def test_printing_again_prints_the_same_codes_and_stores_none(world: World) -> None:
    one, other = [
        await slips.codes_for_print(
            actor=system_actor(world.community_id), scope=Scope(ScopeKind.COMMUNITY), secret=SECRET, now=NOW
        )
        for _ in range(2)
    ]
    assert one == other
    stored = str(await fetch("SELECT * FROM access_code"))
    logged = str(await fetch("SELECT body, private FROM log_record"))
    for slip in one:
        assert slip.code not in stored + logged


async def test_two_desks_printing_at_once_issue_one_slip_each(db: AnyEngine) -> None:
    world = await worlds.community()
    actor = system_actor(world.community_id)
    piles = await asyncio.gather(
        *(
            slips.codes_for_print(actor=actor, scope=Scope(ScopeKind.COMMUNITY), secret=SECRET, now=NOW)
            for _ in range(3)
        )
    )
    assert piles[0] == piles[1] == piles[2]
    assert (await fetch("SELECT COUNT(*) AS n FROM access_code"))[0]["n"] == 7


async def test_a_code_opens_its_place_and_nothing_else(world: World) -> None:
    resident = await world.target(CodeKind.RESIDENT, world.units["502"])
    assert [unit.room for unit in resident.places] == ["502"]
    owner = await world.target(CodeKind.OWNER, world.owners["陈建国"])
    assert [unit.room for unit in owner.places] == ["502", "101"]
    with pytest.raises(Invalid) as refused:
        await people.look_at_code(typed="ABCD2345", visitor=DOOR, secret=SECRET, now=NOW)
    assert refused.value.errors == {"code": "code.unknown"}


async def test_a_new_slip_kills_the_old_code_and_ends_the_sessions_it_opened(world: World) -> None:
    unit_id = world.units["502"]
    old = world.code(CodeKind.RESIDENT, unit_id)
    joined = await people.join_as_new(
        **{"typed": old, "name": "租客", "phone": "13800000001", "password": worlds.PASSWORD},
        **{"is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": NOW},
    )
    other = await worlds.member("邻居", "13800000002", await world.target(CodeKind.RESIDENT, world.units["601"]))
    neighbour = await sessions.start(other, device=Device.OTHER, is_own_phone=True, now=NOW)
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)

    slip = await slips.reissue(
        actor=dana, kind=CodeKind.RESIDENT, target_id=unit_id, reason="丢了", secret=SECRET, now=NOW
    )

    assert slip.serial == 2
    assert await slips.find(old, secret=SECRET, now=NOW) is None
    assert (await world.target(CodeKind.RESIDENT, unit_id, 2)).unit_id == unit_id
    assert joined.session is not None
    assert await sessions.identify(joined.session.token, NOW) is None
    assert await sessions.identify(neighbour.token, NOW) is not None
    ended = await fetch("SELECT end_reason FROM session WHERE ended_at IS NOT NULL")
    assert [row["end_reason"] for row in ended] == [SessionEnd.SLIP]
    # the tie stays: the person logs in again
    assert len(await tie_queries.homes_of_units(world.community_id, [unit_id])) == 1


async def test_nothing_is_issued_for_the_developers_units_or_for_a_shop(world: World) -> None:
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    for kind, target in (
        (CodeKind.RESIDENT, world.units["602"]),
        (CodeKind.RESIDENT, world.units["101"]),
        (CodeKind.OWNER, world.owners["花园地产公司"]),
    ):
        with pytest.raises(Refused, match=r"slip\.nothing_to_open"):
            await slips.reissue(actor=dana, kind=kind, target_id=target, reason="x", secret=SECRET, now=NOW)


async def test_another_communitys_targets_are_not_found(world: World) -> None:
    other = await worlds.community("orchard")
    stranger = Actor(99, "X", other.community_id, frozenset({Role.SECRETARY}))
    for kind, target in ((CodeKind.RESIDENT, world.units["502"]), (CodeKind.OWNER, world.owners["李静"])):
        with pytest.raises(NotFound):
            await slips.reissue(actor=stranger, kind=kind, target_id=target, reason="x", secret=SECRET, now=NOW)
    mine = (await fetch("SELECT id FROM access_code ORDER BY id"))[0]["id"]
    with pytest.raises(NotFound):
        await slips.reveal(actor=stranger, slip_id=mine, secret=SECRET, now=NOW)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMMITTEE, Role.DEPARTMENT])
async def test_only_the_desk_prints(world: World, role: Role) -> None:
    actor = Actor(5, "Y", world.community_id, frozenset({role}))
    with pytest.raises(Refused) as refused:
        await slips.codes_for_print(actor=actor, scope=Scope(ScopeKind.COMMUNITY), secret=SECRET, now=NOW)
    assert refused.value.forbidden


async def test_the_same_form_for_a_new_slip_leaves_the_one_it_made(world: World) -> None:
    unit_id = world.units["502"]
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    key = new_id()

    async def once_more(actor: Actor = dana, target_id: int = unit_id) -> Slip:
        given = {"reason": "丢了", "secret": SECRET, "now": NOW, "key": key}
        return await slips.reissue(actor=actor, kind=CodeKind.RESIDENT, target_id=target_id, **given)

    made = await asyncio.gather(*(once_more() for _ in range(3)))
    assert {(slip.id, slip.serial) for slip in made} == {(made[0].id, 2)}
    assert (await world.target(CodeKind.RESIDENT, unit_id, 2)).unit_id == unit_id
    assert len(await fetch("SELECT seq FROM log_record WHERE kind = 'slip.reissued'")) == 1
    erin = await worlds.staff_member(world, "Erin", "13900000002", Role.SECRETARY)
    for other in (once_more(erin), once_more(target_id=world.units["601"])):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await other
    # a form of its own is another slip
    key = new_id()
    assert (await once_more()).serial == 3


async def test_the_same_form_for_a_new_password_is_one_slip(world: World) -> None:
    joined = await worlds.member("邻居", "13800000002", await world.target(CodeKind.RESIDENT, world.units["601"]))
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    given = {"person_id": joined, "reason": "忘了", "secret": SECRET, "now": NOW, "key": new_id()}
    made = await asyncio.gather(*(slips.issue_reset(actor=dana, **given) for _ in range(3)))
    assert len({slip.id for slip in made}) == 1
    assert len(await fetch("SELECT id FROM access_code WHERE kind = 'reset'")) == 1

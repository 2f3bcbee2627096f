"""A role is given and ended by two people of the office; nobody makes their own second person."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from council.accounts import role_asks, role_queries, staff
from council.accounts.role_ask import SECONDS
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.progress.desk import JobKind, Turn, parts_of, turn_of
from council.progress.desk_other_jobs import other_jobs
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.people import NOW, Garden, add_person, garden

DAY = timedelta(days=1)
SOON = NOW + DAY
WHY = "社区任命通知第3号"


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


async def held(people: Garden, name: str) -> list[Role]:
    person_id = people.actors[name].person_id
    return [each.role for each in await staff.staff_of(people.community_id) if each.person_id == person_id]


async def role_id(people: Garden, name: str) -> int:
    person_id = people.actors[name].person_id
    return next(each.role_id for each in await staff.staff_of(people.community_id) if each.person_id == person_id)


async def given(people: Garden, name: str, role: Role, actor: Actor | None = None, key: str = "") -> int:
    return await role_asks.ask_grant(
        actor=actor or people.dana,
        person_id=people.actors[name].person_id,
        role=role,
        key=key or new_id(),
        reason=WHY,
        now=NOW,
    )


async def ended(people: Garden, name: str, actor: Actor | None = None, key: str = "") -> int:
    return await role_asks.ask_end(
        actor=actor or people.dana, role_id=await role_id(people, name), key=key or new_id(), reason=WHY, now=NOW
    )


async def operator(people: Garden, name: str = "Olga") -> Actor:
    """Somebody whom the server's operator has named long ago, so that secretaries are named here too."""
    person_id = await add_person(name)
    await staff.grant_role(
        actor=system_actor(people.community_id), person_id=person_id, role=Role.OPERATOR, now=NOW - DAY
    )
    people.actors[name.lower()] = Actor(person_id, name, people.community_id)
    return await people.refreshed(name.lower())


async def kinds() -> list[str]:
    return [row["kind"] for row in await fetch("SELECT kind FROM log_record WHERE kind LIKE 'role.%' ORDER BY seq")]


async def test_a_role_gives_nothing_until_somebody_else_confirms_it_once(people: Garden) -> None:
    ask_id = await given(people, "ken", Role.GRID_WORKER)
    assert (await held(people, "ken"), (await people.refreshed("ken")).roles) == ([], frozenset())
    with pytest.raises(Refused, match=r"role\.second_person"):
        await role_asks.confirm(actor=people.dana, ask_id=ask_id, now=SOON)
    results = await asyncio.gather(
        *(role_asks.confirm(actor=people.erin, ask_id=ask_id, now=SOON) for _ in range(3)), return_exceptions=True
    )
    assert sorted(str(each) for each in results if each is not None) == ["role.moved_on"] * 2
    assert (await people.refreshed("ken")).roles == {Role.GRID_WORKER}
    (one,) = [each for each in await staff.staff_of(people.community_id) if each.name == "Ken"]
    assert (one.granted_by_name, one.granted_with, one.granted_at) == ("Dana", "Erin", SOON)
    assert await kinds() == ["role.asked", "role.granted"]
    assert await role_queries.waiting(people.community_id) == []


async def test_a_role_works_until_its_end_is_confirmed(people: Garden) -> None:
    ask_id = await ended(people, "frank")
    assert (await people.refreshed("frank")).roles == {Role.GRID_WORKER}
    await role_asks.confirm(actor=people.erin, ask_id=ask_id, now=SOON)
    assert not (await people.refreshed("frank")).is_member
    (row,) = await fetch("SELECT ended_at, ended_by_name FROM staff_role WHERE ended_at IS NOT NULL")
    assert (row["ended_at"], row["ended_by_name"]) == (SOON, "Dana")
    assert await kinds() == ["role.asked", "role.ended"]


async def test_the_same_form_is_the_same_whatever_has_become_of_it(people: Garden) -> None:
    key, other = new_id(), new_id()
    ask_id = await given(people, "ken", Role.AUDITOR, key=key)
    frank = await role_id(people, "frank")
    end_id = await ended(people, "frank", key=other)
    assert await given(people, "ken", Role.AUDITOR, key=key) == ask_id
    with pytest.raises(Refused, match=r"form\.used_before"):
        await given(people, "ken", Role.GRID_WORKER, key=key)
    with pytest.raises(Refused, match=r"role\.waiting"):
        await given(people, "ken", Role.AUDITOR)
    with pytest.raises(Refused, match=r"role\.waiting"):
        await ended(people, "frank")
    for each in (ask_id, end_id):
        await role_asks.confirm(actor=people.erin, ask_id=each, now=SOON)
    assert await given(people, "ken", Role.AUDITOR, key=key) == ask_id
    again = await role_asks.ask_end(actor=people.dana, role_id=frank, key=other, reason=WHY, now=SOON)
    assert again == end_id
    with pytest.raises(NotFound):
        await role_asks.ask_end(actor=people.dana, role_id=frank, key=new_id(), reason=WHY, now=SOON)
    with pytest.raises(Refused, match=r"role\.held"):
        await given(people, "ken", Role.AUDITOR)
    assert await kinds() == ["role.asked", "role.asked", "role.granted", "role.ended"]


async def test_two_at_once_are_one_ask(people: Garden) -> None:
    results = await asyncio.gather(*(given(people, "ken", Role.AUDITOR) for _ in range(3)), return_exceptions=True)
    assert sorted(str(each) for each in results if isinstance(each, Refused)) == ["role.waiting"] * 2
    assert len(await role_queries.waiting(people.community_id)) == 1


async def test_whom_it_is_about_never_confirms_it_nor_keeps_their_role_by_taking_it_back(people: Garden) -> None:
    olga = await operator(people)
    to_end = await ended(people, "dana", actor=olga)
    to_give = await given(people, "erin", Role.AUDITOR)
    for who, ask_id in ((people.dana, to_end), (people.erin, to_give)):
        with pytest.raises(Refused, match=r"role\.about_you"):
            await role_asks.confirm(actor=who, ask_id=ask_id, now=SOON)
    with pytest.raises(Refused, match=r"role\.about_you"):
        await role_asks.withdraw(actor=people.dana, ask_id=to_end, now=SOON)
    namesake = await add_person("Da na")
    await staff.grant_role(
        actor=system_actor(people.community_id), person_id=namesake, role=Role.COMMITTEE, now=NOW - DAY
    )
    second = Actor(namesake, "Da na", people.community_id, frozenset({Role.COMMITTEE}))
    with pytest.raises(Refused, match=r"role\.about_you"):
        await role_asks.confirm(actor=second, ask_id=to_end, now=SOON)
    await role_asks.confirm(actor=people.erin, ask_id=to_end, now=SOON)
    assert await held(people, "dana") == []


async def test_nobody_makes_their_own_second_person(people: Garden) -> None:
    """Whoever has a role only since, whose password the secretary sets, who reads, who is no staff: none confirms."""
    ask_id = await given(people, "ken", Role.COMMITTEE)
    system = system_actor(people.community_id)
    for name, at in (("bob", NOW), ("leo", SOON)):
        await staff.grant_role(actor=system, person_id=people.actors[name].person_id, role=Role.COMMITTEE, now=at)
        with pytest.raises(Refused, match=r"role\.only_since"):
            await role_asks.confirm(actor=await people.refreshed(name), ask_id=ask_id, now=SOON)
    for outsider in (people.frank, people.gina, people.alice):
        with pytest.raises(Refused, match=r"role\.seconds_only"):
            await role_asks.confirm(actor=outsider, ask_id=ask_id, now=SOON)
    with pytest.raises(NotFound):
        await role_asks.confirm(actor=people.charlie, ask_id=ask_id, now=SOON)
    erin = people.erin
    await staff.end_role(actor=system, role_id=await role_id(people, "erin"), now=SOON)
    with pytest.raises(Refused, match=r"role\.only_since"):
        await role_asks.confirm(actor=erin, ask_id=ask_id, now=SOON)
    assert await held(people, "ken") == []


async def test_who_asks(people: Garden) -> None:
    with pytest.raises(Refused, match=r"accounts\.role_not_yours"):
        await given(people, "ken", Role.SECRETARY)
    with pytest.raises(Refused, match=r"accounts\.role_not_yours"):
        await ended(people, "dana")
    for who in (people.erin, people.frank, people.gina, people.alice):
        with pytest.raises(Refused, match=r"accounts\.role_not_yours"):
            await given(people, "ken", Role.AUDITOR, actor=who)
        with pytest.raises(Refused, match=r"accounts\.role_not_yours"):
            await ended(people, "frank", actor=who)
    for act in (staff.grant_role, staff.end_role):
        about = {"role_id": 1} if act is staff.end_role else {"person_id": people.ken.person_id, "role": Role.AUDITOR}
        with pytest.raises(Refused, match=r"role\.by_two"):
            await act(actor=people.dana, now=NOW, **about)  # type: ignore[arg-type]
    olga = await operator(people)
    ask_id = await given(people, "ken", Role.SECRETARY, actor=olga)
    await role_asks.confirm(actor=people.dana, ask_id=ask_id, now=SOON)
    assert await held(people, "ken") == [Role.SECRETARY]
    with pytest.raises(NotFound):
        await role_asks.ask_end(actor=olga, role_id=2**70, key=new_id(), reason=WHY, now=SOON)


async def test_it_is_taken_back_by_whoever_asked_or_a_secretary_while_it_waits(people: Garden) -> None:
    olga = await operator(people)
    ask_id, other = await given(people, "ken", Role.AUDITOR, actor=olga), await given(people, "leo", Role.AUDITOR)
    for outsider in (people.erin, people.frank, people.gina):
        with pytest.raises(Refused, match=r"role\.not_yours_to_withdraw"):
            await role_asks.withdraw(actor=outsider, ask_id=ask_id, now=SOON)
    with pytest.raises(Refused, match=r"role\.not_yours_to_withdraw"):
        await role_asks.withdraw(actor=olga, ask_id=other, now=SOON)
    with pytest.raises(NotFound):
        await role_asks.withdraw(actor=people.charlie, ask_id=ask_id, now=SOON)
    await role_asks.withdraw(actor=people.dana, ask_id=ask_id, now=SOON)
    with pytest.raises(Refused, match=r"role\.moved_on"):
        await role_asks.confirm(actor=people.erin, ask_id=ask_id, now=SOON)
    with pytest.raises(Refused, match=r"role\.moved_on"):
        await role_asks.withdraw(actor=olga, ask_id=ask_id, now=SOON)
    assert await held(people, "ken") == []
    await given(people, "ken", Role.AUDITOR)
    assert await kinds() == ["role.granted", "role.asked", "role.asked", "role.ask_withdrawn", "role.asked"]


async def test_where_nobody_else_is_there_nothing_is_kept_that_nobody_could_confirm(people: Garden) -> None:
    await execute("UPDATE staff_role SET ended_at = {}, ended_by_name = 'x' WHERE role = 'committee'", NOW)
    with pytest.raises(Refused, match=r"role\.nobody_else"):
        await given(people, "ken", Role.AUDITOR)
    with pytest.raises(Refused, match=r"role\.nobody_else"):
        await ended(people, "frank")
    assert (await role_queries.waiting(people.community_id), await kinds()) == ([], [])
    await staff.grant_role(
        actor=system_actor(people.community_id, "周工"), person_id=people.ken.person_id, role=Role.AUDITOR, now=NOW
    )
    assert await held(people, "ken") == [Role.AUDITOR]
    (row,) = await fetch("SELECT private FROM log_record WHERE kind = 'role.granted'")
    assert "周工" in row["private"]


async def test_ones_own_role_is_laid_down_at_once(people: Garden) -> None:
    waits = await ended(people, "frank")
    frank = await role_id(people, "frank")
    with pytest.raises(Refused, match=r"role\.not_your_own"):
        await role_asks.lay_down(actor=people.dana, role_id=frank, now=SOON)
    await role_asks.lay_down(actor=people.frank, role_id=frank, now=SOON)
    assert await held(people, "frank") == []
    with pytest.raises(NotFound):
        await role_asks.lay_down(actor=people.frank, role_id=frank, now=SOON)
    with pytest.raises(Refused, match=r"role\.moved_on"):
        await role_asks.confirm(actor=people.erin, ask_id=waits, now=SOON)
    assert await kinds() == ["role.asked", "role.ask_withdrawn", "role.ended"]


async def test_somebody_who_names_others_is_always_left(people: Garden) -> None:
    with pytest.raises(Refused, match=r"role\.last_head"):
        await role_asks.lay_down(actor=people.dana, role_id=await role_id(people, "dana"), now=SOON)
    assert await held(people, "dana") == [Role.SECRETARY]
    olga = await operator(people)
    both = [(each, await role_id(people, name)) for name, each in (("dana", people.dana), ("olga", olga))]
    results = await asyncio.gather(
        *(role_asks.lay_down(actor=each, role_id=own, now=SOON) for each, own in both), return_exceptions=True
    )
    assert [str(each) for each in results if each is not None] == ["role.last_head"]


async def test_the_last_who_names_others_is_not_ended_by_two_either(people: Garden) -> None:
    olga = await operator(people)
    to_end = await ended(people, "dana", actor=olga)
    await role_asks.lay_down(actor=olga, role_id=await role_id(people, "olga"), now=SOON)
    with pytest.raises(Refused, match=r"role\.last_head"):
        await role_asks.confirm(actor=people.erin, ask_id=to_end, now=SOON)
    assert await held(people, "dana") == [Role.SECRETARY]
    (still,) = await role_queries.waiting(people.community_id)
    assert still.id == to_end


async def test_what_the_server_did_at_once_overtakes_what_waits(people: Garden) -> None:
    system = system_actor(people.community_id)
    ask_id = await given(people, "ken", Role.AUDITOR)
    await staff.grant_role(actor=system, person_id=people.ken.person_id, role=Role.AUDITOR, now=SOON)
    with pytest.raises(Refused, match=r"role\.moved_on"):
        await role_asks.confirm(actor=people.erin, ask_id=ask_id, now=SOON)
    assert await kinds() == ["role.asked", "role.ask_withdrawn", "role.granted"]


async def test_an_account_is_known_by_name_and_telephone(people: Garden) -> None:
    phone = f"170{people.ken.person_id:08d}"
    assert await role_asks.account_of(name="Ken", phone=phone) == people.ken.person_id
    for name, number in (("Leo", phone), ("Ken", "13900000000")):
        with pytest.raises(Invalid) as found:
            await role_asks.account_of(name=name, phone=number)
        assert found.value.errors == {"phone": "role.no_account"}


async def test_it_is_a_job_of_whoever_may_be_the_second(people: Garden) -> None:
    ask_id = await given(people, "ken", Role.AUDITOR)
    for name, turn in (("dana", Turn.OTHERS), ("erin", Turn.MINE), ("gina", Turn.OTHERS)):
        actor = people.actors[name]
        found = [each async for each in other_jobs(actor, parts_of(actor), {}, NOW) if each.kind is JobKind.ROLES]
        assert [(each.id, each.link) for each in found] == [(ask_id, f"/desk/staff#ask-{ask_id}")]
        assert turn_of(actor, found[0]) is turn
    assert JobKind.ROLES not in parts_of(people.frank)
    assert set(SECONDS) == {role for role in Role if JobKind.ROLES in parts_of(_with(people, role))} - {Role.AUDITOR}
    await role_asks.confirm(actor=people.erin, ask_id=ask_id, now=SOON)
    assert [each async for each in other_jobs(people.erin, frozenset({JobKind.ROLES}), {}, NOW)] == []


def _with(people: Garden, role: Role) -> Actor:
    return Actor(1, "x", people.community_id, frozenset({role}))

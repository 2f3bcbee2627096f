"""Opening a motion: what is locked, what is refused, who may count."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from council.audit import queries as log
from council.kernel.errors import Invalid, Refused
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Electorate, Kind
from council.pathways.presets import load
from council.proposals import queries as proposals
from council.registry import bulk
from council.registry.tables import Owner
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import queries
from council.voting.duty import Candidate
from council.voting.model import Change
from council.voting.motion import MotionState
from council.voting.opening import suggested_times
from tests.people import LONG_AGO, NOW, Garden, garden, live_in, verify_owner
from tests.voting.motions import DURING, OPENS, cast, draft, filed, open_filed, opened, setting


async def test_text_roll_and_rules_are_locked(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    assert motion.state(NOW) is MotionState.NOTICE
    # Alice's two flats, one of them with Bob, are two persons: the co-owners are another set.
    assert motion.roll_persons == 12
    assert motion.roll_area_dm2 == sum(7000 + 137 * index for index in range(12))
    assert motion.text_sha256 == sha256(motion.text.encode()).hexdigest()
    assert "预计总费用：￥628,460.00" in motion.text
    assert motion.ruleset.name == "major"
    assert not motion.is_advisory
    await execute("UPDATE unit SET area_dm2 = 1 WHERE community_id = {}", people.community_id)
    await execute("UPDATE ownership SET ended_at = {} WHERE community_id = {}", NOW, people.community_id)
    roll = await queries.roll(people.community_id, motion.id)
    assert sum(voter.area_dm2 for voter in roll.voters) == motion.roll_area_dm2
    assert [voter.voter_id for voter in roll.voters] == [f"v{number}" for number in range(1, 13)]
    record = (await log.latest(people.community_id, limit=1))[0]
    assert record.kind == "motion.opened"
    assert record.data["roll_sha256"] == motion.roll_sha256
    assert (await log.verify(people.community_id)).holds


async def test_the_roll_digest_can_be_recomputed_from_what_is_public(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    roll = await queries.roll(people.community_id, motion.id)
    listed = [
        {"voter": voter.voter_id, "units": [{"unit": unit.code, "area_dm2": unit.area_dm2} for unit in voter.units]}
        for voter in roll.voters
    ]
    policy = {"area_basis": motion.area_basis, "parking_counted": "no"}
    public = {"format": "council.roll/1", "policy": policy, "voters": listed}
    text = json.dumps(public, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert sha256(text.encode()).hexdigest() == motion.roll_sha256


async def test_only_the_secretary_opens(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await filed(people)
    people.actors["dana"] = people.alice
    with pytest.raises(Refused, match=r"motion.only_secretary") as refused:
        await open_filed(people, proposal_id, draft(people))
    assert refused.value.forbidden
    assert await queries.motions(people.community_id) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"opens_at": OPENS - timedelta(days=1)}, "opens_at"),
        ({"closes_at": OPENS + timedelta(days=13)}, "closes_at"),
    ],
)
async def test_too_early(db: AnyEngine, changed: dict[str, object], field: str) -> None:
    people = await garden()
    with pytest.raises(Invalid) as invalid:
        await open_filed(people, await filed(people), draft(people, **changed))
    assert set(invalid.value.errors) == {field}


async def test_the_first_instant_that_the_rules_allow(db: AnyEngine) -> None:
    people = await garden()
    times = suggested_times(load(Kind.ELEVATOR), NOW)
    assert times.opens_at == OPENS
    wanted = draft(people, opens_at=times.earliest, closes_at=times.earliest + timedelta(days=14))
    assert (await open_filed(people, await filed(people), wanted)).opens_at == times.earliest


async def test_suggested_times_of_a_preset_without_days_of_notice() -> None:
    preset = load(Kind.OPINION_POLL)
    at_once = suggested_times(replace(preset, days=replace(preset.days, notice=0)), NOW)
    assert at_once.opens_at == NOW
    assert at_once.closes_at > at_once.opens_at + timedelta(days=preset.days.vote)


async def test_two_different_counters_and_somebody_else_who_watches(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await filed(people)
    erin, frank = people.erin.person_id, people.frank.person_id
    for wanted, field in (
        (draft(people, counter_ids=(erin, erin)), "counter_b"),
        (draft(people, scrutineer_id=frank), "scrutineer"),
        (draft(people, counter_ids=(erin, people.charlie.person_id)), "counter_b"),
        (draft(people, scrutineer_id=people.gina.person_id), "scrutineer"),
        (draft(people, scrutineer_id=10**6), "scrutineer"),
    ):
        with pytest.raises(Invalid) as invalid:
            await open_filed(people, proposal_id, wanted)
        assert set(invalid.value.errors) == {field}
    named = await open_filed(people, proposal_id, draft(people, counter_ids=(erin, frank, erin)))
    assert len(await queries.officers(people.community_id, named.id)) == 3


async def test_staff_who_own_in_scope_are_recused_neighbours_are_not(db: AnyEngine) -> None:
    people = await garden()
    await verify_owner(people, people.erin.person_id, people.owners["1-1-501"])
    people_by_id = await candidates(people, await filed(people, title="还没公告的事"))
    erin = people_by_id[people.erin.person_id]
    assert erin.refusal is not None
    assert erin.refusal.code == "motion.staff_recused"
    assert people_by_id[people.frank.person_id].refusal is None
    assert people_by_id[people.grace.person_id].refusal is None
    assert people_by_id[people.grace.person_id].places == ("1-1-102",)
    gina = people_by_id[people.gina.person_id].refusal
    assert gina is not None
    assert gina.code == "motion.auditor_signs_nothing"
    assert people.charlie.person_id not in people_by_id
    assert people.ken.person_id not in people_by_id
    with pytest.raises(Invalid) as invalid:
        await open_filed(people, await filed(people), draft(people))
    assert invalid.value.errors == {"counters": "motion.staff_recused"}
    grace = draft(people, counter_ids=(people.frank.person_id, people.grace.person_id))
    assert await open_filed(people, await filed(people, title="另一件事"), grace)


async def test_neighbours_who_may_count_stand_in_the_order_of_their_homes(db: AnyEngine) -> None:
    people = await garden()
    # whoever moved in first is written first: the rows are turned round, the list is not
    await execute(
        "UPDATE residency SET unit_id = {} WHERE person_id = {}", people.units["1-1-502"], people.grace.person_id
    )
    proposal_id = await filed(people, title="还没公告的事")
    listed = list((await candidates(people, proposal_id)).values())
    are_staff = [bool(each.roles) for each in listed]
    assert are_staff == sorted(are_staff, reverse=True)
    homes = [each.places[0] for each in listed if not each.roles]
    assert homes == sorted(homes)
    assert homes[-1] == "1-1-502"


async def candidates(people: Garden, proposal_id: int) -> dict[int, Candidate]:
    proposal = await proposals.proposal(people.community_id, proposal_id)
    return {each.person_id: each for each in await queries.officer_candidates(proposal, NOW)}


async def test_nobody_counts_what_they_proposed(db: AnyEngine) -> None:
    people = await garden()
    erin, frank, alice = (people.actors[name].person_id for name in ("erin", "frank", "alice"))
    proposal_id = await filed(people)
    refusal = (await candidates(people, proposal_id))[alice].refusal
    assert refusal is not None
    assert (refusal.code, refusal.details) == ("motion.proposer_counts", {"name": "Alice"})
    for wanted, field in (
        (draft(people, counter_ids=(alice, frank)), "counters"),
        (draft(people, counter_ids=(erin, alice)), "counter_b"),
        (draft(people, scrutineer_id=alice), "scrutineer"),
    ):
        with pytest.raises(Invalid) as invalid:
            await open_filed(people, proposal_id, wanted)
        assert invalid.value.errors == {field: "motion.proposer_counts"}
        assert invalid.value.details == {f"{field}.name": "Alice"}
    # staff who propose something are no exception
    await execute("UPDATE proposal SET proposer_id = {} WHERE id = {}", erin, proposal_id)
    with pytest.raises(Invalid) as invalid:
        await open_filed(people, proposal_id, draft(people))
    assert invalid.value.errors == {"counters": "motion.proposer_counts"}
    assert await queries.motions(people.community_id) == []
    assert (await candidates(people, proposal_id))[alice].refusal is None


async def test_everything_wrong_is_told_at_once(db: AnyEngine) -> None:
    people = await garden()
    frank, gina = people.frank.person_id, people.gina.person_id
    wanted = draft(
        people, counter_ids=(gina, frank), scrutineer_id=frank, opens_at=NOW, closes_at=NOW + timedelta(days=1)
    )
    with pytest.raises(Invalid) as invalid:
        await open_filed(people, await filed(people), wanted)
    assert invalid.value.errors == {
        "counters": "motion.auditor_signs_nothing",
        "scrutineer": "motion.scrutineer_counts",
        "opens_at": "motion.opens_too_early",
        "closes_at": "motion.closes_too_early",
    }
    assert invalid.value.details == {"opens_at.days": 15, "closes_at.days": 14}


async def test_an_owner_by_their_own_word_is_recused_as_well(db: AnyEngine) -> None:
    people = await garden()
    await execute(
        "UPDATE owner_claim SET person_id = {} WHERE person_id = {}", people.erin.person_id, people.leo.person_id
    )
    with pytest.raises(Invalid) as invalid:
        await open_filed(people, await filed(people), draft(people))
    assert invalid.value.errors == {"counters": "motion.staff_recused"}


async def test_the_same_form_again_opens_nothing_twice(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, other = await filed(people), await filed(people, title="另一件事")
    wanted = draft(people)
    first = await open_filed(people, proposal_id, wanted)
    assert await open_filed(people, proposal_id, wanted) == first
    with pytest.raises(Refused, match=r"form.used_before"):
        await open_filed(people, other, wanted)
    for changed in (
        replace(wanted, closes_at=wanted.closes_at + timedelta(days=1)),
        replace(wanted, convener_name="另一个召集人"),
        replace(wanted, scrutineer_id=people.alice.person_id),
    ):
        with pytest.raises(Refused, match=r"form.used_before"):
            await open_filed(people, proposal_id, changed)
    with pytest.raises(Refused, match=r"motion.live_already"):
        await open_filed(people, proposal_id, draft(people))
    assert len(await queries.motions(people.community_id)) == 1
    assert len(await log.latest(people.community_id)) == 1


async def test_a_faulty_row_or_a_unit_without_owner_stops_it(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await filed(people)
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", NOW, people.units["1-1-602"])
    with pytest.raises(Refused, match=r"motion.unit_without_owner") as refused:
        await open_filed(people, proposal_id, draft(people))
    assert refused.value.details == {"units": "1-1-602", "count": 1}
    assert await fetch("SELECT id FROM motion") == []


async def test_online_is_advisory_unless_the_bylaws_say_so(db: AnyEngine) -> None:
    people = await garden(online_counts=False)
    assert (await opened(people)).is_advisory
    resident = await opened(people, kind=Kind.RESIDENT_MATTER, scope=people.building_scope)
    assert not resident.is_advisory
    assert (await opened(people, kind=Kind.OPINION_POLL, scope=people.building_scope)).is_advisory


async def test_bylaws_set_how_often_one_may_change(db: AnyEngine) -> None:
    people = await garden()
    assert (await opened(people)).ruleset.change is Change.NONE
    await setting(people, "change", "nonsense")
    assert (await opened(people)).ruleset.change is Change.NONE
    await setting(people, "change", "once")
    assert (await opened(people)).ruleset.change is Change.ONCE


async def test_residents_vote_by_household(db: AnyEngine) -> None:
    people = await garden()
    await execute("UPDATE unit SET status = 'unsold' WHERE id = {}", people.units["1-2-602"])
    motion = await opened(people, kind=Kind.RESIDENT_MATTER, scope=people.building_scope)
    assert motion.electorate is Electorate.RESIDENTS
    assert motion.roll_persons == 23  # 24 dwellings, one unsold; the shop is nobody's home
    voters = await queries.voters_for(people.ken, motion)
    assert [(voter.unit_codes, voter.may_cast) for voter in voters] == [(("1-2-101",), True)]


async def test_home_to_shop_asks_the_other_owners(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people, kind=Kind.HOME_TO_SHOP, scope=people.building_scope)
    assert await queries.voters_for(people.grace, motion)
    codes = [code for voter in await queries.voters_for(people.alice, motion) for code in voter.unit_codes]
    assert "1-1-101" not in codes
    assert motion.roll_persons == 24


async def test_parking_is_left_out_unless_the_community_counts_it(db: AnyEngine) -> None:
    people = await garden()
    await execute("UPDATE unit SET use = 'parking' WHERE id = {}", people.units["1-1-602"])
    assert (await opened(people)).roll_persons == 11
    await setting(people, "parking_counted", "yes")
    counted = await opened(people)
    assert counted.roll_persons == 12
    assert counted.is_parking_counted


async def _developer(people: Garden) -> int:
    """A developer with one unsold flat, and a second flat sold to 1-1-602's buyer and not handed over."""
    company = Owner(
        community_id=people.community_id, name="花园地产公司", kind="developer", phones="[]", added_at=LONG_AGO
    )
    owner_id = int((await Owner.insert(company))[0]["id"])
    await execute("UPDATE ownership SET owner_id = {} WHERE unit_id = {}", owner_id, people.units["1-1-601"])
    await execute("UPDATE unit SET status = 'unsold' WHERE id = {}", people.units["1-1-601"])
    await execute("UPDATE unit SET status = 'undelivered' WHERE id = {}", people.units["1-1-502"])
    return owner_id


async def test_a_buyer_never_casts_the_developers_vote(db: AnyEngine) -> None:
    people = await garden()
    developer = await _developer(people)
    await verify_owner(people, people.leo.person_id, people.owners["1-1-502"])
    buyer = await people.refreshed("leo")
    motion = await opened(people)
    assert motion.roll_persons == 11  # 601 and 502 are one person
    assert await queries.voters_for(buyer, motion) == []
    with pytest.raises(Refused, match=r"ballot.not_on_roll"):
        await cast(buyer, motion, at=DURING)
    await verify_owner(people, people.ken.person_id, developer)
    company = await people.refreshed("ken")
    voter = (await queries.voters_for(company, motion))[0]
    assert set(voter.unit_codes) == {"1-1-502", "1-1-601"}
    assert voter.may_cast
    with pytest.raises(Refused, match=r"ballot.needs_authority"):  # only with its sealed paper: test_holding.py
        await cast(company, motion)


async def test_where_residents_decide_their_households_are_recused(db: AnyEngine) -> None:
    """Staff who live there, and whoever lives with the proposer; a neighbour counts."""
    people = await garden()
    await live_in(people, people.frank.person_id, "1-1-302")
    await live_in(people, people.leo.person_id, "1-1-101")  # where Alice, who proposes, lives
    frank, leo, erin = people.frank.person_id, people.leo.person_id, people.erin.person_id
    matter = await filed(people, kind=Kind.RESIDENT_MATTER)
    for counters, field, code in (
        ((erin, frank), "counter_b", "motion.staff_lives_there"),
        ((erin, leo), "counter_b", "motion.proposer_household"),
    ):
        with pytest.raises(Invalid) as wrong:
            await open_filed(people, matter, draft(people, counter_ids=counters))
        assert wrong.value.errors == {field: code}
    offered = await candidates(people, matter)
    refused = {person_id: one.refusal.code for person_id, one in offered.items() if one.refusal is not None}
    assert refused[frank] == "motion.staff_lives_there"
    assert refused[leo] == "motion.proposer_household"
    grace = people.grace.person_id
    assert grace not in refused
    motion = await open_filed(people, matter, draft(people, counter_ids=(erin, grace)))
    assert motion.electorate == "residents"
    owners = await filed(people, title="业主的事")
    await open_filed(people, owners, draft(people, counter_ids=(erin, frank)))  # living there is no stake of an owner's


async def test_a_long_roll_is_inserted_whole(db: AnyEngine) -> None:
    people = await garden()
    count = 2500
    place = (people.community_id, people.building_id, people.entrances["2"])
    unit_ids = await bulk.insert(
        "unit",
        ("community_id", "building_id", "entrance_id", "code", "room", "floor", "area_dm2", "use", "status", "note",
         "added_at", "changed_at"),
        [
            (*place, f"1-2-9{n:04d}", f"9{n:04d}", 9, 5000 + n, "dwelling", "occupied", "", LONG_AGO, LONG_AGO)
            for n in range(count)
        ],
    )  # fmt: skip
    owner_ids = await bulk.insert(
        "owner",
        ("community_id", "name", "kind", "phones", "added_at"),
        [(people.community_id, f"业主{n}", "natural", "[]", LONG_AGO) for n in range(count)],
    )
    await bulk.insert(
        "ownership",
        ("community_id", "unit_id", "owner_id", "position", "is_representative", "began_at"),
        [
            (people.community_id, unit_id, owner_id, 0, True, LONG_AGO)
            for unit_id, owner_id in zip(unit_ids, owner_ids, strict=True)
        ],
    )
    motion = await opened(people, kind=Kind.FUND_USE, scope=Scope(ScopeKind.COMMUNITY))
    roll = await queries.roll(people.community_id, motion.id)
    assert len(roll.voters) == motion.roll_persons == count + 25
    assert sum(voter.area_dm2 for voter in roll.voters) == motion.roll_area_dm2
    holders = await fetch("SELECT COUNT(*) AS n FROM roll_holder WHERE is_representative")
    assert holders[0]["n"] == motion.roll_persons


async def test_nothing_is_kept_of_a_motion_that_was_refused_at_the_end(db: AnyEngine) -> None:
    """Officers are looked at last: motion, roll and log of the attempt are gone with it."""
    people = await garden()
    proposal_id = await filed(people)
    with pytest.raises(Invalid):
        await open_filed(people, proposal_id, draft(people, scrutineer_id=10**6))
    for table in ("motion", "motion_secret", "roll_voter", "roll_unit", "log_record"):
        assert (await fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"] == 0

"""Whoever stands in an election, by person or by owner, neither counts it nor handles its papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from council.elections.slate import Slate
from council.kernel.errors import Invalid, Refusal
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import freezing, officers, paper_staff, property_staff, queries
from tests.elections.slates import STANDS, published
from tests.people import NOW, garden
from tests.voting.elections import election, nominee
from tests.voting.motions import draft, filed, open_filed


async def test_a_candidate_counts_nothing(db: AnyEngine) -> None:
    people = await garden()
    erin = people.erin.person_id
    who = Slate(1, (nominee(1, "陈芳", person_id=erin), nominee(2, "李国强")))
    with pytest.raises(Invalid) as invalid:
        await election(people, who=who)
    assert invalid.value.errors == {"counters": "motion.candidate_counts"}
    assert invalid.value.details == {"counters.name": "Erin"}
    # a namesake is nobody's candidate: the row decides, not the name
    other = Slate(1, (nominee(1, "Erin"), nominee(2, "Frank")))
    assert (await election(people, who=other)).is_election


async def test_nor_does_whoever_owns_what_the_candidate_stands_for(db: AnyEngine) -> None:
    people = await garden()
    owner_id = min(people.judy.owner_ids)
    who = Slate(1, (nominee(1, "花园公司", owner_id=owner_id),))
    with pytest.raises(Invalid) as invalid:
        await election(people, who=who, wanted=draft(people, scrutineer_id=people.judy.person_id))
    assert invalid.value.errors == {"scrutineer": "motion.candidate_counts"}


async def test_the_property_manager_counts_no_election(db: AnyEngine) -> None:
    people = await garden()
    await execute(
        "INSERT INTO property_staff (community_id, person_id, marked_at, marked_by, marked_by_name)"
        " VALUES ({}, {}, {}, {}, 'Dana')",
        *(people.community_id, people.ken.person_id, NOW, people.dana.person_id),
    )
    with pytest.raises(Invalid) as invalid:
        await election(people)
    assert invalid.value.errors == {"scrutineer": "motion.property_staff_counts"}
    # what else owners decide they may watch
    assert await open_filed(people, await filed(people), draft(people))
    await property_staff.unmark(actor=people.dana, person_id=people.ken.person_id, now=NOW)
    assert (await election(people)).is_election


async def test_candidates_touch_no_paper_of_their_election(db: AnyEngine) -> None:
    people = await garden()
    who = Slate(1, (nominee(1, "陈芳", person_id=people.dana.person_id), nominee(2, "李国强")))
    wanted = draft(people, is_on_paper=True)
    motion = await election(people, who=who, wanted=wanted)
    assert await paper_staff.may_handle(people.dana, motion) == Refusal("paper.recused")
    assert await paper_staff.may_handle(people.frank, motion) is None
    plain = await open_filed(people, await filed(people), replace(wanted, key="k" * 26))
    assert await paper_staff.may_handle(people.dana, plain) is None


async def test_the_desk_is_told_whom_it_cannot_choose_and_the_published_slate_is_frozen(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "alice", "judy")
    proposal = await proposals.proposal(people.community_id, proposal_id)
    listed = {each.person_id: each.refusal for each in await queries.officer_candidates(proposal, STANDS)}
    assert listed[people.erin.person_id] == Refusal("motion.proposer_counts", {"name": "Erin"})
    wanted = draft(
        people,
        counter_ids=(people.judy.person_id, people.frank.person_id),
        opens_at=STANDS + timedelta(days=30),
        closes_at=STANDS + timedelta(days=61),
    )
    with pytest.raises(Invalid) as invalid:
        await open_filed(people, proposal_id, wanted, now=STANDS)
    assert invalid.value.errors == {"counters": "motion.candidate_counts"}
    said = await freezing.judge_draft(proposal=proposal, draft=wanted, fields=officers.FIELDS, now=STANDS)
    assert said is not None
    assert said.errors == invalid.value.errors
    fair = replace(wanted, counter_ids=(people.heidi.person_id, people.frank.person_id))
    motion = await open_filed(people, proposal_id, fair, now=STANDS)
    standing = await queries.candidates(people.community_id, motion.id)
    assert (motion.seats, {each.candidate_id for each in standing}) == (3, set(ids.values()))
    assert {each.owner_id for each in standing} == people.alice.owner_ids | people.judy.owner_ids
    homes = {each.place: "1号楼1单元{}室".format(each.place.rpartition("-")[2]) for each in standing}
    assert all(f"{each.number}. {each.name}（{homes[each.place]}，自荐）" in motion.text for each in standing)

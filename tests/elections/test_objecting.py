"""Objections to a candidate while the notice hangs, and appeals of the excluded: answered before the slate stands."""

from __future__ import annotations

import pytest

from council.elections import objecting, opening, publishing, queries, rules
from council.elections.candidate import Reason, Verdict
from council.elections.model import ObjectionOutcome, Stage
from council.kernel.errors import Invalid, Refused, TooMany
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute
from tests.elections.slates import (
    DAY,
    NOMINATED,
    PUBLISHED,
    STANDS,
    find,
    nominating_for,
    objected,
    published,
    put_self_forward,
    slate,
)
from tests.people import Garden, garden

OPEN = PUBLISHED + 2 * DAY


async def answer(people: Garden, objection_id: int, outcome: ObjectionOutcome, words: str = "已经核实。") -> None:
    await objecting.answer(actor=people.dana, objection_id=objection_id, outcome=outcome, words=words, now=OPEN)


async def stage(people: Garden, proposal_id: int) -> Stage:
    return rules.stage(await queries.standing(people.community_id, proposal_id), STANDS)


async def test_an_objection_holds_the_slate_until_it_is_answered(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi")
    objection_id = await objected(people, ids["grace"])
    assert (await stage(people, proposal_id), await slate(people, proposal_id)) == (Stage.OBJECTIONS, None)
    with pytest.raises(Invalid) as refused:
        await answer(people, objection_id, ObjectionOutcome.REJECTED, "")
    assert refused.value.errors == {"answer": "candidate.words_needed"}
    await answer(people, objection_id, ObjectionOutcome.REJECTED)
    found = await slate(people, proposal_id)
    assert found is not None
    assert len(found.candidates) == 2
    with pytest.raises(Refused, match=r"candidate\.objection_closed"):
        await answer(people, objection_id, ObjectionOutcome.UPHELD)


async def test_two_people_strike_somebody_off(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi")
    objection_id = await objected(people, ids["grace"])
    with pytest.raises(Refused, match=r"candidate\.not_answered"):
        await objecting.uphold(actor=people.erin, objection_id=objection_id, now=OPEN)
    await answer(people, objection_id, ObjectionOutcome.UPHELD, "查实在物业公司任职。")
    assert await stage(people, proposal_id) is Stage.OBJECTIONS
    with pytest.raises(Refused, match=r"candidate\.answered_already"):  # an older tab, or another of the office
        await answer(people, objection_id, ObjectionOutcome.REJECTED)
    with pytest.raises(Refused, match=r"candidate\.second_person"):
        await objecting.uphold(actor=people.dana, objection_id=objection_id, now=OPEN)
    with pytest.raises(Refused, match=r"candidate\.found_it"):  # Erin confirmed the finding, and Frank is there
        await objecting.uphold(actor=people.erin, objection_id=objection_id, now=OPEN)
    await objecting.uphold(actor=people.frank, objection_id=objection_id, now=OPEN)
    struck = await queries.candidate(people.community_id, ids["grace"])
    assert (struck.struck_at, struck.struck_reason) == (OPEN, "查实在物业公司任职。")
    found = await slate(people, proposal_id)
    assert found is not None
    assert [each.candidate_id for each in found.candidates] == [ids["heidi"]]


async def test_the_second_person_may_not_agree(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace")
    objection_id = await objected(people, ids["grace"])
    await answer(people, objection_id, ObjectionOutcome.UPHELD)
    await objecting.send_back(actor=people.frank, objection_id=objection_id, words="证据不足", now=OPEN)
    found = await queries.objection(people.community_id, objection_id)
    assert (found.outcome, found.answer, found.is_open) == (None, None, True)
    assert (await queries.candidate(people.community_id, ids["grace"])).is_in
    assert await stage(people, proposal_id) is Stage.OBJECTIONS


async def test_who_may_object_and_when(db: AnyEngine) -> None:
    people = await garden()
    _, ids = await published(people, "grace")
    with pytest.raises(Refused, match=r"candidate\.not_concerned"):
        await objected(people, ids["grace"], "frank")
    await objected(people, ids["grace"], "ken", now=STANDS - DAY)  # a tenant lives here too
    with pytest.raises(Refused, match=r"candidate\.objection_too_late"):
        await objected(people, ids["grace"], now=STANDS)
    proposal_id = await nominating_for(people)
    named = await put_self_forward(people, "heidi", proposal_id)
    with pytest.raises(Refused, match=r"candidate\.objection_too_late"):  # nobody is on a notice yet
        await objected(people, named, now=NOMINATED - DAY)


async def test_nobody_answers_their_own_objection_nor_a_candidate_any(db: AnyEngine) -> None:
    people = await garden()
    _, ids = await published(people, "grace", "heidi")
    own = await objected(people, ids["grace"], "dana")
    with pytest.raises(Refused, match=r"candidate\.own_objection"):
        await answer(people, own, ObjectionOutcome.REJECTED)
    other = await objected(people, ids["grace"])
    await execute(
        "INSERT INTO staff_role (person_id, role, community_id, granted_at, granted_by_name)"
        " VALUES ({}, 'committee', {}, {}, 'system')",
        *(people.heidi.person_id, people.community_id, PUBLISHED),
    )
    await people.refreshed("heidi")
    for name, code in (("heidi", r"candidate\.candidate_reviews"), ("gina", r"candidate\.reviewers_only")):
        with pytest.raises(Refused, match=code):
            await objecting.answer(
                actor=people.actors[name],
                objection_id=other,
                outcome=ObjectionOutcome.REJECTED,
                words="不成立",
                now=OPEN,
            )


async def test_taken_back_by_its_author_alone(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace")
    objection_id = await objected(people, ids["grace"])
    with pytest.raises(Refused, match=r"candidate\.not_yours"):
        await objecting.take_back(actor=people.grace, objection_id=objection_id, now=OPEN)
    await objecting.take_back(actor=people.judy, objection_id=objection_id, now=OPEN)
    assert await slate(people, proposal_id) is not None


async def test_whoever_was_left_out_appeals_before_the_notice(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    candidate_id = await put_self_forward(people, "grace", proposal_id)
    await find(people, candidate_id, Verdict.NOT, reason=Reason.FALSE_PAPERS, words="材料对不上。")
    with pytest.raises(Refused, match=r"candidate\.not_yours"):
        await objected(people, candidate_id, "judy", now=NOMINATED)
    appeal = await objected(people, candidate_id, "grace", now=NOMINATED)
    assert (await queries.objection(people.community_id, appeal)).is_appeal
    with pytest.raises(Refused, match=r"election\.objections_open"):
        await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=NOMINATED)
    with pytest.raises(Refused, match=r"election\.objections_open"):
        await opening.reopen(actor=people.dana, proposal_id=proposal_id, days=3, reason="人太少", now=NOMINATED)
    await answer(people, appeal, ObjectionOutcome.UPHELD, "材料补齐了，重新审查。")
    await objecting.uphold(actor=people.frank, objection_id=appeal, now=OPEN)
    again = await queries.candidate(people.community_id, candidate_id)
    assert (again.verdict, again.is_in) == (None, True)
    await find(people, candidate_id)
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=PUBLISHED)


async def test_too_late_to_appeal(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    out = await put_self_forward(people, "grace", proposal_id)
    await find(people, out, Verdict.NOT, reason=Reason.FALSE_PAPERS, words="材料对不上。")
    await find(people, await put_self_forward(people, "heidi", proposal_id))
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=PUBLISHED)
    with pytest.raises(Refused, match=r"candidate\.appeal_too_late"):
        await objected(people, out, "grace")


async def test_the_same_form_is_the_same_objection_and_an_hour_has_room_for_a_dozen(db: AnyEngine) -> None:
    people = await garden()
    _, ids = await published(people, "grace")
    sent = {"actor": people.judy, "candidate_id": ids["grace"], "key": new_id(), "place": "1-1-301", "now": OPEN}
    first = await objecting.object_to(**sent, ground="他不住在这里。")
    assert await objecting.object_to(**sent, ground="他不住在这里。") == first
    with pytest.raises(Refused, match=r"form\.used_before"):
        await objecting.object_to(**sent, ground="别的理由。")
    for _ in range(11):
        await objected(people, ids["grace"], now=OPEN)
    with pytest.raises(TooMany, match=r"bound\.candidate_objection"):
        await objected(people, ids["grace"], now=OPEN)

"""The vote of an election: none without a list that stands; with it, everybody on the list and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from council.elections import consenting, objecting, opening, publishing, reviewing
from council.elections.candidate import Verdict
from council.elections.model import ObjectionOutcome
from council.kernel.errors import Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import freezing
from tests.elections.slates import (
    DAY,
    NOMINATED,
    PUBLISHED,
    STANDS,
    accepted,
    nominating_for,
    objected,
    published,
    put_self_forward,
)
from tests.people import Garden, garden
from tests.voting.motions import draft


async def freeze(people: Garden, proposal_id: int, now: datetime = STANDS) -> int:
    counters = (people.frank.person_id, people.judy.person_id)
    wanted = draft(people, counter_ids=counters, opens_at=now + timedelta(days=16), closes_at=now + timedelta(days=60))
    return await freezing.open_motion(
        actor=people.dana,
        proposal=await proposals.proposal(people.community_id, proposal_id),
        version=await proposals.version(people.community_id, proposal_id, 1),
        draft=wanted,
        now=now,
    )


@pytest.mark.parametrize("kind", [Kind.GOVERNANCE, Kind.ONE_PERSON_CHAIR])
async def test_no_vote_without_nominations(db: AnyEngine, kind: Kind) -> None:
    people = await garden()
    with pytest.raises(Refused, match=r"motion\.no_candidates"):
        await freeze(people, await accepted(people, kind=kind))
    with pytest.raises(Refused, match=r"motion\.no_candidates"):
        await freeze(people, await nominating_for(people, kind=kind))


async def test_no_vote_while_the_notice_hangs_or_an_objection_waits(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi")
    with pytest.raises(Refused, match=r"motion\.no_candidates"):
        await freeze(people, proposal_id, STANDS - timedelta(seconds=1))
    objection_id = await objected(people, ids["grace"])
    with pytest.raises(Refused, match=r"motion\.no_candidates"):
        await freeze(people, proposal_id)
    await objecting.answer(
        actor=people.dana,
        objection_id=objection_id,
        outcome=ObjectionOutcome.REJECTED,
        words="已核实，不成立。",
        now=STANDS,
    )
    assert await freeze(people, proposal_id) > 0


async def test_what_does_not_elect_needs_no_list(db: AnyEngine) -> None:
    people = await garden()
    assert await freeze(people, await accepted(people, elects=False)) > 0


async def test_who_stood_back_is_not_on_the_ballot_and_then_no_name_moves(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi", "ivan")
    await consenting.withdraw(actor=people.heidi, candidate_id=ids["heidi"], reason="家里有事", now=PUBLISHED)
    motion_id = await freeze(people, proposal_id)
    rows = await fetch(
        "SELECT candidate_id, number FROM motion_candidate WHERE community_id = {} AND motion_id = {} ORDER BY number",
        *(people.community_id, motion_id),
    )
    kept = await fetch(
        "SELECT id, number FROM candidate WHERE proposal_id = {} AND withdrawn_at IS NULL ORDER BY number", proposal_id
    )
    assert [(row["candidate_id"], row["number"]) for row in rows] == [(row["id"], row["number"]) for row in kept]
    for late in (
        consenting.withdraw(actor=people.grace, candidate_id=ids["grace"], reason="家里有事", now=STANDS),
        opening.reopen(actor=people.dana, proposal_id=proposal_id, days=7, reason="人太少", now=STANDS),
        objecting.object_to(
            actor=people.judy, candidate_id=ids["grace"], key="k" * 20, ground="不行不行", place="", now=STANDS
        ),
    ):
        with pytest.raises(Refused, match=r"candidate\.on_the_ballot"):
            await late


async def test_somebody_else_cannot_review_once_the_list_is_out(db: AnyEngine) -> None:
    people = await garden()
    _, ids = await published(people, "grace")
    with pytest.raises(Refused, match=r"election\.published_already"):
        await reviewing.confirm(actor=people.erin, candidate_id=ids["grace"], seen=NOMINATED, now=PUBLISHED)


async def test_more_nominations_after_an_empty_notice_give_new_numbers(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace")
    await consenting.withdraw(actor=people.grace, candidate_id=ids["grace"], reason="家里有事", now=PUBLISHED)
    await opening.reopen(actor=people.dana, proposal_id=proposal_id, days=3, reason="没有人了", now=STANDS)
    other = await put_self_forward(people, "heidi", proposal_id, now=STANDS + DAY)
    over = STANDS + 5 * DAY
    with pytest.raises(Refused, match=r"election\.unjudged"):
        await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=over)
    await reviewing.judge(
        key=new_id(), actor=people.dana, candidate_id=other, verdict=Verdict.ELIGIBLE, reason=None, words="", now=over
    )
    await reviewing.confirm(actor=people.erin, candidate_id=other, seen=over, now=over)
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=over)
    rows = await fetch("SELECT id, number FROM candidate WHERE number IS NOT NULL")
    assert [(row["id"], row["number"]) for row in rows] == [(other, 1)]

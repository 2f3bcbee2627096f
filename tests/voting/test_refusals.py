"""What the rules refuse, with the sentence that people read, in both languages.

A refusal that nobody provokes in a test, or whose sentence changed unnoticed, fails here. `refusals.toml`
has them under the rules' own words.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from council.kernel.errors import Invalid, Refused
from council.progress import service as progress
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import objections, queries
from tests.people import garden
from tests.progress import life
from tests.refusals import refusals, unprovoked, wrongly_said
from tests.voting.motions import AFTER, DURING, cast, draft, filed, open_filed, opened
from tests.voting.objecting import upheld

REFUSALS = refusals("voting")


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_refusal_is_said_in_words(locale: str) -> None:
    assert wrongly_said(REFUSALS, locale) == {}


def test_every_refusal_is_provoked_somewhere() -> None:
    assert unprovoked(REFUSALS) == []


async def test_a_roll_that_is_not_in_order_opens_no_vote(db: AnyEngine) -> None:
    people = await garden()
    await execute(
        "INSERT INTO roll_upload (community_id, key, name, sha256, headings, state, uploaded_by, uploaded_by_name,"
        " uploaded_at) VALUES ({}, 'k', 'roll.csv', 'x', '[]', 'applied', {}, 'Dana', {})",
        *(people.community_id, people.dana.person_id, DURING),
    )
    (upload,) = await fetch("SELECT id FROM roll_upload")
    await execute(
        "INSERT INTO roll_upload_row (community_id, upload_id, row_number, cells, building, entrance, state)"
        " VALUES ({}, {}, 3, '[]', '1', '1', 'faulty')",
        *(people.community_id, upload["id"]),
    )
    with pytest.raises(Refused, match=r"motion\.roll_unresolved"):
        await opened(people)


async def test_two_different_people_count(db: AnyEngine) -> None:
    people = await garden()
    wanted = draft(people, counter_ids=(people.erin.person_id, people.erin.person_id))
    with pytest.raises(Invalid) as wrong:
        await open_filed(people, await filed(people), wanted)
    assert wrong.value.errors == {"counter_b": "motion.two_counters"}


async def test_a_roll_with_nobody_on_it_opens_no_vote(db: AnyEngine) -> None:
    people = await garden()
    await execute("UPDATE unit SET use = 'parking' WHERE community_id = {}", people.community_id)
    with pytest.raises(Refused, match=r"motion\.roll_empty"):
        await opened(people)


async def test_a_voter_whom_nobody_represents(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await execute("UPDATE roll_holder SET is_representative = FALSE")
    with pytest.raises(Refused, match=r"ballot\.no_representative"):
        await cast(people.grace, motion)


async def test_who_took_part_is_for_those_in_scope_and_after_the_closing(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    address = f"/c/garden/motions/{motion.id}/participation"
    clock(DURING)
    grace, ken = await enter(people.grace), await enter(people.ken)
    for client, status, code in (
        (grace, 409, "motion.participation_after_closing"),
        (ken, 403, "motion.participation_in_scope_only"),
    ):
        answer = await client.get(address)
        assert (answer.status_code, REFUSALS[code]["zh"] in answer.text) == (status, True)
    clock(AFTER)
    assert (await grace.get(address)).status_code == 200
    assert (await ken.get(address)).status_code == 403


async def test_nothing_starts_before_the_result_was_posted_nor_over_an_upheld_objection(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, motion_id = await life.certified(people)
    motion = await queries.motion(people.community_id, motion_id)
    assert motion.result_notice_at is not None
    start = {"actor": people.dana, "proposal_id": proposal_id}
    with pytest.raises(Refused, match=r"unmet\.result_notice"):
        await progress.approve_start(**start, now=motion.result_notice_at)
    later = motion.result_notice_at + timedelta(days=1)
    objection = await objections.file_objection(
        actor=people.grace, motion_id=motion_id, key="k" * 16, ground="名册漏了一户，请重新核对", place="", now=later
    )
    await upheld(people, objection, later)
    with pytest.raises(Refused, match=r"failed\.objections"):
        await progress.approve_start(**start, now=later + timedelta(days=30))

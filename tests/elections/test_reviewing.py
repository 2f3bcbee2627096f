"""The review by two people, the notice with its numbers, and when the slate stands."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from council.audit import queries as log
from council.elections import consenting, nominating, opening, publishing, queries, reviewing, rules
from council.elections.candidate import Channel, Reason, Verdict
from council.elections.model import Stage
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.elections.slates import (
    DAY,
    NOMINATED,
    PUBLISHED,
    STANDS,
    document,
    find,
    nominating_for,
    nomination,
    published,
    put_self_forward,
    slate,
)
from tests.people import NOW, Garden, garden

MOMENT = timedelta(seconds=1)


async def candidate(people: Garden, name: str = "grace") -> int:
    return await put_self_forward(people, name, await nominating_for(people))


async def judge(people: Garden, candidate_id: int, verdict: Verdict = Verdict.ELIGIBLE, **changed: object) -> None:
    said = {"actor": people.dana, "reason": None, "words": "", "now": NOMINATED} | changed
    await reviewing.judge(key=new_id(), candidate_id=candidate_id, verdict=verdict, **said)


async def test_two_people_find_somebody_eligible(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await candidate(people)
    await judge(people, candidate_id)
    assert not (await queries.candidate(people.community_id, candidate_id)).is_eligible
    with pytest.raises(Refused, match=r"candidate\.second_person"):
        await reviewing.confirm(actor=people.dana, candidate_id=candidate_id, seen=NOMINATED, now=NOMINATED)
    await reviewing.confirm(actor=people.frank, candidate_id=candidate_id, seen=NOMINATED, now=NOMINATED)
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.is_eligible, found.judged_by_name, found.confirmed_by_name) == (True, "Dana", "Frank")


async def test_a_grid_worker_is_never_the_first_and_a_resident_neither(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await candidate(people)
    for actor in (people.frank, people.judy, people.gina):
        with pytest.raises(Refused, match=r"candidate\.reviewers_only"):
            await judge(people, candidate_id, actor=actor)


async def test_no_candidate_reviews_and_nobody_whom_they_named(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    grace = await put_self_forward(people, "grace", proposal_id)
    await execute(
        "INSERT INTO staff_role (person_id, role, community_id, granted_at, granted_by_name)"
        " VALUES ({}, 'committee', {}, {}, 'system'), ({}, 'committee', {}, {}, 'system')",
        *(people.heidi.person_id, people.community_id, NOW, people.judy.person_id, people.community_id, NOW),
    )
    heidi, judy = await people.refreshed("heidi"), await people.refreshed("judy")
    await put_self_forward(people, "heidi", proposal_id)
    with pytest.raises(Refused, match=r"candidate\.candidate_reviews"):
        await judge(people, grace, actor=heidi)
    joint = await nominating.nominate(
        actor=judy, proposal_id=proposal_id, nomination=nomination(people, "1-1-202", Channel.JOINT), now=NOW
    )
    with pytest.raises(Refused, match=r"candidate\.nominator_reviews"):
        await judge(people, joint, Verdict.NOT, actor=judy, reason=Reason.BYLAWS, words="议事规则第九条")
    await judge(people, grace)
    with pytest.raises(Refused, match=r"candidate\.candidate_reviews"):
        await reviewing.confirm(actor=heidi, candidate_id=grace, seen=NOMINATED, now=NOMINATED)
    await reviewing.confirm(actor=judy, candidate_id=grace, seen=NOMINATED, now=NOMINATED)


async def test_not_eligible_has_a_reason_in_words(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await candidate(people)
    with pytest.raises(Invalid) as refused:
        await judge(people, candidate_id, Verdict.NOT)
    assert refused.value.errors == {"reason": "candidate.no_reason"}
    with pytest.raises(Invalid) as refused:
        await judge(people, candidate_id, Verdict.NOT, reason=Reason.WORKS_FOR_MANAGER)
    assert refused.value.errors == {"words": "candidate.words_needed"}
    await find(people, candidate_id, Verdict.NOT, reason=Reason.WORKS_FOR_MANAGER, words="在物业公司任职。")
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.is_refused, found.reason, found.words) == (True, Reason.WORKS_FOR_MANAGER, "在物业公司任职。")
    rows = await fetch("SELECT body FROM log_record WHERE kind IN ('candidate.judged', 'candidate.confirmed')")
    assert [json.loads(row["body"])["data"]["verdict"] for row in rows] == ["not", "not"]
    assert not any("物业公司" in row["body"] for row in rows)


async def test_what_forbids_to_find_somebody_eligible(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people, joint_least=3)
    paper = await document(people)
    named = nomination(people, "1-1-301", Channel.PARTY, nominated_by="党支部", document_id=paper)
    silent = await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=named, now=NOW)
    with pytest.raises(Refused, match=r"candidate\.no_consent"):
        await judge(people, silent, actor=people.erin)
    joint = await nominating.nominate(
        actor=people.grace, proposal_id=proposal_id, nomination=nomination(people, "1-1-202", Channel.JOINT), now=NOW
    )
    await consenting.consent(key=new_id(), actor=people.ivan, candidate_id=joint, statement="", now=NOW)
    await nominating.sign(actor=people.heidi, candidate_id=joint, now=NOW)
    with pytest.raises(Refused, match=r"candidate\.few_sponsors") as few:
        await judge(people, joint)
    assert (few.value.details["have"], few.value.details["need"]) == (2, 3)
    own = await put_self_forward(people, "grace", proposal_id)
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", NOW + DAY, people.units["1-1-102"])
    with pytest.raises(Refused, match=r"candidate\.not_an_owner"):
        await judge(people, own)


async def test_a_represented_owner_has_authorised(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    await execute("UPDATE owner SET kind = 'legal' WHERE id = {}", people.owners["1-1-102"])
    candidate_id = await put_self_forward(people, "grace", proposal_id)
    assert (await queries.candidate(people.community_id, candidate_id)).name == "Grace"
    with pytest.raises(Refused, match=r"candidate\.no_authorisation"):
        await judge(people, candidate_id)
    paper = await document(people, "授权书.pdf", "scan")
    await consenting.consent_on_paper(
        key=new_id(), actor=people.dana, candidate_id=candidate_id, file_id=paper, authorisation_id=paper, now=NOMINATED
    )
    await find(people, candidate_id)


async def test_the_second_person_confirms_what_they_saw_or_sends_it_back(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await candidate(people)
    await judge(people, candidate_id, Verdict.NOT, reason=Reason.BYLAWS, words="议事规则第九条：任期已满两届。")
    await judge(people, candidate_id, now=NOMINATED + MOMENT)
    with pytest.raises(Refused, match=r"candidate\.judged_anew"):
        await reviewing.confirm(actor=people.erin, candidate_id=candidate_id, seen=NOMINATED, now=NOMINATED)
    seen = NOMINATED + MOMENT
    with pytest.raises(Invalid):
        await reviewing.send_back(actor=people.erin, candidate_id=candidate_id, seen=seen, words="", now=seen)
    await reviewing.send_back(actor=people.erin, candidate_id=candidate_id, seen=seen, words="还缺材料", now=seen)
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.verdict, found.judged_by, found.confirmed_at) == (None, None, None)
    await find(people, candidate_id, now=seen)
    with pytest.raises(Refused, match=r"candidate\.confirmed_already"):
        await reviewing.send_back(actor=people.erin, candidate_id=candidate_id, seen=seen, words="还缺材料", now=seen)
    with pytest.raises(Refused, match=r"candidate\.judged_already"):
        await consenting.consent(
            key=new_id(), actor=people.grace, candidate_id=candidate_id, statement="换几句话", now=seen
        )


async def test_the_notice_waits_for_window_review_and_somebody_eligible(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    publish = {"actor": people.dana, "proposal_id": proposal_id}
    with pytest.raises(Refused, match=r"election\.still_nominating"):
        await publishing.publish(**publish, now=NOMINATED - MOMENT)
    with pytest.raises(Refused, match=r"election\.no_candidates"):
        await publishing.publish(**publish, now=NOMINATED)
    candidate_id = await put_self_forward(people, "grace", proposal_id)
    with pytest.raises(Refused, match=r"election\.unjudged"):
        await publishing.publish(**publish, now=NOMINATED)
    await find(people, candidate_id)
    with pytest.raises(Refused, match=r"election\.only_secretary"):
        await publishing.publish(actor=people.erin, proposal_id=proposal_id, now=NOMINATED)
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", NOW + DAY, people.units["1-1-102"])
    with pytest.raises(Refused, match=r"candidate\.not_an_owner"):
        await publishing.publish(**publish, now=NOMINATED)


async def test_numbers_follow_the_printed_rule(db: AnyEngine) -> None:
    """Whoever has the notice can do the sum: SHA-256 of seed and name, smallest first."""
    people = await garden()
    proposal_id, _ = await published(people, "ivan", "grace", "heidi", "alice")
    election = await queries.election(people.community_id, proposal_id)
    found = await slate(people, proposal_id)
    assert found is not None
    names = [each.name for each in found.candidates]
    again = sorted(names, key=lambda name: hashlib.sha256((election.order_seed + name).encode()).hexdigest())
    assert (names, [each.number for each in found.candidates]) == (again, [1, 2, 3, 4])
    (named,) = await fetch("SELECT MAX(seq) AS seq FROM log_record WHERE kind = 'candidate.nominated'")
    (after,) = await fetch("SELECT MIN(seq) AS seq FROM log_record WHERE at >= {}", NOMINATED)
    assert (election.order_seq, named["seq"] < after["seq"]) == (after["seq"], True)
    assert election.order_seed == (await log.root_at(people.community_id, after["seq"] + 1)).hex()


async def test_where_nothing_was_recorded_since_the_end_the_end_is(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    await find(people, await put_self_forward(people, "grace", proposal_id), now=NOMINATED - MOMENT)
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=PUBLISHED)
    (ended,) = await fetch("SELECT seq FROM log_record WHERE kind = 'election.nominations_ended'")
    election = await queries.election(people.community_id, proposal_id)
    assert election.order_seq == ended["seq"]
    assert election.order_seed == (await log.root_at(people.community_id, ended["seq"] + 1)).hex()
    # more time: another end, another code
    before = election.order_seed
    await opening.reopen(actor=people.dana, proposal_id=proposal_id, days=3, reason="只有一人", now=STANDS)
    again = await queries.election(people.community_id, proposal_id)
    assert (again.order_seed, again.order_seq) == ("", None)
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=STANDS + 9 * DAY)
    assert (await queries.election(people.community_id, proposal_id)).order_seed not in {"", before}


async def test_the_slate_stands_when_the_days_have_run(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi")
    assert await slate(people, proposal_id, STANDS - MOMENT) is None
    found = await slate(people, proposal_id, STANDS)
    assert found is not None
    assert (found.seats, {each.candidate_id for each in found.candidates}) == (3, set(ids.values()))
    grace = next(each for each in found.candidates if each.candidate_id == ids["grace"])
    assert (grace.name, grace.place, grace.channel) == ("业主1-1-102", "1-1-102", Channel.SELF)
    assert (grace.person_id, grace.owner_id) == (people.grace.person_id, people.owners["1-1-102"])
    assert await queries.published(people.orchard_id, proposal_id, STANDS) is None
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=STANDS)  # a second tap
    assert (await queries.election(people.community_id, proposal_id)).published_at == PUBLISHED


async def test_what_the_log_says_of_the_notice(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi")
    (row,) = await fetch("SELECT seq, body FROM log_record WHERE kind = 'candidates.published'")
    data = json.loads(row["body"])["data"]
    at = await queries.standing(people.community_id, proposal_id)
    numbered = [(each.number or 0, each) for each in rules.standing_candidates(at.candidates)]
    assert (data["slate_sha256"], data["seats"]) == (rules.slate_sha256(numbered), 3)
    assert (set(data["candidates"]), at.election.published_seq) == (set(ids.values()), row["seq"])
    assert "业主" not in row["body"]


async def test_whoever_leaves_keeps_the_number_and_is_off_the_slate(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi", "ivan")
    await consenting.withdraw(actor=people.heidi, candidate_id=ids["heidi"], reason="家里有事", now=PUBLISHED)
    found = await slate(people, proposal_id)
    before = {each.id: each.number for each in (await queries.standing(people.community_id, proposal_id)).candidates}
    assert found is not None
    assert {each.candidate_id: each.number for each in found.candidates} == {
        ids[name]: before[ids[name]] for name in ("grace", "ivan")
    }


async def test_nobody_left_and_somebody_who_sold(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, _ = await published(people, "grace")
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", PUBLISHED, people.units["1-1-102"])
    assert await slate(people, proposal_id) is None
    other, ids = await published(people, "heidi")
    await consenting.withdraw(actor=people.heidi, candidate_id=ids["heidi"], reason="家里有事", now=PUBLISHED)
    at = await queries.standing(people.community_id, other)
    assert (rules.stage(at, STANDS), await slate(people, other)) == (Stage.EMPTY, None)


async def test_what_the_desk_is_warned_of(db: AnyEngine) -> None:
    people = await garden()

    async def told(*names: str, seats: int, is_committee: bool = True) -> list[str]:
        proposal_id, _ = await published(people, *names, seats=seats)
        at = await queries.standing(people.community_id, proposal_id)
        return [each.code for each in rules.warnings(at, is_committee=is_committee)]

    assert await told("grace", seats=5) == ["election.warn.short"]
    assert await told("grace", "heidi", seats=2) == ["election.warn.size", "election.warn.equal"]
    assert await told("grace", "heidi", seats=1, is_committee=False) == []


async def test_other_papers_are_looked_at_again(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await candidate(people)
    await find(people, candidate_id)
    paper = await document(people, "同意书.jpg", "scan")
    await consenting.consent_on_paper(
        key=new_id(), actor=people.dana, candidate_id=candidate_id, file_id=paper, now=NOMINATED
    )
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.is_eligible, found.verdict, found.consent_id) == (False, None, paper)

"""The public count: keyed by one, keyed blind by another, decided by the scrutineer where they differ; signed after."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from council.audit import queries as log
from council.kernel.errors import NotFound, Refused
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import bundle, counting, paper_keying_queries, queries
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.paper import MARKS, Returned
from council.voting.paper_keying import decide_paper, undo_last
from council.voting.verdicts import decided
from tests.people import Garden, garden
from tests.voting.motions import AFTER, CLOSES, DURING, cast
from tests.voting.papers import ballots_of, both_key, brought, fresh, key, mark, on_paper, paper_of, printed, returned

LATER = AFTER + timedelta(minutes=10)


async def with_returned(people: Garden, *numbers: str) -> tuple[Motion, list[Returned]]:
    motion = await on_paper(people)
    await printed(people, motion)
    return motion, await returned(people, motion, *numbers)


async def test_two_who_agree_make_a_ballot(db: AnyEngine) -> None:
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    assert await key(people.erin, motion, paper, "1") is False
    assert await ballots_of(motion) == []
    assert await key(people.frank, motion, paper, "1", at=LATER) is True
    (ballot,) = await ballots_of(motion)
    assert (ballot["number"], ballot["choice"], ballot["channel"], ballot["state"]) == (
        "v2",
        "agree",
        "paper",
        "in_force",
    )
    assert ballot["cast_at"] == paper.returned_at
    assert ballot["person_id"] == people.frank.person_id, "who confirmed it"


@pytest.mark.parametrize("typed", [typed for typed in MARKS if typed.startswith("9")])
async def test_void_with_its_reason_is_not_taking_part(db: AnyEngine, typed: str) -> None:
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    await both_key(people, motion, paper, typed)
    (ballot,) = await ballots_of(motion)
    assert (ballot["choice"], ballot["state"], ballot["reason"]) == (None, "refused", "invalid")
    assert ballot["invalid"] == str(MARKS[typed].invalid)
    counted = await counting.count(await fresh(motion), LATER)
    assert counted.tally.returned.participants.persons == 0
    assert not any(line.took_part for line in await queries.participation(people.community_id, motion.id))
    assert (await queries.turnouts(people.community_id, [motion], LATER))[motion.id].persons == 0


async def test_the_same_person_is_refused_and_the_same_form_is_not(db: AnyEngine) -> None:
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    await key(people.erin, motion, paper, "1")
    assert await key(people.erin, motion, paper, "1") is False, "a double tap"
    with pytest.raises(Refused, match=r"paper\.same_person"):
        await key(people.erin, motion, paper, "2")
    assert len(await fetch("SELECT id FROM paper_keying")) == 1


@pytest.mark.parametrize("name", ["ken", "dana", "gina", "alice"])
async def test_only_the_counters_read(db: AnyEngine, name: str) -> None:
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    with pytest.raises(Refused, match=r"paper\.only_counters"):
        await key(people.actors[name], motion, paper, "1")


async def test_not_before_the_closing(db: AnyEngine) -> None:
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    for at in (DURING, CLOSES):
        with pytest.raises(Refused, match=r"paper\.sealed"):
            await key(people.erin, motion, paper, "1", at=at)


async def test_a_disagreement_waits_for_the_scrutineer(db: AnyEngine) -> None:
    people = await garden()
    motion, (paper, other) = await with_returned(people, "v2", "v3")
    with pytest.raises(Refused, match=r"paper\.not_disputed"):
        await decide_paper(
            actor=people.ken, motion_id=motion.id, return_id=paper.id, mark=mark("1"), words="看原票", now=AFTER
        )
    await key(people.erin, motion, paper, "1")
    assert await key(people.frank, motion, paper, "2") is False
    assert [each.id for each in await paper_keying_queries.disputed(people.community_id, motion.id)] == [paper.id]
    for name in ("erin", "frank", "dana", "gina"):
        with pytest.raises(Refused, match=r"paper\.only_scrutineer"):
            await decide_paper(
                actor=people.actors[name],
                motion_id=motion.id,
                return_id=paper.id,
                mark=mark("1"),
                words="看原票",
                now=AFTER,
            )
    words = "勾打在同意格里，出格的一笔是习惯。"
    for _ in range(2):
        await decide_paper(
            actor=people.ken, motion_id=motion.id, return_id=paper.id, mark=mark("1"), words=words, now=AFTER
        )
    with pytest.raises(Refused, match=r"paper\.decided_already"):
        await decide_paper(
            actor=people.ken, motion_id=motion.id, return_id=paper.id, mark=mark("2"), words=words, now=AFTER
        )
    (ballot,) = await ballots_of(motion)
    assert (ballot["choice"], ballot["person_id"]) == ("agree", people.ken.person_id)
    assert await paper_keying_queries.disputed(people.community_id, motion.id) == []
    (kept,) = await fetch("SELECT words FROM paper_keying WHERE round = 3")
    assert kept["words"] == words
    assert other.is_sealed


async def test_another_void_reason_is_a_disagreement_too(db: AnyEngine) -> None:
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    await key(people.erin, motion, paper, "91")
    assert await key(people.frank, motion, paper, "94") is False
    assert len(await paper_keying_queries.disputed(people.community_id, motion.id)) == 1


async def test_undo_of_ones_own_last_before_the_second(db: AnyEngine) -> None:
    people = await garden()
    motion, (one, two) = await with_returned(people, "v2", "v3")
    await key(people.erin, motion, one, "1")
    await key(people.erin, motion, two, "2")
    last = await paper_keying_queries.last_keyed(people.community_id, motion.id, people.erin.person_id)
    assert last is not None
    assert (last.return_id, last.is_open) == (two.id, True)
    with pytest.raises(Refused, match=r"paper\.not_the_last"):
        await undo_last(actor=people.frank, motion_id=motion.id, keying_id=last.keying_id, now=AFTER)
    assert await undo_last(actor=people.erin, motion_id=motion.id, keying_id=last.keying_id, now=AFTER) == two.id
    with pytest.raises(Refused, match=r"paper\.not_the_last"):
        await undo_last(actor=people.erin, motion_id=motion.id, keying_id=last.keying_id, now=AFTER)
    await key(people.erin, motion, two, "1")
    await key(people.frank, motion, two, "1")
    again = await paper_keying_queries.last_keyed(people.community_id, motion.id, people.erin.person_id)
    assert again is not None
    assert not again.is_open
    with pytest.raises(Refused, match=r"paper\.undo_too_late"):
        await undo_last(actor=people.erin, motion_id=motion.id, keying_id=again.keying_id, now=AFTER)
    rows = await fetch("SELECT undone_at FROM paper_keying WHERE return_id = {} ORDER BY id", two.id)
    assert [row["undone_at"] is not None for row in rows] == [True, False, False], "nothing is deleted"


async def test_who_comes_third_is_not_needed(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people, counter_ids=(people.erin.person_id, people.frank.person_id, people.heidi.person_id))
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    await both_key(people, motion, paper, "1")
    with pytest.raises(Refused, match=r"paper\.keyed_by_two"):
        await key(people.heidi, motion, paper, "1")


async def test_two_counters_on_the_same_paper_at_once(db: AnyEngine) -> None:
    """Neither has seen the other's: they are each other's second look."""
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    outcomes = await asyncio.gather(*(key(who, motion, paper, "3") for who in (people.erin, people.frank)))
    assert sorted(outcomes) == [False, True]
    (ballot,) = await ballots_of(motion)
    assert ballot["choice"] == "abstain"
    rows = await fetch("SELECT round FROM paper_keying ORDER BY round")
    assert [row["round"] for row in rows] == [1, 2]


async def test_what_is_next_for_each(db: AnyEngine) -> None:
    people = await garden()
    motion, papers = await with_returned(people, "v2", "v3", "v4")

    async def next_of(name: str) -> tuple[int | None, int, int]:
        paper, done, waiting = await paper_keying_queries.next_for(
            people.community_id, motion.id, people.actors[name].person_id
        )
        return (None if paper is None else paper.id), done, waiting

    assert await next_of("erin") == (papers[0].id, 0, 3)
    await key(people.erin, motion, papers[0], "1")
    assert await next_of("erin") == (papers[1].id, 1, 2)
    assert await next_of("frank") == (papers[0].id, 0, 3)
    await key(people.frank, motion, papers[0], "2")
    assert await next_of("frank") == (papers[1].id, 1, 2)


# no verdict before all are decided


async def test_no_figures_no_verdict_no_signature_until_all_are_decided(db: AnyEngine) -> None:
    people = await garden()
    motion, papers = await with_returned(people, "v2", "v3")
    await cast(people.ivan, motion, "agree")
    await both_key(people, motion, papers[0], "1")
    still = await fresh(motion)
    assert still.papers_waiting == 1
    for refused in (
        counting.count(still, AFTER),
        counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER),
        counting.decision_bundle(actor=people.gina, motion_id=motion.id, now=AFTER),
    ):
        with pytest.raises(Refused, match=r"motion\.papers_undecided") as why:
            await refused
        assert why.value.details == {"n": 1}
    assert await decided(people.community_id, [still], AFTER) == {}
    await both_key(people, motion, papers[1], "2")
    assert motion.id in await decided(people.community_id, [await fresh(motion)], AFTER)
    signed = await counting.certify(actor=people.erin, motion_id=motion.id, now=LATER)
    assert signed.certified_at is None
    assert (await counting.certify(actor=people.ken, motion_id=motion.id, now=LATER)).certified_at == LATER


async def test_count_list_bundle_and_lists_agree(db: AnyEngine) -> None:
    """Online, paper, void paper and a late one: the recount of the bundle says what every page says."""
    people = await garden()
    motion, papers = await with_returned(people, "v2", "v3", "v4", "v6")
    await cast(people.judy, motion, "agree")
    for paper, typed in zip(papers, ["1", "2", "93", "3"], strict=True):
        await both_key(people, motion, paper, typed)
    late = await brought(people, motion, (await paper_of(motion, "v7")).serial, at=AFTER)
    assert late.reason == "late"
    counted = await counting.count(await fresh(motion), LATER)
    sums = counted.tally.returned
    assert [each.persons for each in (sums.agree, sums.oppose, sums.abstain)] == [2, 1, 1]
    assert (await queries.turnouts(people.community_id, [motion], LATER))[motion.id].persons == 4
    took = {line.unit_code for line in await queries.participation(people.community_id, motion.id) if line.took_part}
    assert took == {"1-1-102", "1-1-201", "1-1-301", "1-1-302"}
    data = await counting.decision_bundle(actor=people.gina, motion_id=motion.id, now=LATER)
    recounted = bundle.recount(bundle.load(data))
    assert recounted.matches
    assert recounted.tally == counted.tally
    assert (
        recounted.verdict.outcome
        is (await decided(people.community_id, [await fresh(motion)], LATER))[motion.id].outcome
    )
    ballots = json.loads(data)["ballots"]
    assert [each.get("invalid") for each in ballots if each["choice"] is None] == ["altered"]
    assert len(ballots) == 5, "a late paper is no ballot"
    assert counted.verdict.outcome is Outcome.REJECTED


async def test_lists_leave_wishes_out(db: AnyEngine) -> None:
    """What was answered online beside a vote that paper decides is in no list's verdict."""
    people = await garden(online_counts=False)
    motion, papers = await with_returned(people, *(f"v{number}" for number in range(1, 12)))
    for name in ("grace", "heidi", "ivan", "judy"):
        await cast(people.actors[name], motion, "oppose", at=DURING + timedelta(hours=2))
    for paper in papers:
        await both_key(people, motion, paper, "1")
    counted = await counting.count(await fresh(motion), LATER)
    assert counted.verdict.outcome is Outcome.PASSED
    found = await decided(people.community_id, [await fresh(motion)], LATER)
    assert found[motion.id].outcome is Outcome.PASSED


# secrecy


async def test_the_log_tells_no_choice_and_no_words(db: AnyEngine) -> None:
    people = await garden()
    motion, papers = await with_returned(people, "v2", "v3")
    await key(people.erin, motion, papers[0], "1")
    await key(people.frank, motion, papers[0], "2")
    await decide_paper(
        actor=people.ken, motion_id=motion.id, return_id=papers[0].id, mark=mark("2"), words="反对格里有勾", now=AFTER
    )
    await both_key(people, motion, papers[1], "95")
    for record in await log.records(people.community_id, limit=500):
        if record.kind in {"motion.opened", "motion.signed"}:
            continue  # the rule's words, before the vote; the totals, after it
        for word in ("agree", "oppose", "abstain", "wrong_signer", "反对"):
            assert word not in record.body, record.kind


async def test_a_counter_gets_no_receipt_of_the_paper_they_confirmed(db: AnyEngine) -> None:
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    await both_key(people, motion, paper, "1")
    (row,) = await fetch("SELECT id FROM ballot WHERE motion_id = {}", motion.id)
    with pytest.raises(NotFound):
        await queries.own_ballot(people.frank, motion.id, row["id"])


async def test_the_first_reading_closes_the_vote_for_good(db: AnyEngine) -> None:
    """A clock that is put back after somebody has read a paper lets neither paper nor ballot in."""
    people = await garden()
    motion, (paper,) = await with_returned(people, "v2")
    other = await paper_of(motion, "v3")
    await key(people.erin, motion, paper, "1")
    assert (await brought(people, motion, other.serial, at=DURING)).reason == "late"
    with pytest.raises(Refused, match=r"ballot\.closed"):
        await cast(people.heidi, motion, "agree", at=DURING)

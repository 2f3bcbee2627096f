"""An election's ballots and its count, through the service: names, commitments, receipts, seats."""

from __future__ import annotations

import json

import pytest

from council.audit import queries as log
from council.audit import receipts
from council.elections.slate import Slate
from council.exports.model import What
from council.exports.tables_of import content
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import ballot_box, casting, counting, queries, verdicts
from council.voting.election import Filled
from council.voting.model import Choice, Outcome
from council.voting.voter import BallotState
from council.web.catalogues import Catalogue
from council.web.i18n import Words
from tests.people import Garden, garden, say_in_bylaws
from tests.voting.elections import choose, election, nominee, picks_of, tied, voted
from tests.voting.motions import AFTER, DURING, HandClock, cast, certified, opened, setting

NINE = {f"v{number}": (1, 2, 3) for number in range(1, 10)}
"""Nine of twelve, more than two thirds."""

CODES = Words(Catalogue("en", strict=False))
"""Every word as its code."""


async def test_a_ballot_holds_its_names_and_a_commitment_for_each_candidate(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    mine = await choose(people.grace, motion, 3, 1)
    assert (mine.choice, mine.state, mine.cast_at) == ("agree", BallotState.IN_FORCE, DURING)
    assert await picks_of(mine.ballot_id) == [1, 3]
    record = await log.record(people.community_id, mine.log_seq)
    assert set(record.data) == {"community", "motion", "ballot", "numbers", "commitments"}
    assert len(set(record.data["commitments"])) == 5
    rows = await fetch("SELECT commitment FROM ballot")
    assert rows[0]["commitment"].split() == record.data["commitments"]
    sealed = receipts.receipt(await log.inclusion(people.community_id, mine.log_seq), origin="garden.example/log")
    opened_ = await ballot_box.openings(motion, mine.ballot_id, Choice.AGREE, frozenset({1, 3}))
    assert [choice for choice, _ in opened_] == ["agree", "abstain", "agree", "abstain", "abstain"]
    assert len({r for _, r in opened_}) == 5
    text = receipts.to_text(sealed.opened_each(opened_))
    assert receipts.verify_receipt(text).holds
    assert receipts.parse(text).opening == tuple(receipts.Opening(*each) for each in opened_)
    # another name, one left out, one too many, or the opening of a vote by yes and no: none of it opens this ballot
    other = [("abstain", opened_[0][1]), *opened_[1:]]
    for wrong in (other, opened_[:4], [*opened_, opened_[0]], [], opened_[::-1]):
        found = receipts.verify_receipt(receipts.to_text(sealed.opened_each(wrong)))
        assert found.finding is receipts.Finding.WRONG_OPENING
    found = receipts.verify_receipt(receipts.to_text(sealed.opened(*opened_[0])))
    assert found.finding is receipts.Finding.WRONG_OPENING


async def test_nothing_readable_in_the_log(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    await choose(people.grace, motion, 2)
    await choose(people.heidi, motion)
    rows = await fetch("SELECT body, private FROM log_record WHERE kind = 'ballot.accepted'")
    assert len(rows) == 2
    assert not [word for word in ("agree", "abstain", "pick", "李国强", "choice") if word in json.dumps(rows)]
    sizes = {len(json.loads(row["body"])["data"]["commitments"]) for row in rows}
    assert sizes == {5}, "how many were chosen does not show"


async def test_none_of_these_is_a_choice_and_takes_part(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    mine = await choose(people.grace, motion)
    assert (mine.choice, await picks_of(mine.ballot_id)) == ("abstain", [])
    turnout = (await queries.turnouts(people.community_id, [motion], DURING))[motion.id]
    assert (turnout.persons, turnout.area_dm2) == (1, 7137)


async def test_no_more_names_than_seats_and_only_those_who_stand(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    for picks, code in (((1, 2, 3, 4), "ballot.too_many_names"), ((6,), "ballot.no_such_candidate")):
        with pytest.raises(Invalid) as invalid:
            await choose(people.grace, motion, *picks)
        assert invalid.value.errors == {"pick": code}
    for choice, picks in ((Choice.AGREE, ()), (Choice.OPPOSE, ()), (Choice.ABSTAIN, (1,)), (Choice.OPPOSE, (2,))):
        with pytest.raises(Invalid) as invalid:
            await casting.cast_ballot(
                actor=people.grace,
                motion_id=motion.id,
                ballot_id=new_id(),
                choice=choice,
                picks=picks,
                clock=HandClock(),
            )
        assert invalid.value.errors == {"pick": "ballot.no_names"}
    assert await fetch("SELECT id FROM ballot") == await fetch("SELECT id FROM ballot_pick") == []
    # and where nobody is elected there are no names
    plain = await opened(people)
    with pytest.raises(Invalid) as invalid:
        await choose(people.grace, plain, 1)
    assert invalid.value.errors == {"choice": "ballot.no_choice"}


async def test_the_same_form_again_is_the_same_ballot_and_with_other_names_it_is_none(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    mine = await choose(people.grace, motion, 1, 2)
    again = await choose(people.grace, motion, 2, 1, ballot=mine.ballot_id)
    assert again == mine
    for picks in ((1, 3), (1,), ()):
        with pytest.raises(Refused, match=r"ballot\.form_used"):
            await choose(people.grace, motion, *picks, ballot=mine.ballot_id)
    assert len(await fetch("SELECT id FROM ballot")) == 1
    assert await picks_of(mine.ballot_id) == [1, 2]


async def test_a_change_of_mind_leaves_both_and_counts_the_last(db: AnyEngine) -> None:
    people = await garden()
    await setting(people, "change", "until_close")
    motion = await election(people)
    first = await choose(people.grace, motion, 1, 2)
    second = await choose(people.grace, motion, 3)
    rows = {row["id"]: row["state"] for row in await fetch("SELECT id, state FROM ballot")}
    assert rows == {first.ballot_id: "replaced", second.ballot_id: "in_force"}
    assert (await picks_of(first.ballot_id), await picks_of(second.ballot_id)) == ([1, 2], [3])
    # nobody opens the first with what opens the second
    blind = [
        await ballot_box.openings(motion, each.ballot_id, Choice.AGREE, frozenset({3})) for each in (first, second)
    ]
    assert not {r for _, r in blind[0]} & {r for _, r in blind[1]}
    counted = await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
    assert counted.election is not None
    assert [
        (each.candidate, each.chosen.persons) for each in counted.election.result.standings if each.chosen.persons
    ] == [("c03", 1)]


async def test_a_second_ballot_that_the_rules_forbid_is_kept_with_its_names(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    await choose(people.grace, motion, 1)
    with pytest.raises(Refused, match=r"ballot\.already_cast"):
        await choose(people.grace, motion, 2)
    rows = await fetch(
        "SELECT b.state, p.number FROM ballot b JOIN ballot_pick p ON p.ballot_id = b.id ORDER BY p.number"
    )
    assert [(row["state"], row["number"]) for row in rows] == [("in_force", 1), ("refused", 2)]


async def counted_of(people: Garden, votes: dict[str, tuple[int, ...]], **bylaws: str) -> tuple:
    if bylaws:
        await say_in_bylaws(people.community_id, **bylaws)
    motion = await voted(people, await election(people), votes)
    counted = await counting.count(motion, AFTER)
    assert counted.election is not None
    return motion, counted, counted.election.result


async def test_each_candidate_is_measured_alone_and_the_seats_go_in_order(db: AnyEngine) -> None:
    people = await garden()
    # nine take part; 5 of 9 pass. 陈芳 9, 王秀英 7, 李国强 6, 赵敏 5, 周建国 0
    votes = {
        **{f"v{n}": (1, 2, 3) for n in range(1, 5)},
        **{f"v{n}": (1, 3, 4) for n in range(5, 8)},
        **{f"v{n}": (1, 2, 4) for n in range(8, 10)},
    }
    motion, counted, result = await counted_of(people, votes)
    assert [(each.candidate, each.chosen.persons, each.passes) for each in result.standings] == [
        ("c01", 9, True),
        ("c03", 7, True),
        ("c02", 6, True),
        ("c04", 5, True),
        ("c05", 0, False),
    ]
    assert (result.elected, result.reserve, result.filled) == (("c01", "c03", "c02"), ("c04",), Filled.ALL)
    assert counted.verdict.outcome is Outcome.PASSED
    assert (counted.verdict.comparisons[0].got, counted.verdict.comparisons[0].met) == (9, True)
    assert counted.election.nobody.persons == 0
    assert (await verdicts.decided(people.community_id, [motion], AFTER))[motion.id].outcome is Outcome.PASSED
    assert await counting.elected(people.community_id, motion.id) == ()

    done = await certified(people, motion)
    through = await counting.elected(people.community_id, done.id)
    assert [(each.name, each.place, each.is_reserve, each.candidate_id) for each in through] == [
        ("陈芳", 1, False, 1),
        ("王秀英", 2, False, 3),
        ("李国强", 3, False, 2),
        ("赵敏", None, True, 4),
    ]
    kept = json.loads((await fetch("SELECT result FROM motion"))[0]["result"])
    assert set(kept) == {"tally", "result", "verdict"}
    assert (kept["verdict"]["outcome"], kept["result"]["elected"]) == ("passed", ["c01", "c03", "c02"])
    assert kept["tally"]["participants"]["persons"] == 9
    assert (await verdicts.decided(people.community_id, [done], AFTER))[done.id].outcome is Outcome.PASSED
    assert await counting.count(done, AFTER) == counted
    assert (await log.verify(people.community_id)).holds


async def test_certified_names_nobody_once_a_court_has_revoked_it(db: AnyEngine) -> None:
    people = await garden()
    motion = await certified(people, await voted(people, await election(people), NINE))
    assert len(await counting.elected(people.community_id, motion.id)) == 3
    await execute("UPDATE motion SET revoked_at = {} WHERE id = {}", AFTER, motion.id)
    assert await counting.elected(people.community_id, motion.id) == ()
    with pytest.raises(NotFound):
        await counting.elected(people.orchard_id, motion.id)


async def test_too_few_take_part_and_nobody_is_elected(db: AnyEngine) -> None:
    people = await garden()
    motion, counted, result = await counted_of(people, {f"v{n}": (1, 2, 3) for n in range(1, 8)})
    assert (result.elected, result.filled, counted.verdict.outcome) == ((), Filled.NONE, Outcome.REJECTED)
    assert [each.met for each in counted.verdict.comparisons] == [False, False]
    decided = (await verdicts.decided(people.community_id, [motion], AFTER))[motion.id]
    assert decided.failed == (("participants", "roll", "persons"), ("participants", "roll", "area"))
    done = await certified(people, motion)
    assert await counting.elected(people.community_id, done.id) == ()


@pytest.mark.parametrize(("says", "through"), [("stands", 2), ("fails", 0)])
async def test_fewer_pass_than_there_are_seats(db: AnyEngine, says: str, through: int) -> None:
    people = await garden()
    motion, counted, result = await counted_of(people, {f"v{n}": (1, 2) for n in range(1, 10)}, short_result=says)
    assert result.filled is (Filled.SOME if through else Filled.NONE)
    assert counted.verdict.outcome is (Outcome.PASSED if through else Outcome.REJECTED)
    done = await certified(people, motion)
    assert len(await counting.elected(people.community_id, done.id)) == through
    rows = await fetch("SELECT number FROM motion_candidate WHERE is_reserve = TRUE")
    assert rows == [], "whoever passed in an election that fell through stands in no reserve"


async def test_equal_where_the_seats_end_waits_for_a_lot(db: AnyEngine) -> None:
    people = await garden()
    motion = await tied(people)
    counted = await counting.count(motion, AFTER)
    assert counted.election is not None
    result = counted.election.result
    assert (result.filled, result.elected, result.tied) == (Filled.LOT, ("c01",), ("c02", "c03"))
    assert (counted.verdict.outcome, counted.verdict.reason) == (Outcome.UNDETERMINED, "lot")
    with pytest.raises(Refused, match=r"election\.lot_first"):
        await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    assert (await verdicts.decided(people.community_id, [motion], AFTER))[motion.id].outcome is Outcome.UNDETERMINED


async def test_a_vote_by_yes_and_no_is_counted_as_ever(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion, "oppose")
    record = await log.record(people.community_id, mine.log_seq)
    assert set(record.data) == {"community", "motion", "ballot", "commitment"}
    counted = await counting.count(motion, AFTER)
    assert counted.election is None
    assert set(counted.as_json()) == {"tally", "verdict"}


async def test_a_number_that_is_free_stays_free_on_ballot_record_and_receipt(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people, who=Slate(2, (nominee(2, "陈芳"), nominee(5, "李国强"), nominee(11, "王秀英"))))
    mine = await choose(people.grace, motion, 5, 11)
    record = await log.record(people.community_id, mine.log_seq)
    assert record.data["numbers"] == [2, 5, 11]
    opened_ = await ballot_box.openings(motion, mine.ballot_id, Choice.AGREE, frozenset({5, 11}))
    assert [choice for choice, _ in opened_] == ["abstain", "agree", "agree"]
    with pytest.raises(Invalid) as invalid:
        await choose(people.heidi, motion, 1)
    assert invalid.value.errors == {"pick": "ballot.no_such_candidate"}


async def test_the_exports_list_every_candidate_with_every_comparison(db: AnyEngine) -> None:
    people = await garden()
    votes = {**{f"v{n}": (1, 2, 3) for n in range(1, 9)}, "v9": ()}
    motion = await certified(people, await voted(people, await election(people), votes))
    await certified(people, await opened(people))
    listed = await content(people.community_id, What.CANDIDATES, CODES, now=AFTER)
    names = [name for name, _ in listed.columns]
    rows = [dict(zip(names, row, strict=True)) for row in listed.rows]
    assert [(row["motion"], row["number"], row["place_in_result"], row["came"]) for row in rows] == [
        (motion.id, 1, 1, "came.elected"),
        (motion.id, 2, 2, "came.elected"),
        (motion.id, 3, 3, "came.elected"),
        (motion.id, 4, None, "came.missed"),
        (motion.id, 5, None, "came.missed"),
    ]
    assert (rows[0]["chosen_persons"], rows[0]["nominated"]) == (8, "nominated.self")
    assert {row["standing"] for row in rows} == {"vote_standing.certified"}
    assert "agree/participants/persons 2*8 > 1*9" in rows[0]["comparisons"].code
    assert "agree/participants/persons 2*0 > 1*9 (not met)" in rows[4]["comparisons"].code
    await execute("UPDATE motion SET is_advisory = TRUE WHERE id = {}", motion.id)
    asked = await content(people.community_id, What.CANDIDATES, CODES, now=AFTER)
    assert {row[2] for row in asked.rows} == {"vote_standing.wishes"}
    await execute("UPDATE motion SET is_advisory = FALSE WHERE id = {}", motion.id)
    # and the list of all votes says who took part in it
    plain = await content(people.community_id, What.MOTIONS, CODES, now=AFTER)
    by_id = {row[0]: dict(zip([name for name, _ in plain.columns], row, strict=True)) for row in plain.rows}
    mine = by_id[motion.id]
    assert (mine["participants_persons"], mine["agree_persons"], mine["abstain_persons"]) == (9, None, 1)

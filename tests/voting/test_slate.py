"""Freezing an election: seats and everybody who stands go into the motion, and its text's digest covers them."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from council.audit import queries as log
from council.elections.slate import Slate
from council.kernel.errors import Invalid, Refused
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import queries
from council.voting.model import Choice, Unreturned
from council.voting.slate import check_picks, check_slate, choice_of, slate_lines
from tests.people import garden, say_in_bylaws
from tests.voting.elections import NAMES, election, nominee, slate
from tests.voting.motions import opened


def test_the_text_names_seats_numbers_and_names() -> None:
    assert slate_lines(slate(2, NAMES[:2])) == [
        "应选2名，候选人2名，每张票最多选2名，按编号排列：",
        "1. 陈芳（1号楼1单元101室，自荐）",
        "2. 李国强（1号楼1单元102室，自荐）",
    ]
    for code, said in (
        ("", ""),
        ("2--S1", "2号楼S1室，"),
        ("地库-B1-001", "地库 B1 001，"),
        ("12-3-1101", "12号楼3单元1101室，"),
    ):
        one = replace(nominee(1, "陈芳"), place=code)
        assert slate_lines(Slate(1, (one,)))[1] == f"1. 陈芳（{said}自荐）"


@pytest.mark.parametrize("empty", [Slate(3, ()), Slate(0, slate().candidates)])
def test_nobody_to_choose_is_no_election(empty: Slate) -> None:
    with pytest.raises(Refused, match=r"motion\.no_candidates"):
        check_slate(empty)


def test_whoever_left_leaves_their_number_free() -> None:
    check_slate(Slate(1, (nominee(1, "陈芳"), nominee(3, "李国强"))))
    for numbers in ((3, 1), (1, 1), (0, 1)):
        with pytest.raises(ValueError, match="order of their numbers"):
            check_slate(Slate(1, tuple(nominee(number, "陈芳") for number in numbers)))


def test_a_ballot_holds_so_many_names_as_there_are_seats() -> None:
    assert check_picks([3, 1], range(1, 6), 2) == {1, 3}
    assert check_picks([], range(1, 6), 2) == frozenset()
    with pytest.raises(Invalid) as invalid:
        check_picks([1, 2, 3], range(1, 6), 2)
    assert invalid.value.errors == {"pick": "ballot.too_many_names"}
    assert invalid.value.details == {"pick.seats": 2, "pick.chosen": 3}
    with pytest.raises(Invalid) as invalid:
        check_picks([6], range(1, 6), 2)
    assert invalid.value.errors == {"pick": "ballot.no_such_candidate"}
    assert choice_of({1}) is Choice.AGREE
    assert choice_of(()) is Choice.ABSTAIN


async def test_the_slate_is_frozen_with_the_motion(db: AnyEngine) -> None:
    people = await garden()
    alice = people.alice
    who = Slate(2, (nominee(1, "陈芳", person_id=alice.person_id, owner_id=min(alice.owner_ids)), nominee(2, "李国强")))
    motion = await election(people, who=who)
    assert (motion.seats, motion.is_election) == (2, True)
    standing = await queries.candidates(people.community_id, motion.id)
    assert [(each.number, each.name, each.candidate_id, each.person_id) for each in standing] == [
        (1, "陈芳", 1, alice.person_id),
        (2, "李国强", 2, None),
    ]
    assert {(each.place_in_result, each.is_reserve, each.drawn) for each in standing} == {(None, False, None)}
    assert motion.text.endswith("\n".join(slate_lines(who)))
    assert motion.text_sha256 == sha256(motion.text.encode()).hexdigest()
    # the log says how many, and the text's digest who; no name is in what anybody may fetch
    record = (await log.latest(people.community_id))[0]
    assert (record.data["seats"], record.data["candidates"]) == (2, 2)
    assert record.data["text_sha256"] == motion.text_sha256
    assert "陈芳" not in str(record.data)
    # another community sees none of it
    assert await queries.candidates(people.community_id + 1, motion.id) == ()


async def test_another_order_of_names_is_another_text(db: AnyEngine) -> None:
    people = await garden()
    first = await election(people, who=slate(3, NAMES))
    await execute("UPDATE motion SET cancelled_at = {}, cancel_reason = 'x' WHERE id = {}", first.notice_at, first.id)
    other = await election(people, who=slate(3, (NAMES[1], NAMES[0], *NAMES[2:])))
    assert first.text_sha256 != other.text_sha256
    assert first.roll_sha256 == other.roll_sha256


async def test_silence_joins_nobody_in_an_election(db: AnyEngine) -> None:
    people = await garden()
    await say_in_bylaws(people.community_id, unreturned="abstain")
    motion = await election(people)
    assert motion.ruleset.unreturned is Unreturned.NOT_PARTICIPATING
    assert (await opened(people, kind=Kind.FUND_USE)).ruleset.unreturned is Unreturned.ABSTAIN


async def test_a_vote_by_yes_and_no_has_no_seats(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    assert (motion.seats, motion.is_election) == (0, False)
    assert await queries.candidates(people.community_id, motion.id) == ()
    assert "seats" not in (await log.latest(people.community_id))[0].data


async def test_an_election_without_anybody_does_not_open(db: AnyEngine) -> None:
    people = await garden()
    with pytest.raises(Refused, match=r"motion\.no_candidates"):
        await election(people, who=Slate(1, ()))
    assert await queries.motions(people.community_id) == []

"""A paper comes back: sealed at once and part of turnout, or refused with a reason that is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from council.audit import queries as log
from council.files import store
from council.kernel.errors import NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import counting, paper_printing_queries, queries
from council.voting.live_queries import versions
from council.voting.motion import LeakRisk
from council.voting.paper import Brought, Layout
from council.voting.paper_images import open_image
from council.voting.paper_printing import PrintOrder, print_ballots
from council.voting.paper_returns import Brings, take_back
from council.voting.roll_queries import took_part_in
from council.web.versions import joined
from tests.people import garden
from tests.voting.changing import called_off
from tests.voting.motions import AFTER, CLOSES, DURING, OPENS, HandClock, cast, draft, filed, open_filed
from tests.voting.papers import (
    ballots_of,
    both_key,
    brought,
    fresh,
    key,
    on_paper,
    paper_of,
    photo,
    printed,
    returned,
    with_early_keying,
)

INSTANT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    store.use(tmp_path / "files")


async def kinds(community_id: int) -> list[str]:
    return [each.kind for each in await log.records(community_id, limit=500)]


async def test_a_return_is_sealed_and_takes_part_at_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    assert (paper.reason, paper.is_sealed, paper.person_name) == (None, True, "Dana")
    await execute("UPDATE motion SET leak_risk = 'low' WHERE id = {}", motion.id)
    turnout = (await queries.turnouts(people.community_id, [await fresh(motion)], DURING))[motion.id]
    (voter,) = await fetch("SELECT area_dm2 FROM roll_voter WHERE motion_id = {} AND number = 'v2'", motion.id)
    assert (turnout.persons, turnout.area_dm2) == (1, voter["area_dm2"])
    board = await took_part_in(people.community_id, motion.id, people.entrances["1"])
    assert [unit for unit, is_in in board.items() if is_in] == [people.units["1-1-102"]]
    listed = await queries.participation(people.community_id, motion.id)
    assert [line.unit_code for line in listed if line.took_part] == ["1-1-102"]
    assert "paper.returned" in await kinds(people.community_id)
    assert await ballots_of(motion) == []


async def test_online_and_paper_of_one_voter_take_part_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await execute("UPDATE motion SET leak_risk = 'low' WHERE id = {}", motion.id)
    await cast(people.grace, motion, "agree")
    await returned(people, motion, "v2", "v3")
    assert (await queries.turnouts(people.community_id, [motion], DURING))[motion.id].persons == 2


async def test_of_a_small_vote_a_return_is_told_at_the_full_ten_minutes(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await execute("UPDATE motion SET leak_risk = {} WHERE id = {}", LeakRisk.HIGH.value, motion.id)
    await printed(people, motion)
    before = joined((await versions(people.community_id, [motion.id], DURING))[motion.id])
    await returned(people, motion, "v2", at=DURING + timedelta(minutes=4))
    soon, later = DURING + timedelta(minutes=5), DURING + timedelta(minutes=11)
    assert (await queries.turnouts(people.community_id, [motion], soon))[motion.id].persons == 0
    assert joined((await versions(people.community_id, [motion.id], soon))[motion.id]) == before
    assert (await queries.turnouts(people.community_id, [motion], later))[motion.id].persons == 1
    assert joined((await versions(people.community_id, [motion.id], later))[motion.id]) != before


async def test_its_instant_stands_in_one_order_with_the_online_ballots(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    first = await cast(people.heidi, motion, "agree", at=DURING)
    (paper,) = await returned(people, motion, "v2", at=DURING - timedelta(hours=1))
    last = await cast(people.ivan, motion, "agree", at=DURING)
    assert first.cast_at < paper.returned_at < last.cast_at


# refused, and kept


async def refused(motion_id: int) -> list[tuple[str, str]]:
    rows = await fetch("SELECT serial, reason FROM paper_return WHERE motion_id = {} AND reason IS NOT NULL", motion_id)
    return [(row["serial"], row["reason"]) for row in rows]


async def test_a_serial_is_taken_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    again = await brought(people, motion, paper.serial, by=people.frank)
    assert (again.reason, again.is_sealed) == ("serial_used", False)
    assert await refused(motion.id) == [(paper.serial, "serial_used")]
    late = await brought(people, motion, paper.serial, at=AFTER)
    assert late.reason == "serial_used"
    assert (await kinds(people.community_id)).count("paper.refused") == 2


async def test_what_nobody_printed_and_what_is_another_votes(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    other = await open_filed(people, await filed(people, title="1号楼1单元换大门"), draft(people, is_on_paper=True))
    await printed(people, other)
    foreign = (await paper_of(other, "v2")).serial
    assert (await brought(people, motion, "AAAABBBBCC")).reason == "unknown_serial"
    kept = await brought(people, motion, foreign)
    assert (kept.reason, kept.paper_ballot_id, kept.roll_voter_id) == ("wrong_motion", None, None)
    assert await refused(motion.id) == [("AAAABBBBCC", "unknown_serial"), (foreign, "wrong_motion")]
    assert (await brought(people, other, foreign)).reason is None


@pytest.mark.parametrize(
    ("at", "reason"),
    [(OPENS - INSTANT, "early"), (OPENS, None), (CLOSES, None), (CLOSES + INSTANT, "late"), (AFTER, "late")],
)
async def test_to_the_instant(db: AnyEngine, at: object, reason: str | None) -> None:
    """Opening and closing belong to the vote; what comes a microsecond later is late, kept, and no ballot."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    serial = (await paper_of(motion, "v2")).serial
    kept = await brought(people, motion, serial, at=at)
    assert kept.reason == reason
    assert (await fresh(motion)).papers_waiting == (reason is None)
    assert await ballots_of(motion) == []


async def test_of_a_vote_that_was_called_off(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    serial = (await paper_of(motion, "v2")).serial
    await called_off(people, motion.id, reason="方案要改", now=DURING)
    assert (await brought(people, motion, serial)).reason == "cancelled"


async def test_no_clock_lets_a_paper_in_once_the_count_is_signed(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await cast(people.grace, motion, "agree")
    await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    assert (await brought(people, motion, (await paper_of(motion, "v3")).serial, at=DURING)).reason == "late"


async def test_the_same_form_counts_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    form = new_id()
    serial = (await paper_of(motion, "v2")).serial
    first = await brought(people, motion, serial, key=form)
    assert await brought(people, motion, serial, key=form) == first
    with pytest.raises(Refused, match=r"form\.used_before"):
        await brought(people, motion, (await paper_of(motion, "v3")).serial, key=form)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await brought(people, motion, serial, key=form, by=people.frank)
    assert (await fetch("SELECT COUNT(*) AS n FROM paper_return"))[0]["n"] == 1


@pytest.mark.parametrize("name", ["erin", "gina", "alice", "ken"])
async def test_who_may_not_take_them_back(db: AnyEngine, name: str) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    serial = (await paper_of(motion, "v2")).serial
    with pytest.raises(Refused, match=r"paper\.door_staff_only"):
        await brought(people, motion, serial, by=people.actors[name])
    assert await refused(motion.id) == []


async def test_another_communitys_staff_finds_nothing(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    serial = (await paper_of(motion, "v2")).serial
    stranger = replace(people.dana, community_id=people.orchard_id)
    with pytest.raises(NotFound):
        await brought(people, motion, serial, by=stranger)
    assert await paper_printing_queries.by_serial(people.orchard_id, serial) is None


# races


async def test_two_who_take_the_same_serial_at_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    serial = (await paper_of(motion, "v2")).serial
    kept = await asyncio.gather(*(brought(people, motion, serial, by=who) for who in (people.dana, people.frank)))
    assert sorted(str(each.reason) for each in kept) == ["None", "serial_used"]


async def test_returning_while_the_vote_closes(db: AnyEngine) -> None:
    """Twelve papers around the closing instant, in parallel: none later than the closing is taken, none is lost."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    numbers = [f"v{number}" for number in range(1, motion.roll_persons + 1)]
    serials = [(await paper_of(motion, number)).serial for number in numbers]
    instants = [CLOSES + (place - 5) * timedelta(milliseconds=1) for place in range(len(serials))]
    kept = await asyncio.gather(
        *(brought(people, motion, serial, at=at) for serial, at in zip(serials, instants, strict=True))
    )
    assert all((each.returned_at <= CLOSES) == (each.reason is None) for each in kept)
    assert {each.reason for each in kept} == {None, "late"}
    assert len({each.returned_at for each in kept if each.reason is None}) == (await fresh(motion)).papers_waiting


async def test_printing_anew_while_the_older_one_comes_back(db: AnyEngine) -> None:
    """The older one is in, whichever was first; a newer one that was made before is void, else none is made."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    older = await paper_of(motion, "v2")
    order = PrintOrder(new_id(), f"voter-{older.roll_voter_id}", Layout.PAGE, is_anew=True)
    outcomes = await asyncio.gather(
        brought(people, motion, older.serial),
        print_ballots(actor=people.dana, motion_id=motion.id, order=order, now=DURING),
        return_exceptions=True,
    )
    back = outcomes[0]
    assert not isinstance(back, BaseException)
    live = await paper_printing_queries.live_papers(people.community_id, motion.id)
    assert (back.reason, live[older.roll_voter_id].serial) == (None, older.serial)
    good = await paper_printing_queries.good_papers(people.community_id, older.roll_voter_id)
    assert good == 1
    if not isinstance(outcomes[1], BaseException):
        assert outcomes[1].sheets == 1


# the image


async def test_nobody_opens_an_image_before_the_closing(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    paper = await brought(people, motion, (await paper_of(motion, "v2")).serial, image=await photo(people))
    for name in ("erin", "frank", "ken", "gina"):
        with pytest.raises(Refused, match=r"paper\.sealed"):
            await open_image(actor=people.actors[name], motion_id=motion.id, return_id=paper.id, now=CLOSES)
    for name in ("dana", "alice"):
        with pytest.raises(Refused, match=r"paper\.not_an_officer"):
            await open_image(actor=people.actors[name], motion_id=motion.id, return_id=paper.id, now=AFTER)
    for name in ("erin", "frank", "ken", "gina", "erin"):
        data = await open_image(actor=people.actors[name], motion_id=motion.id, return_id=paper.id, now=AFTER)
        assert data.startswith(b"\xff\xd8")
    assert (await kinds(people.community_id)).count("paper.opened") == 4, "each one's first look"


async def test_where_the_bylaws_let_papers_be_read_early(db: AnyEngine) -> None:
    """Counters may, and nobody who could extend the vote: Erin is of the committee."""
    people = await garden()
    motion = await on_paper(
        people, counter_ids=(people.frank.person_id, people.ken.person_id), scrutineer_id=people.erin.person_id
    )
    motion = await with_early_keying(motion)
    await printed(people, motion)
    paper = await brought(people, motion, (await paper_of(motion, "v2")).serial, image=await photo(people))
    assert await open_image(actor=people.frank, motion_id=motion.id, return_id=paper.id, now=DURING)
    with pytest.raises(Refused, match=r"paper\.sealed_for_convener"):
        await open_image(actor=people.erin, motion_id=motion.id, return_id=paper.id, now=DURING)
    await execute("UPDATE motion SET leak_risk = 'low' WHERE id = {}", motion.id)
    before = (await queries.turnouts(people.community_id, [motion], DURING))[motion.id]
    await key(people.frank, motion, paper, "91", at=DURING)
    await key(people.ken, motion, paper, "91", at=DURING)
    assert (await queries.turnouts(people.community_id, [motion], DURING))[motion.id] == before, (
        "nobody learns it is void"
    )
    assert (await queries.turnouts(people.community_id, [motion], AFTER))[motion.id].persons == 0
    with pytest.raises(Refused, match=r"motion\.still_open"):
        await counting.count(await fresh(motion), DURING)


async def test_no_file_of_the_community_names_the_image(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await brought(people, motion, (await paper_of(motion, "v2")).serial, image=await photo(people))
    assert await fetch("SELECT id FROM stored_file") == []


async def test_a_refused_paper_leaves_no_image(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    kept = await brought(people, motion, "AAAABBBBCC", image=await photo(people))
    assert kept.image_sha256 is None


# what the voter may expect


async def test_online_after_paper_and_the_paper_is_void(db: AnyEngine) -> None:
    """first_valid: the paper came first; once it turns out invalid the online ballot stands."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    valid, void = await returned(people, motion, "v2", "v3")
    await cast(people.grace, motion, "oppose", at=DURING + timedelta(hours=1))
    await cast(people.heidi, motion, "oppose", at=DURING + timedelta(hours=2))
    await both_key(people, motion, valid, "1")
    await both_key(people, motion, void, "92")
    stands = {(row["number"], row["channel"]): (row["state"], row["reason"]) for row in await ballots_of(motion)}
    assert stands == {
        ("v2", "paper"): ("in_force", None),
        ("v2", "online"): ("refused", "repeat"),
        ("v3", "paper"): ("refused", "invalid"),
        ("v3", "online"): ("in_force", None),
    }


async def test_the_log_holds_no_voter_and_no_serial(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    brings = Brings(new_id(), (await paper_of(motion, "v2")).serial, Brought.PAPER)
    await take_back(actor=people.dana, motion_id=motion.id, brings=brings, clock=HandClock(DURING))
    for record in await log.records(people.community_id, limit=500):
        assert brings.serial not in record.body
        assert '"v2"' not in record.body


async def test_whoever_printed_one_voters_paper_does_not_take_it_in(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    (row,) = await fetch("SELECT id FROM roll_voter WHERE motion_id = {} AND number = {}", motion.id, "v2")
    await printed(people, motion, whom=f"voter-{row['id']}", by=people.frank)
    paper = await paper_of(motion, "v2")
    with pytest.raises(Refused, match=r"paper\.printed_by_you"):
        await brought(people, motion, paper.serial, by=people.frank)
    assert await fetch("SELECT id FROM paper_return WHERE motion_id = {}", motion.id) == []
    assert (await brought(people, motion, paper.serial, by=people.dana)).reason is None

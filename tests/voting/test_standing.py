"""Who stands behind a voter while the vote runs: suspensions, representatives, sales, disputed areas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from council.audit import queries as log
from council.files import store
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused
from council.kernel.ids import new_id
from council.registry import queries as registry
from council.registry.editing import fingerprint
from council.registry.rollfile.model import OwnerKind, RollOwner
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import counting, halting, queries, selling, standing, standing_queries
from council.voting.halt import HaltAct
from council.voting.motion import Motion
from tests.fixtures.client import submit
from tests.people import Garden, add_person, garden, live_in, verify_owner
from tests.voting.holders import halt, halted, suspended
from tests.voting.motions import AFTER, DURING, cast, opened
from tests.voting.papers import brought, on_paper, paper_of, printed, returned
from tests.voting.test_proxies import give

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _kept_apart(tmp_path: Path) -> None:
    store.use(tmp_path / "files")


WHY = "三位继承人有争议，已出示起诉状"


async def number_of(motion: Motion, room: str) -> str:
    (row,) = await fetch(
        "SELECT v.number FROM roll_voter v JOIN roll_unit u ON u.roll_voter_id = v.id"
        " WHERE v.motion_id = {} AND u.code = {}",
        *(motion.id, room),
    )
    number: str = row["number"]
    return number


async def suspend(people: Garden, motion: Motion, room: str, *, now: datetime = DURING) -> None:
    number = await number_of(motion, room)
    await suspended(people, motion.id, number, words=WHY, now=now)


async def lift(people: Garden, motion: Motion, room: str, *, now: datetime = DURING) -> None:
    number = await number_of(motion, room)
    await halted(people, HaltAct.LIFT, now=now, voter=(motion.id, number))


async def sell(people: Garden, room: str, *buyers: str, now: datetime = DURING) -> list[Actor]:
    """The buyers, each with an account that is verified to be that owner."""
    unit = await registry.unit(people.community_id, people.units[room])
    held = (await registry.holdings_of(people.community_id, [unit.id]))[unit.id]
    owners = [await registry.owner(people.community_id, one.owner_id) for one in held]
    await selling.sell_unit(
        actor=people.dana,
        unit_id=unit.id,
        buyers=[RollOwner(name, None, (), OwnerKind.NATURAL) for name in buyers],
        reason="过户",
        seen=fingerprint(unit, *owners),
        now=now,
    )
    found = []
    for holding in (await registry.holdings_of(people.community_id, [unit.id]))[unit.id]:
        person_id = await add_person(holding.name)
        await live_in(people, person_id, room)
        await verify_owner(people, person_id, holding.owner_id)
        people.actors[holding.name] = Actor(person_id, holding.name, people.community_id)
        found.append(await people.refreshed(holding.name))
    return found


class TestSuspension:
    async def test_nobody_casts_until_they_have_signed_together(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        await suspend(people, motion, "1-1-102")
        with pytest.raises(Refused, match=r"roll\.suspended_already"):
            await suspend(people, motion, "1-1-102")
        with pytest.raises(Refused, match=r"ballot\.suspended"):
            await cast(people.grace, motion)
        await lift(people, motion, "1-1-102")
        assert (await cast(people.grace, motion)).state == "in_force"
        kinds = [
            row["kind"] for row in await fetch("SELECT kind FROM log_record WHERE kind LIKE 'roll.%' ORDER BY seq")
        ]
        assert kinds == ["roll.suspended", "roll.resumed"]
        (record,) = await fetch("SELECT body FROM log_record WHERE kind = 'roll.suspended'")
        assert WHY not in record["body"]

    async def test_it_stays_in_the_totals_and_silence_is_not_read(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        await execute("UPDATE motion SET ruleset = REPLACE(ruleset, 'not_participating', 'abstain')")
        await execute("UPDATE roll_voter SET delivered_at = {}", DURING)
        await suspend(people, motion, "1-1-102")
        counted = await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
        assert counted.tally.roll.persons == motion.roll_persons == 12
        assert counted.tally.deemed.abstain.persons == 11

    async def test_what_was_cast_stands(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        await cast(people.grace, motion)
        with pytest.raises(Refused, match=r"roll\.cast_already"):
            await suspend(people, motion, "1-1-102")

    async def test_after_the_closing_nothing_changes(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        await suspend(people, motion, "1-1-102")
        with pytest.raises(Refused, match=r"roll\.too_late"):
            await lift(people, motion, "1-1-102", now=AFTER)
        with pytest.raises(Refused, match=r"roll\.too_late"):
            await suspend(people, motion, "1-1-201", now=AFTER)
        with pytest.raises(Refused, match=r"roll\.not_suspended"):
            await lift(people, motion, "1-1-201")

    async def test_it_is_the_desks(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        for other in (people.erin, people.frank, people.gina, people.grace):
            with pytest.raises(Refused, match=r"motion\.only_secretary"):
                await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, by=other, voter=(motion.id, "v2"))
        with pytest.raises(NotFound):
            await suspended(people, motion.id, "v99", words=WHY, now=DURING)


class TestRepresentative:
    async def test_the_co_owners_name_another_one_for_this_vote(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        number = await number_of(motion, "1-1-401")
        with pytest.raises(Refused, match=r"ballot\.not_representative"):
            await cast(people.bob, motion)
        line = await standing_queries.line(people.community_id, motion.id, number)
        bob = next(holder for holder in line.holders if not holder.is_representative)
        about = {"now": DURING, "voter": (motion.id, number), "owner_id": bob.owner_id}
        halt_id = await halt(people, HaltAct.NAME, words="两人都签了字", **about)
        with pytest.raises(Refused, match=r"ballot\.not_representative"):
            await cast(people.bob, motion)
        await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)
        with pytest.raises(Refused, match=r"roll\.represents_already"):
            await halted(people, HaltAct.NAME, **about)
        with pytest.raises(Refused, match=r"ballot\.not_representative"):
            await cast(people.alice, motion, voter=number)
        assert (await cast(people.bob, motion)).number == number
        with pytest.raises(Refused, match=r"roll\.cast_already"):
            await halted(people, HaltAct.NAME, **about | {"owner_id": people.owners["1-1-101"]})
        with pytest.raises(NotFound):
            await halted(people, HaltAct.NAME, **about | {"owner_id": people.owners["1-1-202"]})

    async def test_whom_the_one_before_let_cast_casts_no_more(self, db: AnyEngine) -> None:
        """Two would otherwise cast for one home, and the quicker would win."""
        people = await garden()
        motion = await opened(people)
        number = await number_of(motion, "1-1-401")
        await give(people, motion, "alice", "ken", number=number)
        line = await standing_queries.line(people.community_id, motion.id, number)
        bob = next(holder for holder in line.holders if not holder.is_representative)
        await halted(people, HaltAct.NAME, now=DURING, voter=(motion.id, number), owner_id=bob.owner_id)
        (row,) = await fetch("SELECT ended_at, end_reason FROM proxy")
        assert (row["ended_at"], row["end_reason"]) == (DURING, "revoked")
        with pytest.raises(Refused, match=r"ballot\.not_(on_roll|verified)"):
            await cast(people.ken, motion, voter=number)
        assert (await cast(people.bob, motion)).state == "in_force"

    async def test_no_co_owner_of_that_home_records_it(self, db: AnyEngine) -> None:
        """The secretary who owns there too would name herself."""
        people = await garden()
        motion = await opened(people)
        number = await number_of(motion, "1-1-401")
        line = await standing_queries.line(people.community_id, motion.id, number)
        bob = next(holder for holder in line.holders if not holder.is_representative)
        co_owner = replace(people.dana, owner_ids=frozenset({bob.owner_id}))
        about = {"words": WHY, "now": DURING, "voter": (motion.id, number), "owner_id": bob.owner_id}
        with pytest.raises(Refused, match=r"halt\.own_matter"):
            await halt(people, HaltAct.NAME, by=co_owner, **about)
        with pytest.raises(Refused, match=r"motion\.only_secretary"):
            await halt(people, HaltAct.NAME, by=people.frank, **about)


class TestSale:
    async def test_if_nothing_was_cast_the_new_owner_casts_and_the_old_one_does_not(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        (buyer,) = await sell(people, "1-1-102", "钱新")
        with pytest.raises(Refused, match=r"ballot\.not_representative"):
            await cast(people.grace, motion)  # an account that was read just before the sale
        mine = await cast(buyer, motion)
        assert mine.number == await number_of(motion, "1-1-102")
        counted = await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
        assert (counted.tally.roll.persons, counted.tally.returned.agree.area_dm2) == (12, 7137)

    async def test_a_ballot_that_was_cast_stands(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        await cast(people.grace, motion, "oppose")
        (buyer,) = await sell(people, "1-1-102", "钱新")
        with pytest.raises(Refused, match=r"ballot\.already_cast"):
            await cast(buyer, motion, at=DURING + MINUTE)
        counted = await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
        assert counted.tally.returned.oppose.persons == 1

    async def test_of_two_buyers_the_one_who_represents_them(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        first, second = await sell(people, "1-1-102", "钱新", "孙立")
        with pytest.raises(Refused, match=r"ballot\.not_representative"):
            await cast(second, motion)
        await cast(first, motion)

    async def test_of_several_flats_that_are_one_voter_the_sale_of_one_changes_nothing(self, db: AnyEngine) -> None:
        people = await garden()
        await execute(
            "UPDATE ownership SET owner_id = {} WHERE unit_id = {}",
            *(people.owners["1-1-102"], people.units["1-1-202"]),
        )
        motion = await opened(people)
        assert motion.roll_persons == 11
        (buyer,) = await sell(people, "1-1-202", "钱新")
        with pytest.raises(Refused, match=r"ballot\.not_on_roll"):
            await cast(buyer, motion)
        mine = await cast(people.grace, motion)
        voter = (await queries.voters_for(people.grace, motion))[0]
        assert (mine.number, len(voter.unit_codes)) == (voter.number, 2)


async def test_a_disputed_area_is_kept_and_the_roll_stays(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    said = {"actor": people.dana, "motion_id": motion.id, "number": number, "key": new_id(), "now": DURING}
    await standing.record_area_dispute(unit_code="1-1-102", words="房本写的是 73.00 平方米", **said)
    await standing.record_area_dispute(unit_code="1-1-102", words="房本写的是 73.00 平方米", **said)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await standing.record_area_dispute(unit_code="1-1-102", words="房本写的是 74.00 平方米", **said)
    with pytest.raises(NotFound):
        await standing.record_area_dispute(unit_code="1-1-201", words="房本写的是 74.00 平方米", **said)
    line = await standing_queries.line(people.community_id, motion.id, number)
    assert [each.words for each in line.disputes] == ["房本写的是 73.00 平方米"]
    assert line.area_dm2 == 7137
    again = await queries.motion(people.community_id, motion.id)
    assert (again.roll_sha256, again.roll_area_dm2) == (motion.roll_sha256, motion.roll_area_dm2)
    rows = await fetch("SELECT seq FROM log_record WHERE kind = 'roll.area_disputed'")
    record = await log.record(people.community_id, rows[0]["seq"])
    assert (record.data["unit"], len(rows)) == ("1-1-102", 1)


async def test_the_desk_reads_the_roll_and_suspends_on_its_page(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    dana, gina, grace = await enter(people.dana), await enter(people.gina), await enter(people.grace)
    roll = f"/c/garden/motions/{motion.id}/roll"
    number = await number_of(motion, "1-1-102")
    found = (await dana.get(f"{roll}?q=1-1-102")).text
    assert f"{roll}/{number}" in found
    assert found.count(f'href="{roll}/v') == 1
    short = await submit(dana, await dana.get(f"{roll}/{number}"), "#suspend-form", suspend="吵")
    assert (short.status_code, "吵" in short.text) == (422, True)
    bare = await submit(dana, short, "#suspend-form", suspend=WHY)
    assert (bare.status_code, WHY in bare.text) == (422, True)
    pdf = {"document": ("起诉状.pdf", b"%PDF-1.4 halt\n%%EOF\n", "application/pdf")}
    sent = await submit(dana, bare, "#suspend-form", files=pdf, suspend=WHY)
    halt_page = sent.headers["location"].partition("?")[0]
    waits = await dana.get(f"{roll}/{number}")
    assert halt_page in waits.text
    assert "suspend-form" not in waits.text
    frank = await enter(people.frank)
    await submit(frank, await frank.get(halt_page), "#confirm")
    for name, status in (("grace", 403), ("erin", 403), ("charlie", 404)):
        assert (await (await enter(getattr(people, name))).get(halt_page)).status_code == status
    assert (await dana.get("/c/garden/desk/halts/99999")).status_code == 404
    told = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    assert (told.status_code, "先暂停" in told.text) == (409, True)
    assert WHY not in told.text
    assert WHY in (await gina.get(f"{roll}/{number}")).text
    assert "suspend-form" not in (await gina.get(f"{roll}/{number}")).text
    for address in (roll, f"{roll}/{number}"):
        assert (await grace.get(address)).status_code == 403
    assert (await dana.get(f"{roll}/v99")).status_code == 404


async def test_the_desk_names_another_co_owner_on_its_page(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    dana, frank, number = await enter(people.dana), await enter(people.frank), await number_of(motion, "1-1-401")
    address = f"/c/garden/motions/{motion.id}/roll/{number}"
    line = await standing_queries.line(people.community_id, motion.id, number)
    bob = next(holder for holder in line.holders if not holder.is_representative)
    pdf = {"document": ("协议.pdf", b"%PDF-1.4 all\n%%EOF\n", "application/pdf")}
    nobody = await submit(dana, await dana.get(address), "#name-form", files=pdf, name="两人都签了字")
    assert (nobody.status_code, "两人都签了字" in nobody.text) == (422, True)
    bare = await submit(dana, await dana.get(address), "#name-form", owner=str(bob.owner_id), name="两人都签了字")
    assert (bare.status_code, bare.text.count('id="document"')) == (422, 1)
    sent = await submit(dana, bare, "#name-form", files=pdf, owner=str(bob.owner_id), name="两人都签了字")
    halt_page = sent.headers["location"].partition("?")[0]
    waits = await dana.get(address)
    assert (halt_page in waits.text, "name-form" in waits.text, "suspend-form" in waits.text) == (True, False, True)
    assert f"改由{bob.name}来投" in (await frank.get(halt_page)).text
    await submit(frank, await frank.get(halt_page), "#confirm")
    line = await standing_queries.line(people.community_id, motion.id, number)
    assert [each.owner_id for each in line.holders if each.is_representative] == [bob.owner_id]


async def test_a_mandate_ends_with_the_givers_own_right_and_rests_while_it_is_suspended(
    db: AnyEngine, tmp_path: Path
) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    motion = await opened(people)
    await give(people, motion, "grace", "ken")
    await suspend(people, motion, "1-1-102")
    with pytest.raises(Refused, match=r"ballot\.suspended"):
        await cast(people.ken, motion)
    await lift(people, motion, "1-1-102")
    (buyer,) = await sell(people, "1-1-102", "钱新")
    with pytest.raises(Refused, match=r"ballot\.(not_on_roll|not_verified)"):
        await cast(people.ken, motion)
    assert (await cast(buyer, motion)).number == await number_of(motion, "1-1-102")


async def test_a_suspended_voters_paper_is_not_taken_and_a_sealed_one_is_not_suspended(
    db: AnyEngine, tmp_path: Path
) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await suspend(people, motion, "1-1-102")
    number = await number_of(motion, "1-1-102")
    refused = await brought(people, motion, (await paper_of(motion, number)).serial)
    assert refused.reason == "suspended"
    await lift(people, motion, "1-1-102", now=DURING + MINUTE)
    (taken,) = await returned(people, motion, number, at=DURING + 2 * MINUTE)
    assert taken.reason is None
    with pytest.raises(Refused, match=r"roll\.cast_already"):
        await suspend(people, motion, "1-1-102", now=DURING + 3 * MINUTE)

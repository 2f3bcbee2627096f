"""Stopping somebody's vote while it runs takes a document and a second person, and nobody who has a part in it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from council.files import service as files
from council.files import store
from council.files.model import Purpose
from council.kernel.errors import NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import halt_queries, halting, standing_queries
from council.voting.halt import HaltAct, HaltDraft, Subject
from council.voting.halt_effects import take_effect
from council.voting.holding import Capacity
from council.voting.holding_papers import confirm_paper, end_paper
from tests.people import NOW, Garden, garden, live_in
from tests.voting.elections import election
from tests.voting.holders import claim, confirmed, disputed, ended, halt, recorded, scanned, suspended
from tests.voting.motions import AFTER, DURING, cast, opened
from tests.voting.test_standing import number_of

WHY = "三位继承人有争议，已出示起诉状"


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


async def kinds() -> list[str]:
    rows = await fetch("SELECT kind FROM log_record WHERE kind LIKE 'halt.%' OR kind LIKE 'roll.%' ORDER BY seq")
    return [row["kind"] for row in rows]


async def test_until_it_is_confirmed_they_vote_as_before(people: Garden) -> None:
    motion = await opened(people)
    await halt(people, HaltAct.DISPUTE, words=WHY, now=DURING, unit_id=people.units["1-1-102"])
    number = await number_of(motion, "1-1-102")
    await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, voter=(motion.id, number))
    line = await standing_queries.line(people.community_id, motion.id, number)
    assert line.suspension is None
    assert (await cast(people.grace, motion)).state == "in_force"


async def test_what_was_cast_meanwhile_stands(people: Garden) -> None:
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    halt_id = await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, voter=(motion.id, number))
    await cast(people.grace, motion)
    with pytest.raises(Refused, match=r"roll\.cast_already"):
        await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)
    assert (await halt_queries.halt(people.community_id, halt_id)).is_waiting, "nothing of it is kept"


async def test_a_guardian_acts_until_the_end_is_confirmed(people: Garden) -> None:
    await claim(people, "gina", "1-1-302")
    paper_id = await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina")
    motion, other = await opened(people), await opened(people, title="另一件事")
    halt_id = await halt(people, HaltAct.END_PAPER, words="法院撤销", now=DURING, paper_id=paper_id)
    done = await cast(await people.refreshed("gina"), motion, at=DURING)
    await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)
    assert (await fetch("SELECT state FROM ballot WHERE id = {}", done.ballot_id))[0]["state"] == "in_force"
    with pytest.raises(Refused, match=r"ballot\.not_(verified|on_roll)"):
        await cast(await people.refreshed("gina"), other, at=DURING)


async def test_one_alone_ends_no_paper_in_force(people: Garden) -> None:
    await claim(people, "gina", "1-1-302")
    paper_id = await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina")
    with pytest.raises(Refused, match=r"holder\.needs_second"):
        await end_paper(actor=people.dana, paper_id=paper_id, reason="不再监护", now=NOW)


async def test_a_second_person_of_the_desk(people: Garden) -> None:
    halt_id = await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=people.units["1-1-102"])
    with pytest.raises(Refused, match=r"holder\.second_person"):
        await halting.confirm(actor=people.dana, halt_id=halt_id, now=NOW)
    for other in (people.erin, people.gina, people.grace):
        with pytest.raises(Refused, match=r"holder\.desk_only"):
            await halting.confirm(actor=other, halt_id=halt_id, now=NOW)
    with pytest.raises(NotFound):
        await halting.confirm(actor=replace(people.frank, community_id=people.orchard_id), halt_id=halt_id, now=NOW)
    await halting.confirm(actor=people.frank, halt_id=halt_id, now=NOW)
    for again in (halting.confirm, halting.withdraw):
        with pytest.raises(Refused, match=r"halt\.moved_on"):
            await again(actor=people.frank, halt_id=halt_id, now=NOW)


async def test_the_schema_too_wants_two(people: Garden) -> None:
    halt_id = await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=people.units["1-1-102"])
    with pytest.raises(Exception, match=r"(?i)check"):
        await execute(
            "UPDATE halt SET confirmed_by = recorded_by, confirmed_by_name = 'x', confirmed_at = {} WHERE id = {}",
            *(NOW, halt_id),
        )


async def test_nobody_of_that_home_and_no_party(people: Garden) -> None:
    unit_id, owner_id = people.units["1-1-102"], people.owners["1-1-102"]
    lives_there = frozenset({unit_id})
    for own in (
        replace(people.dana, unit_ids=lives_there),
        replace(people.dana, owner_ids=frozenset({owner_id})),
        replace(people.dana, claimed_owner_ids=frozenset({owner_id})),
        replace(people.dana, lapsed_owner_ids=frozenset({owner_id})),
    ):
        with pytest.raises(Refused, match=r"halt\.own_matter"):
            await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, by=own, unit_id=unit_id)
    halt_id = await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=unit_id)
    with pytest.raises(Refused, match=r"halt\.own_matter"):
        await halting.confirm(actor=replace(people.frank, unit_ids=lives_there), halt_id=halt_id, now=NOW)
    await halting.confirm(actor=people.frank, halt_id=halt_id, now=NOW)
    with pytest.raises(Refused, match=r"halt\.own_matter"):
        back = replace(people.dana, unit_ids=lives_there)
        await halt(people, HaltAct.AGREE, words="都签了字", now=NOW, by=back, unit_id=unit_id)


async def test_no_candidate_and_nobody_recused_in_a_vote_that_runs_there(people: Garden) -> None:
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    owns_there = replace(people.dana, owner_ids=frozenset({people.owners["1-1-501"]}))
    with pytest.raises(Refused, match=r"halt\.recused"):
        await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, by=owns_there, voter=(motion.id, number))
    await execute("UPDATE proposal SET proposer_id = {}", people.frank.person_id)
    halt_id = await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, voter=(motion.id, number))
    with pytest.raises(Refused, match=r"halt\.recused"):
        await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)
    # and whoever is a party or recused lifts nothing either
    await execute("UPDATE proposal SET proposer_id = {}", people.alice.person_id)
    await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)
    with pytest.raises(Refused, match=r"halt\.recused"):
        await halt(people, HaltAct.LIFT, words="都签了字", now=DURING, by=owns_there, voter=(motion.id, number))


async def test_somebody_who_stands_silences_no_voter(people: Garden) -> None:
    motion = await election(people)
    number = await number_of(motion, "1-1-102")
    (row,) = await fetch("SELECT MIN(id) AS id FROM motion_candidate WHERE motion_id = {}", motion.id)
    await execute("UPDATE motion_candidate SET person_id = {} WHERE id = {}", people.frank.person_id, row["id"])
    halt_id = await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, voter=(motion.id, number))
    with pytest.raises(Refused, match=r"halt\.recused"):
        await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)


async def test_the_same_form_is_the_same_and_another_waits(people: Garden) -> None:
    key, unit_id = new_id(), people.units["1-1-102"]
    first = await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, key=key, unit_id=unit_id)
    assert await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, key=key, unit_id=unit_id) == first
    with pytest.raises(Refused, match=r"form\.used_before"):
        await halt(people, HaltAct.DISPUTE, words="别的理由，别的材料", now=NOW, key=key, unit_id=unit_id)
    with pytest.raises(Refused, match=r"halt\.waiting"):
        await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=unit_id)
    await halting.withdraw(actor=people.dana, halt_id=first, now=NOW)
    await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=unit_id)
    assert await kinds() == ["halt.recorded", "halt.withdrawn", "halt.recorded"]


async def test_the_same_form_is_the_same_also_when_it_has_been_confirmed_meanwhile(people: Garden) -> None:
    key, unit_id = new_id(), people.units["1-1-102"]
    first = await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, key=key, unit_id=unit_id)
    await halting.confirm(actor=people.frank, halt_id=first, now=NOW)
    assert await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, key=key, unit_id=unit_id) == first
    with pytest.raises(Refused, match=r"holder\.disputed_already"):
        await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=unit_id)


async def test_another_document_is_another_form(people: Garden) -> None:
    key, subject = new_id(), Subject(HaltAct.DISPUTE, unit_id=people.units["1-1-102"])
    draft = HaltDraft(key, subject, WHY)
    await halting.record(actor=people.dana, draft=draft, file_id=await scanned(people.dana), now=NOW)
    other = await files.save_document(
        actor=people.dana, data=b"%PDF-1.4 other\n%%EOF\n", name="other.pdf", now=NOW, purpose=Purpose.SCAN
    )
    with pytest.raises(Refused, match=r"form\.used_before"):
        await halting.record(actor=people.dana, draft=draft, file_id=other.id, now=NOW)


async def test_the_way_back_takes_two_as_well(people: Garden) -> None:
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    await suspended(people, motion.id, number, words=WHY, now=DURING)
    halt_id = await halt(people, HaltAct.LIFT, words="三人签了协议", now=DURING, voter=(motion.id, number))
    with pytest.raises(Refused, match=r"ballot\.suspended"):
        await cast(people.grace, motion)
    with pytest.raises(Refused, match=r"holder\.second_person"):
        await halting.confirm(actor=people.dana, halt_id=halt_id, now=DURING)
    await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)
    assert (await cast(people.grace, motion)).state == "in_force"
    await disputed(people, "1-1-201", now=DURING)
    back = await halt(people, HaltAct.AGREE, words="三人签了协议", now=DURING, unit_id=people.units["1-1-201"])
    with pytest.raises(Refused, match=r"ballot\.suspended"):
        await cast(people.heidi, motion)
    await halting.confirm(actor=people.frank, halt_id=back, now=DURING)
    assert (await cast(people.heidi, motion)).state == "in_force"
    (row,) = await fetch("SELECT closed_by_name, closed_words FROM home_dispute")
    assert (row["closed_by_name"], row["closed_words"]) == ("Dana", "三人签了协议")


async def test_nothing_takes_effect_that_nobody_has_confirmed(people: Garden) -> None:
    halt_id = await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=people.units["1-1-102"])
    with pytest.raises(ValueError, match="second person"):
        await take_effect(people.frank, await halt_queries.halt(people.community_id, halt_id), NOW)
    assert await fetch("SELECT id FROM home_dispute") == []


async def test_a_page_says_why_it_can_be_confirmed_no_more(people: Garden, enter, clock) -> None:
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    halt_id = await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, voter=(motion.id, number))
    clock(DURING)
    frank, address = await enter(people.frank), f"/c/garden/desk/halts/{halt_id}"
    assert 'id="confirm"' in (await frank.get(address)).text
    await cast(people.grace, motion)
    told = await frank.get(address)
    assert ('id="confirm"' in told.text, 'id="withdraw"' in told.text) == (False, True)
    assert ("现在不能确认了" in told.text, "这一户已经投了票" in told.text) == (True, True)


async def test_words_and_document_are_not_for_that_family_at_the_desk(people: Garden, enter) -> None:
    """Frank lives in the home whose heirs are in dispute."""
    halt_id = await halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=people.units["1-1-102"])
    frank, dana = await enter(people.frank), await enter(people.dana)
    address, home = f"/c/garden/desk/halts/{halt_id}", f"/c/garden/desk/register/{people.units['1-1-102']}/holders"
    assert WHY in (await frank.get(address)).text
    await live_in(people, people.frank.person_id, "1-1-102")
    shown = await frank.get(address)
    assert (shown.status_code, WHY in shown.text, f"{address}/scan" in shown.text) == (200, False, False)
    assert 'id="confirm"' not in shown.text
    assert (await frank.get(f"{address}/scan")).status_code == 403
    assert (await dana.get(f"{address}/scan")).status_code == 200
    sun = replace(people.dana, person_id=people.erin.person_id, name="Erin")
    await halting.confirm(actor=sun, halt_id=halt_id, now=NOW)
    assert WHY in (await dana.get(home)).text
    assert WHY not in (await frank.get(home)).text


async def test_without_a_scan_there_is_nothing(people: Garden) -> None:
    draft = HaltDraft(new_id(), Subject(HaltAct.DISPUTE, unit_id=people.units["1-1-102"]), WHY)
    for file_id in (0, 10**9):
        with pytest.raises(NotFound):
            await halting.record(actor=people.dana, draft=draft, file_id=file_id, now=NOW)
    file_id = await scanned(people.dana)
    assert await halting.record(actor=people.dana, draft=draft, file_id=file_id, now=NOW)


async def test_the_log_names_no_home_and_no_reason(people: Garden) -> None:
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    await suspended(people, motion.id, number, words=WHY, now=DURING)
    rows = await fetch("SELECT body FROM log_record WHERE kind LIKE 'halt.%' OR kind LIKE 'roll.%'")
    assert len(rows) == 3
    assert not any(WHY in row["body"] or f'"{number}"' in row["body"] or "1-1-102" in row["body"] for row in rows)


async def test_who_did_it_is_kept_with_the_suspension(people: Garden) -> None:
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    await disputed(people, "1-1-102", now=DURING)
    line = await standing_queries.line(people.community_id, motion.id, number)
    assert line.suspension is not None
    assert (line.suspension.by_name, line.suspension.confirmed_by_name) == ("Dana", "Frank")
    later = await opened(people, scope=people.building_scope, title="全楼的事")
    told = await halt_queries.stopped(
        people.community_id,
        [(await standing_queries.line(people.community_id, later.id, await number_of(later, "1-1-102"))).roll_voter_id],
    )
    assert [(each.by_name, each.confirmed_by_name) for each in told.values()] == [("Dana", "Frank")]


async def test_after_the_closing_no_voter_is_suspended(people: Garden) -> None:
    motion = await opened(people)
    number = await number_of(motion, "1-1-102")
    halt_id = await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, voter=(motion.id, number))
    with pytest.raises(Refused, match=r"roll\.too_late"):
        await halting.confirm(actor=people.frank, halt_id=halt_id, now=AFTER)


class TestAtOnce:
    """Two connections on PostgreSQL: nothing waits for the other for ever, and exactly one of two happens."""

    async def test_a_dispute_and_the_ballots_it_reaches(self, people: Garden) -> None:
        for room, voter in (("1-1-102", people.grace), ("1-1-201", people.heidi)):
            motions = [await opened(people, title=f"{room}的第{n}件事") for n in range(3)]
            halt_id = await halt(people, HaltAct.DISPUTE, words=WHY, now=DURING, unit_id=people.units[room])
            answers = await asyncio.wait_for(
                asyncio.gather(
                    halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING),
                    *(cast(voter, motion, at=DURING) for motion in motions),
                    return_exceptions=True,
                ),
                60,
            )
            assert answers[0] is None, answers[0]
            for motion, answer in zip(motions, answers[1:], strict=True):
                number = await number_of(motion, room)
                line = await standing_queries.line(people.community_id, motion.id, number)
                if line.suspension is None:
                    assert not isinstance(answer, BaseException), answer
                else:
                    assert isinstance(answer, Refused), answer
                    assert answer.code == "ballot.suspended"

    async def test_two_who_confirm_one_paper(self, people: Garden) -> None:
        await claim(people, "gina", "1-1-302")
        paper_id = await recorded(people, "1-1-302", Capacity.GUARDIAN, who="gina")
        answers = await asyncio.wait_for(
            asyncio.gather(
                *(confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW) for _ in range(3)),
                return_exceptions=True,
            ),
            60,
        )
        assert sorted(getattr(each, "code", "done") for each in answers) == [
            "done",
            "holder.moved_on",
            "holder.moved_on",
        ]
        assert len(await fetch("SELECT seq FROM log_record WHERE kind = 'holder.confirmed'")) == 1

    async def test_two_who_confirm_one_suspension(self, people: Garden) -> None:
        motion = await opened(people)
        number = await number_of(motion, "1-1-102")
        halt_id = await halt(people, HaltAct.SUSPEND, words=WHY, now=DURING, voter=(motion.id, number))
        answers = await asyncio.wait_for(
            asyncio.gather(
                *(halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING) for _ in range(3)),
                halting.withdraw(actor=people.dana, halt_id=halt_id, now=DURING),
                return_exceptions=True,
            ),
            60,
        )
        assert sorted(getattr(each, "code", "done") for each in answers) == ["done", *["halt.moved_on"] * 3]
        rows = await fetch("SELECT id FROM roll_suspension")
        confirmed_once = (await halt_queries.halt(people.community_id, halt_id)).confirmed_at is not None
        assert len(rows) == int(confirmed_once)

    @pytest.mark.parametrize("act", [HaltAct.SUSPEND, HaltAct.END_PAPER])
    async def test_one_who_confirms_and_one_who_records_the_same(self, people: Garden, act: HaltAct) -> None:
        """Each locks the vote or the paper first: the other order, and one of them would be lost."""
        await claim(people, "gina", "1-1-302")
        paper_id = await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina")
        motion = await opened(people)
        voter = (motion.id, await number_of(motion, "1-1-102"))
        about = {"voter": voter} if act is HaltAct.SUSPEND else {"paper_id": paper_id}
        halt_id = await halt(people, act, words=WHY, now=DURING, **about)
        answers = await asyncio.wait_for(
            asyncio.gather(
                halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING),
                *(halt(people, act, words=WHY, now=DURING, **dict(about)) for _ in range(3)),
                return_exceptions=True,
            ),
            60,
        )
        assert answers[0] is None, answers[0]
        codes = {getattr(each, "code", each) for each in answers[1:]}
        assert codes <= {"halt.waiting", "roll.suspended_already", "holder.moved_on"}, codes

    async def test_two_who_record_the_same(self, people: Garden) -> None:
        answers = await asyncio.wait_for(
            asyncio.gather(
                *(halt(people, HaltAct.DISPUTE, words=WHY, now=NOW, unit_id=people.units["1-1-102"]) for _ in range(2)),
                return_exceptions=True,
            ),
            60,
        )
        assert sorted(getattr(each, "code", "done") for each in answers) == ["done", "halt.waiting"]

    async def test_a_guardians_ballot_and_their_end(self, people: Garden) -> None:
        await claim(people, "gina", "1-1-302")
        paper_id = await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina")
        motion = await opened(people)
        gina = await people.refreshed("gina")
        answers = await asyncio.wait_for(
            asyncio.gather(
                cast(gina, motion, at=DURING),
                ended(people, paper_id, words="法院撤销", now=DURING),
                return_exceptions=True,
            ),
            60,
        )
        assert not isinstance(answers[1], BaseException), answers[1]
        has_cast = not isinstance(answers[0], BaseException)
        assert has_cast or isinstance(answers[0], Refused), answers[0]
        assert has_cast or answers[0].code in {"ballot.not_verified", "ballot.not_on_roll", "ballot.needs_authority"}
        assert len(await fetch("SELECT id FROM ballot")) == int(has_cast)

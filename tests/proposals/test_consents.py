"""Homes that must agree by themselves: owner by owner, on the phone or on paper that two people looked at."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from council.accounts import queries as accounts
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.pathways import facts as pathway_facts
from council.pathways.model import Kind
from council.progress import facts
from council.proposals import (
    consent_drops,
    consent_namings,
    consent_papers,
    consent_queries,
    consents,
    queries,
    service,
)
from council.proposals.consent import Consent, Ground
from council.proposals.model import Proposal
from council.storage.sql import execute, fetch
from tests.elections.slates import document
from tests.people import NOW, Garden, garden
from tests.proposals.matters import filed, recorded
from tests.voting import motions
from tests.voting.changing import called_off

pytestmark = pytest.mark.usefixtures("db")


async def lift(people: Garden, *codes: str) -> Proposal:
    """Ken's lift, with these homes named by the secretary."""
    proposal = await filed(people, people.ken, kind=Kind.ELEVATOR)
    for code in codes:
        await name(people, proposal, code)
    return proposal


async def name(people: Garden, proposal: Proposal, code: str, why: str = "占窗") -> None:
    unit_id = people.units[code]
    await consents.name_home(actor=people.dana, proposal_id=proposal.id, unit_id=unit_id, why=why, now=NOW)


async def answer(people: Garden, proposal: Proposal, who: str, code: str, *, agreed: bool) -> None:
    unit_id = people.units[code]
    actor = people.actors[who]
    await consents.answer(actor=actor, proposal_id=proposal.id, unit_id=unit_id, is_agreed=agreed, now=NOW)


async def dropped(people: Garden, proposal: Proposal) -> None:
    """Frank says that the only home was named by mistake, and Dana agrees."""
    one: dict[str, Any] = {"proposal_id": proposal.id, "consent_id": (await found(proposal)).id, "now": NOW}
    await consent_drops.ask_no_more(actor=people.frank, reason="户号写错了", **one)
    await consent_drops.decide_drop(actor=people.dana, is_yes=True, **one)


async def of(proposal: Proposal, code: str) -> Consent:
    asked = (await consent_queries.consents_of(proposal.community_id, [proposal.id]))[proposal.id]
    return next(each for each in asked if each.unit_code == code)


async def found(proposal: Proposal) -> Consent:
    [only] = (await consent_queries.consents_of(proposal.community_id, [proposal.id]))[proposal.id]
    return only


async def owners(people: Garden, code: str) -> list[int]:
    rows = await fetch(
        "SELECT owner_id FROM ownership WHERE unit_id = {} AND ended_at IS NULL ORDER BY id", people.units[code]
    )
    return [row["owner_id"] for row in rows]


async def paper(people: Garden, proposal: Proposal, asked: Consent, actor: Actor | None = None, **changes: Any) -> int:
    given: dict[str, Any] = {
        "key": new_id(),
        "owner_ids": {each.owner_id for each in asked.owners},
        "is_agreed": True,
        "file_id": await document(people, "同意书.pdf", "scan"),
    }
    given |= {"actor": actor or people.frank, "proposal_id": proposal.id, "consent_id": asked.id, "now": NOW}
    return await consent_papers.record_paper(**(given | changes))


async def test_a_home_is_named_once_and_its_owner_answers() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-102", "1-1-102")
    with pytest.raises(Refused, match=r"consent\.named_already") as refused:
        await name(people, proposal, "1-1-102", "占阳台")
    assert refused.value.details == {"why": "占窗"}
    assert await recorded("consent.named") == 1
    for _ in range(2):
        await answer(people, proposal, "grace", "1-1-102", agreed=True)
    asked = await found(proposal)
    assert (asked.answer, asked.settled_at, asked.answered_at) == ("agree", NOW, NOW)
    assert await recorded("consent.answered") == 1
    with pytest.raises(Refused, match=r"consent\.answered"):
        await answer(people, proposal, "grace", "1-1-102", agreed=False)
    for who, code, reason in (("alice", "1-1-102", "consent.owners_only"), ("alice", "1-1-101", "consent.not_asked")):
        with pytest.raises(Refused, match=reason):
            await answer(people, proposal, who, code, agreed=False)
    with pytest.raises(NotFound):
        await answer(people, proposal, "alice", "orchard", agreed=True)


async def test_every_co_owner_must_agree() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-401")
    await answer(people, proposal, "alice", "1-1-401", agreed=True)
    asked = await found(proposal)
    assert (asked.answer, asked.agreed, {each.owner_id for each in asked.owners if not each.is_agreed}) == (
        None,
        1,
        {max(await owners(people, "1-1-401"))},
    )
    assert (asked.is_asked(people.alice), asked.is_asked(people.bob)) == (False, True)
    await answer(people, proposal, "bob", "1-1-401", agreed=False)
    assert (await found(proposal)).answer == "refuse"
    # whoever refused may come round; a yes stands
    assert ((await found(proposal)).may_turn(people.bob), (await found(proposal)).may_turn(people.alice)) == (
        True,
        False,
    )
    await answer(people, proposal, "bob", "1-1-401", agreed=True)
    assert (await found(proposal)).answer == "agree"
    assert [row["is_agreed"] in {True} for row in await fetch("SELECT is_agreed FROM consent_answer ORDER BY id")] == [
        True,
        False,
        True,
    ]


async def test_whoever_buys_the_home_before_it_has_agreed_is_asked_and_a_settled_yes_stands() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-102")
    await answer(people, proposal, "grace", "1-1-102", agreed=False)
    await _sell(people, "1-1-102", "heidi")
    assert ((await found(proposal)).answer, (await found(proposal)).is_asked(people.heidi)) == (None, True)
    await answer(people, proposal, "heidi", "1-1-102", agreed=True)
    await _sell(people, "1-1-102", "ivan")
    assert (await found(proposal)).answer == "agree"


async def test_when_a_co_owner_leaves_the_others_yes_is_the_homes() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-401")
    await answer(people, proposal, "bob", "1-1-401", agreed=False)
    await answer(people, proposal, "alice", "1-1-401", agreed=True)
    assert (await found(proposal)).answer == "refuse"
    last = max(await owners(people, "1-1-401"))
    await execute(
        "UPDATE ownership SET ended_at = {} WHERE unit_id = {} AND owner_id = {}", NOW, people.units["1-1-401"], last
    )
    asked = await found(proposal)
    assert (asked.answer, asked.answered_at, asked.is_settled, asked.is_asked(people.alice)) == (
        *("agree", NOW, True),
        False,
    )
    await answer(people, proposal, "alice", "1-1-401", agreed=True)  # nothing is left to say
    with pytest.raises(Refused, match=r"consent\.answered"):
        await answer(people, proposal, "alice", "1-1-401", agreed=False)
    with pytest.raises(Refused, match=r"consent\.settled"):
        await paper(people, proposal, asked)
    gathered = await facts.gather(people.community_id, [proposal], NOW)
    assert gathered.facts[proposal.id].consent == pathway_facts.Consent(1, 1, 0, NOW)
    # nobody owns it at all: that is no yes
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", NOW, people.units["1-1-401"])
    assert (await found(proposal)).answer is None


async def _sell(people: Garden, code: str, to: str) -> None:
    [owner_id] = people.actors[to].owner_ids
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {} AND ended_at IS NULL", NOW, people.units[code])
    await execute(
        "INSERT INTO ownership (community_id, unit_id, owner_id, is_representative, began_at, position)"
        " VALUES ({}, {}, {}, TRUE, {}, 1)",
        *(people.community_id, people.units[code], owner_id, NOW),
    )


async def test_both_co_owners_at_the_same_instant_settle_it_once() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-401")
    await asyncio.gather(*(answer(people, proposal, who, "1-1-401", agreed=True) for who in ("alice", "bob", "bob")))
    assert (await found(proposal)).settled_at == NOW
    assert (await recorded("consent.answered"), len(await fetch("SELECT id FROM consent_answer"))) == (2, 2)


async def test_a_signed_answer_counts_once_a_second_person_has_looked_at_it() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-401")
    asked = await found(proposal)
    key, scan = new_id(), await document(people, "同意书.pdf", "scan")
    paper_id = await paper(people, proposal, asked, key=key, file_id=scan)
    assert await paper(people, proposal, asked, key=key, file_id=scan) == paper_id
    for code, changes in (("form.used_before", {"key": key}), ("consent.paper_waits", {})):
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            await paper(people, proposal, asked, **changes)
    assert (await found(proposal)).answer is None
    one: dict[str, Any] = {"proposal_id": proposal.id, "paper_id": paper_id, "now": NOW}
    for actor, code in ((people.frank, "second_person"), (people.gina, "desk_only"), (people.bob, "desk_only")):
        with pytest.raises(Refused, match=rf"consent\.{code}"):
            await consent_papers.confirm_paper(actor=actor, **one)
    await asyncio.gather(*(consent_papers.confirm_paper(actor=people.dana, **one) for _ in range(2)))
    asked = await found(proposal)
    assert (asked.answer, [each.is_on_paper for each in asked.owners]) == ("agree", [True, True])
    assert await recorded("consent.answered") == 1
    with pytest.raises(Refused, match=r"consent\.paper_confirmed"):
        await consent_papers.withdraw_paper(actor=people.frank, **one)
    with pytest.raises(Refused, match=r"consent\.settled"):
        await paper(people, proposal, asked)
    assert (await found(proposal)).answer == "agree"


async def test_a_paper_that_was_recorded_wrongly_is_taken_back() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-401")
    asked = await found(proposal)
    paper_id = await paper(people, proposal, asked)
    one: dict[str, Any] = {"proposal_id": proposal.id, "paper_id": paper_id, "now": NOW}
    await consent_papers.withdraw_paper(actor=people.frank, **one)
    await consent_papers.withdraw_paper(actor=people.frank, **one)
    with pytest.raises(Refused, match=r"consent\.paper_gone"):
        await consent_papers.confirm_paper(actor=people.dana, **one)
    assert ((await found(proposal)).answer, await recorded("consent.paper_withdrawn")) == (None, 1)
    await paper(people, proposal, asked)


async def test_a_signed_answer_that_waits_goes_with_what_was_asked() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-401")
    paper_id = await paper(people, proposal, await found(proposal))
    await dropped(people, proposal)
    assert (await recorded("consent.paper_withdrawn"), await _waiting(people, proposal)) == (1, {})
    unit_id, later = people.units["1-1-401"], NOW + timedelta(days=3)
    await consents.name_home(actor=people.dana, proposal_id=proposal.id, unit_id=unit_id, why="拆阳台", now=later)
    one: dict[str, Any] = {"proposal_id": proposal.id, "paper_id": paper_id, "now": later}
    # as it stood in databases before: the paper still waits
    await execute("UPDATE consent_paper SET withdrawn_at = NULL, withdrawn_by_name = NULL")
    with pytest.raises(Refused, match=r"consent\.paper_of_before"):
        await consent_papers.confirm_paper(actor=people.erin, **one)
    assert (await found(proposal)).answer is None
    await consent_papers.withdraw_paper(actor=people.erin, **one)
    anew = await paper(people, proposal, await found(proposal), now=later)
    await consent_papers.confirm_paper(actor=people.erin, **(one | {"paper_id": anew}))
    assert (await found(proposal)).answer == "agree"


async def _waiting(people: Garden, proposal: Proposal) -> object:
    return await consent_queries.waiting(people.community_id, [proposal.id])


async def test_what_a_signed_answer_may_not_say() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-401")
    asked = await found(proposal)
    for signers, code in ((set(), "consent.nobody_signed"), (set(people.grace.owner_ids), "consent.not_its_owner")):
        with pytest.raises(Invalid) as wrong:
            await paper(people, proposal, asked, owner_ids=signers)
        assert wrong.value.errors == {"owner": code}
    await answer(people, proposal, "alice", "1-1-401", agreed=True)
    with pytest.raises(Refused, match=r"consent\.answered"):
        await paper(people, proposal, await found(proposal), is_agreed=False)
    for who in (people.grace, people.alice, people.erin, people.gina):
        with pytest.raises(Refused, match=r"consent\.desk_only"):
            await paper(people, proposal, asked, who)
    with pytest.raises(NotFound):
        await paper(people, proposal, asked, file_id=await document(people))
    elsewhere = await lift(people, "1-1-102")
    with pytest.raises(NotFound):
        await paper(people, elsewhere, asked)
    assert await fetch("SELECT id FROM consent_paper") == []


async def test_staff_leave_their_own_homes_and_matters_to_others() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-102")
    await execute("UPDATE proposal SET proposer_id = {} WHERE id = {}", people.frank.person_id, proposal.id)
    with pytest.raises(Refused, match=r"consent\.own_matter"):
        await paper(people, proposal, await found(proposal))
    lived_in = await lift(people, "1-1-102")
    await execute(
        "INSERT INTO residency (community_id, person_id, unit_id, began_at) VALUES ({}, {}, {}, {})",
        *(people.community_id, people.frank.person_id, people.units["1-1-102"], NOW),
    )
    frank = await _again(people, people.frank)
    with pytest.raises(Refused, match=r"consent\.own_matter"):
        await paper(people, lived_in, await found(lived_in), frank)


async def _again(people: Garden, actor: Actor) -> Actor:
    again = await accounts.actor(actor.person_id, people.community_id, NOW)
    assert again is not None
    return again


async def test_a_company_answers_on_paper() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-102")
    await execute("UPDATE owner SET kind = 'legal' WHERE id IN {}", sorted(people.grace.owner_ids))
    assert not (await found(proposal)).is_asked(people.grace)
    with pytest.raises(Refused, match=r"consent\.on_paper"):
        await answer(people, proposal, "grace", "1-1-102", agreed=True)
    paper_id = await paper(people, proposal, await found(proposal))
    await consent_papers.confirm_paper(actor=people.dana, proposal_id=proposal.id, paper_id=paper_id, now=NOW)
    assert (await found(proposal)).answer == "agree"


async def test_a_home_named_by_mistake_is_taken_back_by_two() -> None:
    people = await garden()
    proposal = await lift(people, "1-1-102")
    await answer(people, proposal, "grace", "1-1-102", agreed=False)
    one: dict[str, Any] = {"proposal_id": proposal.id, "consent_id": (await found(proposal)).id, "now": NOW}
    for _ in range(2):
        await consent_drops.ask_no_more(actor=people.dana, reason="户号写错了", **one)
    with pytest.raises(Refused, match=r"consent\.drop_waits"):
        await consent_drops.ask_no_more(actor=people.frank, reason="户号写错了", **one)
    with pytest.raises(Refused, match=r"consent\.second_person"):
        await consent_drops.decide_drop(actor=people.dana, is_yes=True, **one)
    await consent_drops.decide_drop(actor=people.dana, is_yes=False, **one)
    assert ((await found(proposal)).drop, (await found(proposal)).answer) == (None, "refuse")
    await consent_drops.ask_no_more(actor=people.dana, reason="户号写错了", **one)
    await consent_drops.decide_drop(actor=people.frank, is_yes=True, **one)
    assert await consent_queries.consents_of(people.community_id, [proposal.id]) == {}
    kinds = ("consent.drop_asked", "consent.kept", "consent.dropped")
    assert [await recorded(kind) for kind in kinds] == [2, 1, 1]
    # named again it is asked anew: what was said before was said to something else
    await consents.name_home(
        actor=people.dana, proposal_id=proposal.id, unit_id=people.units["1-1-102"], why="井道挡窗", now=motions.DURING
    )
    assert ((await found(proposal)).why, (await found(proposal)).answer) == ("井道挡窗", None)


async def test_homes_that_cannot_be_asked() -> None:
    people = await garden()
    proposal = await lift(people)
    for code, error in (("1-2-101", Invalid), ("orchard", NotFound)):
        with pytest.raises(error):
            await name(people, proposal, code)
    with pytest.raises(Refused, match=r"consent\.not_this_kind"):
        await name(people, await filed(people, kind=Kind.FUND_USE), "1-1-102")
    with pytest.raises(Refused, match=r"proposal\.only_secretary"):
        await consents.name_home(
            actor=people.frank, proposal_id=proposal.id, unit_id=people.units["1-1-102"], why="占窗", now=NOW
        )
    await service.withdraw(actor=people.ken, proposal_id=proposal.id, reason="", now=NOW)
    with pytest.raises(Refused, match=r"proposal\.moved_on"):
        await name(people, proposal, "1-1-102")


class TestNamedAfterTheNotice:
    """What a home answers may stop what was voted for: after the notice nobody alone asks one more."""

    async def shop(self, people: Garden) -> Proposal:
        motion = await motions.opened(people, kind=Kind.HOME_TO_SHOP)
        return await queries.proposal(people.community_id, motion.proposal_id)

    async def record(self, people: Garden, proposal: Proposal, code: str = "1-2-101", **changes: Any) -> int:
        given: dict[str, Any] = {"key": new_id(), "why": "油烟正对窗"}
        given |= {"actor": people.dana, "proposal_id": proposal.id, "unit_id": people.units[code], "now": NOW}
        given |= changes
        if "file_id" not in given:
            given["file_id"] = await document(people, "检测报告.pdf", "scan")
        return await consent_namings.record_naming(**given)

    async def test_nobody_alone_names_one_more_home(self) -> None:
        people = await garden()
        proposal = await self.shop(people)
        for code in ("1-2-101", "1-1-102"):
            with pytest.raises(Refused, match=r"consent\.needs_second"):
                await name(people, proposal, code)
        asked = await consent_queries.consents_of(people.community_id, [proposal.id])
        assert {each.unit_code for each in asked.get(proposal.id, [])} == {"1-1-401"}

    async def test_a_vote_that_was_called_off_had_no_notice(self) -> None:
        people = await garden()
        motion = await motions.opened(people, kind=Kind.HOME_TO_SHOP)
        await called_off(people, motion.id, reason="方案有重大变化", now=NOW)
        proposal = await queries.proposal(people.community_id, motion.proposal_id)
        await name(people, proposal, "1-2-101")
        assert (await of(proposal, "1-2-101")).ground is Ground.OUTSIDE

    async def test_a_home_is_asked_once_a_second_person_has_looked_at_its_document(self) -> None:
        people = await garden()
        proposal = await self.shop(people)
        key, scan = new_id(), await document(people, "检测报告.pdf", "scan")
        first = await self.record(people, proposal, key=key, file_id=scan)
        assert await self.record(people, proposal, key=key, file_id=scan) == first
        for code, changes in (("form.used_before", {"key": key}), ("consent.naming_waits", {})):
            with pytest.raises(Refused, match=code.replace(".", r"\.")):
                await self.record(people, proposal, **changes)
        assert await _codes(proposal) == ["1-1-401"]
        waits = (await consent_queries.waiting(people.community_id, [proposal.id]))[proposal.id]
        assert [(each.name, each.at) for each in waits] == [("Dana", NOW)]
        one: dict[str, Any] = {"proposal_id": proposal.id, "naming_id": first, "now": motions.DURING}
        for actor, code in ((people.dana, "second_person"), (people.gina, "desk_only"), (people.bob, "desk_only")):
            with pytest.raises(Refused, match=rf"consent\.{code}"):
                await consent_namings.confirm_naming(actor=actor, **one)
        before = await recorded("consent.named")
        await asyncio.gather(*(consent_namings.confirm_naming(actor=people.frank, **one) for _ in range(2)))
        asked = await of(proposal, "1-2-101")
        assert (asked.ground, asked.why, asked.named_at) == (Ground.OUTSIDE, "油烟正对窗", motions.DURING)
        assert (await recorded("consent.named"), await recorded("consent.naming_recorded")) == (before + 1, 1)
        with pytest.raises(Refused, match=r"consent\.naming_confirmed"):
            await consent_namings.withdraw_naming(actor=people.dana, **one)
        with pytest.raises(Refused, match=r"consent\.named_already"):
            await self.record(people, proposal)
        assert await consent_queries.namings(people.community_id, proposal.id) == []

    async def test_a_home_that_was_asked_no_more_is_named_again_by_two(self) -> None:
        people = await garden()
        proposal = await self.shop(people)
        again: dict[str, Any] = {"proposal_id": proposal.id, "now": NOW}
        for _ in range(2):
            naming_id = await self.record(people, proposal)
            await consent_namings.confirm_naming(actor=people.frank, naming_id=naming_id, **again)
            asked = await of(proposal, "1-2-101")
            await consent_drops.ask_no_more(actor=people.dana, consent_id=asked.id, reason="没有影响", **again)
            await consent_drops.decide_drop(actor=people.frank, consent_id=asked.id, is_yes=True, **again)
            assert await _codes(proposal) == ["1-1-401"]

    async def test_what_was_recorded_wrongly_is_taken_back(self) -> None:
        people = await garden()
        proposal = await self.shop(people)
        for actor in (people.dana, people.frank):
            naming_id = await self.record(people, proposal)
            one: dict[str, Any] = {"proposal_id": proposal.id, "naming_id": naming_id, "now": NOW}
            with pytest.raises(Refused, match=r"consent\.desk_only"):
                await consent_namings.withdraw_naming(actor=people.bob, **one)
            for _ in range(2):
                await consent_namings.withdraw_naming(actor=actor, **one)
            with pytest.raises(Refused, match=r"consent\.naming_gone"):
                await consent_namings.confirm_naming(actor=people.erin, **one)
        assert (await _codes(proposal), await recorded("consent.naming_withdrawn")) == (["1-1-401"], 2)

    async def test_what_cannot_be_recorded(self) -> None:
        people = await garden()
        proposal = await self.shop(people)
        refused: tuple[tuple[type[Exception], dict[str, Any]], ...] = (
            (Refused, {"actor": people.frank}),
            (Invalid, {"why": ""}),
            (NotFound, {"file_id": await document(people)}),
            (NotFound, {"code": "orchard"}),
            (Refused, {"code": "1-1-401"}),
        )
        for error, changes in refused:
            with pytest.raises(error):
                await self.record(people, proposal, **changes)
        lift_ = await queries.proposal(people.community_id, (await motions.opened(people)).proposal_id)
        with pytest.raises(Invalid):
            await self.record(people, lift_)
        assert await fetch("SELECT id FROM consent_naming") == []

    async def test_whom_it_is_about_leaves_it_to_others(self) -> None:
        people = await garden()
        proposal = await self.shop(people)
        naming_id = await self.record(people, proposal)
        await execute(
            "INSERT INTO residency (community_id, person_id, unit_id, began_at) VALUES ({}, {}, {}, {})",
            *(people.community_id, people.frank.person_id, people.units["1-2-101"], NOW),
        )
        one: dict[str, Any] = {"proposal_id": proposal.id, "naming_id": naming_id, "now": NOW}
        with pytest.raises(Refused, match=r"consent\.own_matter"):
            await consent_namings.confirm_naming(actor=await _again(people, people.frank), **one)
        await execute("UPDATE proposal SET proposer_id = {}", people.dana.person_id)
        with pytest.raises(Refused, match=r"consent\.own_matter"):
            await self.record(people, await queries.proposal(people.community_id, proposal.id), "1-2-102")
        elsewhere = await lift(people, "1-1-102")
        with pytest.raises(NotFound):
            await consent_namings.confirm_naming(actor=people.erin, **(one | {"proposal_id": elsewhere.id}))


async def _codes(proposal: Proposal) -> list[str]:
    asked = await consent_queries.consents_of(proposal.community_id, [proposal.id])
    return [each.unit_code for each in asked.get(proposal.id, [])]


class TestHomeToShop:
    async def test_calling_the_vote_asks_every_co_owner(self) -> None:
        people = await garden()
        proposal_id = await motions.filed(people, kind=Kind.HOME_TO_SHOP, scope=people.building_scope)
        await motions.open_filed(people, proposal_id, motions.draft(people))
        [asked] = (await consent_queries.consents_of(people.community_id, [proposal_id]))[proposal_id]
        assert (asked.unit_code, asked.ground, len(asked.owners)) == ("1-1-401", Ground.CO_OWNED, 2)
        with pytest.raises(Refused, match=r"consent\.by_law"):
            await consent_drops.ask_no_more(
                actor=people.dana, proposal_id=proposal_id, consent_id=asked.id, reason="不用问", now=NOW
            )

    async def test_a_co_owned_home_that_was_asked_no_more_is_asked_anew_by_the_call(self) -> None:
        people = await garden()
        proposal_id = await motions.filed(people, kind=Kind.HOME_TO_SHOP, scope=people.building_scope)
        proposal = await queries.proposal(people.community_id, proposal_id)
        await name(people, proposal, "1-1-401")
        await answer(people, proposal, "alice", "1-1-401", agreed=True)
        await dropped(people, proposal)
        called = NOW + timedelta(minutes=1)
        await motions.open_filed(people, proposal_id, motions.draft(people), now=called)
        asked = await found(proposal)
        assert (asked.unit_code, asked.ground, asked.why, asked.agreed) == ("1-1-401", Ground.CO_OWNED, "", 0)
        assert (asked.named_at, asked.answer) == (called, None)
        assert [asked.is_asked(each) for each in (people.alice, people.bob)] == [True, True]
        with pytest.raises(Refused, match=r"consent\.by_law"):
            await dropped(people, proposal)

    async def test_the_call_asks_whoever_was_asked_already_as_a_co_owner(self) -> None:
        people = await garden()
        proposal_id = await motions.filed(people, kind=Kind.HOME_TO_SHOP, scope=people.building_scope)
        proposal = await queries.proposal(people.community_id, proposal_id)
        await name(people, proposal, "1-1-401")
        await name(people, proposal, "1-1-102")
        await answer(people, proposal, "alice", "1-1-401", agreed=True)
        asked = await of(proposal, "1-1-401")
        shared: dict[str, Any] = {"proposal_id": proposal_id, "consent_id": asked.id, "now": NOW}
        await consent_drops.ask_no_more(actor=people.frank, reason="户号写错了", **shared)
        await motions.open_filed(people, proposal_id, motions.draft(people), now=NOW + timedelta(minutes=1))
        asked = await of(proposal, "1-1-401")
        assert (asked.ground, asked.why, asked.agreed, asked.drop) == (Ground.CO_OWNED, "占窗", 1, None)
        await consent_drops.decide_drop(actor=people.dana, is_yes=True, **shared)  # the page was open still
        with pytest.raises(Refused, match=r"consent\.by_law"):
            await consent_drops.ask_no_more(actor=people.frank, reason="户号写错了", **shared)
        assert (await of(proposal, "1-1-401")).is_asked(people.bob)
        assert (await of(proposal, "1-1-102")).ground is Ground.PART

    async def test_a_co_owner_whom_the_law_asks_is_not_dropped_by_a_second_person_either(self) -> None:
        people = await garden()
        proposal = await lift(people, "1-1-401")
        one: dict[str, Any] = {"proposal_id": proposal.id, "consent_id": (await found(proposal)).id, "now": NOW}
        await consent_drops.ask_no_more(actor=people.frank, reason="户号写错了", **one)
        await execute("UPDATE consent SET ground = 'co_owned'")
        with pytest.raises(Refused, match=r"consent\.by_law"):
            await consent_drops.decide_drop(actor=people.dana, is_yes=True, **one)
        await consent_drops.decide_drop(actor=people.dana, is_yes=False, **one)
        assert (await found(proposal)).drop is None

    async def test_a_lift_asks_no_co_owner_by_itself(self) -> None:
        people = await garden()
        motion = await motions.opened(people)
        assert await consent_queries.consents_of(people.community_id, [motion.proposal_id]) == {}

    async def test_an_owner_of_another_building_who_is_affected_is_asked_too(self) -> None:
        people = await garden()
        proposal_id = await motions.filed(people, kind=Kind.HOME_TO_SHOP, scope=people.entrance_scope)
        unit_id = people.units["1-2-101"]
        await consents.name_home(actor=people.dana, proposal_id=proposal_id, unit_id=unit_id, why="油烟正对窗", now=NOW)
        [asked] = (await consent_queries.consents_of(people.community_id, [proposal_id]))[proposal_id]
        assert (asked.unit_id, asked.ground) == (unit_id, Ground.OUTSIDE)

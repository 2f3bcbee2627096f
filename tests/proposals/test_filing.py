"""Filing: what a proposal starts as, whose endorsement it brings, what is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from council.kernel import ids
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind, RulesetName
from council.proposals import consent_queries, filing, queries
from council.proposals.model import EventKind, ProposalState
from council.storage.sql import fetch
from tests.people import NOW, garden
from tests.proposals.matters import draft, endorsing, filed, recorded

pytestmark = pytest.mark.usefixtures("db")


async def test_a_proposal_starts_filed_with_its_text_preset_thread_and_own_household() -> None:
    people = await garden()
    proposal = await filed(people)
    assert (proposal.state, proposal.version, proposal.kind) == (ProposalState.FILED, 1, Kind.FUND_USE)
    assert proposal.proposer_place == "1-1-101"
    assert proposal.answer_due_at == end_of_days(NOW, 3)
    assert (await queries.version(people.community_id, proposal.id, 1)).body == "门灯坏了三个月，晚上看不清台阶。"
    assert await endorsing(proposal) == [people.units["1-1-101"]]
    assert [event.kind for event in await queries.events(people.community_id, proposal.id)] == [EventKind.FILED]
    assert await recorded("proposal.filed") == 1


async def test_the_same_form_twice_at_once_is_one_proposal() -> None:
    people = await garden()
    given = draft(people.entrance_scope, unit_id=people.units["1-1-101"])
    first, second = await asyncio.gather(
        *(filing.file_proposal(actor=people.alice, draft=given, now=NOW) for _ in range(2))
    )
    assert first == second
    assert len(await queries.proposals(people.community_id)) == 1
    assert len(await fetch("SELECT id FROM thread")) == 1
    assert await recorded("proposal.filed") == 1


async def test_a_used_key_with_other_words_or_from_somebody_else_is_refused() -> None:
    people = await garden()
    key = ids.new_id()
    await filed(people, key=key)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await filed(people, key=key, title="二单元门灯换成感应灯")
    with pytest.raises(Refused, match=r"form\.used_before"):
        await filed(people, people.grace, key=key)


async def test_a_household_out_of_scope_files_without_endorsing() -> None:
    people = await garden()
    other = Scope(ScopeKind.ENTRANCE, "1-2", people.building_id, people.entrances["2"])
    assert await endorsing(await filed(people, scope=other)) == []


async def test_four_answers_take_a_resident_matter_to_the_owners() -> None:
    people = await garden()
    plain = await filed(people, kind=Kind.RESIDENT_MATTER, answers={"charges_fee": False})
    charged = await filed(people, kind=Kind.RESIDENT_MATTER, answers={"charges_fee": True})
    spent = await filed(people, kind=Kind.RESIDENT_MATTER, answers={"spends_common_money": True})
    assert [plain.kind, charged.kind, spent.kind] == [Kind.RESIDENT_MATTER, Kind.COMMON_PARTS, Kind.FUND_USE]
    assert charged.preset.ruleset is RulesetName.MAJOR


async def test_raising_money_for_a_new_lift_takes_three_quarters() -> None:
    people = await garden()
    kind, scope = Kind.ELEVATOR_RENEWAL, people.building_scope
    fund = await filed(people, kind=kind, scope=scope, answers={"raises_money": False})
    raised = await filed(people, kind=kind, scope=scope, answers={"raises_money": True})
    assert (fund.preset.ruleset, fund.preset.variant) == (RulesetName.ORDINARY, None)
    assert (raised.preset.ruleset, raised.preset.variant) == (RulesetName.MAJOR, "raising")


async def test_electing_a_committee_is_an_election() -> None:
    people = await garden()
    proposal = await filed(people, kind=Kind.GOVERNANCE, scope=Scope(ScopeKind.COMMUNITY), answers={"elects": True})
    assert proposal.preset.is_election


async def test_occupied_homes_are_asked_for_their_consent() -> None:
    people = await garden()
    home = people.units["1-1-102"]
    proposal = await filed(people, kind=Kind.ELEVATOR, occupied=((home, "厨房阳台外侧"),))
    [consent] = (await consent_queries.consents_of(people.community_id, [proposal.id]))[proposal.id]
    assert (consent.unit_code, consent.why, consent.answer) == ("1-1-102", "厨房阳台外侧", None)
    with pytest.raises(NotFound):
        await filed(people, kind=Kind.ELEVATOR, occupied=((people.units["1-2-101"], "阳台"),))


async def test_what_is_not_of_this_community_does_not_exist() -> None:
    people = await garden()
    with pytest.raises(NotFound):
        await filed(people, unit_id=people.units["1-1-102"])
    with pytest.raises(NotFound):
        await filed(people, unit_id=people.units["orchard"])
    with pytest.raises(NotFound):
        await filed(people, photos=(4711,))
    assert await queries.proposals(people.community_id) == []


async def test_a_scope_that_the_kind_does_not_have_and_an_auditor_are_refused() -> None:
    people = await garden()
    with pytest.raises(Invalid) as wrong:
        await filed(people, kind=Kind.ELEVATOR, scope=people.building_scope)
    assert wrong.value.errors == {"scope": "proposal.scope_of_kind"}
    with pytest.raises(Refused, match=r"proposal\.members_only"):
        await filed(people, people.gina)


async def test_staff_and_unverified_owners_file_without_a_household() -> None:
    people = await garden()
    for actor in (people.dana, people.leo):
        proposal = await filed(people, actor, now=NOW + timedelta(days=1))
        assert (proposal.proposer_place, await endorsing(proposal)) == ("", [])

"""One endorsement a household, whoever of it taps, however often."""

from __future__ import annotations

import asyncio

import pytest

from council.kernel.errors import NotFound, Refused
from council.kernel.scope import Scope, ScopeKind
from council.proposals import desk, queries, service
from tests.people import NOW, garden, live_in
from tests.proposals.matters import endorsing, filed, recorded

pytestmark = pytest.mark.usefixtures("db")


async def test_two_of_one_household_at_once_are_one_endorsement() -> None:
    people = await garden()
    proposal = await filed(people)
    await live_in(people, people.ken.person_id, "1-1-102")
    ken = await people.refreshed("ken")
    home = people.units["1-1-102"]
    await asyncio.gather(
        *(
            service.endorse(actor=actor, proposal_id=proposal.id, unit_id=home, now=NOW)
            for actor in (people.grace, ken, people.grace)
        )
    )
    assert await endorsing(proposal) == [people.units["1-1-101"], home]
    assert await recorded("proposal.endorsed") == 1


async def test_taking_back_and_endorsing_again() -> None:
    people = await garden()
    proposal, home = await filed(people), people.units["1-1-102"]
    for _ in range(2):
        await service.endorse(actor=people.grace, proposal_id=proposal.id, unit_id=home, now=NOW)
        await service.withdraw_endorsement(actor=people.grace, proposal_id=proposal.id, unit_id=home, now=NOW)
        await service.withdraw_endorsement(actor=people.grace, proposal_id=proposal.id, unit_id=home, now=NOW)
        assert home not in await endorsing(proposal)
    assert await recorded("endorsement.withdrawn") == 2


async def test_only_ones_own_household_in_scope() -> None:
    people = await garden()
    proposal = await filed(people)
    refused = [
        (people.grace, "1-1-201", "proposal.not_your_household"),
        (people.ken, "1-2-101", "proposal.out_of_scope"),
        (people.dana, "1-1-102", "proposal.not_your_household"),
    ]
    for actor, code, reason in refused:
        with pytest.raises(Refused, match=reason) as no:
            await service.endorse(actor=actor, proposal_id=proposal.id, unit_id=people.units[code], now=NOW)
        assert no.value.forbidden
    for unit_id in (people.units["orchard"], 10**12):
        with pytest.raises(NotFound):
            await service.endorse(actor=people.grace, proposal_id=proposal.id, unit_id=unit_id, now=NOW)
    with pytest.raises(NotFound):
        await service.endorse(actor=people.charlie, proposal_id=proposal.id, unit_id=people.units["orchard"], now=NOW)
    assert await endorsing(proposal) == [people.units["1-1-101"]]


async def test_the_whole_community_endorses_a_matter_of_all() -> None:
    people = await garden()
    proposal = await filed(people, scope=Scope(ScopeKind.COMMUNITY))
    await service.endorse(actor=people.ken, proposal_id=proposal.id, unit_id=people.units["1-2-101"], now=NOW)
    support = await queries.support(people.ken, proposal)
    assert (support.households, [home.code for home in support.mine if home.has_endorsed]) == (2, ["1-2-101"])


async def test_nothing_is_endorsed_once_it_went_back_and_nothing_taken_back_once_accepted() -> None:
    people = await garden()
    back, on = await filed(people), await filed(people)
    home = people.units["1-1-102"]
    await service.endorse(actor=people.grace, proposal_id=on.id, unit_id=home, now=NOW)
    await desk.return_to_proposer(actor=people.dana, proposal_id=back.id, seen_version=1, reason="请写清楚", now=NOW)
    await desk.accept(actor=people.dana, proposal_id=on.id, seen_version=1, now=NOW)
    with pytest.raises(Refused, match=r"proposal\.moved_on"):
        await service.endorse(actor=people.grace, proposal_id=back.id, unit_id=home, now=NOW)
    with pytest.raises(Refused, match=r"proposal\.moved_on"):
        await service.withdraw_endorsement(actor=people.grace, proposal_id=on.id, unit_id=home, now=NOW)
    assert home in await endorsing(on)


async def test_an_endorsement_that_races_a_merge_is_not_lost() -> None:
    """It is moved along, or its household is told that the matter moved on: never left behind on the merged one."""
    people = await garden()
    twin, into = await filed(people), await filed(people)
    home = people.units["1-1-102"]
    merged, endorsed = await asyncio.gather(
        desk.merge(actor=people.dana, proposal_id=twin.id, into_id=into.id, reason="同一件事", now=NOW),
        service.endorse(actor=people.grace, proposal_id=twin.id, unit_id=home, now=NOW),
        return_exceptions=True,
    )
    assert merged is None
    assert (home in await endorsing(into)) == (endorsed is None)
    assert endorsed is None or isinstance(endorsed, Refused)

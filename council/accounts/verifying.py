"""Who of the office may verify a claim: for the page of whoever may not."""

from __future__ import annotations

from council.accounts import permissions, queries, staff, tie_queries
from council.accounts.model import Claim
from council.accounts.parties import Colleague
from council.registry import queries as registry


async def who_may(community_id: int, claim: Claim) -> tuple[Colleague, ...]:
    """Those of the desk who have not seen the slip that the claim came from, and are nobody of that household."""
    office = await staff.colleagues(community_id, permissions.DESK)
    if not office:
        return ()
    seen_by = (await tie_queries.slip_seen_by(community_id, [claim.id]))[claim.id]
    homes = {unit.id for unit in await registry.units_of_owner(community_id, claim.owner_id)}
    held = await registry.holdings_of(community_id, homes)
    owners = {claim.owner_id, *(one.owner_id for of_unit in held.values() for one in of_unit)}
    phones = await queries.phones_of([claim.person_id, *(each.person_id for each in office)])
    return tuple(
        each
        for each in office
        if each.person_id not in {claim.person_id, *seen_by}
        and each.tied_owner_ids.isdisjoint(owners)
        and each.home_ids.isdisjoint(homes)
        and set(phones[each.person_id]).isdisjoint(phones[claim.person_id])
    )

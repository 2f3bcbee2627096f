"""Who could count a vote: for the form that opens a motion."""

from __future__ import annotations

from datetime import datetime

from council.accounts import staff
from council.accounts import tie_queries as ties
from council.elections import queries as elections
from council.kernel.actor import Role
from council.kernel.scope import ScopeKind
from council.proposals.model import Proposal
from council.registry import queries as registry
from council.voting import permissions, proxy_queries
from council.voting.duty import Candidate
from council.voting.officers import stake_of

_NEIGHBOURS = 200
"""Neighbours offered beside the staff; for a whole community only the staff is offered."""


async def officer_candidates(proposal: Proposal, now: datetime) -> list[Candidate]:
    """Staff, then neighbours with an account in scope by home and name.

    Each with the reason why they may not serve, if there is one.
    """
    community_id, scope = proposal.community_id, proposal.scope
    holdings = await registry.holdings_in(community_id, scope)
    owners_in_scope = {held.owner_id for of_unit in holdings.values() for held in of_unit}
    claims = await ties.claims_of_owners(community_id, owners_in_scope) if owners_in_scope else []
    slate = await elections.published(community_id, proposal.id, now)
    standing = () if slate is None else slate.candidates
    employed = await proxy_queries.property_staff_ids(community_id) if standing else ()
    stake = stake_of(proposal, owners_in_scope, standing, employed, set(holdings))
    roles: dict[int, set[Role]] = {}
    names: dict[int, str] = {}
    for member in await staff.staff_of(community_id):
        names[member.person_id] = member.name
        roles.setdefault(member.person_id, set()).add(member.role)
    places: dict[int, list[str]] = {}
    lived_in: dict[int, set[int]] = {}
    for home in await ties.homes_of_units(community_id, stake.home_ids) if stake.home_ids else []:
        lived_in.setdefault(home.person_id, set()).add(home.unit_id)
    if scope.kind is not ScopeKind.COMMUNITY:
        units = {unit.id: unit.code for unit in await registry.units_in(community_id, scope)}
        place = {unit_id: at for at, unit_id in enumerate(units)}
        homes = await ties.homes_of_units(community_id, units) if units else []
        for home in sorted(homes, key=lambda home: (place[home.unit_id], home.person_name, home.person_id)):
            names.setdefault(home.person_id, home.person_name)
            places.setdefault(home.person_id, []).append(units[home.unit_id])
    neighbours = [person_id for person_id in names if person_id not in roles][:_NEIGHBOURS]
    claimed: dict[int, set[int]] = {}
    for claim in claims:
        claimed.setdefault(claim.person_id, set()).add(claim.owner_id)
    return [
        Candidate(
            person_id,
            names[person_id],
            tuple(sorted(roles.get(person_id, ()))),
            tuple(places.get(person_id, ())),
            permissions.may_serve(
                stake,
                person_id,
                names[person_id],
                roles.get(person_id, ()),
                claimed.get(person_id, ()),
                lived_in.get(person_id, ()),
            ),
        )
        for person_id in (*roles, *neighbours)
    ]

"""Who has something of their own in stopping a vote: the homes' own people, and in the votes that run there whoever
proposed them, stands in them or owns in their scope as staff."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refusal, require
from council.registry import queries as registry
from council.voting import halt_queries, queries
from council.voting.halt import Subject
from council.voting.paper_staff import may_handle


async def require_free(actor: Actor, subject: Subject, now: datetime) -> None:
    """Refused "halt.own_matter" for a party or somebody of these homes, "halt.recused" for whoever is recused in a
    vote that runs there, or in the one vote that it is about. NotFound for what is not here."""
    homes, owners = await _whose(actor.community_id, subject)
    if await _is_own(actor, homes, owners):
        require(Refusal("halt.own_matter"))
    for each in await halt_queries.running_with(actor.community_id, homes, now):  # a few at once
        if subject.motion_id in {None, each}:
            motion = await queries.motion(actor.community_id, each)
            if await may_handle(actor, motion) is not None:
                require(Refusal("halt.recused"))


async def is_own_matter(actor: Actor, subject: Subject) -> bool:
    """Whether it is about the actor's own home, an owner they are, say they are, or have acted for: then its words and
    its document are not for them to read at the desk. NotFound for what is not here."""
    return await _is_own(actor, *await _whose(actor.community_id, subject))


async def _is_own(actor: Actor, homes: Collection[int], owners: Collection[int]) -> bool:
    held = await registry.holdings_of(actor.community_id, homes)
    parties = {*owners, *(one.owner_id for of_unit in held.values() for one in of_unit)}
    return not (actor.tied_owner_ids.isdisjoint(parties) and actor.unit_ids.isdisjoint(homes))


async def _whose(community_id: int, subject: Subject) -> tuple[frozenset[int], frozenset[int]]:
    """(homes, owners) that it is about."""
    if subject.unit_id is not None:
        return frozenset({(await registry.unit(community_id, subject.unit_id)).id}), frozenset()
    if subject.motion_id is not None and subject.number is not None:
        return await halt_queries.home_of_voter(community_id, subject.motion_id, subject.number)
    if subject.claim_id is not None:
        owner_id = (await halt_queries.claim(community_id, subject.claim_id)).owner_id
    elif subject.paper_id is not None:
        owner_id = await halt_queries.owner_of_paper(community_id, subject.paper_id)
    else:
        raise NotFound("halt")
    homes = await registry.units_of_owner(community_id, owner_id)
    return frozenset(unit.id for unit in homes), frozenset({owner_id})

"""Who has something of their own in stopping a vote: the homes' own people, and in the votes that run there whoever
proposed them, stands in them or owns in their scope as staff."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from council.kernel.actor import Actor
from council.kernel.errors import Refusal, require
from council.registry import queries as registry
from council.voting import halt_queries, queries
from council.voting.halt import HaltAct
from council.voting.paper_staff import may_handle


async def require_free(
    actor: Actor, unit_ids: Collection[int], owner_ids: Collection[int], now: datetime, *, motion_id: int | None = None
) -> None:
    """Refused "halt.own_matter" for a party or somebody of these homes, "halt.recused" for whoever is recused in a
    vote that runs there, or in this one."""
    held = await registry.holdings_of(actor.community_id, unit_ids)
    owners = {*owner_ids, *(one.owner_id for of_unit in held.values() for one in of_unit)}
    if not (actor.tied_owner_ids.isdisjoint(owners) and actor.unit_ids.isdisjoint(unit_ids)):
        require(Refusal("halt.own_matter"))
    for each in await halt_queries.running_with(actor.community_id, unit_ids, now):  # a few at once
        if motion_id in {None, each}:
            motion = await queries.motion(actor.community_id, each)
            if await may_handle(actor, motion) is not None:
                require(Refusal("halt.recused"))


async def require_free_for(
    actor: Actor,
    act: HaltAct,
    now: datetime,
    *,
    unit_id: int | None = None,
    voter: tuple[int, int] | None = None,
    paper_id: int | None = None,
) -> None:
    """The same for what is to be stopped; `voter` is (vote, id on its roll). NotFound for what is not here."""
    if act is HaltAct.DISPUTE and unit_id is not None:
        await require_free(actor, [unit_id], (), now)
    elif act is HaltAct.SUSPEND and voter is not None:
        homes, owners = await halt_queries.home_of_voter(actor.community_id, voter[1])
        await require_free(actor, homes, owners, now, motion_id=voter[0])
    elif paper_id is not None:
        owner_id, homes = await halt_queries.homes_of(actor.community_id, paper_id)
        await require_free(actor, homes, [owner_id], now)

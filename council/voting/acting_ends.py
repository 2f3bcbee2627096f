"""An account acts for an owner no more: its claim, the paper that it rests on and the mandates it gave end together.

What was cast stands. In the caller's transaction, and in one order: the paper, the votes, then the log.
"""

from __future__ import annotations

from datetime import datetime

from council.accounts import ties
from council.accounts.model import Claim
from council.audit import service as audit
from council.kernel.actor import Actor
from council.storage.sql import fetch
from council.storage.transactions import lock_row
from council.voting import holding_queries, proxy_ends
from council.voting.holding import HolderPaper


async def end_claim(*, actor: Actor, claim: Claim, reason: str, now: datetime) -> None:
    """Who may is asked by the caller. NotFound when the claim has ended meanwhile."""
    acting = (await holding_queries.acting_for(actor.community_id, [claim.owner_id])).get(claim.owner_id)
    paper = acting if acting is not None and acting.person_id == claim.person_id else None
    if paper is not None:
        await lock_row("holder_paper", paper.id, is_referred_to=True)
    await proxy_ends.end_given_for(actor=actor, owner_id=claim.owner_id, giver_person_id=claim.person_id, now=now)
    await ties.undo_claim(actor=actor, claim_id=claim.id, reason=reason, now=now)
    if paper is not None:
        await end_paper_row(actor, paper, reason, now)


async def end_paper_row(actor: Actor, paper: HolderPaper, reason: str, now: datetime) -> None:
    rows = await fetch(
        "UPDATE holder_paper SET ended_at = {}, ended_by_name = {}, end_reason = {} WHERE community_id = {}"
        " AND id = {} AND ended_at IS NULL RETURNING id",
        *(now, actor.name, reason, actor.community_id, paper.id),
    )
    if rows:
        await log_paper(actor, "holder.ended", paper, now)


async def log_paper(actor: Actor, kind: str, paper: HolderPaper, now: datetime) -> None:
    data = {"paper": paper.id, "says": paper.says.value, "by": actor.person_id}
    private = {"owner": paper.owner_id, "person": paper.person_id}
    await audit.record(actor.community_id, kind, data, now=now, private=private)

"""Recalling a member: a matter that names them from its filing on, and the votes on it that are decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from council.bodies import queries
from council.bodies.annulled import stands
from council.bodies.locks import lock
from council.bodies.model import Body, BodyKind
from council.bodies.results import decided_at
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals import filing
from council.proposals import permissions as proposal_permissions
from council.proposals import queries as proposals
from council.proposals.model import Proposal, ProposalDraft
from council.storage.transactions import lock_row, transaction
from council.voting import queries as voting
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.slate import home

TITLE = "罢免{name}的第{number}届业主委员会委员职务"
SENTENCE = "表决文本：\n罢免{name}的第{number}届业主委员会委员职务，通过后不再担任委员。"
"""Stored, locked and digested with a vote, so in the language of the community, whatever the visitor reads."""


async def propose(*, actor: Actor, body_id: int, member_id: int, key: str, reason: str, now: datetime) -> int:
    """Files the recall of one sitting member as a matter of all owners; the proposal's id. The same form again is the
    same matter. Its title and the sentence that is voted on are ours, of the member's name and their committee; the
    words of whoever files it are `reason`. Whom it names is never changed, nor are title and sentence.

    Others may have filed the same: nobody holds a recall up by filing one, only an announced vote excludes another
    (`require_no_other_vote`). Refused "recall.appointed" of a management committee, "body.member_gone" of somebody who
    does not sit. TooMany.
    """
    require(proposal_permissions.may_file(actor))
    community_id = actor.community_id
    async with transaction():
        await lock(community_id, body_id)
        body = await queries.body(community_id, body_id)
        if body.kind is BodyKind.MANAGEMENT:
            raise Refused("recall.appointed")
        member = body.member(member_id)
        if member is None:
            raise NotFound("member")
        is_new = await proposals.proposal_by_key(community_id, key) is None
        if is_new and not (member.sits and body.is_standing):
            raise Refused("body.member_gone")
        named = {"name": member.name, "number": body.number}
        draft = ProposalDraft(
            key=key,
            kind=Kind.GOVERNANCE,
            answers={"elects": False, "fills": False},
            title=TITLE.format(**named),
            body=f"{reason}\n\n{SENTENCE.format(**named)}",
            scope=Scope(ScopeKind.COMMUNITY),
            cost_fen=None,
            unit_id=min(actor.unit_ids, default=None),
            recalls_id=member.id,
            recalls_name=f"{member.name}（{home(member.place)}）" if member.place else member.name,
        )
        return await filing.file_proposal(actor=actor, draft=draft, now=now)


async def require_no_other_vote(proposal: Proposal, now: datetime) -> None:
    """One vote at a time about recalling the same member, from its notice until it is decided; one that only asks for
    wishes, until it closes. One that was called off, and what is merely filed, keeps nobody. Called in the transaction
    that publishes the notice; nothing to ask of a matter that recalls nobody. Refused "recall.open_already".
    """
    if proposal.recalls_id is None:
        return
    await lock_row("body_member", proposal.recalls_id, is_referred_to=True)
    named = await proposals.recalling(proposal.community_id, [proposal.recalls_id])
    others = set(named) - {proposal.id}
    votes = await voting.motions_of(proposal.community_id, others) if others else {}
    if any(_is_running(each, now) for each in votes.values()):
        raise Refused("recall.open_already", name=proposal.recalls_name)


def _is_running(motion: Motion, now: datetime) -> bool:
    return motion.is_live and decided_at(motion) is None and not (motion.is_advisory and motion.is_closed(now))


async def passed(body: Body) -> list[Motion]:
    """The votes that recalled somebody who is in this body still: decided, in force, passed. Whether the days of the
    result are over and nobody objects is asked where it is recorded (`checks`)."""
    here = [each.id for each in body.members if each.ended_at is None]
    named = await proposals.recalling(body.community_id, here)
    votes = await voting.motions_of(body.community_id, named) if named else {}
    found = [each for each in votes.values() if decided_at(each) is not None and stands(each)]
    told = await voting.results(body.community_id, [each.id for each in found]) if found else {}
    return [each for each in found if outcome_of(each, told) == Outcome.PASSED]


def outcome_of(motion: Motion, told: Mapping[int, Mapping[str, Any]]) -> object:
    """What a decided vote came to: where owners only told their wishes, what the vote elsewhere did."""
    return motion.official_outcome if motion.is_advisory else told.get(motion.id, {}).get("verdict", {}).get("outcome")

"""Recalling a member: a matter that names them from its filing on, and the votes on it that are decided."""

from __future__ import annotations

from datetime import datetime

from council.bodies import queries
from council.bodies.establishing import decided_at
from council.bodies.locks import lock
from council.bodies.model import Body, BodyKind, Member
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals import filing
from council.proposals import permissions as proposal_permissions
from council.proposals import queries as proposals
from council.proposals.model import ProposalDraft
from council.storage.transactions import transaction
from council.voting import queries as voting
from council.voting.motion import Motion


async def propose(*, actor: Actor, body_id: int, member_id: int, key: str, title: str, text: str, now: datetime) -> int:
    """Files the recall of one sitting member as a matter of all owners; the proposal's id. The same form again is the
    same matter. Whom it names stands in its answers and in the text that is voted on, and is never changed.

    Refused "recall.appointed" of a management committee, "body.member_gone" of somebody who does not sit,
    "recall.open_already" while another recall of the same member is under way. TooMany.
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
        if await proposals.proposal_by_key(community_id, key) is None:
            if not member.sits or not body.is_standing:
                raise Refused("body.member_gone")
            if await _is_under_way(community_id, member):
                raise Refused("recall.open_already", name=member.name)
        draft = ProposalDraft(
            key=key,
            kind=Kind.GOVERNANCE,
            answers={"elects": False, "fills": False},
            title=title,
            body=text,
            scope=Scope(ScopeKind.COMMUNITY),
            cost_fen=None,
            unit_id=min(actor.unit_ids, default=None),
            recalls_id=member.id,
            recalls_name=f"{member.name}（{member.place}）" if member.place else member.name,
        )
        return await filing.file_proposal(actor=actor, draft=draft, now=now)


async def _is_under_way(community_id: int, member: Member) -> bool:
    named = await proposals.recalling(community_id, [member.id])
    pending = {each.id for each in named.values() if each.is_open}
    votes = await voting.motions_of(community_id, pending)
    return any(proposal_id not in votes or decided_at(votes[proposal_id]) is None for proposal_id in pending)


async def decided(body: Body) -> list[Motion]:
    """The votes about recalling somebody of this body that are decided, whatever they came to."""
    named = await proposals.recalling(body.community_id, [each.id for each in body.members])
    votes = await voting.motions_of(body.community_id, named) if named else {}
    return [each for each in votes.values() if decided_at(each) is not None]

"""A motion of the garden, opened through the service: what the tests of this room's services and pages begin with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from council.deliberation.tables import Thread
from council.kernel.actor import Actor
from council.kernel.clock import Clock
from council.kernel.ids import new_id
from council.kernel.scope import Scope
from council.pathways.model import Kind
from council.pathways.presets import load, to_json
from council.proposals import queries as proposals
from council.proposals.tables import Proposal, ProposalVersion
from council.voting import casting, counting, freezing, queries
from council.voting.model import Choice
from council.voting.motion import Convener, Motion, MotionDraft
from council.voting.voter import CastBallot
from tests.people import LONG_AGO, NOW, Garden, say_in_bylaws

OPENS = datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
"""18 March, 9:00 in the courtyard: the notice of 2 March has run its 15 days."""
CLOSES = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
"""1 April, 18:00."""
DURING = OPENS + timedelta(days=2)
AFTER = CLOSES + timedelta(hours=1)

BODY = "一、在单元门北侧装一部电梯。\n二、按楼层分摊费用，一层不出钱。"


@dataclass
class HandClock(Clock):
    """Stands where a test puts it."""

    at: datetime = field(default=DURING)

    def __init__(self, at: datetime = DURING) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


async def filed(
    people: Garden, *, kind: Kind = Kind.ELEVATOR, scope: Scope | None = None, title: str = "", body: str = BODY
) -> int:
    """An accepted proposal of Alice's, with one version of its text."""
    where = scope or people.entrance_scope
    named = title or "1号楼1单元加装电梯"
    ids = {"scope_kind": where.kind.value, "building_id": where.building_id, "entrance_id": where.entrance_id}
    thread = Thread(community_id=people.community_id, opened_at=LONG_AGO, **ids)
    thread_id = int((await Thread.insert(thread))[0]["id"])
    proposal = Proposal(
        community_id=people.community_id,
        key=new_id(),
        kind=kind.value,
        preset=to_json(load(kind)),
        answers="{}",
        title=named,
        scope_code=where.code,
        version=1,
        thread_id=thread_id,
        proposer_id=people.alice.person_id,
        proposer_name="Alice",
        proposer_place="1-1-101",
        proposer_unit_id=people.units["1-1-101"],
        state="accepted",
        filed_at=LONG_AGO,
        answer_due_at=LONG_AGO,
        accepted_at=LONG_AGO,
        accepted_by_name="Dana",
        **ids,
    )
    proposal_id = int((await Proposal.insert(proposal))[0]["id"])
    await ProposalVersion.insert(
        ProposalVersion(
            community_id=people.community_id,
            proposal_id=proposal_id,
            number=1,
            title=named,
            body=body,
            cost_fen=62846000,
            written_by_name="Alice",
            written_at=LONG_AGO,
        )
    )
    return proposal_id


def draft(people: Garden, **changed: object) -> MotionDraft:
    """Erin and Frank count, Ken (a tenant of the other entrance) watches."""
    plain = MotionDraft(
        key=new_id(),
        convener=Convener.OWNERS_REPRESENTATIVE,
        convener_name="1号楼1单元加装电梯业主代表",
        counter_ids=(people.erin.person_id, people.frank.person_id),
        scrutineer_id=people.ken.person_id,
        opens_at=OPENS,
        closes_at=CLOSES,
    )
    return replace(plain, **changed)


async def opened(
    people: Garden,
    *,
    kind: Kind = Kind.ELEVATOR,
    scope: Scope | None = None,
    title: str = "",
    body: str = BODY,
    now: datetime = NOW,
) -> Motion:
    """A motion whose notice is out."""
    proposal_id = await filed(people, kind=kind, scope=scope, title=title, body=body)
    return await open_filed(people, proposal_id, draft(people), now=now)


async def open_filed(people: Garden, proposal_id: int, wanted: MotionDraft, *, now: datetime = NOW) -> Motion:
    motion_id = await freezing.open_motion(
        actor=people.dana,
        proposal=await proposals.proposal(people.community_id, proposal_id),
        version=await proposals.version(people.community_id, proposal_id, 1),
        draft=wanted,
        now=now,
    )
    return await queries.motion(people.community_id, motion_id)


async def setting(people: Garden, name: str, value: str) -> None:
    """What the community's bylaws say from long ago on."""
    await say_in_bylaws(people.community_id, **{name: value})


async def cast(
    actor: Actor,
    motion: Motion,
    choice: str = "agree",
    *,
    at: datetime = DURING,
    ballot: str | None = None,
    voter: str | None = None,
) -> CastBallot:
    return await casting.cast_ballot(
        actor=actor,
        motion_id=motion.id,
        ballot_id=ballot or new_id(),
        choice=Choice(choice),
        voter=voter,
        clock=HandClock(at),
    )


async def certified(people: Garden, motion: Motion, *, at: datetime = AFTER) -> Motion:
    """Signed by both counters."""
    for officer in (people.erin, people.frank):
        motion = await counting.certify(actor=officer, motion_id=motion.id, now=at)
    return motion

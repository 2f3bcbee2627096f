"""One elevator matter of 1号楼1单元, taken through its life by services, with the clock in the test's hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.ids import new_id
from council.kernel.scope import Scope
from council.pathways.model import Kind
from council.progress import service
from council.proposals import filing, papers, queries
from council.proposals.model import Proposal, ProposalDraft
from council.voting import casting, counting
from council.voting import queries as voting
from council.voting.model import Choice
from council.voting.motion import Convener, Motion, MotionDraft
from tests.people import NOW, Garden, add_person, live_in, verify_owner

HOUR = timedelta(hours=1)
ACCEPTED = NOW + 3 * HOUR
TALKED = end_of_days(ACCEPTED, 7) + HOUR
OPENS = end_of_days(TALKED, 15) + 9 * HOUR
CLOSES = OPENS + timedelta(days=14)
COUNTED = CLOSES + HOUR
STARTABLE = end_of_days(COUNTED + HOUR, 15) + HOUR
AGREEING = ("alice", "grace", "heidi", "ivan", "judy")


class At:
    """A clock that stands still."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


async def file(
    people: Garden,
    who: Actor,
    *,
    kind: Kind = Kind.ELEVATOR,
    scope: Scope | None = None,
    home: str | None = "1-1-101",
    title: str = "1号楼1单元加装电梯",
    now: datetime = NOW,
    cost_fen: int | None = 62_846_000,
) -> int:
    draft = ProposalDraft(
        key=new_id(),
        kind=kind,
        answers={},
        title=title,
        body="四到六层有五位老人下楼难，急救担架进不去。",
        scope=scope or people.entrance_scope,
        cost_fen=cost_fen,
        unit_id=None if home is None else people.units[home],
    )
    return await filing.file_proposal(actor=who, draft=draft, now=now)


async def find_feasible(people: Garden, proposal_id: int, *, is_feasible: bool = True, now: datetime = NOW) -> None:
    await papers.record_finding(
        actor=people.dana,
        proposal_id=proposal_id,
        key=new_id(),
        is_feasible=is_feasible,
        office="市建筑设计院",
        note="设字第12号",
        file_id=None,
        now=now,
    )


async def accept(people: Garden, proposal_id: int, now: datetime = ACCEPTED) -> None:
    await service.accept_proposal(actor=people.dana, proposal_id=proposal_id, seen_version=1, now=now)


TITLE = "1号楼1单元加装电梯"


async def accepted(people: Garden, *, title: str = TITLE) -> int:
    proposal_id = await file(people, people.alice, title=title)
    await find_feasible(people, proposal_id)
    await accept(people, proposal_id)
    return proposal_id


def motion_draft(people: Garden, *, opens_at: datetime = OPENS, closes_at: datetime = CLOSES) -> MotionDraft:
    return MotionDraft(
        key=new_id(),
        convener=Convener.OWNERS_REPRESENTATIVE,
        convener_name="1号楼1单元加装电梯业主代表",
        counter_ids=(people.erin.person_id, people.frank.person_id),
        scrutineer_id=people.ken.person_id,
        opens_at=opens_at,
        closes_at=closes_at,
    )


async def published(people: Garden, *, title: str = TITLE) -> tuple[int, int]:
    """(proposal id, motion id), with the notice out."""
    proposal_id = await accepted(people, title=title)
    motion_id = await service.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=motion_draft(people), now=TALKED
    )
    return proposal_id, motion_id


async def give_accounts(people: Garden) -> None:
    """Verified accounts for the owners of the upper floors, so that a quorum can be reached."""
    for code in ("1-1-302", "1-1-402", "1-1-501", "1-1-502"):
        name = f"owner{code[-3:]}"
        person_id = await add_person(name)
        await live_in(people, person_id, code)
        await verify_owner(people, person_id, people.owners[code])
        people.actors[name] = Actor(person_id, name, people.community_id)
        await people.refreshed(name)


async def vote(
    people: Garden, motion_id: int, agreeing: tuple[str, ...], opposing: tuple[str, ...] = (), *, at: datetime = OPENS
) -> None:
    for choice, names in ((Choice.AGREE, agreeing), (Choice.OPPOSE, opposing)):
        for name in names:
            motion = await voting.motion(people.community_id, motion_id)
            for voter in await voting.voters_for(people.actors[name], motion):
                if voter.may_cast:
                    await casting.cast_ballot(
                        actor=people.actors[name],
                        motion_id=motion_id,
                        ballot_id=new_id(),
                        choice=choice,
                        voter=voter.number,
                        clock=At(at + HOUR),
                    )


async def certify(people: Garden, motion_id: int, now: datetime = COUNTED) -> Motion:
    await counting.certify(actor=people.erin, motion_id=motion_id, now=now)
    return await counting.certify(actor=people.frank, motion_id=motion_id, now=now + HOUR)


UPPER = ("owner302", "owner402", "owner501", "owner502")


async def certified(people: Garden) -> tuple[int, int]:
    """Passed and certified: nine of twelve persons agree, one opposes."""
    await give_accounts(people)
    proposal_id, motion_id = await published(people)
    await vote(people, motion_id, (*AGREEING[:4], *UPPER), ("judy",))
    await certify(people, motion_id)
    return proposal_id, motion_id


async def proposal(people: Garden, proposal_id: int) -> Proposal:
    return await queries.proposal(people.community_id, proposal_id)

"""An election of the garden: five stand for three seats, opened through the service."""

from __future__ import annotations

from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.storage.sql import fetch
from council.voting import freezing, queries
from council.voting.motion import Motion, MotionDraft
from council.voting.slate import Nominee, Slate
from tests.people import NOW, Garden
from tests.voting.motions import draft, filed

NAMES = ("陈芳", "李国强", "王秀英", "赵敏", "周建国")


def nominee(number: int, name: str, *, person_id: int | None = None, owner_id: int | None = None) -> Nominee:
    return Nominee(100 + number, number, name, f"1-1-10{number}", "self", f"我是{name}。", person_id, owner_id)


def slate(seats: int = 3, names: tuple[str, ...] = NAMES) -> Slate:
    return Slate(seats, tuple(nominee(number, name) for number, name in enumerate(names, start=1)))


async def election(
    people: Garden, *, who: Slate | None = None, wanted: MotionDraft | None = None, scope: Scope | None = None
) -> Motion:
    """The whole community elects; Erin and Frank count, Ken watches."""
    where = scope or Scope(ScopeKind.COMMUNITY)
    proposal_id = await filed(people, kind=Kind.ONE_PERSON_CHAIR, scope=where, title="选举业主委员会委员")
    motion_id = await freezing.open_motion(
        actor=people.dana,
        proposal=await proposals.proposal(people.community_id, proposal_id),
        version=await proposals.version(people.community_id, proposal_id, 1),
        draft=wanted or draft(people),
        now=NOW,
        slate=who or slate(),
    )
    return await queries.motion(people.community_id, motion_id)


async def picks_of(ballot_id: str) -> list[int]:
    rows = await fetch("SELECT number FROM ballot_pick WHERE ballot_id = {} ORDER BY number", ballot_id)
    return [row["number"] for row in rows]

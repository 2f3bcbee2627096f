"""An election of the garden: five stand for three seats, opened through the service."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.elections.candidate import Channel
from council.elections.slate import Nominee, Slate
from council.elections.tables import Candidate as CandidateRow
from council.elections.tables import Election as ElectionRow
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.kernel.scope import Scope
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction
from council.voting import ballot_box, casting, freezing, queries
from council.voting.model import Ballot
from council.voting.model import Channel as By
from council.voting.motion import Motion, MotionDraft
from council.voting.slate import choice_of
from council.voting.voter import CastBallot
from tests.people import LONG_AGO, NOW, Garden
from tests.voting.motions import DURING, HandClock, draft, filed

NAMES = ("陈芳", "李国强", "王秀英", "赵敏", "周建国")


def nominee(number: int, name: str, *, person_id: int | None = None, owner_id: int = 0) -> Nominee:
    """`owner_id` 0: through somebody who has a shop here and no account."""
    return Nominee(100 + number, number, name, f"1-1-10{number}", Channel.SELF, f"我是{name}。", person_id, owner_id)


def slate(seats: int = 3, names: tuple[str, ...] = NAMES) -> Slate:
    return Slate(seats, tuple(nominee(number, name) for number, name in enumerate(names, start=1)))


async def election(
    people: Garden, *, who: Slate | None = None, wanted: MotionDraft | None = None, scope: Scope | None = None
) -> Motion:
    """The twelve voters of entrance 1 elect; Erin and Frank count, Ken watches."""
    where = scope or people.entrance_scope
    proposal_id = await filed(people, kind=Kind.ONE_PERSON_CHAIR, scope=where, title="选举业主委员会委员")
    await posted(people, proposal_id, who or slate())
    motion_id = await freezing.open_motion(
        actor=people.dana,
        proposal=await proposals.proposal(people.community_id, proposal_id),
        version=await proposals.version(people.community_id, proposal_id, 1),
        draft=wanted or draft(people),
        now=NOW,
    )
    return await queries.motion(people.community_id, motion_id)


async def posted(people: Garden, proposal_id: int, who: Slate) -> None:
    """A candidates' notice with these people that has run its days; whoever has no owner stands for the shop's."""
    await ElectionRow.insert(
        ElectionRow(
            community_id=people.community_id,
            proposal_id=proposal_id,
            key=new_id(),
            seats=who.seats,
            nominations_from=LONG_AGO,
            nominations_until=LONG_AGO + timedelta(days=7),
            order_seed="00",
            opened_by=people.dana.person_id,
            opened_by_name="Dana",
            opened_at=LONG_AGO,
            published_at=LONG_AGO + timedelta(days=8),
            published_by_name="Dana",
            published_seq=0,
        )
    )
    rows = [
        CandidateRow(
            community_id=people.community_id,
            proposal_id=proposal_id,
            key=new_id(),
            number=each.number,
            name=each.name,
            place=each.place,
            owner_id=each.owner_id or people.owners["1--S1"],
            person_id=each.person_id,
            channel=each.channel.value,
            statement=each.statement,
            entered_by=people.dana.person_id,
            entered_by_name="Dana",
            nominated_at=LONG_AGO,
        )
        for each in who.candidates
    ]
    if rows:
        await CandidateRow.insert(*rows)


async def picks_of(ballot_id: str) -> list[int]:
    rows = await fetch("SELECT number FROM ballot_pick WHERE ballot_id = {} ORDER BY number", ballot_id)
    return [row["number"] for row in rows]


async def voted(people: Garden, motion: Motion, votes: dict[str, tuple[int, ...]], *, minute: int = 0) -> Motion:
    """Ballots of these voters ("v2") with these names, one a minute, in through the one door there is."""
    rows = await fetch("SELECT id, number FROM roll_voter WHERE motion_id = {}", motion.id)
    ids = {row["number"]: row["id"] for row in rows}
    for later, (number, picks) in enumerate(votes.items()):
        async with transaction():
            kept = await ballot_box.earlier(motion, ids[number], number, is_wish=False)
            at = DURING + timedelta(minutes=minute + later)
            await ballot_box.put(
                motion=motion,
                roll_voter_id=ids[number],
                ballot=Ballot(new_id(), number, choice_of(picks), By.ONLINE, at),
                by=ballot_box.By(people.alice.person_id),
                kept=kept,
                is_wish=False,
                picks=frozenset(picks),
            )
    return await queries.motion(people.community_id, motion.id)


async def choose(
    actor: Actor,
    motion: Motion,
    *picks: int,
    at: datetime = DURING,
    ballot: str | None = None,
    voter: str | None = None,
) -> CastBallot:
    return await casting.cast_ballot(
        actor=actor,
        motion_id=motion.id,
        ballot_id=ballot or new_id(),
        choice=choice_of(picks),
        picks=picks,
        voter=voter,
        clock=HandClock(at),
    )


async def tied(people: Garden) -> Motion:
    """Two seats: ten of twelve chose 陈芳; 李国强 and 王秀英 are equal for the other seat, by seven each."""
    motion = await election(people, who=slate(2))
    for table in ("roll_voter", "roll_unit"):
        await execute(f"UPDATE {table} SET area_dm2 = 7000 WHERE motion_id = {{}}", motion.id)
    votes = {**{f"v{n}": (1, 2) for n in range(1, 6)}, **{f"v{n}": (1, 3) for n in range(6, 11)}}
    return await voted(people, motion, votes | {"v11": (2, 3), "v12": (2, 3)})

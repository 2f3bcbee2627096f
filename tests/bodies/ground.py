"""Committees of the garden, from the nomination to the result through the services: Grace, Heidi and Ivan elected, Judy
the alternate.

Nominations begin at BEGAN, the vote's notice hangs from NOTICE, it closes at CLOSES (`tests/voting/motions.py`), Erin
and Frank sign the count at AFTER.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from council.bodies import entries, establishing, queries, recalling
from council.bodies.beginning import Founding
from council.bodies.composition import Seat
from council.bodies.model import Body, BodyKind, Post, Side
from council.bodies.papers import Appointment, Paper
from council.elections import nominating, opening, publishing, reviewing
from council.elections.candidate import Verdict
from council.files.tables import StoredFile
from council.kernel.clock import end_of_days
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction
from council.voting import ballot_box
from council.voting.model import Ballot, Channel, Choice
from council.voting.motion import Motion
from tests.elections import slates
from tests.people import OWNED, Garden
from tests.voting import elections, motions
from tests.voting.motions import AFTER, CLOSES

ELECTED = ("grace", "heidi", "ivan")
DAY = timedelta(days=1)
NOTICE = CLOSES - 47 * DAY
"""The vote's own notice, fifteen days before it opens for thirty."""
BEGAN = NOTICE - 13 * DAY
RECALLED = AFTER + 50 * DAY
FINAL = RECALLED + 20 * DAY
"""The result of a vote certified at RECALLED has hung its days."""
APPOINTED = datetime.fromisoformat("2026-03-31T16:00:00+00:00")
"""The first instant of 1 April."""


@dataclass(frozen=True)
class Committee:
    people: Garden
    id: int
    members: dict[str, int]

    async def body(self) -> Body:
        return await queries.body(self.people.community_id, self.id)


async def nominated(people: Garden, names: Sequence[str], *, seats: int, kind: Kind, fills: bool) -> int:
    """An election whose notice has run its days: each of these put themselves forward, was reviewed and posted."""
    proposal_id = await slates.accepted(people, kind=kind)
    await execute("UPDATE proposal SET proposer_id = {} WHERE id = {}", people.alice.person_id, proposal_id)
    if fills:
        told = '{"elects": true, "fills": true}'
        await execute("UPDATE proposal SET answers = {} WHERE id = {}", told, proposal_id)
    wanted = slates.draft(seats=seats, nomination_days=3)
    await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=wanted, now=BEGAN)
    over = end_of_days(BEGAN, 3)
    for name in names:
        actor = people.actors[name]
        await execute("UPDATE owner SET name = {} WHERE id = {}", actor.name, people.owners[OWNED[name]])
        said = slates.nomination(people, OWNED[name], name=actor.name)
        candidate_id = await nominating.nominate(actor=actor, proposal_id=proposal_id, nomination=said, now=BEGAN + DAY)
        await execute("UPDATE owner SET name = {} WHERE id = {}", f"业主{OWNED[name]}", people.owners[OWNED[name]])
        found = {"candidate_id": candidate_id, "now": over}
        await reviewing.judge(actor=people.dana, key=new_id(), verdict=Verdict.ELIGIBLE, reason=None, words="", **found)
        await reviewing.confirm(actor=people.erin, seen=over, **found)
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=over)
    return proposal_id


def shares(voters: int, standing: int, seats: int) -> list[int]:
    """How many choose each, in their order: everybody passes, nobody equals another, no ballot has too many names."""
    if standing <= seats:
        return [voters - at for at in range(standing)]
    middle = seats * voters // standing
    return [middle + (standing // 2 - at) for at in range(standing)]


async def elected_by(people: Garden, motion: Motion, names: Sequence[str], chosen: Sequence[int] | None = None) -> None:
    """Everybody on the roll takes part; `chosen` by so many each, and all homes are as large as each other."""
    for table in ("roll_voter", "roll_unit"):
        await execute(f"UPDATE {table} SET area_dm2 = 7000 WHERE motion_id = {{}}", motion.id)
    voters = [row["number"] for row in await fetch("SELECT number FROM roll_voter WHERE motion_id = {}", motion.id)]
    listed = await fetch("SELECT name, number FROM motion_candidate WHERE motion_id = {}", motion.id)
    numbers = {row["name"]: row["number"] for row in listed}
    left = dict(
        zip(
            (numbers[people.actors[name].name] for name in names),
            chosen or shares(len(voters), len(names), motion.seats),
            strict=True,
        )
    )
    votes: dict[str, tuple[int, ...]] = {}
    for voter in voters:
        best = sorted((number for number in left if left[number]), key=lambda number: -left[number])[: motion.seats]
        votes[voter] = tuple(sorted(best))
        for number in best:
            left[number] -= 1
    assert not any(left.values()), left
    await elections.voted(people, motion, votes)


async def election(
    people: Garden,
    names: Sequence[str] = (*ELECTED, "judy"),
    *,
    seats: int = 3,
    kind: Kind = Kind.GOVERNANCE,
    fills: bool = False,
    chosen: Sequence[int] | None = None,
    days: int = 0,
) -> Motion:
    """Nominated, voted and certified: the first so many have the seats, the others are in reserve. Open for so many
    days more."""
    proposal_id = await nominated(people, names, seats=seats, kind=kind, fills=fills)
    motion = await opened_vote(people, proposal_id, days)
    await elected_by(people, motion, names, chosen)
    return await motions.certified(people, motion, at=AFTER + days * DAY)


async def opened_vote(people: Garden, proposal_id: int, days: int = 0) -> Motion:
    wanted = motions.draft(people, opens_at=CLOSES - 31 * DAY, closes_at=CLOSES + days * DAY)
    return await motions.open_filed(people, proposal_id, wanted, now=NOTICE)


def founding(motion: Motion, **changed: object) -> Founding:
    return Founding(**{"key": new_id(), "motion_id": motion.id, "kind": BodyKind.OWNERS, "years": 5, **changed})


async def established(people: Garden, motion: Motion, *, now: datetime = AFTER) -> int:
    return await establishing.establish(actor=people.dana, founding=founding(motion), now=now)


async def committee(
    people: Garden, *, names: tuple[str, ...] = ELECTED, reserve: tuple[str, ...] = ("judy",), days: int = 0
) -> Committee:
    motion = await election(people, (*names, *reserve), seats=len(names), days=days)
    return await ground(people, await established(people, motion, now=AFTER + days * DAY))


async def ground(people: Garden, body_id: int) -> Committee:
    body = await queries.body(people.community_id, body_id)
    return Committee(people, body_id, {each.name.lower(): each.id for each in body.members})


async def certified_recall(people: Garden, member_id: int, *, passes: bool = True) -> Motion:
    """A vote of all owners that names this member as to be recalled."""
    body_id = next(each.id for each in await queries.bodies(people.community_id) if each.member(member_id) is not None)
    proposal_id = await recalling.propose(
        actor=people.alice,
        body_id=body_id,
        member_id=member_id,
        key=new_id(),
        reason="一年没有参加委员会会议。",
        now=AFTER,
    )
    return await voted_on(people, proposal_id, passes=passes)


async def voted_on(people: Garden, proposal_id: int, *, passes: bool = True) -> Motion:
    """A matter accepted, voted on by everybody or by nobody, and certified at RECALLED."""
    await execute(
        "UPDATE proposal SET state = 'accepted', accepted_at = {}, accepted_by_name = 'Dana' WHERE id = {}",
        *(AFTER, proposal_id),
    )
    wanted = motions.draft(people, opens_at=AFTER + 17 * DAY, closes_at=RECALLED - DAY)
    motion = await motions.open_filed(people, proposal_id, wanted, now=AFTER + DAY)
    if passes:
        rows = await fetch("SELECT id, number FROM roll_voter WHERE motion_id = {}", motion.id)
        async with transaction():
            for minute, row in enumerate(rows):
                at = AFTER + 20 * DAY + timedelta(minutes=minute)
                await ballot_box.put(
                    motion=motion,
                    roll_voter_id=row["id"],
                    ballot=Ballot(new_id(), row["number"], Choice.AGREE, Channel.ONLINE, at),
                    by=ballot_box.By(people.alice.person_id),
                    kept=await ballot_box.earlier(motion, row["id"], row["number"], is_wish=False),
                    is_wish=False,
                    picks=frozenset(),
                )
    return await motions.certified(people, motion, at=RECALLED)


async def scan(people: Garden, community_id: int | None = None) -> int:
    file = StoredFile(
        community_id=community_id or people.community_id,
        sha256=new_id(),
        media_type="application/pdf",
        size=10,
        name="paper.pdf",
        purpose="document",
        uploaded_by=people.dana.person_id,
        uploaded_at=AFTER,
    )
    return int((await StoredFile.insert(file))[0]["id"])


async def on_paper(people: Garden, body_id: int | None, paper: Paper, now: datetime, *, with_scan: bool = True) -> int:
    """Dana records it, Erin confirms; the body's id."""
    scan_id = await scan(people) if with_scan else None
    entry_id = await entries.record(
        actor=people.dana, body_id=body_id, paper=paper, scan_id=scan_id, key=new_id(), now=now
    )
    return await entries.confirm(actor=people.erin, entry_id=entry_id, now=now)


def seats(people: Garden, owners: int = 4, others: int = 3) -> tuple[Seat, ...]:
    """The neighbourhood committee's representative in the chair, an owner the deputy."""
    codes = ["1-1-102", "1-1-201", "1-1-202", "1-1-301", "1-1-302", "1-2-101", "1-2-102"]
    of_owners = [
        Seat(f"业主{code}", Side.OWNER, Post.DEPUTY if at == 0 else Post.MEMBER, code)
        for at, code in enumerate(codes[:owners])
    ]
    of_others = [
        Seat(f"居委会{at}", Side.NEIGHBOURHOOD, Post.CHAIR if at == 0 else Post.MEMBER) for at in range(others)
    ]
    return (*of_others, *of_owners)


def appointment(people: Garden, **changed: object) -> Appointment:
    given = {
        "document": "花街办〔2026〕12号",
        "appointed_by": "花园街道办事处",
        "appointed_on": APPOINTED,
        "term_until": APPOINTED + 365 * DAY,
        "seats": seats(people),
    }
    return Appointment(**{**given, **changed})

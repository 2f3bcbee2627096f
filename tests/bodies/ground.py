"""A committee of the garden, as the tests of this room begin: Grace, Heidi and Ivan elected, Judy the alternate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from council.bodies import entries, establishing, queries
from council.bodies.composition import Seat
from council.bodies.establishing import Founding
from council.bodies.model import Body, BodyKind, Elected, Post, Side
from council.bodies.papers import Appointment, Paper
from council.files.tables import StoredFile
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.voting.motion import Motion
from tests.people import OWNED, Garden
from tests.voting import motions
from tests.voting.elections import election
from tests.voting.motions import AFTER, CLOSES

ELECTED = ("grace", "heidi", "ivan")
DAY = timedelta(days=1)
APPOINTED = datetime.fromisoformat("2026-03-31T16:00:00+00:00")
"""The first instant of 1 April."""


@dataclass(frozen=True)
class Committee:
    people: Garden
    id: int
    members: dict[str, int]

    async def body(self) -> Body:
        return await queries.body(self.people.community_id, self.id)


async def certified(people: Garden, *, kind: Kind = Kind.ONE_PERSON_CHAIR, days: int = 0) -> Motion:
    """A certified vote of the whole community, open for so many days more; who was elected is told to `establish`."""
    everybody = Scope(ScopeKind.COMMUNITY)
    wanted = motions.draft(people, closes_at=CLOSES + days * DAY)
    if kind is Kind.ONE_PERSON_CHAIR:
        motion = await election(people, wanted=wanted, scope=everybody)
    else:
        proposal_id = await motions.filed(people, kind=kind, scope=everybody, title="罢免业主委员会委员")
        motion = await motions.open_filed(people, proposal_id, wanted)
    return await motions.certified(people, motion, at=AFTER + days * DAY)


def elected(people: Garden, names: tuple[str, ...] = ELECTED, reserve: tuple[str, ...] = ("judy",)) -> list[Elected]:
    return [
        Elected(
            people.actors[name].name,
            place,
            name in reserve,
            people.owners[OWNED[name]],
            people.actors[name].person_id,
            channel="self",
            unit_place=OWNED[name],
        )
        for place, name in enumerate((*names, *reserve), 1)
    ]


def founding(motion: Motion, **changed: object) -> Founding:
    given = {"key": new_id(), "motion_id": motion.id, "kind": BodyKind.OWNERS, "seats": 3, "years": 5}
    return Founding(**{**given, **changed})


async def committee(
    people: Garden, *, names: tuple[str, ...] = ELECTED, reserve: tuple[str, ...] = ("judy",)
) -> Committee:
    motion = await certified(people)
    body_id = await establishing.establish(
        actor=people.dana,
        founding=founding(motion, seats=len(names)),
        elected=elected(people, names, reserve),
        now=AFTER,
    )
    body = await queries.body(people.community_id, body_id)
    return Committee(people, body_id, {each.name.lower(): each.id for each in body.members})


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

"""Bodies, who sits on them, how they chose a chair, and the papers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from council.bodies.call_off import CallOff
from council.bodies.humans import is_among


class BodyKind(StrEnum):
    """Two legal routes that never mix: owners elect the one, an office appoints the other."""

    OWNERS = "owners_committee"
    MANAGEMENT = "management_committee"


class Post(StrEnum):
    CHAIR = "chair"
    DEPUTY = "deputy"
    MEMBER = "member"


POSTS = (Post.CHAIR, Post.DEPUTY)
"""What members choose among themselves."""


class Side(StrEnum):
    """For whom a member sits there: the owners, the neighbourhood committee, the street, those who use the homes."""

    OWNER = "owner"
    NEIGHBOURHOOD = "neighbourhood"
    STREET = "street"
    USER = "user"
    OTHER = "other"


class Ending(StrEnum):
    """Why somebody is a member no longer. `SOLD`: owns nothing here any more. `POST`: the post alone is given up, the
    membership goes on, so no member ever ends by it."""

    RESIGNED = "resigned"
    RECALLED = "recalled"
    SOLD = "sold"
    REPLACED = "replaced"
    DISSOLVED = "dissolved"
    ANNULLED = "annulled"
    POST = "post"


class Fate(StrEnum):
    """What becomes of those who sit by a vote that a court has revoked, or that another one took the place of."""

    ENDED = "ended"
    STANDS = "stands"
    RESTORED = "restored"
    """A later judgment has set the revocation aside: whoever had left because of it sits again."""


class EntryKind(StrEnum):
    """What one person records from a paper and a second one confirms."""

    APPOINTMENT = "appointment"
    MINUTES = "minutes"
    FILING = "filing"
    ENDING = "ending"
    DISSOLUTION = "dissolution"
    EARLIER = "earlier"
    """An owners' committee from before anything was kept here, with its filing."""
    AFTERMATH = "aftermath"
    LOT = "lot"


class VoteForm(StrEnum):
    NAMED = "named"
    UNNAMED = "secret"


@dataclass(frozen=True, slots=True)
class Member:
    """`position` in the result or on the appointment, from 1. `owner_id` of whoever sits there as an owner, or of the
    company whom they represent (`is_representing`).

    `motion_id`: by which vote, a by-election's being another than the body's own; the figures are that result's.
    """

    id: int
    body_id: int
    name: str
    side: Side
    place: str
    owner_id: int | None
    person_id: int | None
    candidate_id: int | None
    channel: str
    position: int
    is_alternate: bool
    post: Post
    began_at: datetime
    stepped_up_at: datetime | None
    ended_at: datetime | None
    ending: Ending | None
    motion_id: int | None
    is_representing: bool
    persons: int | None
    area_dm2: int | None
    drawn: int | None

    @property
    def rank(self) -> tuple[datetime, int, int, int, int]:
        """Alternates of an earlier vote first; of one vote by persons, then area, then the lot."""
        return (
            self.began_at,
            -(self.persons or 0),
            -(self.area_dm2 or 0),
            self.position if self.drawn is None else self.drawn,
            self.position,
        )

    def is_equal(self, other: Member) -> bool:
        """Equal in persons and area by the same vote, and no lot has said who comes first."""
        mine = (self.motion_id, self.persons, self.area_dm2)
        return (
            self.persons is not None
            and self.drawn is None
            and mine == (*(other.motion_id, other.persons, other.area_dm2),)
        )

    @property
    def sits(self) -> bool:
        """A member now, no alternate."""
        return self.ended_at is None and not self.is_alternate

    @property
    def waits(self) -> bool:
        return self.ended_at is None and self.is_alternate


@dataclass(frozen=True, slots=True)
class Round:
    """One internal ballot: `members` had a vote each, `counts` says by post who got how many.

    Of a secret one nobody can say who chose whom: only the sums are kept. `entry_id`: it is told by signed minutes.
    One that was called off has no `counts`, and nobody was chosen by it; `closed_at` says when that was.
    """

    id: int
    body_id: int
    entry_id: int | None
    number: int
    form: VoteForm
    basis: str
    posts: tuple[Post, ...]
    members: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    chair_id: int | None
    deputy_id: int | None
    posted_on: datetime | None
    posted_by_name: str | None
    counts: Mapping[Post, Mapping[int, int]] = field(default_factory=dict)
    voted: frozenset[int] = frozenset()
    """Ids of the members who have voted; whom they chose is nowhere here."""
    call_off: CallOff | None = None
    """The one that waits for a second person, or holds; one that was taken back is nowhere here."""

    @property
    def is_called_off(self) -> bool:
        return self.call_off is not None and not self.call_off.is_waiting

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def chosen(self, post: Post) -> int | None:
        return {Post.CHAIR: self.chair_id, Post.DEPUTY: self.deputy_id}.get(post)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody recorded from a paper. `said` holds JSON values by the names of the paper's kind."""

    id: int
    community_id: int
    body_id: int | None
    kind: EntryKind
    said: Mapping[str, object]
    scan_id: int | None
    scan_sha256: str | None
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by_name: str | None = None
    withdrawn_reason: str = ""
    """Of a lot that was taken back."""

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None

    @property
    def is_redrawn(self) -> bool:
        """A drawing that was recorded and taken back: it never counts, and stays to be seen."""
        return self.kind is EntryKind.LOT and self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class Body:
    """`number` counts a community's bodies of one kind (第几届). The term ends at the instant `term_until`.

    `motion_id`: the election that founded it; None for an appointment, and for a committee from before (`EARLIER`).
    `began_at`: when the result was certified, or the day of the appointment or of the earlier election.
    """

    id: int
    community_id: int
    kind: BodyKind
    number: int
    motion_id: int | None
    seats: int
    began_at: datetime
    term_until: datetime
    by_name: str
    recorded_at: datetime
    dissolved_at: datetime | None
    members: tuple[Member, ...] = ()
    rounds: tuple[Round, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def sitting(self) -> tuple[Member, ...]:
        """Those who are members now: chair and deputy first, then by their place."""
        order = list(Post)
        return tuple(
            sorted((each for each in self.members if each.sits), key=lambda each: (order.index(each.post), each.id))
        )

    @property
    def alternates(self) -> tuple[Member, ...]:
        """In the order in which they follow; whoever sits already follows nobody."""
        sitting = [each for each in self.members if each.sits]
        waiting = [each for each in self.members if each.waits and not is_among(each, sitting)]
        return tuple(sorted(waiting, key=lambda each: each.rank))

    @property
    def equals(self) -> tuple[Member, ...]:
        """Those among whom a lot has to say who is the next alternate; nobody where the result says it."""
        waiting = self.alternates
        found = tuple(each for each in waiting if each.is_equal(waiting[0]) and each.drawn is None)
        return found if len(found) > 1 else ()

    @property
    def motion_ids(self) -> frozenset[int]:
        """The votes that its members sit by."""
        return frozenset(each.motion_id for each in self.members if each.motion_id is not None)

    @property
    def vacancies(self) -> int:
        return max(0, self.seats - len(self.sitting))

    @property
    def open_round(self) -> Round | None:
        return next((each for each in self.rounds if each.is_open), None)

    @property
    def is_standing(self) -> bool:
        return self.dissolved_at is None

    def holder(self, post: Post) -> Member | None:
        return next((each for each in self.sitting if each.post == post), None)

    def member(self, member_id: int) -> Member | None:
        return next((each for each in self.members if each.id == member_id), None)

    def last(self, kind: EntryKind) -> Entry | None:
        """The newest paper of a kind that two people have looked at."""
        found = [each for each in self.entries if each.kind == kind and each.confirmed_at is not None]
        return found[-1] if found else None

    def waiting(self, kind: EntryKind) -> Entry | None:
        return next((each for each in self.entries if each.kind == kind and each.is_waiting), None)

"""An election before its vote: seats, candidates, what was said against them, and the slate that a ballot freezes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Role

NOTICE_LEAST, NOTICE_MOST = 7, 10
"""Whole days that the candidates' notice hangs."""
NOMINATION_LEAST, NOMINATION_MOST = 3, 30
"""Whole days of the nomination window; our preset, no source says them."""
REVIEW_DAYS = 7
"""Whole days after the nominations within which the review ends and the notice goes out; our preset."""
JOINT_LEAST, JOINT_MOST = 2, 200
SEATS_MOST = 31


class Channel(StrEnum):
    """Who put somebody forward: 党组织、居委会、自荐、业主联名."""

    PARTY = "party"
    NEIGHBOURHOOD = "neighbourhood"
    SELF = "self"
    JOINT = "joint"


OFFICIAL = (Channel.PARTY, Channel.NEIGHBOURHOOD)
"""The channels of organisations, entered by the secretary with their document."""
OWN = (Channel.SELF, Channel.JOINT)


class ConsentHow(StrEnum):
    OWN = "own"
    PAPER = "paper"


class Verdict(StrEnum):
    ELIGIBLE = "eligible"
    NOT = "not"


class Reason(StrEnum):
    """Why somebody is not eligible; words always go with it."""

    NOT_OWNER = "not_owner"
    NO_CAPACITY = "no_capacity"
    NO_CONSENT = "no_consent"
    FEW_SPONSORS = "few_sponsors"
    NO_AUTHORISATION = "no_authorisation"
    WORKS_FOR_MANAGER = "works_for_manager"
    FALSE_PAPERS = "false_papers"
    BYLAWS = "bylaws"


class ObjectionOutcome(StrEnum):
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """How far an election is before its vote, at an instant."""

    NOMINATING = "nominating"
    REVIEWING = "reviewing"
    NOTICE = "notice"
    OBJECTIONS = "objections"
    """The notice's days are over, and an objection still waits for its answer."""
    STANDS = "stands"
    EMPTY = "empty"
    """Everybody who was published has withdrawn or was struck off."""


@dataclass(frozen=True, slots=True)
class Election:
    """`nominations_until` is the first instant after the window. `order_seed` is the log's root (hex) with the first
    record after that instant (`order_seq`), "" until the numbers are given; `published_seq` is the record of the
    notice. `round` counts up when nominations are opened again, for `reopened_reason`.

    Of an election that was published before this rule `order_seq` is None: its seed was the root of the opening."""

    id: int
    community_id: int
    proposal_id: int
    key: str
    seats: int
    joint_least: int
    notice_days: int
    nominations_from: datetime
    nominations_until: datetime
    order_seed: str
    round: int
    opened_by: int
    opened_by_name: str
    opened_at: datetime
    published_at: datetime | None
    published_by_name: str | None
    published_seq: int | None
    reopened_reason: str | None
    order_seq: int | None


@dataclass(frozen=True, slots=True)
class Sponsor:
    """An owner who signed a joint nomination; `person_id` None: on paper, on a sheet that two people have seen."""

    candidate_id: int
    owner_id: int
    person_id: int | None
    name: str
    place: str
    signed_at: datetime
    owns_now: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """Somebody stands back by letter: recorded by one person; once a second one has confirmed it, they are out."""

    id: int
    candidate_id: int
    file_id: int
    reason: str
    entered_by: int
    entered_by_name: str
    entered_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signer:
    owner_id: int
    name: str
    place: str
    owns_now: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with the signatures of owners who name somebody together; they count once a second person has compared
    them with the picture."""

    id: int
    candidate_id: int
    file_id: int
    signers: tuple[Signer, ...]
    entered_by: int
    entered_by_name: str
    entered_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """`owner_id` is the owner on the register that makes them eligible: themselves, or the legal person whom they
    represent (`is_representing`, with its authorisation on file). `place` is the code of that owner's unit.

    `person_id` None: no account here is known to be theirs. A verdict counts once a second person has confirmed it.
    """

    id: int
    community_id: int
    proposal_id: int
    key: str
    number: int | None
    name: str
    place: str
    owner_id: int
    is_representing: bool
    authorisation_id: int | None
    person_id: int | None
    channel: Channel
    nominated_by: str
    document_id: int | None
    statement: str
    entered_by: int
    entered_by_name: str
    nominated_at: datetime
    consented_at: datetime | None
    consented_how: ConsentHow | None
    consent_id: int | None
    consent_by_name: str | None
    verdict: Verdict | None
    reason: Reason | None
    words: str | None
    judged_by: int | None
    judged_by_name: str | None
    judged_at: datetime | None
    confirmed_by: int | None
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    withdrawn_by_name: str | None
    struck_at: datetime | None
    struck_reason: str | None
    replaced_by: int | None
    """The candidate's own nomination, which took the place of this joint one."""
    sponsors: tuple[Sponsor, ...] = ()
    owns_now: bool = True
    """Whether `owner_id` still owns a unit here."""
    letter: Letter | None = None
    sheets: tuple[Sheet, ...] = ()

    @property
    def letter_waits(self) -> bool:
        return self.letter is not None and self.letter.confirmed_at is None

    @property
    def is_in(self) -> bool:
        """Neither withdrawn nor struck off."""
        return self.withdrawn_at is None and self.struck_at is None

    @property
    def is_eligible(self) -> bool:
        return self.confirmed_at is not None and self.verdict is Verdict.ELIGIBLE

    @property
    def is_refused(self) -> bool:
        return self.confirmed_at is not None and self.verdict is Verdict.NOT

    @property
    def is_named_by_owners(self) -> bool:
        return self.channel in OWN


@dataclass(frozen=True, slots=True)
class CandidateObjection:
    """Against a published candidate, or (`is_appeal`) against one's own exclusion. An upheld one counts once a second
    person has confirmed it; until then `closed_at` is None."""

    id: int
    community_id: int
    proposal_id: int
    candidate_id: int
    key: str
    is_appeal: bool
    person_id: int
    by_name: str
    place: str
    ground: str
    filed_at: datetime
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_by: int | None
    answered_by_name: str | None
    answered_at: datetime | None
    confirmed_by: int | None
    confirmed_by_name: str | None
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def waits_for_second(self) -> bool:
        return self.closed_at is None and self.outcome is ObjectionOutcome.UPHELD


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about one election at an instant."""

    election: Election
    candidates: tuple[Candidate, ...]
    objections: tuple[CandidateObjection, ...]
    is_on_ballot: bool
    """A vote with these names is out: nothing here changes any more."""


@dataclass(frozen=True, slots=True)
class Office:
    """Who works here, each with their roles: whether somebody else could do what one person had better not do."""

    people: Mapping[int, frozenset[Role]]

    def has_other(self, roles: Iterable[Role], but: Collection[int | None]) -> bool:
        """Whether anybody has one of these roles and is none of those."""
        wanted = frozenset(roles)
        return any(person not in but and not held.isdisjoint(wanted) for person, held in self.people.items())


@dataclass(frozen=True, slots=True)
class Nominee:
    candidate_id: int
    number: int
    name: str
    place: str
    channel: Channel
    statement: str
    person_id: int | None
    owner_id: int


@dataclass(frozen=True, slots=True)
class Slate:
    """What a motion freezes: the candidates by number. Numbers of those who have left stay free."""

    seats: int
    candidates: tuple[Nominee, ...]


@dataclass(frozen=True, slots=True)
class ElectionDraft:
    """What the desk's form of a new election says."""

    key: str
    seats: int
    nomination_days: int
    joint_least: int
    notice_days: int


@dataclass(frozen=True, slots=True)
class Nomination:
    """Somebody put forward. `room` and `name` find them on the register; files are already stored."""

    key: str
    channel: Channel
    unit_id: int
    name: str
    nominated_by: str
    statement: str
    document_id: int | None = None
    authorisation_id: int | None = None
    consent_id: int | None = None


@dataclass(frozen=True, slots=True)
class SignedAs:
    """A line of a sheet as the desk copied it."""

    unit_id: int
    name: str

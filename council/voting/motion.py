"""A motion: what is put to the vote, to whom, by which rules, and when. Frozen once the notice is out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.bylaws.model import Procedure
from council.kernel.actor import Role
from council.kernel.errors import Refusal
from council.pathways.model import Electorate, Kind, Preset
from council.voting.holding import Acting, Capacity
from council.voting.model import Channel, Outcome, Ruleset, Window


class MotionState(StrEnum):
    """Where a motion stands; follows from its instants and the clock, never from a job having run."""

    NOTICE = "notice"
    OPEN = "open"
    COUNTING = "counting"
    CERTIFIED = "certified"
    CANCELLED = "cancelled"


class Convener(StrEnum):
    """Who calls the vote (Civil Code art. 277, 278; property management rules art. 11 to 13)."""

    COMMITTEE = "committee"
    NEIGHBOURHOOD_COMMITTEE = "neighbourhood_committee"
    OWNERS_REPRESENTATIVE = "owners_representative"


class Duty(StrEnum):
    COUNTER = "counter"
    SCRUTINEER = "scrutineer"


class LeakRisk(StrEnum):
    """How much exact totals could give away (`risk.py`)."""

    LOW = "low"
    SOME = "some"
    HIGH = "high"


class BallotState(StrEnum):
    """What became of a ballot; it is kept whatever did."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REFUSED = "refused"


class ObjectionOutcome(StrEnum):
    WITHDRAWN = "withdrawn"
    AGREED = "agreed"
    RULED = "ruled"
    MEDIATION_FAILED = "mediation_failed"
    UPHELD = "upheld"


SIGNATURES_FLOOR = 2
"""At least two of the named counters and scrutineer (the property management assembly rules ask for the count to be
witnessed; two people is our floor)."""


class StepKind(StrEnum):
    """What was done about an objection, one after the other."""

    VISIT = "visit"
    MEDIATION = "mediation"
    WRITTEN_REPLY = "written_reply"
    SIGNED_PAPER = "signed_paper"
    COURT = "court"


@dataclass(frozen=True, slots=True)
class Officer:
    person_id: int
    name: str
    duty: Duty
    signed_at: datetime | None


def is_witnessed(officers: Iterable[Officer], until: datetime | None = None) -> bool:
    """Whether the scrutineer is among those who signed the count (`until` that instant, if one is given)."""
    return any(
        each.duty is Duty.SCRUTINEER and each.signed_at is not None and (until is None or each.signed_at <= until)
        for each in officers
    )


@dataclass(frozen=True, slots=True)
class Stake:
    """Who has something of their own in a vote: the proposer, the owners in its scope, and in an election whoever
    stands, by person and by owner, and whoever works for the property manager."""

    proposer_id: int
    owner_ids: frozenset[int]
    candidate_ids: frozenset[int] = frozenset()
    candidate_owner_ids: frozenset[int] = frozenset()
    property_staff_ids: frozenset[int] = frozenset()
    home_ids: frozenset[int] = frozenset()
    """Where residents decide: the homes whose households vote; else none."""
    proposer_unit_id: int | None = None
    """Where residents decide: the proposer's own home."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could count; `roles` and `places` (unit codes) say who they are, `refusal` why they may not."""

    person_id: int
    name: str
    roles: tuple[Role, ...]
    places: tuple[str, ...]
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class OnBallot:
    """Somebody who stands in an election, frozen with its motion; `number` is what stands on the ballot.

    `place_in_result` (1 to the seats) and `is_reserve` (passed, and the seats were full) once it is certified; `drawn`:
    where they came in a lot, if one was drawn.
    """

    number: int
    candidate_id: int | None
    person_id: int | None
    owner_id: int | None
    name: str
    place: str
    channel: str
    statement: str
    place_in_result: int | None
    is_reserve: bool
    drawn: int | None


@dataclass(frozen=True, slots=True)
class Motion:
    """`roll_area_dm2` in dm²; instants in UTC; `text_sha256` and `roll_sha256` are what notice and ballot quote.

    `channels` are those on offer, `counted` those of them that count by law: none in a poll, nor where only a vote
    elsewhere counts (the city's own system), which is when `is_advisory`. `papers_waiting`: papers that came back and
    whose choice is not decided yet; while there are any there is no count.
    """

    id: int
    community_id: int
    proposal_id: int
    proposal_version: int
    kind: Kind
    preset: Preset
    title: str
    scope_code: str
    text: str
    text_sha256: str
    ruleset: Ruleset
    procedure: Procedure
    electorate: Electorate
    is_advisory: bool
    channels: tuple[Channel, ...]
    counted: tuple[Channel, ...]
    convener: Convener
    convener_name: str
    notice_at: datetime
    opens_at: datetime
    closes_at: datetime
    roll_sha256: str
    roll_persons: int
    roll_area_dm2: int
    area_basis: str
    is_parking_counted: bool
    leak_risk: LeakRisk
    last_cast_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by_name: str | None
    cancel_reason: str | None
    certified_at: datetime | None
    result_notice_at: datetime | None
    official_outcome: Outcome | None
    official_document: str | None
    official_at: datetime | None
    preliminary_at: datetime | None
    revoked_at: datetime | None
    revoked_by_name: str | None
    revoked_document: str | None
    revoked_reason: str | None
    superseded_at: datetime | None
    superseded_by_name: str | None
    superseded_reason: str | None
    papers_waiting: int
    seats: int = 0
    """Of an election: how many are elected, and the most names on a ballot. 0: agree, oppose or abstain."""
    plan_id: int | None = None
    """How the maintenance fund pays, where it does (`funds`): the plan whose digest stands in the text."""

    @property
    def is_election(self) -> bool:
        return self.seats > 0

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at)

    @property
    def takes_wishes(self) -> bool:
        """Whether online answers are asked for beside a vote that only paper decides (意愿征询): never in its count."""
        return bool(self.counted) and Channel.ONLINE in self.channels and Channel.ONLINE not in self.counted

    @property
    def is_sealed(self) -> bool:
        """Closed for good (`sealing.seal`): a clock that is put back opens nothing again."""
        return self.last_cast_at is not None and self.last_cast_at > self.closes_at

    def state(self, now: datetime) -> MotionState:
        if self.cancelled_at is not None:
            return MotionState.CANCELLED
        if self.certified_at is not None:
            return MotionState.CERTIFIED
        if self.is_sealed:
            return MotionState.COUNTING
        if now < self.opens_at:
            return MotionState.NOTICE
        return MotionState.OPEN if now <= self.closes_at else MotionState.COUNTING

    @property
    def is_live(self) -> bool:
        """Whether this is still the vote on its matter: not called off, and no other has been called in its place."""
        return self.cancelled_at is None and self.superseded_at is None

    @property
    def signatures_needed(self) -> int:
        """Under the count, of counters and scrutineer together: two, or more where the bylaws ask for more."""
        return max(SIGNATURES_FLOOR, self.procedure.signatures.value)

    def is_closed(self, now: datetime) -> bool:
        """Choices may be counted: never before the last instant of the window has passed."""
        return self.cancelled_at is None and (self.is_sealed or now > self.closes_at)

    def is_countable(self, now: datetime) -> bool:
        """Closed, and every paper that came back is decided: only then is there a tally, for anybody."""
        return self.is_closed(now) and not self.papers_waiting

    def are_papers_readable(self, now: datetime) -> bool:
        """Papers stay sealed until the closing; before it only where the frozen bylaws say so, from the opening on."""
        is_early = self.procedure.early_keying.value == "yes" and self.state(now) is MotionState.OPEN
        return self.is_closed(now) or is_early

    def waits_for_signatures(self, now: datetime) -> bool:
        """The counters' turn: not of a poll, which decides nothing, nor once the result that counts by law is there."""
        is_over = self.preset.is_advisory or self.official_at is not None
        return self.state(now) is MotionState.COUNTING and not is_over


@dataclass(frozen=True, slots=True)
class MotionDraft:
    """What the desk decides when a proposal's current version becomes a motion. `is_on_paper`: ballots are printed
    too, for everybody."""

    key: str
    convener: Convener
    convener_name: str
    counter_ids: tuple[int, ...]
    scrutineer_id: int
    opens_at: datetime
    closes_at: datetime
    is_on_paper: bool = False


@dataclass(frozen=True, slots=True)
class VotingVoter:
    """A voter of this motion whom one account may cast for, or whose units it lives in or co-owns."""

    roll_voter_id: int
    number: str
    unit_codes: tuple[str, ...]
    area_dm2: int
    may_cast: bool
    representative_name: str | None
    proxy_id: int | None = None
    """The mandate by which this account may cast, where it has no right of its own; then also whose vote it is."""
    giver_name: str = ""
    is_suspended: bool = False
    acting: Acting | None = None
    """The paper by which this account casts for an owner who does not act for themselves."""
    needs_authority: bool = False
    """The owner is a company, and this account has no sealed paper from it."""

    @property
    def for_whom(self) -> str:
        """Whose vote it is where it is not the account's own person's."""
        return self.giver_name if self.acting is None else self.acting.owner_name

    @property
    def may_appoint(self) -> bool:
        """A mandate to vote is given by the owner or a guardian: what an agent holds is not handed on."""
        is_agent = self.acting is not None and self.acting.capacity is Capacity.AGENT
        return self.may_cast and self.proxy_id is None and not is_agent and not self.needs_authority

    def lacks_authority(self, now: datetime) -> Refusal | None:
        """Why an account that stands for an owner cannot cast for them at this instant."""
        if not self.may_cast or self.proxy_id is not None:
            return None
        if self.needs_authority:
            return Refusal("ballot.needs_authority")
        if self.acting is not None and self.acting.valid_until is not None and self.acting.valid_until <= now:
            return Refusal("ballot.authority_expired", {"name": self.acting.owner_name})
        return None


@dataclass(frozen=True, slots=True)
class Turnout:
    """What may be shown while the vote is open: how many, never which way."""

    persons: int
    area_dm2: int
    roll_persons: int
    roll_area_dm2: int


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A ballot as its voter sees it again; `choice` is for the voter's own eyes. `is_wish`: given beside the count.
    `proxy_id`: cast under this mandate, by `person_id`; giver and holder both see it again."""

    ballot_id: str
    number: str
    choice: str
    channel: Channel
    cast_at: datetime
    code: str
    log_seq: int
    person_id: int
    roll_voter_id: int
    state: BallotState
    is_wish: bool
    proxy_id: int | None


@dataclass(frozen=True, slots=True)
class Objection:
    id: int
    motion_id: int
    person_id: int
    by_name: str
    by_place: str
    ground: str
    filed_at: datetime
    answer_due_at: datetime
    outcome: ObjectionOutcome | None
    reply: str | None
    remedy: str | None
    closed_by_name: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObjectionStep:
    """`file_id`: the paper that shows it, where there is one."""

    id: int
    objection_id: int
    kind: StepKind
    happened_at: datetime
    words: str
    file_id: int | None
    by_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """The closing moved from one instant to a later one, before it came, with the public reason."""

    from_at: datetime
    to_at: datetime
    reason: str
    by_name: str
    extended_at: datetime


@dataclass(frozen=True, slots=True)
class RecountRequest:
    """What somebody on the roll asks about a preliminary result, and the written answer."""

    id: int
    motion_id: int
    person_id: int
    by_name: str
    words: str
    asked_at: datetime
    answer: str | None
    answered_by_name: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObjectionClosing:
    """How an objection came out, the written answer to it, and the court remedy where mediation failed ("" else)."""

    outcome: ObjectionOutcome
    reply: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Participation:
    """One line of the public list after closing: room, area, took part; never a choice."""

    unit_code: str
    area_dm2: int
    took_part: bool

"""A motion: what is put to the vote, to whom, by which rules, and when. Frozen once the notice is out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.bylaws.model import Procedure
from council.pathways.model import Electorate, Kind, Preset
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


class LeakRisk(StrEnum):
    """How much exact totals could give away (`risk.py`)."""

    LOW = "low"
    SOME = "some"
    HIGH = "high"


SIGNATURES_FLOOR = 2
"""At least two of the named counters and scrutineer (the property management assembly rules ask for the count to be
witnessed; two people is our floor)."""


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
    recalls_name: str = ""
    """The committee's member whom it is to recall, as named at its filing (`proposal`); "" where it recalls nobody."""

    is_upheld: bool = False
    """An objection to the result was upheld: the matter cannot go on by it."""

    @property
    def is_undone(self) -> bool:
        """Decided, and not to be carried out: a court revoked it, or an objection to it was upheld."""
        return self.revoked_at is not None or self.is_upheld

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
        """The counters' turn: not of a poll, which decides nothing, nor once the result that counts by law is there,
        nor while papers are not decided, so that there is nothing to sign."""
        return self._is_counted_here(now) and not self.papers_waiting

    def waits_for_papers(self, now: datetime) -> bool:
        """Papers that came back have to be read before there is anything to sign."""
        return self._is_counted_here(now) and self.papers_waiting > 0

    def _is_counted_here(self, now: datetime) -> bool:
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
class Turnout:
    """What may be shown while the vote is open: how many, never which way. `papers` of them are papers that nobody has
    read: an invalid one takes no part."""

    persons: int
    area_dm2: int
    roll_persons: int
    roll_area_dm2: int
    papers: int = 0


@dataclass(frozen=True, slots=True)
class Extension:
    """The closing moved from one instant to a later one, before it came, with the public reason."""

    from_at: datetime
    to_at: datetime
    reason: str
    by_name: str
    extended_at: datetime
    confirmed_by_name: str | None = None
    """None of those from before it took two."""

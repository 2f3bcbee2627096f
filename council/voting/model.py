"""What is counted: rulesets, rolls and ballots in; tallies and verdicts out.

Areas are integers in dm², instants aware UTC datetimes. The values of the enums are the words of `council.decision/1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Choice(StrEnum):
    AGREE = "agree"
    OPPOSE = "oppose"
    ABSTAIN = "abstain"


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"


class Counts(StrEnum):
    """The side of a threshold that is measured."""

    PARTICIPANTS = "participants"
    AGREE = "agree"
    OPPOSE = "oppose"


class Of(StrEnum):
    """The whole that a threshold is a share of."""

    ROLL = "roll"
    PARTICIPANTS = "participants"


class Basis(StrEnum):
    PERSONS = "persons"
    AREA = "area"


class Comparison(StrEnum):
    """`at_least` is 以上 (the number itself included), `more_than` is 超过 and 过半数 (Civil Code art. 1259)."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"


class Unreturned(StrEnum):
    """What becomes of a voter to whom delivery is proven and from whom nothing came back."""

    NOT_PARTICIPATING = "not_participating"
    FOLLOW_MAJORITY = "follow_majority"
    ABSTAIN = "abstain"


class ChannelConflict(StrEnum):
    FIRST_VALID = "first_valid"
    ONLINE_PREVAILS = "online_prevails"
    PAPER_PREVAILS = "paper_prevails"


class Change(StrEnum):
    """How often a voter's online ballot may replace their own online ballot."""

    NONE = "none"
    ONCE = "once"
    UNTIL_CLOSE = "until_close"


class Outcome(StrEnum):
    PASSED = "passed"
    REJECTED = "rejected"
    UNDETERMINED = "undetermined"


class UndeterminedReason(StrEnum):
    EMPTY_ROLL = "empty_roll"
    MAJORITY_SPLIT = "majority_split"
    LOT = "lot"
    """Of an election: candidates are equal where the seats end, and no lot has been drawn."""


class RefusedReason(StrEnum):
    """Why a ballot does not count; of the first four, the first that applies."""

    NOT_ON_ROLL = "not_on_roll"
    OUTSIDE_WINDOW = "outside_window"
    INVALID = "invalid"
    REPEAT = "repeat"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One leg of a decision: `counts` compared with numerator/denominator of `of`, by `basis`."""

    counts: Counts
    of: Of
    basis: Basis
    comparison: Comparison
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 1 or self.denominator < 1:
            raise ValueError("a threshold's fraction is two positive integers")


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules one motion is counted by, frozen with it. A decision needs every threshold met."""

    name: str
    thresholds: tuple[Threshold, ...]
    unreturned: Unreturned
    channel_conflict: ChannelConflict
    change: Change

    def __post_init__(self) -> None:
        if not self.thresholds:
            raise ValueError("a ruleset without a threshold decides nothing")

    @property
    def reads_area(self) -> bool:
        return any(threshold.basis == Basis.AREA for threshold in self.thresholds)

    @property
    def only_reads_opposition(self) -> bool:
        """It passes unless too many oppose: neither turnout nor agreement is asked for."""
        return all(threshold.counts == Counts.OPPOSE for threshold in self.thresholds)


@dataclass(frozen=True, slots=True)
class RollUnit:
    code: str
    area_dm2: int


@dataclass(frozen=True, slots=True)
class Voter:
    """One person on the roll with all their units; the area is the units' sum."""

    voter_id: str
    units: tuple[RollUnit, ...]
    is_delivered: bool

    @property
    def area_dm2(self) -> int:
        return sum([unit.area_dm2 for unit in self.units])


@dataclass(frozen=True, slots=True)
class Roll:
    voters: tuple[Voter, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """From opening to closing, both instants included."""

    opens_at: datetime
    closes_at: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.opens_at <= instant <= self.closes_at


@dataclass(frozen=True, slots=True)
class Ballot:
    """One voter's ballot as it was received; `invalid` is the reason of an invalid one, whose choice may be None."""

    ballot_id: str
    voter_id: str
    choice: Choice | None
    channel: Channel
    cast_at: datetime
    invalid: str | None = None

    def __post_init__(self) -> None:
        if self.choice is None and self.invalid is None:
            raise ValueError("a ballot without a choice says why it is invalid")


@dataclass(frozen=True, slots=True)
class Sums:
    persons: int = 0
    area_dm2: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.persons + other.persons, self.area_dm2 + other.area_dm2)

    def by(self, basis: Basis) -> int:
        return self.persons if basis == Basis.PERSONS else self.area_dm2


@dataclass(frozen=True, slots=True)
class Count:
    """Sums per choice; who takes part has chosen one of the three."""

    agree: Sums = Sums()
    oppose: Sums = Sums()
    abstain: Sums = Sums()

    @property
    def participants(self) -> Sums:
        return self.agree + self.oppose + self.abstain

    def __add__(self, other: Count) -> Count:
        return Count(self.agree + other.agree, self.oppose + other.oppose, self.abstain + other.abstain)

    def of(self, counts: Counts) -> Sums:
        match counts:
            case Counts.PARTICIPANTS:
                return self.participants
            case Counts.AGREE:
                return self.agree
            case Counts.OPPOSE:
                return self.oppose


@dataclass(frozen=True, slots=True)
class RefusedBallot:
    ballot_id: str
    reason: RefusedReason


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one motion.

    `returned` is what voters chose, `deemed` what the rules add for those who did not answer; `refused` is sorted by
    ballot id; `took_part` names the voters behind `returned` (no choices in it). `is_split`: silence was to follow the
    majority and there was none, so `deemed` is empty and there can be no verdict.
    """

    roll: Sums
    returned: Count
    deemed: Count
    refused: tuple[RefusedBallot, ...]
    took_part: frozenset[str]
    is_split: bool

    @property
    def counted(self) -> Count:
        return self.returned + self.deemed


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """One threshold with both of its sides as raw counts (persons or dm²)."""

    threshold: Threshold
    got: int
    whole: int
    met: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: UndeterminedReason | None
    comparisons: tuple[ComparisonResult, ...]

    @property
    def failed(self) -> tuple[ComparisonResult, ...]:
        """The legs to name when a motion is rejected."""
        return tuple(result for result in self.comparisons if not result.met)

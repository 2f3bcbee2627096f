"""What a pathway is made of: kinds, gates, presets, and what a gate answers.

Nothing here is words: codes are message ids of `locales/*/pathways.po`. The two exceptions are the sentences
of law in a preset (`Text`), which are frozen into each matter and therefore travel with the data, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from council.kernel.errors import Detail
from council.kernel.fractions import least_at_least
from council.kernel.scope import ScopeKind


class Kind(StrEnum):
    """What the matter is; the proposer picks it in residents' words, the desk may correct it.

    In the order in which every page lists them: what neighbours propose most often stands first.
    """

    RESIDENT_MATTER = "resident_matter"
    FUND_USE = "fund_use"
    ELEVATOR = "elevator"
    COMMON_PARTS = "common_parts"
    OPINION_POLL = "opinion_poll"
    ELEVATOR_RENEWAL = "elevator_renewal"
    GOVERNANCE = "governance"
    HOME_TO_SHOP = "home_to_shop"
    ONE_PERSON_CHAIR = "one_person_chair"


class Electorate(StrEnum):
    OWNERS = "owners"
    RESIDENTS = "residents"


class RulesetName(StrEnum):
    """The counting rule, by the name that the voting room knows it by."""

    ORDINARY = "ordinary"
    MAJOR = "major"
    UNANIMOUS = "unanimous"
    RESIDENT = "resident"


class GateName(StrEnum):
    """Every gate in its natural order. START is no condition but the desk's act, shown as the last station."""

    ENDORSEMENT = "endorsement"
    FEASIBILITY = "feasibility"
    ACCEPTANCE = "acceptance"
    DELIBERATION = "deliberation"
    NOTICE = "notice"
    VOTE = "vote"
    CONSENT = "consent"
    RESULT_NOTICE = "result_notice"
    OBJECTIONS = "objections"
    START = "start"
    FUNDING = "funding"


class Stage(StrEnum):
    """The three states on the way to work on site: 启动, 确认, 具备开工条件."""

    INITIATED = "initiated"
    CONFIRMED = "confirmed"
    APPROVED_TO_START = "approved_to_start"


class GateStatus(StrEnum):
    MET = "met"
    NOT_YET = "not_yet"
    FAILED = "failed"


class ActorKind(StrEnum):
    """Who must act next; NOBODY where only time has to run, ASKED where proposer or desk have a question to answer."""

    PROPOSER = "proposer"
    RESIDENTS = "residents"
    SECRETARY = "secretary"
    DEPARTMENT = "department"
    CONVENER = "convener"
    OWNERS = "owners"
    COUNTERS = "counters"
    COMMITTEE = "committee"
    ASKED = "asked"
    NOBODY = "nobody"


class Caller(StrEnum):
    """Who may bring a matter forward without collecting endorsements, where the preset says so."""

    CONVENER = "convener"
    PARTY = "party"


class Need(StrEnum):
    """What the filing form asks beyond title, scope, what and why, and photos."""

    FEASIBILITY = "feasibility"
    OCCUPIED_UNITS = "occupied_units"
    COST = "cost"
    RAISES_MONEY = "raises_money"
    TEXT = "text"
    ELECTS = "elects"
    CANDIDATE = "candidate"
    BUSINESS = "business"
    AFFECTED_OWNERS = "affected_owners"
    FOUR_QUESTIONS = "four_questions"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from. Not binding: a local practice that we follow and a community may leave."""

    zh: str
    en: str
    is_binding: bool = True


@dataclass(frozen=True, slots=True)
class Endorsement:
    """So many households, or a ratio of the households in scope, whichever is more; or one of `callers`."""

    households: int
    numerator: int = 0
    denominator: int = 1
    callers: tuple[Caller, ...] = ()

    def needed(self, scope_households: int) -> int:
        """Households that must endorse; never more than live in scope, never fewer than one."""
        least = max(self.households, least_at_least(self.numerator, self.denominator, scope_households))
        return max(1, min(least, scope_households))


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days (kernel.clock.end_of_days); 0 means that this period is left out."""

    acceptance: int
    deliberation: int
    notice: int
    vote: int
    result: int


@dataclass(frozen=True, slots=True)
class Sources:
    """The source of each number; None marks our own preset, and pages say so."""

    endorsement: Source | None
    acceptance: Source | None
    deliberation: Source | None
    notice: Source | None
    vote: Source | None
    result: Source | None


@dataclass(frozen=True, slots=True)
class Variant:
    """The same kind decided under another leg: raising the money instead of using the fund, electing a committee."""

    name: str
    ruleset: RulesetName
    is_election: bool
    article: Text


@dataclass(frozen=True, slots=True)
class Preset:
    """The rules of one kind of matter. A copy is frozen into each proposal (`presets.to_json`)."""

    kind: Kind
    version: int
    electorate: Electorate
    ruleset: RulesetName
    is_advisory: bool
    is_election: bool
    opens_project: bool
    is_meeting_needed: bool
    scopes: tuple[ScopeKind, ...]
    gates: tuple[GateName, ...]
    later: tuple[GateName, ...]
    """Stations after the start: they hold the milestone 开工, never `approve_start`."""
    needs: tuple[Need, ...]
    endorsement: Endorsement
    days: Days
    sources: Sources
    article: Text
    """The article the ballot and the notice quote."""
    conclusion: Text
    """The sentence of a result notice when the matter passed."""
    variants: tuple[Variant, ...] = ()
    variant: str | None = None

    @property
    def title(self) -> str:
        """Message id of the kind's name."""
        return f"kind.{self.kind}"


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence as a code with the figures for its blanks; `until` when this one thing has its own deadline."""

    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class GateReport:
    """A gate's answer: 还差 (`missing`) · 谁来办 (`who`, `who_name`) · 到何时 (`until`); or what was done.

    When the gate failed, `missing` says why. `progress` is (have, need): households, answers, signatures.
    """

    gate: GateName
    status: GateStatus
    missing: tuple[Note, ...] = ()
    who: ActorKind = ActorKind.NOBODY
    who_name: str | None = None
    until: datetime | None = None
    done: Note | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    progress: tuple[int, int] | None = None

    @property
    def is_met(self) -> bool:
        return self.status is GateStatus.MET

    @property
    def is_failed(self) -> bool:
        return self.status is GateStatus.FAILED

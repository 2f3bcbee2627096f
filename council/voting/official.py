"""What the document of a vote held elsewhere says, and whether it can be so. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from council.kernel.errors import Invalid
from council.voting.figures import digest_words
from council.voting.judge import judge
from council.voting.model import Count, Outcome, Ruleset, Sums, Tally, Verdict

_CHOICES = ("agree", "oppose", "abstain")


@dataclass(frozen=True, slots=True)
class Figures:
    """As the document has them, in persons and dm²."""

    roll: Sums
    count: Count


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody whom the document names as elected or in reserve: the number on the ballot, and the persons and dm² that
    chose them, where the document has figures."""

    number: int
    persons: int | None = None
    area_dm2: int | None = None


@dataclass(frozen=True, slots=True)
class OfficialDraft:
    """`number`: the document's own (文号). `figures`: None in an election, whose document has them by name: `elected`,
    in its order, whoever comes after the seats being in reserve."""

    key: str
    outcome: Outcome
    document: str
    number: str
    dated_on: datetime
    figures: Figures | None
    file_id: int
    elected: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class Official:
    id: int
    motion_id: int
    outcome: Outcome
    document: str
    number: str
    dated_on: datetime
    figures: Figures | None
    file_id: int
    file_sha256: str
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    elected: tuple[Placed, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.document}（{self.number}）"

    @property
    def file_words(self) -> str:
        """The file's check code as it is read out."""
        return digest_words(self.file_sha256)


def with_file(draft: OfficialDraft, file_id: int) -> OfficialDraft:
    return replace(draft, file_id=file_id)


def faults(ruleset: Ruleset, outcome: Outcome, figures: Figures) -> Invalid | None:
    """More took part than there are on the roll; or the figures do not come out as the document is said to say."""
    part = figures.count.participants
    if part.persons > figures.roll.persons or part.area_dm2 > figures.roll.area_dm2:
        return Invalid({"roll_persons": "official.more_than_roll"})
    if verdict(ruleset, figures).outcome is not outcome:
        return Invalid({"outcome": "official.figures_disagree"})
    return None


def verdict(ruleset: Ruleset, figures: Figures) -> Verdict:
    """What the document's own figures come to under the rules of the vote."""
    return judge(ruleset, Tally(figures.roll, figures.count, Count(), (), frozenset(), False))


def faults_of_election(numbers: Iterable[int], outcome: Outcome, elected: Sequence[Placed]) -> Invalid | None:
    """Somebody named twice, or who does not stand; nobody named by a result that passed, or somebody by one that did
    not; figures of some alone; figures against the order, which is by persons, then by area."""
    named = [each.number for each in elected]
    if len(set(named)) < len(named) or not set(named) <= set(numbers):
        return Invalid({"elected": "official.places"})
    if (outcome is Outcome.PASSED) != bool(named):
        return Invalid({"elected": "official.nobody_named" if not named else "official.rejected_elects"})
    told = [(each.persons, each.area_dm2) for each in elected if each.persons is not None and each.area_dm2 is not None]
    some = [each for each in elected if each.persons is not None or each.area_dm2 is not None]
    if some and len(told) < len(elected):
        return Invalid({"elected": "official.half_figures"})
    if told != sorted(told, reverse=True):
        return Invalid({"elected": "official.order"})
    return None


def came_by_document(place: int, seats: int) -> str:
    """Of whoever its document names in this place (from 1). Words: `official_came.*`."""
    return "elected" if place <= seats else "reserve"


def elected_to_json(elected: Iterable[Placed]) -> list[list[int | None]]:
    return [[each.number, each.persons, each.area_dm2] for each in elected]


def elected_from_json(read: Iterable[Sequence[int | None]]) -> tuple[Placed, ...]:
    return tuple(Placed(number, persons, area) for number, persons, area in read if number is not None)


def figures_to_json(figures: Figures | None) -> dict[str, list[int]] | None:
    if figures is None:
        return None
    sums = {"roll": figures.roll} | {name: getattr(figures.count, name) for name in _CHOICES}
    return {name: [each.persons, each.area_dm2] for name, each in sums.items()}


def figures_from_json(read: Mapping[str, list[int]] | None) -> Figures | None:
    if read is None:
        return None
    return Figures(Sums(*read["roll"]), Count(**{name: Sums(*read[name]) for name in _CHOICES}))

"""What bylaws may set, what a city's profile admits, and the procedure that follows for one motion.

Every value has its source with it, so that a page, a notice and a court can read on what it rests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

Value = str | int | tuple[str, ...]
V = TypeVar("V", bound=Value)


class Shape(StrEnum):
    """What a setting's value is: one of its words, a whole number, or any of its words."""

    CHOICE = "choice"
    NUMBER = "number"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that bylaws may say. `default` is the preset; `options` are words, `least` and `most` bound numbers."""

    name: str
    shape: Shape
    default: Value
    options: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    def admits(self, value: Value) -> bool:
        """Whether this is a value of the setting at all, whatever law and profile say of it."""
        match self.shape:
            case Shape.CHOICE:
                return isinstance(value, str) and value in self.options
            case Shape.NUMBER:
                return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most
            case Shape.SET:
                return isinstance(value, tuple) and value == tuple(each for each in self.options if each in value)


def _choice(name: str, *options: str) -> Setting:
    return Setting(name, Shape.CHOICE, options[0], options)


def _number(name: str, default: int, least: int, most: int) -> Setting:
    return Setting(name, Shape.NUMBER, default, least=least, most=most)


SILENCE = ("not_participating", "follow_majority", "abstain")
SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        _choice("online_counts", "no", "yes"),
        _choice("parking_counted", "no", "yes"),
        _choice("area_basis", "exclusive_register", "exclusive_survey", "exclusive_contract", "built_register"),
        _choice("unreturned", *SILENCE),
        _choice("unreturned_major", *SILENCE),
        _choice("change", "none", "once", "until_close"),
        _choice("channel_conflict", "first_valid", "online_prevails", "paper_prevails"),
        _choice("proxies", "yes", "no"),
        _number("proxy_cap", 3, 1, 20),
        Setting("proxy_bans", Shape.SET, ("property_manager",), ("property_manager", "staff", "committee")),
        _number("notice_days", 0, 0, 90),
        _number("result_days", 0, 0, 90),
        _number("query_days", 0, 0, 30),
        _number("extension_days", 0, 0, 90),
        _number("posting_days", 0, 0, 60),
        _choice("electronic_delivery", "no", "confirmed"),
        _choice("early_keying", "no", "yes"),
        _number("signatures", 2, 2, 3),
        _choice("short_result", "stands", "fails"),
        Setting(
            "meeting_forms", Shape.SET, ("written", "assembly"), ("written", "assembly", "representatives", "online")
        ),
        _choice("dissent", "no", "yes"),
    )
}
"""In the order in which every page lists them; of words the preset stands first.

Days are whole days. 0: of `notice_days` and `result_days` as the matter's preset, of `query_days` and
`extension_days` none, of `posting_days` that a paper on the board proves nothing.
"""


class SourceKind(StrEnum):
    LAW = "law"
    PROFILE = "profile"
    BYLAWS = "bylaws"
    PRESET = "preset"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from.

    Of bylaws: `version_id`, `title` of the document, `clause` in its words, `page`. Of law and profile, and of bylaws
    that hold only because a local rule lets them: the sentence in both languages, and whether a profile's still wants
    to be confirmed locally. Of a preset nothing.
    """

    kind: SourceKind
    version_id: int | None = None
    title: str = ""
    clause: str = ""
    page: int | None = None
    zh: str = ""
    en: str = ""
    is_to_confirm: bool = False


PRESET = Source(SourceKind.PRESET)


@dataclass(frozen=True, slots=True)
class Ruling(Generic[V]):
    value: V
    source: Source = PRESET


@dataclass(frozen=True, slots=True)
class Procedure:
    """Every setting as it holds for one motion, or for a community at an instant. Field names are those of SETTINGS.

    `unreturned` is already the one that applies: `unreturned_major` where the motion needs three quarters.
    """

    online_counts: Ruling[str] = Ruling("no")
    parking_counted: Ruling[str] = Ruling("no")
    area_basis: Ruling[str] = Ruling("exclusive_register")
    unreturned: Ruling[str] = Ruling("not_participating")
    unreturned_major: Ruling[str] = Ruling("not_participating")
    change: Ruling[str] = Ruling("none")
    channel_conflict: Ruling[str] = Ruling("first_valid")
    proxies: Ruling[str] = Ruling("yes")
    proxy_cap: Ruling[int] = Ruling(3)
    proxy_bans: Ruling[tuple[str, ...]] = Ruling(("property_manager",))
    notice_days: Ruling[int] = Ruling(0)
    result_days: Ruling[int] = Ruling(0)
    query_days: Ruling[int] = Ruling(0)
    extension_days: Ruling[int] = Ruling(0)
    posting_days: Ruling[int] = Ruling(0)
    electronic_delivery: Ruling[str] = Ruling("no")
    early_keying: Ruling[str] = Ruling("no")
    signatures: Ruling[int] = Ruling(2)
    short_result: Ruling[str] = Ruling("stands")
    meeting_forms: Ruling[tuple[str, ...]] = Ruling(("written", "assembly"))
    dissent: Ruling[str] = Ruling("no")
    profile: str = "national"
    version_id: int | None = None

    def rulings(self) -> Iterator[tuple[str, Ruling[str] | Ruling[int] | Ruling[tuple[str, ...]]]]:
        """Each setting's name with what holds, in the order of SETTINGS."""
        for name in SETTINGS:
            yield name, getattr(self, name)


@dataclass(frozen=True, slots=True)
class Matter:
    """What the procedure of a motion depends on: its ruleset's name, whether it elects, and whether owners decide."""

    ruleset: str
    is_election: bool = False
    is_owners: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """One setting of a version: the value, the clause in its words, and the page of the scan (None: carried over)."""

    name: str
    value: Value
    clause: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a community's bylaws. In force from `effective_from` once a second person has confirmed it, until
    another one is; `number` counts up in a community. Never edited."""

    id: int
    community_id: int
    number: int
    title: str
    profile: str
    scan_id: int | None
    scan_sha256: str | None
    adopted_on: datetime | None
    effective_from: datetime
    proposed_by: int
    proposed_by_name: str
    proposed_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    clauses: Mapping[str, Clause] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None

    def standing(self, held: Version | None, now: datetime) -> Standing:
        """`held` is the version in force at `now`."""
        if self.withdrawn_at is not None:
            return Standing.WITHDRAWN
        if self.confirmed_at is None:
            return Standing.WAITING
        if held is not None and held.id == self.id:
            return Standing.IN_FORCE
        return Standing.LATER if now < self.effective_from else Standing.PAST


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form of a new version says; both dates are the first instant of their courtyard day."""

    key: str
    title: str
    profile: str
    scan_id: int
    adopted_on: datetime
    effective_from: datetime
    clauses: tuple[Clause, ...]


class Standing(StrEnum):
    """Where a version stands at an instant."""

    WAITING = "waiting"
    LATER = "later"
    IN_FORCE = "in_force"
    PAST = "past"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Newest:
    """The highest number given so far (0: none), and the last day from which a confirmed version holds."""

    number: int
    effective_from: datetime | None


@dataclass(frozen=True, slots=True)
class Limit:
    """What a profile says of one setting.

    `allows`: the words that bylaws may choose (None: all). `least` and `most` bound numbers. `value`: what holds where
    bylaws say nothing (None: our preset). A set's `value` can only be added to.
    """

    name: str
    zh: str
    en: str
    is_to_confirm: bool
    allows: tuple[str, ...] | None = None
    least: int | None = None
    most: int | None = None
    value: Value | None = None

    @property
    def source(self) -> Source:
        return Source(SourceKind.PROFILE, zh=self.zh, en=self.en, is_to_confirm=self.is_to_confirm)


@dataclass(frozen=True, slots=True)
class Profile:
    """A city's rules as data: `limits` by setting."""

    name: str
    zh: str
    en: str
    limits: Mapping[str, Limit]

"""What a script says of a vote: the candidates before it, its ballots and papers, and who signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from council.demo.instants import Instant, instant, instants


@dataclass(frozen=True, slots=True)
class Candidates:
    """An election before its vote, three days of nominations: whom the party organisation recommends (unit code, its
    name), who puts themselves forward a day later (unit code, statement), when all were found eligible and posted."""

    opened: Instant
    party: tuple[str, str]
    statement: str
    consented: Instant
    others: tuple[tuple[str, str], ...]
    published: Instant
    seconds: str
    """Who confirms what the secretary found."""
    papers: tuple[str, str]
    """Who looks at what the secretary entered from paper, and who confirms that."""
    seats: int = 1
    sheet: tuple[str, str, tuple[str, ...]] | None = None
    """Whom neighbours nominate on a sheet: unit code, words, the homes that signed; `seconds` compares it."""
    letter: tuple[str, str, Instant] | None = None
    """Who stands back by letter (unit code, reason, when); `seconds` looks at it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lot among equal candidates, in the order drawn (unit codes); `seconds` confirms it. `mistaken`: it was first
    recorded in the opposite order, which `seconds` took back with this reason."""

    at: Instant
    order: tuple[str, ...]
    witnesses: tuple[str, ...]
    by: str
    seconds: str
    mistaken: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a vote held elsewhere came to, by its document; each choice in persons and dm². Without `confirmed_by` it
    waits for a second person. `{year}` in the number is that of its day."""

    at: Instant
    outcome: str
    document: str
    number: str
    agree: tuple[int, int]
    oppose: tuple[int, int] = (0, 0)
    abstain: tuple[int, int] = (0, 0)
    confirmed_by: str = ""
    confirmed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """A committee by its filing document: in office since `began` for so many years; `seats` are homes with posts."""

    at: Instant
    number: int
    began: Instant
    years: int
    filed: tuple[str, str, Instant]
    seats: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Committee:
    """The body that comes of a decided election; people are named by unit code.

    `chosen`: chair and deputy by signed minutes of the day `held`. `filed`: number, office, day. `left`: who resigned
    afterwards, and from when; an alternate steps up. `choosing`: when the members began to choose anew who is missing.
    `before`: the committee from before anything was kept here, whose number this one's follows.
    """

    at: Instant
    years: int
    held: Instant
    chosen: tuple[str, str]
    filed: tuple[str, str, Instant]
    left: tuple[str, Instant] | None = None
    choosing: Instant | None = None
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """Papers brought to a home (`unit`, its code): by whom, what came of it, and when a second person confirmed it.

    `receiver` took them where it was not the owner (there is a photo then), `witness` saw a refusal.
    """

    at: Instant
    by: str
    unit: str
    result: str = "delivered"
    receiver: str = ""
    witness: str = ""
    note: str = ""
    confirmed_by: str = ""
    confirmed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """A motion and its ballots. `last` leaves out who votes late; `order` "small_oppose" lets small flats oppose."""

    notice: Instant
    convener: str
    convener_name: str
    counters: tuple[str, ...]
    scrutineer: str
    agree: int = 0
    oppose: int = 0
    abstain: int = 0
    order: str = "chance"
    not_by: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    picks: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """In an election: so many who agree choose these names (unit codes), one group after another."""
    drawn: Drawn | None = None
    official: Told | None = None
    signed: tuple[tuple[str, Instant], ...] = ()
    tried: tuple[Tried, ...] = ()
    paper: int = 0
    """So many papers come back; 0: the vote is online alone."""
    paper_void: int = 0
    paper_rounds: int = 2
    """How many of the counters have read them."""
    paper_disputed: int = 0
    paper_left: int = 0
    """How many the last of them has not come to."""
    paper_twice: bool = False
    """One serial is brought twice."""
    pack: tuple[str, str, str] | None = None
    """Originals for a permit: what is signed, for which office, and the key of who takes them."""


def read_candidates(table: Mapping[str, Any]) -> Candidates:
    plain = {**instants(table, "opened", "consented", "published"), "party": tuple(table["party"])}
    if "sheet" in table:
        code, words, signers = table["sheet"]
        plain["sheet"] = (code, words, tuple(signers))
    if "letter" in table:
        code, reason, at = table["letter"]
        plain["letter"] = (code, reason, instant(at))
    return Candidates(**{**plain, "others": tuple((*each,) for each in table["others"])})


def _before(table: Mapping[str, Any]) -> Before:
    number, office, day = table["filed"]
    plain = instants(table, "at", "began")
    return Before(
        **{**plain, "filed": (number, office, instant(day)), "seats": tuple((*each,) for each in table["seats"])}
    )


def read_committee(table: Mapping[str, Any]) -> Committee:
    plain = instants(table, "at", "held", "choosing")
    number, office, day = table["filed"]
    left = table.get("left")
    return Committee(
        **{
            **plain,
            "chosen": tuple(table["chosen"]),
            "filed": (number, office, instant(day)),
            "left": None if left is None else (left[0], instant(left[1])),
            "before": _before(table["before"]) if "before" in table else None,
        }
    )


def read_vote(table: Mapping[str, Any]) -> Vote:
    plain: dict[str, Any] = instants(table, "notice")
    for name in ("counters", "not_by", "first"):
        plain[name] = tuple(table.get(name, ()))
    plain["picks"] = tuple((number, tuple(names)) for number, names in table.get("picks", ()))
    plain["signed"] = tuple((who, instant(at)) for who, at in table.get("signed", ()))
    plain["pack"] = tuple(table["pack"]) if "pack" in table else None
    plain["tried"] = tuple(Tried(**instants(each, "at", "confirmed_at")) for each in table.get("tried", ()))
    plain["drawn"] = _drawn(table["drawn"]) if "drawn" in table else None
    plain["official"] = _told(table["official"]) if "official" in table else None
    return Vote(**plain)


def _drawn(table: Mapping[str, Any]) -> Drawn:
    return Drawn(**{**instants(table, "at"), "order": tuple(table["order"]), "witnesses": tuple(table["witnesses"])})


def _told(table: Mapping[str, Any]) -> Told:
    plain = instants(table, "at", "confirmed_at")
    return Told(**{**plain, **{name: tuple(table[name]) for name in ("agree", "oppose", "abstain") if name in table}})

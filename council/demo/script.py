"""What happens in the demo, read from `*.toml`: people, matters, and what is said, each at an instant before now.

An instant is written "-12 19:40": twelve days ago, twenty to eight in the evening in the courtyard.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from council.demo.houses import BuildingPlan
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import CouncilError


class BadScript(CouncilError):
    """The demo's own data is wrong: which file and where."""


@dataclass(frozen=True, slots=True)
class Instant:
    """Days from today (negative: ago) and the minute of that day."""

    days: int
    minute: int

    def before(self, now: datetime) -> datetime:
        """The instant as UTC; what would lie ahead of `now` is a moment before it."""
        at = local_midnight(local_date(now) + timedelta(days=self.days)) + timedelta(minutes=self.minute)
        return min(at, now - timedelta(seconds=90))


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whose log-in is printed. `who` says in a few words what to try with it, in both languages."""

    key: str
    name: str
    phone: str
    who: tuple[str, str]
    locale: str = ""
    role: str | None = None
    homes: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """One comment; `to` is the id of the one it answers, `office` makes it an official answer."""

    by: str
    at: Instant
    text: str
    stance: str = "none"
    id: str = ""
    to: str = ""
    office: str | None = None
    asked_of: str | None = None
    asked_at: Instant | None = None
    days: int = 7
    hidden: str | None = None
    hidden_at: Instant | None = None


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
class Protest:
    by: str
    at: Instant
    ground: str
    closed_at: Instant | None = None
    outcome: str = ""
    reply: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """An election before its vote, three days of nominations: whom the party organisation recommends (unit code, its
    name), who puts themselves forward a day later (unit codes), when all were found eligible and posted."""

    opened: Instant
    party: tuple[str, str]
    statement: str
    consented: Instant
    others: tuple[str, ...]
    published: Instant
    seconds: str
    """Who confirms what the secretary found."""


@dataclass(frozen=True, slots=True)
class Matter:
    key: str
    kind: str
    scope: str
    by: str
    at: Instant
    title: str
    body: str
    cost_yuan: int | None = None
    home: str | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    endorsed: int = 0
    endorsed_over: tuple[Instant, Instant] | None = None
    accepted: Instant | None = None
    returned: tuple[Instant, str] | None = None
    merged: tuple[Instant, str, str] | None = None
    revised: tuple[Instant, str] | None = None
    finding: Mapping[str, str] = field(default_factory=dict)
    found: Instant | None = None
    said: tuple[Said, ...] = ()
    vote: Vote | None = None
    election: Candidates | None = None
    objections: tuple[Protest, ...] = ()
    started: Instant | None = None
    milestones: tuple[Instant, ...] = ()


@dataclass(frozen=True, slots=True)
class Bylaws:
    """A version of the community's bylaws; without `confirmed_at` it still waits for a second person.

    `clauses`: setting, value, page and the clause in its words.
    """

    title: str
    adopted: Instant
    effective: Instant
    clauses: tuple[tuple[str, str, int, str], ...]
    by: str
    at: Instant
    confirmed_by: str = ""
    confirmed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Appointed:
    """A management committee by a document of the street; `seats`: name, for whom, post, home (an owner's, whose name
    the register has)."""

    number: str
    office: str
    appointed: Instant
    years: int
    seats: tuple[tuple[str, str, str, str], ...]
    by: str
    at: Instant
    confirmed_by: str
    confirmed_at: Instant


@dataclass(frozen=True, slots=True)
class Correction:
    """ "My row is wrong", said by whoever lives or owns there."""

    by: str
    at: Instant
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class HolderPaper:
    """By what right the owner of a unit holds it, or as what their account acts for them; `days` it is valid."""

    unit: str
    says: str
    words: str
    at: Instant
    confirmed_at: Instant | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """One community: where, whose, and its matters in the order of the file."""

    slug: str
    name: str
    phone: str
    address: str
    seed: int
    first_phone: int
    parking: int
    plans: tuple[BuildingPlan, ...]
    logins: tuple[Login, ...]
    neighbours: Mapping[str, str]
    """Names of owners by unit code, for those who speak without a printed log-in."""
    bylaws: tuple[Bylaws, ...]
    appointments: tuple[Appointed, ...]
    corrections: tuple[Correction, ...]
    holders: tuple[HolderPaper, ...]
    matters: tuple[Matter, ...]


def read(name: str) -> Script:
    """The script `council/demo/<name>.toml`, its matters from `<name>-*.toml` beside it."""
    folder = files("council.demo")
    data = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    parts = sorted(each.name for each in folder.iterdir() if each.name.startswith(f"{name}-"))
    matters: list[Matter] = []
    for part in parts:
        for table in tomllib.loads(folder.joinpath(part).read_text(encoding="utf-8"))["matter"]:
            try:
                matters.append(_matter(table))
            except (KeyError, TypeError, ValueError) as error:
                raise BadScript(f"{part}: {table.get('key')}: {error!r}") from error
    return Script(
        **data["community"],
        plans=tuple(BuildingPlan(**{**table, "flats": tuple(table["flats"])}) for table in data["building"]),
        logins=tuple(_login(table) for table in data["login"]),
        neighbours=data.get("neighbours", {}),
        bylaws=tuple(_bylaws(table) for table in data.get("bylaws", ())),
        appointments=tuple(_appointed(table) for table in data.get("appointment", ())),
        corrections=tuple(Correction(**{**each, "at": instant(each["at"])}) for each in data.get("correction", ())),
        holders=tuple(_holder(each) for each in data.get("holder", ())),
        matters=tuple(matters),
    )


def instant(text: str) -> Instant:
    """ "-12 19:40"; ValueError for anything else."""
    days, _, time = text.partition(" ")
    hour, _, minute = time.partition(":")
    return Instant(int(days), int(hour) * 60 + int(minute))


def _holder(table: Mapping[str, Any]) -> HolderPaper:
    return HolderPaper(**{**table, **{name: instant(table[name]) for name in ("at", "confirmed_at") if name in table}})


def _login(table: Mapping[str, Any]) -> Login:
    plain = {**table, "who": tuple(table["who"])}
    for name in ("homes", "owns"):
        plain[name] = tuple(table.get(name, ()))
    return Login(**plain)


def _matter(table: Mapping[str, Any]) -> Matter:
    plain: dict[str, Any] = {**table, "at": instant(table["at"]), "body": table["body"].strip()}
    plain["photos"] = tuple(table.get("photos", ()))
    plain["said"] = tuple(_said(each) for each in table.get("said", ()))
    plain["objections"] = tuple(_protest(each) for each in table.get("objections", ()))
    plain["milestones"] = tuple(map(instant, table.get("milestones", ())))
    for name in ("accepted", "found", "started"):
        plain[name] = instant(table[name]) if name in table else None
    for name in ("returned", "merged", "revised"):
        plain[name] = (instant(table[name][0]), *table[name][1:]) if name in table else None
    over: Sequence[str] | None = table.get("endorsed_over")
    plain["endorsed_over"] = None if over is None else (instant(over[0]), instant(over[1]))
    plain["vote"] = _vote(table["vote"]) if "vote" in table else None
    plain["election"] = _candidates(table["election"]) if "election" in table else None
    return Matter(**plain)


def _candidates(table: Mapping[str, Any]) -> Candidates:
    times = {name: instant(table[name]) for name in ("opened", "consented", "published")}
    return Candidates(**{**table, **times, "party": tuple(table["party"]), "others": tuple(table["others"])})


def _said(table: Mapping[str, Any]) -> Said:
    times = {name: instant(table[name]) for name in ("at", "asked_at", "hidden_at") if name in table}
    return Said(**{**table, **times, "text": table["text"].strip()})


def _bylaws(table: Mapping[str, Any]) -> Bylaws:
    times = {name: instant(table[name]) for name in ("at", "confirmed_at", "adopted", "effective") if name in table}
    return Bylaws(**{**table, **times, "clauses": tuple((*each,) for each in table["clauses"])})


def _appointed(table: Mapping[str, Any]) -> Appointed:
    times = {name: instant(table[name]) for name in ("at", "confirmed_at", "appointed")}
    return Appointed(**{**table, **times, "seats": tuple((*each,) for each in table["seats"])})


def _protest(table: Mapping[str, Any]) -> Protest:
    times = {name: instant(table[name]) for name in ("at", "closed_at") if name in table}
    return Protest(**{**table, **times})


def _vote(table: Mapping[str, Any]) -> Vote:
    plain: dict[str, Any] = {**table, "notice": instant(table["notice"])}
    for name in ("counters", "not_by", "first"):
        plain[name] = tuple(table.get(name, ()))
    plain["signed"] = tuple((who, instant(at)) for who, at in table.get("signed", ()))
    plain["pack"] = tuple(table["pack"]) if "pack" in table else None
    plain["tried"] = tuple(_tried(each) for each in table.get("tried", ()))
    return Vote(**plain)


def _tried(table: Mapping[str, Any]) -> Tried:
    times = {name: instant(table[name]) for name in ("at", "confirmed_at") if name in table}
    return Tried(**{**table, **times})

"""What the papers that two people look at say: each kind's values, and how they are stored. What forbids them is in
`checks.py`.

One dataclass a kind; `said()` is what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.bodies.composition import Seat
from council.bodies.model import Ending, EntryKind, Fate, Post, Side, VoteForm
from council.kernel.clock import parse_instant


def _seats_said(seats: Iterable[Seat]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "side": each.side.value,
            "post": each.post.value,
            "place": each.place,
            "owner_id": each.owner_id,
        }
        for each in seats
    ]


@dataclass(frozen=True, slots=True)
class Appointment:
    """The whole list of a management committee's members by a document; of an existing body the change of its list.

    `appointed_by` is the office in the document's words; days are first instants.
    """

    document: str
    appointed_by: str
    appointed_on: datetime
    term_until: datetime
    seats: tuple[Seat, ...]

    def said(self) -> dict[str, Any]:
        return {
            "document": self.document,
            "appointed_by": self.appointed_by,
            "appointed_on": self.appointed_on.isoformat(),
            "term_until": self.term_until.isoformat(),
            "seats": _seats_said(self.seats),
        }


@dataclass(frozen=True, slots=True)
class Minutes:
    """The members' own choice as signed minutes tell it. `votes` by post and member id; `other`: a name in the minutes
    that is none of the members'."""

    held_on: datetime
    form: VoteForm
    basis: str
    votes: Mapping[Post, Mapping[int, int]]
    other: str = ""

    def said(self) -> dict[str, Any]:
        votes = {post.value: {str(each): n for each, n in of_post.items()} for post, of_post in self.votes.items()}
        return {"held_on": self.held_on.isoformat(), "form": self.form.value, "basis": self.basis, "votes": votes}


@dataclass(frozen=True, slots=True)
class Filing:
    number: str
    office: str
    filed_on: datetime

    def said(self) -> dict[str, Any]:
        return {"number": self.number, "office": self.office, "filed_on": self.filed_on.isoformat()}


@dataclass(frozen=True, slots=True)
class Leaving:
    """`motion_id`: the owners' vote that recalls; `on` the day from which somebody is a member no longer, or holds
    `post` no longer (`Ending.POST`)."""

    member_id: int
    why: Ending
    on: datetime
    motion_id: int | None = None
    post: Post | None = None

    def said(self) -> dict[str, Any]:
        return {
            "member": self.member_id,
            "why": self.why.value,
            "on": self.on.isoformat(),
            "motion": self.motion_id,
            "post": None if self.post is None else self.post.value,
        }


@dataclass(frozen=True, slots=True)
class Dissolution:
    document: str
    on: datetime

    def said(self) -> dict[str, Any]:
        return {"document": self.document, "on": self.on.isoformat()}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An owners' committee that was elected and filed before anything was kept here, as the filing document has it.

    `number` is its 第几届; `seats` all of them owners, each with the post held.
    """

    number: int
    began_on: datetime
    term_until: datetime
    filing: Filing
    seats: tuple[Seat, ...]

    def said(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "began_on": self.began_on.isoformat(),
            "term_until": self.term_until.isoformat(),
            "filing": self.filing.said(),
            "seats": _seats_said(self.seats),
        }


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What becomes of those who sit by a vote (`motion_id`) that a court revoked or that was called anew: their
    membership ends on a day, or they stay until one (`until`, its last day's end); or that they sit again, where a
    later judgment has set the revocation aside. `document`: what says so."""

    motion_id: int
    fate: Fate
    document: str
    on: datetime
    until: datetime | None = None

    def said(self) -> dict[str, Any]:
        return {
            "motion": self.motion_id,
            "fate": self.fate.value,
            "document": self.document,
            "on": self.on.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Drawing:
    """A lot among alternates who are equal in persons and area: members' ids as drawn, before witnesses."""

    order: tuple[int, ...]
    witnesses: tuple[str, ...]
    drawn_on: datetime

    def said(self) -> dict[str, Any]:
        return {
            "order": list(self.order),
            "witnesses": list(self.witnesses),
            "drawn_on": self.drawn_on.isoformat(),
        }


Paper = Appointment | Minutes | Filing | Leaving | Dissolution | Earlier | Aftermath | Drawing
KINDS: Mapping[type, EntryKind] = {
    Appointment: EntryKind.APPOINTMENT,
    Minutes: EntryKind.MINUTES,
    Filing: EntryKind.FILING,
    Leaving: EntryKind.ENDING,
    Dissolution: EntryKind.DISSOLUTION,
    Earlier: EntryKind.EARLIER,
    Aftermath: EntryKind.AFTERMATH,
    Drawing: EntryKind.LOT,
}
WITH_SEATS = (Appointment, Earlier)
"""Papers with a list of people, whose owners are looked up in the register."""


def read(kind: EntryKind, said: Mapping[str, Any]) -> Paper:
    """The paper as it was recorded."""
    return _READ[kind](said)


def _appointment(said: Mapping[str, Any]) -> Appointment:
    days = parse_instant(said["appointed_on"]), parse_instant(said["term_until"])
    return Appointment(said["document"], said["appointed_by"], *days, _seats(said))


def _minutes(said: Mapping[str, Any]) -> Minutes:
    votes = {Post(post): {int(each): n for each, n in of.items()} for post, of in said["votes"].items()}
    return Minutes(parse_instant(said["held_on"]), VoteForm(said["form"]), said["basis"], votes)


def _leaving(said: Mapping[str, Any]) -> Leaving:
    post = Post(said["post"]) if said.get("post") else None
    return Leaving(said["member"], Ending(said["why"]), parse_instant(said["on"]), said["motion"], post)


def _dissolution(said: Mapping[str, Any]) -> Dissolution:
    return Dissolution(said["document"], parse_instant(said["on"]))


def _earlier(said: Mapping[str, Any]) -> Earlier:
    days = parse_instant(said["began_on"]), parse_instant(said["term_until"])
    return Earlier(said["number"], *days, _filing(said["filing"]), _seats(said))


def _aftermath(said: Mapping[str, Any]) -> Aftermath:
    until = None if said["until"] is None else parse_instant(said["until"])
    return Aftermath(said["motion"], Fate(said["fate"]), said["document"], parse_instant(said["on"]), until)


def _drawing(said: Mapping[str, Any]) -> Drawing:
    return Drawing(tuple(said["order"]), tuple(said["witnesses"]), parse_instant(said["drawn_on"]))


def _seats(said: Mapping[str, Any]) -> tuple[Seat, ...]:
    return tuple(
        Seat(each["name"], Side(each["side"]), Post(each["post"]), each["place"], each["owner_id"])
        for each in said["seats"]
    )


def _filing(said: Mapping[str, Any]) -> Filing:
    return Filing(said["number"], said["office"], parse_instant(said["filed_on"]))


_READ: Mapping[EntryKind, Callable[[Mapping[str, Any]], Paper]] = {
    EntryKind.APPOINTMENT: _appointment,
    EntryKind.MINUTES: _minutes,
    EntryKind.FILING: _filing,
    EntryKind.ENDING: _leaving,
    EntryKind.DISSOLUTION: _dissolution,
    EntryKind.EARLIER: _earlier,
    EntryKind.AFTERMATH: _aftermath,
    EntryKind.LOT: _drawing,
}

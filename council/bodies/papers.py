"""What the papers that two people look at may say: each kind's values, and everything that forbids them.

One dataclass a kind; `said()` is what is stored; `check` is asked when it is recorded and when it is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.bodies import composition, queries
from council.bodies.choosing import outcome
from council.bodies.composition import Seat
from council.bodies.duties import TERM_YEARS
from council.bodies.establishing import years_after
from council.bodies.model import Body, BodyKind, Ending, EntryKind, Member, Post, Side, VoteForm
from council.bodies.rounds import open_posts, require_choosable
from council.kernel.clock import local_date, parse_instant
from council.kernel.errors import Invalid, NotFound, Refused
from council.pathways.model import Kind
from council.registry import queries as registry
from council.voting import queries as voting
from council.voting.model import Outcome
from council.voting.motion import Motion


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
            "seats": [
                {
                    "name": each.name,
                    "side": each.side.value,
                    "post": each.post.value,
                    "place": each.place,
                    "owner_id": each.owner_id,
                }
                for each in self.seats
            ],
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
    """`motion_id`: the owners' vote that recalls; `on` the day from which somebody is a member no longer."""

    member_id: int
    why: Ending
    on: datetime
    motion_id: int | None = None

    def said(self) -> dict[str, Any]:
        return {
            "member": self.member_id,
            "why": self.why.value,
            "on": self.on.isoformat(),
            "motion": self.motion_id,
        }


@dataclass(frozen=True, slots=True)
class Dissolution:
    document: str
    on: datetime

    def said(self) -> dict[str, Any]:
        return {"document": self.document, "on": self.on.isoformat()}


Paper = Appointment | Minutes | Filing | Leaving | Dissolution
KINDS: Mapping[type, EntryKind] = {
    Appointment: EntryKind.APPOINTMENT,
    Minutes: EntryKind.MINUTES,
    Filing: EntryKind.FILING,
    Leaving: EntryKind.ENDING,
    Dissolution: EntryKind.DISSOLUTION,
}


def read(kind: EntryKind, said: Mapping[str, Any]) -> Paper:
    """The paper as it was recorded."""
    match kind:
        case EntryKind.APPOINTMENT:
            seats = [
                Seat(each["name"], Side(each["side"]), Post(each["post"]), each["place"], each["owner_id"])
                for each in said["seats"]
            ]
            days = parse_instant(said["appointed_on"]), parse_instant(said["term_until"])
            return Appointment(said["document"], said["appointed_by"], *days, tuple(seats))
        case EntryKind.MINUTES:
            votes = {Post(post): {int(each): n for each, n in of.items()} for post, of in said["votes"].items()}
            return Minutes(parse_instant(said["held_on"]), VoteForm(said["form"]), said["basis"], votes)
        case EntryKind.FILING:
            return Filing(said["number"], said["office"], parse_instant(said["filed_on"]))
        case EntryKind.ENDING:
            return Leaving(said["member"], Ending(said["why"]), parse_instant(said["on"]), said["motion"])
        case EntryKind.DISSOLUTION:
            return Dissolution(said["document"], parse_instant(said["on"]))


async def check(community_id: int, body: Body | None, paper: Paper, *, has_scan: bool, now: datetime) -> None:
    """Raises what forbids this paper now: asked when it is recorded, and again by the second person's yes."""
    match paper:
        case Appointment():
            await _check_appointment(community_id, body, paper, now)
        case Minutes():
            await _check_minutes(_given(body), paper, now)
        case Filing():
            _check_filing(_given(body), paper, now)
        case Leaving():
            await _check_leaving(_given(body), paper, has_scan, now)
        case Dissolution():
            await _check_dissolution(community_id, _given(body), paper, now)
    if not has_scan and not isinstance(paper, Leaving):
        raise Invalid({"scan_file": "form.file_missing"})


def _given(body: Body | None) -> Body:
    if body is None:
        raise NotFound("body")
    if not body.is_standing:
        raise Refused("body.ended")
    return body


async def _check_appointment(community_id: int, body: Body | None, paper: Appointment, now: datetime) -> None:
    if body is not None and body.kind is BodyKind.OWNERS:
        raise Refused("body.owners_elect")
    others = await queries.bodies(community_id)
    if body is None:
        if any(each.kind is BodyKind.MANAGEMENT and each.is_standing for each in others):
            raise Refused("body.management_stands")
        if any(each.kind is BodyKind.OWNERS and each.is_standing and now < each.term_until for each in others):
            raise Refused("body.owners_committee_stands")
    elif not body.is_standing:
        raise Refused("body.ended")
    if paper.appointed_on > now:
        raise Invalid({"appointed_on": "body.day_ahead"})
    if not paper.appointed_on < paper.term_until <= years_after(paper.appointed_on, TERM_YEARS):
        raise Invalid({"term_until": "body.term_too_long"}, most=TERM_YEARS)
    wrong = composition.failed(paper.seats)
    if wrong is not None:
        raise wrong
    owning = await queries.owning(community_id, [each.owner_id for each in paper.seats])
    if sold := [at for at, each in enumerate(paper.seats) if each.side is Side.OWNER and each.owner_id not in owning]:
        raise _not_owners(paper.seats, sold)


async def owners_of(community_id: int, seats: tuple[Seat, ...]) -> tuple[Seat, ...]:
    """The same list with each owner found in the register, by home and name. Invalid on "place_<n>" for whoever is not
    there: who owns nothing here is no owner's representative."""
    found: list[Seat] = []
    unknown: list[int] = []
    units = await registry.units_by_code(community_id, [each.place for each in seats if each.side is Side.OWNER])
    held = await registry.holdings_of(community_id, [unit.id for unit in units.values()])
    for at, each in enumerate(seats):
        if each.side is not Side.OWNER:
            found.append(each)
            continue
        unit = units.get(each.place)
        owner = next((one for one in held.get(unit.id, ()) if one.name == each.name), None) if unit else None
        if owner is None:
            unknown.append(at)
        found.append(Seat(each.name, each.side, each.post, each.place, owner.owner_id if owner else None))
    if unknown:
        raise _not_owners(seats, unknown)
    return tuple(found)


def _not_owners(seats: Sequence[Seat], which: Sequence[int]) -> Invalid:
    details: dict[str, str | int] = {}
    for at in which:
        details |= {f"place_{at}.name": seats[at].name, f"place_{at}.place": seats[at].place or "—"}
    return Invalid({f"place_{at}": "body.not_owner_here" for at in which}, **details)


async def _check_minutes(body: Body, paper: Minutes, now: datetime) -> None:
    posts = open_posts(body)
    if body.open_round is not None:
        raise Refused("inner.open")
    if paper.other:
        raise Invalid({"other": "inner.not_elected"}, name=paper.other)
    if paper.held_on > now:
        raise Invalid({"held_on": "body.day_ahead"})
    if local_date(paper.held_on) < local_date(body.began_at):
        raise Invalid({"held_on": "body.before_the_election"})
    sitting = {each.id for each in body.sitting}
    if not set(paper.votes) <= set(posts) or not all(set(of_post) <= sitting for of_post in paper.votes.values()):
        raise Refused("inner.not_a_member")
    for post, of_post in paper.votes.items():
        if sum(of_post.values()) > len(sitting):
            raise Invalid({f"votes_{post}": "inner.too_many_votes"}, votes=sum(of_post.values()), members=len(sitting))
    chosen = outcome(len(sitting), tuple(paper.votes), paper.votes)
    await require_choosable(body, posts, {post: each for post, each in chosen.items() if each is not None})


def _check_filing(body: Body, paper: Filing, now: datetime) -> None:
    if body.kind is BodyKind.MANAGEMENT:
        raise Refused("body.management_not_filed")
    if paper.filed_on > now:
        raise Invalid({"filed_on": "body.day_ahead"})
    if local_date(paper.filed_on) < local_date(body.began_at):
        raise Invalid({"filed_on": "body.before_the_election"})


async def _check_leaving(body: Body, paper: Leaving, has_scan: bool, now: datetime) -> None:
    if body.kind is BodyKind.MANAGEMENT:
        raise Refused("body.changed_by_appointment")
    member = body.member(paper.member_id)
    if member is None:
        raise NotFound("member")
    if member.ended_at is not None:
        raise Refused("body.member_gone")
    if paper.on > now:
        raise Invalid({"on": "body.day_ahead"})
    if local_date(paper.on) < local_date(member.began_at):
        raise Invalid({"on": "body.before_the_election"})
    match paper.why:
        case Ending.RESIGNED:
            if not has_scan:
                raise Invalid({"scan_file": "body.letter_missing"})
        case Ending.SOLD:
            if member.owner_id in await queries.owning(body.community_id, [member.owner_id]):
                raise Refused("body.still_owner", name=member.name)
        case Ending.RECALLED:
            await _require_recall(body, member, paper.motion_id)
        case _:
            raise Refused("body.member_gone")


def decided_at(motion: Motion) -> datetime | None:
    """When a vote was decided: signed here, or, where ours only asked, by the official result. None before."""
    return motion.official_at if motion.is_advisory else motion.certified_at


async def _require_recall(body: Body, member: Member, motion_id: int | None) -> None:
    """An owners' vote of the ordinary rule, about the committee, decided since the member sits, in force, passed: never
    one that elects, and where owners only told their wishes what the vote elsewhere came to."""
    if motion_id is None:
        raise Refused("body.recall_needs_vote")
    motion = await voting.motion(body.community_id, motion_id)
    is_in_force = motion.is_live and motion.revoked_at is None and not motion.is_election
    decided = decided_at(motion)
    is_since = decided is not None and decided >= member.began_at
    if motion.kind is not Kind.GOVERNANCE or not is_in_force or not is_since:
        raise Refused("body.recall_needs_vote")
    came_to = motion.official_outcome
    if not motion.is_advisory:
        came_to = (await voting.results(body.community_id)).get(motion_id, {}).get("verdict", {}).get("outcome")
    if came_to != Outcome.PASSED:
        raise Refused("body.recall_needs_vote")


async def _check_dissolution(community_id: int, body: Body, paper: Dissolution, now: datetime) -> None:
    if body.kind is BodyKind.OWNERS:
        raise Refused("body.owners_elect")
    if paper.on > now:
        raise Invalid({"on": "body.day_ahead"})
    others = await queries.bodies(community_id)
    if not any(each.kind is BodyKind.OWNERS and each.is_standing for each in others):
        raise Refused("body.no_owners_committee")

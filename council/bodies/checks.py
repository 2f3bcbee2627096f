"""Everything that forbids a paper: asked when it is recorded, and again by the second person's yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.bodies import composition, putting_back, queries
from council.bodies.annulled import annulments
from council.bodies.beginning import next_number, years_after
from council.bodies.choosing import outcome
from council.bodies.composition import Seat
from council.bodies.duties import TERM_YEARS
from council.bodies.model import Body, BodyKind, Ending, Fate, Member, Post, Side
from council.bodies.papers import (
    Aftermath,
    Appointment,
    Dissolution,
    Drawing,
    Earlier,
    Filing,
    Leaving,
    Minutes,
    Paper,
)
from council.bodies.recalling import outcome_of
from council.bodies.results import decided_at
from council.bodies.rounds import open_posts, require_choosable
from council.kernel.clock import local_date
from council.kernel.errors import Invalid, NotFound, Refused
from council.pathways.model import Kind
from council.pathways.periods import result_notice_end
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.voting import queries as voting
from council.voting.model import Outcome
from council.voting.objection import ObjectionOutcome

WITNESSES_LEAST = 2


async def check(community_id: int, body: Body | None, paper: Paper, *, has_scan: bool, now: datetime) -> None:
    """Raises what forbids this paper now."""
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
        case Earlier():
            await _check_earlier(community_id, body, paper, now)
        case Aftermath() if body is not None and paper.fate is Fate.RESTORED:
            await putting_back.check(body, paper, now)  # also of a body that had ended with the vote
        case Aftermath():
            await _check_aftermath(_given(body), paper, now)
        case Drawing():
            _check_drawing(_given(body), paper, now)
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
    wrong = composition.failed(paper.seats) or composition.listed_twice(paper.seats)
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
        case Ending.RESIGNED | Ending.POST:
            if paper.why is Ending.POST and (member.post is Post.MEMBER or paper.post is not member.post):
                raise Refused("body.holds_no_post", name=member.name)
            if not has_scan:
                raise Invalid({"scan_file": "body.letter_missing"})
        case Ending.SOLD:
            if member.owner_id in await queries.owning(body.community_id, [member.owner_id]):
                raise Refused("body.still_owner", name=member.name)
        case Ending.RECALLED:
            await _require_recall(body, member, paper.motion_id, now)
        case _:
            raise Refused("body.member_gone")


async def _require_recall(body: Body, member: Member, motion_id: int | None, now: datetime) -> None:
    """An owners' vote of the ordinary rule that names this very member, as it was filed and frozen, decided since the
    member sits, in force, passed: and where owners only told their wishes what the vote elsewhere came to. Only once
    its result has hung its days and no objection waits or was upheld: a seat lost too early does not come back."""
    if motion_id is None:
        raise Refused("body.recall_needs_vote")
    motion = await voting.motion(body.community_id, motion_id)
    is_in_force = motion.is_live and motion.revoked_at is None and not motion.is_election
    decided = decided_at(motion)
    is_since = decided is not None and decided >= member.began_at
    if motion.kind is not Kind.GOVERNANCE or not is_in_force or not is_since:
        raise Refused("body.recall_needs_vote")
    if (await proposals.proposal(body.community_id, motion.proposal_id)).recalls_id != member.id:
        raise Refused("body.recalls_another", name=member.name)
    if outcome_of(motion, await voting.results(body.community_id, [motion_id])) != Outcome.PASSED:
        raise Refused("body.recall_needs_vote")
    posted = motion.result_notice_at or motion.official_at
    if posted is None or now < result_notice_end(motion.preset, posted):
        raise Refused("body.recall_still_posted")
    heard = (await voting.objections_of(body.community_id, [motion.id])).get(motion.id, [])
    if any(each.outcome is None or each.outcome is ObjectionOutcome.UPHELD for each in heard):
        raise Refused("body.recall_objected")


async def _check_earlier(community_id: int, body: Body | None, paper: Earlier, now: datetime) -> None:
    """A committee by its filing, while none is recorded here. Its term may have run out: it is the last one before
    those that are elected here, and the next one's number follows its. Its chair may have left."""
    if body is not None or await queries.standing_committee(community_id) is not None:
        raise Refused("body.committee_stands")
    following = await next_number(community_id, BodyKind.OWNERS)
    if paper.number < following:
        raise Invalid({"number": "body.number_taken"}, least=following)
    if paper.began_on > now:
        raise Invalid({"began_on": "body.day_ahead"})
    if not paper.began_on < paper.term_until <= years_after(paper.began_on, TERM_YEARS):
        raise Invalid({"term_until": "body.term_too_long"}, most=TERM_YEARS)
    if paper.filing.filed_on > now:
        raise Invalid({"filed_on": "body.day_ahead"})
    if paper.filing.filed_on < paper.began_on:
        raise Invalid({"filed_on": "body.before_the_election"})
    if not paper.seats:
        raise Invalid({"name_0": "body.nobody_listed"})
    if (twice := composition.listed_twice(paper.seats)) is not None:
        raise twice
    posts = [each.post for each in paper.seats]
    if posts.count(Post.CHAIR) > 1 or posts.count(Post.DEPUTY) > 1:
        raise Invalid({"post_0": "body.one_of_each_post"})
    owning = await queries.owning(community_id, [each.owner_id for each in paper.seats])
    if sold := [at for at, each in enumerate(paper.seats) if each.owner_id not in owning]:
        raise _not_owners(paper.seats, sold)


async def _check_aftermath(body: Body, paper: Aftermath, now: datetime) -> None:
    """Of a vote by which somebody of this body sits, and which does not stand any more."""
    motions = {each.id: each for each in await voting.motions(body.community_id) if each.id in body.motion_ids}
    found = next((each for each in annulments(body, motions, now) if each.motion_id == paper.motion_id), None)
    if found is None:
        raise Refused("body.vote_stands")
    if paper.on > now:
        raise Invalid({"on": "body.day_ahead"})
    if local_date(paper.on) < local_date(found.at):
        raise Invalid({"on": "body.before_the_judgment"})
    if paper.fate is Fate.STANDS and (paper.until is None or paper.until <= now):
        raise Invalid({"until": "body.until_ahead"})


def _check_drawing(body: Body, paper: Drawing, now: datetime) -> None:
    equal = {each.id for each in body.equals}
    if not equal:
        raise Refused("body.no_equals")
    errors: dict[str, str] = {}
    if len(paper.order) != len(equal) or set(paper.order) != equal:
        errors["drawn"] = "lot.whole_order"
    if len(set(paper.witnesses)) < WITNESSES_LEAST:
        errors["witness_b"] = "lot.two_witnesses"
    if paper.drawn_on > now:
        errors["drawn_on"] = "body.day_ahead"
    elif any(local_date(paper.drawn_on) < local_date(each.began_at) for each in body.equals):
        errors["drawn_on"] = "body.before_the_election"
    if errors:
        raise Invalid(errors)


async def _check_dissolution(community_id: int, body: Body, paper: Dissolution, now: datetime) -> None:
    if body.kind is BodyKind.OWNERS:
        raise Refused("body.owners_elect")
    if paper.on > now:
        raise Invalid({"on": "body.day_ahead"})
    others = await queries.bodies(community_id)
    if not any(each.kind is BodyKind.OWNERS and each.is_standing for each in others):
        raise Refused("body.no_owners_committee")

"""What a decided election comes to: a new owners' committee, or members who join the one that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from council.audit import service as audit
from council.bodies import permissions, queries
from council.bodies.duties import TERM_YEARS
from council.bodies.locks import lock
from council.bodies.model import Body as StandingBody
from council.bodies.model import BodyKind, Elected, Ending, Post, Side
from council.bodies.tables import Body, BodyJoining, BodyMember
from council.elections import queries as elections
from council.kernel.actor import Actor
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, Refused, require
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch_one
from council.storage.transactions import lock_row, savepoint, transaction
from council.voting import counting, election_queries
from council.voting import queries as voting
from council.voting.model import Outcome
from council.voting.motion import Motion


@dataclass(frozen=True, slots=True)
class Founding:
    """What the desk adds to a result: which body the vote was for, and for how many years the members are chosen."""

    key: str
    motion_id: int
    kind: BodyKind
    years: int
    number: int | None = None
    """第几届, as the owners count their committees; None: one more than the last that is recorded here."""


def decided_at(motion: Motion) -> datetime | None:
    """When a vote was decided: signed here, or, where ours only asked, by the official result. None before."""
    return motion.official_at if motion.is_advisory else motion.certified_at


async def is_by_election(motion: Motion) -> bool:
    """Whether those elected join the committee that stands (补选): the election of one who is to be its chair, and
    whatever was filed as filling seats. Everything else elects a whole committee. The voted text says which."""
    return (await proposals.proposal(motion.community_id, motion.proposal_id)).is_by_election


async def of_result(motion: Motion) -> tuple[Elected, ...]:
    """Whom the owners elected by a decided vote that stands, and those in reserve behind them in the result's order."""
    through = await counting.elected(motion.community_id, motion.id)
    if not through:
        return ()
    known = {each.number: each for each in await election_queries.candidates(motion.community_id, motion.id)}
    standing = (await elections.standings(motion.community_id, [motion.proposal_id])).get(motion.proposal_id)
    representing = {each.id for each in standing.candidates if each.is_representing} if standing else set()
    return tuple(
        Elected(
            name=each.name,
            place=at,
            is_reserve=each.is_reserve,
            owner_id=each.owner_id,
            person_id=each.person_id,
            candidate_id=each.candidate_id,
            channel=known[each.number].channel,
            unit_place=known[each.number].place,
            is_representing=each.candidate_id in representing,
            persons=each.persons,
            area_dm2=each.area_dm2,
            drawn=each.drawn,
        )
        for at, each in enumerate(through, 1)
    )


async def joins(motion: Motion) -> StandingBody | None:
    """The committee that those elected by a by-election join: the one that stood when the vote was called, or, for one
    who is to be its chair, that was elected beside it. None: there is no such committee."""
    found = await queries.standing_committee(motion.community_id)
    if found is None:
        return None
    is_beside = motion.kind is Kind.ONE_PERSON_CHAIR
    return found if is_beside or found.began_at <= motion.notice_at else None


async def waiting_results(community_id: int) -> list[Motion]:
    """Elections that are decided and stand, and of which nothing has come yet."""
    used = await queries.used_results(community_id)
    return [
        each
        for each in await voting.motions(community_id)
        if each.is_election and each.id not in used and _is_decided(each) and each.is_live and each.revoked_at is None
    ]


def _is_decided(motion: Motion) -> bool:
    return decided_at(motion) is not None and motion.official_outcome is not Outcome.REJECTED


async def establish(*, actor: Actor, founding: Founding, now: datetime) -> int:
    """The body of those whom the owners elected by this vote, as the result says it at this instant; its id. The same
    form again is the same body.

    A whole committee begins at the instant at which the result was decided, and the one before it has ended with that.
    A by-election ends nothing: those elected join the committee that stands, for the rest of its term. Whoever has
    sold meanwhile takes no seat, which is vacant then; of the reserve they are left out.

    Refused "body.vote_appoints_no_manager" where the vote was for a management committee: no owners' vote appoints
    that chair; "body.no_result"; "body.nothing_to_join"; "body.elected_own_nothing" where nobody elected owns anything.
    """
    require(permissions.may_record(actor))
    if founding.kind is BodyKind.MANAGEMENT:
        raise Refused("body.vote_appoints_no_manager")
    community_id = actor.community_id
    async with transaction():
        await lock(community_id)
        await lock_row("motion", founding.motion_id, is_referred_to=True)
        motion = await voting.motion(community_id, founding.motion_id)
        if (before := await _before(actor, founding)) is not None:
            return before
        elected = await of_result(motion)
        at = decided_at(motion)
        if at is None or not any(not each.is_reserve for each in elected):
            raise Refused("body.no_result")
        owning = await queries.owning(community_id, [each.owner_id for each in elected])
        if not any(each.owner_id in owning for each in elected if not each.is_reserve):
            raise Refused("body.elected_own_nothing")
        if await is_by_election(motion):
            return await _join(actor, founding, motion, elected, owning, now)
        return await _found(actor, founding, motion, elected, owning, now)


async def _before(actor: Actor, founding: Founding) -> int | None:
    """The body that this form, or another one, made of this vote."""
    row = await fetch_one(
        "SELECT id, key, motion_id, person_id FROM body WHERE community_id = {} AND (key = {} OR motion_id = {})"
        " UNION ALL SELECT body_id, key, motion_id, person_id FROM body_joining"
        " WHERE community_id = {} AND (key = {} OR motion_id = {})",
        *(actor.community_id, founding.key, founding.motion_id) * 2,
    )
    if row is None:
        return None
    if (row["key"], row["motion_id"], row["person_id"]) == (founding.key, founding.motion_id, actor.person_id):
        return int(row["id"])
    raise Refused("form.used_before" if row["key"] == founding.key else "body.established")


async def _found(
    actor: Actor, founding: Founding, motion: Motion, elected: Sequence[Elected], owning: frozenset[int], now: datetime
) -> int:
    if not 1 <= founding.years <= TERM_YEARS:
        raise Invalid({"years": "body.term_too_long"}, most=TERM_YEARS)
    community_id, began_at = actor.community_id, decided_at(motion) or now
    following = await next_number(community_id, BodyKind.OWNERS)
    number = founding.number or following
    if number < following:
        raise Invalid({"number": "body.number_taken"}, least=following)
    body_id = await insert_body(
        Body(
            community_id=community_id,
            key=founding.key,
            kind=BodyKind.OWNERS.value,
            number=number,
            motion_id=motion.id,
            seats=motion.seats,
            began_at=began_at,
            term_until=years_after(began_at, founding.years),
            person_id=actor.person_id,
            by_name=actor.name,
            recorded_at=now,
        )
    )
    await _end_the_one_before(community_id, body_id, began_at)
    told = await _seat(body_id, motion, elected, owning, began_at, now)
    data = {"body": body_id, "kind": BodyKind.OWNERS.value, "number": number, "motion": motion.id}
    names = [each.name for each in elected]
    await audit.record(
        community_id,
        "body.established",
        data | told | {"years": founding.years, "by": actor.person_id},
        now=now,
        private={"names": names},
    )
    return body_id


async def _join(
    actor: Actor, founding: Founding, motion: Motion, elected: Sequence[Elected], owning: frozenset[int], now: datetime
) -> int:
    """Vacant seats are filled; where there are more elected than those, the committee has so many seats more."""
    community_id = actor.community_id
    body = await joins(motion)
    if body is None:
        raise Refused("body.nothing_to_join")
    await lock(community_id, body.id)
    body = await queries.body(community_id, body.id)
    if body.open_round is not None:
        raise Refused("inner.open")
    if twice := [each.name for each in elected if each.owner_id in {one.owner_id for one in body.sitting}]:
        raise Refused("body.sits_already", name=twice[0])
    seats = max(body.seats, len(body.sitting) + sum(not each.is_reserve for each in elected))
    await BodyJoining.insert(
        BodyJoining(
            community_id=community_id,
            body_id=body.id,
            motion_id=motion.id,
            key=founding.key,
            person_id=actor.person_id,
            by_name=actor.name,
            joined_at=now,
        )
    )
    await execute("UPDATE body SET seats = {} WHERE community_id = {} AND id = {}", seats, community_id, body.id)
    told = await _seat(body.id, motion, elected, owning, max(body.began_at, decided_at(motion) or now), now)
    data = {"body": body.id, "motion": motion.id, "seats": seats}
    names = [each.name for each in elected]
    await audit.record(
        community_id, "body.joined", data | told | {"by": actor.person_id}, now=now, private={"names": names}
    )
    return body.id


async def _seat(
    body_id: int,
    motion: Motion,
    elected: Sequence[Elected],
    owning: frozenset[int],
    began_at: datetime,
    now: datetime,
) -> dict[str, int]:
    """The elected with their seats, the reserve behind them; how many of each, and how many had sold."""
    here = [each for each in elected if each.owner_id in owning]
    sold = [each for each in elected if each.owner_id not in owning and not each.is_reserve]
    rows = [_member(motion, body_id, each, began_at) for each in here]
    rows += [_member(motion, body_id, each, began_at, sold_at=now) for each in sold]
    await BodyMember.insert(*rows)
    return {
        "members": sum(not each.is_reserve for each in here),
        "alternates": sum(each.is_reserve for each in here),
        "sold": len(elected) - len(here),
    }


async def insert_body(row: Body) -> int:
    """On PostgreSQL two forms can come at once in spite of the lock's order: the numbers are in the schema."""
    try:
        async with savepoint():
            return int((await Body.insert(row))[0]["id"])
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("body.established") from None
        raise


async def next_number(community_id: int, kind: BodyKind) -> int:
    row = await fetch_one(
        "SELECT COALESCE(MAX(number), 0) AS last FROM body WHERE community_id = {} AND kind = {}",
        *(community_id, kind.value),
    )
    return int(row["last"]) + 1 if row else 1


async def _end_the_one_before(community_id: int, body_id: int, at: datetime) -> None:
    older = (
        "SELECT id FROM body WHERE community_id = {} AND kind = 'owners_committee' AND id <> {}"
        " AND dissolved_at IS NULL"
    )
    await execute(
        "UPDATE body_member SET ended_at = {}, ending = {} WHERE community_id = {} AND ended_at IS NULL"
        f" AND body_id IN ({older})",
        *(at, Ending.DISSOLVED.value, community_id, community_id, body_id),
    )
    await execute(
        "UPDATE body SET dissolved_at = {} WHERE community_id = {} AND kind = 'owners_committee' AND id <> {}"
        " AND dissolved_at IS NULL",
        *(at, community_id, body_id),
    )


def _member(
    motion: Motion, body_id: int, each: Elected, began_at: datetime, sold_at: datetime | None = None
) -> BodyMember:
    return BodyMember(
        community_id=motion.community_id,
        body_id=body_id,
        name=each.name,
        side=Side.OWNER.value,
        place=each.unit_place,
        owner_id=each.owner_id,
        person_id=each.person_id,
        candidate_id=each.candidate_id,
        channel=each.channel,
        position=each.place,
        is_alternate=each.is_reserve,
        post=Post.MEMBER.value,
        began_at=began_at,
        motion_id=motion.id,
        is_representing=each.is_representing,
        persons=each.persons,
        area_dm2=each.area_dm2,
        drawn=each.drawn,
        ended_at=sold_at,
        ending=None if sold_at is None else Ending.SOLD.value,
    )


def years_after(start: datetime, years: int) -> datetime:
    """The first instant after a term of whole years whose first day is the day of `start`."""
    day = local_date(start)
    try:
        end = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        end = date(day.year + years, 3, 1)
    return local_midnight(end)

"""An owners' committee out of the certified result of an election."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from council.audit import service as audit
from council.bodies import permissions, queries
from council.bodies.duties import TERM_YEARS
from council.bodies.model import BodyKind, Elected, Ending, Post, Side
from council.bodies.tables import Body, BodyMember
from council.kernel.actor import Actor
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, Refused, require
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch_one
from council.storage.transactions import lock_row, savepoint, transaction
from council.voting import counting, election_queries
from council.voting import queries as voting
from council.voting.electing import Elected as Through
from council.voting.electing import number_of


@dataclass(frozen=True, slots=True)
class Founding:
    """What the desk adds to a result: which body the vote was for, and for how many years the members are chosen."""

    key: str
    motion_id: int
    kind: BodyKind
    seats: int
    years: int
    number: int | None = None
    """第几届, as the owners count their committees; None: one more than the last that is recorded here."""


async def of_result(community_id: int, motion_id: int) -> list[Elected]:
    """Whom the owners elected by a certified vote that stands, and those in reserve behind them by votes and area."""
    through: Sequence[Through] = await counting.elected(community_id, motion_id)
    known = {each.number: each for each in await election_queries.candidates(community_id, motion_id)}
    result = (await voting.results(community_id)).get(motion_id, {}).get("result", {})
    order = [number_of(each) for each in (*result.get("elected", ()), *result.get("reserve", ()))]
    through = sorted(through, key=lambda each: order.index(each.number) if each.number in order else len(order))
    return [
        Elected(
            name=each.name,
            place=at,
            is_reserve=each.is_reserve,
            owner_id=each.owner_id,
            person_id=each.person_id,
            candidate_id=each.candidate_id,
            channel=known[each.number].channel,
            unit_place=known[each.number].place,
        )
        for at, each in enumerate(through, 1)
    ]


async def establish(*, actor: Actor, founding: Founding, elected: Sequence[Elected], now: datetime) -> int:
    """The committee of these members (`of_result`), from the instant at which the result was certified; its id. The
    same form again is the same committee. The committee before it has ended with that.

    Refused "body.vote_appoints_no_manager" where the vote was for a management committee: no owners' vote appoints
    that chair; "body.elected_owns_nothing" for somebody who owns nothing here.
    """
    require(permissions.may_record(actor))
    if founding.kind is BodyKind.MANAGEMENT:
        raise Refused("body.vote_appoints_no_manager")
    if not 1 <= founding.years <= TERM_YEARS:
        raise Invalid({"years": "body.term_too_long"}, most=TERM_YEARS)
    community_id = actor.community_id
    motion = await voting.motion(community_id, founding.motion_id)
    members = [each for each in elected if not each.is_reserve]
    if motion.certified_at is None or not motion.is_live or motion.revoked_at is not None or not members:
        raise Refused("body.no_result")
    await _require_owners(community_id, elected)
    async with transaction():
        await lock_row("community", community_id)
        before = await fetch_one(
            "SELECT id, key, motion_id, person_id FROM body WHERE community_id = {} AND (key = {} OR motion_id = {})",
            *(community_id, founding.key, motion.id),
        )
        if before is not None:
            if before["key"] == founding.key and before["motion_id"] == motion.id:
                return int(before["id"])
            raise Refused("form.used_before" if before["key"] == founding.key else "body.established")
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
                seats=max(founding.seats, len(members)),
                began_at=motion.certified_at,
                term_until=years_after(motion.certified_at, founding.years),
                person_id=actor.person_id,
                by_name=actor.name,
                recorded_at=now,
            )
        )
        await _end_the_one_before(community_id, body_id, motion.certified_at)
        await BodyMember.insert(*(_member(community_id, body_id, each, motion.certified_at) for each in elected))
        data = {
            "body": body_id,
            "kind": BodyKind.OWNERS.value,
            "number": number,
            "motion": motion.id,
            "members": len(members),
            "alternates": len(elected) - len(members),
            "years": founding.years,
            "by": actor.person_id,
        }
        names = [each.name for each in elected]
        await audit.record(community_id, "body.established", data, now=now, private={"names": names})
    return body_id


async def _require_owners(community_id: int, elected: Sequence[Elected]) -> None:
    owning = await queries.owning(community_id, [each.owner_id for each in elected])
    for each in elected:
        if each.owner_id not in owning:
            raise Refused("body.elected_owns_nothing", name=each.name)


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


def _member(community_id: int, body_id: int, each: Elected, began_at: datetime) -> BodyMember:
    return BodyMember(
        community_id=community_id,
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
    )


def years_after(start: datetime, years: int) -> datetime:
    """The first instant after a term of whole years whose first day is the day of `start`."""
    day = local_date(start)
    try:
        end = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        end = date(day.year + years, 3, 1)
    return local_midnight(end)

"""A whole election founds a committee, and ends the one before it."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.bodies import queries, results
from council.bodies.beginning import Founding, insert_body, next_number, years_after
from council.bodies.duties import TERM_YEARS
from council.bodies.elected import Elected
from council.bodies.model import BodyKind, Ending
from council.bodies.tables import Body
from council.bodies.taking_seats import seating, take_seats
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused
from council.storage.sql import execute
from council.voting.motion import Motion


async def found(
    actor: Actor, founding: Founding, motion: Motion, elected: tuple[Elected, ...], day: datetime, now: datetime
) -> int:
    """The committee's id. `day`: when the vote was decided; the committee begins with it.

    Refused "body.newer_stands" where the one that stands began then, or later: an older election ends no newer
    committee, and nothing comes of it any more.
    """
    community_id = actor.community_id
    before = await queries.standing_committee(community_id)
    if before is not None and results.is_newer(before, day):
        raise Refused("body.newer_stands", number=before.number)
    if not 1 <= founding.years <= TERM_YEARS:
        raise Invalid({"years": "body.term_too_long"}, most=TERM_YEARS)
    given = await seating(motion, elected, day=day)
    number = await next_number(community_id, BodyKind.OWNERS)
    body_id = await insert_body(
        Body(
            community_id=community_id,
            key=founding.key,
            kind=BodyKind.OWNERS.value,
            number=number,
            motion_id=motion.id,
            seats=motion.seats,
            began_at=day,
            term_until=years_after(day, founding.years),
            person_id=actor.person_id,
            by_name=actor.name,
            recorded_at=now,
        )
    )
    await _end_the_one_before(community_id, body_id, day)
    await take_seats(body_id, motion, given, day, now)
    data = {"body": body_id, "kind": BodyKind.OWNERS.value, "number": number, "motion": motion.id}
    await audit.record(
        community_id,
        "body.established",
        data | given.said() | {"years": founding.years, "by": actor.person_id},
        now=now,
        private={"names": [each.name for each in elected], "left_out": [each.name for each in given.left_out]},
    )
    return body_id


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

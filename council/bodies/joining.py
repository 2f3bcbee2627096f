"""A by-election ends nothing: those elected join the committee that stands, for the rest of its term."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.bodies import queries, results
from council.bodies.beginning import Founding
from council.bodies.elected import Elected
from council.bodies.locks import lock
from council.bodies.tables import BodyJoining
from council.bodies.taking_seats import seating, take_seats
from council.kernel.actor import Actor
from council.kernel.errors import Refused
from council.storage.sql import execute
from council.voting.motion import Motion


async def join(
    actor: Actor, founding: Founding, motion: Motion, elected: tuple[Elected, ...], day: datetime, now: datetime
) -> int:
    """The committee's id. Vacant seats are filled; where there are more elected than those, it has so many seats more.

    Whoever sits already is left out, and the others are seated. Refused "body.nothing_to_join"; "inner.open" while the
    members choose; what `seating` refuses.
    """
    community_id = actor.community_id
    body = await results.joins(motion)
    if body is None:
        raise Refused("body.nothing_to_join")
    await lock(community_id, body.id)
    body = await queries.body(community_id, body.id)
    if body.open_round is not None:
        raise Refused("inner.open")
    given = await seating(motion, elected, body.members, day=day)
    seats = max(body.seats, len(body.sitting) + given.seats)
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
    await take_seats(body.id, motion, given, max(body.began_at, day), now)
    data = {"body": body.id, "motion": motion.id, "seats": seats}
    await audit.record(
        community_id,
        "body.joined",
        data | given.said() | {"by": actor.person_id},
        now=now,
        private={"names": [each.name for each in elected], "left_out": [each.name for each in given.left_out]},
    )
    return body.id

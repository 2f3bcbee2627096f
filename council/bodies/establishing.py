"""What the desk makes of a decided election: a new owners' committee, or members who join the one that stands."""

from __future__ import annotations

from datetime import datetime

from council.bodies import permissions, results
from council.bodies.beginning import Founding
from council.bodies.founding import found
from council.bodies.joining import join
from council.bodies.locks import lock
from council.bodies.model import BodyKind
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.storage.sql import fetch_one
from council.storage.transactions import lock_row, transaction
from council.voting import queries as voting


async def establish(*, actor: Actor, founding: Founding, now: datetime) -> int:
    """The body of those whom the owners elected by this vote, as the result says it at this instant; its id. The same
    form again is the same body.

    A whole committee begins when the vote was decided (`results.decided_days`), and the one before it has ended with
    that. A by-election ends nothing: those elected join the committee that stands, for the rest of its term. Whoever
    has sold meanwhile takes no seat, which is vacant then; of the reserve they are left out.

    Open objections, and the days that the result hangs on the board, are shown and do not stand in the way: the seven
    days for choosing a chair run from the result, and what becomes of a committee whose vote falls afterwards is
    recorded from the judgment (`papers.Aftermath`).

    Refused "body.vote_appoints_no_manager" where the vote was for a management committee: no owners' vote appoints
    that chair; "body.no_result"; what `founding.found` and `joining.join` refuse.
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
        elected = await results.of_result(motion)
        day = (await results.decided_days(community_id, [motion])).get(motion.id)
        if day is None or not any(not each.is_reserve for each in elected):
            raise Refused("body.no_result")
        act = join if await results.is_by_election(motion) else found
        return await act(actor, founding, motion, elected, day, now)


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

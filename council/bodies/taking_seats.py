"""Those whom a result names take their seats: as members, or behind them as alternates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.bodies import humans, queries
from council.bodies.elected import Elected
from council.bodies.model import Ending, Member, Post, Side
from council.bodies.tables import BodyMember
from council.kernel.errors import Refused
from council.storage.sql import execute
from council.voting.motion import Motion


@dataclass(frozen=True, slots=True)
class Seating:
    """Whom a result seats (`here`), who has sold meanwhile and so leaves a vacant seat, who takes no second one, and
    the older waiting rows that end because their owner has a seat now."""

    here: tuple[Elected, ...]
    sold: tuple[Elected, ...]
    left_out: tuple[Elected, ...]
    rows_over: tuple[int, ...]

    @property
    def seats(self) -> int:
        """How many seats the elected take, those of who has sold with them."""
        return sum(not each.is_reserve for each in self.here) + len(self.sold)

    def said(self) -> dict[str, object]:
        """For the log: numbers and ids."""
        return {
            "members": sum(not each.is_reserve for each in self.here),
            "alternates": sum(each.is_reserve for each in self.here),
            "sold": len(self.sold),
            "left_out": len(self.left_out),
            "rows_over": list(self.rows_over),
        }


async def seating(
    motion: Motion, elected: Sequence[Elected], members: Sequence[Member] = (), *, day: datetime
) -> Seating:
    """What a result decided on `day` comes to beside those who are there already.

    One human, one seat: whoever sits, or was recalled since that day, takes none; an alternate from before who is
    elected now waits no more; one who is in reserve again keeps the older place. Refused "body.elected_own_nothing",
    "body.sits_already" where nobody is left to take a seat.
    """
    owning = await queries.owning(motion.community_id, [each.owner_id for each in elected])
    sitting = [each for each in members if each.sits]
    waiting = [each for each in members if each.waits]
    recalled = [each for each in members if _was_recalled_since(each, day)]
    fresh = humans.once(elected)
    out = [each for each in fresh if humans.is_among(each, (*sitting, *recalled))]
    out += [each for each in fresh if each.is_reserve and each not in out and humans.is_among(each, waiting)]
    taking = [each for each in fresh if each not in out]
    here = [each for each in taking if each.owner_id in owning]
    if not any(not each.is_reserve for each in here):
        if named := [each.name for each in out if not each.is_reserve]:
            raise Refused("body.sits_already", name=named[0])
        raise Refused("body.elected_own_nothing")
    seated = [each for each in here if not each.is_reserve]
    return Seating(
        here=tuple(here),
        sold=tuple(each for each in taking if each.owner_id not in owning and not each.is_reserve),
        left_out=tuple(out),
        rows_over=tuple(each.id for each in waiting if humans.is_among(each, seated)),
    )


def _was_recalled_since(member: Member, day: datetime) -> bool:
    return member.ending is Ending.RECALLED and member.ended_at is not None and member.ended_at >= day


async def take_seats(body_id: int, motion: Motion, given: Seating, began_at: datetime, now: datetime) -> None:
    if given.rows_over:
        await execute(
            "UPDATE body_member SET ended_at = {}, ending = {} WHERE community_id = {} AND id IN {}"
            " AND ended_at IS NULL",
            *(began_at, Ending.REPLACED.value, motion.community_id, list(given.rows_over)),
        )
    rows = [_member(motion, body_id, each, began_at) for each in given.here]
    rows += [_member(motion, body_id, each, began_at, sold_at=now) for each in given.sold]
    await BodyMember.insert(*rows)


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

"""Lists of people that a document has: a management committee's by appointment, an earlier one of owners by its
filing."""

from __future__ import annotations

from datetime import datetime

from council.bodies.beginning import insert_body, next_number
from council.bodies.composition import Seat
from council.bodies.model import Body, BodyKind, Ending, Entry, EntryKind, Member, Post, Side
from council.bodies.papers import Appointment, Earlier
from council.bodies.tables import Body as BodyRow
from council.bodies.tables import BodyEntry, BodyMember
from council.kernel.actor import Actor
from council.kernel.text import canonical_json
from council.storage.sql import execute


async def appoint(body: Body | None, entry: Entry, paper: Appointment, now: datetime) -> int:
    community_id = entry.community_id
    if body is None:
        body_id = await insert_body(
            BodyRow(
                community_id=community_id,
                key=f"entry-{entry.id}",
                kind=BodyKind.MANAGEMENT.value,
                number=await next_number(community_id, BodyKind.MANAGEMENT),
                seats=len(paper.seats),
                began_at=paper.appointed_on,
                term_until=paper.term_until,
                person_id=entry.recorded_by,
                by_name=entry.recorded_by_name,
                recorded_at=now,
            )
        )
        await execute(
            "UPDATE body_entry SET body_id = {} WHERE community_id = {} AND id = {}", body_id, community_id, entry.id
        )
        await _seat(community_id, body_id, list(enumerate(paper.seats, 1)), paper.appointed_on)
        return body_id
    await _change(body, paper)
    return body.id


async def _change(body: Body, paper: Appointment) -> None:
    """The list of another document: who stays keeps their beginning, who is not on it any more is replaced."""
    staying: dict[int, Post] = {}
    fresh: list[tuple[int, Seat]] = []
    left = list(body.sitting)
    for at, seat in enumerate(paper.seats, 1):
        same = next((each for each in left if _is_same(each, seat)), None)
        if same is None:
            fresh.append((at, seat))
        else:
            left.remove(same)
            staying[same.id] = seat.post
    await end(body.community_id, [each.id for each in left], Ending.REPLACED, paper.appointed_on)
    await _seat_posts(body, staying)
    await _seat(body.community_id, body.id, fresh, paper.appointed_on)
    await execute(
        "UPDATE body SET term_until = {}, seats = {} WHERE community_id = {} AND id = {}",
        *(paper.term_until, len(paper.seats), body.community_id, body.id),
    )


def _is_same(member: Member, seat: Seat) -> bool:
    return (member.name, member.side, member.owner_id) == (seat.name, seat.side, seat.owner_id)


async def _seat_posts(body: Body, posts: dict[int, Post]) -> None:
    """First everybody leaves the posts that change hands, then they are taken: each is held by one person at most."""
    changed = {member_id: post for member_id, post in posts.items() if _post_of(body, member_id) is not post}
    if changed:
        await execute(
            "UPDATE body_member SET post = 'member' WHERE community_id = {} AND id IN {}",
            *(body.community_id, list(changed)),
        )
    for post in (Post.CHAIR, Post.DEPUTY):
        taken = [member_id for member_id, each in changed.items() if each is post]
        if taken:
            await execute(
                "UPDATE body_member SET post = {} WHERE community_id = {} AND id IN {}",
                *(post.value, body.community_id, taken),
            )


def _post_of(body: Body, member_id: int) -> Post | None:
    member = body.member(member_id)
    return None if member is None else member.post


async def _seat(community_id: int, body_id: int, seats: list[tuple[int, Seat]], began_at: datetime) -> None:
    if seats:
        await BodyMember.insert(
            *(
                BodyMember(
                    community_id=community_id,
                    body_id=body_id,
                    name=seat.name,
                    side=seat.side.value,
                    place=seat.place if seat.side is Side.OWNER else "",
                    owner_id=seat.owner_id,
                    channel="",
                    position=at,
                    is_alternate=False,
                    post=seat.post.value,
                    began_at=began_at,
                )
                for at, seat in seats
            )
        )


async def record_earlier(actor: Actor, entry: Entry, paper: Earlier, now: datetime) -> int:
    """The committee with its members and posts, and its filing as a paper of its own, compared by the same two."""
    community_id = entry.community_id
    body_id = await insert_body(
        BodyRow(
            community_id=community_id,
            key=f"entry-{entry.id}",
            kind=BodyKind.OWNERS.value,
            number=paper.number,
            seats=len(paper.seats),
            began_at=paper.began_on,
            term_until=paper.term_until,
            person_id=entry.recorded_by,
            by_name=entry.recorded_by_name,
            recorded_at=now,
        )
    )
    await execute(
        "UPDATE body_entry SET body_id = {} WHERE community_id = {} AND id = {}", body_id, community_id, entry.id
    )
    await _seat(community_id, body_id, list(enumerate(paper.seats, 1)), paper.began_on)
    await BodyEntry.insert(
        BodyEntry(
            community_id=community_id,
            body_id=body_id,
            key=f"entry-{entry.id}-filing",
            kind=EntryKind.FILING.value,
            said=canonical_json(paper.filing.said()),
            scan_id=entry.scan_id,
            scan_sha256=entry.scan_sha256,
            recorded_by=entry.recorded_by,
            recorded_by_name=entry.recorded_by_name,
            recorded_at=entry.recorded_at,
            confirmed_by=actor.person_id,
            confirmed_by_name=actor.name,
            confirmed_at=now,
        )
    )
    return body_id


async def end(community_id: int, member_ids: list[int], why: Ending, at: datetime) -> None:
    if member_ids:
        await execute(
            "UPDATE body_member SET ended_at = {}, ending = {} WHERE community_id = {} AND id IN {}"
            " AND ended_at IS NULL",
            *(at, why.value, community_id, member_ids),
        )

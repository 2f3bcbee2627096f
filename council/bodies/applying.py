"""What a paper changes once a second person has confirmed it: who sits, who holds a post, who is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.bodies.choosing import outcome
from council.bodies.humans import is_among
from council.bodies.model import Body, Ending, Entry, Fate, Post
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
from council.bodies.putting_back import put_back
from council.bodies.rounds import insert_counts, open_posts, take_posts
from council.bodies.seating import appoint, end, record_earlier
from council.bodies.tables import InnerRound
from council.kernel.actor import Actor
from council.storage.sql import execute


async def apply(actor: Actor, body: Body | None, entry: Entry, paper: Paper, now: datetime) -> int:
    """In the caller's transaction, which has checked the paper; the body's id."""
    match paper:
        case Appointment():
            return await appoint(body, entry, paper, now)
        case Earlier():
            return await record_earlier(actor, entry, paper, now)
        case Minutes() if body is not None:
            await _choose(body, entry, paper)
        case Leaving() if body is not None:
            await _leave(body, paper)
        case Dissolution() if body is not None:
            await _dissolve(body, Ending.DISSOLVED, paper.on)
        case Aftermath() if body is not None:
            await _follow(body, paper)
        case Drawing() if body is not None:
            await _order(body, paper.order)
        case Filing():
            pass  # the entry itself is the filing
    return entry.body_id or 0


async def _choose(body: Body, entry: Entry, paper: Minutes) -> None:
    posts = open_posts(body)
    members = body.sitting
    counts = {post: {each.id: paper.votes.get(post, {}).get(each.id, 0) for each in members} for post in posts}
    found = outcome(len(members), posts, counts)
    row = InnerRound(
        community_id=body.community_id,
        body_id=body.id,
        entry_id=entry.id,
        key=f"entry-{entry.id}",
        number=len(body.rounds) + 1,
        form=paper.form.value,
        basis=paper.basis,
        posts=",".join(posts),
        members=len(members),
        opened_at=paper.held_on,
        person_id=entry.recorded_by,
        by_name=entry.recorded_by_name,
        closes_at=paper.held_on,
        closed_at=paper.held_on,
        chair_id=found.get(Post.CHAIR),
        deputy_id=found.get(Post.DEPUTY),
    )
    round_id = int((await InnerRound.insert(row))[0]["id"])
    await insert_counts(body.community_id, round_id, counts)
    await take_posts(body.community_id, body, found)


async def _leave(body: Body, paper: Leaving) -> None:
    """With the seat goes whatever else this human is in this body: nobody who was recalled follows as an alternate."""
    if paper.why is Ending.POST:
        await execute(
            "UPDATE body_member SET post = {} WHERE community_id = {} AND id = {}",
            *(Post.MEMBER.value, body.community_id, paper.member_id),
        )
        return
    gone = [each for each in body.members if each.id == paper.member_id]
    rows = [each.id for each in body.members if each.ended_at is None and is_among(each, gone)]
    await end(body.community_id, rows, paper.why, paper.on)


async def _dissolve(body: Body, why: Ending, on: datetime) -> None:
    await end(body.community_id, [each.id for each in body.members], why, on)
    await execute(
        "UPDATE body SET dissolved_at = {} WHERE community_id = {} AND id = {}", on, body.community_id, body.id
    )


async def _follow(body: Body, paper: Aftermath) -> None:
    """Whoever sits by that vote goes, and the body with them where nobody sits by another one; or comes back."""
    if paper.fate is Fate.STANDS:
        return
    if paper.fate is Fate.RESTORED:
        await put_back(body, paper.motion_id)
        return
    if all(each.motion_id == paper.motion_id for each in body.members if each.ended_at is None):
        await _dissolve(body, Ending.ANNULLED, paper.on)
        return
    gone = [each.id for each in body.members if each.motion_id == paper.motion_id]
    await end(body.community_id, gone, Ending.ANNULLED, paper.on)


async def _order(body: Body, order: Sequence[int]) -> None:
    cases = " ".join(["WHEN {} THEN CAST({} AS INTEGER)"] * len(order))
    placed = [value for place, member_id in enumerate(order, 1) for value in (member_id, place)]
    await execute(
        f"UPDATE body_member SET drawn = CASE id {cases} END WHERE community_id = {{}} AND id IN {{}}",
        *(*placed, body.community_id, list(order)),
    )

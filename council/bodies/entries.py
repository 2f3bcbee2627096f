"""What one person records from a paper and a second one confirms; only then it holds.

Appointments, signed minutes of the members' own choice, filings, endings of a membership, dissolution.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from council.audit import service as audit
from council.bodies import papers, permissions, queries
from council.bodies.choosing import outcome
from council.bodies.composition import Seat
from council.bodies.establishing import insert_body, next_number
from council.bodies.model import Body, BodyKind, Ending, Entry, EntryKind, Member, Post, Side
from council.bodies.papers import Appointment, Dissolution, Filing, Leaving, Minutes, Paper
from council.bodies.rounds import insert_counts, open_posts, take_posts
from council.bodies.tables import Body as BodyRow
from council.bodies.tables import BodyEntry, BodyMember, InnerRound
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.kernel.text import canonical_json
from council.storage.errors import unique_violation
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute
from council.storage.transactions import lock_row, savepoint, transaction


async def record(
    *, actor: Actor, body_id: int | None, paper: Paper, scan_id: int | None, key: str, now: datetime
) -> int:
    """A paper, to be confirmed by somebody else; its id. The same form again is the same entry; the same key with
    anything else in it is refused (form.used_before).

    `body_id` None: the appointment of a management committee that is not there yet. Raises what `papers.check` finds,
    and Refused "body.waiting" while one of this kind waits for its second person.
    """
    require(permissions.may_record(actor))
    community_id, kind = actor.community_id, papers.KINDS[type(paper)]
    if isinstance(paper, Appointment):
        paper = replace(paper, seats=await papers.owners_of(community_id, paper.seats))
    said = canonical_json(paper.said())
    async with transaction():
        await lock_row("community", community_id)
        before = await queries.entry_by_key(community_id, key)
        if before is not None:
            sent = (body_id, kind, json.loads(said), actor.person_id)
            if (before.body_id, before.kind, before.said, before.recorded_by) != sent and not _was_new(before, sent):
                raise Refused("form.used_before")
            return before.id
        body = None if body_id is None else await queries.body(community_id, body_id)
        await papers.check(community_id, body, paper, has_scan=scan_id is not None, now=now)
        waiting = await queries.waiting(community_id)
        if any(each.body_id == body_id and each.kind is kind for each in waiting):
            raise Refused("body.waiting")
        scan = None if scan_id is None else await files.stored_file(community_id, scan_id)
        if scan is not None and scan.purpose is Purpose.PHOTO:
            raise Invalid({"scan_file": "file.not_a_document"}, file=scan.name)
        row = BodyEntry(
            community_id=community_id,
            body_id=body_id,
            key=key,
            kind=kind.value,
            said=said,
            scan_id=scan.id if scan else None,
            scan_sha256=scan.sha256 if scan else None,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        entry_id = await _insert(row)
        data = {"entry": entry_id, "body": body_id, "kind": kind.value, "scan_sha256": row.scan_sha256}
        await audit.record(
            community_id, "body.recorded", data | {"by": actor.person_id}, now=now, private={"said": said}
        )
    return entry_id


def _was_new(before: Entry, sent: tuple[object, ...]) -> bool:
    """The form of a body that did not exist yet, sent again after it was confirmed."""
    is_same = (before.kind, before.said, before.recorded_by) == sent[1:]
    return is_same and sent[0] is None and before.kind is EntryKind.APPOINTMENT


async def _insert(row: BodyEntry) -> int:
    try:
        async with savepoint():
            return int((await BodyEntry.insert(row))[0]["id"])
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("body.waiting") from None
        raise


async def confirm(*, actor: Actor, entry_id: int, now: datetime) -> int:
    """The second person's yes: everything is checked again, and from now on it holds. The body's id.

    Refused "body.closed" when somebody was quicker.
    """
    community_id = actor.community_id
    entry = await queries.entry(community_id, entry_id)
    require(permissions.may_confirm(actor, entry))
    async with transaction():
        await lock_row("community", community_id)
        if not await confirm_waiting("body_entry", entry_id, actor, now):
            raise Refused("body.closed")
        body = None if entry.body_id is None else await queries.body(community_id, entry.body_id)
        paper = papers.read(entry.kind, entry.said)
        await papers.check(community_id, body, paper, has_scan=entry.scan_id is not None, now=now)
        body_id = await _apply(actor, body, entry, paper, now)
        data = {"entry": entry_id, "body": body_id, "kind": entry.kind.value, "by": actor.person_id}
        await audit.record(community_id, "body.confirmed", data, now=now)
    return body_id


async def withdraw(*, actor: Actor, entry_id: int, now: datetime) -> None:
    """A paper that nobody has confirmed is taken back; Refused "body.closed" afterwards."""
    entry = await queries.entry(actor.community_id, entry_id)
    require(permissions.may_withdraw(actor, entry))
    async with transaction():
        if not await withdraw_waiting("body_entry", entry_id, actor, now):
            raise Refused("body.closed")
        data = {"entry": entry_id, "body": entry.body_id, "kind": entry.kind.value, "by": actor.person_id}
        await audit.record(actor.community_id, "body.withdrawn", data, now=now)


async def _apply(actor: Actor, body: Body | None, entry: Entry, paper: Paper, now: datetime) -> int:
    match paper:
        case Appointment():
            return await _appoint(actor, body, entry, paper, now)
        case Minutes() if body is not None:
            await _choose(body, entry, paper)
        case Leaving() if body is not None:
            await _end(body.community_id, [paper.member_id], paper.why, paper.on)
        case Dissolution() if body is not None:
            await _end(
                body.community_id,
                [each.id for each in body.members if each.ended_at is None],
                Ending.DISSOLVED,
                paper.on,
            )
            await execute(
                "UPDATE body SET dissolved_at = {} WHERE community_id = {} AND id = {}",
                *(paper.on, body.community_id, body.id),
            )
        case Filing():
            pass  # the entry itself is the filing
    return entry.body_id or 0


async def _appoint(actor: Actor, body: Body | None, entry: Entry, paper: Appointment, now: datetime) -> int:
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
    await _end(body.community_id, [each.id for each in left], Ending.REPLACED, paper.appointed_on)
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


async def _end(community_id: int, member_ids: list[int], why: Ending, at: datetime) -> None:
    if member_ids:
        await execute(
            "UPDATE body_member SET ended_at = {}, ending = {} WHERE community_id = {} AND id IN {}"
            " AND ended_at IS NULL",
            *(at, why.value, community_id, member_ids),
        )


async def step_up(*, actor: Actor, body_id: int, member_id: int, now: datetime) -> None:
    """An alternate takes a vacant seat: the next one in the order of the result, nobody chooses. A second tap for the
    same one changes nothing. Refused "inner.open" while the members choose: a seat has one vote."""
    require(permissions.may_record(actor))
    async with transaction():
        await lock_row("body", body_id)
        body = await queries.body(actor.community_id, body_id)
        member = body.member(member_id)
        if member is not None and member.sits and member.stepped_up_at is not None:
            return
        if not body.is_standing:
            raise Refused("body.ended")
        if not body.alternates:
            raise Refused("body.no_alternate")
        if not body.vacancies:
            raise Refused("body.no_vacancy")
        if body.open_round is not None:
            raise Refused("inner.open")
        follower = body.alternates[0]
        if follower.id != member_id:
            raise Refused("body.not_next", name=follower.name)
        if follower.owner_id not in await queries.owning(actor.community_id, [follower.owner_id]):
            raise Refused("body.elected_owns_nothing", name=follower.name)
        await execute(
            "UPDATE body_member SET is_alternate = FALSE, stepped_up_at = {} WHERE community_id = {} AND id = {}",
            *(now, actor.community_id, member_id),
        )
        data = {"body": body_id, "member": member_id, "by": actor.person_id}
        await audit.record(actor.community_id, "body.stepped_up", data, now=now)

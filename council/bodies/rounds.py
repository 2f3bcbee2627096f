"""The internal ballot: members choose chair and deputy among themselves, on their phones. Never the owners.

(Signed minutes tell of the same thing on paper: `papers.py`.)
"""

from __future__ import annotations

from datetime import datetime, timedelta

from council.audit import service as audit
from council.bodies import permissions, queries
from council.bodies.choosing import outcome
from council.bodies.locks import lock
from council.bodies.model import POSTS, Body, BodyKind, EntryKind, Member, Post, Round, VoteForm
from council.bodies.parties import in_person
from council.bodies.tables import InnerBallot, InnerCount, InnerRound
from council.kernel.actor import Actor
from council.kernel.clock import local_date
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch, fetch_one
from council.storage.transactions import savepoint, transaction

LONGEST = timedelta(days=30)
"""So long a ballot of the members is open at most: meanwhile nobody steps up, joins, or is chosen otherwise."""


def open_posts(body: Body) -> tuple[Post, ...]:
    """What there is to choose. Refused for a management committee (its chair is set by rule), for a body that has
    ended, and when every post is held."""
    if body.kind is BodyKind.MANAGEMENT:
        raise Refused("inner.chair_by_rule")
    if not body.is_standing:
        raise Refused("body.ended")
    posts = tuple(each for each in POSTS if body.holder(each) is None)
    if not posts:
        raise Refused("inner.chosen_already")
    return posts


async def open_round(
    *, actor: Actor, body_id: int, key: str, form: VoteForm, basis: str, closes_at: datetime, now: datetime
) -> int:
    """A ballot of the members; its id. `basis` is the clause of the committee's own rules that says named or secret.

    Refused "inner.open" while one is open, or minutes wait for a second person. The same form again is the same ballot.
    """
    require(permissions.may_record(actor))
    async with transaction():
        await lock(actor.community_id, body_id)
        body = await queries.body(actor.community_id, body_id)
        before = await fetch_one(
            "SELECT id, body_id, person_id, form, basis FROM inner_round WHERE community_id = {} AND key = {}",
            *(actor.community_id, key),
        )
        if before is not None:
            if (before["body_id"], before["person_id"], before["form"], before["basis"]) != (
                *(body_id, actor.person_id, form.value, basis),
            ):
                raise Refused("form.used_before")
            return int(before["id"])
        posts = open_posts(body)
        if body.open_round is not None or body.waiting(EntryKind.MINUTES) is not None:
            raise Refused("inner.open")
        if closes_at <= now:
            raise Invalid({"closes_at": "inner.closes_in_the_past"})
        if closes_at > now + LONGEST:
            raise Invalid({"closes_at": "inner.closes_too_late"}, most=LONGEST.days)
        row = InnerRound(
            community_id=actor.community_id,
            body_id=body_id,
            key=key,
            number=len(body.rounds) + 1,
            form=form.value,
            basis=basis,
            posts=",".join(posts),
            members=len(body.sitting),
            opened_at=now,
            person_id=actor.person_id,
            by_name=actor.name,
            closes_at=closes_at,
        )
        round_id = int((await InnerRound.insert(row))[0]["id"])
        await insert_counts(
            actor.community_id, round_id, {post: {each.id: 0 for each in body.sitting} for post in posts}
        )
        data = {"body": body_id, "round": round_id, "number": row.number, "form": form.value, "posts": list(posts)}
        await audit.record(
            actor.community_id,
            "inner.opened",
            data | {"closes_at": closes_at.isoformat(), "by": actor.person_id},
            now=now,
        )
    return round_id


async def insert_counts(community_id: int, round_id: int, counts: dict[Post, dict[int, int]]) -> None:
    await InnerCount.insert(
        *(
            InnerCount(community_id=community_id, round_id=round_id, post=post.value, member_id=member_id, votes=votes)
            for post, of_post in counts.items()
            for member_id, votes in of_post.items()
        )
    )


async def vote(*, actor: Actor, round_id: int, key: str, picks: dict[Post, int], now: datetime) -> bool:
    """One member's vote: a member's id for each post that is open, or none for a post (nobody is named). True when it
    was the last one missing and the ballot is closed with it. The same form again changes nothing.

    Of a named ballot the choice is kept with the member. Of a secret one no row says whom a member named: kept are that
    they have voted, when, and the sums, which pages show after the close. It is no cryptography: whoever reads the
    database between two votes sees which sum grew.
    """
    community_id = actor.community_id
    async with transaction():
        body_id = await queries.round_body(community_id, round_id)
        await lock(community_id, body_id)
        body = await queries.body(community_id, body_id)
        current = round_of(body, round_id)
        self_alone = await in_person(actor, now)
        require(permissions.may_choose(self_alone, body))
        voter = permissions.member_of(self_alone, body)
        if voter is None:
            raise NotFound("member")
        if voter.id in current.voted:
            return await _voted_before(community_id, current, voter, key)
        if not current.is_open or now >= current.closes_at:
            raise Refused("inner.closed")
        if voter.owner_id not in await queries.owning(community_id, [voter.owner_id]):
            raise Refused("inner.you_own_nothing")
        await require_choosable(body, current.posts, picks)
        is_named = current.form is VoteForm.NAMED
        row = InnerBallot(
            community_id=community_id,
            round_id=round_id,
            member_id=voter.id,
            key=key,
            chair_id=picks.get(Post.CHAIR) if is_named else None,
            deputy_id=picks.get(Post.DEPUTY) if is_named else None,
            cast_at=now,
        )
        try:
            async with savepoint():
                await InnerBallot.insert(row)
        except Exception as exc:
            if unique_violation(exc):
                raise Refused("inner.voted") from None
            raise
        for post, member_id in picks.items():
            await execute(
                "UPDATE inner_count SET votes = votes + 1 WHERE community_id = {} AND round_id = {} AND post = {}"
                " AND member_id = {}",
                *(community_id, round_id, post.value, member_id),
            )
        data = {"body": body_id, "round": round_id}
        await audit.record(community_id, "inner.voted", data, now=now, private={"member": voter.id})
        is_last = {each.id for each in body.sitting} <= current.voted | {voter.id}
        if is_last:
            await _close(community_id, body, current, now)
    return is_last


async def _voted_before(community_id: int, current: Round, voter: Member, key: str) -> bool:
    row = await fetch_one(
        "SELECT key FROM inner_ballot WHERE community_id = {} AND round_id = {} AND member_id = {}",
        *(community_id, current.id, voter.id),
    )
    if row is None or row["key"] != key:
        raise Refused("inner.voted")
    return not current.is_open


async def require_choosable(body: Body, posts: tuple[Post, ...], picks: dict[Post, int]) -> None:
    """Only members, only the open posts, nobody for both, nobody who is the chair; and nobody who owns nothing here
    any more."""
    sitting = {each.id: each for each in body.sitting}
    if not set(picks) <= set(posts) or not set(picks.values()) <= set(sitting):
        raise Refused("inner.not_a_member")
    if len(set(picks.values())) < len(picks):
        raise Invalid({"deputy": "inner.same_person"})
    deputy = sitting.get(picks.get(Post.DEPUTY, 0))
    if deputy is not None and deputy.post is Post.CHAIR:
        raise Invalid({"deputy": "inner.is_chair"}, name=deputy.name)
    named = [sitting[member_id] for member_id in picks.values()]
    owning = await queries.owning(body.community_id, [each.owner_id for each in named])
    for each in named:
        if each.owner_id not in owning:
            raise Refused("inner.owns_nothing", name=each.name)


async def close_round(*, actor: Actor, round_id: int, now: datetime) -> None:
    """The count once the time is over; before that only the last member's vote closes it. A second tap does nothing."""
    require(permissions.may_record(actor))
    async with transaction():
        body_id = await queries.round_body(actor.community_id, round_id)
        await lock(actor.community_id, body_id)
        body = await queries.body(actor.community_id, body_id)
        current = round_of(body, round_id)
        if not current.is_open:
            return
        if now < current.closes_at:
            raise Refused("inner.too_early")
        await _close(actor.community_id, body, current, now)


async def _close(community_id: int, body: Body, current: Round, now: datetime) -> None:
    counts = await queries.counts_of(community_id, current.id)
    found = await _who_may_hold(body, outcome(current.members, current.posts, counts))
    await execute(
        "UPDATE inner_round SET closed_at = {}, chair_id = {}, deputy_id = {} WHERE community_id = {} AND id = {}",
        *(now, found.get(Post.CHAIR), found.get(Post.DEPUTY), community_id, current.id),
    )
    await take_posts(community_id, body, found)
    data = {"body": body.id, "round": current.id, "members": current.members}
    chosen = {"chair": found.get(Post.CHAIR), "deputy": found.get(Post.DEPUTY)}
    votes = {post.value: {str(each): n for each, n in of_post.items()} for post, of_post in counts.items()}
    await audit.record(community_id, "inner.closed", data | chosen | {"votes": votes}, now=now)


async def _who_may_hold(body: Body, found: dict[Post, int | None]) -> dict[Post, int | None]:
    """Votes for somebody who has left, or owns nothing here any more, since they were cast choose nobody."""
    sitting = {each.id: each.owner_id for each in body.sitting}
    owning = await queries.owning(body.community_id, sitting.values())
    return {
        post: member_id if member_id in sitting and sitting[member_id] in owning else None
        for post, member_id in found.items()
    }


async def take_posts(community_id: int, body: Body, found: dict[Post, int | None]) -> None:
    """Whoever was chosen holds the post from now on; one who was the deputy and became the chair leaves that place."""
    for post, member_id in found.items():
        if member_id is not None and body.member(member_id) is not None:
            await execute(
                "UPDATE body_member SET post = {} WHERE community_id = {} AND id = {}",
                *(post.value, community_id, member_id),
            )


def round_of(body: Body, round_id: int) -> Round:
    """NotFound when it is no ballot of this body."""
    found = next((each for each in body.rounds if each.id == round_id), None)
    if found is None:
        raise NotFound("round")
    return found


async def record_posting(*, actor: Actor, round_id: int, posted_on: datetime, now: datetime) -> None:
    """The notice of who was chosen hangs on the board since the day `posted_on` (its first instant). The same day again
    changes nothing; another one is Refused "body.posted_already"."""
    require(permissions.may_record(actor))
    async with transaction():
        body_id = await queries.round_body(actor.community_id, round_id)
        await lock(actor.community_id, body_id)
        current = round_of(await queries.body(actor.community_id, body_id), round_id)
        if current.closed_at is None or (current.chair_id is None and current.deputy_id is None):
            raise Refused("body.nothing_to_post")
        if local_date(posted_on) < local_date(current.closed_at):
            raise Invalid({"posted_on": "body.before_the_choice"})
        if posted_on > now:
            raise Invalid({"posted_on": "body.day_ahead"})
        rows = await fetch(
            "UPDATE inner_round SET posted_on = {}, posted_by_name = {}, posted_at = {} WHERE community_id = {}"
            " AND id = {} AND posted_on IS NULL RETURNING id",
            *(posted_on, actor.name, now, actor.community_id, round_id),
        )
        if not rows:
            if current.posted_on == posted_on:
                return
            raise Refused("body.posted_already")
        data = {"body": body_id, "round": round_id, "posted_on": posted_on.isoformat(), "by": actor.person_id}
        await audit.record(actor.community_id, "body.chair_posted", data, now=now)

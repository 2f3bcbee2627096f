"""Talking: opening a thread, saying something, asking, answering, hiding with a reason."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.deliberation import permissions, queries
from council.deliberation.model import LONGEST, LONGEST_WAIT, Comment, HideReason, Remark, Stance
from council.deliberation.tables import Comment as CommentRow
from council.deliberation.tables import Thread
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.kernel.scope import Scope
from council.storage.bounds import Bound
from council.storage.once import insert_once
from council.storage.sql import execute, fetch_one
from council.storage.transactions import lock_row, transaction

SAYING = Bound(
    "bound.comment",
    60,
    "SELECT said_at AS at FROM comment WHERE community_id = {} AND person_id = {} AND office IS NULL AND said_at > {}"
    " ORDER BY said_at DESC LIMIT 1 OFFSET {}",
)
"""Comments, questions and replies; what is said for an office is not counted."""

_SAME = ("person_id", "thread_id", "parent_id", "stance", "body", "office")
"""What the same form says again; words that were hidden meanwhile are kept, and compared as well."""


async def open_thread(community_id: int, scope: Scope, *, now: datetime) -> int:
    """A thread for a matter of this scope; called by the room that the matter belongs to, in its transaction."""
    rows = await Thread.insert(
        Thread(
            community_id=community_id,
            scope_kind=scope.kind.value,
            building_id=scope.building_id,
            entrance_id=scope.entrance_id,
            opened_at=now,
        )
    )
    return int(rows[0]["id"])


async def say(*, actor: Actor, thread_id: int, remark: Remark, now: datetime) -> Comment:
    """Adds a comment or a reply; the same form again is the same comment, and with other words in it, or from
    somebody else, it is refused (form.used_before).

    A reply to a reply answers the comment above both. An official answer to a marked question answers it. Of two
    officials who answer the same question at once, the second is refused (thread.answered_already). TooMany.
    """
    require(permissions.may_comment(actor))
    if remark.office is not None:
        require(permissions.may_answer_officially(actor))
    if not 1 <= len(remark.body) <= LONGEST:
        raise Invalid({"body": "thread.body_length"}, most=LONGEST)
    async with transaction():
        await _open_thread_of(actor.community_id, thread_id)
        parent = await _parent(actor.community_id, thread_id, remark)
        if remark.office is not None and remark.is_first and parent is not None:
            await _require_unanswered(actor.community_id, parent, remark.key)
        comment_id, is_new = await insert_once(_row(actor, thread_id, remark, parent, now), same=_SAME)
        if not is_new:
            return await queries.comment(actor.community_id, comment_id)
        if remark.office is None:
            await SAYING.keep(actor.community_id, actor.person_id, now=now)
        if remark.office is not None and parent is not None and parent.waits:
            await _answered(actor, parent, comment_id, now)
        return await queries.comment(actor.community_id, comment_id)


def _row(actor: Actor, thread_id: int, remark: Remark, parent: Comment | None, now: datetime) -> CommentRow:
    return CommentRow(
        community_id=actor.community_id,
        thread_id=thread_id,
        parent_id=None if parent is None else parent.id,
        key=remark.key,
        person_id=actor.person_id,
        author_name=actor.name,
        author_place=remark.place,
        stance=Stance.NONE.value if remark.office else remark.stance.value,
        body=remark.body,
        office=remark.office,
        said_at=now,
        needs_answer=False,
    )


async def _open_thread_of(community_id: int, thread_id: int) -> None:
    row = await fetch_one("SELECT closed_at FROM thread WHERE community_id = {} AND id = {}", community_id, thread_id)
    if row is None:
        raise NotFound
    if row["closed_at"] is not None:
        raise Refused("thread.closed")


async def _parent(community_id: int, thread_id: int, remark: Remark) -> Comment | None:
    """The comment that is answered. A hidden one is not, but a hidden question still gets its official answer:
    it holds the matter up, and hiding it must not hold it up for ever."""
    if remark.parent_id is None:
        return None
    answered = parent = await queries.comment(community_id, remark.parent_id)
    if parent.thread_id != thread_id:
        raise NotFound
    if parent.parent_id is not None:
        parent = await queries.comment(community_id, parent.parent_id)
    await lock_row("comment", parent.id)
    parent = await queries.comment(community_id, parent.id)
    is_hidden = answered.hidden_at is not None or parent.hidden_at is not None
    if is_hidden and not (remark.office is not None and parent.waits):
        raise Refused("thread.parent_hidden")
    return parent


async def _require_unanswered(community_id: int, question: Comment, key: str) -> None:
    """The question's lock is held, so whoever answered before is seen; the same form again is not refused."""
    if not await _is_unanswered(community_id, question) and await queries.comment_by_key(community_id, key) is None:
        raise Refused("thread.answered_already")


async def _is_unanswered(community_id: int, question: Comment) -> bool:
    return question.is_unanswered((await queries.replies_to(community_id, [question.id])).get(question.id, []))


async def _answered(actor: Actor, question: Comment, answer_id: int, now: datetime) -> None:
    await execute(
        "UPDATE comment SET answered_at = {} WHERE community_id = {} AND id = {} AND answered_at IS NULL",
        now,
        actor.community_id,
        question.id,
    )
    await audit.record(
        actor.community_id,
        "question.answered",
        {"comment": question.id, "answer": answer_id, "by": actor.person_id},
        now=now,
    )


async def mark_question(*, actor: Actor, comment_id: int, answer_from: str, days: int, now: datetime) -> None:
    """The desk marks a comment as a question that needs an answer, from whom and within how many days.

    From now on it holds the deliberation gate; marking it again only moves the date and the name. A question that an
    office has answered meanwhile is not opened again (thread.answered_already).
    """
    require(permissions.may_mark_question(actor))
    if not answer_from:
        raise Invalid({"answer_from": "thread.answer_from"})
    if not 1 <= days <= LONGEST_WAIT:
        raise Invalid({"days": "thread.answer_days"})
    async with transaction():
        await lock_row("comment", comment_id)
        comment = await queries.comment(actor.community_id, comment_id)
        if comment.parent_id is not None or comment.office is not None:
            raise Refused("thread.mark_top")
        is_question = comment.needs_answer or comment.stance is Stance.QUESTION
        if is_question and not await _is_unanswered(actor.community_id, comment):
            raise Refused("thread.answered_already")
        due_at = end_of_days(now, days)
        await execute(
            "UPDATE comment SET needs_answer = TRUE, answer_from = {}, answer_due_at = {} WHERE community_id = {}"
            " AND id = {}",
            answer_from,
            due_at,
            actor.community_id,
            comment_id,
        )
        await audit.record(
            actor.community_id,
            "question.marked",
            {"comment": comment_id, "from": answer_from, "due_at": due_at.isoformat(), "by": actor.person_id},
            now=now,
        )


async def hide(*, actor: Actor, comment_id: int, reason: HideReason, now: datetime) -> None:
    """Takes a comment's words off the page; that it was there, who hid it and why stay to be seen."""
    async with transaction():
        await lock_row("comment", comment_id)
        comment = await queries.comment(actor.community_id, comment_id)
        require(permissions.may_hide(actor, comment))
        if comment.hidden_at is not None:
            raise Refused("thread.hidden_already", name=comment.hidden_by_name or "—")
        await execute(
            "UPDATE comment SET hidden_at = {}, hidden_by_name = {}, hidden_reason = {} WHERE community_id = {}"
            " AND id = {} AND hidden_at IS NULL",
            now,
            actor.name,
            reason.value,
            actor.community_id,
            comment_id,
        )
        await audit.record(
            actor.community_id,
            "comment.hidden",
            {"comment": comment_id, "reason": reason.value, "by": actor.person_id},
            now=now,
        )


async def unhide(*, actor: Actor, comment_id: int, now: datetime) -> None:
    """Puts a hidden comment back."""
    async with transaction():
        await lock_row("comment", comment_id)
        comment = await queries.comment(actor.community_id, comment_id)
        require(permissions.may_hide(actor, comment))
        if comment.hidden_at is None:
            return
        await execute(
            "UPDATE comment SET hidden_at = NULL, hidden_by_name = NULL, hidden_reason = NULL WHERE community_id = {}"
            " AND id = {}",
            actor.community_id,
            comment_id,
        )
        await audit.record(
            actor.community_id, "comment.restored", {"comment": comment_id, "by": actor.person_id}, now=now
        )

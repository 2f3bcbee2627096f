"""Who may speak, answer, mark and hide."""

from __future__ import annotations

from council.deliberation.model import Comment, Powers
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

ANSWERING = (Role.SECRETARY, Role.COMMITTEE, Role.DEPARTMENT)
SPEAKING = (*ANSWERING, Role.GRID_WORKER)
READING_HIDDEN = (Role.SECRETARY, Role.AUDITOR)


def may_comment(actor: Actor) -> Refusal | None:
    """Everybody who lives, owns or works here takes part in the talk; the auditor only reads."""
    if actor.unit_ids or actor.owner_ids or actor.claimed_owner_ids or actor.has(*SPEAKING):
        return None
    return Refusal("thread.readers_only")


def may_answer_officially(actor: Actor) -> Refusal | None:
    return None if actor.has(*ANSWERING) else Refusal("thread.not_official")


def may_mark_question(actor: Actor) -> Refusal | None:
    """The desk says which questions hold the matter up, and who owes the answer."""
    return None if actor.has(Role.SECRETARY) else Refusal("thread.only_secretary")


def may_moderate(actor: Actor) -> Refusal | None:
    return None if actor.has(Role.SECRETARY) else Refusal("thread.only_secretary")


def may_hide(actor: Actor, comment: Comment) -> Refusal | None:
    return may_moderate(actor)


def may_read_hidden(actor: Actor, comment: Comment) -> Refusal | None:
    """The author, the moderator and the auditor still see what was hidden."""
    if actor.person_id == comment.person_id or actor.has(*READING_HIDDEN):
        return None
    return Refusal("thread.hidden")


def powers(actor: Actor, *, is_closed: bool) -> Powers:
    """Everything a thread's page has to know about its reader."""
    return Powers(
        may_speak=not is_closed and may_comment(actor) is None,
        may_answer=not is_closed and may_answer_officially(actor) is None,
        may_moderate=may_moderate(actor) is None,
        is_unverified=not actor.owner_ids and not actor.roles,
    )

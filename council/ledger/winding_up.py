"""What is still told of a project whose decision a court has revoked: that work stopped, what money went back, and to
whom the site and the papers were handed."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.ledger import permissions, queries
from council.ledger.model import WindingUpDraft, WindingUpKind
from council.ledger.tables import WindingUp
from council.storage.once import insert_once
from council.storage.transactions import lock_row, transaction


async def record(*, actor: Actor, project_id: int, draft: WindingUpDraft, now: datetime) -> int:
    """The id of what is told; the same form again is the same, with other words in it form.used_before.

    Refused "project.not_revoked" while the decision stands. Invalid for a day that has not come, and for a sum that
    is missing where money went back or is named where none did. What was told stays: what was wrong in it is put
    right by another.
    """
    require(permissions.may_keep_project(actor))
    if draft.happened_on > now:
        raise Invalid({"happened_on": "project.winding_up_ahead"})
    if (draft.kind is WindingUpKind.RETURNED) != bool(draft.amount_fen):
        is_missing = draft.kind is WindingUpKind.RETURNED
        raise Invalid({"amount": "project.winding_up_amount" if is_missing else "project.winding_up_no_amount"})
    async with transaction():
        await lock_row("project", project_id)
        project = await queries.project(actor.community_id, project_id)
        if project.revoked_at is None:
            raise Refused("project.not_revoked")
        row = WindingUp(
            community_id=actor.community_id,
            project_id=project_id,
            key=draft.key,
            kind=draft.kind.value,
            happened_on=draft.happened_on,
            words=draft.words,
            amount_fen=draft.amount_fen,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        same = ("project_id", "kind", "happened_on", "words", "amount_fen", "recorded_by")
        row_id, is_new = await insert_once(row, same=same)
        if is_new:
            await audit.record(
                actor.community_id,
                "project.winding_up",
                {
                    "project": project_id,
                    "winding_up": row_id,
                    "kind": draft.kind.value,
                    "amount_fen": draft.amount_fen,
                    "by": actor.person_id,
                },
                now=now,
                private={"words": draft.words},
            )
    return row_id

"""Papers that a matter needs besides votes: technical findings."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, require
from council.proposals import permissions, queries
from council.proposals.model import EventKind
from council.proposals.service import check_open, record_event
from council.proposals.tables import Finding
from council.storage.once import insert_once
from council.storage.transactions import lock_row, transaction


async def record_finding(
    *,
    actor: Actor,
    proposal_id: int,
    key: str,
    is_feasible: bool,
    office: str,
    note: str,
    file_id: int | None,
    now: datetime,
) -> None:
    """The technical answer: which office says whether it can be done, with its document. The same form again changes
    nothing; with anything else in it, or from somebody else, it is refused (form.used_before)."""
    require(permissions.may_record(actor))
    if not office:
        raise Invalid({"office": "form.required"})
    async with transaction():
        await lock_row("proposal", proposal_id)
        check_open(await queries.proposal(actor.community_id, proposal_id))
        if file_id is not None:
            await files.stored_file(actor.community_id, file_id)
        row = Finding(
            community_id=actor.community_id,
            proposal_id=proposal_id,
            key=key,
            is_feasible=is_feasible,
            office=office,
            note=note,
            file_id=file_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        # A browser that goes back forgets which file was chosen.
        file = [] if file_id is None else ["file_id"]
        same = ["proposal_id", "is_feasible", "office", "note", "recorded_by_name", *file]
        if not (await insert_once(row, same=same))[1]:
            return
        kind = EventKind.FOUND_FEASIBLE if is_feasible else EventKind.FOUND_NOT_FEASIBLE
        await record_event(actor, proposal_id, kind, note, role="secretary", now=now)
        await audit.record(
            actor.community_id,
            "proposal.finding",
            {"proposal": proposal_id, "feasible": is_feasible, "office": office, "by": actor.person_id},
            now=now,
        )

"""Stopping somebody's vote while it runs, or letting it go on: recorded by one with the document, in force with
another's yes.

Until then everything is as before: the owners vote, whoever acts for an owner acts, and what they cast stands.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.transactions import transaction
from council.voting import halt_checks, halt_queries
from council.voting.halt import HaltDraft, may_confirm, may_record, may_withdraw
from council.voting.halt_effects import take_effect
from council.voting.halt_staff import require_free
from council.voting.holder_tables import Halt as Row

_SAME = (
    *("act", "unit_id", "roll_voter_id", "owner_id", "paper_id", "claim_id"),
    *("words", "file_sha256", "recorded_by"),
)


async def record(*, actor: Actor, draft: HaltDraft, file_id: int, now: datetime) -> int:
    """Keeps it with the scan of its document; it waits for a second person. The id.

    The same form again, with the same document, is the same halt, whatever has become of it. Refused "halt.waiting"
    while the same waits already, and for what could not be done as it is now (`halt_checks.check`).
    """
    subject = draft.subject
    require(may_record(actor, subject.act))
    async with transaction():
        await halt_checks.lock(subject)
        voter_id = await halt_checks.voter_id(actor.community_id, subject)
        await require_free(actor, subject, now)
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = Row(
            community_id=actor.community_id,
            key=draft.key,
            act=subject.act.value,
            unit_id=subject.unit_id,
            roll_voter_id=voter_id,
            owner_id=subject.owner_id,
            paper_id=subject.paper_id,
            claim_id=subject.claim_id,
            words=draft.words,
            file_id=scan.id,
            file_sha256=scan.sha256,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            halt_id, is_new = await insert_once(row, same=_SAME)
        except Exception as error:
            if unique_violation(error):
                raise Refused("halt.waiting") from error
            raise
        if is_new:
            await halt_checks.check(actor, subject, now)
            data = {"halt": halt_id, "act": subject.act.value, "file_sha256": scan.sha256, "by": actor.person_id}
            private = {
                "unit": subject.unit_id,
                "voter": voter_id,
                "owner": subject.owner_id,
                "paper": subject.paper_id,
                "claim": subject.claim_id,
                "words": draft.words,
            }
            await audit.record(actor.community_id, "halt.recorded", data, now=now, private=private)
    return halt_id


async def confirm(*, actor: Actor, halt_id: int, now: datetime) -> None:
    """The second person has compared it with the scan: it takes effect. Everything is asked again. Refused
    "halt.moved_on" for whoever comes second."""
    halt = await halt_queries.halt(actor.community_id, halt_id)
    require(may_confirm(actor, halt))
    async with transaction():
        await halt_checks.lock(halt.subject)
        await require_free(actor, halt.subject, now)
        if not await confirm_waiting("halt", halt_id, actor, now):
            raise Refused("halt.moved_on")
        await halt_checks.check(actor, halt.subject, now)
        await take_effect(actor, await halt_queries.halt(actor.community_id, halt_id), now)
        data = {"halt": halt_id, "act": halt.act.value, "by": actor.person_id}
        await audit.record(actor.community_id, "halt.confirmed", data, now=now)


async def withdraw(*, actor: Actor, halt_id: int, now: datetime) -> None:
    """Recorded by mistake, or the document does not show it: any of the desk takes it back before it is confirmed."""
    halt = await halt_queries.halt(actor.community_id, halt_id)
    require(may_withdraw(actor, halt))
    async with transaction():
        await halt_checks.lock(halt.subject)
        await require_free(actor, halt.subject, now)
        if not await withdraw_waiting("halt", halt_id, actor, now):
            raise Refused("halt.moved_on")
        data = {"halt": halt_id, "act": halt.act.value, "by": actor.person_id}
        await audit.record(actor.community_id, "halt.withdrawn", data, now=now)

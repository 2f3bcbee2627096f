"""What one person records from a paper and a second one confirms; only then it holds.

What each kind may say is in `papers.py`, what forbids it in `checks.py`, what it changes in `applying.py`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from council.audit import service as audit
from council.bodies import checks, papers, parties, permissions, queries
from council.bodies.applying import apply
from council.bodies.locks import lock
from council.bodies.model import Entry, EntryKind
from council.bodies.papers import Paper
from council.bodies.tables import BodyEntry
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.kernel.text import canonical_json
from council.storage.errors import unique_violation
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute
from council.storage.transactions import savepoint, transaction

_NEW = (EntryKind.APPOINTMENT, EntryKind.EARLIER)
"""Of a body that is there once they are confirmed."""


async def record(
    *, actor: Actor, body_id: int | None, paper: Paper, scan_id: int | None, key: str, now: datetime
) -> int:
    """A paper, to be confirmed by somebody else; its id. The same form again is the same entry; the same key with
    anything else in it is refused (form.used_before). Refused "body.about_you" for whom it is about, where the office
    has two others.

    `body_id` None: of a body that is not recorded yet. Raises what `checks.check` finds,
    and Refused "body.waiting" while one of this kind waits for its second person.
    """
    require(permissions.may_record(actor))
    community_id, kind = actor.community_id, papers.KINDS[type(paper)]
    if isinstance(paper, papers.WITH_SEATS):
        paper = replace(paper, seats=await checks.owners_of(community_id, paper.seats))
    said = canonical_json(paper.said())
    async with transaction():
        await lock(community_id, body_id)
        before = await queries.entry_by_key(community_id, key)
        if before is not None:
            sent = (body_id, kind, json.loads(said), actor.person_id)
            if (before.body_id, before.kind, before.said, before.recorded_by) != sent and not _was_new(before, sent):
                raise Refused("form.used_before")
            return before.id
        body = None if body_id is None else await queries.body(community_id, body_id)
        require(await parties.may_record_paper(actor, body, paper))
        await checks.check(community_id, body, paper, has_scan=scan_id is not None, now=now)
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
    return is_same and sent[0] is None and before.kind in _NEW


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

    Refused "body.closed" when somebody was quicker, "body.about_you" for anybody whom the paper is about.
    """
    community_id = actor.community_id
    entry = await queries.entry(community_id, entry_id)
    require(permissions.may_confirm(actor, entry))
    async with transaction():
        await lock(community_id, entry.body_id)
        if not await confirm_waiting("body_entry", entry_id, actor, now):
            raise Refused("body.closed")
        body = None if entry.body_id is None else await queries.body(community_id, entry.body_id)
        paper = papers.read(entry.kind, entry.said)
        require(await parties.may_second_paper(actor, body, paper))
        await checks.check(community_id, body, paper, has_scan=entry.scan_id is not None, now=now)
        body_id = await apply(actor, body, entry, paper, now)
        data = {"entry": entry_id, "body": body_id, "kind": entry.kind.value, "by": actor.person_id}
        await audit.record(community_id, "body.confirmed", data, now=now)
    return body_id


async def withdraw(*, actor: Actor, entry_id: int, now: datetime, reason: str = "") -> None:
    """A paper that nobody has confirmed is taken back; Refused "body.closed" afterwards.

    A drawing is taken back by another than who recorded it, nobody who is in it, with a reason that everybody reads;
    Invalid on `why_not` without one.
    """
    community_id = actor.community_id
    entry = await queries.entry(community_id, entry_id)
    require(permissions.may_withdraw(actor, entry))
    is_lot = entry.kind is EntryKind.LOT
    if is_lot and not reason:
        raise Invalid({"why_not": "lot.reason_needed"})
    async with transaction():
        await lock(community_id, entry.body_id)
        if not await withdraw_waiting("body_entry", entry_id, actor, now):
            raise Refused("body.closed")
        data = {"entry": entry_id, "body": entry.body_id, "kind": entry.kind.value, "by": actor.person_id}
        if is_lot and entry.body_id is not None:
            body = await queries.body(community_id, entry.body_id)
            require(await parties.may_second_paper(actor, body, papers.read(entry.kind, entry.said)))
            said = canonical_json({**entry.said, queries.WITHDRAWN: reason})
            await execute(
                "UPDATE body_entry SET said = {} WHERE community_id = {} AND id = {}", said, community_id, entry_id
            )
            data["reason"] = reason
        await audit.record(community_id, "body.withdrawn", data, now=now)

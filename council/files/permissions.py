"""Who may hand in and who may see."""

from __future__ import annotations

from collections.abc import Collection

from council.files.model import Holder, Purpose, StoredFile
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal


def may_upload(actor: Actor) -> Refusal | None:
    return None if actor.is_member else Refusal("file.not_a_member")


def may_read(actor: Actor, file: StoredFile) -> Refusal | None:
    """Scans hold signatures and identity papers: staff and the one who handed it in."""
    if not actor.is_member:
        return Refusal("file.not_a_member")
    if file.purpose is Purpose.SCAN and not actor.roles and file.uploaded_by != actor.person_id:
        return Refusal("file.staff_only")
    return None


_OPENED_BY = {
    Holder.ELECTION: (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR),
    Holder.LETTER: (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR),
    Holder.BODY: (Role.SECRETARY, Role.COMMITTEE, Role.AUDITOR),
    Holder.OBJECTION: (Role.SECRETARY, Role.COMMITTEE, Role.AUDITOR),
}


def may_open_scan(actor: Actor, file: StoredFile, held_by: Collection[Holder]) -> Refusal | None:
    """Those who work with the record that names it; what no record names is its bringer's alone: of a signed form that
    was refused for want of consent nobody else has a copy."""
    if Holder.APART in held_by:
        return Refusal("file.staff_only")
    if file.uploaded_by == actor.person_id or any(actor.has(*_OPENED_BY[each]) for each in held_by):
        return None
    return Refusal("file.staff_only")


def may_open_document(actor: Actor, file: StoredFile, stands: bool | None) -> Refusal | None:
    """Every member's once a record that stands names it (`queries.document_stands`); while that waits for its second
    person, the office's; before any, its bringer's."""
    if stands or file.uploaded_by == actor.person_id or (stands is False and actor.has(*_WAITING)):
        return None
    return Refusal("file.staff_only")


_WAITING = (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR)
